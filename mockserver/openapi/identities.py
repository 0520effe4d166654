"""Schemas that are referred to by a name of their own: `$id`, `$anchor` and `$dynamicAnchor`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

_VALUES = frozenset(("example", "examples", "default", "enum", "const"))


def identities(content: dict[str, Any]) -> dict[str, Any]:
    """Return the schemas of a document's components by the names they give themselves: `#anchor`, `uri`, `uri#anchor`.

    A pointer into a schema with an `$id` is written `uri#/...` and is not among them: see `within`.
    """
    components = content.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    found: dict[str, Any] = {}
    pending: list[tuple[Any, str]] = [(schemas, "")]
    seen: set[int] = set()
    while pending:
        node, base = pending.pop()
        if not isinstance(node, dict | list) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, list):
            pending += [(item, base) for item in node]
            continue
        if isinstance(node.get("$id"), str):
            base = _joined(base, node["$id"]).rstrip("#")
            found.setdefault(base, node)
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(node.get(keyword), str):
                found.setdefault(f"{base}#{node[keyword]}", node)
                found.setdefault(f"#{node[keyword]}", node)
        pending += [(value, base) for key, value in node.items() if key not in _VALUES]
    return found


def _joined(base: str, uri: str) -> str:
    try:
        return urljoin(base, uri)
    except ValueError:
        return uri
