"""Query parameters as values, read and judged as the operation declares them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import refuse
from mockserver.openapi.validation import compiled

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def read_query(invocation: Invocation) -> dict[str, Any]:
    """Return the declared query parameters that were given, with their defaults where they have any.

    An empty value means "not given", undeclared names are ignored, the last of several wins. Raises Refusal for a
    value that its schema does not allow.
    """
    assert invocation.operation is not None
    given = dict(parse_qsl(invocation.request.query, keep_blank_values=True))
    values: dict[str, Any] = {}
    for parameter in invocation.operation.parameters:
        if parameter.get("in") != "query":
            continue
        name, schema = parameter["name"], parameter.get("schema") or {}
        if given.get(name):
            values[name] = _read(name, given[name], schema)
        elif "default" in schema:
            values[name] = schema["default"]
    return values


def _read(name: str, text: str, schema: dict[str, Any]) -> Any:
    value = _typed(text, schema.get("type"))
    violations = compiled(schema).violations(value)
    if violations:
        raise refuse("invalid", 400, f"query parameter {name}: {violations[0].message}")
    return value


def _typed(text: str, kind: Any) -> Any:
    """Return the value that a text stands for, the text itself when it stands for none of that type."""
    if kind == "boolean":
        return _BOOLEANS.get(text.lower(), text)
    if kind in ("integer", "number"):
        try:
            return int(text) if text.lstrip("-").isdecimal() else float(text)
        except ValueError:
            return text
    return text
