"""Nothing that comes over a socket makes the mock fail, keep memory or serve whom it should not."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mockserver import bundled
from mockserver.app import Mock
from mockserver.asgi import create_app
from mockserver.server import MockServer

ACCOUNT = "0123456789abcdef0123456789abcdef"
AI = f"/client/v4/accounts/{ACCOUNT}/ai"
TEXT_MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
CODES = {case["code"] for case in bundled.errors().values() if case.get("code")}
TURNS = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is the weather in Rome?"}]


def refuse_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def strict(body: bytes) -> Any:
    """Parse JSON as RFC 8259 has it."""
    return json.loads(body.decode("utf-8"), parse_constant=refuse_constant)


def assert_envelope(status: int, body: bytes) -> None:
    """A refusal is in the service's envelope and has a code of its table."""
    envelope = strict(body)
    assert {"result", "success", "errors", "messages"} == set(envelope), envelope
    assert envelope["success"] is False
    assert envelope["result"] in (None, {})
    assert [] == envelope["messages"]
    assert envelope["errors"], envelope
    for error in envelope["errors"]:
        assert error["code"] in CODES, envelope
        assert isinstance(error["message"], str), envelope
        assert error["message"].strip(), envelope


# over a socket -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    """A mock behind a socket."""
    with MockServer(Mock(journal_size=300)) as server:
        yield server


@pytest.fixture(scope="module")
def slow_server() -> Iterator[MockServer]:
    """A mock that takes its time to stream: two minutes for a piece after the first one."""
    with MockServer(Mock(tokens_per_second=1 / 120)) as server:
        yield server


def address_of(server: MockServer) -> tuple[str, int]:
    host, port = server.url.removeprefix("http://").split(":")
    return host, int(port)


def ask(
    server: MockServer, method: str, path: str, body: Any = None, token: str | None = "mockflare-token", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send a request on a connection of its own; a body that is not bytes goes as JSON."""
    payload = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    sent = {"Content-Type": "application/json"} if payload is not None else {}
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection(*address_of(server), timeout=20)
    try:
        connection.request(method, path, payload, sent)
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def raw(server: MockServer, sent: bytes) -> bytes:
    """Send bytes as they are and return all that comes back until the server closes."""
    with socket.create_connection(address_of(server), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        chunks = []
        while chunk := connection.recv(65536):
            chunks.append(chunk)
    return b"".join(chunks)


def health(server: MockServer) -> int:
    return ask(server, "GET", "/_mockflare/health")[0]


def code_of(body: bytes) -> int:
    envelope = strict(body)
    code: int = envelope["errors"][0]["code"]
    return code


CHAT = f"{AI}/v1/chat/completions"
GOOD = {"model": TEXT_MODEL, "messages": TURNS}
MALFORMED = {
    "truncated": b'{"model": "x", "messages": [',
    "no JSON at all": b"model=x",
    "10,000 arrays": b"[" * 10000 + b"]" * 10000,
    "10,000 arrays in a member": b'{"model":"'
    + TEXT_MODEL.encode()
    + b'","messages":[],"x":'
    + b"[" * 10000
    + b"]" * 10000
    + b"}",
    "NaN": b'{"model": NaN, "messages": []}',
    "Infinity": b'{"model": "x", "messages": [], "temperature": Infinity}',
    "lone surrogate": b'{"model": "\\ud800", "messages": []}',
    "invalid UTF-8": b'{"model": "\xff\xfe", "messages": []}',
    "UTF-16": '{"model": "x"}'.encode("utf-16"),
    "control character": b'{"model": "\x00", "messages": []}',
    "two values": b"{}{}",
    "empty": b"",
    "an array": b"[]",
    "a number": b"3",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_body_is_refused(name, server):
    """A body that is no JSON object gets 400 and an envelope, and the server goes on."""
    status, headers, body = ask(server, "POST", CHAT, MALFORMED[name])
    assert (400, "application/json") == (status, headers["content-type"])
    assert_envelope(status, body)
    assert code_of(body) in (5006, 3003)
    assert 200 == health(server)


def test_all_violations_are_told_at_once(server):
    """Every wrong member is named with its JSON Pointer in one message."""
    wrong = {
        "model": TEXT_MODEL,
        "messages": [{"role": "nobody", "content": 3}, {"content": "x"}, "x"],
        "temperature": "hot",
        "max_tokens": "many",
        "stream": "yes",
        "tools": 3,
    }
    status, _, body = ask(server, "POST", CHAT, wrong)
    message = strict(body)["errors"][0]["message"]
    assert (400, 5006) == (status, code_of(body))
    assert message.startswith("AiError: Bad input: Error: ")
    for pointer in (
        "/messages/0/role",
        "/messages/1",
        "/messages/2",
        "/temperature",
        "/max_tokens",
        "/stream",
        "/tools",
    ):
        assert f"'{pointer}" in message, f"{pointer} is not in {message}"


@pytest.mark.parametrize(
    ("method", "path", "token", "status", "code"),
    [
        ("GET", CHAT, "mockflare-token", 405, 7001),
        ("DELETE", f"{AI}/run/{TEXT_MODEL}", "mockflare-token", 405, 7001),
        ("PATCH", f"{AI}/run/%40cf%2Fmeta%2Fllama-3.3-70b-instruct-fp8-fast", "mockflare-token", 405, 7001),
        ("OPTIONS", CHAT, None, 405, 7001),
        ("POST", "/client/v4/nowhere", "mockflare-token", 400, 7000),
        ("POST", "/%2e%2e/%2e%2e/etc/passwd", "mockflare-token", 400, 7000),
        ("POST", CHAT, None, 400, 9106),
        ("POST", CHAT, "wrong", 401, 10000),
        ("POST", f"{AI}/run/@cf/nobody/nothing", "mockflare-token", 400, 5007),
        ("POST", f"{AI}/run/nothing", "mockflare-token", 404, 3042),
    ],
)
def test_refusals_have_status_and_code(method, path, token, status, code, server):
    """Each kind of mistake gets its status and its code."""
    found, headers, body = ask(server, method, path, GOOD, token)
    assert (status, code) == (found, code_of(body))
    assert_envelope(found, body)
    assert ("POST" if status == 405 else None) == headers.get("allow")


def test_head_has_no_body(server):
    """HEAD gets the status of the refusal and no body."""
    status, _, body = ask(server, "HEAD", CHAT)
    assert (405, b"") == (status, body)


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=x"]
)
def test_wrong_textual_type_is_read_as_json(media_type, server):
    """The service looks at the body, not at its label."""
    assert 200 == ask(server, "POST", CHAT, GOOD, Content_Type=media_type)[0]


@pytest.mark.parametrize("media_type", ["image/png", "audio/wav", "application/octet-stream", "multipart/form-data"])
def test_wrong_binary_type_is_refused(media_type, server):
    """Sound, pictures, bytes and forms are no chat request."""
    status, _, body = ask(server, "POST", CHAT, GOOD, Content_Type=media_type)
    assert status in (400, 415)
    assert_envelope(status, body)


RAW = {
    "bytes in the path": b"POST /client/v4/\xff\xc3\xa9\xe4 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
    "bytes in the query": b"GET /client/v4/x?q=\xff\xe9 HTTP/1.1\r\nHost: x\r\n\r\n",
    "bytes in a header": b"POST " + CHAT.encode() + b" HTTP/1.1\r\nHost: x\r\nX-Odd: \xff\xe9\xc3\xa9\r\n\r\n",
    "bytes in the token": b"POST " + CHAT.encode() + b" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\xe9\r\n\r\n",
    "bytes in Prefer": b"POST " + CHAT.encode() + b" HTTP/1.1\r\nHost: x\r\nPrefer: example=\xff\r\n\r\n",
    "bytes in the model": b"POST "
    + AI.encode()
    + b"/run/@cf/\xe4\xb8\xad/\xff HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "two lengths": b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "negative length": b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: -2\r\n\r\n{}",
    "bad chunk": b"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "absolute target": b"GET http://127.0.0.1/client/v4/x HTTP/1.1\r\nHost: x\r\n\r\n",
    "asterisk": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "HTTP/1.0": b"POST " + CHAT.encode() + b" HTTP/1.0\r\n\r\n",
    "long path": b"GET /" + b"a" * 30000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("name", RAW)
def test_raw_bytes_are_answered(name, server):
    """Whatever bytes come, the answer is a 4xx or nothing, and the server goes on.

    What is no HTTP (a request line with bytes beyond ASCII is none, by RFC 9112) is refused by the HTTP layer in its
    own words; everything else by the mock in the service's.
    """
    answer = raw(server, RAW[name])
    if answer:
        assert re.match(rb"HTTP/1\.1 4\d\d ", answer), answer[:300]
        assert b"Traceback" not in answer
    if name in ("bytes in a header", "bytes in the token", "bytes in Prefer", "long path", "HTTP/1.0"):
        status, content = int(answer.split(b" ", 2)[1]), answer.split(b"\r\n\r\n", 1)[1]
        assert_envelope(status, content)
    assert 200 == health(server)


def test_websocket_is_turned_away(server):
    """An upgrade that nothing serves is refused, and the server goes on."""
    answer = raw(
        server,
        b"GET " + CHAT.encode() + b" HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    )
    assert re.match(rb"HTTP/1\.1 4\d\d ", answer), answer[:300]
    assert 200 == health(server)


# size and time -----------------------------------------------------------------------------------------------------


def head_of(path: str, *headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: x", "Authorization: Bearer mockflare-token", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def peak(pid: int) -> int:
    """The most memory a process has had, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


@pytest.fixture(scope="module")
def process(tmp_path_factory) -> Iterator[tuple[int, int]]:
    """Pid and port of `mockflare serve` in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MOCKFLARE_", "CLOUDFLARE_"))}
    child = subprocess.Popen(
        [sys.executable, "-m", "mockserver", "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path_factory.mktemp("serve"),
        env=kept,
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert child.poll() is None, "the server ended"
            time.sleep(0.05)
        yield child.pid, port
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("chunked", [False, True])
def test_body_of_100_megabytes_is_refused_and_not_kept(chunked, process):
    """100 MB get 413 and 3006; the server's memory does not grow with them."""
    pid, port = process
    before = peak(pid)
    piece, count = b"x" * (1 << 20), 100
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(piece) * count}"
        connection.sendall(head_of(CHAT, framing, "Content-Type: application/json"))
        for _ in range(count):
            connection.sendall(b"%x\r\n" % len(piece) + piece + b"\r\n" if chunked else piece)
        if chunked:
            connection.sendall(b"0\r\n\r\n")
        response = http.client.HTTPResponse(connection)
        response.begin()
        body = response.read()
    assert (413, 3006) == (response.status, code_of(body))
    assert_envelope(413, body)
    assert peak(pid) - before < 70 * (1 << 20)


def test_announced_body_is_refused_without_waiting_for_it(server):
    """A length beyond the limit is refused as soon as it is announced: the rest may never come."""
    with socket.create_connection(address_of(server), timeout=5) as connection:
        connection.sendall(head_of(CHAT, "Content-Length: 10000000000", "Content-Type: application/json") + b"{")
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")
    assert 200 == health(server)


def test_slow_body_is_waited_for(server):
    """A body that comes byte by byte is read to its end, others are answered meanwhile."""
    payload = json.dumps(GOOD).encode()
    with socket.create_connection(address_of(server), timeout=10) as connection:
        connection.sendall(head_of(CHAT, f"Content-Length: {len(payload)}", "Content-Type: application/json"))
        step = len(payload) // 8 + 1
        for start in range(0, len(payload), step):
            connection.sendall(payload[start : start + step])
            time.sleep(0.02)
            assert start or 200 == health(server)
        response = http.client.HTTPResponse(connection)
        response.begin()
        assert 200 == response.status
        assert "chat.completion" == strict(response.read())["object"]


def tasks(server: MockServer) -> int:
    """Requests that the server is working on; uvicorn counts them."""
    assert server._server is not None
    return len(server._server.server_state.tasks)


def test_client_that_leaves_in_mid_body(server, becomes):
    """A request that never ends leaves nothing behind, not even an exchange in the journal."""
    before = server.requests.count
    for _ in range(5):
        with socket.create_connection(address_of(server), timeout=5) as connection:
            connection.sendall(head_of(CHAT, "Content-Length: 5000", "Content-Type: application/json") + b'{"model":')
    assert becomes(lambda: not tasks(server))
    assert before == server.requests.count
    assert 200 == health(server)


def test_client_that_leaves_in_mid_stream(slow_server, becomes):
    """A stream ends when its client is gone: tokens that take minutes are not paced for nobody."""
    payload = json.dumps({**GOOD, "stream": True}).encode()
    for _ in range(5):
        connection = socket.create_connection(address_of(slow_server), timeout=5)
        connection.sendall(head_of(CHAT, f"Content-Length: {len(payload)}", "Content-Type: application/json") + payload)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        connection.close()
    assert becomes(lambda: not tasks(slow_server))
    assert 200 == health(slow_server)


def test_application_stops_a_stream_that_nobody_reads():
    """On `http.disconnect` the ASGI application returns at once, with no task left over."""

    async def run() -> tuple[int, int]:
        app = create_app(Mock(tokens_per_second=2))
        payload = json.dumps({**GOOD, "stream": True}).encode()
        incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        await incoming.put({"type": "http.request", "body": payload, "more_body": False})
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)
            if len(sent) == 3:
                await incoming.put({"type": "http.disconnect"})

        scope = {
            "type": "http",
            "method": "POST",
            "path": CHAT,
            "raw_path": CHAT.encode(),
            "query_string": b"",
            "headers": [(b"authorization", b"Bearer mockflare-token"), (b"content-type", b"application/json")],
        }
        await app(scope, incoming.get, send)
        await asyncio.sleep(0)
        return len(sent), len(asyncio.all_tasks())

    sent, left = asyncio.run(run())
    assert sent < 10
    assert 1 == left


def test_200_requests_at_once(server):
    """200 requests on 200 connections at the same time get 200 answers, equal where the requests are."""

    def one(number: int) -> tuple[int, bytes]:
        body = {**GOOD, "messages": [{"role": "user", "content": f"Question {number % 4}"}]}
        return ask(server, "POST", CHAT, body)[::2]

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(one, range(200)))
    assert {200} == {status for status, _ in answers}
    assert 4 == len({body for _, body in answers})


# our own endpoints -------------------------------------------------------------------------------------------------

OWN = [
    *(("GET", f"/_mockflare/{name}") for name in ("health", "journal")),
    *(("POST", f"/_mockflare/{name}") for name in ("reset", "stubs", "faults")),
]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "localhost.evil.example", "192.168.0.7", ""]
)
@pytest.mark.parametrize(("method", "path"), OWN)
def test_own_endpoints_refuse_other_hosts(method, path, host, server):
    """A name that was rebound to this machine opens nothing."""
    assert 403 == ask(server, method, path, Host=host)[0]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:8787", ""])
@pytest.mark.parametrize(("method", "path"), OWN)
def test_own_endpoints_refuse_web_pages(method, path, origin, server):
    """No web page uses our endpoints, whatever its origin; nothing answers a preflight."""
    assert 403 == ask(server, method, path, Origin=origin)[0]
    status, headers, _ = ask(server, "OPTIONS", path, Origin=origin, Access_Control_Request_Method=method)
    assert status in (403, 405)
    assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "path", ["/_mockflare", "/_mockflare/", "/_mockflare/nothing", "/_mockflare/health/", "/_mockflarex"]
)
def test_unknown_own_endpoints_tell_nothing(path, server):
    """What is not there is 403 or 404 for a foreign host, and never leads anywhere."""
    status, headers, _ = ask(server, "GET", path, Host="evil.example")
    assert status in (400, 403, 404)
    assert "location" not in headers


SECRETS = {
    "Authorization": "Bearer hunter2-authorization",
    "X-Auth-Key": "hunter2-auth-key",
    "X-Auth-Email": "hunter2@example.com",
    "X-Auth-User-Service-Key": "hunter2-user-service",
    "Cookie": "session=hunter2-cookie",
    "Proxy-Authorization": "Basic hunter2-proxy",
    "cf-aig-authorization": "Bearer hunter2-gateway",
    "X-API-Key": "hunter2-api-key",
}


def test_journal_holds_no_credentials(server):
    """Neither headers nor query values that are secrets are in the journal, in memory or over the socket."""
    server.reset()
    for name, value in SECRETS.items():
        ask(
            server,
            "POST",
            f"{CHAT}?api_token=hunter2-query&x=1&Secret=hunter2-more",
            GOOD,
            **{"token": None, name: value},
        )
    ask(server, "POST", CHAT, GOOD, token="hunter2-token")
    _, _, body = ask(server, "GET", "/_mockflare/journal?limit=1000")
    kept = strict(body)
    assert len(SECRETS) + 1 == kept["count"] == len(kept["exchanges"])
    assert b"hunter2" not in body
    for exchange in server.requests:
        assert "hunter2" not in repr(
            (exchange.headers, exchange.query, exchange.path, exchange.notes, exchange.warnings)
        )


@pytest.mark.parametrize("limit", ["-1", "x", "", "1e9", "999999999999999999999", "%00", "0"])
def test_journal_takes_any_limit(limit, server):
    """An odd limit is refused or taken, never a failure."""
    status, _, body = ask(server, "GET", f"/_mockflare/journal?limit={limit}")
    assert status in (200, 400)
    strict(body)
