"""Text becomes numbers, booleans and nulls where the schema asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mockserver.openapi.validation import Schema

Tree = str | list[Any] | dict[str, Any]
"""What a parameter's text holds before its parts are typed: text, a list or an object of these."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,4000})(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?")
_MOST_BRANCHES = 64
_NAMES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null", list: "array",
          dict: "object"}  # fmt: skip
_STRUCTURES = frozenset(("array", "object"))


class Shape:
    """What a schema says about types, looked up through references and combinations."""

    __slots__ = ("_definitions", "_nodes", "kinds")

    def __init__(self, schemas: list[Schema], definitions: dict[str, Any]) -> None:
        self._definitions = definitions
        self._nodes = list(_plain_nodes(schemas, definitions))
        self.kinds: frozenset[str] = frozenset(kind for node in self._nodes for kind in _kinds(node))
        """The types that are named somewhere; empty where the schema names none."""

    @classmethod
    def of(cls, schema: Schema) -> Shape:
        """Return the shape of a self-contained schema."""
        definitions = schema.get("$defs") if isinstance(schema, dict) else None
        return cls([schema], definitions if isinstance(definitions, dict) else {})

    @property
    def is_binary(self) -> bool:
        """Whether it is called binary: bytes, whatever they look like."""
        return any(node.get("format") == "binary" or "contentMediaType" in node for node in self._nodes)

    @property
    def properties(self) -> list[str]:
        """The names of the properties that are described."""
        found: dict[str, None] = {}
        for node in self._nodes:
            if isinstance(node.get("properties"), dict):
                found.update(dict.fromkeys(node["properties"]))
        return list(found)

    def member(self, name: str) -> Shape:
        """Return the shape of a property."""
        found: list[Schema] = []
        for node in self._nodes:
            properties = node.get("properties")
            if isinstance(properties, dict) and name in properties:
                found.append(properties[name])
            elif isinstance(node.get("additionalProperties"), dict):
                found.append(node["additionalProperties"])
        return Shape(found, self._definitions)

    def item(self, position: int) -> Shape:
        """Return the shape of an item."""
        found: list[Schema] = []
        for node in self._nodes:
            prefix = node.get("prefixItems")
            if isinstance(prefix, list) and position < len(prefix):
                found.append(prefix[position])
            elif isinstance(node.get("items"), dict):
                found.append(node["items"])
        return Shape(found, self._definitions)


def typed(tree: Tree, shape: Shape, *, as_text: bool) -> Any:
    """Return a parameter's parts as JSON values; `as_text` leaves text alone wherever the schema takes text.

    >>> typed("7", Shape.of({"type": ["integer", "string"]}), as_text=False)
    7
    """
    if isinstance(tree, dict):
        return {name: typed(part, shape.member(name), as_text=as_text) for name, part in tree.items()}
    if isinstance(tree, list):
        return [typed(part, shape.item(position), as_text=as_text) for position, part in enumerate(tree)]
    kinds = shape.kinds
    if not kinds or (as_text and "string" in kinds):
        return tree
    if kinds & {"integer", "number"} and (number := _NUMBER.fullmatch(tree)):
        return float(tree) if number[1] or number[2] else int(tree)
    if "boolean" in kinds and tree in ("true", "false"):
        return tree == "true"
    if "null" in kinds and tree in ("null", ""):
        return None
    if "array" in kinds and not kinds - _STRUCTURES - {"null"}:
        return [typed(tree, shape.item(0), as_text=as_text)]
    return tree


def _plain_nodes(schemas: list[Schema], definitions: dict[str, Any]) -> Iterator[dict[str, Any]]:
    pending, seen = list(schemas), 0
    while pending and seen < _MOST_BRANCHES:
        node = pending.pop(0)
        seen += 1
        if not isinstance(node, dict):
            continue
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/$defs/"):
            name = reference.removeprefix("#/$defs/").replace("%25", "%").replace("~1", "/").replace("~0", "~")
            pending.append(definitions.get(name, True))
        for keyword in ("allOf", "anyOf", "oneOf"):
            if isinstance(node.get(keyword), list):
                pending.extend(node[keyword])
        yield node


def _kinds(node: dict[str, Any]) -> Iterator[str]:
    kind = node.get("type")
    if isinstance(kind, str):
        yield kind
    elif isinstance(kind, list):
        yield from (each for each in kind if isinstance(each, str))
    elif isinstance(node.get("enum"), list) or "const" in node:
        listed = node["enum"] if isinstance(node.get("enum"), list) else [node["const"]]
        yield from (_NAMES[type(value)] for value in listed if type(value) in _NAMES)
    elif "properties" in node:
        yield "object"
    elif "items" in node or "prefixItems" in node:
        yield "array"
