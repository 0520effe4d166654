"""Form bodies: fields as JSON values, so that the schema of the form can judge them."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mockserver.engine.values import refuse
from mockserver.openapi.validation import Schema

MULTIPART, URLENCODED = "multipart/form-data", "application/x-www-form-urlencoded"
_MOST_FIELDS = 1000


def parse(content_type: str, body: bytes, schema: Schema) -> dict[str, Any]:
    """Return the fields of a form by name; one that occurs twice, or that the schema calls an array, is a list.

    `name[]`, as some clients call a repeated field, is `name` where the schema knows only that. Text becomes the
    number, boolean, array or object that the schema asks for where it reads as one; a file is text with a character
    for each byte. Raises Refusal for a body that is no form.
    """
    fields: dict[str, Any] = {}
    for name, text in _multipart(content_type, body) if content_type.lower().startswith(MULTIPART) else _pairs(body):
        described = _property(schema, name)
        if described is None and name.endswith("[]"):
            described = _property(schema, name.removesuffix("[]"))
            name = name if described is None else name.removesuffix("[]")
        value = _typed(text, described)
        if name not in fields:
            listed = isinstance(described, dict) and described.get("type") == "array" and not isinstance(value, list)
            fields[name] = [value] if listed else value
        elif isinstance(fields[name], list):
            fields[name].append(value)
        else:
            fields[name] = [fields[name], value]
    return fields


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise refuse("body-malformed", 400, f"the body is no {URLENCODED}: {error}") from None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart form, as it was sent."""

    name: str
    """The name of the field."""
    content: bytes
    file_name: str | None = None
    """What the client calls the file; None for a plain field."""
    media_type: str = ""
    """The part's own Content-Type without parameters, "" when it has none."""


def parts(content_type: str, body: bytes) -> list[Part]:
    """Return the named parts of a multipart form in order; raises Refusal for a body that is none."""
    head = b"Content-Type: " + content_type.encode("latin-1", "replace").replace(b"\n", b" ") + b"\r\n\r\n"
    try:
        message: Message[Any, Any] = BytesParser(policy=HTTP).parsebytes(head + body)
    except RecursionError:  # multiparts within multiparts, which mean nothing in a form
        raise refuse("body-malformed", 400, f"the body is no {MULTIPART}: its parts are nested too deeply") from None
    if not message.is_multipart():
        raise refuse("body-malformed", 400, f"the body is no {MULTIPART} with the boundary that its header names")
    found: list[Part] = []
    for part in message.get_payload():
        name = part.get_param("name", header="content-disposition") if isinstance(part, Message) else None
        if len(found) >= _MOST_FIELDS:
            raise refuse("body-malformed", 400, f"the form has more than {_MOST_FIELDS} fields")
        if isinstance(part, Message) and isinstance(name, str):
            content = part.get_payload(decode=True)
            content = content if isinstance(content, bytes) else b""
            media_type = part.get_content_type() if "content-type" in part else ""
            found.append(Part(name, content, part.get_filename(), media_type))
    return found


def _multipart(content_type: str, body: bytes) -> list[tuple[str, str]]:
    return [
        (part.name, part.content.decode(*(("utf-8", "replace") if part.file_name is None else ("latin-1",))))
        for part in parts(content_type, body)
    ]


def _property(schema: Schema, name: str) -> Any:
    """Return the schema of a field, as far as it is written where forms usually have it."""
    definitions = schema.get("$defs", {}) if isinstance(schema, dict) else {}
    for _ in range(8):
        if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str):
            break
        schema = definitions.get(schema["$ref"].rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~"), True)
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return properties.get(name) if isinstance(properties, dict) else None


def _typed(text: str, schema: Any) -> Any:
    items = schema.get("items") if isinstance(schema, dict) else None
    if isinstance(items, dict) and items.get("format") == "binary":
        return text  # a file, even one that reads as JSON
    kinds = schema.get("type") if isinstance(schema, dict) else None
    kinds = [kinds] if isinstance(kinds, str) else kinds or []
    if not isinstance(kinds, list) or not kinds or "string" in kinds:
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
