"""Requests after the generated ones: whatever the target does, they end, and what it did is told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import requests
from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import JSONResponse
from starlette.routing import Route

import contracts
from contracts.answers import NoAnswer, fetch
from contracts.events import ExchangeDone
from contracts.exchanges import Request, Response
from mockserver.openapi.document import Document

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n"


@contextmanager
def serving(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Hand each connection, its request read, to `answer`; yield the address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    connection.recv(65536)
                    answer(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


def came(answer: Callable[[socket.socket], None]) -> Response | NoAnswer:
    with serving(answer) as address, requests.Session() as session:
        return fetch(session, Request("GET", address), seconds=0.3)


def endless(media_type: bytes) -> Callable[[socket.socket], None]:
    """Send an event every few milliseconds, for ever."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(HEAD % media_type)
        pause = threading.Event()
        while not pause.wait(0.01):
            connection.sendall(b"data: {}\n\n")

    return answer


def test_an_endless_stream_is_cut_short() -> None:
    response = came(endless(b"text/event-stream"))

    assert isinstance(response, Response)
    assert response.cut_short
    assert response.body.startswith(b"data: {}\n\n")


def test_an_endless_body_of_another_kind_is_no_answer() -> None:
    assert NoAnswer.ENDLESS is came(endless(b"application/json"))


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"])
def test_a_dropped_connection_is_no_answer(sent: bytes) -> None:
    assert NoAnswer.DROPPED is came(lambda connection: connection.sendall(sent))


def test_a_closed_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with requests.Session() as session:
        assert NoAnswer.UNREACHABLE is fetch(session, Request("GET", f"http://127.0.0.1:{port}/"), seconds=1)


def test_redirects_are_answers() -> None:
    """Followed, they would carry credentials elsewhere."""
    moved = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    response = came(lambda connection: connection.sendall(moved))

    assert isinstance(response, Response)
    assert 302 == response.status


def test_a_connection_dropped_over_a_probe_is_a_finding(
    notes: Document, notes_app: Any, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exchange is told of, without an answer."""
    events: list[Any] = []
    monkeypatch.setattr(
        "contracts.probes.fetch",
        lambda session, request: NoAnswer.DROPPED if b'"stream": true' in request.body else fetch(session, request),
    )

    report = contracts.check(
        notes_app(), contract=notes, token=token, quick=True, operations=["say"], on_event=events.append
    )

    assert [("say", "not_a_server_error", NoAnswer.DROPPED.value)] == [
        (each.operation, each.check, each.came) for each in report.findings
    ]
    assert {"streams"} == {
        each.exchange.phase for each in events if isinstance(each, ExchangeDone) and each.exchange.response is None
    }


@pytest.mark.parametrize(("schema", "exit_code"), [({"type": "text"}, 3), ({"type": "object"}, 0)])
def test_an_operation_whose_answers_nothing_could_judge_was_not_seen_working(schema: Any, exit_code: int) -> None:
    content = {"application/json": {"schema": schema}}
    operation = {"operationId": "ask", "responses": {"200": {"description": "", "content": content}}}
    document = Document(
        {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": {"/ask": {"get": operation}}}
    )

    async def answer(request: StarletteRequest) -> JSONResponse:
        return JSONResponse({})

    app = Starlette(routes=[Route("/ask", answer, methods=["GET"])])

    report = contracts.check(app, contract=document, quick=True)

    assert exit_code == report.exit_code
    assert bool(exit_code) == bool(report.operations[0].unjudged)
