"""Fields of a URL-encoded form whose media type says how they are written (`encoding`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.errors import UnresolvedReference
from mockserver.openapi.document import Document
from mockserver.openapi.operations import MediaType
from mockserver.openapi.parameters.definition import Parameter
from mockserver.openapi.parameters.reading import read_all

_DEEPEST = 8
_STYLED = ("style", "explode", "allowReserved")


def styled_fields(media_type: MediaType, body: bytes) -> dict[str, Any]:
    """Return the fields whose `encoding` names a style, read in it and typed; the others are not among them.

    A field that is not written in its style stays text: the form's schema then says what is wrong.
    """
    query = body.decode("utf-8", "replace")
    return read_all(list(_parameters(media_type)), query)


def _parameters(media_type: MediaType) -> Iterator[Parameter]:
    encodings = media_type.raw.get("encoding")
    properties = dict(_properties(media_type.document, media_type.raw.get("schema"), 0))
    for name, encoding in encodings.items() if isinstance(encodings, Mapping) else ():
        if isinstance(encoding, Mapping) and name in properties and any(each in encoding for each in _STYLED):
            raw = {"schema": properties[name], **{each: encoding[each] for each in _STYLED if each in encoding}}
            yield Parameter(media_type.document, raw, name, "query", media_type.pointer)


def _properties(document: Document, schema: Any, depth: int) -> Iterator[tuple[str, Any]]:
    try:
        node = document.resolve(schema)
    except UnresolvedReference:
        return
    if not isinstance(node, dict) or depth > _DEEPEST:
        return
    if isinstance(node.get("properties"), dict):
        yield from node["properties"].items()
    for each in node["allOf"] if isinstance(node.get("allOf"), list) else ():
        yield from _properties(document, each, depth + 1)
