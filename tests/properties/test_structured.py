"""Whatever schema a caller gives, what it gets is valid for it, by a judge that is not the mock's."""

from __future__ import annotations

import json

import pytest
import strategies
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from judges import strict_json
from sending import CHAT, RESPONSES, every

NATIVE = "/accounts/{account_id}/ai/run/" + strategies.TEXT_MODEL
CHAT_RUN = "/accounts/{account_id}/ai/run/" + strategies.CHAT_MODEL
TOLD = (
    "What is the weather in Lisbon on 24 November? Ann Lee (30) and Bob of 10 Main Street, Springfield, IL 62704 got "
    "2 apples for $3 and a red pear, Total: $42.10, due 5 May 2027 at 3pm, a@example.com, www.example.com, 4/5."
)
TURNS = [{"role": "user", "content": TOLD}]

CHECKED_FORMATS = FormatChecker(["date", "email", "ipv4", "ipv6", "uuid", "regex"])


def breaches(schema, value) -> list[str]:
    """Say how a value breaks a schema, formats included."""
    validator = Draft202012Validator(schema, format_checker=CHECKED_FORMATS)
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)]


def wrapped(schema):
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}


def bare(schema):
    return {"type": "json_schema", "json_schema": schema}


def content(answer):
    return strict_json(answer["choices"][0]["message"]["content"])


def output_text(answer):
    return strict_json(answer["output"][-1]["content"][0]["text"])


FORMS = {
    "chat, wrapped": (
        CHAT,
        lambda schema: {"model": strategies.TEXT_MODEL, "messages": TURNS, "response_format": wrapped(schema)},
        content,
    ),
    "chat, bare": (
        CHAT,
        lambda schema: {"model": strategies.TEXT_MODEL, "messages": TURNS, "response_format": bare(schema)},
        content,
    ),
    "native, wrapped": (
        NATIVE,
        lambda schema: {"messages": TURNS, "response_format": wrapped(schema)},
        lambda answer: answer["result"]["response"],
    ),
    "native, bare": (
        NATIVE,
        lambda schema: {"prompt": "A city?", "response_format": bare(schema)},
        lambda answer: answer["result"]["response"],
    ),
    "chat on run": (
        CHAT_RUN,
        lambda schema: {"messages": TURNS, "response_format": wrapped(schema)},
        lambda answer: content(answer["result"]),
    ),
    "responses": (
        RESPONSES,
        lambda schema: {
            "model": strategies.RESPONSES_MODEL,
            "input": "A city?",
            "text": {"format": {"type": "json_schema", "name": "answer", "schema": schema}},
        },
        output_text,
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_structured_answer_is_valid(name, sender):
    """A structured answer is valid for the caller's schema."""
    path, asked, value_of = FORMS[name]

    def check(schema):
        got = sender.post(path, asked(schema))
        assert 200 == got.status, f"{json.dumps(schema)} -> {got.body[:400]!r}"
        value = value_of(got.json)
        assert not breaches(schema, value), f"{json.dumps(schema)} -> {value}"
        return "valid"

    every(strategies.caller_schemas, 40, check)


def tool(name, schema):
    return {"type": "function", "function": {"name": name, "parameters": schema}}


CALLS = {
    "chat": (
        CHAT,
        lambda schema: {"model": strategies.TEXT_MODEL, "messages": TURNS, "tools": [tool("look", schema)]},
        lambda answer: [strict_json(c["function"]["arguments"]) for c in answer["choices"][0]["message"]["tool_calls"]],
    ),
    "chat on run": (
        CHAT_RUN,
        lambda schema: {"messages": TURNS, "tools": [tool("look", schema)]},
        lambda answer: [
            strict_json(c["function"]["arguments"]) for c in answer["result"]["choices"][0]["message"]["tool_calls"]
        ],
    ),
    "native, flat": (
        NATIVE,
        lambda schema: {"messages": TURNS, "tools": [{"name": "look", "parameters": schema}]},
        lambda answer: [c["arguments"] for c in answer["result"]["tool_calls"]],
    ),
    "responses": (
        RESPONSES,
        lambda schema: {
            "model": strategies.RESPONSES_MODEL,
            "input": "Weather?",
            "tools": [{"type": "function", "name": "look", "parameters": schema}],
            "tool_choice": "required",
        },
        lambda answer: [strict_json(i["arguments"]) for i in answer["output"] if i["type"] == "function_call"],
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_arguments_are_valid(name, sender):
    """The arguments of a call are valid for the parameters of the tool."""
    path, asked, arguments_of = CALLS[name]

    def check(schema):
        got = sender.post(path, asked(schema))
        assert 200 == got.status, f"{json.dumps(schema)} -> {got.body[:400]!r}"
        calls = arguments_of(got.json)
        assert calls, got.body[:400]
        for arguments in calls:
            assert not breaches(schema, arguments), f"{json.dumps(schema)} -> {arguments}"
        return "valid"

    every(strategies.caller_schemas, 40, check)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"type": "string", "minLength": 3, "maxLength": 2}}, "required": ["a"]},
        {"type": "object", "required": ["a"], "properties": {"a": {"enum": []}}},
        {"type": "object", "properties": {"a": {"type": "no-such-type"}}},
        {"type": "object", "properties": {"a": {"$ref": "#/$defs/missing"}}, "required": ["a"]},
        {"type": "object", "properties": {"a": {"$ref": "https://example.com/other.json"}}, "required": ["a"]},
        {"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}, "required": ["a"]},
        {"not": {}},
    ],
)
@pytest.mark.parametrize("name", FORMS)
def test_impossible_schema_is_refused(name, schema, sender):
    """A schema that nothing satisfies, or that is none, is refused with a reason; nothing invalid is made up."""
    path, asked, _ = FORMS[name]
    got = sender.post(path, asked(schema))
    assert 400 == got.status, got.body[:400]
    assert got.json["errors"][0]["message"].strip()


@pytest.mark.parametrize("name", FORMS)
def test_json_object_without_schema(name, sender):
    """`json_object` without a schema gives an object."""
    path, asked, value_of = FORMS[name]
    body = asked({})
    if "text" in body:
        body["text"] = {"format": {"type": "json_object"}}
    else:
        body["response_format"] = {"type": "json_object"}
    assert isinstance(value_of(sender.post(path, body).json), dict)


def test_schema_survives_every_prompt(sender):
    """Whatever was asked, the answer is valid for the schema."""
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1, "maximum": 5}},
        "required": ["city", "days"],
        "additionalProperties": False,
    }

    def check(drawn):
        turns, limit = drawn
        body = {"model": strategies.TEXT_MODEL, "messages": turns, "response_format": wrapped(schema)}
        answer = sender.post(CHAT, {**body, "max_tokens": limit}).json
        if answer["choices"][0]["finish_reason"] == "length":
            assert limit is not None
            return "cut"
        assert not breaches(schema, content(answer))
        return "valid"

    drawn = st.tuples(strategies.message_lists, st.one_of(st.none(), st.integers(1, 100)))
    assert every(drawn, 40, check)["valid"]
