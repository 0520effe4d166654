"""A validator of JSON Schema that is the library's in what it says, and quicker at what answers are full of.

Arrays of plain numbers (vectors, pictures) are judged at a glance, and the validators of parts are made once.
`test_glance.py` holds it against the library's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from contracts.descent import kind

_PLAIN = {"type", "minimum", "maximum", "title", "description", "format", "default", "example"}
"""Keywords of a number's schema that a glance takes in, or that rule no number out."""
_KINDS = {"number": {int, float}, "integer": {int}}


def _items(validator: Any, items: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if not (isinstance(instance, list) and instance and "prefixItems" not in schema and _are_fine(items, instance)):
        yield from Draft202012Validator.VALIDATORS["items"](validator, items, instance, schema)


def _are_fine(items: Any, numbers: list[Any]) -> bool:
    """Say whether all are clearly numbers that a plain schema allows; False where that takes a closer look."""
    if not isinstance(items, dict) or not items.keys() <= _PLAIN or not isinstance(items.get("type"), str):
        return False
    if not {*map(type, numbers)} <= _KINDS.get(items["type"], set()):
        return False
    return bool(
        items.get("minimum", min(numbers)) <= min(numbers) and max(numbers) <= items.get("maximum", max(numbers))
    )


Validator = kind({"items": _items})
"""Used as `Draft202012Validator` is."""
