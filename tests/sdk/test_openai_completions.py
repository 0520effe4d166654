"""The OpenAI SDK and text completions."""

from __future__ import annotations

from typing import Any

import openai

NATIVE = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
PROMPT = "The tides of the sea"


def test_completion(client: openai.OpenAI) -> None:
    """A prompt gets a text completion with a usage that adds up."""
    completion = client.completions.create(model=NATIVE, prompt=PROMPT)

    assert ("text_completion", NATIVE) == (completion.object, completion.model)
    (choice,) = completion.choices
    assert (0, "stop") == (choice.index, choice.finish_reason)
    assert "tides" in choice.text.lower()
    assert completion.usage
    assert completion.usage.prompt_tokens + completion.usage.completion_tokens == completion.usage.total_tokens


def test_stream(client: openai.OpenAI) -> None:
    """The pieces of a stream join to the text of the whole completion, and one of them finishes."""
    whole = client.completions.create(model=NATIVE, prompt=PROMPT).choices[0].text

    chunks = list(client.completions.create(model=NATIVE, prompt=PROMPT, stream=True))

    choices = [choice for chunk in chunks for choice in chunk.choices]
    assert len(choices) > 5
    assert whole == "".join(choice.text for choice in choices)
    assert ["stop"] == [choice.finish_reason for choice in choices if choice.finish_reason]


def test_stream_usage(client: openai.OpenAI) -> None:
    """With include_usage the last chunk has no choices and the totals."""
    whole = client.completions.create(model=NATIVE, prompt=PROMPT).usage

    *_, last = client.completions.create(
        model=NATIVE, prompt=PROMPT, stream=True, stream_options={"include_usage": True}
    )

    assert [] == last.choices
    assert whole
    assert last.usage
    assert (whole.prompt_tokens, whole.completion_tokens) == (last.usage.prompt_tokens, last.usage.completion_tokens)


def test_prompt_list(client: openai.OpenAI) -> None:
    """Two prompts are two choices in their order, each the one of its prompt alone."""
    other = "The ships of the north"

    both = client.completions.create(model=NATIVE, prompt=[PROMPT, other])

    alone = [client.completions.create(model=NATIVE, prompt=prompt).choices[0].text for prompt in (PROMPT, other)]
    assert [0, 1] == [choice.index for choice in both.choices]
    assert alone == [choice.text for choice in both.choices]


def test_echo(client: openai.OpenAI) -> None:
    """With echo the text begins with the prompt, streamed as well; the rest is the same."""
    body: dict[str, Any] = {"model": NATIVE, "prompt": PROMPT}
    text = client.completions.create(**body).choices[0].text

    echoed = client.completions.create(**body, echo=True).choices[0].text
    streamed = [
        choice.text for chunk in client.completions.create(**body, echo=True, stream=True) for choice in chunk.choices
    ]

    assert PROMPT + text == echoed == "".join(streamed)


def test_echo_costs_nothing(client: openai.OpenAI) -> None:
    """The echoed prompt is not counted as completion."""
    plain = client.completions.create(model=NATIVE, prompt=PROMPT).usage

    assert plain == client.completions.create(model=NATIVE, prompt=PROMPT, echo=True).usage


def test_choices(client: openai.OpenAI) -> None:
    """n choices for each prompt, numbered through, all different."""
    completion = client.completions.create(model=NATIVE, prompt=[PROMPT, "The ships of the north"], n=2)

    assert [0, 1, 2, 3] == [choice.index for choice in completion.choices]
    assert 4 == len({choice.text for choice in completion.choices})


def test_limit_and_stop(client: openai.OpenAI) -> None:
    """max_tokens cuts, stop ends before the sequence."""
    whole = client.completions.create(model=NATIVE, prompt=PROMPT).choices[0].text
    stop = whole.split()[5]

    cut = client.completions.create(model=NATIVE, prompt=PROMPT, max_tokens=7)
    stopped = client.completions.create(model=NATIVE, prompt=PROMPT, stop=stop).choices[0]

    assert "length" == cut.choices[0].finish_reason
    assert cut.usage
    assert 7 == cut.usage.completion_tokens
    assert whole.startswith(cut.choices[0].text)
    assert (whole[: whole.index(stop)], "stop") == (stopped.text, stopped.finish_reason)


def test_seed(client: openai.OpenAI) -> None:
    """The same seed gets the same text, other seeds other texts."""
    texts = [
        client.completions.create(model=NATIVE, prompt=PROMPT, seed=seed).choices[0].text for seed in (1, 1, 2, 3, 4)
    ]

    assert texts[0] == texts[1]
    assert 2 < len(set(texts))
