"""Every documented parameter at its bounds, just outside, omitted, null and at its default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.cases import Case
from contracts.exchanges import Intent
from contracts.making import Maker
from contracts.member_schemas import (
    LONGEST,
    STRANGER,
    bound,
    branches,
    entry_of,
    of_type,
    plain_members,
    text_of,
    with_needs,
)
from contracts.preparation import ALWAYS_GIVEN
from contracts.strategies.registry import strategy

_DEAR = {*ALWAYS_GIVEN, "n", "best_of", "num_frames", "duration", "max_num_tokens"}
"""Parameters by which an answer grows: one by one, and not together with others."""
_MOST = 8
"""The largest bound of a parameter by which an answer grows in proportion."""
_OTHER_ANSWERS = ("stream", "raw", "echo", "background")
"""Switches by which an answer becomes one of another kind."""
Setting = tuple[str, dict[str, Any]]


@strategy("parameters", "search")
def parameters(make: Maker) -> Iterator[Case]:
    """Every numeric parameter at its maximum, then at its minimum, then null: all of them in one request; members that
    nobody documented; what is dear to ask for, one by one.
    """
    base = make.smoke_json
    if not isinstance(base, dict):
        return
    for reason, members in (
        ("every parameter at its maximum", numbers_at(make, "maximum")),
        ("every parameter at its minimum", numbers_at(make, "minimum")),
        ("optional members that are null", _nulls(make, base)),
        ("a member that nobody documented", {STRANGER: "x"}),
        ("every parameter at its default", _defaults(make, base)),
        ("every switch turned", _switches(make, base)),
    ):
        if members:
            yield from _given(make, reason, members)
    needless = [name for name in base if make.is_allowed({each: base[each] for each in base if each != name})]
    if set(needless) - set(ALWAYS_GIVEN):
        yield from filter(None, [make.variant("only what is required", without=needless)])
    for reason, members in (*_dear(make), *_choices(make, base), *_lengths(make, base)):
        yield from _given(make, reason, members)


def numbers_at(make: Maker, side: str) -> dict[str, Any]:
    """Return every number that the small request has not at its minimum or maximum, but those that are dear."""
    base = make.smoke_json
    bounded = {name: schema for name, schema in plain_members(make).items() if name not in _DEAR and name not in base}
    found = {name: bound(make, schema, side) for name, schema in bounded.items()}
    return with_needs(make, {name: value for name, value in found.items() if value is not None})


def _nulls(make: Maker, base: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members that may be null, each by itself, as null."""
    return {name: None for name in plain_members(make) if make.is_allowed({**base, name: None})}


def _defaults(make: Maker, base: Mapping[str, Any]) -> dict[str, Any]:
    """Return every member at its default; whole numbers that have none at one."""
    found: dict[str, Any] = {}
    for name, schema in plain_members(make).items():
        if name in base or name in _DEAR:
            continue
        if schema.get("default") is not None:
            found[name] = schema["default"]
        elif of_type(make, schema, "integer") is not None:
            found[name] = max(1, bound(make, schema, "minimum") or 1)
    return with_needs(make, found)


def _switches(make: Maker, base: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: schema.get("default") is not True
        for name, schema in plain_members(make).items()
        if name not in base and name not in _OTHER_ANSWERS and of_type(make, schema, "boolean") is not None
    }


def _dear(make: Maker) -> Iterator[Setting]:
    for name, schema in plain_members(make).items():
        for side in ("maximum", "minimum") if name in _DEAR else ():
            value = bound(make, schema, side)
            cheap = value is not None and (value <= _MOST or name in ("width", "height"))
            if cheap:
                yield f"{name} at its {side}", with_needs(make, {name: value})


def _choices(make: Maker, base: Mapping[str, Any]) -> Iterator[Setting]:
    """Yield the listed values of all members: the last of each together, then those before them."""
    listed = {name: found for name, schema in plain_members(make).items() if (found := _listed(make, schema))}
    for place in range(max(map(len, listed.values()), default=0)):
        members = {name: values[-1 - place] for name, values in listed.items() if place < len(values)}
        members = {name: value for name, value in members.items() if base.get(name) != value}
        if members:
            yield ", ".join(f"{name} {_told(value)}" for name, value in members.items()), members


def _listed(make: Maker, schema: Any) -> list[Any]:
    """Return the values that are listed for a member, and objects of those that are listed for the members within."""
    for each in branches(make, schema):
        if isinstance(each.get("enum"), list):
            return [value for value in each["enum"] if value is not None]
    inner = (of_type(make, schema, "object") or {}).get("properties") or {}
    lists = {name: values for name, within in inner.items() if (values := _inner(make, within))}
    longest = max(map(len, lists.values()), default=0)
    return [{name: values[place % len(values)] for name, values in lists.items()} for place in range(longest)]


def _inner(make: Maker, schema: Any) -> list[Any]:
    if of_type(make, schema, "boolean") is not None:
        return [True, False]
    return next(
        ([value for value in each["enum"] if value is not None] for each in branches(make, schema) if "enum" in each),
        [],
    )


def _told(value: Any) -> str:
    return " and ".join(map(str, value.values())) if isinstance(value, dict) else str(value)


def _lengths(make: Maker, base: Mapping[str, Any]) -> Iterator[Setting]:
    """Yield texts and lists at their limits."""
    for name, schema in plain_members(make).items():
        text, several = of_type(make, schema, "string"), of_type(make, schema, "array")
        longest = None if text is None or "enum" in text else text.get("maxLength")
        if isinstance(longest, int) and longest <= LONGEST and isinstance(base.get(name), str):
            yield f"{name} as long as it may be", {name: text_of(longest)}
        if several is not None and isinstance(several.get("maxItems"), int) and several["maxItems"] <= 200:
            item = entry_of(base.get(name))
            if item is not None:
                yield f"{name} with as many entries as it may have", {name: [item] * several["maxItems"]}


def _given(make: Maker, reason: str, members: dict[str, Any]) -> Iterator[Case]:
    """Yield the small request with members; where only some of them can be together, with as many as possible."""
    case = make.variant(reason, **members)
    if case is None or case.intent is Intent.INVALID:
        base = make.smoke_json
        kept: dict[str, Any] = {}
        for name, value in members.items():
            if not make.is_forbidden({**base, **kept, name: value}):
                kept[name] = value
        if not kept and len(members) > 1:
            return
        case = make.variant(reason, **(kept or members))
    if case is not None:
        yield case


STRATEGIES = (parameters,)
