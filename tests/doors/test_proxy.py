"""The proxy sends on, piece by piece, and says how both sides keep to the contract."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from mockserver.app import Mock as WorkersAIMock
from mockserver.egress import Gate, Limits
from mockserver.egress.connections import Client
from mockserver.egress.destinations import parse
from mockserver.engine.mock import Mock
from mockserver.openapi.document import Document
from mockserver.proxy import Proxy
from mockserver.proxy.event_data import EventData
from mockserver.settings import Settings

ITEM = {
    "anyOf": [
        {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}},
        {"type": "object", "required": ["error"], "properties": {"error": {"type": "object"}}},
    ]
}
TEAS = {
    "openapi": "3.1.0",
    "info": {"title": "Tea", "version": "1"},
    "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}},
    "paths": {
        "/teas": {
            "get": {
                "operationId": "listTeas",
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}}],
                "responses": {
                    "200": {
                        "description": "",
                        "headers": {"X-Total": {"required": True, "schema": {"type": "integer"}}},
                        "content": {"application/json": {"schema": {"type": "array", "items": {"type": "string"}}}},
                    }
                },
            },
            "post": {
                "operationId": "addTea",
                "requestBody": {"content": {"application/json": {"schema": {"type": "object", "required": ["name"]}}}},
                "responses": {"201": {"description": ""}},
            },
        },
        "/events": {
            "get": {
                "operationId": "events",
                "responses": {
                    "200": {"description": "", "content": {"text/event-stream": {"schema": {}, "x-itemSchema": ITEM}}}
                },
            }
        },
        "/lines": {"get": {"operationId": "lines", "responses": {"200": {"description": ""}}}},
    },
}


@dataclass
class Came:
    """What a client got."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)
    is_complete: bool = False

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)

    @property
    def violations(self) -> list[str]:
        return [value.decode() for name, value in self.headers if name == b"x-mockflare-violations"]


class Asker:
    """A client of the proxy in this process."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.journal = proxy.mock.journal

    async def ask(
        self,
        method: str,
        target: str,
        *pieces: bytes,
        headers: dict[str, str] | None = None,
        on_piece: Callable[[bytes], None] | None = None,
        leaves: asyncio.Event | None = None,
    ) -> Came:
        came, sent = Came(), list(pieces or (b"",))
        path, _, query = target.partition("?")

        async def receive() -> dict[str, Any]:
            if sent:
                return {"type": "http.request", "body": sent.pop(0), "more_body": bool(sent)}
            await (leaves or asyncio.Event()).wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                came.status, came.headers = message["status"], list(message["headers"])
                return
            if message["body"]:
                came.pieces.append(message["body"])
                if on_piece:
                    on_piece(message["body"])
            came.is_complete = not message.get("more_body", False)

        given = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
        if len(pieces) > 1:
            given.append((b"transfer-encoding", b"chunked"))
        elif pieces:
            given.append((b"content-length", b"%d" % len(pieces[0])))
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(),
            "query_string": query.encode(), "headers": given, "client": ("127.0.0.1", 1),
        }  # fmt: skip
        await self.proxy(scope, receive, send)
        return came


@asynccontextmanager
async def proxied(
    upstream: Any, talk: Any, *, refuses: bool = False, base: str = "", limits: Limits | None = None, **settings: Any
) -> AsyncIterator[Asker]:
    async with upstream(talk) as port:
        destination = parse(f"http://127.0.0.1:{port}{base}")
        client = Client(Gate([f"127.0.0.1:{port}"], limits=limits))
        yield Asker(Proxy(Mock(Document(TEAS), Settings(**settings)), destination, client, refuses=refuses))
        await client.close()


def saying(*written: bytes, seen: list[bytes] | None = None) -> Any:
    """A server that reads one head and writes what it is told, then closes."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if seen is not None:
            seen.append(head)
        for each in written:
            writer.write(each)
            await writer.drain()

    return talk


def json_answer(value: Any, *headers: bytes, status: bytes = b"200 OK", packed: bool = False) -> bytes:
    body = orjson.dumps(value)
    if packed:
        body, headers = gzip.compress(body), (*headers, b"content-encoding: gzip")
    lines = [b"HTTP/1.1 " + status, b"content-type: application/json", b"content-length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


TOTAL = b"x-total: 1"
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def test_a_sound_exchange_passes_as_it_is(upstream: Any) -> None:
    """Status, headers and body come through, hop-by-hop headers do not, and nothing is reported."""
    seen: list[bytes] = []

    async def run() -> None:
        talk = saying(json_answer(["green"], TOTAL, b"set-cookie: sid=1", b"keep-alive: timeout=9"), seen=seen)
        async with proxied(upstream, talk, base="/v1") as asker:
            sent = {"x-key": "k", "authorization": "Bearer secret", "connection": "x-hop", "x-hop": "1", "host": "here"}
            came = await asker.ask("GET", "/teas?limit=2", headers=sent)
            assert (200, b'["green"]', True) == (came.status, came.body, came.is_complete)
            assert [] == came.violations
            names = [name for name, _ in came.headers]
            assert (b"set-cookie", b"sid=1") in came.headers
            assert b"keep-alive" not in names
            assert (b"x-mockflare-source", b"upstream") in came.headers
            kept = asker.journal[-1]
            assert ("listTeas", "upstream", []) == (kept.operation_id, kept.source, kept.warnings)
            assert ["green"] == kept.response_json
            assert "[redacted]" == kept.headers["authorization"]
            assert (b"set-cookie", b"[redacted]") in kept.response_headers

    asyncio.run(run())
    head = seen[0].lower()
    assert head.startswith(b"get /v1/teas?limit=2 http/1.1\r\n")
    assert b"authorization: bearer secret" in head
    assert b"x-hop" not in head
    assert b"host: here" not in head


@pytest.mark.parametrize("target", ["/v1/teas", "/teas"])
def test_a_base_path_is_never_doubled(target: str, upstream: Any) -> None:
    """A client may have put the base path before its own already."""
    seen: list[bytes] = []

    async def run() -> None:
        async with proxied(upstream, saying(json_answer([]), seen=seen), base="/v1") as asker:
            await asker.ask("GET", target)

    asyncio.run(run())
    assert seen[0].startswith(b"GET /v1/teas HTTP/1.1")


@pytest.mark.parametrize("packed", [False, True])
def test_violations_of_both_sides_are_told(packed: bool, upstream: Any) -> None:
    """Header and journal name what is wrong with request and response; both go on as they are."""

    async def run() -> None:
        async with proxied(upstream, saying(json_answer([1], packed=packed))) as asker:
            came = await asker.ask("GET", "/teas?limit=many", headers={"accept-encoding": "br, gzip"})
            assert 200 == came.status
            assert ["request", "response", "response"] == [each.split(":")[0] for each in came.violations]
            assert "limit" in came.violations[0]
            assert "X-Total" in came.violations[1]
            assert "/0 breaks type" in came.violations[2]
            assert came.violations == asker.journal[-1].warnings

    asyncio.run(run())


@pytest.mark.parametrize(
    ("method", "target", "answer", "told"),
    [
        ("GET", "/nowhere", json_answer([]), "request: GET /nowhere is no path of Tea"),
        ("DELETE", "/teas", json_answer([]), "request: DELETE is not declared here, only GET, POST"),
        (
            "GET",
            "/teas",
            json_answer([], TOTAL, status=b"418 Teapot"),
            "response: status 418 is not declared, only 200",
        ),
        ("GET", "/teas", saying, "response: text/html is not declared for 200, only application/json"),
        ("GET", "/teas", None, "response: the body is no JSON: "),
    ],
)
def test_each_kind_of_violation(method: str, target: str, answer: Any, told: str, upstream: Any) -> None:
    """Paths, methods, statuses, media types and what is no JSON."""
    if not isinstance(answer, bytes):
        kind = b"text/html" if answer else b"application/json"
        answer = b"HTTP/1.1 200 OK\r\nx-total: 1\r\ncontent-type: " + kind + b"\r\ncontent-length: 2\r\n\r\n<a"

    async def run() -> None:
        async with proxied(upstream, saying(answer)) as asker:
            came = await asker.ask(method, target)
            assert any(each.startswith(told) for each in came.violations), came.violations

    asyncio.run(run())


def test_errors_refuse_a_request_before_it_leaves(upstream: Any) -> None:
    """With --errors a request that breaks the contract is answered with problem details, and never sent."""
    seen: list[bytes] = []

    async def run() -> None:
        async with proxied(upstream, saying(json_answer([]), seen=seen), refuses=True) as asker:
            came = await asker.ask("POST", "/teas", b'{"na', b'me2": 1}', headers={"content-type": "application/json"})
            assert 400 == came.status
            assert ["required"] == [each["keyword"] for each in orjson.loads(came.body)["errors"]]
            assert came.violations[0].startswith("request: / breaks required")

    asyncio.run(run())
    assert [] == seen


def test_errors_refuse_an_answer(upstream: Any) -> None:
    """With --errors an answer that breaks the contract becomes a 502 that says how."""

    async def run() -> None:
        async with proxied(upstream, saying(json_answer([1], TOTAL)), refuses=True) as asker:
            came = await asker.ask("GET", "/teas")
            assert 502 == came.status
            assert "/0 breaks type" in orjson.loads(came.body)["detail"]
            assert [came.violations[0]] == came.violations

    asyncio.run(run())


def test_a_stream_passes_event_by_event(upstream: Any) -> None:
    """Each event reaches the client before the server writes the next; what breaks the contract is in the journal."""
    arrived = asyncio.Event

    async def run() -> None:
        came_through = [arrived() for _ in range(3)]
        count = 0

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(STREAM)
            for number, data in enumerate((b'data: {"n": 1}\n\n', b'data: {"n": "x"}\n\n', b"data: [DONE]\n\n")):
                writer.write(chunk(data))
                await came_through[number].wait()
            writer.write(b"0\r\n\r\n")

        def on_piece(piece: bytes) -> None:
            nonlocal count
            came_through[count].set()
            count += 1

        async with proxied(upstream, talk) as asker:
            came = await asyncio.wait_for(asker.ask("GET", "/events", on_piece=on_piece), 10)
            assert [b'data: {"n": 1}\n\n', b'data: {"n": "x"}\n\n', b"data: [DONE]\n\n"] == came.pieces
            assert came.is_complete
            assert ["response: event 2"] == [each[:17] for each in asker.journal[-1].warnings[:1]]

    asyncio.run(run())


def test_a_request_passes_piece_by_piece(upstream: Any) -> None:
    """The server has the first piece before the client sends the second."""
    bodies: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        while (size := int(await reader.readuntil(b"\r\n"), 16)) > 0:
            bodies.append((await reader.readexactly(size + 2))[:-2])
        writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n")

    async def run() -> None:
        async with proxied(upstream, talk) as asker:
            came = await asker.ask("POST", "/teas", b'{"name":', b' "x"}', headers={"content-type": "application/json"})
            assert (201, []) == (came.status, came.violations)
            assert b'{"name": "x"}' == asker.journal[-1].body

    asyncio.run(run())
    assert [b'{"name":', b' "x"}'] == bodies


def test_a_server_may_answer_before_it_has_the_body(upstream: Any) -> None:
    """An early refusal reaches the client although its body is not finished."""

    async def run() -> None:
        answer = b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        async with proxied(upstream, saying(answer)) as asker:
            sending = asker.ask("POST", "/teas", *[b"x" * 100] * 50, headers={"content-type": "application/json"})
            assert 413 == (await asyncio.wait_for(sending, 10)).status

    asyncio.run(run())


@pytest.mark.parametrize(
    ("target", "last"),
    [("/events", b'data: {"error":{"message":"'), ("/lines", None)],
)
def test_death_within_a_stream_is_told(target: str, last: bytes | None, upstream: Any) -> None:
    """An error event where the contract knows one, else an end that is none; the journal says why."""

    async def run() -> None:
        async with proxied(upstream, saying(STREAM, chunk(b'data: {"n": 1}\n\n'))) as asker:
            came = await asker.ask("GET", target)
            assert b'data: {"n": 1}\n\n' == came.pieces[0]
            assert (last is not None) == came.is_complete
            if last is not None:
                assert came.pieces[-1].lstrip().startswith(last)
                assert came.pieces[-1].endswith(b"\n\n")
            assert any("ended early" in note for note in asker.journal[-1].notes)

    asyncio.run(run())


def test_clients_of_a_chat_are_told_by_custom(upstream: Any) -> None:
    """A chat of Workers AI that breaks off ends with the event that OpenAI's clients raise."""

    async def run() -> None:
        async with upstream(saying(STREAM, chunk(b"data: {"))) as port:
            client = Client(Gate([f"127.0.0.1:{port}"]))
            asker = Asker(Proxy(WorkersAIMock(), parse(f"http://127.0.0.1:{port}"), client))
            came = await asker.ask("POST", "/accounts/" + "0" * 32 + "/ai/v1/chat/completions", b"{}")
            assert came.is_complete
            assert came.body.startswith(b'data: {\n\ndata: {"error":{"message":"the server broke off: ')

    asyncio.run(run())


def test_a_packed_stream_gets_no_words_of_ours(upstream: Any) -> None:
    """Plain text within gzip would be no ending at all."""

    async def run() -> None:
        head = STREAM.replace(b"transfer", b"content-encoding: gzip\r\ntransfer")
        async with proxied(upstream, saying(head, chunk(gzip.compress(b'data: {"n": "x"}\n\n')))) as asker:
            came = await asker.ask("GET", "/events")
            assert not came.is_complete
            assert asker.journal[-1].warnings[0].startswith("response: event 1: ")

    asyncio.run(run())


def test_a_stream_ends_at_its_first_broken_event(upstream: Any) -> None:
    """With --errors what breaks the contract does not reach the client."""

    async def run() -> None:
        events = [chunk(b'data: {"n": 1}\n\n'), chunk(b'data: {"n": "x"}\n\n')]

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(STREAM + events[0])
            await passed.wait()
            writer.write(events[1] + b"0\r\n\r\n")

        passed = asyncio.Event()
        async with proxied(upstream, talk, refuses=True) as asker:
            came = await asker.ask("GET", "/events", on_piece=lambda piece: passed.set())
            assert came.is_complete
            assert b'"x"' not in came.pieces[0]
            assert b'data: {"error":' in came.body

    asyncio.run(run())


def test_connections_are_kept_and_what_nobody_asked_for_is_not_read(upstream: Any) -> None:
    """One connection serves several requests, until the server says more than it was asked."""
    connections = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        for number in range(3):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(json_answer(["own"], TOTAL) + (json_answer(["poison"], TOTAL) if number == 1 else b""))

    async def run() -> None:
        async with proxied(upstream, talk) as asker:
            assert [b'["own"]'] * 4 == [(await asker.ask("GET", "/teas")).body for _ in range(4)]

    asyncio.run(run())
    assert 2 == connections


def test_any_bytes_in_a_path_are_sent(upstream: Any) -> None:
    """What is not ASCII is percent-encoded on the way."""
    seen: list[bytes] = []

    async def run() -> None:
        async with proxied(upstream, saying(json_answer([]), seen=seen)) as asker:
            scope_path = "/t\xe9"
            asked = asker.proxy.target(scope_path, b"q=%2F")
            assert scope_path + "?q=%2F" == asked
            client, destination = asker.proxy._client, asker.proxy.destination
            exchange = await client.open(destination, "GET", asked, [(b"host", b"x")])
            await exchange.head()
            exchange.close()

    asyncio.run(run())
    assert seen[0].startswith(b"GET /t%E9?q=%2F HTTP/1.1")


def test_a_short_body_is_not_made_whole(upstream: Any) -> None:
    """A body that ends before its announced length stays short."""

    async def run() -> None:
        answer = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 10\r\n\r\nabc"
        async with proxied(upstream, saying(answer)) as asker:
            came = await asker.ask("GET", "/lines")
            assert (b"abc", False) == (came.body, came.is_complete)

    asyncio.run(run())


@pytest.mark.parametrize(("written", "head", "status"), [((), 5.0, 502), (None, 0.01, 504)])
def test_a_server_that_does_not_answer(written: Any, head: float, status: int, upstream: Any) -> None:
    """502 when it hangs up, 504 when it says nothing in time: problem details that name it."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def run() -> None:
        talk = silent if written is None else saying(*written)
        async with proxied(upstream, talk, limits=Limits(head=head)) as asker:
            came = await asker.ask("GET", "/teas")
            assert (status, True) == (came.status, came.is_complete)
            assert "http://127.0.0.1:" in orjson.loads(came.body)["detail"]
            assert status == asker.journal[-1].status

    asyncio.run(run())


def test_nobody_there() -> None:
    """A closed port is a 502 that says so."""

    async def run() -> None:
        client = Client(Gate(["127.0.0.1:1"]))
        came = await Asker(Proxy(Mock(Document(TEAS), Settings()), parse("http://127.0.0.1:1"), client)).ask(
            "GET", "/teas"
        )
        assert 502 == came.status
        assert "refused" in orjson.loads(came.body)["detail"]

    asyncio.run(run())


def test_a_client_that_leaves_ends_the_exchange(upstream: Any) -> None:
    """The server's connection is closed as soon as nobody reads the stream any more."""

    async def run() -> None:
        left, closed = asyncio.Event(), asyncio.Event()

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(STREAM + chunk(b'data: {"n": 1}\n\n'))
            try:
                await reader.read()
            finally:
                closed.set()

        async with proxied(upstream, talk) as asker:
            came = await asker.ask("GET", "/events", on_piece=lambda piece: left.set(), leaves=left)
            await asyncio.wait_for(closed.wait(), 10)
            assert not came.is_complete
            assert 499 == asker.journal[-1].status

    asyncio.run(run())


def test_redirections_are_the_clients(upstream: Any) -> None:
    """A redirection goes back as it is, wherever it leads."""
    seen: list[bytes] = []

    async def run() -> None:
        answer = b"HTTP/1.1 307 Go\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n"
        async with proxied(upstream, saying(answer, seen=seen)) as asker:
            came = await asker.ask("GET", "/lines")
            assert 307 == came.status
            assert (b"location", b"http://169.254.169.254/") in came.headers

    asyncio.run(run())
    assert 1 == len(seen)


@pytest.mark.parametrize("target", ["//169.254.169.254/", "/@169.254.169.254/", "/..//evil.example/", "/:80@evil/"])
def test_no_path_leads_elsewhere(target: str, upstream: Any) -> None:
    """Whatever the path looks like, it is a path on the one server."""
    seen: list[bytes] = []

    async def run() -> None:
        async with proxied(upstream, saying(json_answer([]), seen=seen)) as asker:
            await asker.ask("GET", target, headers={"host": "169.254.169.254"})

    asyncio.run(run())
    assert seen[0].startswith(b"GET " + target.encode() + b" HTTP/1.1\r\n")
    assert b"host: 127.0.0.1:" in seen[0].lower()


def test_own_endpoints_are_not_sent_on(upstream: Any) -> None:
    """The journal is looked at below /_mockflare, as with a mock."""

    async def run() -> None:
        async with proxied(upstream, saying()) as asker:
            came = await asker.ask("GET", "/_mockflare/journal", headers={"host": "127.0.0.1"})
            assert {"count": 0, "exchanges": []} == orjson.loads(came.body)

    asyncio.run(run())


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_event_data_is_read_in_any_pieces(size: int) -> None:
    """Events are the same wherever the pieces end, with every kind of line end."""
    stream = b"data: a\r\ndata:b\r\n\r\n: comment\rid: 1\rdata: c\r\rdata\n\ndata: \xc3\xa4\n\nevent: x\n\ndata: cut"
    reader = EventData()
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert ["a\nb", "c", "ä"] == [data for piece in pieces for data in reader.feed(piece)]
