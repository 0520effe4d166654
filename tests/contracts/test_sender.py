"""Whatever a target does, the answer is described within bounds, over the network and in process."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from contracts.exchanges import NoAnswer, Request, Response
from contracts.in_process import MOST_STREAMED, InProcess
from contracts.sender import Sender, open_sender
from contracts.target import Target
from mockserver.errors import UsageError

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n%s\r\n"


@contextmanager
def serving(answer: Callable[[socket.socket, bytes], None]) -> Iterator[str]:
    """Hand each connection, its request read, to `answer`; yield the address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    answer(connection, connection.recv(65536))

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


@contextmanager
def sending(target: Target, seconds: float = 0.3) -> Iterator[Sender]:
    sender = open_sender(target, seconds=seconds)
    try:
        yield sender
    finally:
        sender.close()


def came(answer: Callable[[socket.socket, bytes], None], path: str = "/") -> Response | NoAnswer:
    with serving(answer) as address, sending(Target(address)) as sender:
        return sender.send([Request("GET", address + path)])[0]


def saying(content: bytes) -> Callable[[socket.socket, bytes], None]:
    return lambda connection, _: connection.sendall(content)


def endless(media_type: bytes) -> Callable[[socket.socket, bytes], None]:
    """Send an event every few milliseconds, for ever."""

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(HEAD % (media_type, b""))
        pause = threading.Event()
        while not pause.wait(0.01):
            connection.sendall(b"data: {}\n\n")

    return answer


def test_an_endless_stream_is_cut_short() -> None:
    response = came(endless(b"text/event-stream"))

    assert isinstance(response, Response)
    assert response.cut_short
    assert response.body.startswith(b"data: {}\n\n")
    assert [chunk.seconds for chunk in response.chunks] == sorted(chunk.seconds for chunk in response.chunks)
    assert len(response.body) == sum(chunk.length for chunk in response.chunks)


@pytest.mark.parametrize("over_the_network", [False, True])
def test_a_stream_that_floods_is_cut_short(over_the_network: bool) -> None:
    """Long before its time is over: what comes is more than any answer says, and takes long to look at."""
    flood = b"data: {}\n\n" * 100_000

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(HEAD % (b"text/event-stream", b""))
        while True:
            connection.sendall(flood)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send(START)
            while True:
                await send({"type": "http.response.body", "body": flood, "more_body": True})

    if over_the_network:
        with serving(answer) as address, sending(Target(address), 60) as sender:
            (response,) = sender.send([Request("GET", address + "/")])
    else:
        (response,) = in_process(app)

    assert isinstance(response, Response)
    assert response.cut_short
    assert len(response.body) < MOST_STREAMED + 2 * len(flood)


def test_an_application_that_sends_nothing_for_ever_is_given_up() -> None:
    """It never waits, so that no timeout can interrupt it."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send(START)
            while True:
                await send({"type": "http.response.body", "body": b"", "more_body": True})

    (response,) = in_process(app)

    assert isinstance(response, Response)
    assert response.cut_short


def test_an_endless_body_of_another_kind_is_no_answer() -> None:
    assert NoAnswer.ENDLESS is came(endless(b"application/json"))


HINT = b"HTTP/1.1 103 Early Hints\r\n\r\n"
CHUNKED = HEAD % (b"application/json", b"Transfer-Encoding: chunked\r\n")


@pytest.mark.parametrize(
    ("start", "again"),
    [(b"", HINT), (b"HTTP/1.1 200 OK\r\nA: ", b"b"), (CHUNKED, b"0"), (CHUNKED + b"0\r\n", b"A: b\r\n")],
    ids=["hints", "head", "length of a chunk", "trailer"],
)
def test_what_goes_on_before_a_body_or_behind_it_is_no_answer(
    start: bytes, again: bytes, ends: Callable[[], Any]
) -> None:
    """Each piece comes in time, and the whole never does."""

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(start)
        pause = threading.Event()
        while not pause.wait(0.01):
            connection.sendall(again)

    with ends():
        assert NoAnswer.ENDLESS is came(answer)


def test_a_server_that_says_nothing_is_no_answer() -> None:
    pause = threading.Event()
    assert NoAnswer.ENDLESS is came(lambda connection, _: connection.settimeout(pause.wait(0.5) or 1))


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1", b"this is no HTTP\r\n\r\n"])
def test_a_connection_without_an_answer_was_dropped(sent: bytes) -> None:
    assert NoAnswer.DROPPED is came(saying(sent))


def test_a_body_that_breaks_off_is_an_answer_with_a_fault() -> None:
    response = came(saying(HEAD % (b"application/json", b"Content-Length: 9\r\n") + b"{}"))

    assert isinstance(response, Response)
    assert b"{}" == response.body
    assert ["the answer broke off before its end"] == [fault.split(":")[0] for fault in response.faults]


def test_chunks_that_are_none_are_a_fault() -> None:
    response = came(saying(HEAD % (b"application/json", b"Transfer-Encoding: chunked\r\n") + b"zz\r\n{}\r\n0\r\n\r\n"))

    assert isinstance(response, Response)
    assert response.faults


def test_a_compressed_body_is_read_and_a_broken_one_described() -> None:
    head = HEAD % (b"application/json", b"Content-Encoding: gzip\r\n")

    whole, broken = came(saying(head + gzip.compress(b"{}"))), came(saying(head + b"{}"))

    assert isinstance(whole, Response)
    assert isinstance(broken, Response)
    assert (b"{}", ()) == (whole.body, whole.faults)
    assert broken.faults[0].startswith("the body cannot be decompressed")


def test_a_closed_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"

    with sending(Target(address), 1) as sender:
        assert [NoAnswer.UNREACHABLE] == sender.send([Request("GET", address)])


def test_a_server_without_tls_is_unreachable_by_https() -> None:
    with serving(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as address:
        https = address.replace("http:", "https:")
        with sending(Target(https), 1) as sender:
            assert [NoAnswer.NO_TLS] == sender.send([Request("GET", https + "/")])


def test_a_name_that_no_host_has_is_said_to_be_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with sending(Target("http://no.such.host"), 1) as sender:
        assert [NoAnswer.NO_SUCH_HOST] == sender.send([Request("GET", "http://no.such.host/")])


def test_whoever_cannot_be_reached_is_told_from_whoever_does_not_answer() -> None:
    assert ["UNREACHABLE", "NO_SUCH_HOST", "NO_TLS"] == [each.name for each in NoAnswer if each.is_unreachable]


def test_redirects_are_answers() -> None:
    """Followed, they would carry credentials elsewhere."""
    response = came(saying(b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))

    assert isinstance(response, Response)
    assert 302 == response.status


@pytest.mark.parametrize(
    ("method", "sent", "faults"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", 0),
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 1),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", 0),
        ("GET", b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}", 1),
    ],
)
def test_a_body_where_none_may_be_is_a_fault(method: str, sent: bytes, faults: int) -> None:
    with serving(saying(sent)) as address, sending(Target(address)) as sender:
        (response,) = sender.send([Request(method, address + "/")])

    assert isinstance(response, Response)
    assert faults == len(response.faults)


def test_what_comes_before_an_answer_is_passed_over() -> None:
    """Hints (103) and signs of life (100, 102) are no answers, and no limit is set to their number."""
    before = b"".join(b"HTTP/1.1 %d Wait\r\nLink: </a>\r\n\r\n" % status for status in (100, 103, 102, 103))
    response = came(saying(before + HEAD % (b"application/json", b"Content-Length: 2\r\n") + b"{}"))

    assert isinstance(response, Response)
    assert (200, b"{}", None) == (response.status, response.body, response.header("link"))


def test_every_header_is_kept_in_order() -> None:
    response = came(saying(HEAD % (b"text/plain", b"A: 1\r\nb: 2\r\nA: 3\r\n")))

    assert isinstance(response, Response)
    assert (("a", "1"), ("b", "2"), ("a", "3")) == response.headers[2:]
    assert ["1", "3"] == response.header_values("A")


def test_addresses_are_sent_as_they_are_written() -> None:
    """Encoded slashes and dots are what a case may be about."""
    seen: list[bytes] = []

    def answer(connection: socket.socket, request: bytes) -> None:
        seen.append(request.split(b" ")[1])
        connection.sendall(HEAD % (b"text/plain", b""))

    came(answer, "/a/%40cf%2Fb/../c?x=%7E")

    assert [b"/a/%40cf%2Fb/../c?x=%7E"] == seen


# in process -----------------------------------------------------------------------------------------------------------


def in_process(app: Any, *requests: Request) -> list[Response | NoAnswer]:
    with sending(Target("http://127.0.0.1:8787", app)) as sender:
        return sender.send(requests or [Request("GET", "http://127.0.0.1:8787/")])


def answering(*messages: dict[str, Any], pause: float = 0.0) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await receive()
            for message in messages:
                await asyncio.sleep(pause)
                await send(message)

    return app


START = {"type": "http.response.start", "status": 200, "headers": [(b"Content-Type", b"text/event-stream")]}


def test_an_application_is_read_like_a_server() -> None:
    parts = [{"type": "http.response.body", "body": each, "more_body": each != b"c"} for each in (b"a", b"", b"c")]

    (response,) = in_process(answering(START, *parts))

    assert isinstance(response, Response)
    assert (b"ac", ("text/event-stream",)) == (response.body, tuple(response.header_values("content-type")))
    assert [1, 1] == [chunk.length for chunk in response.chunks]
    assert () == response.faults


def test_an_application_that_stops_in_the_middle_broke_off() -> None:
    (response,) = in_process(answering(START, {"type": "http.response.body", "body": b"a", "more_body": True}))

    assert isinstance(response, Response)
    assert ("the answer broke off before its end",) == response.faults


def test_an_application_that_raises_is_a_server_error() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise ZeroDivisionError

    (response,) = in_process(app)

    assert isinstance(response, Response)
    assert 500 == response.status


def test_a_wrong_content_length_is_a_fault_in_process_too() -> None:
    start = {**START, "headers": [(b"content-length", b"5")]}

    (response,) = in_process(answering(start, {"type": "http.response.body", "body": b"ab"}))

    assert isinstance(response, Response)
    assert ("content-length says 5 bytes, the body has 2",) == response.faults


GZIPPED = gzip.compress(b"{}", mtime=0)  # a time in the header would make names of tests differ between workers


@pytest.mark.parametrize(
    ("encoding", "content", "body", "faults"),
    [
        (b"gzip", GZIPPED, b"{}", 0),
        (b"deflate", zlib.compress(b"{}"), b"{}", 0),
        (b"deflate", zlib.compress(b"{}")[2:-4], b"{}", 0),
        (b"gzip", b"{}", b"{}", 1),
        (b"gzip", GZIPPED[:-9], GZIPPED[:-9], 1),
        (b"identity", b"{}", b"{}", 0),
    ],
)
def test_a_compressed_body_is_read_in_process_too(encoding: bytes, content: bytes, body: bytes, faults: int) -> None:
    start = {**START, "headers": [(b"content-encoding", encoding), (b"content-length", str(len(content)).encode())]}

    (response,) = in_process(answering(start, {"type": "http.response.body", "body": content}))

    assert isinstance(response, Response)
    assert (body, faults) == (response.body, len(response.faults))


def test_an_application_that_never_answers_is_given_up() -> None:
    assert [NoAnswer.ENDLESS] == in_process(answering(START, pause=60))


def test_a_stream_without_an_end_is_cut_short_in_process_too() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send(START)
            while True:
                await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
                await asyncio.sleep(0.01)

    (response,) = in_process(app)

    assert isinstance(response, Response)
    assert response.cut_short


@pytest.mark.parametrize("over_the_network", [False, True])
def test_requests_are_sent_at_the_same_time(over_the_network: bool, serve: Callable[[Any], str]) -> None:
    """Three requests of which each waits for the other two are all answered."""
    arrived: list[asyncio.Event] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            arrived.append(asyncio.Event())
            if len(arrived) == 3:
                for event in arrived:
                    event.set()
            await arrived[-1].wait() if len(arrived) < 3 else None
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    address = serve(app) if over_the_network else "http://127.0.0.1:8787"
    with sending(Target(address, None if over_the_network else app), 5) as sender:
        answers = sender.send([Request("GET", address + "/")] * 3)

    assert [204, 204, 204] == [answer.status for answer in answers if isinstance(answer, Response)]


def test_an_application_is_started_and_stopped_once() -> None:
    """What it keeps in its state at the start is there for each request; the same loop serves all of them."""
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for _ in range(2):
                message = await receive()
                seen.append(message["type"])
                scope["state"]["kept"] = asyncio.get_running_loop()
                await send({"type": message["type"] + ".complete"})
            return
        assert asyncio.get_running_loop() is scope["state"]["kept"]
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    answers = in_process(app, *[Request("GET", "http://127.0.0.1:8787/")] * 2)

    assert [204, 204] == [each.status for each in answers if isinstance(each, Response)]
    assert ["lifespan.startup", "lifespan.shutdown"] == seen


def test_an_application_that_does_not_start_is_told_of() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(60)

    with pytest.raises(UsageError, match=r"did not start within 0\.1 seconds"):
        InProcess(app, startup=0.1)
