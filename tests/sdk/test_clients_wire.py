"""What real clients were seen to break on, held against the bytes: chat completions and Responses.

The clients are named where a rule is theirs: openai and cloudflare (Python, Node), langchain, litellm, pydantic-ai,
openai-agents, the AI SDK.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

NATIVE = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
CHAT = "@cf/zai-org/glm-4.7-flash"
GPT = "@cf/openai/gpt-oss-120b"
MODELS = pytest.mark.parametrize("model", [NATIVE, CHAT])
QUESTION = [{"role": "user", "content": "What is the weather in Paris?"}]
FUNCTION = {
    "name": "get_weather",
    "description": "Tells the weather.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
TOOLS = [{"type": "function", "function": FUNCTION}, {"type": "function", "function": {**FUNCTION, "name": "get_tide"}}]
BOTH = [{"role": "user", "content": "Call get_weather and get_tide."}]
Ask = Callable[..., Any]


@pytest.fixture
def ask(http: httpx.Client) -> Ask:
    """POST a body below `/ai/v1/`; the JSON of a 200."""

    def post(path: str, **body: Any) -> Any:
        response = http.post(f"v1/{path}", json=body)
        assert 200 == response.status_code, response.text
        assert "application/json" == response.headers["content-type"]
        return response.json()

    return post


@pytest.fixture
def stream(http: httpx.Client, events_in: Any) -> Ask:
    """POST a body with `stream: true`; the events as (name, data).

    The SDKs send `Accept: application/json` with it, others `*/*`: only the body tells.
    """

    def post(path: str, accept: str = "application/json", **body: Any) -> Any:
        response = http.post(f"v1/{path}", json={**body, "stream": True}, headers={"accept": accept})
        assert 200 == response.status_code, response.text
        assert "text/event-stream" == response.headers["content-type"]
        assert "\r" not in response.text
        return events_in(response.text)

    return post


def members(value: Any) -> Iterator[tuple[str, Any]]:
    """Every member of every object in a JSON value."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield name, each
            yield from members(each)
    elif isinstance(value, list):
        for each in value:
            yield from members(each)


# chat completions, plain ------------------------------------------------------------------------------------------


@MODELS
def test_plain(ask: Ask, model: str) -> None:
    """A bare body without the envelope, with all that pydantic-ai validates."""
    body = ask("chat/completions", model=model, messages=QUESTION)

    assert not {"result", "success", "errors"} & set(body)
    assert isinstance(body["id"], str)
    assert ("chat.completion", model) == (body["object"], body["model"])
    assert isinstance(body["created"], int)
    (choice,) = body["choices"]
    assert (0, "stop") == (choice["index"], choice["finish_reason"])
    assert "assistant" == choice["message"]["role"]
    assert isinstance(choice["message"]["content"], str)
    assert {"prompt_tokens", "completion_tokens", "total_tokens"} <= set(body["usage"])


@MODELS
def test_tool_calls(ask: Ask, model: str) -> None:
    """Calls have an id, a type and their arguments as JSON text; the finish reason says so."""
    (choice,) = ask("chat/completions", model=model, messages=BOTH, tools=TOOLS)["choices"]

    assert "tool_calls" == choice["finish_reason"]
    assert "assistant" == choice["message"]["role"]
    calls = choice["message"]["tool_calls"]
    assert 2 == len(calls) == len({call["id"] for call in calls})
    for call in calls:
        assert isinstance(call["id"], str)
        assert call["id"]
        assert "function" == call["type"]
        assert isinstance(call["function"]["arguments"], str)
        assert isinstance(json.loads(call["function"]["arguments"]), dict)


def test_no_empty_tool_calls(ask: Ask) -> None:
    """A text answer has no list of calls."""
    (choice,) = ask("chat/completions", model=NATIVE, messages=QUESTION)["choices"]

    assert not choice["message"].get("tool_calls")
    assert choice["message"].get("tool_calls") != []


# chat completions, streamed ---------------------------------------------------------------------------------------


@MODELS
@pytest.mark.parametrize("usage", [None, False, True])
@pytest.mark.parametrize("tools", [None, TOOLS], ids=["text", "calls"])
@pytest.mark.parametrize("accept", ["application/json", "*/*"])
def test_stream(stream: Ask, model: str, usage: bool | None, tools: Any, accept: str) -> None:
    """Each chunk has choices with an index, and object, id, created, model; the first one a role; one a finish."""
    more: dict[str, Any] = {} if usage is None else {"stream_options": {"include_usage": usage}}
    if tools:
        more["tools"] = tools
    events = stream("chat/completions", accept, model=model, messages=QUESTION, **more)

    assert {None} == {name for name, _ in events}
    assert "[DONE]" == events.pop()[1]
    chunks = [data for _, data in events]
    for chunk in chunks:
        assert ("chat.completion.chunk", model) == (chunk["object"], chunk["model"])
        assert isinstance(chunk["created"], int)
        assert isinstance(chunk["id"], str)
        assert isinstance(chunk["choices"], list)
        assert all(choice["index"] == 0 and isinstance(choice["delta"], dict) for choice in chunk["choices"])
        assert "finish_reason" in (chunk["choices"] or [{"finish_reason": None}])[0]
        assert "error" not in chunk
    assert "assistant" == chunks[0]["choices"][0]["delta"]["role"]
    ends = [choice["finish_reason"] for chunk in chunks for choice in chunk["choices"] if choice["finish_reason"]]
    assert ["tool_calls" if tools else "stop"] == ends
    if usage:
        assert [[]] == [chunk["choices"] for chunk in chunks if not chunk["choices"]]
        assert [] == chunks[-1]["choices"]
    else:
        assert all(chunk["choices"] for chunk in chunks)


@MODELS
def test_no_null_usage(stream: Ask, model: str) -> None:
    """`"usage": null` breaks langchain-cloudflare: no chunk has it unless usage was asked for."""
    for options in (None, {"include_usage": False}):
        events = stream("chat/completions", model=model, messages=QUESTION, stream_options=options)
        assert ("usage", None) not in [pair for _, data in events for pair in members(data)]


@MODELS
def test_usage_unasked(stream: Ask, model: str) -> None:
    """The service sends the usage unasked, on the chunk with the finish reason."""
    events = stream("chat/completions", model=model, messages=QUESTION)

    (chunk,) = [data for _, data in events if isinstance(data, dict) and "usage" in data]
    assert "stop" == chunk["choices"][0]["finish_reason"]
    assert chunk["usage"]["prompt_tokens"] + chunk["usage"]["completion_tokens"] == chunk["usage"]["total_tokens"]


@MODELS
def test_tool_call_deltas(stream: Ask, model: str) -> None:
    """Each delta of a call has its index; the first one of each call id, type and name; the pieces are JSON text."""
    events = stream("chat/completions", model=model, messages=BOTH, tools=TOOLS)

    choices = [choice for _, data in events if isinstance(data, dict) for choice in data["choices"]]
    deltas = [delta for choice in choices for delta in choice["delta"].get("tool_calls", [])]
    assert {0, 1} == {delta["index"] for delta in deltas}
    for index in (0, 1):
        first, *rest = [delta for delta in deltas if delta["index"] == index]
        assert isinstance(first["id"], str)
        assert "function" == first["type"]
        assert first["function"]["name"] in ("get_weather", "get_tide")
        assert rest
        assert isinstance(json.loads("".join(delta["function"].get("arguments", "") for delta in (first, *rest))), dict)
        for delta in rest:
            assert not {"id", "type"} & set(delta)
    assert all(choice["delta"].get("tool_calls") != [] for choice in choices)


def test_text_in_pieces(http: httpx.Client) -> None:
    """A stream is UTF-8, and no character is torn apart."""
    body = {"model": NATIVE, "messages": [{"role": "user", "content": "Größe der Möwe 🦤 鳥について"}]}
    whole = http.post("v1/chat/completions", json=body).json()["choices"][0]["message"]["content"]

    lines = http.post("v1/chat/completions", json={**body, "stream": True}).content.split(b"\n\n")

    chunks = [json.loads(line.removeprefix(b"data: ")) for line in lines if line and b"[DONE]" not in line]
    assert whole == "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)


# text completions -------------------------------------------------------------------------------------------------


def test_text_completion_stream(stream: Ask) -> None:
    """Each chunk of a text completion has a choice with index and text; one of them finishes."""
    *events, done = stream("completions", model=NATIVE, prompt="The tides")

    assert (None, "[DONE]") == done
    for _, data in events:
        assert "text_completion" == data["object"]
        assert all(choice["index"] == 0 and isinstance(choice["text"], str) for choice in data["choices"])
    assert ["stop"] == [
        choice["finish_reason"] for _, data in events for choice in data["choices"] if choice["finish_reason"]
    ]


# embeddings -------------------------------------------------------------------------------------------------------


def test_embeddings(ask: Ask) -> None:
    """Asked for floats, or for nothing in particular, a client gets numbers; base64 only where it is asked for."""
    model = "@cf/baai/bge-small-en-v1.5"
    for encoding in ({}, {"encoding_format": "float"}, {"encoding_format": None}):
        body = ask("embeddings", model=model, input=["a", "b"], **encoding)
        assert ("list", model) == (body["object"], body["model"])
        assert [("embedding", 0, 384), ("embedding", 1, 384)] == [
            (entry["object"], entry["index"], len(entry["embedding"])) for entry in body["data"]
        ]
        assert all(isinstance(number, float) for entry in body["data"] for number in entry["embedding"])
        assert {"prompt_tokens", "total_tokens"} == set(body["usage"])

    (entry,) = ask("embeddings", model=model, input="a", encoding_format="base64")["data"]
    assert isinstance(entry["embedding"], str)


# responses --------------------------------------------------------------------------------------------------------


def test_response(ask: Ask) -> None:
    """What @ai-sdk/openai, openai-node and pydantic-ai need of a response."""
    body = ask("responses", model=GPT, input="How do tides work?")

    assert ("response", "completed", GPT) == (body["object"], body["status"], body["model"])
    assert isinstance(body["created_at"], int)
    assert isinstance(body["id"], str)
    assert all(isinstance(item["id"], str) for item in body["output"])
    (message,) = [item for item in body["output"] if item["type"] == "message"]
    assert "assistant" == message["role"]
    (part,) = message["content"]
    assert ("output_text", []) == (part["type"], part["annotations"])
    assert isinstance(part["text"], str)
    assert {"input_tokens", "output_tokens", "total_tokens"} <= set(body["usage"])


def test_response_call(ask: Ask) -> None:
    """A function call has two ids, a name, and its arguments as JSON text."""
    body = ask("responses", model=GPT, input="Weather in Paris?", tools=[{"type": "function", **FUNCTION}])

    (call,) = [item for item in body["output"] if item["type"] == "function_call"]
    assert isinstance(call["id"], str)
    assert isinstance(call["call_id"], str)
    assert "get_weather" == call["name"]
    assert isinstance(call["arguments"], str)
    assert isinstance(json.loads(call["arguments"]), dict)


@pytest.mark.parametrize("tools", [None, [{"type": "function", **FUNCTION}]], ids=["text", "call"])
def test_response_events(stream: Ask, tools: Any) -> None:
    """Events are named by their type, numbered, and say which item and part they are about."""
    more = {"tools": tools} if tools else {}
    events = [each for each in stream("responses", model=GPT, input="Weather in Paris?", **more) if each[1] != "[DONE]"]

    assert [data["type"] for _, data in events] == [name for name, _ in events]
    assert list(range(len(events))) == [data["sequence_number"] for _, data in events]
    for name, data in events:
        if "response" in data:
            assert isinstance(data["response"]["created_at"], int)
            assert "response" == data["response"]["object"]
        if "output_text" in name or "content_part" in name or "function_call_arguments" in name:
            assert isinstance(data["item_id"], str)
            assert isinstance(data["output_index"], int)
        if "output_text" in name or "content_part" in name:
            assert isinstance(data["content_index"], int)
        if "output_item" in name:
            assert isinstance(data["output_index"], int)
            assert isinstance(data["item"]["id"], str)
        if "content_part" in name and data["part"]["type"] == "output_text":
            assert [] == data["part"]["annotations"]
    assert events[-1][1]["response"]["usage"]


def test_response_items_end_as_in_the_response(stream: Ask) -> None:
    """The items that were done one by one are the output of the completed response."""
    events = [data for _, data in stream("responses", model=GPT, input="How do tides work?") if data != "[DONE]"]

    done = [data["item"] for data in events if data["type"] == "response.output_item.done"]
    added = [data["item"]["id"] for data in events if data["type"] == "response.output_item.added"]
    assert events[-1]["response"]["output"] == done
    assert [item["id"] for item in done] == added
