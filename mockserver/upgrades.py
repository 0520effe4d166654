"""The WebSocket door: carries messages between an ASGI server and a session. Loaded at the first upgrade."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, MutableMapping
from typing import Any

from mockserver.asgi import LARGEST_MESSAGE, Receive, Scope, Send
from mockserver.engine.mock import Mock
from mockserver.engine.sessions import Close, Conversation, Said
from mockserver.engine.values import HttpRequest, HttpResponse

MOST_MESSAGES = 1_000_000
"""Messages that one client may send: more than five hours of sound in pieces of 20 ms."""
MOST_BYTES = 512 * 1024 * 1024
"""Bytes that one client may send: more than four hours of 16-bit sound at 16 kHz."""

_TOO_LARGE, _TOO_MUCH, _BROKEN = 1009, 1008, 1011


async def converse(mock: Mock, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request for a WebSocket and hold the conversation until one side ends it."""
    await receive()  # websocket.connect
    raw: bytes | None = scope.get("raw_path")
    path = scope["path"] if raw is None else raw.split(b"?", 1)[0].decode("latin-1")
    headers = [(name.lower(), value) for name, value in scope["headers"]]
    request = HttpRequest("GET", path, query=scope["query_string"].decode("latin-1"), headers=headers)
    granted = mock.converse(request)
    try:
        if isinstance(granted, HttpResponse):
            await _refuse(granted, scope, send)
            return
        offered = scope.get("subprotocols") or [None]  # browsers give up unless one of those they offer is taken
        await send({"type": "websocket.accept", "subprotocol": offered[0], "headers": granted.headers})
        await _Carrier(mock, granted, receive, send).carry()
    except OSError:  # what servers raise when somebody writes to a client that is gone
        if isinstance(granted, Conversation):
            granted.invocation.note("the client was gone")


async def _refuse(response: HttpResponse, scope: Scope, send: Send) -> None:
    """Refuse the handshake with an HTTP response; with 403 where the server knows only that."""
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": _TOO_MUCH, "reason": f"refused with {response.status}"})
        return
    body = response.body if response.frames is None else b"".join(response.frames)
    start = {"type": "websocket.http.response.start", "status": response.status, "headers": response.headers}
    await send(start)
    await send({"type": "websocket.http.response.body", "body": body})


class _Carrier:
    """Carries the messages of one conversation, within bounds."""

    def __init__(self, mock: Mock, granted: Conversation, receive: Receive, send: Send) -> None:
        self._settings, self._invocation = mock.settings, granted.invocation
        self._session, self._receive, self._send = granted.session, receive, send
        self._largest = min(LARGEST_MESSAGE, mock.settings.max_body)
        self._messages = self._bytes = self._said = 0
        self._coming: asyncio.Future[Any] | None = None
        """The next message of the client, once somebody waits for it."""

    async def carry(self) -> None:
        """Go on until one side has ended the conversation."""
        try:
            over = await self._say(self._session.open())
            while not over:
                over = await self._turn()
        finally:
            if self._coming is not None:
                self._coming.cancel()
            self._note("%s messages came, %s went", self._messages, self._said)

    async def _turn(self) -> bool:
        """Take one message and answer it; returns whether the conversation is over."""
        if not await self._has_come(self._session.idle):
            return await self._say(self._session.wait()) or await self._say([Close(_BROKEN, "idle for too long")])
        event, self._coming = await self._awaited(), None
        if event["type"] == "websocket.disconnect":
            self._note("the client ended it with code %s", event.get("code", 1005))
            return True
        message = _content(event)
        excess = self._excess(len(message))
        return await self._say([excess] if excess else self._answers(message))

    def _excess(self, size: int) -> Close | None:
        """Return how the conversation ends if a message is more than a client may send."""
        self._messages += 1
        self._bytes += size
        if size > self._largest:
            return Close(_TOO_LARGE, f"a message of {size}; {self._largest} bytes are taken")
        if self._messages > MOST_MESSAGES:
            return Close(_TOO_MUCH, f"more than {MOST_MESSAGES} messages")
        return Close(_TOO_MUCH, f"more than {MOST_BYTES} bytes") if self._bytes > MOST_BYTES else None

    def _answers(self, message: str | bytes) -> Iterable[Said]:
        try:
            yield from self._session.hear(message)
        except Exception as error:  # a defect of ours ends one conversation, not the server
            self._note("failed: %s: %s", type(error).__name__, str(error))
            yield Close(_BROKEN, f"{type(error).__name__} in the mock")

    async def _say(self, messages: Iterable[Said]) -> bool:
        """Send messages, as fast as the settings allow; returns whether the conversation is over."""
        loop, ttft, rate = asyncio.get_running_loop(), self._settings.ttft, self._settings.tokens_per_second
        due = loop.time() + ttft / 1000
        for message in messages:
            if isinstance(message, Close):
                self._note("the server ended it with code %s (%s)", message.code, message.reason or "done")
                await self._send({"type": "websocket.close", "code": message.code, "reason": message.reason})
                return True
            if (ttft or rate) and (pause := due - loop.time()) > 0:
                if await self._has_come(pause) and self._is_interrupted():
                    return False
                await asyncio.sleep(max(0.0, due - loop.time()))
            due += 1 / rate if rate else 0.0
            event: dict[str, Any] = {"type": "websocket.send"}
            event["text" if isinstance(message, str) else "bytes"] = message
            await self._send(event)
            self._said += 1
            if not self._said % 64:
                await asyncio.sleep(0)  # others are served, too
        return False

    def _awaited(self) -> asyncio.Future[Any]:
        """Return the client's next message, come or still to come."""
        if self._coming is None:
            self._coming = asyncio.ensure_future(self._receive())
        return self._coming

    async def _has_come(self, seconds: float) -> bool:
        """Wait for the client's next message at most so long; returns whether it has come."""
        awaited = self._awaited()
        await asyncio.wait((awaited,), timeout=seconds)
        return awaited.done()

    def _is_interrupted(self) -> bool:
        """Say whether the message that has come ends what is being said; it is answered next."""
        event = self._awaited().result()
        return event["type"] == "websocket.disconnect" or self._session.interrupts(_content(event))

    def _note(self, sentence: str, *values: Any) -> None:
        self._invocation.note(sentence, *values)


def _content(event: MutableMapping[str, Any]) -> str | bytes:
    """Return the text or the bytes of a message."""
    text: str | None = event.get("text")
    data: bytes | None = event.get("bytes")
    return text if text is not None else data or b""
