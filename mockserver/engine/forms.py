"""Form bodies: fields as JSON values, so that the schema of the form can judge them."""

from __future__ import annotations

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
    """Return the fields of a form by name; one that occurs twice is a list.

    Text becomes the number, boolean, array or object that the schema asks for where it reads as one; a file is text
    with a character for each byte. Raises Refusal for a body that is no form.
    """
    fields: dict[str, Any] = {}
    for name, text in _multipart(content_type, body) if content_type.lower().startswith(MULTIPART) else _pairs(body):
        value = _typed(text, _property(schema, name))
        if name not in fields:
            fields[name] = value
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


def _multipart(content_type: str, body: bytes) -> list[tuple[str, str]]:
    head = b"Content-Type: " + content_type.encode("latin-1", "replace").replace(b"\n", b" ") + b"\r\n\r\n"
    message: Message[Any, Any] = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise refuse("body-malformed", 400, f"the body is no {MULTIPART} with the boundary that its header names")
    found: list[tuple[str, str]] = []
    for part in message.get_payload():
        name = part.get_param("name", header="content-disposition") if isinstance(part, Message) else None
        if isinstance(part, Message) and isinstance(name, str) and len(found) < _MOST_FIELDS:
            content = part.get_payload(decode=True)
            content = content if isinstance(content, bytes) else b""
            is_file = part.get_filename() is not None
            found.append((name, content.decode("latin-1") if is_file else content.decode("utf-8", "replace")))
    return found


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
    kinds = schema.get("type") if isinstance(schema, dict) else None
    kinds = [kinds] if isinstance(kinds, str) else kinds or []
    if not isinstance(kinds, list) or not kinds or "string" in kinds:
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
