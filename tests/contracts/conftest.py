"""A small API, a server that keeps its promises, and the same server with one named flaw each."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from mockserver.openapi.document import Document

TOKEN = "secret-token-of-the-tests"

_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}},
}
_NOTE = {
    "type": "object",
    "required": ["id", "title", "stars"],
    "properties": {
        "id": {"type": "integer"},
        "title": {"type": "string"},
        "stars": {"type": "integer", "minimum": 0, "maximum": 5},
    },
}
_FAILURES = {
    status: {"description": text, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    for status, text in (("400", "Not understood"), ("401", "Who are you?"), ("404", "Not there"), ("405", "Not so"))
}


def _operation(name: str, success: dict[str, Any], body: dict[str, Any] | None = None) -> dict[str, Any]:
    operation: dict[str, Any] = {"operationId": name, "responses": {"200": success, **_FAILURES}}
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return operation


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Notes", "version": "1"},
    "servers": [{"url": "https://notes.example/v1"}],
    "security": [{"bearerAuth": []}],
    "paths": {
        "/notes": {
            "post": _operation(
                "createNote",
                {
                    "description": "Written",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}},
                },
                {
                    "type": "object",
                    "required": ["title"],
                    "additionalProperties": False,
                    "properties": {
                        "title": {"type": "string", "minLength": 1, "maxLength": 20},
                        "stars": {"type": "integer", "minimum": 0, "maximum": 5},
                    },
                },
            )
        },
        "/notes/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}],
            "get": _operation(
                "readNote",
                {
                    "description": "The note",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}},
                },
            ),
        },
        "/say": {
            "post": _operation(
                "say",
                {
                    "description": "The words",
                    "content": {
                        "application/json": {"schema": {"type": "object", "required": ["text"]}},
                        "text/event-stream": {
                            "schema": {"type": "string"},
                            "x-itemSchema": {
                                "type": "object",
                                "required": ["word"],
                                "properties": {"word": {"type": "string"}},
                            },
                            "x-mockflare-stream-end": "[DONE]",
                        },
                    },
                },
                {
                    "type": "object",
                    "required": ["text"],
                    "additionalProperties": False,
                    "properties": {
                        "text": {"type": "string", "minLength": 1, "maxLength": 40},
                        "stream": {"type": "boolean"},
                    },
                },
            )
        },
    },
    "components": {
        "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}},
        "schemas": {"Error": _ERROR, "Note": _NOTE},
    },
}

FLAWS = (
    "wrong type",
    "missing member",
    "undocumented status",
    "wrong content type",
    "server error",
    "token not checked",
    "negative data accepted",
    "bad event",
    "no end of stream",
    "broken stream",
    "crash",
    "valid data refused",
    "always 429",
    "echoes the token",
)


class Refused(Exception):
    """The request is not what the document asks for."""


def create_app(flaw: str = "", *, seen: list[tuple[str, str, bytes]] | None = None) -> Starlette:
    """Return the API with one named flaw, or without; every request is appended to `seen`."""
    assert flaw == "" or flaw in FLAWS

    async def create_note(request: Request) -> Response:
        body = await _body(request, {"title": str, "stars": int}, "title")
        title, stars = body["title"], body.get("stars", 0)
        if flaw != "negative data accepted" and not (1 <= len(title) <= 20 and 0 <= stars <= 5):
            raise Refused("out of bounds")
        if flaw == "server error" and "stars" in body:
            return PlainTextResponse("oops", 500)
        if flaw == "crash" and "stars" in body:
            raise ZeroDivisionError
        if flaw == "echoes the token":
            title = request.headers["authorization"]
        return _note(1, str(title), min(max(stars, 0), 5))

    async def read_note(request: Request) -> Response:
        number = request.path_params["id"]
        if not number.lstrip("-").isdecimal() or not number.isascii() or int(number) < 1:
            raise Refused("not a number")
        if flaw == "undocumented status":
            return JSONResponse({"id": 1, "title": "a", "stars": 0}, 202)
        return _note(int(number), "a", 0)

    async def say(request: Request) -> Response:
        body = await _body(request, {"text": str, "stream": bool}, "text")
        if not 1 <= len(body["text"]) <= 40:
            raise Refused("out of bounds")
        if flaw == "always 429":
            return JSONResponse({"error": "later"}, 429)
        if flaw == "valid data refused" and body.get("stream") is False:
            raise Refused("not false")
        if not body.get("stream"):
            return JSONResponse({"text": body["text"]})
        events = [json.dumps({"word": word}) for word in ("one", "two")]
        if flaw == "bad event":
            events[1] = json.dumps({"word": 2})
        if flaw != "no end of stream":
            events.append("[DONE]")
        text = "".join(f"data: {event}\n\n" for event in events)
        if flaw == "broken stream":
            text = "words: two\n" + text
        return Response(text, media_type="text/event-stream")

    def _note(number: int, title: str, stars: int) -> Response:
        note: dict[str, Any] = {"id": number, "title": title, "stars": stars}
        if flaw == "wrong type":
            note["id"] = str(number)
        if flaw == "missing member":
            del note["stars"]
        if flaw == "wrong content type":
            return PlainTextResponse(json.dumps(note))
        return JSONResponse(note)

    def guarded(endpoint: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            if seen is not None:
                seen.append((request.method, str(request.url.path), await request.body()))
            known = request.headers.get("authorization") == f"Bearer {TOKEN}"
            if not known and flaw != "token not checked":
                return JSONResponse({"error": "unknown token"}, 401)
            try:
                return await endpoint(request)
            except Refused as error:
                return JSONResponse({"error": str(error)}, 400)

        return answer

    routes = [
        Route("/notes", guarded(create_note), methods=["POST"]),
        Route("/notes/{id}", guarded(read_note), methods=["GET"]),
        Route("/say", guarded(say), methods=["POST"]),
    ]
    app = Starlette(routes=[Mount("/v1", routes=routes)], exception_handlers={404: _plain, 405: _plain})
    app.router.redirect_slashes = False
    return app


async def _plain(request: Request, error: Any) -> Response:
    return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)


async def _body(request: Request, members: dict[str, type], required: str) -> dict[str, Any]:
    if request.headers.get("content-type", "").split(";")[0] != "application/json":
        raise Refused("JSON, please")
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise Refused("not JSON") from None
    if not isinstance(body, dict) or required not in body or body.keys() - members.keys():
        raise Refused("not an object of these members")
    for name, value in body.items():
        if isinstance(value, float) and value.is_integer() and members[name] is int:
            body[name] = int(value)
        elif not isinstance(value, members[name]) or (isinstance(value, bool) and members[name] is not bool):
            raise Refused(f"{name} is of another type")
    return body


@pytest.fixture
def notes() -> Document:
    """The document of the small API."""
    return Document(DOCUMENT, "notes.yml")


@pytest.fixture
def notes_app() -> Callable[..., Starlette]:
    """Makes the server of the small API, with a flaw or without."""
    return create_app


@pytest.fixture
def token() -> str:
    """The token that the small API knows."""
    return TOKEN


@pytest.fixture
def notes_file(tmp_path: Path) -> Path:
    """The document of the small API as a file."""
    path = tmp_path / "notes.json"
    path.write_text(json.dumps(DOCUMENT), "utf-8")
    return path


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """Serves an application on a free loopback port; returns its address."""
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(app: Any) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(timeout=5)
