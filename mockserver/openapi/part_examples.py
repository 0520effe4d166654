"""What a document's authors wrote into the parts of a schema (`example`, `examples`, `default`), put together."""

from __future__ import annotations

from typing import Any

from mockserver.errors import UnresolvedReference
from mockserver.openapi.document import Document
from mockserver.openapi.sampling.values import MISSING, copied, is_json

_DEEPEST = 10
_MOST_PARTS = 2000


def from_parts(document: Document, schema: Any, direction: str = "response") -> Any:
    """Return the value that the examples in a schema's parts make up, MISSING when there are none.

    It may be incomplete, and it may break the schema: the sampler keeps what is right in it.
    """
    hidden = {"request": "readOnly", "response": "writeOnly"}.get(direction, "")
    return _Assembly(document, hidden).of(schema, 0, frozenset())


class _Assembly:
    def __init__(self, document: Document, hidden: str) -> None:
        self._document, self._hidden = document, hidden
        self._left = _MOST_PARTS

    def of(self, schema: Any, depth: int, above: frozenset[int]) -> Any:
        try:
            node = self._document.resolve(schema)
        except UnresolvedReference:
            return MISSING
        self._left -= 1
        if not isinstance(node, dict) or id(node) in above or depth > _DEEPEST or self._left < 0:
            return MISSING
        if node.get(self._hidden) is True:
            return MISSING
        written = _written(node)
        if written is not MISSING:
            return copied(written)
        within = above | {id(node)}
        found: Any = MISSING
        for each in _list(node.get("allOf")):
            found = _merged(found, self.of(each, depth + 1, within))
        for keyword in ("oneOf", "anyOf"):
            for each in _list(node.get(keyword)):
                part = self.of(each, depth + 1, within)
                if part is not MISSING:
                    found = _merged(found, part)
                    break
        properties = node.get("properties")
        if isinstance(properties, dict):
            members = {name: self.of(inner, depth + 1, within) for name, inner in properties.items()}
            members = {name: value for name, value in members.items() if value is not MISSING}
            if members:
                found = _merged(found, members)
        elif isinstance(node.get("items"), dict):
            item = self.of(node["items"], depth + 1, within)
            if item is not MISSING:
                found = _merged(found, [item])
        return found


def _written(node: dict[str, Any]) -> Any:
    listed = node.get("examples")
    candidates = [node["example"]] if "example" in node else []
    candidates += listed[:1] if isinstance(listed, list) else []
    candidates += [node["default"]] if "default" in node else []
    return next((each for each in candidates if is_json(each)), MISSING)


def _merged(one: Any, other: Any) -> Any:
    if one is MISSING:
        return other
    if isinstance(one, dict) and isinstance(other, dict):
        return {**one, **other}
    return one


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
