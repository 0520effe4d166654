"""The dispatcher JSON_BODY: a value in the body of the request decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from mockserver.engine.dispatchers.decisions import Decision, Dispatcher, Maker, Making
from mockserver.engine.invocation import Invocation
from mockserver.engine.pairs import text_of
from mockserver.engine.pointers import MISSING, find
from mockserver.errors import nearest

_LONGEST_TEXT = 10_000
"""Characters of a value that a regular expression looks at."""
_RANGE = re.compile(r"\s*([\[\]])\s*([^;\s]*)\s*;\s*([^;\s]*?)\s*([\[\]])\s*")
_CLASSES = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s",
    "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9A-Fa-f", "word": r"\w", "blank": r" \t",
}  # fmt: skip

Chooser = Callable[[Any], "str | None"]
"""Returns the case that a value belongs to."""


def json_body(rules: Any, making: Making) -> Dispatcher | None:
    """Choose by the value at a JSON Pointer: `{exp, operator, cases}`; the case `default` is for all others."""
    members = making.members(rules)
    pointer, operator, cases = members.get("exp"), members.get("operator", members.get("op")), members.get("cases")
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise making.refusal(f"JSON_BODY: exp is a JSON Pointer like /country, this is {pointer!r}")
    if not isinstance(cases, Mapping) or not cases:
        raise making.refusal(f"JSON_BODY: cases are an object of case and example, this is {cases!r:.80}")
    make = _OPERATORS.get(operator) if isinstance(operator, str) else None
    if make is None:
        near = nearest(str(operator), _OPERATORS)
        hint = f"did you mean {near!r}?" if near else f"known: {', '.join(_OPERATORS)}"
        raise making.refusal(f"JSON_BODY: unknown operator {operator!r}; {hint}")
    choose = make({str(case): case for case in cases if str(case) != "default"}, making)
    names = {str(case): making.known(name, f"JSON_BODY: the case {case!r} leads to") for case, name in cases.items()}

    def dispatch(invocation: Invocation) -> Decision:
        body = invocation.body
        value = MISSING if body is None or isinstance(body, bytes) else find(body, pointer)
        case = choose(value)
        name = names.get("default" if case is None else case)
        return () if name is None else (name,)

    return dispatch


MAKERS: dict[str, Maker] = {"JSON_BODY": json_body}


def _equals(cases: Mapping[str, Any], making: Making) -> Chooser:
    def choose(value: Any) -> str | None:
        if value is MISSING:
            return None
        text = text_of(value)
        if text in cases:
            return text
        number = _number(value)
        return None if number is None else next((case for case in cases if _number(case) == number), None)

    return choose


def _range(cases: Mapping[str, Any], making: Making) -> Chooser:
    ranges = [(case, _bounds(case, making)) for case in cases]

    def choose(value: Any) -> str | None:
        number = _number(value)
        return None if number is None else next((case for case, holds in ranges if holds(number)), None)

    return choose


def _size(cases: Mapping[str, Any], making: Making) -> Chooser:
    ranges = [(case, _bounds(case, making)) for case in cases]

    def choose(value: Any) -> str | None:
        if not isinstance(value, list):
            return None
        return next((case for case, holds in ranges if holds(len(value))), None)

    return choose


def _regexp(cases: Mapping[str, Any], making: Making) -> Chooser:
    patterns = [(case, _pattern(case, making)) for case in cases]

    def choose(value: Any) -> str | None:
        if value is MISSING:
            return None
        text = text_of(value)[:_LONGEST_TEXT]
        return next((case for case, pattern in patterns if pattern.fullmatch(text)), None)

    return choose


def _presence(cases: Mapping[str, Any], making: Making) -> Chooser:
    for case in cases:
        if case not in ("found", "missing"):
            raise making.refusal(f"JSON_BODY: presence has the cases found and default, not {case!r}")

    def choose(value: Any) -> str | None:
        case = "missing" if value is MISSING else "found"
        return case if case in cases else None

    return choose


_OPERATORS: dict[str, Callable[[Mapping[str, Any], Making], Chooser]] = {
    "equals": _equals,
    "range": _range,
    "size": _size,
    "regexp": _regexp,
    "presence": _presence,
}


def _number(value: Any) -> float | None:
    """Return the number that a value is or reads as; None for anything else, for NaN as well."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return None if number != number else number


def _bounds(case: str, making: Making) -> Callable[[float], bool]:
    """Read `[a;b]`, `[a;b[`, `]a;b]` or `]a;b[`; a bound that is left out does not bound."""
    matched = _RANGE.fullmatch(case)
    ends = [None if not text else _number(text) for text in matched.group(2, 3)] if matched else []
    if not matched or any(text and end is None for text, end in zip(matched.group(2, 3), ends, strict=True)):
        raise making.refusal(f"JSON_BODY: {case!r} is no range; [0;10] or ]0;10[ would be")
    low = float("-inf") if ends[0] is None else ends[0]
    high = float("inf") if ends[1] is None else ends[1]
    if low > high:
        raise making.refusal(f"JSON_BODY: the range {case!r} is empty, {high:g} is less than {low:g}")
    includes_low, includes_high = matched[1] == "[", matched[4] == "]"

    def holds(number: float) -> bool:
        return (low <= number if includes_low else low < number) and (
            number <= high if includes_high else number < high
        )

    return holds


def _pattern(case: str, making: Making) -> re.Pattern[str]:
    """Compile a regular expression; POSIX classes in both spellings, [:digit:] and \\p{Digit}, are understood."""
    text = re.sub(r"\[:(\w+):\]", lambda found: _CLASSES.get(found[1], found[0]), case)
    for name, members in _CLASSES.items():
        text = text.replace("\\p{" + name.capitalize() + "}", f"[{members}]")
    try:
        return re.compile(text, re.DOTALL)
    except (re.error, RecursionError, OverflowError) as error:
        raise making.refusal(f"JSON_BODY: {case!r} is no regular expression: {error}") from None
