"""JSON values: their types and their equality as JSON Schema sees them."""

from __future__ import annotations

import math
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Final


class Missing(Enum):
    """The absence of a value, where null is one."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING

TYPES = ("object", "array", "string", "integer", "fraction", "boolean", "null")
"""The disjoint types a value can have; JSON Schema's number is an integer or a fraction."""


def type_of(value: Any) -> str:
    """Return which of TYPES `value` has; 1.0 is an integer."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "integer" if math.isfinite(value) and value.is_integer() else "fraction"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, (list, tuple)) else "object"


def is_json(value: Any) -> bool:
    """Say whether JSON can spell `value`; YAML also knows dates and other things."""
    if isinstance(value, dict):
        return all(isinstance(name, str) and is_json(inner) for name, inner in value.items())
    if isinstance(value, list):
        return all(map(is_json, value))
    return value is None or isinstance(value, (str, int)) or (isinstance(value, float) and math.isfinite(value))


def canonical(value: Any) -> Any:
    """Return a hashable that is equal for equal JSON values: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, (list, tuple)):
        return ("array", *map(canonical, value))
    if isinstance(value, dict):
        return ("object", *sorted((name, canonical(inner)) for name, inner in value.items()))
    return value


def volume(value: Any) -> int:
    """Return how much there is to a value: its parts, and its text in pieces of 16 characters."""
    total = 0
    pending = [value]
    while pending:
        part = pending.pop()
        total += 1
        if isinstance(part, dict):
            pending.extend(part.values())
        elif isinstance(part, (list, tuple)):
            pending.extend(part)
        elif isinstance(part, str):
            total += len(part) // 16
    return total


def copied(value: Any) -> Any:
    """Return `value` with fresh dictionaries and lists, so that callers may change what they get."""
    if isinstance(value, dict):
        return {name: copied(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [copied(inner) for inner in value]
    return value


def exact(number: float) -> Fraction:
    """Return a number as it is written, not as binary floating point rounds it."""
    return Fraction(number) if isinstance(number, int) else Fraction(Decimal(repr(number)))
