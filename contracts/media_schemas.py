"""Request bodies of the prepared copy with real media in the place of arbitrary bytes and texts.

A schema says that bytes are a picture, and cannot say which bytes are one.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from contracts.media import SENT_AS, kind_of_body, kind_of_schema, kind_of_value, samples
from mockserver.openapi.document import Document

FORMAT = "mockflare-{kind}"
"""Name of the format whose values are real files of a kind."""

_FORM = "multipart/form-data"
_KEYWORDS = ("anyOf", "oneOf", "allOf")


def with_real_bodies(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the media types of a request with a real one for each range, and bare bodies that are real files."""
    real: dict[str, Any] = {}
    for name, media_type in content.items():
        kind = kind_of_body(content, name)
        if kind is None or not isinstance(media_type, Mapping):
            real[name] = media_type
            continue
        bare = {key: value for key, value in media_type.items() if key not in ("schema", "example", "examples")}
        schema = {"type": "string", "format": FORMAT.format(kind=kind)}
        real[SENT_AS[kind] if name.endswith("/*") else name] = {**bare, "schema": schema}
    return real


def put_real_members(document: Document, schema: dict[str, Any], example: Any) -> None:
    """Let members that are media, of a JSON body and its alternatives, be real ones only; `schema` is changed.

    They are the examples of their schema, else the member of the example of the request, else a sample.
    """
    given = example if isinstance(example, Mapping) else {}
    for properties in _properties(schema):
        for name, member in properties.items():
            resolved = document.resolve(member)
            kind = kind_of_schema(resolved) or kind_of_value(given.get(name))
            if kind is not None:
                values = _values(document, resolved, given.get(name), kind)
                properties[name] = {"enum": [*values, None] if _allows_null(resolved) else values}


def put_real_parts(document: Document, media_type: dict[str, Any]) -> None:
    """Let the parts of a form that are media be real files; `media_type` and its schema are changed."""
    schema = media_type["schema"]
    for properties in _properties(schema):
        for name, member in properties.items():
            kind = kind_of_schema(document.resolve(member))
            if kind is not None:
                properties[name] = {"type": "string", "format": "binary"}
                encoding = media_type.get("encoding") or {}
                media_type["encoding"] = {**encoding, name: {"contentType": SENT_AS[kind]}}


def example_of(document: Document, media_type: Mapping[str, Any]) -> Any:
    """Return the first example of a media type, None when it has none."""
    if "example" in media_type:
        return media_type["example"]
    for each in (media_type.get("examples") or {}).values():
        each = document.resolve(each)
        if isinstance(each, Mapping) and "value" in each:
            return each["value"]
    return None


def is_form(name: str) -> bool:
    """Return whether a media type is that of a form with files."""
    return name == _FORM


def _properties(schema: Any) -> list[dict[str, Any]]:
    """Return the `properties` of a schema and its alternatives."""
    if not isinstance(schema, dict):
        return []
    own = schema.get("properties")
    found = [own] if isinstance(own, dict) else []
    for keyword in _KEYWORDS:
        for branch in schema.get(keyword) or ():
            found += _properties(branch)
    return found


def _values(document: Document, schema: Mapping[str, Any], given: Any, kind: str) -> list[Any]:
    nodes = [schema, *(document.resolve(branch) for keyword in _KEYWORDS for branch in schema.get(keyword) or ())]
    examples = [value for node in nodes if isinstance(node, Mapping) for value in node.get("examples") or ()]
    if examples:
        return examples
    if given is not None:
        return [given]
    listed = any("array" in _types(node) for node in nodes) and not any("string" in _types(node) for node in nodes)
    return [list(each) if listed else base64.b64encode(each).decode() for each in samples(kind)]


def _allows_null(schema: Mapping[str, Any]) -> bool:
    return "null" in _types(schema)


def _types(schema: Any) -> list[Any]:
    types = schema.get("type") if isinstance(schema, Mapping) else None
    return types if isinstance(types, list) else [types]
