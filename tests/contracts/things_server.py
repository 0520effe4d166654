"""A small API that is right in every respect, and whose requests and answers a test may spoil on their way."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.openapi.document import Document

TOKEN = "a-token-of-the-things-server"

_ERROR = {
    "description": "",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["success", "errors"],
                "properties": {
                    "success": {"const": False},
                    "errors": {
                        "type": "array",
                        "items": {"type": "object", "properties": {"code": {}, "message": {"type": "string"}}},
                    },
                },
            }
        }
    },
}
_THING = {
    "type": "object",
    "required": ["name", "size"],
    "properties": {
        "name": {"type": "string"},
        "size": {"type": "integer"},
        "marks": {"type": "object", "additionalProperties": {"type": "object", "properties": {"at": {}}}},
    },
}
_ASKED = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 12},
        "size": {"type": ["integer", "null"], "minimum": 0, "maximum": 5},
        "kind": {"enum": ["round", "square"]},
        "note": {"type": "string"},
    },
}
_RANKED = {"headers": {"X-Rank": {"required": True, "schema": {"type": "integer"}}}}


def _ok(schema: Any) -> dict[str, Any]:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def _refusals(*statuses: int) -> dict[str, Any]:
    return {str(status): _ERROR for status in statuses}


DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "security": [{"bearer": []}],
    "paths": {
        "/things": {
            "post": {
                "operationId": "makeThing",
                "requestBody": {"required": True, "content": {"application/json": {"schema": _ASKED}}},
                "responses": {"200": _ok(_THING), **_refusals(400, 401)},
            }
        },
        "/kinds": {
            "get": {
                "operationId": "listKinds",
                "parameters": [
                    {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 9}}
                ],
                "responses": {"200": _ok({"type": "array", "items": _THING}) | _RANKED, **_refusals(400, 401)},
            }
        },
    },
    "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
}


@dataclass
class Asked:
    """A request as the server got it."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    number: int
    """How many requests there were, this one included."""

    @property
    def json(self) -> Any:
        """The body as JSON, None when it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def known(self) -> bool:
        """Whether the right token came."""
        return self.headers.get("authorization") == f"Bearer {TOKEN}"


@dataclass
class Reply:
    """An answer; `headers` may hold a name twice."""

    status: int
    value: Any = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | None = None
    """The body when it is not `value` as JSON."""
    media_type: str = "application/json"

    @property
    def content(self) -> bytes:
        """The bytes of the body."""
        return json.dumps(self.value).encode() if self.body is None else self.body


Spoil = Callable[[Asked, Reply], "Reply | None"]


def things() -> Document:
    """Return the document of the small API."""
    return Document(DOCUMENT, "things.yml")


def refusal(status: int, message: str, **headers: str) -> Reply:
    """Return a refusal in the documented shape."""
    told = {"success": False, "errors": [{"code": status * 10, "message": message}]}
    return Reply(status, told, list(headers.items()))


def answer(asked: Asked) -> Reply:
    """Answer as the document says."""
    methods = {"/things": ["POST"], "/kinds": ["GET", "HEAD"]}.get(asked.path)
    if methods is None:
        return refusal(404, "nothing here")
    if asked.method not in methods:
        return refusal(405, "no such method", allow=", ".join(methods))
    if not asked.known:
        return refusal(401, "who are you?")
    if asked.path == "/kinds":
        page = dict(pair.partition("=")[::2] for pair in asked.query.split("&")).get("page", "1")
        if not page.isdecimal() or not 1 <= int(page) <= 9:
            return refusal(400, "no such page")
        kinds = [{"name": "round", "size": 1}, {"name": "square", "size": 2}]
        return Reply(200, kinds, [("x-rank", "1")])
    body = asked.json
    wrong = _wrong(body)
    return refusal(400, wrong) if wrong else Reply(200, {"name": body["name"], "size": body.get("size") or 0})


def _wrong(body: Any) -> str:
    if not isinstance(body, dict) or not isinstance(body.get("name"), str):
        return "an object with a name, please"
    size, note = body.get("size"), body.get("note", "")
    if isinstance(size, float) and size.is_integer():
        body["size"] = size = int(size)
    if size is not None and (isinstance(size, bool) or not isinstance(size, int) or not 0 <= size <= 5):
        return "the size is wrong"
    if not 1 <= len(body["name"]) <= 12 or not isinstance(note, str):
        return "the name or the note is wrong"
    return "" if body.get("kind", "round") in ("round", "square") else "the kind is wrong"


class ThingsApp:
    """The API as an ASGI application; `spoil` changes answers, or gives another one."""

    def __init__(self, spoil: Spoil | None = None) -> None:
        self._spoil, self._number = spoil, 0

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = (await receive()).get("body", b"")
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        self._number += 1
        query = scope["query_string"].decode("latin-1")
        asked = Asked(scope["method"], scope["path"], query, headers, body, self._number)
        reply = answer(asked)
        if self._spoil is not None:
            reply = self._spoil(asked, reply) or reply
        content = b"" if asked.method == "HEAD" else reply.content
        own = [] if not reply.media_type else [("content-type", reply.media_type)]
        pairs = [*own, ("content-length", str(len(reply.content))), *reply.headers]
        start = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
        await send({"type": "http.response.start", "status": reply.status, "headers": start})
        await send({"type": "http.response.body", "body": content})
