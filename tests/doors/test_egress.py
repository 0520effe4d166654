"""Nothing leaves but to hosts that were named, and to the addresses that were checked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import Mock
from mockserver.egress import Gate, Limits
from mockserver.egress.connections import Client, without_hops
from mockserver.egress.errands import Errands
from mockserver.engine.values import HttpRequest, HttpResponse, Refusal
from mockserver.errors import ForbiddenAddress, Unreachable, UsageError

PUBLIC = "93.184.216.34"
NAMES = {
    "api.example.com": [PUBLIC],
    "six.example.com": ["2606:2800:220:1:248:1893:25c8:1946"],
    "loop.example.com": ["127.0.0.1"],
    "zero.example.com": ["0.0.0.0"],
    "ten.example.com": ["10.1.2.3"],
    "home.example.com": ["192.168.0.10"],
    "shared.example.com": ["100.64.0.1"],
    "link.example.com": ["169.254.10.20"],
    "meta.example.com": ["169.254.169.254"],
    "wire.example.com": ["168.63.129.16"],
    "cast.example.com": ["224.0.0.251"],
    "broad.example.com": ["255.255.255.255"],
    "both.example.com": [PUBLIC, "127.0.0.1"],
    "loop6.example.com": ["::1"],
    "none6.example.com": ["::"],
    "local6.example.com": ["fd12:3456::1"],
    "link6.example.com": ["fe80::1"],
    "zone6.example.com": ["fe80::1%eth0"],
    "site6.example.com": ["fec0::1"],
    "cast6.example.com": ["ff02::1"],
    "mapped.example.com": ["::ffff:127.0.0.1"],
    "compat.example.com": ["::7f00:1"],
    "siit.example.com": ["::ffff:0:7f00:1"],
    "nat64.example.com": ["64:ff9b::7f00:1"],
    "local64.example.com": ["64:ff9b:1::7f00:1"],
    "sixto4.example.com": ["2002:7f00:1::1"],
    "teredo.example.com": ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "odd.example.com": ["127.1"],
}
ALLOWED = [*NAMES, "port.example.com:8443", "https://safe.example.com"]

TRICKS = [
    # spellings of this machine and of the metadata service
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://127.0.0.1./",
    "http://0/",
    "http://1.2.3.4.5/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[fe80::1%25eth0]/",
    "http://[::1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost/",
    "http://LOCALHOST/",
    # names that look like one that is allowed
    "http://api.example.com.evil.example/",
    "http://evil-api.example.com/",
    "http://sub.api.example.com/",
    "http://api.example.com@127.0.0.1/",
    "http://127.0.0.1#@api.example.com/",
    "http://api.example.com:80@127.0.0.1/",
    "http://user:secret@api.example.com/",
    "http://api.example.com./",
    "http://api%2eexample.com/",
    "http://api.example.com\\@127.0.0.1/",
    "http://api.example.com\t/",
    "http://api.example.com/a b",
    "http://api.example.com/\r\nHost: x",
    "http://\u24d0pi.example.com/",
    "http://\u0430pi.example.com/",
    "http://xn--pi-6kc.example.com/",
    "http://\uff11\uff12\uff17.0.0.1/",
    "http:///127.0.0.1/",
    "//api.example.com/",
    "http:api.example.com",
    # schemes and ports
    "file:///etc/passwd",
    "gopher://api.example.com/",
    "ftp://api.example.com/",
    "http://api.example.com:22/",
    "http://api.example.com:0/",
    "http://api.example.com:65616/",
    "http://api.example.com:+80/",
    "http://api.example.com:\u0668\u0660/",
    "http://port.example.com/",
    "http://safe.example.com/",
    "https://safe.example.com:444/",
    # names that lead where nothing may go
    *(f"http://{name}/" for name in list(NAMES)[2:]),
]


def gate(*more: str, resolve: Callable[[str, int], Awaitable[list[str]]] | None = None) -> Gate:
    async def look_up(host: str, port: int) -> list[str]:
        return NAMES[host]

    return Gate([*ALLOWED, *more], resolve=resolve or look_up)


def reach(allowed: Gate, url: str) -> list[str]:
    return asyncio.run(allowed.addresses(allowed.destination(url)))


@pytest.mark.parametrize("url", TRICKS)
def test_no_trick_reaches_a_forbidden_address(url: str) -> None:
    """Spellings, credentials, look-alikes, schemes, ports and names that lead inside are refused unconnected."""
    with pytest.raises(ForbiddenAddress) as caught:
        reach(gate(), url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("http://api.example.com/", [PUBLIC]),
        ("HTTPS://API.example.com/v1/", [PUBLIC]),
        ("https://six.example.com", NAMES["six.example.com"]),
    ],
)
def test_what_was_named_is_reached(url: str, addresses: list[str]) -> None:
    """A name in the list leads to its public addresses."""
    assert addresses == reach(gate(), url)


@pytest.mark.parametrize(
    ("named", "url", "addresses"),
    [
        ("127.0.0.1", "http://loop.example.com/", ["127.0.0.1"]),
        ("10.0.0.0/8", "http://ten.example.com/", ["10.1.2.3"]),
        ("10.0.0.0/8", "http://10.9.9.9:8080/", ["10.9.9.9"]),
        ("127.0.0.1:9000", "http://127.0.0.1:9000/", ["127.0.0.1"]),
        ("[::1]:9000", "http://[0:0::1]:9000/", ["::1"]),
        ("10.0.0.0/8", "http://[::1]/", None),
        ("127.0.0.1", "http://127.0.0.1:9000/", None),
        ("127.0.0.1", "http://[::ffff:127.0.0.1]/", None),
        ("169.254.0.0/16", "http://link.example.com/", ["169.254.10.20"]),
        ("169.254.0.0/16", "http://meta.example.com/", None),
        ("169.254.0.0/16", "http://169.254.169.254/", None),
        ("169.254.169.254", "http://meta.example.com/", ["169.254.169.254"]),
        ("127.0.0.1", "http://both.example.com/", [PUBLIC, "127.0.0.1"]),
    ],
)
def test_private_places_have_to_be_named(named: str, url: str, addresses: list[str] | None) -> None:
    """An address, or a network that covers it, opens that and nothing else; a metadata service only by itself."""
    if addresses is not None:
        assert addresses == reach(gate(named), url)
        return
    with pytest.raises(ForbiddenAddress):
        reach(gate(named), url)


@pytest.mark.parametrize("entry", ["10.0.0.1/8", "http://a@b/", "a b", "", "*.example.com", "host:99999"])
def test_odd_entries_are_refused(entry: str) -> None:
    """What is no host, origin or network cannot be allowed."""
    with pytest.raises(UsageError, match="cannot allow"):
        Gate([entry])


def test_localhost_is_this_machine_and_no_other() -> None:
    """A resolver that says something else about localhost is not believed."""
    said = ["127.0.0.1"]

    async def look_up(host: str, port: int) -> list[str]:
        return said

    allowed = gate("localhost:*", resolve=look_up)
    assert ["127.0.0.1"] == reach(allowed, "http://localhost:5000/")
    said[:] = ["10.0.0.1"]
    with pytest.raises(ForbiddenAddress):
        reach(allowed, "http://localhost:5000/")


def saying(answer: bytes, seen: list[bytes], *, once: bool = False) -> Any:
    """A server that gives one answer to every request."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(answer)
            if once:
                return

    return talk


def test_a_rebound_name_is_not_followed(upstream: Any) -> None:
    """A name is resolved once for each connection, and that very address is connected to; the header keeps the name."""
    answers = [["127.0.0.1"], ["127.0.0.1", "169.254.169.254"]]
    asked: list[str] = []
    seen: list[bytes] = []
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"

    async def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    async def run() -> None:
        async with upstream(saying(answer, seen, once=True)) as port:
            client = Client(Gate([f"name.example:{port}", "127.0.0.1"], resolve=look_up))
            destination = client.gate.destination(f"http://name.example:{port}/")
            headers = [(b"host", destination.authority.encode())]
            exchange = await client.open(destination, "GET", "/", headers)
            assert 200 == (await exchange.head()).status
            assert [b"ok"] == [piece async for piece in exchange.pieces()]
            exchange.close()
            assert ["name.example"] == asked
            with pytest.raises(ForbiddenAddress):
                await client.open(destination, "GET", "/", headers)
            assert 1 == len(seen)
            assert f"host: name.example:{port}".encode() in seen[0].lower()

    asyncio.run(run())


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nx-long: " + b"a" * 200_000 + b"\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
        b"",
    ],
)
def test_answers_that_are_no_http_end_honestly(answer: bytes, upstream: Any) -> None:
    """Broken framing, endless heads and silence are said to be that, within bounds."""

    async def run() -> None:
        async with upstream(saying(answer, [], once=True)) as port:
            errands = Errands(Gate([f"127.0.0.1:{port}"]))
            with pytest.raises(Refusal) as caught:
                await asyncio.to_thread(errands, HttpRequest("GET", "/"), f"http://127.0.0.1:{port}")
            await asyncio.to_thread(errands.close)
            assert (502, "refused") == (caught.value.problem.status, caught.value.problem.kind)

    asyncio.run(run())


def test_errands_send_and_follow_no_redirection(upstream: Any) -> None:
    """A redirection into the machine comes back as it is; headers of one hop stay behind."""
    seen: list[bytes] = []
    answer = b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n"

    async def run() -> None:
        async with upstream(saying(answer, seen)) as port:
            errands = Errands(Gate([f"127.0.0.1:{port}"]))
            request = HttpRequest("GET", "/a", query="q=1", headers=[(b"connection", b"x-drop"), (b"x-drop", b"1")])
            for _ in range(2):
                response = await asyncio.to_thread(errands, request, f"http://127.0.0.1:{port}/base")
                assert (302, b"") == (response.status, response.body)
                assert (b"location", b"http://169.254.169.254/") in response.headers
            await asyncio.to_thread(errands.close)

    asyncio.run(run())
    assert 2 == len(seen)
    assert all(each.startswith(b"GET /base/a?q=1 HTTP/1.1\r\n") and b"x-drop" not in each for each in seen)


def test_errands_refuse_what_was_not_named() -> None:
    """A document's address that nobody allowed is a 501 that says how to allow it."""
    with pytest.raises(Refusal) as caught:
        Errands(Gate([]))(HttpRequest("GET", "/"), "http://tea.example/v1")
    assert 501 == caught.value.problem.status
    assert "--allow tea.example" in caught.value.problem.detail


@pytest.mark.parametrize("status", [b"200 OK", b"302 Found", b"404 Not Found"])
def test_fetched_references(upstream: Any, tmp_path: Path, status: bytes) -> None:
    """A document's remote reference is followed to a host that was named and to no other, and over no redirection."""
    seen: list[bytes] = []
    body = b'{"Pet": {"const": "Rex"}}'
    answer = b"HTTP/1.1 " + status + b"\r\nlocation: http://169.254.169.254/\r\ncontent-length: 25\r\n\r\n" + body

    async def run() -> HttpResponse:
        async with upstream(saying(answer, seen)) as port:
            schema = {"$ref": f"http://127.0.0.1:{port}/schemas.json?v=1#/Pet"}
            told = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
            content = {"openapi": "3.1.0", "info": {"title": "Pets"}, "paths": {"/pet": {"get": {"responses": told}}}}
            spec = tmp_path / "pets.json"
            spec.write_text(json.dumps(content), "utf-8")
            refused = Mock(spec=str(spec), allow=("tea.example",)).handle(HttpRequest("GET", "/pet"))
            assert (501, []) == (refused.status, seen)
            mock = Mock(spec=str(spec), allow=(f"127.0.0.1:{port}",))
            response = await asyncio.to_thread(mock.handle, HttpRequest("GET", "/pet"))
            await asyncio.to_thread(mock.egress.close)
            return response

    response = asyncio.run(run())
    assert seen[0].startswith(b"GET /schemas.json?v=1 HTTP/1.1\r\n")
    assert ((200, b'"Rex"') if status.startswith(b"200") else (501, response.body)) == (response.status, response.body)


def test_a_silent_server_is_late(upstream: Any) -> None:
    """Time runs out, and the error says so."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async def run() -> None:
        async with upstream(talk) as port:
            client = Client(Gate([f"127.0.0.1:{port}"], limits=Limits(head=0.01)))
            destination = client.gate.destination(f"http://127.0.0.1:{port}")
            exchange = await client.open(destination, "GET", "/", [(b"host", b"x")])
            with pytest.raises(Unreachable) as caught:
                await exchange.head()
            exchange.close()
            assert caught.value.late

    asyncio.run(run())


def test_the_framing_of_a_message_cannot_be_dropped() -> None:
    """`Connection` names headers of one hop; never the length."""
    sent = [
        (b"Connection", b"close, X-Hop, Content-Length"),
        (b"X-Hop", b"1"),
        (b"Content-Length", b"5"),
        (b"TE", b"x"),
    ]
    assert [(b"content-length", b"5")] == without_hops(sent)
