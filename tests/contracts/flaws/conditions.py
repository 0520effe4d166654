"""When a flaw shows: only for some requests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.contracts.flaws.exchange import Ask

Condition = Callable[[Ask], bool]

ASTRAL = "[\U00010000-\U0010ffff]"
RIGHT_TO_LEFT = "[\u0590-\u08ff]"
COMBINING = "[\u0300-\u036f]"
NOT_ASCII = "[^\x00-\x7f]"
BACKSLASH = r"\\"
QUOTE = '"'
LINES = r"\n"
NUMBER = r"^\s*-?\d+(\.\d+)?\s*$"
EMPTY = r"^$"

_TEXTS = ("prompt", "text", "input", "query", "input_text", "state", "documents", "queries", "instruction")


def always(ask: Ask) -> bool:
    """For every request."""
    return True


def given(**members: Any) -> Condition:
    """For bodies with these members; a number is not a boolean."""

    def holds(ask: Ask) -> bool:
        sent = ask.json
        return all(
            name in sent and sent[name] == value and isinstance(sent[name], bool) == isinstance(value, bool)
            for name, value in members.items()
        )

    return holds


def has(*names: str) -> Condition:
    """For bodies with these members, and not null."""
    return lambda ask: all(ask.json.get(name) is not None for name in names)


def null(name: str) -> Condition:
    """For bodies that say null for this member."""
    return lambda ask: name in ask.json and ask.json[name] is None


def lacks(name: str) -> Condition:
    """For JSON objects without this member."""
    return lambda ask: bool(ask.json) and name not in ask.json


def beyond(name: str, low: float, high: float) -> Condition:
    """For bodies where this number is out of bounds."""

    def holds(ask: Ask) -> bool:
        value = ask.json.get(name)
        return isinstance(value, int | float) and not isinstance(value, bool) and not low <= value <= high

    return holds


def list_of(name: str, least: int) -> Condition:
    """For bodies where this is a list of at least so many."""
    return lambda ask: isinstance(ask.json.get(name), list) and len(ask.json[name]) >= least


def repeats(name: str) -> Condition:
    """For bodies where this is a list with the same thing twice."""

    def holds(ask: Ask) -> bool:
        value = ask.json.get(name)
        return isinstance(value, list) and len({json.dumps(each) for each in value}) < len(value)

    return holds


def text(pattern: str) -> Condition:
    """For requests with a text in which the pattern is found."""
    wanted = re.compile(pattern)
    return lambda ask: any(wanted.search(each) for each in texts(ask))


def longer(length: int) -> Condition:
    """For requests with a text longer than this."""
    return lambda ask: any(len(each) > length for each in texts(ask))


def parameter(name: str, pattern: str = "") -> Condition:
    """For requests with this parameter in the query."""
    return lambda ask: name in ask.parameters and bool(re.search(pattern, ask.parameters[name]))


def path(pattern: str) -> Condition:
    """For requests whose path, as it was sent, holds the pattern."""
    return lambda ask: bool(re.search(pattern, ask.raw_path))


def method(*names: str) -> Condition:
    """For requests with one of these methods."""
    return lambda ask: ask.method in names


def every(number: int) -> Condition:
    """For each n-th request of the operation."""
    return lambda ask: ask.number % number == 0


def again(ask: Ask) -> bool:
    """For a request that was seen before, byte for byte."""
    seen = ask.memory.setdefault("seen", {})
    key = (ask.method, ask.path, ask.query, ask.body)
    seen[key] = seen.get(key, 0) + 1
    return bool(seen[key] > 1)


def third_at_once(ask: Ask) -> bool:
    """For the third of requests that are under way together."""
    return ask.rank == 3


def both(*conditions: Condition) -> Condition:
    """When all of them hold; the later ones are not asked when an earlier one fails."""
    return lambda ask: all(condition(ask) for condition in conditions)


def unless(condition: Condition) -> Condition:
    """When it does not hold."""
    return lambda ask: not condition(ask)


def malformed(ask: Ask) -> bool:
    """For bodies that are not JSON."""
    return ask.method == "POST" and not ask.well_formed


def stranger(ask: Ask) -> bool:
    """For requests without the right token."""
    return not ask.authorized


def wrong(ask: Ask) -> bool:
    """For requests with a bearer token that is not the right one."""
    return bool(ask.credential) and not ask.authorized


def anonymous(ask: Ask) -> bool:
    """For requests without any credentials."""
    return not ask.header("authorization")


def forced(ask: Ask) -> bool:
    """For a tool_choice that names a function."""
    return isinstance(ask.json.get("tool_choice"), dict)


def structured(ask: Ask) -> bool:
    """For a caller's schema of the answer."""
    wanted = ask.json.get("response_format")
    return isinstance(wanted, dict) and wanted.get("type") == "json_schema"


def asks_usage(ask: Ask) -> bool:
    """For streams with include_usage."""
    options = ask.json.get("stream_options")
    return streamed(ask) and isinstance(options, dict) and options.get("include_usage") is True


streamed = given(stream=True)


def texts(ask: Ask) -> Iterator[str]:
    """Yield the texts of a request: prompt, messages, inputs, contexts."""
    sent = ask.json
    for name in _TEXTS:
        yield from _strings(sent.get(name))
    for name in ("messages", "contexts", "input"):
        for item in sent.get(name) if isinstance(sent.get(name), list) else ():
            if isinstance(item, dict):
                yield from _strings(item.get("content"))
                yield from _strings(item.get("text"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, str):
                yield each
            elif isinstance(each, dict) and isinstance(each.get("text"), str):
                yield each["text"]
