"""What the schemas of a body's members say of them: bounds, types, lengths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.making import Maker

LONGEST = 4200
"""Characters of the longest text that is sent to see whether a limit holds."""
STRANGER = "not_a_documented_member"
_NEEDS: Mapping[str, Mapping[str, Any]] = {
    "top_logprobs": {"logprobs": True},
    "best_of": {"n": 1},
    "width": {"height": "minimum"},
    "height": {"width": "minimum"},
}
"""Parameters that mean something only beside others."""
_NOT_ALONE = {"stream_options", "tool_choice", "lora", "guided_json", "response_format", "request_id", "requests"}
"""Parameters whose values depend on what the account has, or on others."""


def plain_members(make: Maker) -> dict[str, dict[str, Any]]:
    """Return the schemas of the members that stand for themselves."""
    return {
        name: schema
        for name, schema in make.properties.items()
        if isinstance(schema, dict) and name not in _NOT_ALONE and name != "model"
    }


def branches(make: Maker, schema: Any) -> list[dict[str, Any]]:
    """Return a schema and its alternatives."""
    schema = make.operation.document.resolve(schema)
    if not isinstance(schema, dict):
        return []
    found = [schema]
    for keyword in ("anyOf", "oneOf", "allOf"):
        found += [each for branch in schema.get(keyword) or () for each in branches(make, branch)]
    return found


def of_type(make: Maker, schema: Any, *kinds: str) -> dict[str, Any] | None:
    """Return the first alternative of one of these types."""
    for each in branches(make, schema):
        named = each.get("type")
        if any(kind in kinds for kind in (named if isinstance(named, list) else [named])):
            return each
    return None


def bound(make: Maker, schema: Any, side: str) -> Any:
    """Return the minimum or maximum of a number; of an exclusive one the next number that is allowed."""
    found = of_type(make, schema, "integer", "number")
    if found is None:
        return None
    value = found.get(side)
    if value is None and isinstance(found.get(f"exclusive{side.title()}"), int | float):
        step = 1 if found.get("type") == "integer" else 0.001
        value = found[f"exclusive{side.title()}"] + (step if side == "minimum" else -step)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def with_needs(make: Maker, members: dict[str, Any]) -> dict[str, Any]:
    """Return members with those that they mean something only beside."""
    needs: dict[str, Any] = {}
    for name in members:
        for other, value in _NEEDS.get(name, {}).items():
            if other in members or not make.allows(other):
                continue
            needs[other] = bound(make, make.properties[other], value) if isinstance(value, str) else value
    return {**needs, **members}


def text_of(length: int) -> str:
    """Return a text of so many characters."""
    return ("a cat " * (length // 6 + 1))[: length - 1] + "s" if length else ""


def entry_of(value: Any) -> Any:
    """Return an entry for a list: that of the small request."""
    if isinstance(value, list):
        return value[0] if value else None
    return value if isinstance(value, str) else None
