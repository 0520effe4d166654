"""Form bodies: fields as JSON values, so that the schema of the form can judge them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from mockserver.engine.values import refuse
from mockserver.openapi.operations import MediaType
from mockserver.openapi.parameters.forms import Field, read_fields, styled_fields
from mockserver.openapi.parameters.kinds import Shape

MULTIPART, URLENCODED = "multipart/form-data", "application/x-www-form-urlencoded"
_MOST_FIELDS = 1000
_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]*)"|([^\s;]+))', re.IGNORECASE)


def parse(content_type: str, body: bytes, body_type: MediaType) -> dict[str, Any]:
    """Return the fields of a form by name, typed by the form's schema and in the styles of its `encoding`.

    A file is text with a character for each byte. Raises Refusal for a body that is no form.
    """
    is_multipart = content_type.lower().startswith(MULTIPART)
    sent = _multipart(content_type, body) if is_multipart else [Field(*pair) for pair in _pairs(body)]
    fields = read_fields(sent, Shape.of(body_type.schema), body_type.validator)
    if not is_multipart and "encoding" in body_type.raw:
        fields.update(styled_fields(body_type, body))
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
        if _ends_at_once(content_type, body):
            return []
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


def _ends_at_once(content_type: str, body: bytes) -> bool:
    """Say whether a multipart form has no parts, as clients write one without fields."""
    boundary = _BOUNDARY.search(content_type)
    return boundary is not None and body.strip() == f"--{boundary[1] or boundary[2]}--".encode("latin-1", "replace")


def _multipart(content_type: str, body: bytes) -> list[Field]:
    return [
        Field(part.name, _text(part), part.media_type, is_file=part.file_name is not None)
        for part in parts(content_type, body)
    ]


def _text(part: Part) -> str:
    is_text = part.file_name is None or part.media_type.endswith("json")
    return part.content.decode("utf-8", "replace") if is_text else part.content.decode("latin-1")
