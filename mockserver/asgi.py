"""The ASGI door: bytes in, bytes out. Starlette serves our own endpoints, the mock everything else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from functools import cached_property
from typing import Any

from mockserver.engine.mock import Mock
from mockserver.engine.values import HttpRequest, HttpResponse

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

OWN = "/_mockflare"
LARGEST_MESSAGE = 16 * 1024 * 1024
"""Bytes of one WebSocket message; a longer one ends the connection with 1009."""
_DISCARDED = 256 * 1024 * 1024
"""Bytes of a refused body that are read on, so that a client gets to see the refusal."""
_BATCH = 16
"""Events of an unpaced stream that share one write after the first; each write costs more than an event."""


class Application:
    """A mock as an ASGI application."""

    def __init__(self, mock: Mock) -> None:
        self.mock = mock
        """Who answers; another one may take its place while requests come in."""
        self.trouble: str | None = None
        """Why the contract as it is now on disk is not what is served; None when it is."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        kind = scope["type"]
        if kind == "http":
            path = scope["path"]
            if path.startswith(OWN) and path[len(OWN) : len(OWN) + 1] in ("", "/"):
                await self._own(scope, receive, send)
            else:
                await _answer(self.mock, scope, receive, send)
        elif kind == "lifespan":
            await _lifespan(receive, send)
        else:
            from mockserver.upgrades import converse  # few need it

            await converse(self.mock, scope, receive, send)

    @cached_property
    def _own(self) -> ASGIApp:
        from mockserver.control import control  # Starlette's routing costs start-up time

        return control(self)


def create_app(mock: Mock) -> Application:
    """Return the mock as an ASGI application."""
    return Application(mock)


async def _answer(mock: Mock, scope: Scope, receive: Receive, send: Send) -> None:
    limit = mock.settings.max_body
    body: Any = b""
    too_large = _announced(scope) > limit  # refused at once: the rest may never come
    if not too_large:
        message = await receive()
        body = message.get("body", b"")
        too_large = len(body) > limit
        if message.get("more_body"):
            body, too_large = await _read_on(body, limit, receive)
            if body is None:
                return
    raw: bytes | None = scope.get("raw_path")
    request = HttpRequest(
        scope["method"],
        scope["path"] if raw is None else raw.split(b"?", 1)[0].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=scope["headers"],
        body=b"" if too_large else body,
        too_large=too_large,
    )
    if mock.egress is None:
        response = mock.handle(request)
    else:  # another server may take its time, and may ask this one
        response = await asyncio.to_thread(mock.handle, request)
    await deliver(mock, response, scope, receive, send)


async def deliver(mock: Mock, response: HttpResponse, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a response as fast as its delay and the settings allow and the client reads."""
    if response.delay and not await _held(response.delay / 1000, receive):
        return
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    if response.frames is None:
        await send({"type": "http.response.body", "body": response.body})
    elif is_paced(response, mock):
        await _paced(response, mock.settings.ttft, mock.settings.tokens_per_second, receive, send)
    else:
        for batch in in_batches(response.frames):
            await send({"type": "http.response.body", "body": batch, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def is_paced(response: HttpResponse, mock: Mock) -> bool:
    """Say whether a response is a stream that takes its time."""
    return response.frames is not None and bool(mock.settings.ttft or mock.settings.tokens_per_second)


def in_batches(frames: list[bytes]) -> Iterator[bytes]:
    """Yield what is written at a time of an unpaced stream: the first event alone, then some together."""
    yield from frames[:1]
    for start in range(1, len(frames), _BATCH):
        yield b"".join(frames[start : start + _BATCH])


def _announced(scope: Scope) -> int:
    """Return the length of the body as the client announces it, 0 when it does not."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def _read_on(body: bytes, limit: int, receive: Receive) -> tuple[Any, bool]:
    """Read the rest of a body; returns (None, False) when the client is gone, (b"", True) when it is too large."""
    chunks, size, more = [body], len(body), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None, False
        chunk = message.get("body", b"")
        size += len(chunk)
        more = message.get("more_body", False)
        if size <= limit:
            chunks.append(chunk)
        else:
            chunks.clear()
            if size > _DISCARDED:
                break
    return (b"", True) if size > limit else (b"".join(chunks), False)


async def _paced(response: HttpResponse, ttft: float, rate: float, receive: Receive, send: Send) -> None:
    """Send a stream in real time; a client that goes away ends it at once."""
    loop = asyncio.get_running_loop()
    gone = asyncio.ensure_future(_disconnected(receive))
    due = loop.time() + ttft / 1000
    try:
        for frame, weight in zip(response.frames or (), response.weights or (), strict=True):
            if weight or due > loop.time():
                await asyncio.wait((gone,), timeout=max(0.0, due - loop.time()))
                due += weight / rate if rate else 0.0
            if gone.done():
                return
            await send({"type": "http.response.body", "body": frame, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()


async def _held(seconds: float, receive: Receive) -> bool:
    """Wait before an answer; return False at once when the client goes away."""
    gone = asyncio.ensure_future(_disconnected(receive))
    try:
        await asyncio.wait((gone,), timeout=seconds)
        return not gone.done()
    finally:
        gone.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
