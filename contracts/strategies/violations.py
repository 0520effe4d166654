"""Bodies that break one rule of their schema each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from contracts.models import NOBODYS
from contracts.preparation import ALWAYS_GIVEN
from contracts.strategies.registry import strategy

_OFTEN = (
    "temperature",
    "top_p",
    "n",
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "dimensions",
    "top_k",
)
"""Parameters that callers set most often: their bounds come first."""


@strategy("violations", "search")
def violations(make: Maker) -> Iterator[Case]:
    """One violation at a time: a required member left out, a number just out of bounds, a value that is not listed, a
    text or a list too long: each has to be refused.
    """
    base = make.smoke_json
    if not isinstance(base, dict):
        return
    plain = plain_members(make)
    order = make.random("violations")
    outside, unlisted, too_much = (list(each(make, plain)) for each in (_outside, _unlisted, _too_much))
    for queue in (outside, unlisted, too_much):
        order.shuffle(queue)
    outside.sort(key=lambda case: case.reason.split()[0] not in _OFTEN)
    yield from _in_turns(list(_left_out(make, base)), outside, unlisted, too_much)


@strategy("wrong-types", "search")
def wrong_types(make: Maker) -> Iterator[Case]:
    """One member at a time of another type, or null where it may not be; entries of lists without what they need, as
    messages without a role: each has to be refused.
    """
    base = make.smoke_json
    if not isinstance(base, dict):
        return
    plain = plain_members(make)
    order = make.random("wrong types")
    nulls, others = list(_nulls(make, base, plain)), list(_other_types(make, plain))
    for queue in (nulls, others):
        order.shuffle(queue)
    yield from _in_turns(list(_within(make, base)), others, nulls)


def _in_turns(*queues: list[Case]) -> Iterator[Case]:
    while any(queues):
        for queue in queues:
            if queue:
                yield queue.pop(0)


def _broken(make: Maker, reason: str, members: dict[str, Any], without: Sequence[str] = ()) -> Iterator[Case]:
    """Yield the small request with these members, where the contract forbids it."""
    case = make.variant(reason, without=without, **members)
    if case is not None and case.intent is Intent.INVALID:
        yield case


def _left_out(make: Maker, base: Mapping[str, Any]) -> Iterator[Case]:
    for name in base:
        if name not in ALWAYS_GIVEN:
            yield from _broken(make, f"without {name}", {}, [name])


def _outside(make: Maker, plain: Mapping[str, Any]) -> Iterator[Case]:
    for name, schema in plain.items():
        whole = of_type(make, schema, "integer") is not None
        for side, sign in (("maximum", 1), ("minimum", -1)):
            value = bound(make, schema, side)
            if value is not None:
                beyond = value + sign * (1 if whole else 0.01)
                word = "above" if sign > 0 else "below"
                members = with_needs(make, {name: beyond})
                yield from _broken(make, f"{name} just {word} its {side}", members)


def _nulls(make: Maker, base: Mapping[str, Any], plain: Mapping[str, Any]) -> Iterator[Case]:
    """Yield null for optional members that may not be null, as careless clients send it."""
    for name in plain:
        if name not in base:
            yield from _broken(make, f"{name} null", {name: None})


def _other_types(make: Maker, plain: Mapping[str, Any]) -> Iterator[Case]:
    for name in plain:
        for value, word in (("8", "a text"), (True, "a boolean"), (17, "a number"), ({"a": 1}, "an object")):
            cases = list(_broken(make, f"{name} as {word}", {name: value}))
            if cases:
                yield from cases
                break


def _unlisted(make: Maker, plain: Mapping[str, Any]) -> Iterator[Case]:
    for name, schema in plain.items():
        if any("enum" in each for each in branches(make, schema)):
            yield from _broken(make, f"{name} that is not listed", {name: "not-listed"})


def _too_much(make: Maker, plain: Mapping[str, Any]) -> Iterator[Case]:
    base = make.smoke_json
    yield from _broken(make, "a member that is ruled out", {STRANGER: "x"})
    for name, schema in plain.items():
        text, several = of_type(make, schema, "string"), of_type(make, schema, "array")
        if text is not None and isinstance(text.get("maxLength"), int) and text["maxLength"] <= LONGEST:
            yield from _broken(make, f"{name} one too long", {name: text_of(text["maxLength"] + 1)})
        if several is not None:
            yield from _broken(make, f"{name} without an entry", {name: []})
            most, item = several.get("maxItems"), entry_of(base.get(name))
            if isinstance(most, int) and most <= 200 and item is not None:
                yield from _broken(make, f"{name} with one entry too many", {name: [item] * (most + 1)})
        if isinstance(base.get(name), dict):
            yield from _broken(make, f"{name} without a member", {name: {}})
        elif isinstance(base.get(name), str):
            yield from _broken(make, f"{name} empty", {name: ""})


@strategy("unknown-model", "free")
def unknown_model(make: Maker) -> Iterator[Case]:
    """The small valid request for a model that nobody has: it is refused, and no other model answers in its place."""
    base = make.smoke_json
    if make.model is None:
        return
    if isinstance(base, dict) and "model" in base:
        for name in NOBODYS:
            yield make.case(body={**base, "model": name}, intent=Intent.INVALID, reason="a model that nobody has")
    elif make.takes_any_model:
        for name in NOBODYS:
            yield make.case(model=name, intent=Intent.INVALID, reason="a model that nobody has")


def _within(make: Maker, base: Mapping[str, Any]) -> Iterator[Case]:
    """Yield violations within the entries of a list: of messages, passages, texts, tools."""
    for name, value in base.items():
        if not isinstance(value, list) or not value:
            continue
        if isinstance(value[0], dict):
            if "role" in value[0]:
                yield from _broken(make, "a role that nobody has", {name: [{**value[0], "role": "nobody"}]})
            for inner in value[0]:
                rest = {each: given for each, given in value[0].items() if each != inner}
                yield from _broken(make, f"an entry of {name} without {inner}", {name: [*value, rest]})
            for inner, given in value[0].items():
                changed = {**value[0], inner: 17 if isinstance(given, str) else "17"}
                yield from _broken(make, f"{inner} of an entry of {name} of another type", {name: [changed]})
        yield from _broken(make, f"{name} without an entry", {name: []})
        yield from _broken(make, f"null as an entry of {name}", {name: [*value, None]})
    for name, value in base.items():
        entries = list(value.items()) if isinstance(value, dict) else []
        for entry, given in entries[:1]:
            for inner in given if isinstance(given, dict) else ():
                rest = {each: kept for each, kept in given.items() if each != inner}
                yield from _broken(
                    make, f"{inner} of {name} that is not listed", {name: {entry: {**given, inner: "-"}}}
                )
                yield from _broken(make, f"{name} without {inner}", {name: {entry: rest}})
    if make.allows("tools") and "messages" in base:
        yield from _broken(make, "a tool without a name", {"tools": [{"type": "function", "function": {}}]})


STRATEGIES = (violations, wrong_types, unknown_model)
