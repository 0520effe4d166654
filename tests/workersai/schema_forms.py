"""Values made from a JSON Schema by enumeration: the smallest ones, and full ones that use everything it allows.

A generator of its own on purpose: what the mock samples with must not judge the mock.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

Path = tuple[str, ...]
"""Names of members from the root; "[]" stands for the items of a list."""

Known = Callable[[Path, Mapping[str, Any]], Sequence[Any] | None]
"""Real values for a place (a picture, a language), None where any value of the type will do."""

Narrowed = Callable[[Path, dict[str, Any]], dict[str, Any]]
"""A schema as the service reads it, where it takes less than was published."""

_UNIONS = ("oneOf", "anyOf")
_FEWEST = 6  # full values of a schema: with fewer, members of two values each would meet in too few pairs
_SAMPLES: Mapping[str, tuple[Any, ...]] = {
    "string": ("grey fox",),
    "integer": (1, 2),
    "number": (1, 1.5),
    "boolean": (True, False),
    "null": (None,),
}


@dataclass(frozen=True, slots=True)
class Forms:
    """Enumerates values of schemas of one document; `document` is where references lead."""

    known: Known
    document: Mapping[str, Any] = field(default_factory=dict)
    narrowed: Narrowed = lambda _, node: node

    def minimal(self, schema: Mapping[str, Any]) -> list[Any]:
        """Return one smallest value for each branch of a schema: required members alone."""
        return self._values(schema, (), full=False)

    def maximal(self, schema: Mapping[str, Any]) -> list[Any]:
        """Return values with every member set; every branch, literal and bound is in one of them at least."""
        return self._values(schema, (), full=True)

    def branches(self, schema: Any) -> list[dict[str, Any]]:
        """Return a schema as alternatives without references, unions and `allOf` at their top."""
        node = self._resolved(schema)
        for part in node.pop("allOf", ()):
            node = _both(node, self._resolved(part))
        union = next((keyword for keyword in _UNIONS if keyword in node), None)
        if union is None:
            return [node]
        rest = {key: value for key, value in node.items() if key != union}
        return [each for part in node[union] for each in self.branches(_both(rest, self._resolved(part)))]

    def _resolved(self, schema: Any) -> dict[str, Any]:
        node = dict(schema) if isinstance(schema, Mapping) else {}
        while "$ref" in node:
            target: Any = self.document
            for key in node.pop("$ref").removeprefix("#/").split("/"):
                target = target[key.replace("~1", "/").replace("~0", "~")]
            node = _both(dict(target), node)
        return node

    def _values(self, schema: Any, path: Path, *, full: bool) -> list[Any]:
        known = self.known(path, self._resolved(schema))
        if known is not None:
            return list(known) if full else list(known[:1])
        branches = [each for branch in self.branches(schema) for each in self.branches(self.narrowed(path, branch))]
        values = [value for branch in branches for value in self._of_branch(branch, path, full=full)]
        return [value for index, value in enumerate(values) if value not in values[:index]]

    def _of_branch(self, node: Mapping[str, Any], path: Path, *, full: bool) -> list[Any]:
        if "const" in node:
            return [node["const"]]
        if "enum" in node:
            literals = [value for value in node["enum"] if _is_of(node.get("type"), value)]
            return literals if full else literals[:1]
        known = self.known(path, node)  # a branch may be known where the union of them is not
        if known is not None:
            return list(known) if full else list(known[:1])
        kinds = node.get("type", "object" if "properties" in node else "string")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        values = [value for kind in kinds for value in self._of_kind(kind, node, path, full=full)]
        return values if full else values[:1]

    def _of_kind(self, kind: str, node: Mapping[str, Any], path: Path, *, full: bool) -> list[Any]:
        if kind == "object":
            return self._objects(node, path, full=full)
        if kind == "array":
            return self._arrays(node, path, full=full)
        if kind == "string":
            return ["x" * max(node.get("minLength", 0), 1) if not full else _SAMPLES["string"][0]]
        bounds = [node[keyword] for keyword in ("minimum", "maximum") if keyword in node]
        return bounds or list(_SAMPLES[kind])

    def _objects(self, node: Mapping[str, Any], path: Path, *, full: bool) -> list[Any]:
        members = node.get("properties") or {}
        required = node.get("required") or ()
        wanted = [name for name in {**members, **dict.fromkeys(required)} if full or name in required]
        options = {name: self._values(members.get(name, {}), (*path, name), full=full) for name in wanted}
        others = node.get("additionalProperties")
        if isinstance(others, Mapping) and others and not members:
            found = self._values(others, (*path, "*"), full=full)
            return [{f"name{number}": value for number, value in enumerate(found)}]
        if not full:
            return [dict(zip(options, values, strict=True)) for values in _every(list(options.values()))]
        count = max([_FEWEST if not path else 1, *(len(each) for each in options.values())])
        turns = {name: _turns(each, count, ".".join((*path, name))) for name, each in options.items()}
        return [{name: turn[number] for name, turn in turns.items()} for number in range(count)]

    def _arrays(self, node: Mapping[str, Any], path: Path, *, full: bool) -> list[Any]:
        found = self._values(node.get("items") or {}, (*path, "[]"), full=full)
        fewest, most = node.get("minItems", 1), node.get("maxItems", len(found))
        if not full:
            return [[value] * max(fewest, 1) for value in found]
        listed = list(itertools.islice(itertools.cycle(found), max(fewest, len(found))))
        return [listed[start : start + most] for start in range(0, len(listed), max(most, 1))]


def _is_of(kinds: Any, value: Any) -> bool:
    """Say whether a literal is of one of the types; without types everything is."""
    named = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}[type(value)]
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return kinds == [None] or named in kinds or (named == "integer" and "number" in kinds)


def _every(options: list[list[Any]]) -> list[tuple[Any, ...]]:
    """Return combinations that hold every option at least once, the first ones together."""
    count = max([1, *(len(each) for each in options)])
    return [tuple(each[min(number, len(each) - 1)] for each in options) for number in range(count)]


def _turns(options: list[Any], count: int, name: str) -> list[Any]:
    """Return so many of the options in an order of the name's own, each before any comes again."""
    shuffled: list[Any] = []
    draw = Random(name)
    while len(shuffled) < count:
        shuffled += draw.sample(options, len(options))
    return shuffled[:count]


def _both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema for what meets both, as far as schemas of requests need it: `other` rules over plain keywords."""
    merged = {**one, **other}
    if "properties" in one and "properties" in other:
        shared = {name: _both(one["properties"][name], each) if name in one["properties"] else each
                  for name, each in other["properties"].items()}  # fmt: skip
        merged["properties"] = {**one["properties"], **shared}
    if "required" in one and "required" in other:
        merged["required"] = list(dict.fromkeys([*one["required"], *other["required"]]))
    if "type" in one and "type" in other:
        kinds = [each["type"] if isinstance(each["type"], list) else [each["type"]] for each in (one, other)]
        merged["type"] = [kind for kind in kinds[0] if kind in kinds[1]]
    if "enum" in one and "enum" in other:
        merged["enum"] = [value for value in one["enum"] if value in other["enum"]]
    if "anyOf" in one and "anyOf" in other:
        merged["anyOf"] = [_both(first, second) for first in one["anyOf"] for second in other["anyOf"]]
    return merged
