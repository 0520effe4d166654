"""The OpenAI SDK and the options of a chat: limits, stops, choices, seeds, log probabilities."""

from __future__ import annotations

from typing import Any

import openai
import pytest

NATIVE = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
CHAT = "@cf/zai-org/glm-4.7-flash"
QUESTION: list[Any] = [{"role": "user", "content": "How do tides follow the moon?"}]
ESSAY: list[Any] = [{"role": "user", "content": "Write a very long essay of 1000 words about the tides of the sea."}]


def said(client: openai.OpenAI, messages: list[Any], **more: Any) -> str:
    completion = client.chat.completions.create(**{"model": NATIVE, "messages": messages, **more})
    content = completion.choices[0].message.content
    assert content
    return str(content)


# limits and stops -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [NATIVE, CHAT])
def test_limit_cuts_the_same_text(client: openai.OpenAI, model: str) -> None:
    """An answer under a lower limit is the beginning of the answer under a higher one."""
    body: dict[str, Any] = {"model": model, "messages": ESSAY}
    short = client.chat.completions.create(**body, max_tokens=20)
    long = client.chat.completions.create(**body, max_tokens=200)

    assert ("length", "length") == (short.choices[0].finish_reason, long.choices[0].finish_reason)
    assert short.usage
    assert long.usage
    assert (20, 200) == (short.usage.completion_tokens, long.usage.completion_tokens)
    beginning, text = short.choices[0].message.content or "", long.choices[0].message.content or ""
    assert text.startswith(beginning)
    assert len(beginning) < len(text)


def test_default_limit(client: openai.OpenAI) -> None:
    """Without a limit an answer ends at the 256 tokens of the service."""
    completion = client.chat.completions.create(model=NATIVE, messages=ESSAY)

    assert completion.usage
    assert 256 == completion.usage.completion_tokens
    assert "length" == completion.choices[0].finish_reason


def test_long_answer(client: openai.OpenAI) -> None:
    """With room enough a long text is told to its end."""
    completion = client.chat.completions.create(model=NATIVE, messages=ESSAY, max_tokens=8000)

    assert "stop" == completion.choices[0].finish_reason
    assert 700 < len(str(completion.choices[0].message.content).split()) < 1500


def test_max_completion_tokens(client: openai.OpenAI) -> None:
    """The newer name of the limit means the same, and wins over the older one."""
    older = said(client, ESSAY, max_tokens=15)

    assert older == said(client, ESSAY, max_completion_tokens=15)
    assert older == said(client, ESSAY, max_completion_tokens=15, max_tokens=100)


def test_stream_under_a_limit(client: openai.OpenAI) -> None:
    """A stream is cut where the whole answer is."""
    chunks = list(client.chat.completions.create(model=NATIVE, messages=ESSAY, max_tokens=20, stream=True))

    choices = [choice for chunk in chunks for choice in chunk.choices]
    assert said(client, ESSAY, max_tokens=20) == "".join(choice.delta.content or "" for choice in choices)
    assert ["length"] == [choice.finish_reason for choice in choices if choice.finish_reason]


@pytest.mark.parametrize("as_list", [False, True])
def test_stop(client: openai.OpenAI, as_list: bool) -> None:
    """An answer ends before the stop sequence, which it does not contain."""
    whole = said(client, QUESTION)
    stop = " ".join(whole.split()[6:8])
    given = ["never said @@", stop] if as_list else stop

    completion = client.chat.completions.create(model=NATIVE, messages=QUESTION, stop=given)

    assert whole[: whole.index(stop)] == completion.choices[0].message.content
    assert "stop" == completion.choices[0].finish_reason
    assert completion.usage
    assert completion.usage.completion_tokens < 12


def test_stop_streamed(client: openai.OpenAI) -> None:
    """A stream ends before the stop sequence, even one that spans several pieces."""
    whole = said(client, QUESTION)
    stop = whole[31:44]

    chunks = list(client.chat.completions.create(model=NATIVE, messages=QUESTION, stop=[stop], stream=True))

    choices = [choice for chunk in chunks for choice in chunk.choices]
    assert whole[: whole.index(stop)] == "".join(choice.delta.content or "" for choice in choices)
    assert ["stop"] == [choice.finish_reason for choice in choices if choice.finish_reason]


# choices, seeds, probabilities ------------------------------------------------------------------------------------


def test_choices(client: openai.OpenAI) -> None:
    """Three choices are three texts, the first of them the one that is said alone."""
    completion = client.chat.completions.create(model=NATIVE, messages=QUESTION, n=3)

    texts = [choice.message.content for choice in completion.choices]
    assert [0, 1, 2] == [choice.index for choice in completion.choices]
    assert 3 == len(set(texts))
    assert said(client, QUESTION) == texts[0]
    assert completion.usage
    alone = client.chat.completions.create(model=NATIVE, messages=QUESTION).usage
    assert alone
    assert completion.usage.completion_tokens > alone.completion_tokens


def test_choices_streamed(client: openai.OpenAI) -> None:
    """A stream of three choices tells them apart by their indices."""
    whole = client.chat.completions.create(model=NATIVE, messages=QUESTION, n=3)
    texts, ends = ["", "", ""], []

    for chunk in client.chat.completions.create(model=NATIVE, messages=QUESTION, n=3, stream=True):
        for choice in chunk.choices:
            texts[choice.index] += choice.delta.content or ""
            if choice.finish_reason:
                ends.append(choice.index)

    assert [choice.message.content for choice in whole.choices] == texts
    assert [0, 1, 2] == sorted(ends)


def test_seed(client: openai.OpenAI) -> None:
    """The same seed gets the same bytes, other seeds other texts."""

    def raw(seed: int) -> bytes:
        response = client.chat.completions.with_raw_response.create(model=NATIVE, messages=QUESTION, seed=seed)
        return bytes(response.http_response.content)

    assert raw(11) == raw(11)
    assert 3 < len({said(client, QUESTION, seed=seed) for seed in range(1, 9)})


def test_same_request_same_bytes(client: openai.OpenAI) -> None:
    """A request is answered with the same bytes every time, streamed as well."""
    for stream in (False, True):
        bodies = []
        for _ in range(2):
            with client.chat.completions.with_streaming_response.create(
                model=CHAT, messages=QUESTION, stream=stream
            ) as response:
                bodies.append(b"".join(response.iter_bytes()))
        assert bodies[0] == bodies[1]


@pytest.mark.parametrize("alternatives", [None, 3])
def test_log_probabilities(client: openai.OpenAI, alternatives: int | None) -> None:
    """Each token of the text has its log probability, and as many alternatives as were asked for."""
    more: dict[str, Any] = {} if alternatives is None else {"top_logprobs": alternatives}

    choice = client.chat.completions.create(model=NATIVE, messages=QUESTION, logprobs=True, **more).choices[0]

    assert choice.logprobs
    tokens = choice.logprobs.content or []
    assert choice.message.content == "".join(token.token for token in tokens)
    assert str(choice.message.content).encode() == b"".join(bytes(token.bytes or []) for token in tokens)
    assert all(token.logprob <= 0 for token in tokens)
    assert {alternatives or 0} == {len(token.top_logprobs) for token in tokens}
    for token in tokens:
        likely = [each.logprob for each in token.top_logprobs]
        assert sorted(likely, reverse=True) == likely
        assert not likely or token.token in [each.token for each in token.top_logprobs]


def test_log_probabilities_streamed(client: openai.OpenAI) -> None:
    """The pieces of a stream carry the log probabilities of the whole answer."""
    body: dict[str, Any] = {"model": NATIVE, "messages": QUESTION, "logprobs": True, "top_logprobs": 2}
    whole = client.chat.completions.create(**body).choices[0].logprobs

    chunks = list(client.chat.completions.create(**body, stream=True))

    entries = [
        entry
        for chunk in chunks
        for choice in chunk.choices
        if choice.logprobs
        for entry in choice.logprobs.content or []
    ]
    assert whole
    assert whole.content == entries


def test_no_log_probabilities(client: openai.OpenAI) -> None:
    """Nobody who did not ask gets log probabilities."""
    assert client.chat.completions.create(model=NATIVE, messages=QUESTION).choices[0].logprobs is None
