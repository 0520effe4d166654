"""A schema of values that were seen: their types and members, never the values themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_KINDS = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}


def inferred(values: Sequence[Any]) -> dict[str, Any]:
    """Return the narrowest schema of types and members that allows all of the values; required is what all have.

    >>> inferred([{"a": 1}, {"a": None, "b": "c"}])["required"]
    ['a']
    """
    if not values:
        return {}
    kinds = list(dict.fromkeys(_KINDS.get(type(value), "object") for value in values))
    if "integer" in kinds and "number" in kinds:
        kinds.remove("integer")
    schema: dict[str, Any] = {"type": kinds[0] if len(kinds) == 1 else sorted(kinds)}
    objects = [value for value in values if isinstance(value, dict)]
    if objects:
        names = dict.fromkeys(name for value in objects for name in value)
        schema["properties"] = {name: inferred([each[name] for each in objects if name in each]) for name in names}
        required = [name for name in names if all(name in each for each in objects)]
        if required:
            schema["required"] = required
    items = [item for value in values if isinstance(value, list) for item in value]
    if items:
        schema["items"] = inferred(items)
    return schema
