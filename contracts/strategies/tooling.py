"""Tools and formats: calls and JSON that callers describe."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracts.cases import Case
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.making import Maker, small_limit
from contracts.strategies.registry import strategy

ROOM = 160
"""Tokens that a call, or a small object, needs at most."""
_CITY = {"type": "string", "description": "Name of the city"}
_UNIT = {"type": "string", "enum": ["celsius", "fahrenheit"], "description": "Unit of the answer"}
TWO_CALLS = "What is the weather in Oslo, and what time is it there? Use the tools."
"""What takes a call of each of two tools."""
_THINGS = ("book", "road", "lake", "tree", "song", "film", "shop", "bank", "dish", "game", "team", "ship")
_SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer", "minimum": 0},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["name", "age", "tags"],
    "additionalProperties": False,
}


def tool(name: str, members: dict[str, Any], required: list[str], flat: bool) -> dict[str, Any]:
    """Return a tool; `flat` ones have no `function` around them."""
    parameters = {"type": "object", "properties": members, "required": required}
    function = {"name": name, "description": f"Returns what {name} says.", "parameters": parameters}
    return {"type": "function", **function} if flat else {"type": "function", "function": function}


def trip_tool(flat: bool) -> dict[str, Any]:
    """Return a tool whose parameters are of every kind: numbers, switches, lists and objects within objects."""
    seat = {
        "type": "object",
        "properties": {"row": {"type": "integer", "minimum": 1}, "side": {"enum": ["aisle", "window"]}},
        "required": ["row", "side"],
    }
    members = {
        "city": _CITY,
        "days": {"type": "integer", "minimum": 1, "maximum": 14},
        "budget": {"type": "number"},
        "refundable": {"type": "boolean"},
        "traveller": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "seats": {"type": "array", "items": seat, "minItems": 1}},
            "required": ["name", "seats"],
        },
    }
    return tool("book_trip", members, list(members), flat)


def _meeting_tool(flat: bool) -> dict[str, Any]:
    """Return a tool whose parameters refer to a definition and have alternatives, and which is strict."""
    parameters = {
        "type": "object",
        "properties": {
            "guest": {"$ref": "#/$defs/person"},
            "place": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "required": ["guest", "place"],
        "additionalProperties": False,
        "$defs": {
            "person": {
                "type": "object",
                "properties": {"name": {"type": "string"}},
                "required": ["name"],
                "additionalProperties": False,
            }
        },
    }
    function = {"name": "plan_meeting", "description": "Plans a meeting.", "parameters": parameters, "strict": True}
    return {"type": "function", **function} if flat else {"type": "function", "function": function}


@strategy("tools", "search")
def tools(make: Maker) -> Iterator[Case]:
    """Tools with every `tool_choice`, in parallel and one at a time, with and without a stream.

    What comes back has to be a call of what was offered, with arguments as described.
    """
    model = _model(make, "function_calling")
    if not make.generates_text or not make.allows("tools") or model is None:
        return
    flat = make.dialect is Dialect.RESPONSES
    weather = tool("get_weather", {"city": _CITY, "unit": _UNIT}, ["city", "unit"], flat)
    clock = tool("get_time", {"place": _CITY}, ["place"], flat)
    named: dict[str, Any] = (
        {"type": "function", "name": "get_time"} if flat else {"type": "function", "function": {"name": "get_time"}}
    )
    trip = trip_tool(flat)
    for reason, members in (
        ("a tool", {"tools": [weather]}),
        ("a tool with nested parameters, required", {"tools": [trip], "tool_choice": "required"}),
        ("tool_choice none", {"tools": [weather], "tool_choice": "none"}),
        ("a named tool of three", {"tools": [weather, trip, clock], "tool_choice": named}),
        ("tool_choice none as a stream", {"tools": [weather], "tool_choice": "none", "stream": True}),
        ("tools one at a time", {"tools": [weather, clock], "parallel_tool_calls": False}),
        ("tools and two choices", {"tools": [weather], "n": 2}),
        ("tool_choice required", {"tools": [weather, clock], "tool_choice": "required"}),
        ("a named tool as a stream", {"tools": [weather, clock], "tool_choice": named, "stream": True}),
        (
            "tool_choice auto, three tools",
            {"tools": [weather, clock, trip], "tool_choice": "auto", "parallel_tool_calls": True},
        ),
        ("a named tool", {"tools": [weather, clock], "tool_choice": named}),
        ("tools one at a time as a stream", {"tools": [weather, clock], "parallel_tool_calls": False, "stream": True}),
        ("a tool with definitions and alternatives", {"tools": [_meeting_tool(flat)], "tool_choice": "required"}),
        (
            "tools in parallel as a stream",
            {"tools": [weather, clock], "parallel_tool_calls": True, "stream": True},
        ),
        (
            "twelve tools",
            {"tools": [tool(f"find_{word}", {"name": _CITY}, ["name"], flat) for word in _THINGS]},
        ),
        ("a tool without parameters", {"tools": [tool("ping", {}, [], flat)], "tool_choice": "required"}),
    ):
        yield from _asked(make, model, reason, members)
    beyond = "What is the weather in Z\u00fcrich, and in \u6771\u4eac?"
    yield from _asked(make, model, "a question beyond ASCII", {"tools": [weather], "tool_choice": "required"}, beyond)


@strategy("agent-loop", "sequences")
def agent_loop(make: Maker) -> Iterator[Case]:
    """A call, and then its result: the conversation has to go on with an answer in words."""
    model = _model(make, "function_calling")
    if make.dialect is not Dialect.CHAT or not make.allows("tools") or model is None:
        return
    weather = tool("get_weather", {"city": _CITY}, ["city"], False)
    for case in _asked(make, model, "a tool is offered", {"tools": [weather]}):
        yield replace(case, group="a", role="asked", then=_with_result)


@strategy("formats", "search")
def formats(make: Maker) -> Iterator[Case]:
    """Answers as JSON: any object, and one that a schema describes, whole and as a stream."""
    model = _model(make, "json_mode")
    if not make.generates_text or model is None:
        return
    ask = "Invent a person as JSON with name, age and tags."
    if make.dialect is Dialect.RESPONSES and make.allows("text"):
        form = {"type": "json_schema", "name": "person", "schema": _SCHEMA, "strict": True}
        for reason, wanted in (("a schema", form), ("any JSON object", {"type": "json_object"})):
            yield from _asked(make, model, reason, {"text": {"format": wanted}}, ask)
    if not make.allows("response_format"):
        return
    native = make.dialect is Dialect.RUN and model.endswith(_bare(make))
    schema = _SCHEMA if native else {"name": "person", "schema": _SCHEMA, "strict": True}
    described = {"type": "json_schema", "json_schema": schema}
    yield from _asked(make, model, "a schema", {"response_format": described}, ask)
    yield from _asked(make, model, "any JSON object", {"response_format": {"type": "json_object"}}, ask)
    if not native:
        yield from _asked(make, model, "a schema as a stream", {"response_format": described, "stream": True}, ask)
        yield from _asked(make, model, "a schema and two choices", {"response_format": described, "n": 2}, ask)
        yield from _asked(make, model, "a schema with definitions", {"response_format": _defined()}, ask)
        yield from _asked(make, model, "text as a format", {"response_format": {"type": "text"}}, ask)


def _defined() -> dict[str, Any]:
    """Return a format whose schema refers to a definition, and which is not strict."""
    place = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    members = {"name": {"type": "string"}, "home": {"$ref": "#/$defs/place"}}
    schema = {"type": "object", "properties": members, "required": ["name", "home"], "$defs": {"place": place}}
    return {"type": "json_schema", "json_schema": {"name": "person", "schema": schema}}


def _bare(make: Maker) -> tuple[str, ...]:
    """Return the names of the models that take a schema without its wrapper."""
    return tuple(each.name for each in make.models if each.family == "text-generation-native") or ("\0",)


def _model(make: Maker, capability: str) -> str | None:
    """Return the first model that can do something; where the path names the model, that one."""
    able = [each.name for each in make.models if capability in each.capabilities]
    if able:
        return able[0]
    return make.models[0].name if make.models and make.dialect is Dialect.RUN and len(make.models) == 1 else None


def _asked(make: Maker, model: str, reason: str, members: dict[str, Any], ask: str = TWO_CALLS) -> Iterator[Case]:
    base, limit = make.smoke_json, small_limit(make)
    if not isinstance(base, dict) or any(not make.allows(name) for name in members):
        return
    body = {**base, **({"model": model} if "model" in base else {}), **members}
    if "messages" in base:
        body["messages"] = [{"role": "user", "content": ask}]
    elif "input" in base:
        body["input"] = ask
    if limit is not None:
        body[limit] = ROOM
    if not make.is_forbidden(body):
        path_model = None if "model" in base else model
        yield make.case(body=body, reason=reason, model=path_model)


def _with_result(exchange: Exchange) -> Case | None:
    """Return the next turn: the calls as they came, and a result for each."""
    if exchange.case is None or exchange.response is None:
        return None
    try:
        body = json.loads(exchange.case.body)
        message = json.loads(exchange.response.body)["choices"][0]["message"]
        calls = [
            {"id": call["id"], "type": "function", "function": dict(call["function"])} for call in message["tool_calls"]
        ]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return None
    if not calls:
        return None
    turns = [{"role": "assistant", "content": None, "tool_calls": calls}]
    turns += [{"role": "tool", "tool_call_id": call["id"], "content": "Rain, 4 degrees, 14:05."} for call in calls]
    body["messages"] = [*body["messages"], *turns]
    return replace(
        exchange.case,
        body=json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"),
        reason="the result of the call is sent",
        role="answered",
        then=None,
    )


STRATEGIES = (tools, formats, agent_loop)
