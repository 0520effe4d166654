"""The direct way over a socket and the way through ASGI give the same bytes."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

pytest.importorskip("httptools", reason="without httptools there is one way only")

from mockserver import direct, server
from mockserver.app import Mock
from mockserver.asgi import create_app
from mockserver.server import MockServer

ACCOUNT = "0123456789abcdef0123456789abcdef"
AI = f"/client/v4/accounts/{ACCOUNT}/ai"
TEXT_MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
CHAT = f"{AI}/v1/chat/completions"


def request(path: str = CHAT, body: object = None, *more: str, method: str = "POST", version: str = "1.1") -> bytes:
    """Return a request; a body that is not bytes goes as JSON."""
    payload = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/{version}", "Host: 127.0.0.1", "Authorization: Bearer mockflare-token", *more]
    if body is not None:
        lines += ["Content-Type: application/json"]
        lines += [] if "Transfer-Encoding: chunked" in more else [f"Content-Length: {len(payload)}"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + payload


def chat(text: str = "Tell me about bees.", **more: object) -> dict[str, object]:
    return {"model": TEXT_MODEL, "messages": [{"role": "user", "content": text}], **more}


def chunked(body: bytes, size: int = 7) -> bytes:
    """Return a body in chunked transfer coding."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


LAST = request("/client/v4/nowhere", None, "Connection: close", method="GET")  # the server closes after this one
STREAM = request(CHAT, chat(stream=True))
LONG = chat("long " + "b" * 90_000)
CASES: dict[str, bytes] = {
    "chat": request(CHAT, chat()),
    "stream": STREAM,
    "long stream": request(CHAT, chat("A long story.", stream=True, n=60)),
    "completions": request(f"{AI}/v1/completions", {"model": TEXT_MODEL, "prompt": "The fox"}),
    "embeddings": request(f"{AI}/v1/embeddings", {"model": "@cf/baai/bge-m3", "input": ["red", "blue"]}),
    "many embeddings": request(f"{AI}/v1/embeddings", {"model": "@cf/baai/bge-m3", "input": ["red"] * 40}),
    "responses": request(f"{AI}/v1/responses", {"model": "@cf/openai/gpt-oss-20b", "input": "Hi"}),
    "run": request(f"{AI}/run/{TEXT_MODEL}", {"prompt": "A fox"}),
    "run, stream": request(f"{AI}/run/{TEXT_MODEL}", {"prompt": "A fox", "stream": True}),
    "run, encoded model": request(f"{AI}/run/%40cf%2Fbaai%2Fbge-m3", {"text": "A fox"}),
    "query": request(f"{CHAT}?a=1&b=%20?c", chat()),
    "invalid": request(CHAT, {"model": TEXT_MODEL}),
    "malformed": request(CHAT, b"{"),
    "no body": request(CHAT, None, "Content-Length: 0"),
    "wrong token": request(CHAT, chat()).replace(b"mockflare-token", b"nobody"),
    "unknown path": request("/nowhere", None, method="GET"),
    "unknown method": request(CHAT, None, method="PATCH"),
    "HEAD": request("/nowhere", None, method="HEAD"),
    "HEAD with a body": request(CHAT, chat(), method="HEAD"),
    "OPTIONS": request(CHAT, None, method="OPTIONS"),
    "unknown model": request(CHAT, {**chat(), "model": "@cf/meta/llama"}),
    "preferred status": request(CHAT, chat(), "Prefer: code=401"),
    "preferred status without a body": request(CHAT, chat(), "Prefer: code=204"),
    "odd preference": request(CHAT, chat(), 'Prefer: example="\xe9"'),
    "line breaks in the path": request("/client/v4/accounts/x%0d%0aSet-Cookie:%20a/ai/v1/embeddings", {"input": ""}),
    "encoded slash at the start": request("/%2Fx", None, method="GET"),
    "absolute target": request(f"http://127.0.0.1{CHAT}", chat()),
    "fragment": request(f"{CHAT}#x", chat()),
    "asterisk": request("*", None, method="OPTIONS"),
    "long path": request("/" + "a" * 9000, None, method="GET"),
    "path that is not ASCII": request("/\xe9", None, method="GET"),
    "own endpoint": request("/_mockflare/nothing", None, method="GET"),
    "own endpoint, encoded": request("/%5fmockflare/nothing", None, method="GET"),
    "HTTP/1.0": request(CHAT, chat(), version="1.0"),
    "HTTP/1.0, kept": request(CHAT, chat(), "Connection: keep-alive", version="1.0"),
    "HTTP/1.0, stream": request(CHAT, chat(stream=True), version="1.0"),
    "close": request(CHAT, chat(), "Connection: close"),
    "close, stream": request(CHAT, chat(stream=True), "Connection: close"),
    "close, then more": request(CHAT, chat(), "Connection: close") + request(CHAT, chat()),
    "Expect": request(CHAT, chat(), "Expect: 100-continue"),
    "chunked": request(CHAT, chunked(json.dumps(chat()).encode()), "Transfer-Encoding: chunked"),
    "chunked, large": request(CHAT, chunked(json.dumps(LONG).encode(), 4000), "Transfer-Encoding: chunked"),
    "large": request(CHAT, LONG),
    "broken chunk": request(CHAT, b"zz\r\n", "Transfer-Encoding: chunked"),
    "two lengths": request(CHAT, chat(), "Content-Length: 3"),
    "length and chunks": request(CHAT, chunked(b"{}"), "Transfer-Encoding: chunked", "Content-Length: 3"),
    "no HTTP": b"\x16\x03\x01\x02\x00 hello\r\n\r\n",
    "50 in a pipeline": b"".join(request(CHAT, chat(f"Question {number}")) for number in range(50)),
    "mixed pipeline": b"".join(
        (
            request(CHAT, chat("one")),
            STREAM,
            request(CHAT, chat("two"), "Expect: 100-continue"),
            request(CHAT, chat("three")),
            request("/_mockflare/nothing", None, method="GET"),
            request(CHAT, LONG),
            request("/nowhere", None, method="HEAD"),
            STREAM,
            request(CHAT, chat("four")),
        )
    ),
}


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> Iterator[None]:
    """Keep the developer's own settings out."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="module")
def short() -> Iterator[MockServer]:
    """A server with the direct way."""
    assert direct.DirectProtocol is server._protocol()
    with MockServer(Mock()) as running:
        yield running


@pytest.fixture(scope="module")
def ordinary() -> Iterator[MockServer]:
    """A server where everything goes through ASGI."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "_protocol", lambda: "httptools")
        running = MockServer(Mock()).start()
    yield running
    running.stop()


def connect(running: MockServer) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", int(running.url.rsplit(":", 1)[1])), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def answers(running: MockServer, sent: bytes, step: int = 0) -> bytes:
    """Return all that comes back until the server closes; `step` bytes go in a packet."""
    received: list[bytes] = []
    with connect(running) as connection:

        def read() -> None:
            try:
                while piece := connection.recv(262144):
                    received.append(piece)
            except OSError:
                pass  # the server closed while we were writing

        reader = threading.Thread(target=read)
        reader.start()
        try:
            for at in range(0, len(sent), step or len(sent)):
                connection.sendall(sent[at : at + (step or len(sent))])
                if step:
                    time.sleep(0.0002)
        except OSError:
            pass
        reader.join(20)
        assert not reader.is_alive()
    return b"".join(received)


@pytest.mark.parametrize("name", CASES)
def test_both_ways_give_the_same_bytes(name, short, ordinary):
    """Whatever is sent, in one piece or a few bytes at a time, the answers are the same to the last byte."""
    expected = answers(ordinary, CASES[name] + LAST)
    assert expected.startswith(b"HTTP/1.1 ")
    assert expected == answers(short, CASES[name] + LAST)


@pytest.mark.parametrize("name", ["chat", "stream", "chunked", "Expect", "HEAD", "mixed pipeline"])
def test_split_packets_make_no_difference(name, short, ordinary):
    """A request that comes in crumbs gets the answer of the whole."""
    case = CASES[name] + LAST
    assert answers(ordinary, case) == answers(short, case, step=1 if len(case) < 3000 else 997)


HEAD, _, BODY = CASES["chat"].partition(b"\r\n\r\n")
LENGTH = b"Content-Length: %d" % len(BODY)
AFTER_A_CHAT: dict[str, list[bytes]] = {
    **{name: [sent] for name, sent in CASES.items()},
    "longer": [request(CHAT, chat("Tell me about bees and bumblebees."))],
    "malformed body": [HEAD.replace(LENGTH, b"Content-Length: 1") + b"\r\n\r\n{"],
    "empty body": [HEAD.replace(LENGTH, b"Content-Length: 0") + b"\r\n\r\n"],
    "head and body apart": [HEAD + b"\r\n\r\n", BODY],
    "head and body apart, then one more": [HEAD + b"\r\n\r\n", BODY + CASES["chat"]],
    "three pieces": [HEAD + b"\r\n\r\n" + BODY[:4], BODY[4:9], BODY[9:]],
    "within the head": [HEAD[:-1], HEAD[-1:] + b"\r\n\r\n" + BODY],
    "within the blank line": [HEAD + b"\r\n", b"\r\n" + BODY],
    "two at once": [CASES["chat"] * 2],
    "one and a half": [CASES["chat"] + HEAD[:50], HEAD[50:] + b"\r\n\r\n" + BODY],
    "line break before it": [b"\r\n" + CASES["chat"]],
    "line break after it": [CASES["chat"] + b"\r\n", CASES["chat"]],
    "large, with a known head": [HEAD.replace(LENGTH, b"Content-Length: 70000") + b"\r\n\r\n" + b" " * 70000],
    "another spelling": [CASES["chat"].replace(b"Content-Length: ", b"content-length:")],
    "zeros": [CASES["chat"].replace(b"Content-Length: ", b"Content-Length: 000")],
    "the length of two lines": [CASES["chat"].replace(b"Content-Length: ", b"X: 1\r\nContent-Length: ")],
    "a body with a head in it": [request(CHAT, chat("Content-Length: 5\r\n\r\n")), request(CHAT, BODY + b" ")],
    **{
        f"length {odd!r}": [HEAD.replace(LENGTH, b"Content-Length: " + odd) + b"\r\n\r\n" + BODY]
        for odd in (b"", b"-1", b"+5", b"0x10", b"1e2", b"1 2", b"99999999999999999999", "٣".encode())
    },
}
"""What a client sends that has asked before, packet for packet."""


@pytest.mark.parametrize("name", AFTER_A_CHAT)
def test_a_known_head_makes_no_difference(name, short, ordinary):
    """After a request with the same head, or nearly the same, the answers are those of both parsed from the start."""
    assert dialogue(ordinary, AFTER_A_CHAT[name]) == dialogue(short, AFTER_A_CHAT[name])


def dialogue(running: MockServer, packets: list[bytes]) -> bytes:
    """Return all that comes back from one who asks, has the answer, and then sends these packets."""
    with connect(running) as connection:
        connection.sendall(CASES["chat"])
        received = connection.recv(262144)
        head, _, body = received.partition(b"\r\n\r\n")
        assert b"content-length: %d" % len(body) in head
        try:
            for packet in (*packets, LAST):
                time.sleep(0.002)
                connection.sendall(packet)
        except OSError:
            pass  # the server closed while we were writing
        try:
            while more := connection.recv(262144):
                received += more
        except ConnectionResetError:
            pass
    return received


def test_a_known_head_is_not_parsed(short, monkeypatch):
    """Of one request after another, in one packet or two, the parser sees the first and the one that closes."""
    parsed: list[bytes] = []
    complete = direct.DirectProtocol.on_headers_complete
    monkeypatch.setattr(
        direct.DirectProtocol,
        "on_headers_complete",
        lambda self: (parsed.append(bytes(self.url)), complete(self)),
    )
    with connect(short) as connection:
        for text in ("one", "two", "three and four"):
            whole = request(CHAT, chat(text))
            body_at = whole.index(b"\r\n\r\n") + 4
            for packets in ([whole], [whole[:body_at], whole[body_at:]]):
                for packet in packets:
                    time.sleep(0.02)
                    connection.sendall(packet)
                assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(LAST)
        while connection.recv(65536):
            pass
    assert [CHAT.encode(), b"/client/v4/nowhere"] == parsed


def test_known_heads_keep_to_the_settings_of_the_day():
    """With a known head, too, a body that is too long is refused and a paced stream takes its time."""
    with MockServer(Mock(max_body=500, tokens_per_second=2000)) as running, connect(running) as connection:
        connection.sendall(request(CHAT, chat("short")))
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        connection.sendall(request(CHAT, chat("x" * 600)))
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")
        connection.sendall(request(CHAT, chat("short")))
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        before = running.requests.count
        connection.sendall(request(CHAT, chat(stream=True)) + LAST)
        received = b""
        while more := connection.recv(65536):
            received += more
        assert b"data: [DONE]" in received
        assert b"No route for that URI" in received
        assert before + 2 == running.requests.count


def test_known_heads_leave_no_credentials_behind():
    """With a known head, too, the journal has the length of each body, and no token."""
    with MockServer(Mock()) as running, connect(running) as connection:
        for text in ("a", "bb", "ccc" * 40):
            connection.sendall(request(CHAT, chat(text), "X-Note: mine"))
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        for exchange in running.requests:
            assert "[redacted]" == exchange.headers["authorization"]
            assert str(len(exchange.body)) == exchange.headers["content-length"]
            assert "mine" == exchange.headers["x-note"]
            assert "createChatCompletion" == exchange.operation_id
        assert 3 == len({exchange.headers["content-length"] for exchange in running.requests})


def test_known_heads_are_admitted_anew_by_another_mock(monkeypatch):
    """Who takes the place of a mock knows nothing of what that one admitted."""
    made = []
    monkeypatch.setattr(server, "create_app", lambda mock: made.append(create_app(mock)) or made[0])
    with MockServer(Mock()) as running, connect(running) as connection:
        (application,) = made
        for mock, status in ((None, 200), (None, 200), (Mock(tokens=["other"]), 401), (Mock(), 200)):
            if mock is not None:
                application.mock = mock
            connection.sendall(request(CHAT, chat("again")))
            assert connection.recv(65536).startswith(b"HTTP/1.1 %d " % status)


def test_an_answer_comes_before_the_complaint_about_what_follows(short):
    """A sound request is answered although no HTTP follows it."""
    said = answers(short, CASES["chat"] + b"\x00\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 400 Bad Request\r\n" in said


def test_a_refused_websocket_is_answered_alike(short, ordinary):
    """Who asks for a WebSocket where there is none gets the same answer on both ways, and nothing after it."""
    said = []
    for running in (short, ordinary):
        with connect(running) as connection:
            connection.sendall(request(CHAT, chat(), "Connection: Upgrade", "Upgrade: websocket"))
            said.append(connection.recv(65536))
    assert said[0] == said[1]
    assert said[0].startswith(b"HTTP/1.1 ")


@pytest.mark.parametrize("spelling", ["Upgrade: h2c", "UPGRADE:h2c", "upgrade: h2c, TLS/1.3"])
@pytest.mark.parametrize("cut", [b"POST", b"HTTP2-Settings:", b"{"], ids=["whole", "after the offer", "head and body"])
def test_offers_of_http_2_are_passed_over(spelling, cut, short):
    """curl --http2 and Java's client offer HTTP/2 with every request: each is answered, body and all, in HTTP/1.1."""
    plain = request(CHAT, chat())
    offer = request(CHAT, chat(), "Connection: Upgrade, HTTP2-Settings", spelling, "HTTP2-Settings: AAMAAABkAAQAAP__")
    at = offer.index(cut)
    expected = answers(short, plain + LAST)
    with connect(short) as connection:
        for _ in range(3):
            for packet in (offer[:at], offer[at:]):
                connection.sendall(packet)
                time.sleep(0.01)
            said = connection.recv(65536)
            assert said.startswith(b"HTTP/1.1 200 ")
            assert said in expected
        assert spelling.partition(":")[2].strip() == short.requests[-1].headers["upgrade"]


def test_an_offer_after_a_paced_stream():
    """What goes the ordinary way passes offers over, too, and so does what follows it."""
    offer = ("Connection: Upgrade", "Upgrade: h2c")
    with MockServer(Mock(tokens_per_second=2000)) as running:
        said = []
        with connect(running) as connection:
            for body in (chat(stream=True, max_tokens=5), chat(), chat(stream=True, max_tokens=5), chat(), chat()):
                connection.sendall(request(CHAT, body, *offer))
                received = b""
                end = b"\r\n0\r\n\r\n" if "stream" in body else b"}}"
                while not received.endswith(end):
                    received += connection.recv(65536)
                said.append(received)
        assert all(each.startswith(b"HTTP/1.1 200 ") for each in said)


@pytest.mark.parametrize("hard", [False, True], ids=["FIN", "RST"])
def test_who_leaves_unread_answers_behind_leaves_no_error(hard, short, becomes, caplog):
    """A client that pipelines, reads nothing and goes away is forgotten without a traceback."""
    many = request(f"{AI}/v1/embeddings", {"model": "@cf/baai/bge-large-en-v1.5", "input": ["red"] * 90})
    for _ in range(3):
        connection = connect(short)
        connection.sendall(many * 6)
        time.sleep(0.3)
        if hard:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    assert becomes(lambda: not short._server.server_state.connections and not short._server.server_state.tasks)
    assert [] == [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


def test_plain_requests_take_the_short_way(short, monkeypatch):
    """Neither a task nor a cycle is made for a chat, a stream, embeddings or a refusal."""
    begun: list[bytes] = []
    begin = direct.DirectProtocol._begin_cycle
    monkeypatch.setattr(
        direct.DirectProtocol, "_begin_cycle", lambda self, *app: (begun.append(self.url), begin(self, *app))
    )
    for name in ("chat", "stream", "embeddings", "invalid", "run", "unknown path", "50 in a pipeline", "chunked"):
        answers(short, CASES[name] + LAST)
    assert [b"/client/v4/nowhere"] * 8 == begun


def test_requests_are_counted(short):
    """uvicorn's own count goes on, whichever way a request takes."""
    before = short._server.server_state.total_requests
    answers(short, CASES["mixed pipeline"] + LAST)
    assert 10 == short._server.server_state.total_requests - before


def test_a_client_that_leaves_in_mid_body_leaves_nothing(short, becomes):
    """An unfinished request is dropped: no entry in the journal, no connection left over."""
    before = short.requests.count
    for _ in range(5):
        with connect(short) as connection:
            connection.sendall(request(CHAT, chat())[:-5])
    assert becomes(lambda: not short._server.server_state.connections)
    assert before == short.requests.count


def test_a_refused_body_is_read_to_its_end(short, ordinary):
    """100 MB are answered with 413 whether announced or in chunks, and the next request is answered."""
    piece = b"x" * (1 << 20)
    for running in (short, ordinary):
        for framing, sent in (
            ("Content-Length: 104857600", piece),
            ("Transfer-Encoding: chunked", b"100000\r\n" + piece),
        ):
            end = b"\r\n" if framing[0] == "T" else b""
            with connect(running) as connection:
                connection.sendall(request(CHAT, None, framing, "Content-Type: application/json"))
                for _ in range(100):
                    connection.sendall(sent + end)
                connection.sendall((b"0\r\n\r\n" if end else b"") + LAST)
                received = b""
                while more := connection.recv(65536):
                    received += more
            assert received.startswith(b"HTTP/1.1 413 ")
            assert b"No route for that URI" in received


def test_a_small_limit_counts_on_both_ways():
    """A body beyond `max_body` is refused although it is small enough for the short way."""
    with MockServer(Mock(max_body=500)) as running:
        assert answers(running, request(CHAT, chat("x" * 600)) + LAST).startswith(b"HTTP/1.1 413 ")
        body = chunked(json.dumps(chat("x" * 600)).encode())
        assert answers(running, request(CHAT, body, "Transfer-Encoding: chunked") + LAST).startswith(b"HTTP/1.1 413 ")
        assert answers(running, request(CHAT, chat("short")) + LAST).startswith(b"HTTP/1.1 200 ")


def test_a_slow_reader_stops_the_server_from_answering_on(short):
    """A client that asks and does not read is not answered into memory: its requests wait."""
    before = short.requests.count
    with connect(short) as connection:
        connection.setblocking(False)
        sent = 0
        many = CASES["many embeddings"] * 20
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline and sent < 5000:
            try:
                connection.send(many)
                sent += 20
            except BlockingIOError:
                time.sleep(0.05)
        answered = short.requests.count - before
    assert answered < 100


def test_a_paced_stream_is_paced():
    """Settings of time hold: a stream in real time does not come at once."""
    with MockServer(Mock(tokens_per_second=50)) as running:
        begun = time.monotonic()
        said = answers(running, request(CHAT, chat(stream=True, max_tokens=20)) + LAST)
        assert 0.3 < time.monotonic() - begun
        assert b"[DONE]" in said


def test_an_idle_connection_is_closed_and_a_busy_one_kept(monkeypatch):
    """The keep-alive timeout counts from the last answer."""
    plain = server._config
    monkeypatch.setattr(server, "_config", lambda app, **more: timed(plain(app, **more), 1))
    with MockServer(Mock()) as running, connect(running) as connection:
        begun = time.monotonic()
        for _ in range(4):
            connection.sendall(CASES["unknown path"])
            assert b"No route for that URI" in connection.recv(65536)
            time.sleep(0.4)
        assert b"" == connection.recv(65536)
        assert 2.1 < time.monotonic() - begun


def timed(config: object, seconds: int) -> object:
    config.timeout_keep_alive = seconds
    return config


def test_a_server_stops_with_idle_connections(monkeypatch):
    """Kept connections do not hold up the end, however long they may be kept."""
    plain = server._config
    monkeypatch.setattr(server, "_config", lambda app, **more: timed(plain(app, **more), 600))
    running = MockServer(Mock()).start()
    thread = running._thread
    with connect(running) as connection:
        connection.sendall(CASES["unknown path"])
        connection.recv(65536)
        running.stop()
        assert not thread.is_alive()
        assert b"" == connection.recv(65536)


def test_a_request_in_mid_body_is_answered_before_the_end():
    """A server that stops waits for the rest of a request that has begun."""
    running = MockServer(Mock()).start()
    with connect(running) as connection:
        sent = CASES["chat"]
        connection.sendall(sent[:-5])
        time.sleep(0.1)
        stopping = threading.Thread(target=running.stop)
        stopping.start()
        time.sleep(0.2)
        connection.sendall(sent[-5:])
        head = connection.recv(65536)
        stopping.join(5)
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in head


def test_headers_of_responders_are_checked(short, ordinary):
    """A header with a line break, or about framing, is left to uvicorn: no response is split."""
    from mockserver.engine.values import Answer

    for header in (("x-note", "a\r\nset-cookie: b"), ("x note", "a"), ("x-fine", "a\tb"), ("connection", "close"),
                   ("content-length", "1"), ("transfer-encoding", "chunked")):  # fmt: skip
        said = []
        for running in (short, ordinary):
            running.on("createEmbeddings")(
                lambda invocation, header=header: Answer(
                    200, {"object": "list", "data": [], "model": "x"}, headers=[header]
                )
            )
            said.append(answers(running, CASES["embeddings"] + LAST))
            running.reset()
        assert said[0] == said[1]
        assert b"\r\nset-cookie" not in said[0]


@pytest.mark.parametrize("missing", ["STATUS_LINE", "HEADER_RE"])
def test_another_uvicorn_serves_the_ordinary_way(missing, monkeypatch):
    """Where uvicorn is built otherwise, the server starts all the same."""
    monkeypatch.delattr(direct.httptools_impl, missing)
    assert "auto" == server._protocol()


def test_another_protocol_class_serves_the_ordinary_way(monkeypatch):
    """A class without the parts that are used is not derived from."""
    monkeypatch.setattr(direct, "HttpToolsProtocol", SimpleNamespace(__init__=lambda self: None))
    assert not direct.fits()
