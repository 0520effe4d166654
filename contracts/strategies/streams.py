"""Requests for event streams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.cases import Case
from contracts.dialects import Dialect
from contracts.making import Maker, small_limit
from contracts.strategies.registry import strategy
from contracts.strategies.texts import TEXTS
from contracts.strategies.tooling import ROOM, tool

_USAGE = {"include_usage": True}


@strategy("streamed", "streams")
def streamed(make: Maker) -> Iterator[Case]:
    """The small valid request as a stream, and with a stream declined, next to one that does not mention it."""
    base = make.smoke_json
    if not make.streams or not isinstance(base, dict) or not make.allows("stream"):
        return
    yield make.case(body={**base, "stream": False}, reason="stream false", group="a", role="unstreamed")
    yield make.case(body={**base, "stream": True}, reason="stream true", group="a", role="streamed")
    yield make.case(body={**base, "stream": True, "temperature": 0}, reason="stream true", group="a", role="streamed-again")


@strategy("stream-forms", "streams")
def stream_forms(make: Maker) -> Iterator[Case]:
    """Streams of everything that answers can be: with usage, several choices, calls, stops, a single token, texts that
    are no plain words.
    """
    base, limit = make.smoke_json, small_limit(make)
    if not make.generates_text or not make.streams or not isinstance(base, dict) or limit is None:
        return
    flat = make.dialect is Dialect.RESPONSES
    city = {"city": {"type": "string", "description": "Name of the city"}}
    tools = [tool("get_weather", city, ["city"], flat), tool("get_time", city, ["city"], flat)]
    forms: tuple[tuple[str, dict[str, Any]], ...] = (
        ("a stream with usage", {"stream_options": _USAGE}),
        ("a stream of two choices", {"n": 2}),
        ("a stream of calls", {"tools": tools, limit: ROOM}),
        ("a stream of many pieces", {limit: 200}),
        ("a stream of a single token", {limit: 1}),
        ("a stream with a stop", {"stop": ["e"]}),
        ("a stream of text beyond the basic plane", _asking(base, TEXTS[0].text)),
        ("a stream of three choices with usage", {"n": 3, "stream_options": _USAGE}),
        ("a stream of a forced call with usage", {"tools": tools, "tool_choice": "required", "stream_options": _USAGE, limit: ROOM}),
        ("a stream at temperature zero", {"temperature": 0, "seed": 3}),
        ("a stream without usage", {"stream_options": {"include_usage": False}}),
        ("a stream of an answer to several lines", _asking(base, TEXTS[1].text)),
    )
    for reason, members in forms:
        known = {name: value for name, value in members.items() if make.allows(name)}
        body = {**base, **_able(make, base, known), "stream": True, **known}
        if len(known) == len(members) and known and not make.is_forbidden(body):
            yield make.case(body=body, reason=reason)


def _able(make: Maker, base: dict[str, Any], members: dict[str, Any]) -> dict[str, Any]:
    """Return the model that can be asked with these members, where the body names it."""
    able = [each.name for each in make.models if "function_calling" in each.capabilities]
    return {"model": able[0]} if "tools" in members and "model" in base and able else {}


def _asking(base: dict[str, Any], text: str) -> dict[str, Any]:
    if "messages" in base:
        return {"messages": [{"role": "user", "content": text}]}
    return {"prompt" if "prompt" in base else "input": text}


STRATEGIES = (streamed, stream_forms)
