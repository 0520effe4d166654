"""Schemas that are referred to by a name of their own: `$id`, `$anchor` and `$dynamicAnchor`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

_VALUES = frozenset(("example", "examples", "default", "enum", "const"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a schema stands: references in it are relative to the nearest schema with an `$id` around it."""

    home: Any = None
    """That schema; None where there is none, and `#/...` leads into the document."""
    base: str = ""
    """Its address."""


NOWHERE = Place()


def identities(content: dict[str, Any]) -> dict[str, tuple[Any, Place]]:
    """Return the schemas of a document's components by the names they give themselves: `#anchor`, `uri`, `uri#anchor`.

    A pointer into a schema with an `$id`, `uri#/...`, is not among them.
    """
    components = content.get("components")
    schemas = components.get("schemas") if isinstance(components, dict) else None
    found: dict[str, tuple[Any, Place]] = {}
    pending: list[tuple[Any, Place]] = [(schemas, NOWHERE)]
    seen: set[int] = set()
    while pending:
        node, place = pending.pop()
        if not isinstance(node, dict | list) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, list):
            pending += [(item, place) for item in node]
            continue
        if isinstance(node.get("$id"), str):
            place = Place(node, joined(place.base, node["$id"]))
            found.setdefault(place.base, (node, place))
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(node.get(keyword), str):
                found.setdefault(f"{place.base}#{node[keyword]}", (node, place))
                found.setdefault(f"#{node[keyword]}", (node, place))
        pending += [(value, place) for key, value in node.items() if key not in _VALUES]
    return found


def joined(base: str, uri: str) -> str:
    """Return an address as seen from another, without an empty fragment."""
    try:
        return urljoin(base, uri).rstrip("#")
    except ValueError:  # brackets where a host should be
        return uri
