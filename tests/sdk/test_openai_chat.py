"""The OpenAI SDK and chat completions: text, streams, limits, choices, seeds, probabilities."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import openai
import pytest

NATIVE = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
CHAT = "@cf/zai-org/glm-4.7-flash"
PLAIN = "@cf/meta/llama-4-scout-17b-16e-instruct"
QUESTION: list[Any] = [{"role": "user", "content": "How do tides follow the moon?"}]
ESSAY: list[Any] = [{"role": "user", "content": "Write a very long essay of 1000 words about the tides of the sea."}]


def said(client: openai.OpenAI, messages: list[Any], **more: Any) -> str:
    completion = client.chat.completions.create(**{"model": NATIVE, "messages": messages, **more})
    content = completion.choices[0].message.content
    assert content
    return str(content)


@pytest.mark.parametrize("model", [NATIVE, CHAT])
def test_chat(client: openai.OpenAI, model: str) -> None:
    """A question gets a chat completion with one answer about it, and a usage that adds up."""
    completion = client.chat.completions.create(model=model, messages=QUESTION)

    assert "chat.completion" == completion.object
    assert model == completion.model
    assert completion.id
    assert isinstance(completion.created, int)
    (choice,) = completion.choices
    assert (0, "stop", "assistant") == (choice.index, choice.finish_reason, choice.message.role)
    assert choice.message.content
    assert "tides" in choice.message.content
    assert choice.message.tool_calls is None
    usage = completion.usage
    assert usage
    assert usage.prompt_tokens > 0
    assert usage.completion_tokens > 0
    assert usage.prompt_tokens + usage.completion_tokens == usage.total_tokens


def test_turns(client: openai.OpenAI) -> None:
    """A second turn is answered for what it asks, and what came before it counts."""
    first: list[Any] = [{"role": "system", "content": "You are a sailor."}, *QUESTION]
    answer = said(client, first)
    second = [*first, {"role": "assistant", "content": answer}, {"role": "user", "content": "And what about eclipses?"}]

    follow_up = client.chat.completions.create(model=NATIVE, messages=second)

    assert "eclipses" in str(follow_up.choices[0].message.content)
    assert follow_up.usage
    once = client.chat.completions.create(model=NATIVE, messages=first).usage
    assert once
    assert follow_up.usage.prompt_tokens > once.prompt_tokens


def test_turns_of_assistants_matter(client: openai.OpenAI) -> None:
    """Another history before the same question is another request."""
    histories = [
        [*QUESTION, {"role": "assistant", "content": word}, {"role": "user", "content": "Tell me about the harbour."}]
        for word in ("Gladly.", "Reluctantly.", "Later.")
    ]

    assert 1 < len({said(client, history) for history in histories})


def test_content_as_parts(client: openai.OpenAI) -> None:
    """Text given as parts of a list is read like text given as a string."""
    parts = [{"type": "text", "text": QUESTION[0]["content"]}]

    assert said(client, QUESTION) == said(client, [{"role": "user", "content": parts}])


def test_image_part(client: openai.OpenAI) -> None:
    """A picture beside the text is looked at by a model that sees."""
    square = (
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAABAAAAAQAQMAAAAlPW0iAAAABlBMVEX6+vjILCotDpCEAAAAHklEQVR4AV3BMREAMAgA"
        "sdwv9e8UCcw08XkTERE5Fh8uAQQlu8JvAAAAAElFTkSuQmCC"
    )
    parts = [
        {"type": "text", "text": "Which colours are there?"},
        {"type": "image_url", "image_url": {"url": square, "detail": "low"}},
    ]

    assert "The picture is mostly white and red." == said(client, [{"role": "user", "content": parts}], model=PLAIN)


def test_developer_role(client: openai.OpenAI) -> None:
    """The role that newer OpenAI clients use for the system prompt is accepted."""
    assert "tides" in said(client, [{"role": "developer", "content": "Be brief."}, *QUESTION])


def test_assistant_without_content(client: openai.OpenAI) -> None:
    """An assistant's turn that only called tools has null for content, or none."""
    call = {"id": "c1", "type": "function", "function": {"name": "tide", "arguments": "{}"}}
    result = {"role": "tool", "tool_call_id": "c1", "content": "High water at 7."}
    null = [*QUESTION, {"role": "assistant", "content": None, "tool_calls": [call]}, result]
    absent = [*QUESTION, {"role": "assistant", "tool_calls": [call]}, result]

    assert "High water at 7." in said(client, null)
    assert said(client, null) == said(client, absent)


def test_explicit_nulls(client: openai.OpenAI) -> None:
    """Null means "not given", as langchain-cloudflare and others send it."""
    names = ("stop", "max_tokens", "max_completion_tokens", "temperature", "top_p", "seed", "n", "stream", "tools",
             "tool_choice", "response_format", "stream_options", "logprobs", "top_logprobs", "frequency_penalty",
             "presence_penalty", "user", "parallel_tool_calls", "metadata")  # fmt: skip

    assert said(client, QUESTION) == said(client, QUESTION, extra_body=dict.fromkeys(names))


def test_unknown_parameters(client: openai.OpenAI) -> None:
    """Members that the contract does not know are ignored."""
    more = {"chat_template_kwargs": {"enable_thinking": False}, "wishes": ["none"], "options": {"priority": 1}}

    assert said(client, QUESTION) == said(client, QUESTION, extra_body=more)


def test_reasoning_beside_content(client: openai.OpenAI) -> None:
    """A reasoning model says its reasoning beside the content; others say none."""
    reasoning = client.chat.completions.create(model=CHAT, messages=QUESTION).choices[0].message
    plain = client.chat.completions.create(model=PLAIN, messages=QUESTION).choices[0].message

    def thoughts(message: Any) -> Any:
        extra = message.model_extra or {}
        return extra.get("reasoning_content") or extra.get("reasoning")

    assert thoughts(reasoning)
    assert thoughts(reasoning) not in str(reasoning.content)
    assert not thoughts(plain)


# streams ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [NATIVE, CHAT])
def test_stream(client: openai.OpenAI, model: str) -> None:
    """A stream begins with the role, carries the text of the whole answer in pieces, and finishes once."""
    whole = client.chat.completions.create(model=model, messages=QUESTION)

    chunks = list(client.chat.completions.create(model=model, messages=QUESTION, stream=True))

    choices = [choice for chunk in chunks for choice in chunk.choices]
    assert "assistant" == choices[0].delta.role
    pieces = [choice.delta.content for choice in choices if choice.delta.content]
    assert len(pieces) > 5
    assert whole.choices[0].message.content == "".join(pieces)
    assert ["stop"] == [choice.finish_reason for choice in choices if choice.finish_reason]
    assert "stop" == choices[-1].finish_reason
    assert {"chat.completion.chunk"} == {chunk.object for chunk in chunks}
    assert 1 == len({chunk.id for chunk in chunks})
    assert {model} == {chunk.model for chunk in chunks}


def test_stream_ends(client: openai.OpenAI) -> None:
    """A finished stream leaves the connection to the next request."""
    for _ in range(3):
        with client.chat.completions.create(model=NATIVE, messages=QUESTION, stream=True) as stream:
            assert list(stream)

    assert said(client, QUESTION)


def test_stream_left_early(client: openai.OpenAI) -> None:
    """A client that goes away in the middle of a stream does not disturb the next request."""
    with client.chat.completions.create(model=NATIVE, messages=ESSAY, max_tokens=2000, stream=True) as stream:
        next(iter(stream))

    assert said(client, QUESTION)


def test_stream_usage(client: openai.OpenAI) -> None:
    """With include_usage the last chunk has no choices and the usage of the whole answer."""
    whole = client.chat.completions.create(model=NATIVE, messages=QUESTION).usage

    chunks = list(
        client.chat.completions.create(
            model=NATIVE, messages=QUESTION, stream=True, stream_options={"include_usage": True}
        )
    )

    *others, last = chunks
    assert [] == last.choices
    assert last.usage
    assert whole
    assert last.usage.prompt_tokens + last.usage.completion_tokens == last.usage.total_tokens
    assert (whole.prompt_tokens, whole.completion_tokens) == (last.usage.prompt_tokens, last.usage.completion_tokens)
    assert all(chunk.usage is None and chunk.choices for chunk in others)


def test_stream_helper(client: openai.OpenAI) -> None:
    """The SDK's own helper gathers the completion that the same request gets unstreamed."""
    whole = client.chat.completions.create(model=NATIVE, messages=QUESTION)

    with client.chat.completions.stream(model=NATIVE, messages=QUESTION) as stream:
        kinds = [kind for kind, _ in groupby(event.type for event in stream)]
        gathered = stream.get_final_completion()

    assert "content.done" in kinds
    assert whole.choices[0].message.content == gathered.choices[0].message.content
    assert "stop" == gathered.choices[0].finish_reason
