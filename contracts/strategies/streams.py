"""Requests for event streams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.cases import Case
from contracts.dialects import Dialect
from contracts.making import Maker, small_limit
from contracts.strategies.conversations import LOWEST, ONES
from contracts.strategies.parameters import numbers_at
from contracts.strategies.registry import strategy
from contracts.strategies.texts import EVERYTHING, TEXTS
from contracts.strategies.tooling import ROOM, TWO_CALLS, tool, trip_tool

_USAGE = {"include_usage": True}
_STORY = "Tell me a story about a fox and a well."
_SAID_AGAIN = "Repeat:\nA fox at the caf\u00e9,\n\u72d0 \U0001f98a and a well."
"""What is answered with several lines, and with letters and signs of every length."""


@strategy("streamed", "streams")
def streamed(make: Maker) -> Iterator[Case]:
    """The small valid request whole and as a stream, each twice, with every number at its lowest: where the texts
    are the same each time, the pieces have to join to that text.
    """
    base = make.smoke_json
    if not make.streams or not isinstance(base, dict) or not make.allows("stream"):
        return
    if make.generates_text:
        base |= _asking(base, _SAID_AGAIN)
    if make.dialect is Dialect.RESPONSES and (limit := small_limit(make)) is not None:
        base |= {limit: ROOM, **_known(make, {"instructions": "Answer in one sentence."})}
    base |= {
        name: value for name, value in _known(make, LOWEST).items() if not make.is_forbidden({**base, name: value})
    }
    for role in ("unstreamed", "unstreamed-again", "streamed", "streamed-again"):
        asked = role.startswith("streamed")
        yield make.case(body={**base, "stream": asked}, reason=f"stream {str(asked).lower()}", group="a", role=role)


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
    tools = [tool("get_weather", city, ["city"], flat), tool("get_time", city, ["city"], flat), trip_tool(flat)]
    forms: tuple[tuple[str, dict[str, Any]], ...] = (
        ("a stream with every number at one", _known(make, {**ONES, "stream_options": _USAGE})),
        ("a stream of a single token", {limit: 1}),
        ("a stream with every number at its maximum", numbers_at(make, "maximum")),
        ("a stream of calls", {**_asking(base, TWO_CALLS), "tools": tools, limit: ROOM}),
        ("a stream of a text with everything in it", {**_asking(base, EVERYTHING.text), limit: ROOM}),
        ("a stream of two choices with two stops", {"n": 2, "stop": ["e", " "]}),
        ("a stream that repeats the prompt", {**_asking(base, EVERYTHING.text), "echo": True}),
        ("a stream of many pieces about a huge text", {**_asking(base, TEXTS[4].text), limit: 200}),
        ("a stream of a nested call", {"tools": tools[2:], "tool_choice": "required", limit: ROOM}),
        ("a stream of two choices", {"n": 2}),
        ("a stream with a stop", {"stop": ["e"]}),
        ("a stream of text beyond the basic plane", _asking(base, TEXTS[0].text)),
        ("a stream of three choices with usage", {"n": 3, "stream_options": _USAGE}),
        ("a stream of a forced call", {"tools": tools, "tool_choice": "required", limit: ROOM}),
        ("a stream with the other name of the limit", {"max_completion_tokens": 1}),
        ("a stream without usage", {"stream_options": {"include_usage": False}}),
        ("a stream of an answer to several lines", _asking(base, TEXTS[1].text)),
        ("a stream with log probabilities", {**_asking(base, _STORY), "logprobs": True, "top_logprobs": 1}),
        ("a stream of little effort", {"reasoning": {"effort": "low"}, limit: ROOM}),
        ("a stream with instructions", {"instructions": "Answer in one word.", limit: ROOM}),
    )
    for reason, members in forms:
        known = _known(make, members)
        body = {**base, **_able(make, base, known), "stream": True, **known}
        if len(known) == len(members) and known and not make.is_forbidden(body):
            yield make.case(body=body, reason=reason)


@strategy("streams-at-once", "sequences")
def streams_at_once(make: Maker) -> Iterator[Case]:
    """Three streams at the same time: each has to stay its own, from the first event to the last."""
    base = make.smoke_json
    if not make.generates_text or not make.streams or not isinstance(base, dict) or not make.allows("stream"):
        return
    for place, word in enumerate(("ash", "beech", "cypress")):
        body = {**base, **_asking(base, f"Tell me about {word}."), "stream": True}
        role = f"parallel-{place + 1}"
        yield make.case(body=body, reason="three streams at once", group="a", role=role, at_once=True)


def _known(make: Maker, members: dict[str, Any]) -> dict[str, Any]:
    """Return what of these members the contract names."""
    taken = {name: value for name, value in members.items() if make.allows(name)}
    if make.dialect is Dialect.COMPLETIONS and isinstance(taken.get("logprobs"), bool):
        del taken["logprobs"]  # a number there
    return taken


def _able(make: Maker, base: dict[str, Any], members: dict[str, Any]) -> dict[str, Any]:
    """Return the model that can be asked with these members, where the body names it."""
    able = [each.name for each in make.models if "function_calling" in each.capabilities]
    return {"model": able[0]} if "tools" in members and "model" in base and able else {}


def _asking(base: dict[str, Any], text: str) -> dict[str, Any]:
    if "messages" in base:
        return {"messages": [{"role": "user", "content": text}]}
    return {"prompt" if "prompt" in base else "input": text}


STRATEGIES = (streamed, stream_forms, streams_at_once)
