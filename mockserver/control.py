"""Our own endpoints below `/_mockflare`: for test suites in any language, and for a look inside.

They take data, never code, and answer nobody but this machine unless a token was given by `--token`.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mockserver.engine.mock import Mock
from mockserver.engine.values import Answer
from mockserver.errors import MockflareError, UsageError, nearest

OWN = "/_mockflare"
_LARGEST = 1024 * 1024
_MOST_STUBS = 1000
_LOCAL = ("127.0.0.1", "::1", "localhost", "testserver")

Endpoint = Callable[[Request], Awaitable[Response]]


class Served(Protocol):
    """Whose endpoints these are."""

    mock: Mock
    trouble: str | None


def control(served: Served) -> Starlette:
    """Return the application that answers everything below `/_mockflare`."""
    tokens: tuple[str, ...] = getattr(served.mock.settings, "tokens", ())
    stubs = 0

    def guarded(endpoint: Endpoint) -> Endpoint:
        async def guard(request: Request) -> Response:
            reason = _forbidden(request.scope, tokens)
            if reason:
                return JSONResponse({"error": reason}, 403)
            try:
                return await endpoint(request)
            except MockflareError as error:
                return JSONResponse({"error": str(error)}, 400)

        return guard

    async def health(request: Request) -> Response:
        document = served.mock.document
        told = {"status": "ok", "title": document.title, "operations": len(document.operations)}
        return JSONResponse(told if served.trouble is None else {**told, "status": "stale", "reason": served.trouble})

    async def journal(request: Request) -> Response:
        asked = request.query_params
        known = ("limit", "operation", "status")
        for name in asked:
            if name not in known:
                raise UsageError(f"unknown parameter {name!r}; {', '.join(known)} would be right")
        if not asked.get("limit", "0").isdecimal() or not asked.get("status", "0").isdecimal():
            raise UsageError("limit and status are numbers")
        entries = [
            entry
            for entry in served.mock.journal
            if asked.get("operation", entry.operation_id) == entry.operation_id
            and int(asked.get("status", entry.status)) == entry.status
        ]
        limit = int(asked.get("limit", "100"))
        shown = [entry.summary() for entry in entries[-limit:]] if limit else []
        return JSONResponse({"count": served.mock.journal.count, "exchanges": shown})

    async def reset(request: Request) -> Response:
        nonlocal stubs
        served.mock.reset()
        stubs = 0
        return Response(status_code=204)

    async def faults(request: Request) -> Response:
        body = await _body(request, required=("target", "error"), optional=("times",))
        error, times = body["error"], body.get("times", 1)
        if not isinstance(error, int | str) or isinstance(error, bool):
            raise UsageError("error is a code, a name of the error table or an HTTP status")
        if not isinstance(times, int) or isinstance(times, bool):
            raise UsageError("times is a whole number; -1 is all requests")
        mock = served.mock
        mock.fail(_text(body, "target"), mock.service.named_problem(error), times)
        return Response(status_code=204)

    async def add_stub(request: Request) -> Response:
        nonlocal stubs
        body = await _body(request, required=("target", "body"), optional=("status", "headers"))
        status, headers = body.get("status", 200), body.get("headers", {})
        if not isinstance(status, int) or not 200 <= status <= 599:
            raise UsageError(f"status is {status!r}; a number from 200 to 599 would be right")
        if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
            raise UsageError("headers maps names to texts")
        if stubs >= _MOST_STUBS:
            raise UsageError(f"there are {stubs} stubs already; POST {OWN}/reset forgets them")
        stubs += 1
        answer = body["body"]
        served.mock.on(_text(body, "target"))(lambda _: Answer(status, answer, headers=list(headers.items())))
        return Response(status_code=204)

    routes = [
        Route(f"{OWN}/health", guarded(health)),
        Route(f"{OWN}/journal", guarded(journal)),
        Route(f"{OWN}/reset", guarded(reset), methods=["POST"]),
        Route(f"{OWN}/faults", guarded(faults), methods=["POST"]),
        Route(f"{OWN}/stubs", guarded(add_stub), methods=["POST"]),
    ]

    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        reason = _forbidden(request.scope, tokens)
        if reason:  # strangers are not told what there is
            return JSONResponse({"error": reason}, 403)
        known = [route.path for route in routes]
        near = nearest(request.url.path, known)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
        said = f"{request.method} is not allowed here" if error.status_code == 405 else hint
        return JSONResponse({"error": said}, error.status_code, headers=dict(error.headers or {}))

    application = Starlette(routes=routes, exception_handlers={404: refuse, 405: refuse})
    application.router.redirect_slashes = False  # a redirection would tell strangers what is there
    return application


async def _body(request: Request, *, required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Any]:
    """Return the JSON object in a request; raises UsageError when it is none, or has other members."""
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > _LARGEST:
            raise UsageError(f"the body is longer than {_LARGEST} bytes")
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"the body is no JSON: {error}") from None
    members = (*required, *optional)
    if not isinstance(value, dict):
        raise UsageError(f"the body is no object with the members {', '.join(members)}")
    for name in value:
        if name not in members:
            near = nearest(name, members)
            raise UsageError(f"unknown member {name!r}; {'did you mean ' + near if near else ', '.join(members)}")
    for name in required:
        if name not in value:
            raise UsageError(f"the member {name} is missing")
    return value


def _text(body: dict[str, Any], name: str) -> str:
    if not isinstance(body[name], str):
        raise UsageError(f"{name} is text")
    return str(body[name])


def _forbidden(scope: Any, tokens: tuple[str, ...]) -> str | None:
    """Say why a request may not use our own endpoints.

    They are for the machine itself: a web page must not reach them by a rebound name (`Host`, `Origin`), nor
    another machine without a token.
    """
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    scheme, _, given = headers.get(b"authorization", "").partition(" ")
    if scheme.lower() == "bearer" and any(
        hmac.compare_digest(given.strip().encode("latin-1"), token.encode()) for token in tokens
    ):
        return None
    if b"origin" in headers:
        return "no web page may use these endpoints"
    try:
        host = urlsplit(f"//{headers.get(b'host', '')}").hostname or ""
    except ValueError:
        host = ""
    if host not in _LOCAL:
        return f"the Host {host!r} is not this machine; use 127.0.0.1 or send a token that was given by --token"
    client = (scope.get("client") or ("127.0.0.1", 0))[0]
    if client not in ("127.0.0.1", "::1", "testclient"):
        return "only this machine may use these endpoints without a token that was given by --token"
    return None
