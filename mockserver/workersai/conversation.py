"""What a caller wants of a text model, whatever endpoint it came through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from mockserver.engine import seeds
from mockserver.openapi.validation import Schema
from mockserver.workersai.catalogue import Model
from mockserver.workersai.tokens import count, pieces


class Turn(NamedTuple):
    """One message of a conversation."""

    role: str
    text: str
    calls: tuple[str, ...] = ()
    """Names of the tools that an assistant's turn called."""
    tool: str = ""
    """For a tool's result: the tool, by name or by the id of the call."""


_new = tuple.__new__


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that the model may call."""

    name: str
    description: str
    parameters: Schema


class Conversation:
    """A request to a text model, the same for every endpoint."""

    tools: Sequence[Tool] = ()
    choice = "auto"
    """auto, none, required, or the name of the tool that has to be called, after a colon (`:get_weather`)."""
    parallel = True
    """Whether one answer may call several tools."""
    limit: int | None = None
    """Tokens that the caller allows, None when it did not say."""
    stops: Sequence[str] = ()
    choices = 1
    stream = False
    include_usage = False
    output: Schema | None = None
    """The JSON Schema that the answer has to obey, True for any JSON object, None for plain text."""
    alternatives: int | None = None
    """How many likely tokens to list beside each one chosen; None for no log probabilities."""
    thinking = 0
    """Sentences that a reasoning model thinks before it answers."""
    sight: str | None = None
    """What a model with vision says of the pictures it was shown, None without any."""

    def __init__(
        self,
        model: Model,
        turns: Sequence[Turn],
        *,
        named: str = "",
        seed: int | None = None,
        mock_seed: int = 0,
        **wishes: Any,
    ) -> None:
        """Take a model, the turns and whatever else the caller wishes: any of the class's members by name."""
        self.model, self.turns = model, turns
        self.named = named or model.name
        """What the caller calls the model: answers echo it, an alias included."""
        if wishes:
            self.__dict__.update(wishes)
        cut = [pieces(turn[1]) for turn in turns]
        self.prompt_tokens = _tokens(cut, turns, self.tools)
        """Tokens of everything the model reads: each turn's text and its role, and the tools."""
        position = len(turns) - 1 if turns and turns[-1][0] == "user" else _asked(turns)
        self.since_user = turns[position + 1 :]
        """The turns after the user's last one."""
        self.prompt = turns[position].text if position >= 0 else ""
        """What the user said last."""
        self.prompt_pieces = cut[position] if position >= 0 else []
        self.digest = seeds.digest(orjson.dumps([mock_seed, model.name, seed, [[*turn] for turn in turns]]))
        """What the content of every answer depends on: mock's seed, model, turns and the caller's seed.

        Not the limits, the stop sequences or the way of delivery: an answer under a lower limit is the beginning of
        the answer under a higher one.
        """


def _tokens(cut: Sequence[Sequence[str]], turns: Sequence[Turn], tools: Sequence[Tool]) -> int:
    total = len(turns) + sum(map(len, cut)) + sum([len(turn[2]) for turn in turns])
    for tool in tools:
        total += count(tool.name) + count(tool.description) + count(seeds.canonical(tool.parameters).decode())
    return total


def _asked(turns: Sequence[Turn]) -> int:
    """Return the position of the user's last turn, of the last one with text when no user spoke, else -1."""
    for position in range(len(turns) - 1, -1, -1):
        if turns[position].role == "user":
            return position
    return next((position for position in range(len(turns) - 1, -1, -1) if turns[position].text), -1)


# reading what clients send: None means "not given", and nothing is trusted to have the right type ------------------


def turns_of(messages: Any) -> list[Turn]:
    """Return the turns in a list of chat messages or Responses items."""
    found = []
    for message in messages if isinstance(messages, list) else ():
        if isinstance(message, str):
            found.append(Turn("user", message))
        if not isinstance(message, dict):
            continue
        role = message.get("role")
        if len(message) == 2 and type(role) is str and type(message.get("content")) is str:
            found.append(_new(Turn, (role, message["content"], (), "")))  # as nearly all are, in a third of the time
            continue
        kind = message.get("type")
        if kind == "function_call":
            found.append(Turn("assistant", text_of(message.get("arguments")), (str(message.get("name", "")),)))
        elif kind == "function_call_output":
            found.append(Turn("tool", text_of(message.get("output")), (), str(message.get("call_id", ""))))
        elif isinstance(role, str):
            content = message.get("content")
            calls = message.get("tool_calls")
            tool = str(message.get("name") or message.get("tool_call_id") or "") if role in ("tool", "function") else ""
            found.append(Turn(role, text_of(content), _called(calls) if isinstance(calls, list) else (), tool))
    return found


def text_of(content: Any) -> str:
    """Return the text in a message's content: text itself, or the text parts of a list."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = (part.get("text") if isinstance(part, dict) else part for part in content)
        return "\n".join([part for part in parts if isinstance(part, str)])
    return ""


def _called(calls: list[Any]) -> tuple[str, ...]:
    names = []
    for call in calls:
        if isinstance(call, dict):
            function = call.get("function")
            name = function.get("name") if isinstance(function, dict) else call.get("name")
            names.append(str(name or ""))
    return tuple(names)


def tools_of(tools: Any) -> list[Tool]:
    """Return the tools in a list of wrapped (`{type, function}`) or flat (`{name, parameters}`) definitions."""
    found: dict[str, Tool] = {}  # of several with one name, the first
    for tool in tools if isinstance(tools, list) else ():
        if not isinstance(tool, dict):
            continue
        function = tool.get("function")
        inner = function if isinstance(function, dict) else tool
        name, parameters = inner.get("name"), inner.get("parameters")
        if isinstance(name, str) and name and name not in found:
            found[name] = Tool(
                name,
                inner["description"] if isinstance(inner.get("description"), str) else "",
                parameters if isinstance(parameters, dict) else {"type": "object", "properties": {}},
            )
    return list(found.values())


def choice_of(choice: Any, tools: list[Tool]) -> tuple[str, list[Tool]]:
    """Return how tools are to be used, and which of them may be."""
    if isinstance(choice, str):
        return ("required" if choice == "any" else choice if choice in ("none", "required") else "auto"), tools
    if not isinstance(choice, dict):
        return "auto", tools
    if choice.get("type") == "allowed_tools":
        allowed = choice["allowed_tools"] if isinstance(choice.get("allowed_tools"), dict) else choice
        names = {tool.name for tool in tools_of(allowed.get("tools"))}
        mode = "required" if allowed.get("mode") == "required" else "auto"
        return mode, [tool for tool in tools if tool.name in names]
    function = choice.get("function")
    name = function.get("name") if isinstance(function, dict) else choice.get("name")
    return (f":{name}" if isinstance(name, str) else "auto"), tools


def output_of(response_format: Any) -> Schema | None:
    """Return the schema that a `response_format` (or the Responses API's `text.format`) asks for.

    It is spelled `{type: json_object}`, `{type: json_schema, json_schema: {name, schema}}`, with the bare schema in
    `json_schema`, or `{type: json_schema, name, schema}`.
    """
    if not isinstance(response_format, dict):
        return None
    kind = response_format.get("type")
    if kind == "json_object":
        return True
    if kind != "json_schema":
        return None
    asked = response_format.get("json_schema", response_format.get("schema"))
    if not isinstance(asked, dict):
        return True
    wrapped = asked.get("schema")
    if isinstance(wrapped, dict) and not {"properties", "$ref", "anyOf", "oneOf", "allOf"} & asked.keys():
        return wrapped
    return True if "name" in asked and "type" not in asked and "properties" not in asked else asked


def whole(value: Any) -> int | None:
    """Return a whole number, None for anything else."""
    if (
        value is None
        or isinstance(value, bool)
        or not isinstance(value, int | float)
        or value != value
        or abs(value) > 1e15
    ):
        return None
    return int(value)


def texts(value: Any) -> list[str]:
    """Return the non-empty texts in a text or a list of texts."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str) and item]
