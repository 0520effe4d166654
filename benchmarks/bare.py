"""The measure of all things: the plainest ASGI application, on the server configuration of the mock.

    python -m benchmarks.bare PORT < PAYLOAD

The payload is JSON: `{"type": media type, "parts": [text, ...], "streams": bool}`, and the answer to every request.
A stream has one message for each part, as the plainest streaming application sends it; any other answer has one part.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import uvicorn

from mockserver.server import _config, listen


def constant(media_type: bytes, parts: list[bytes], *, streams: bool) -> Any:
    """Return an application that gives one answer to everything."""
    headers = [(b"content-type", media_type)]
    if not streams:
        headers.append((b"content-length", b"%d" % len(parts[0])))
    begin = {"type": "http.response.start", "status": 200, "headers": headers}
    messages = [{"type": "http.response.body", "body": part, "more_body": streams} for part in parts]
    if streams:
        messages.append({"type": "http.response.body", "body": b""})

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send(begin)
        for message in messages:
            await send(message)

    return app


def main() -> None:
    """Serve until terminated."""
    payload = json.load(sys.stdin)
    app = constant(payload["type"].encode(), [part.encode() for part in payload["parts"]], streams=payload["streams"])
    uvicorn.Server(_config(app)).run(sockets=[listen("127.0.0.1", int(sys.argv[1]))])


if __name__ == "__main__":
    main()
