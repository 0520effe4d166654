"""Values of which only some places vary, and whether a schema admits all of them.

What is plain of an outline once need not be judged anew for each of its values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from mockserver.openapi.validation import Schema

_DEPTH = 64
_TELLING_NOTHING = frozenset(("title", "description", "default", "$comment", "$defs"))
_TYPES: Mapping[type, frozenset[str]] = {
    str: frozenset(("string",)),
    bool: frozenset(("boolean",)),
    int: frozenset(("integer", "number")),
    type(None): frozenset(("null",)),
    dict: frozenset(("object",)),
    list: frozenset(("array",)),
}


class Free(Enum):
    """A place of an outline that holds any value of its kind."""

    TEXT = frozenset(("string",))
    COUNT = frozenset(("integer", "number"))
    """A whole number from 0 on."""
    NUMBER = frozenset(("number",))


@dataclass(frozen=True, slots=True)
class Some:
    """An array of one or more values with the same outline."""

    each: Any


class Outline:
    """A JSON value with `Free` places and `Some` arrays in it; each object of this class is an outline of its own."""

    __slots__ = ("pattern",)

    def __init__(self, pattern: Any) -> None:
        self.pattern = pattern

    def is_within(self, schema: Schema) -> bool:
        """Say whether a self-contained schema plainly admits every value; false where it takes a closer look."""
        definitions = schema.get("$defs", {}) if isinstance(schema, dict) else {}
        return _admits(schema, self.pattern, definitions, _DEPTH)


def _admits(schema: Any, pattern: Any, definitions: Mapping[str, Any], depth: int) -> bool:
    if schema is True or not isinstance(schema, dict) or not depth:
        return schema is True
    asked = schema.keys() - _TELLING_NOTHING
    if asked == {"$ref"}:
        return _admits(definitions.get(schema["$ref"].removeprefix("#/$defs/")), pattern, definitions, depth - 1)
    if "anyOf" in asked:
        rest = {name: value for name, value in schema.items() if name != "anyOf"}
        some = any(_admits(branch, pattern, definitions, depth - 1) for branch in schema["anyOf"])
        return some and _admits(rest, pattern, definitions, depth - 1)
    if not _is_of_type(schema.get("type"), pattern):
        return False
    asked.discard("type")
    if isinstance(pattern, Free):
        return not asked
    if isinstance(pattern, Some | list):
        parts = [pattern.each] if isinstance(pattern, Some) else pattern
        items = schema.get("items", True)
        return (
            asked <= {"items", "minItems"}
            and schema.get("minItems", 0) <= len(parts)
            and all(_admits(items, part, definitions, depth - 1) for part in parts)
        )
    if isinstance(pattern, dict):
        members, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        return (
            asked <= {"properties", "required", "additionalProperties"}
            and pattern.keys() >= set(schema.get("required", ()))
            and all(_admits(members.get(name, others), part, definitions, depth - 1) for name, part in pattern.items())
        )
    allowed = [schema.get("enum", [pattern]), [schema.get("const", pattern)]]
    return asked <= {"enum", "const"} and all(
        any(type(each) is type(pattern) and each == pattern for each in values) for values in allowed
    )


def _is_of_type(types: Any, pattern: Any) -> bool:
    if types is None:
        return True
    kinds = pattern.value if isinstance(pattern, Free) else _TYPES[list if isinstance(pattern, Some) else type(pattern)]
    return not kinds.isdisjoint([types] if isinstance(types, str) else types)
