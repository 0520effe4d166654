"""JSON values as XML, by the hints of a schema (`xml`: name, attribute, wrapped, namespace, prefix)."""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from mockserver.errors import UnresolvedReference
from mockserver.openapi.document import Document

_NOT_IN_NAMES = re.compile(r"[^\w.-]|:")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOST_BRANCHES = 32


def write(value: Any, schema: Any, document: Document, name: str = "") -> bytes:
    """Return a value as an XML document; its root is called by the hint, the schema's own name, or `root`."""
    if not name and isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        name = schema["$ref"].rsplit("/", 1)[-1].removeprefix("#")
    lines = _element(value, [schema], document, name or "root", item_of="")
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + lines).encode("utf-8", "replace")


def _element(value: Any, schemas: list[Any], document: Document, name: str, item_of: str) -> str:
    nodes = _nodes(schemas, document)
    hints = _hints(nodes)
    if isinstance(value, list):
        return _array(value, nodes, document, name, bool(hints.get("wrapped")) or not item_of)
    tag, declaration = _tag(hints, name)
    if isinstance(value, dict):
        attributes, content = declaration, ""
        for key, inner in value.items():
            parts = [node["properties"][key] for node in nodes if key in _mapping(node, "properties")]
            own = _hints(_nodes(parts, document))
            if own.get("attribute") and not isinstance(inner, list | dict):
                attributes += f" {_tag(own, key)[0]}={quoteattr(_text(inner))}"
            else:
                content += _element(inner, parts, document, key, item_of=key)
        return f"<{tag}{attributes}>{content}</{tag}>"
    return f"<{tag}{declaration}/>" if value is None else f"<{tag}{declaration}>{escape(_text(value))}</{tag}>"


def _array(value: list[Any], nodes: list[dict[str, Any]], document: Document, name: str, wrapped: bool) -> str:
    items = [node["items"] for node in nodes if isinstance(node.get("items"), dict)]
    hints = _hints(nodes)
    outer, declaration = _tag(hints, name)
    own = _hints(_nodes(items, document)).get("name")
    inner_name = str(own) if own else (outer if not wrapped or hints.get("wrapped") else "item")
    inner = "".join(_element(each, items, document, inner_name, item_of=name) for each in value)
    return f"<{outer}{declaration}>{inner}</{outer}>" if wrapped else inner


def _nodes(schemas: list[Any], document: Document) -> list[dict[str, Any]]:
    """Return the schemas, and all that they combine, with references followed."""
    found: list[dict[str, Any]] = []
    pending = list(schemas)
    while pending and len(found) < _MOST_BRANCHES:
        node = pending.pop(0)
        try:
            resolved = document.resolve(node)
        except UnresolvedReference:
            continue
        if not isinstance(resolved, dict):
            continue
        found.append(resolved)
        for keyword in ("allOf", "anyOf", "oneOf"):
            if isinstance(resolved.get(keyword), list):
                pending += resolved[keyword]
    return found


def _hints(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for node in nodes:
        for key, value in _mapping(node, "xml").items():
            found.setdefault(key, value)
    return found


def _mapping(node: dict[str, Any], key: str) -> dict[str, Any]:
    value = node.get(key)
    return value if isinstance(value, dict) else {}


def _tag(hints: dict[str, Any], name: str) -> tuple[str, str]:
    """Return an element's name, and the declaration of its namespace."""
    plain = _NOT_IN_NAMES.sub("_", str(hints.get("name") or name)) or "item"
    if plain[0].isdigit() or plain[0] in ".-":
        plain = "_" + plain
    prefix = _NOT_IN_NAMES.sub("_", str(hints.get("prefix") or ""))
    namespace = hints.get("namespace")
    declared = f" xmlns{':' + prefix if prefix else ''}={quoteattr(_text(namespace))}" if namespace else ""
    return (f"{prefix}:{plain}" if prefix and namespace else plain), declared


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else _NOT_IN_XML.sub("\ufffd", str(value))
