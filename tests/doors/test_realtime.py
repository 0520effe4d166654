"""WebSockets over real sockets and in Starlette's test client: handshakes, bounds, the journal, clients that vanish."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Close
from websockets.sync.client import ClientConnection, connect

from mockserver import upgrades
from mockserver.app import Mock
from mockserver.asgi import create_app
from mockserver.server import MockServer
from mockserver.workersai.fakes import sound_recordings, speech

AURA, FLUX, NOVA = "@cf/deepgram/aura-1", "@cf/deepgram/flux", "@cf/deepgram/nova-3"
FORMAT = {"encoding": "linear16", "sample_rate": "16000"}


@pytest.fixture(scope="module")
def served() -> Iterator[MockServer]:
    with MockServer(Mock()) as server:
        yield server


@pytest.fixture
def server(served: MockServer) -> Iterator[MockServer]:
    served.reset()
    yield served
    served.reset()


def address(server: MockServer, model: str, **options: Any) -> str:
    base = server.base_url.replace("http://", "ws://", 1)
    return f"{base}/accounts/{server.account_id}/ai/run/{model}?{urlencode(options)}"


@contextmanager
def opened(server: MockServer, model: str, **options: Any) -> Iterator[ClientConnection]:
    headers = {"Authorization": f"Bearer {server.token}"}
    with connect(address(server, model, **options), additional_headers=headers, open_timeout=10) as connection:
        yield connection


def refusal(url: str, **arguments: Any) -> Any:
    """Return the response that refuses a handshake."""
    with pytest.raises(InvalidStatus) as refused, connect(url, open_timeout=10, **arguments):
        pass
    return refused.value.response


def rest(connection: ClientConnection) -> list[Any]:
    """Return what comes until the server ends the conversation."""
    return [each if isinstance(each, bytes) else json.loads(each) for each in connection]


def end_of(connection: ClientConnection) -> Close:
    """Return how the server ends the conversation."""
    with suppress(ConnectionClosed):
        while True:
            connection.recv(timeout=20)
    assert connection.protocol.close_rcvd is not None
    return connection.protocol.close_rcvd


def settled(server: MockServer, wanted: str, seconds: float = 60) -> list[str]:
    """Return the notes of the last exchange once one of them begins as wanted."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        notes: list[str] = server.requests[-1].notes
        if any(note.startswith(wanted) for note in notes):
            return notes
        time.sleep(0.01)
    raise AssertionError(f"no note {wanted!r} in {server.requests[-1].notes}")


def test_speech_from_one_model_to_the_others(server: MockServer) -> None:
    """What aura speaks, flux hears as a turn and nova as results, sent in pieces of any size."""
    text = "A sentence that goes all the way around, naïve façade included."
    with opened(server, AURA, **FORMAT) as aura:
        assert "Metadata" == json.loads(aura.recv())["type"]
        for piece in text.split(" "):
            aura.send(json.dumps({"type": "Speak", "text": f"{piece} "}))
        aura.send(json.dumps({"type": "Close"}))
        *sound, flushed = rest(aura)
    assert {"type": "Flushed", "sequence_id": 0} == flushed
    assert len(sound) > 10
    with opened(server, FLUX, **FORMAT) as flux:
        for piece in sound:
            flux.send(piece)
        flux.send(json.dumps({"type": "CloseStream"}))
        turns = [each for each in rest(flux) if each.get("event") == "EndOfTurn"]
    assert [text] == [turn["transcript"] for turn in turns]
    with opened(server, NOVA, **FORMAT) as nova:
        nova.send(sound)  # one message in fragments
        nova.send(json.dumps({"type": "CloseStream"}))
        *results, summary = rest(nova)
    said = [each["channel"]["alternatives"][0]["transcript"] for each in results]
    assert text == " ".join(each for each in said if each)
    assert "Metadata" == summary["type"]


def test_both_ends_may_end_it(server: MockServer) -> None:
    """After its own end the server closes with 1000; a client may close at any time."""
    with opened(server, NOVA, **FORMAT) as nova:
        nova.send(json.dumps({"type": "CloseStream"}))
        rest(nova)
        assert nova.protocol.close_rcvd is not None
        assert 1000 == nova.protocol.close_rcvd.code
    with opened(server, NOVA, **FORMAT) as nova:
        nova.send(bytes(3200))
        nova.close(4001, "done here")
    assert "the client ended it with code 4001" in settled(server, "the client ended it")


@pytest.mark.parametrize(
    "name", ["@cf/deepgram/flux", "%40cf/deepgram/flux", "@cf%2Fdeepgram%2Fflux", "%40cf%2Fdeepgram%2Fflux"]
)
def test_every_spelling_of_a_name(server: MockServer, name: str) -> None:
    """Names of models work raw and percent-encoded, with the base path and without."""
    for base in (server.base_url, server.url):
        url = f"{base.replace('http', 'ws', 1)}/accounts/{server.account_id}/ai/run/{name}?{urlencode(FORMAT)}"
        with connect(url, additional_headers={"Authorization": f"Bearer {server.token}"}) as connection:
            assert "Connected" == json.loads(connection.recv())["type"]


def test_gateway(server: MockServer) -> None:
    """The AI gateway's form names the model in the query; its token comes in a header or, from browsers, a protocol."""
    base = f"{server.url.replace('http', 'ws', 1)}/v1/{server.account_id}/my-gateway/workers-ai"
    url = f"{base}?model={FLUX}&{urlencode(FORMAT)}"
    for value in (server.token, f"Bearer {server.token}"):
        with connect(url, additional_headers={"cf-aig-authorization": value}) as connection:
            assert "Connected" == json.loads(connection.recv())["type"]
    protocol = f"cf-aig-authorization.{server.token}"
    with connect(f"{base}/run/{FLUX}?{urlencode(FORMAT)}", subprotocols=[protocol]) as connection:  # type: ignore[list-item]
        assert protocol == connection.subprotocol
    assert server.token not in json.dumps([exchange.summary() for exchange in server.requests])
    assert 401 == refusal(url, additional_headers={"cf-aig-authorization": "another"}).status_code


def test_refused_handshakes(server: MockServer) -> None:
    """A handshake is refused like a request: with the envelope, its code and status, and the same bytes every time."""
    known = {"Authorization": f"Bearer {server.token}"}
    cases = [
        (FLUX, FORMAT, {}, 400, 9106),
        (FLUX, FORMAT, {"Authorization": "Bearer another"}, 401, 10000),
        (FLUX, {}, known, 400, 5006),
        (FLUX, {**FORMAT, "encoding": "mp3"}, known, 400, 5006),
        (FLUX, {**FORMAT, "sample_rate": "fast"}, known, 400, 5006),
        (FLUX, {**FORMAT, "eot_threshold": "7"}, known, 400, 5006),
        (NOVA, {"encoding": "linear16"}, known, 400, 5006),
        (NOVA, {"interim_results": "perhaps"}, known, 400, 5006),
        (AURA, {"speaker": "nobody"}, known, 400, 5006),
        (AURA, {"encoding": "mp4"}, known, 400, 5006),
        ("@cf/openai/whisper", {}, known, 400, 5006),
        ("@cf/deepgram/fluxx", {}, known, 400, 5007),
    ]
    for model, options, headers, status, code in cases:
        once, again = (refusal(address(server, model, **options), additional_headers=headers) for _ in range(2))
        assert (status, code) == (once.status_code, json.loads(once.body)["errors"][0]["code"]), (model, options)
        assert (once.body, list(once.headers.raw_items())) == (again.body, list(again.headers.raw_items()))
        assert "date" not in once.headers
        assert (status, "refusal") == (server.requests[-1].status, server.requests[-1].source)


def test_upgrades_elsewhere(server: MockServer) -> None:
    """Where there are no models, a request for a WebSocket is answered like any other GET."""
    headers = {"Authorization": f"Bearer {server.token}"}
    for path in ("/nowhere", f"/accounts/{server.account_id}/ai/tasks/search", f"/accounts/{server.account_id}/ai/run"):
        with httpx.Client(headers=headers) as client:
            plain = client.get(server.url + path)
        refused = refusal(server.url.replace("http", "ws", 1) + path, additional_headers=headers)
        assert (plain.status_code, plain.content) == (refused.status_code, bytes(refused.body))


def test_faults_refuse_handshakes(server: MockServer) -> None:
    """A fault of a realtime model meets its WebSockets, too."""
    server.fail(FLUX, 3040)
    refused = refusal(address(server, FLUX, **FORMAT), additional_headers={"Authorization": f"Bearer {server.token}"})
    assert (429, 3040) == (refused.status_code, json.loads(refused.body)["errors"][0]["code"])
    with opened(server, FLUX, **FORMAT) as connection:
        assert "Connected" == json.loads(connection.recv())["type"]


def test_plain_get(server: MockServer) -> None:
    """GET without an upgrade is told what is missing; of other models it is no method at all."""
    with httpx.Client(headers={"Authorization": f"Bearer {server.token}"}) as client:
        answer = client.get(address(server, FLUX).replace("ws", "http", 1))
        assert (426, "websocket", "Upgrade") == (
            answer.status_code,
            answer.headers["upgrade"],
            answer.headers["connection"],
        )
        assert answer.json()["success"] is False
        assert 405 == client.get(address(server, "@cf/openai/whisper").replace("ws", "http", 1)).status_code


def test_one_entry_in_the_journal(server: MockServer) -> None:
    """A connection is one exchange: GET, 101, what was said about it, and how it ended."""
    with opened(server, FLUX, tag="a", **FORMAT) as connection:
        connection.send(bytes(32000))
        connection.send("?")
        while json.loads(connection.recv())["type"] != "Error":
            pass
    notes = settled(server, "2 messages came")
    (exchange,) = server.requests
    assert ("GET", 101, "responder") == (exchange.method, exchange.status, exchange.source)
    assert "tag=a" in exchange.query
    assert "run-cf-deepgram-flux" == exchange.operation_id
    assert f"about {FLUX} of the family speech-recognition-streaming" in notes


def test_same_sound_same_events(served: MockServer) -> None:
    """The same sound in the same pieces is the same bytes, in another process and server, too."""
    noise = b"".join(bytes((value, (value * 7) % 80)) for value in range(256)) * 300

    def said(server: MockServer) -> list[Any]:
        with opened(server, FLUX, **FORMAT) as connection:
            for start in range(0, len(noise), 5000):
                connection.send(noise[start : start + 5000])
            connection.send(bytes(64000))
            connection.send(json.dumps({"type": "CloseStream"}))
            return list(connection)

    with MockServer(Mock()) as other, MockServer(Mock(seed=1)) as seeded:
        first = said(served)
        assert first == said(served) == said(other) != said(seeded)
    assert len(first) > 10


def test_wrong_messages_are_answered(server: MockServer) -> None:
    """Broken JSON and unknown types are answered, within bounds, and end nothing before that."""
    for model in (AURA, FLUX, NOVA):
        with opened(server, model, **FORMAT) as connection:
            for message in ("{", "[]", "{}", '{"type": "Nothing"}', "null", '"Flush"', '{"type": []}', "[" * 10_000):
                connection.send(message)
            connection.send(json.dumps({"type": "Close" if model == AURA else "CloseStream"}))
            kinds = [each["type"] for each in rest(connection) if isinstance(each, dict)]
        assert 8 == kinds.count("Error"), model


def test_messages_that_are_too_large(server: MockServer) -> None:
    """A message past 16 MiB ends the connection with 1009."""
    with opened(server, NOVA) as connection:
        with suppress(ConnectionClosed):
            connection.send(bytes(16 * 1024 * 1024 + 1))
        assert 1009 == end_of(connection).code


def test_small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Past the largest body, the most bytes or the most messages the server ends it and says why."""
    monkeypatch.setattr(upgrades, "MOST_BYTES", 10_000)
    monkeypatch.setattr(upgrades, "MOST_MESSAGES", 5)
    cases = [([5001], 1009, "5000 bytes"), ([4000] * 3, 1008, "10000 bytes"), ([1] * 6, 1008, "5 messages")]
    with MockServer(Mock(max_body=5000)) as server:
        for sizes, code, reason in cases:
            with opened(server, FLUX, **FORMAT) as connection:
                with suppress(ConnectionClosed):
                    for size in sizes:
                        connection.send(bytes(size))
                end = end_of(connection)
            assert code == end.code
            assert reason in end.reason


def test_idle_clients_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that says nothing for too long is told so, and the connection ends."""
    from mockserver.workersai.realtime import voice

    monkeypatch.setattr(voice.Voice, "idle", 0.05)
    with MockServer(Mock()) as server, opened(server, AURA) as connection:
        end = end_of(connection)
    assert 1011 == end.code
    assert end.reason.startswith("NET-0001")


def test_a_client_that_vanishes_leaves_nothing(server: MockServer, becomes: Any) -> None:
    """A client that is gone without a word, even while it is spoken to, leaves no task and no connection."""
    state = server._server.server_state  # type: ignore[union-attr]
    for model in (AURA, FLUX):
        with opened(server, model, **FORMAT) as connection:
            connection.recv()
            if model == AURA:
                connection.send(json.dumps({"type": "Speak", "text": "word " * 900}))
                connection.send(json.dumps({"type": "Flush"}))
            connection.socket.shutdown(socket.SHUT_RDWR)
    becomes(lambda: not state.tasks and not state.connections)
    assert (0, 0) == (len(state.tasks), len(state.connections))


def test_a_defect_ends_one_conversation(server: MockServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception of ours closes the connection with 1011, and its name is in the journal."""
    from mockserver.workersai.realtime import turns

    monkeypatch.setattr(turns.Turns, "_take", lambda self, moment: 1 / 0)
    with opened(server, FLUX, **FORMAT) as connection:
        connection.send(bytes(32000))
        end = end_of(connection)
    assert (1011, "ZeroDivisionError in the mock") == (end.code, end.reason)
    settled(server, "failed: ZeroDivisionError")


def test_pace() -> None:
    """With a pace messages come one after another, and they are the same."""
    said = []
    for settings in ({}, {"ttft": 50.0, "tokens_per_second": 50.0}):
        begun = time.monotonic()
        with MockServer(Mock(**settings)) as server, opened(server, AURA, **FORMAT) as connection:
            connection.send(json.dumps({"type": "Speak", "text": "A paced sentence."}))
            connection.send(json.dumps({"type": "Close"}))
            said.append(list(connection))
    assert said[0] == said[1]
    assert time.monotonic() - begun >= (len(said[0]) - 2) / 50


def test_clear_silences() -> None:
    """With a pace, Clear ends what is being spoken."""
    with MockServer(Mock(tokens_per_second=4.0)) as server, opened(server, AURA) as connection:
        connection.recv()
        for message in ({"type": "Speak", "text": "word " * 200}, {"type": "Flush"}):
            connection.send(json.dumps(message))
        assert isinstance(connection.recv(), bytes)
        connection.send(json.dumps({"type": "Clear"}))
        spoken = 1
        while isinstance(message := connection.recv(timeout=10), bytes):
            spoken += 1
    assert {"type": "Cleared", "sequence_id": 0} == json.loads(message)
    assert spoken < 20  # of some three hundred


def test_many_at_once(server: MockServer) -> None:
    """Conversations do not mix."""
    with ExitStack() as stack:
        connections = [stack.enter_context(opened(server, AURA, tag=number)) for number in range(20)]
        for number, connection in enumerate(connections):
            connection.send(json.dumps({"type": "Speak", "text": f"Number {number}."}))
        for connection in connections:
            connection.send(json.dumps({"type": "Close"}))
        for number, connection in enumerate(connections):
            sound = b"".join(each for each in rest(connection) if isinstance(each, bytes))
            assert f"Number {number}." == sound_recordings.read(sound).said


def test_raw_handshake(server: MockServer) -> None:
    """Behind other requests on the same connection an upgrade works as well, without a library on this side."""
    with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1])), timeout=10) as raw:
        raw.sendall(b"GET /_mockflare/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert raw.recv(4096).startswith(b"HTTP/1.1 200")
        path = f"/client/v4/accounts/{server.account_id}/ai/run/{AURA}"
        key = base64.b64encode(bytes(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            "Host: 127.0.0.1",
            "connection: keep-alive, Upgrade",
            "upgrade: WebSocket",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Authorization: Bearer {server.token}",
        ]
        raw.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = raw.recv(4096)
        assert answer.startswith(b"HTTP/1.1 101")
        assert b"cf-ai-req-id" in answer.lower()
        raw.sendall(b"\x01\x05hello")  # a frame without a mask is a breach of the protocol
        while piece := raw.recv(4096):
            answer += piece
        assert b"\x88" in answer


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", []),
        ("GET", ["Sec-WebSocket-Key: short", "Sec-WebSocket-Version: 13"]),
        ("GET", ["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version: 7"]),
        ("POST", ["Content-Length: 2"]),
        ("GET", ["Transfer-Encoding: chunked"]),
        ("GET", [f"X-{number}: 1" for number in range(500)]),
        ("GET", ["X-Long: " + "x" * 20_000]),
    ],
)
def test_broken_handshakes(server: MockServer, method: str, headers: list[str]) -> None:
    """A broken handshake is answered with a status and the end of the connection, not with silence."""
    with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1])), timeout=10) as raw:
        lines = [f"{method} /x HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: websocket", *headers, "", ""]
        raw.sendall("\r\n".join(lines).encode())
        answer = b""
        while piece := raw.recv(4096):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 4")


def test_the_test_client_of_starlette() -> None:
    """In process, the application speaks WebSocket as over a socket, refusals included."""
    mock = Mock()
    client = TestClient(create_app(mock), headers={"Authorization": f"Bearer {mock.token}"})
    path = f"/client/v4/accounts/{mock.account_id}/ai/run/"
    with client.websocket_connect(f"{path}{FLUX}?{urlencode(FORMAT)}") as session:
        assert "Connected" == session.receive_json()["type"]
        session.send_bytes(speech.speak("In process.", "luna", speech.Format("linear16", "none", 16000)))
        session.send_json({"type": "CloseStream"})
        while session.receive_json().get("transcript") != "In process.":
            pass
        while (message := session.receive())["type"] == "websocket.send":
            last = json.loads(message["text"])
    assert 1000 == message["code"]
    assert ("EndOfTurn", "In process.") == (last["event"], last["transcript"])
    with pytest.raises(WebSocketDenialResponse) as denied, client.websocket_connect(f"{path}@cf/openai/whisper"):
        pass
    assert 400 == denied.value.status_code
    assert [101, 400] == [exchange.status for exchange in mock.journal]


def test_the_library_is_loaded_at_the_first_upgrade() -> None:
    """Serving loads nothing of WebSockets before somebody asks for one."""
    program = """
import sys, json
from mockserver import Mock
from mockserver.server import MockServer
import httpx
loaded = lambda: {"websockets", "mockserver.websocket", "mockserver.upgrades"} & set(sys.modules)
with MockServer(Mock()) as server:
    httpx.get(server.url + "/_mockflare/health")
    assert not loaded(), loaded()
    from websockets.sync.client import connect
    before = {"mockserver.upgrades"} & set(sys.modules)
    url = f"{server.url.replace('http', 'ws', 1)}/accounts/{server.account_id}/ai/run/@cf/deepgram/aura-1"
    with connect(url, additional_headers={"Authorization": f"Bearer {server.token}"}) as aura:
        print(json.loads(aura.recv())["type"], len(before))
"""
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**os.environ}, timeout=60
    )
    assert "Metadata 0" == said.stdout.strip()
