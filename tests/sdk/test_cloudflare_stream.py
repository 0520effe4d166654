"""The Cloudflare SDK and streams of `/ai/run`, read as its users do: with `with_streaming_response`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import cloudflare
import pytest

from mockserver.server import MockServer

NATIVE = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
CHAT = "@cf/zai-org/glm-4.7-flash"
TOOL = {
    "name": "get_weather",
    "description": "Tells the weather.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
Stream = Callable[..., list[Any]]


@pytest.fixture
def stream(flare: cloudflare.Cloudflare, server: MockServer, events_in: Any) -> Stream:
    """Run a model with `stream: true`; the data of its events without the closing `[DONE]`."""

    def run(model: str, **inputs: Any) -> list[Any]:
        with flare.ai.with_streaming_response.run(
            model, account_id=server.account_id, stream=True, **inputs
        ) as response:
            assert "text/event-stream" == response.headers["content-type"]
            events = events_in("".join(response.iter_text()))
        assert {None} == {name for name, _ in events}
        data = [each for _, each in events]
        assert ["[DONE]"] == [each for each in data if isinstance(each, str)]
        assert "[DONE]" == data.pop()
        return data

    return run


@pytest.fixture
def whole(flare: cloudflare.Cloudflare, server: MockServer) -> Callable[..., Any]:
    """Run a model without streaming; the result as plain data."""

    def run(model: str, **inputs: Any) -> Any:
        response = flare.ai.with_raw_response.run(model, account_id=server.account_id, **inputs)
        return response.http_response.json()["result"]

    return run


def test_native(stream: Stream, whole: Callable[..., Any]) -> None:
    """Pieces of the response, each with padding; then an empty one; then the usage of the whole answer."""
    events = stream(NATIVE, prompt="How do tides work?")
    answer = whole(NATIVE, prompt="How do tides work?")

    *pieces, empty, last = events
    assert len(pieces) > 5
    assert answer["response"] == "".join(event["response"] for event in pieces)
    assert {frozenset({"response", "p"})} == {frozenset(event) for event in pieces}
    assert {"response": ""} == empty
    assert {"response": "", "usage": answer["usage"]} == last


def test_native_padding(stream: Stream) -> None:
    """The padding varies in length: the lengths of the events do not tell those of the pieces."""
    lengths = {len(event["p"]) for event in stream(NATIVE, prompt="How do tides work?") if "p" in event}

    assert len(lengths) > 3


def test_native_limit(stream: Stream, whole: Callable[..., Any]) -> None:
    """A limit cuts the stream where it cuts the whole answer."""
    body = {"prompt": "Write a long essay about the sea.", "max_tokens": 20}
    events = stream(NATIVE, **body)

    assert whole(NATIVE, **body)["response"] == "".join(event["response"] for event in events)
    assert 20 == events[-1]["usage"]["completion_tokens"]


def test_native_tools(stream: Stream, whole: Callable[..., Any]) -> None:
    """A tool call comes in one event, as in the whole answer."""
    body = {"messages": [{"role": "user", "content": "Weather in Paris?"}], "tools": [TOOL]}
    events = stream(NATIVE, **body)

    (calls,) = [event["tool_calls"] for event in events if "tool_calls" in event]
    assert whole(NATIVE, **body)["tool_calls"] == calls
    assert "usage" in events[-1]


def test_chat(stream: Stream, whole: Callable[..., Any]) -> None:
    """Chunks of a chat completion with padding, whose usages are increments; then the totals in the native shape."""
    *chunks, last = stream(CHAT, prompt="How do tides work?")
    answer = whole(CHAT, prompt="How do tides work?")

    assert {"chat.completion.chunk"} == {chunk["object"] for chunk in chunks}
    assert all(chunk["p"] for chunk in chunks)
    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    assert "assistant" == choices[0]["delta"]["role"]
    assert answer["choices"][0]["message"]["content"] == "".join(each["delta"].get("content") or "" for each in choices)
    assert ["stop"] == [each["finish_reason"] for each in choices if each["finish_reason"]]
    assert {"response": "", "usage": answer["usage"]} == last
    for name in ("prompt_tokens", "completion_tokens", "total_tokens"):
        assert answer["usage"][name] == sum(chunk["usage"][name] for chunk in chunks)


def test_chat_tools(stream: Stream, whole: Callable[..., Any]) -> None:
    """Deltas of a tool call: id, type and name first, then arguments by index."""
    body = {"messages": [{"role": "user", "content": "Weather in Paris?"}], "tools": [TOOL]}
    (call,) = whole(CHAT, **body)["choices"][0]["message"]["tool_calls"]

    *chunks, _ = stream(CHAT, **body)

    choices = [choice for chunk in chunks for choice in chunk["choices"]]
    deltas = [delta for choice in choices for delta in choice["delta"].get("tool_calls") or []]
    assert (0, call["id"], "function", "get_weather") == (
        deltas[0]["index"],
        deltas[0]["id"],
        deltas[0]["type"],
        deltas[0]["function"]["name"],
    )
    arguments = "".join(delta["function"].get("arguments") or "" for delta in deltas)
    assert json.loads(call["function"]["arguments"]) == json.loads(arguments)
    assert ["tool_calls"] == [choice["finish_reason"] for choice in choices if choice["finish_reason"]]


@pytest.mark.parametrize("model", [NATIVE, CHAT])
def test_same_bytes(flare: cloudflare.Cloudflare, server: MockServer, model: str) -> None:
    """A stream is the same bytes every time."""
    bodies = []
    for _ in range(2):
        with flare.ai.with_streaming_response.run(
            model, account_id=server.account_id, prompt="How do tides work?", stream=True
        ) as response:
            bodies.append(b"".join(response.iter_bytes()))

    assert bodies[0] == bodies[1]


def test_lines(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """Read by lines, as the SDK's users do, a stream ends and the connection serves the next request."""
    for _ in range(3):
        with flare.ai.with_streaming_response.run(
            NATIVE, account_id=server.account_id, prompt="How do tides work?", stream=True
        ) as response:
            lines = [line for line in response.iter_lines() if line]
        assert "data: [DONE]" == lines[-1]
        assert all(line.startswith("data: ") for line in lines)
