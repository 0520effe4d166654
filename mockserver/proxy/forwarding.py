"""The proxy as an ASGI application: where requests go, and with which headers."""

from __future__ import annotations

from functools import cached_property

from mockserver.asgi import OWN, ASGIApp, Receive, Scope, Send
from mockserver.egress.connections import Client, Headers, without_hops
from mockserver.egress.destinations import Destination
from mockserver.engine.mock import Mock
from mockserver.proxy.passages import Passage


class Proxy:
    """Sends requests on to a server; says in `x-mockflare-violations` and in the journal how both sides do.

    With `refuses` (`--errors`) a request that breaks the contract is refused and not sent, and an answer that does so
    becomes a 502.
    """

    def __init__(self, mock: Mock, destination: Destination, client: Client, *, refuses: bool = False) -> None:
        self.mock, self.destination, self.refuses = mock, destination, refuses
        self.trouble: str | None = None
        self._client = client
        self._host = destination.authority.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            path = scope["path"]
            if path.startswith(OWN) and path[len(OWN) : len(OWN) + 1] in ("", "/"):
                await self._own(scope, receive, send)
            else:
                await Passage(self, self._client, scope, receive, send).make()
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "the proxy speaks no WebSocket"})

    @cached_property
    def _own(self) -> ASGIApp:
        from mockserver.control import control

        return control(self)

    def target(self, path: str, query: bytes) -> str:
        """Return where a request goes: below the path of the server, which a client may have put before it already."""
        base = self.destination.path
        below = path if not base or path == base or path.startswith(base + "/") else base + path
        return below + ("?" + query.decode("latin-1") if query else "")

    def headers(self, received: Headers) -> Headers:
        """Return the headers that go on: without those of the connection, and in encodings that can be judged."""
        kept = [(b"host", self._host)]
        measured = False
        for name, value in without_hops(received):
            if name == b"accept-encoding":
                value = b"gzip" if b"gzip" in value.lower() else b"identity"
            measured = measured or name == b"content-length"
            if name != b"host":
                kept.append((name, value))
        chunked = any(name.lower() == b"transfer-encoding" for name, _ in received)
        return [*kept, (b"transfer-encoding", b"chunked")] if chunked and not measured else kept
