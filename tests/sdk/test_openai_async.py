"""The asynchronous OpenAI SDK: the same answers, many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import openai
import pytest
from pydantic import BaseModel, Field

from mockserver.server import MockServer

NATIVE = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
CHAT = "@cf/zai-org/glm-4.7-flash"
GPT = "@cf/openai/gpt-oss-120b"
BASE = "@cf/baai/bge-base-en-v1.5"
QUESTION: list[Any] = [{"role": "user", "content": "What is the weather in Paris?"}]
WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "strict": True,
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}
T = TypeVar("T")
Run = Callable[[Callable[[openai.AsyncOpenAI], Awaitable[T]]], T]


class Weather(BaseModel):
    city: str
    degrees: int = Field(ge=-40, le=50)


@pytest.fixture
def run(server: MockServer) -> Run[Any]:
    """Run a coroutine function with a client that is closed afterwards."""

    def with_client(work: Callable[[openai.AsyncOpenAI], Awaitable[Any]]) -> Any:
        async def main() -> Any:
            async with openai.AsyncOpenAI(base_url=server.openai_url, api_key=server.token) as client:
                return await work(client)

        return asyncio.run(main())

    return with_client


@pytest.mark.parametrize("model", [NATIVE, CHAT])
def test_chat(run: Run[Any], client: openai.OpenAI, model: str) -> None:
    """Both clients get the same completion."""
    there = run(lambda other: other.chat.completions.create(model=model, messages=QUESTION))

    assert client.chat.completions.create(model=model, messages=QUESTION) == there


def test_stream(run: Run[Any], client: openai.OpenAI) -> None:
    """A stream's pieces join to the text of the whole answer."""

    async def work(other: openai.AsyncOpenAI) -> list[Any]:
        stream = await other.chat.completions.create(
            model=NATIVE, messages=QUESTION, stream=True, stream_options={"include_usage": True}
        )
        return [chunk async for chunk in stream]

    chunks = run(work)

    choices = [choice for chunk in chunks for choice in chunk.choices]
    whole = client.chat.completions.create(model=NATIVE, messages=QUESTION)
    assert "assistant" == choices[0].delta.role
    assert whole.choices[0].message.content == "".join(choice.delta.content or "" for choice in choices)
    assert ["stop"] == [choice.finish_reason for choice in choices if choice.finish_reason]
    assert [] == chunks[-1].choices
    assert whole.usage
    assert whole.usage.total_tokens == chunks[-1].usage.total_tokens


def test_stream_helper(run: Run[Any], client: openai.OpenAI) -> None:
    """The helper assembles streamed tool calls."""

    async def work(other: openai.AsyncOpenAI) -> Any:
        async with other.chat.completions.stream(model=CHAT, messages=QUESTION, tools=[WEATHER]) as stream:
            return (await stream.get_final_completion()).choices[0].message.tool_calls

    calls = run(work)

    whole: Any = client.chat.completions.create(model=CHAT, messages=QUESTION, tools=[WEATHER])
    assert [(call.id, call.function.arguments) for call in whole.choices[0].message.tool_calls] == [
        (call.id, call.function.arguments) for call in calls
    ]


def test_structured(run: Run[Any]) -> None:
    """`.parse` gives the model on chat and on Responses."""

    async def work(other: openai.AsyncOpenAI) -> tuple[Any, Any]:
        chat = await other.chat.completions.parse(model=NATIVE, messages=QUESTION, response_format=Weather)
        response = await other.responses.parse(model=GPT, input="Weather in Paris", text_format=Weather)
        return chat.choices[0].message.parsed, response.output_parsed

    chat, response = run(work)

    assert isinstance(chat, Weather)
    assert isinstance(response, Weather)


def test_embeddings(run: Run[Any], client: openai.OpenAI) -> None:
    """Both clients get the same vectors."""
    there = run(lambda other: other.embeddings.create(model=BASE, input=["boat", "harbour"]))

    assert client.embeddings.create(model=BASE, input=["boat", "harbour"]) == there


def test_responses_stream(run: Run[Any], client: openai.OpenAI) -> None:
    """The helper ends with the response that the same request gets unstreamed."""

    async def work(other: openai.AsyncOpenAI) -> Any:
        async with other.responses.stream(model=GPT, input="How do tides work?") as stream:
            return await stream.get_final_response()

    assert client.responses.create(model=GPT, input="How do tides work?").output_text == run(work).output_text


def test_completions_stream(run: Run[Any], client: openai.OpenAI) -> None:
    """Streamed text completions join to the whole."""

    async def work(other: openai.AsyncOpenAI) -> str:
        stream = await other.completions.create(model=NATIVE, prompt="The tides", stream=True)
        return "".join([choice.text async for chunk in stream for choice in chunk.choices])

    assert client.completions.create(model=NATIVE, prompt="The tides").choices[0].text == run(work)


def test_many_at_once(run: Run[Any], client: openai.OpenAI) -> None:
    """Forty requests at once each get the answer that they get alone, whole and streamed."""
    questions: list[list[Any]] = [[{"role": "user", "content": f"Tell me about ship number {n}."}] for n in range(20)]

    async def ask(other: openai.AsyncOpenAI, messages: list[Any], stream: bool) -> str:
        if not stream:
            completion = await other.chat.completions.create(model=NATIVE, messages=messages)
            return str(completion.choices[0].message.content)
        chunks = await other.chat.completions.create(model=NATIVE, messages=messages, stream=True)
        return "".join([choice.delta.content or "" async for chunk in chunks for choice in chunk.choices])

    async def work(other: openai.AsyncOpenAI) -> list[str]:
        asked = [ask(other, messages, stream) for stream in (False, True) for messages in questions]
        return list(await asyncio.gather(*asked))

    answers = run(work)

    alone = [
        client.chat.completions.create(model=NATIVE, messages=messages).choices[0].message.content
        for messages in questions
    ]
    assert alone == answers[:20] == answers[20:]
    assert 20 == len(set(alone))


def test_errors(run: Run[Any], server: MockServer) -> None:
    """Refusals are the same exceptions; a passing fault is retried."""

    async def unknown(other: openai.AsyncOpenAI) -> Any:
        return await other.chat.completions.create(model="@cf/no/such", messages=QUESTION)

    async def wrong_token(other: openai.AsyncOpenAI) -> Any:
        return await other.with_options(api_key="wrong").embeddings.create(model=BASE, input="boat")

    with pytest.raises(openai.BadRequestError):
        run(unknown)
    with pytest.raises(openai.AuthenticationError):
        run(wrong_token)

    server.fail("createEmbeddings", 3040, times=2)
    assert run(lambda other: other.embeddings.create(model=BASE, input="boat")).data
