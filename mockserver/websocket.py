"""WebSocket over a socket: uvicorn's own protocol, with handshakes refused in the very bytes that HTTP would have.

Loaded at the first upgrade: the library behind it costs start-up time and memory that most never need.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

_REASON = (
    b"no WebSocket handshake: GET without a body, with Sec-WebSocket-Key and Sec-WebSocket-Version, would be right\n"
)
_UNREADABLE = (
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%b"
    % (len(_REASON), _REASON)
)


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Speaks WebSocket with one client.

    uvicorn adds a `Date` to a response that refuses a handshake, and logs an error behind it; the mock answers the
    same bytes every time, and a refusal is nothing wrong.
    """

    _refusal: bytes | None = None
    """Head of the response that refuses the handshake."""

    def data_received(self, data: bytes) -> None:
        """Take what came; a handshake that cannot even be read is refused, and no longer waited for."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated and not self.transport.is_closing():
            self.transport.write(_UNREADABLE)
            self.transport.close()

    async def send(self, message: Any) -> None:
        """Send one ASGI message."""
        if message["type"] == "websocket.http.response.start":
            status = HTTPStatus(message["status"])
            lines = [b"%b: %b" % (name, value) for name, value in message["headers"] if name != b"connection"]
            first = f"HTTP/1.1 {status.value} {status.phrase}".encode()
            self._refusal = b"\r\n".join([first, *lines, b"connection: close", b"", b""])
        elif self._refusal is not None:
            if not self.transport.is_closing():
                self.transport.write(self._refusal + message["body"])
                self.transport.close()
            self.handshake_complete = self.close_sent = True
        else:
            await super().send(message)
