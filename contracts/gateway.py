"""The engine's way to the target: an application that passes its requests on to the kit's own sender.

So every request of a run is bounded, counted and timed by the same code, whoever made it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from contracts.exchanges import ENCODINGS, NoAnswer, Request, Response
from contracts.target import Receive, Scope, Send

NUMBER = "x-mockflare-exchange"
"""The header in which the engine is told the number of an exchange."""

_NO_ANSWER = 599
_OF_THE_ENGINE = frozenset(("x-schemathesis-testcaseid",))
_HOP = frozenset(("content-length", "transfer-encoding", "connection", "content-encoding"))

Pass = Callable[[Request], "Response | NoAnswer"]


class Gateway:
    """Passes requests on, and keeps what came of each until it is taken."""

    def __init__(self, origin: str, send: Pass) -> None:
        """`origin` is the scheme and host of the target, `send` sends one request."""
        self._origin, self._send = origin, send
        self._kept: dict[str, tuple[Request, Response | NoAnswer]] = {}
        self._count = 0

    def take(self, number: str) -> tuple[Request, Response | NoAnswer]:
        """Return an exchange, once."""
        return self._kept.pop(number)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the engine."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        request = self._request(scope, body)
        came = await asyncio.get_running_loop().run_in_executor(None, self._send, request)
        self._count += 1
        number = str(self._count)
        self._kept[number] = request, came
        await _answer(came, number, send)

    def _request(self, scope: Scope, body: bytes) -> Request:
        query = scope["query_string"].decode("latin-1")
        path = scope["raw_path"].decode("latin-1")
        headers = tuple(
            (_written(name.decode("latin-1")), ENCODINGS if name == b"accept-encoding" else value.decode("latin-1"))
            for name, value in scope["headers"]
            if name.decode("latin-1") not in _OF_THE_ENGINE and name not in (b"host", b"content-length")
        )
        return Request(scope["method"], self._origin + path + (f"?{query}" if query else ""), headers, body)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _answer(came: Response | NoAnswer, number: str, send: Send) -> None:
    if isinstance(came, NoAnswer):
        status, headers, body = _NO_ANSWER, [], b""
    else:
        status, body = came.status, came.body
        headers = [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in came.headers if name not in _HOP
        ]
    named: list[Any] = [*headers, (NUMBER.encode(), number.encode())]
    await send({"type": "http.response.start", "status": status, "headers": named})
    await send({"type": "http.response.body", "body": body})


def _written(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))
