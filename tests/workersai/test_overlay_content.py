"""The bundled overlay: what the contract of Workers AI allows, demands and refuses once it is applied."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from mockserver import bundled
from mockserver.openapi.document import Document
from mockserver.openapi.overlay import apply_overlay, parse_overlay
from mockserver.openapi.source import parse, parse_strictly, read, read_text

RUN, CHAT, TEXT, EMBEDDINGS, RESPONSES = OPERATIONS = (
    "executeAiModel",
    "createChatCompletion",
    "createTextCompletion",
    "createEmbeddings",
    "createResponse",
)
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
FAILURES = {"400", "401", "403", "404", "405", "408", "413", "422", "429", "500", "503"}


@cache
def upstream() -> Any:
    return read(bundled.upstream_path())


@cache
def overlay() -> Any:
    return parse_overlay(read(bundled.overlay_path()), "workers-ai.yml")


@cache
def contract() -> dict[str, Any]:
    return apply_overlay(upstream(), overlay())


def operation(name: str, document: dict[str, Any] | None = None) -> dict[str, Any]:
    paths = (document or contract())["paths"]
    return next(item["post"] for item in paths.values() if item["post"]["operationId"] == name)


def valid(schema: Any, value: Any, document: dict[str, Any] | None = None) -> bool:
    """Judge by a validator that the mock does not use; references lead into the document."""
    root = {**schema, "components": (document or contract())["components"]}
    return bool(Draft202012Validator(root).is_valid(value))


def request_schema(name: str, document: dict[str, Any] | None = None) -> Any:
    return operation(name, document)["requestBody"]["content"]["application/json"]["schema"]


def response_schema(name: str, document: dict[str, Any] | None = None) -> Any:
    content = operation(name, document)["responses"]["200"].get("content", {})
    return content.get("application/json", {}).get("schema", {})


def event_schema(name: str) -> Any:
    return operation(name)["responses"]["200"]["content"]["text/event-stream"]["x-itemSchema"]


def component(name: str) -> Any:
    return {"$ref": f"#/components/schemas/{name}"}


def nodes(node: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    yield pointer, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from nodes(child, f"{pointer}/{key}")


def examples() -> Iterator[tuple[str, Any, Any]]:
    """Yield where each example of the contract is, its schema and its value."""
    for pointer, node in nodes(contract()):
        if isinstance(node, dict) and "schema" in node:
            for name, example in (node.get("examples") or {}).items():
                yield f"{pointer}/examples/{name}", node["schema"], example["value"]
            if "example" in node:
                yield f"{pointer}/example", node["schema"], node["example"]


# The document


def test_the_bundled_overlay_makes_a_valid_openapi_document():
    assert [] == [error.message for error in OpenAPIV31SpecValidator(contract()).iter_errors()]


def test_both_yaml_parsers_read_the_same():
    """A question mark before a closing brace, for one, is an error to the pure parser alone."""
    text = read_text(bundled.overlay_path())
    assert parse(text, "workers-ai.yml") == parse_strictly(text, "workers-ai.yml")


def test_no_text_has_become_a_key():
    """In `{description: One, two}` the comma would make a key of "two"."""
    assert [] == [pointer for pointer, _ in nodes(contract()["components"]) if " " in pointer]


def test_every_action_says_why_and_on_what_basis():
    basis = re.compile(r"\. Basis: ((doc|spec|types|sdk|wire|clients|document|unverified)(, |(?=\.$)))+\.$")
    assert [] == [action.target for action in overlay().actions if not basis.search(action.description)]


def test_the_bundled_overlay_needs_no_jsonpath_library():
    """Its targets are plain, so that a server starts without loading one."""
    program = (
        "import sys; from mockserver import bundled; from mockserver.openapi.source import read;"
        "from mockserver.openapi.overlay import *;"
        "apply_overlay(read(bundled.upstream_path()), parse_overlay(read(bundled.overlay_path()), 'o'));"
        "print('jsonpath_rfc9535' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "False\n" == done.stdout


def test_the_five_operations_keep_their_ids_and_paths():
    assert [(path, item["post"]["operationId"]) for path, item in upstream()["paths"].items()] == [
        (path, item["post"]["operationId"]) for path, item in contract()["paths"].items()
    ]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_describes_its_failures_and_headers(name: str):
    responses = operation(name)["responses"]
    assert FAILURES | {"200"} == set(responses)
    assert all(responses[status]["$ref"].startswith("#/components/responses/") for status in FAILURES)
    assert {"cf-ray", "cf-ai-req-id", "cf-ai-neurons"} == set(responses["200"]["headers"])


def test_callers_may_sign_in_two_ways():
    assert [{"bearerAuth": []}, {"apiEmail": [], "apiKey": []}] == contract()["security"]


def test_an_account_id_is_text_with_a_strict_pattern_beside_it():
    assert {"type": "string", "x-strict-pattern": "^[0-9a-f]{32}$"} == contract()["components"]["parameters"][
        "AccountId"
    ]["schema"]


def test_text_completions_are_marked_as_unverified():
    assert operation(TEXT)["x-unverified"] is True
    assert "unverified" in operation(TEXT)["summary"]


# Examples


def test_no_placeholder_is_left():
    assert [] == [pointer for pointer, node in nodes(contract()) if node in ("example_value", "abc123", 42.5)]


@pytest.mark.parametrize(("pointer", "schema", "value"), [pytest.param(*each, id=each[0]) for each in examples()])
def test_every_example_is_valid(pointer: str, schema: Any, value: Any):
    assert valid(schema, value)


def test_no_schema_has_examples_that_nobody_checks():
    found = [pointer for pointer, node in nodes(contract()["components"]["schemas"]) if pointer.endswith("/example")]
    assert [] == found


@pytest.mark.parametrize("name", OPERATIONS)
def test_examples_of_one_situation_share_a_name(name: str):
    content = operation(name)["responses"]["200"]["content"]
    answered = {example for media_type in content.values() for example in media_type.get("examples", {})}
    assert set(operation(name)["requestBody"]["content"]["application/json"]["examples"]) == answered


@pytest.mark.parametrize("name", [RUN, CHAT])
def test_an_example_of_a_stream_consists_of_valid_events(name: str):
    (example,) = operation(name)["responses"]["200"]["content"]["text/event-stream"]["examples"].values()
    *events, last, rest = example["value"].split("\n\n")
    assert ("data: [DONE]", "") == (last, rest)
    assert all(valid(event_schema(name), json.loads(event.removeprefix("data: "))) for event in events)


# Requests


@pytest.mark.parametrize("name", OPERATIONS)
def test_null_means_that_an_optional_parameter_is_not_given(name: str):
    schema = contract()["components"]["schemas"][request_schema(name)["$ref"].rsplit("/", 1)[1]]
    optional = [each for each in schema["properties"] if each not in schema.get("required", ())]
    assert [] == [each for each in optional if not valid(schema["properties"][each], None)]


def test_unknown_members_are_accepted_everywhere():
    assert [] == [
        p for p, node in nodes(contract()) if isinstance(node, dict) and node.get("additionalProperties") is False
    ]


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_upstream_requires_stays_required(name: str):
    required = {"executeAiModel": set(), CHAT: {"model", "messages"}, TEXT: {"model", "prompt"}}
    whole = {"model": LLAMA, "messages": [{"role": "user", "content": "Hi"}], "prompt": "Hi", "input": "Hi"}
    for member in required.get(name, {"model", "input"}):
        assert valid(request_schema(name), whole)
        assert not valid(request_schema(name), {key: value for key, value in whole.items() if key != member})


TOOL = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}}
FLAT = {"name": "f", "description": "d", "parameters": {"type": "object"}}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}


def chat(**members: Any) -> dict[str, Any]:
    return {"model": LLAMA, "messages": [{"role": "user", "content": "Hi"}], **members}


def turns(*messages: Any) -> dict[str, Any]:
    return {"model": LLAMA, "messages": list(messages)}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (CHAT, chat(stop=None, temperature=None, tools=None, tool_choice=None, stream=None)),
        (CHAT, chat(stop=["a", "b"], n=128, top_logprobs=20, logprobs=True, presence_penalty=-2, made_up=1)),
        (CHAT, chat(stream=True, stream_options={"include_usage": True}, options={"rejectIfBusy": True})),
        (CHAT, chat(tools=[TOOL, {"type": "custom", "custom": {"name": "g"}}], tool_choice="required")),
        (CHAT, chat(tools=[TOOL], tool_choice={"type": "function", "function": {"name": "f"}})),
        (CHAT, chat(tool_choice={"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [TOOL]}})),
        (CHAT, chat(response_format={"type": "json_object"})),
        (
            CHAT,
            chat(response_format={"type": "json_schema", "json_schema": {"name": "n", "schema": {}, "strict": True}}),
        ),
        (CHAT, chat(response_format={"type": "json_schema", "json_schema": {"type": "object", "title": "T"}})),
        (CHAT, turns({"role": "developer", "content": "x"}, {"role": "function", "content": "y", "name": "f"})),
        (
            CHAT,
            turns(
                {"role": "user", "content": [{"type": "text", "text": "a"}]},
                {"role": "assistant", "content": None, "tool_calls": [CALL]},
                {"role": "tool", "content": "1", "tool_call_id": "c1"},
                {"role": "assistant", "tool_calls": [CALL]},
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}]},
            ),
        ),
        (TEXT, {"model": LLAMA, "prompt": ["a", "b"], "echo": True, "logprobs": 2, "best_of": 2, "suffix": "c"}),
        (EMBEDDINGS, {"model": "m", "input": [], "encoding_format": "base64", "dimensions": 64, "user": "u"}),
        (EMBEDDINGS, {"model": "m", "input": "a", "encoding_format": "float"}),
        (RESPONSES, {"model": "m", "input": "Hi", "instructions": "x", "include": ["reasoning.encrypted_content"]}),
        (
            RESPONSES,
            {
                "model": "m",
                "input": [
                    {"role": "user", "content": "Hi"},
                    {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
                    {"type": "reasoning", "id": "rs", "summary": []},
                    {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                    {"type": "function_call_output", "call_id": "c", "output": "1"},
                ],
                "tools": [{"type": "function", **FLAT, "strict": False}],
                "tool_choice": {"type": "function", "name": "f"},
                "text": {"format": {"type": "json_schema", "name": "n", "schema": {"type": "object"}, "strict": True}},
                "reasoning": {"effort": "low"},
                "max_output_tokens": 64,
            },
        ),
        (RUN, {}),
        (RUN, {"prompt": "a", "messages": [{"role": "critic", "content": None}], "temperature": 5, "top_k": 50}),
        (RUN, {"messages": [{"role": "user", "content": "a"}], "tools": [FLAT, TOOL], "tool_choice": "any"}),
        (RUN, {"text": ["a", "b"], "pooling": "cls"}),
        (RUN, {"image": "aGk=", "prompt": "a"}),
        (RUN, {"audio": [1, 2], "task": "transcribe", "vad_filter": True}),
        (RUN, {"query": "q", "contexts": [{"text": "a"}], "top_k": 1}),
        (RUN, {"requests": [{"text": "a"}]}),
        (RUN, {"request_id": "0b8f6a52-3d1e-4c7b-9a60-5f2d8e714c39"}),
        (RUN, {"model": "clef", "state": "s", "questions": {"q": {"type": "noul", "instructions": "i"}}}),
        (RUN, {"prompt": "a", "response_format": {"type": "json_schema", "json_schema": {"type": "object"}}}),
        (RUN, {"prompt": "a", "functions": [{"name": "f", "code": "x"}], "options": {"rejectIfBusy": True}}),
    ],
)
def test_requests_of_real_clients_are_accepted(name: str, body: Any):
    assert valid(request_schema(name), body)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (CHAT, chat(temperature=42.5)),
        (CHAT, chat(top_p=1.5)),
        (CHAT, chat(n=0)),
        (CHAT, chat(tool_choice="any")),
        (CHAT, chat(tools=[FLAT])),
        (CHAT, chat(tools=[{"type": "function", "function": {"name": "f", "description": False}}])),
        (CHAT, turns({"role": "user"})),
        (CHAT, turns({"role": "user", "content": None})),
        (CHAT, turns({"role": "critic", "content": "x"})),
        (CHAT, turns({"role": "user", "content": [{"type": "text"}]})),
        (TEXT, {"model": LLAMA, "prompt": "a", "temperature": 42.5}),
        (EMBEDDINGS, {"model": "m", "input": [[1, 2]]}),
        (EMBEDDINGS, {"model": "m", "input": "a", "encoding_format": "int8"}),
        (RESPONSES, {"model": "m", "input": [{"type": "function_call"}]}),
        (RUN, {"prompt": 1}),
        (RUN, {"messages": "Hi"}),
    ],
)
def test_requests_that_are_wrong_are_refused(name: str, body: Any):
    assert not valid(request_schema(name), body)


# Answers


def envelope(result: Any) -> dict[str, Any]:
    return {"result": result, "success": True, "errors": [], "messages": []}


COUNTS = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}


def completion(message: Any = None, **choice: Any) -> dict[str, Any]:
    said = {"index": 0, "message": message or {"role": "assistant", "content": "Hi"}, "finish_reason": "stop", **choice}
    return {"id": "id-1", "object": "chat.completion", "created": 1, "model": LLAMA, "choices": [said]}


def response(*output: Any, **members: Any) -> dict[str, Any]:
    whole = {"id": "resp_1", "object": "response", "created_at": 1, "status": "completed", "model": "m"}
    return {**whole, "output": list(output), **members}


ANSWERED = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed"}
SAID = {"type": "output_text", "text": "Hi", "annotations": []}
ITEM = {"item_id": "msg_1", "output_index": 0}
PART = {**ITEM, "content_index": 0}
END_OF_CALLS = {"index": 0, "id": None, "type": None, "function": {"name": None, "arguments": ""}}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (RUN, envelope({"response": "Hi", "tool_calls": [], "usage": COUNTS})),
        (RUN, envelope({"response": None, "tool_calls": [{"name": "f", "arguments": {"a": 1}}]})),
        (RUN, envelope({"response": "", "tool_calls": [CALL]})),
        (RUN, envelope({"response": 42})),
        (RUN, envelope({"response": {"name": "Ada"}})),
        (RUN, envelope({"response": [{"id": 0, "score": 0.7}]})),
        (RUN, envelope([{"label": "POSITIVE", "score": 1.0}])),
        (RUN, envelope({"shape": [1, 2], "data": [[0.1, 0.2]], "pooling": "mean"})),
        (RUN, envelope(completion())),
        (RUN, envelope({"status": "queued", "request_id": "x", "model": "m"})),
        (RUN, {**envelope(None), "messages": ["a", {"code": 1}]}),
        (CHAT, completion()),
        (CHAT, {**completion({"role": "assistant", "content": None, "tool_calls": [CALL]}), "usage": COUNTS}),
        (CHAT, completion({"role": "assistant", "content": "", "tool_calls": None, "reasoning": "r"}, logprobs=None)),
        (CHAT, completion({"role": "assistant", "content": "a", "reasoning_content": None}, matched_stop=106)),
        (CHAT, {**completion(), "usage": {**COUNTS, "prompt_tokens_details": {"cached_tokens": 0}, "neurons": 0.2}}),
        (EMBEDDINGS, {"object": "list", "data": [{"embedding": [0.1]}], "model": "m"}),
        (
            EMBEDDINGS,
            {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": "AAAA"}], "model": "m"},
        ),
        (
            RESPONSES,
            response({**ANSWERED, "content": [SAID]}, usage={"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}),
        ),
        (RESPONSES, response({"id": "fc", "type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"})),
        (RESPONSES, response({"id": "rs", "type": "reasoning", "summary": []}, usage=None)),
    ],
)
def test_answers_of_the_service_are_accepted(name: str, body: Any):
    assert valid(response_schema(name), body)


REFUSED = {"errors": [{"message": "No such model", "code": 5007}], "success": False, "result": {}, "messages": []}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        *((name, {}) for name in OPERATIONS),
        *((name, REFUSED) for name in OPERATIONS if name != RUN),
        (RUN, {"result": {"response": "Hi"}}),
        (RUN, envelope(3)),
        (CHAT, envelope(completion())),
        (CHAT, {**completion(), "choices": []}),
        (CHAT, completion({"content": "Hi"})),
        (CHAT, completion({"role": "assistant"})),
        (CHAT, completion(finish_reason=None)),
        (CHAT, {**completion(), "created": "now"}),
        (CHAT, {**completion(), "usage": {}}),
        (CHAT, completion({"role": "assistant", "content": None, "tool_calls": [{**CALL, "id": None}]})),
        (EMBEDDINGS, {"object": "list", "data": [{"embedding": [{}]}], "model": "m"}),
        (EMBEDDINGS, {"object": "list", "data": [{"object": "embedding"}], "model": "m"}),
        (RESPONSES, response({**ANSWERED, "content": [{"type": "output_text", "text": "no annotations"}]})),
    ],
)
def test_answers_that_break_clients_are_refused(name: str, body: Any):
    assert not valid(response_schema(name), body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (REFUSED, True),
        ({"result": None, "success": False, "errors": [{"code": 10000, "message": "x"}], "messages": []}, True),
        ({**REFUSED, "errors": [{"message": "Rate limited.", "code": None}]}, True),
        ({**REFUSED, "result": {"data": []}}, False),
        ({**REFUSED, "errors": []}, False),
        ({**REFUSED, "success": True}, False),
        ({"error": {"message": "No such model"}}, False),
    ],
)
def test_a_failure_is_an_envelope_with_at_least_one_error(body: Any, expected: bool):
    assert expected == valid(component("ErrorEnvelope"), body)


# Streams


def chunk(*choices: Any, **members: Any) -> dict[str, Any]:
    whole = {"id": "id-1", "object": "chat.completion.chunk", "created": 1, "model": LLAMA}
    return {**whole, "choices": list(choices), **members}


@pytest.mark.parametrize(
    ("name", "event"),
    [
        (RUN, {"response": "Hel", "p": "abcd"}),
        (RUN, {"tool_calls": [], "p": "abcdefgh"}),
        (RUN, {"finish_reason": "tool_calls"}),
        (RUN, {"response": "", "usage": COUNTS}),
        (RUN, {"response": "", "tool_calls": [], "choices": [{"delta": {"content": "a"}}]}),
        (RUN, chunk({"index": 0, "delta": {"content": "a"}}, p="x", usage={**COUNTS, "neurons": 0.1})),
        (CHAT, chunk({"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None})),
        (CHAT, chunk({"index": 0, "delta": {}, "finish_reason": "stop", "logprobs": None, "matched_stop": 106})),
        (CHAT, chunk(usage=COUNTS)),
        (CHAT, chunk({"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": "{"}}]}})),
        (CHAT, chunk({"index": 0, "delta": {"tool_calls": [END_OF_CALLS]}})),
        (TEXT, {**chunk({"index": 0, "text": "a", "finish_reason": None}), "object": "text_completion"}),
        (RESPONSES, {"type": "response.created", "sequence_number": 0, "response": response(status="in_progress")}),
        (RESPONSES, {"type": "response.output_item.added", "output_index": 0, "item": {**ANSWERED, "content": []}}),
        (RESPONSES, {"type": "response.content_part.added", **PART, "part": SAID}),
        (RESPONSES, {"type": "response.output_text.delta", **PART, "delta": "H"}),
        (RESPONSES, {"type": "response.output_text.done", **PART, "text": "Hi"}),
        (RESPONSES, {"type": "response.function_call_arguments.delta", **ITEM, "delta": "{"}),
        (RESPONSES, {"type": "response.function_call_arguments.done", **ITEM, "arguments": "{}"}),
        (RESPONSES, {"type": "response.completed", "response": response({**ANSWERED, "content": [SAID]})}),
    ],
)
def test_events_of_the_service_are_accepted(name: str, event: Any):
    assert valid(event_schema(name), event)


@pytest.mark.parametrize(
    ("name", "event"),
    [
        (RUN, {}),
        (RUN, {"p": "abcd"}),
        (CHAT, {"response": "Hel"}),
        (CHAT, {key: value for key, value in chunk().items() if key != "choices"}),
        (CHAT, chunk({"delta": {}})),
        (CHAT, chunk({"index": 0, "delta": {"tool_calls": [{"function": {"arguments": "{"}}]}})),
        (RESPONSES, {"type": "response.output_text.delta", "delta": "H"}),
        (RESPONSES, {"type": "response.completed"}),
    ],
)
def test_events_that_break_clients_are_refused(name: str, event: Any):
    assert not valid(event_schema(name), event)


# The overlay widens


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (RUN, {"prompt": "a", "messages": [{"role": "system", "content": "b"}, {}], "max_tokens": -1, "stream": True}),
        (RUN, {"image": [0, 255], "text": "a", "source_lang": "en", "target_lang": "fr", "temperature": 42.5}),
        (CHAT, {"model": "", "messages": []}),
        (CHAT, {"model": "m", "messages": [{"role": "assistant", "content": ""}], "max_tokens": 0, "temperature": 2}),
        (TEXT, {"model": "m", "prompt": "", "max_tokens": 0, "temperature": 0, "stream": False}),
        (EMBEDDINGS, {"model": "m", "input": []}),
        (RESPONSES, {"model": "m", "input": ""}),
    ],
)
def test_a_request_that_upstream_allows_stays_allowed(name: str, body: Any):
    assert valid(request_schema(name, upstream()), body, upstream())
    assert valid(request_schema(name), body)


def bodies(schema: Any) -> st.SearchStrategy[Any]:
    """Make values of the few kinds of schema that the upstream document uses for its requests."""
    schema = Document(upstream()).resolve(schema)
    if "oneOf" in schema:
        return st.one_of(map(bodies, schema["oneOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "array":
        return st.lists(bodies(schema["items"]), max_size=2)
    if schema["type"] == "object":
        members = {name: bodies(member) for name, member in schema["properties"].items()}
        required = {name: members.pop(name) for name in schema.get("required", ())}
        return st.fixed_dictionaries(required, optional=members)
    number = st.floats(schema.get("minimum"), schema.get("maximum"), allow_nan=False, allow_infinity=False)
    return {"string": st.text(max_size=5), "integer": st.integers(), "number": number, "boolean": st.booleans()}[
        schema["type"]
    ]


@pytest.mark.parametrize("name", OPERATIONS)
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_no_request_that_upstream_allows_is_refused(name: str, data: st.DataObject):
    body = data.draw(bodies(request_schema(name, upstream())))
    assert valid(request_schema(name, upstream()), body, upstream())
    assert valid(request_schema(name), body)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        (RUN, {**envelope({"response": "Hi"}), "errors": [{}], "messages": [{}]}),
        (RUN, {**envelope({}), "success": False}),
        (CHAT, {**completion({"role": "robot", "content": ""}), "usage": COUNTS}),
        (CHAT, completion(finish_reason="length")),
        (EMBEDDINGS, {"object": "list", "data": [], "model": "m"}),
        (EMBEDDINGS, {"object": "list", "data": [{"object": "embedding", "index": 1, "embedding": []}], "model": "m"}),
    ],
)
def test_an_answer_that_upstream_allows_stays_allowed_once_it_is_whole(name: str, body: Any):
    assert valid(response_schema(name, upstream()), body, upstream())
    assert valid(response_schema(name), body)
