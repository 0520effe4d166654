"""A server with a flaw: the mock behind a door that changes what passes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any
from urllib.parse import unquote

from mockserver import Mock, create_app
from tests.contracts.flaws.exchange import Answer, Ask
from tests.contracts.flaws.flaw import Flaw

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_HELD = 0.004
"""Seconds that a lingering server holds an answer back."""


class Tampered:
    """An ASGI application with one flaw; `shown` counts the exchanges that it changed."""

    def __init__(self, app: ASGIApp, flaw: Flaw, token: str) -> None:
        self._app, self._flaw, self._token = app, flaw, token
        self._memory: dict[Any, Any] = {}
        self._numbers: dict[str, int] = {}
        self._under_way: dict[str, int] = {}
        self.shown = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, with the flaw when it is one of those that show it."""
        operation = find_operation(scope) if scope["type"] == "http" else None
        if operation is None or operation not in self._flaw.operations:
            await self._app(scope, receive, send)
            return
        self._numbers[operation] = self._numbers.get(operation, 0) + 1
        self._under_way[operation] = self._under_way.get(operation, 0) + 1
        try:
            await self._answer(await self._asked(scope, receive, operation), scope, send)
        finally:
            self._under_way[operation] -= 1

    async def _answer(self, ask: Ask, scope: Scope, send: Send) -> None:
        shows = self._flaw.when(ask)
        if self._flaw.lingers:
            await asyncio.sleep(_HELD)
        if shows and self._flaw.inwards is not None:
            before = (ask.method, ask.raw_path, ask.query, list(ask.headers), ask.body)
            self._flaw.inwards(ask)
            self.shown += before != (ask.method, ask.raw_path, ask.query, ask.headers, ask.body)
        said = await self._said(ask, scope)
        if shows and self._flaw.outwards is not None:
            as_it_was = (said.status, list(said.headers), list(said.chunks))
            self._flaw.outwards(ask, said)
            changed = as_it_was != (said.status, said.headers, said.chunks) or bool(said.pauses)
            self.shown += changed
        await _deliver(said, send)

    async def _asked(self, scope: Scope, receive: Receive, operation: str) -> Ask:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        raw = scope.get("raw_path") or scope["path"].encode()
        return Ask(
            scope["method"],
            below_ai(scope["path"]),
            raw.decode("latin-1"),
            scope["query_string"].decode("latin-1"),
            [(bytes(name), bytes(value)) for name, value in scope["headers"]],
            body,
            operation,
            self._token,
            self._numbers[operation],
            self._under_way[operation],
            self._memory,
        )

    async def _said(self, ask: Ask, scope: Scope) -> Answer:
        said = Answer(0, [], [])
        pending = [{"type": "http.request", "body": ask.body, "more_body": False}]

        async def receive() -> MutableMapping[str, Any]:
            return pending.pop() if pending else {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                said.status = message["status"]
                said.headers = [(bytes(name), bytes(value)) for name, value in message.get("headers", ())]
            elif message.get("body"):
                said.chunks.append(bytes(message["body"]))

        inner = {
            **scope,
            "method": ask.method,
            "path": unquote(ask.raw_path),
            "raw_path": ask.raw_path.encode("latin-1"),
            "query_string": ask.query.encode("latin-1"),
            "headers": ask.headers,
        }
        await self._app(inner, receive, send)
        return said


def serve(flaw: Flaw, mock: Mock | None = None) -> Tampered:
    """Return a server with this flaw, in front of a fresh mock or of the one that is given."""
    mock = mock or Mock()
    return Tampered(create_app(mock), flaw, mock.token)


def below_ai(path: str) -> str:
    """Return the part of a path that follows `/ai`, percent-decoded."""
    return unquote(path).rpartition("/ai/")[2] if "/ai/" in path else unquote(path)


def find_operation(scope: Scope) -> str | None:
    """Return the operation that a request is for; with an undocumented method, one of that path."""
    methods = _methods(unquote(scope["path"]))
    return methods.get(scope["method"]) or next(iter(methods.values()), None)


@cache
def _methods(path: str) -> dict[str, str]:
    """Return the operations of a path by their methods."""
    return next((methods for pattern, methods in _routes() if pattern.search(path)), {})


@cache
def _routes() -> list[tuple[re.Pattern[str], dict[str, str]]]:
    """Return what the paths of the contract look like, the literal ones first, and their operations by method."""
    by_path: dict[str, dict[str, str]] = {}
    for operation in Mock().document.operations.values():
        by_path.setdefault(operation.path, {})[operation.method.upper()] = operation.id
    ordered = sorted(by_path, key=lambda path: (path.count("{"), path))
    return [(re.compile(_pattern(path)), by_path[path]) for path in ordered]


def _pattern(path: str) -> str:
    taken = re.sub(r"\\\{(\w+)\\\}", lambda found: ".+" if found[1] == "model" else "[^/]+", re.escape(path))
    return f"{taken}/?$"


async def _deliver(said: Answer, send: Send) -> None:
    await send({"type": "http.response.start", "status": said.status, "headers": said.headers})
    for index, chunk in enumerate(said.chunks):
        if index < len(said.pauses):
            await asyncio.sleep(said.pauses[index])
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
