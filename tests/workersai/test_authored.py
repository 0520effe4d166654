"""What a user wrote, as the stream that the caller asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest

from mockserver.app import Mock
from mockserver.server import MockServer

MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
MESSAGES: Any = [{"role": "user", "content": "Say it"}]


def completion(**message: Any) -> dict[str, Any]:
    said = {"role": "assistant", "content": "Mine, word for word.", **message}
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [
            {"index": 0, "message": said, "finish_reason": "tool_calls" if "tool_calls" in message else "stop"}
        ],
    }


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(Mock()) as running:
        yield running


@pytest.fixture
def client(server: MockServer) -> openai.OpenAI:
    server.reset()
    return openai.OpenAI(base_url=server.openai_url, api_key=server.token)


def test_stub(server: MockServer, client: openai.OpenAI) -> None:
    """A stub's completion reaches a streaming client piece by piece, and the other one whole."""
    server.on("createChatCompletion")(lambda invocation: completion())
    chunks = list(client.chat.completions.create(model=MODEL, messages=MESSAGES, stream=True))
    assert "Mine, word for word." == "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert "stop" == chunks[-1].choices[0].finish_reason
    whole = client.chat.completions.create(model=MODEL, messages=MESSAGES)
    assert "Mine, word for word." == whole.choices[0].message.content


def test_stub_with_a_tool_call(server: MockServer, client: openai.OpenAI) -> None:
    """A stub's tool call is streamed in fragments that assemble."""
    call = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": '{"at": "stars"}'}}
    server.on("createChatCompletion")(lambda invocation: completion(content=None, tool_calls=[call]))
    with client.chat.completions.stream(model=MODEL, messages=MESSAGES) as stream:
        message = stream.get_final_completion().choices[0].message
    assert ("look", '{"at": "stars"}') == (
        message.tool_calls[0].function.name,
        message.tool_calls[0].function.arguments,
    )


def test_native_stub(server: MockServer, client: openai.OpenAI) -> None:
    """A stub on a model's own path is streamed in that path's words."""
    envelope = {"result": {"response": "Mine."}, "success": True, "errors": [], "messages": []}
    server.on(MODEL)(lambda invocation: envelope)
    said = client.post(
        f"{server.base_url}/accounts/{server.account_id}/ai/run/{MODEL}",
        body={"prompt": "Say it", "stream": True},
        cast_to=str,
    )
    assert '"response":"Mine"' in said
    assert said.endswith("data: [DONE]\n\n")


def test_preferred_example(server: MockServer, client: openai.OpenAI) -> None:
    """An example that was asked for by name is streamed, too."""
    chunks = list(
        client.chat.completions.create(
            model=MODEL, messages=MESSAGES, stream=True, extra_headers={"Prefer": "example=Greeting"}
        )
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
