"""Schemas that the caller sends: whether a value is valid for one."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

_DEEPEST = 20_000


def breach_of(schema: Any, value: Any) -> str | None:
    """Return what of a caller's schema a value breaks, None when it is valid or the schema cannot be read."""
    if not isinstance(schema, dict) or not schema or len(repr(schema)) > _DEEPEST:
        return None
    try:
        error = best_match(Draft202012Validator(schema).iter_errors(value))
    except Exception:  # whatever a schema of anybody's can cause: it is not the answer's fault
        return None
    if error is None:
        return None
    place = "/".join(str(part) for part in error.absolute_path)
    return f"{error.validator} {error.validator_value!r} at /{place}"[:160]
