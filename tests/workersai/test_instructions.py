"""Prompts that say what to do with a text of their own."""

from __future__ import annotations

from typing import Any

import pytest

NATIVE, CHAT = "run/@cf/meta/llama-3.2-3b-instruct", "v1/chat/completions"
NEWS = "The council met on Monday. It decided to build a tram. Costs are high. Many people like trams."


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("Translate to French: The fox sleeps.", "Le renard dort."),
        ("Translate 'The fox sleeps.' into French", "Le renard dort."),
        ("Translate the following text from French to English: Le renard dort.", "The fox sleeps."),
        (f"Summarize this text in one sentence: {NEWS}", "The council met on Monday."),
        ("Classify the sentiment: I love it. Answer with one word: positive or negative.", "positive"),
        ("Classify as POSITIVE or NEGATIVE: this is terrible", "NEGATIVE"),
        ("Classify as positive, negative or neutral: The parcel was posted.", "neutral"),
        ("Count from 3 to 6", "3, 4, 5, 6"),
        ("Count down from 3 to 1, please.", "3, 2, 1"),
        ("Is Paris the capital of France? Answer yes or no.", "Yes"),
        ("Is 2 > 3? Answer yes or no.", "No"),
        ("Is 5 larger than 3.5? Yes or no?", "Yes"),
        ("Translate the following English text to French: 'The fox sleeps.'", "Le renard dort."),
    ],
)
def test_what_is_asked_is_done(ask: Any, prompt: str, said: str) -> None:
    """By the native way and by OpenAI's, as any model would."""
    asked = {"model": "@cf/meta/llama-3.2-3b-instruct", "messages": [{"role": "user", "content": prompt}]}

    assert said == ask(NATIVE, {"prompt": prompt}).result["response"]
    assert said == ask(CHAT, asked).json["choices"][0]["message"]["content"]


def test_a_summary_is_an_extract(ask: Any) -> None:
    """Sentences of the text, and not all of them."""
    said = ask(NATIVE, {"prompt": f"Summarize the article:\n{NEWS * 3}"}).result["response"]

    assert all(sentence in NEWS for sentence in said.split(". "))
    assert len(said) < len(NEWS) * 3


@pytest.mark.parametrize(
    "prompt",
    [
        "Translate this",
        "Translate to Klingon: hello",
        "Summarize the history of Rome",
        "Classify these animals: dog, cat",
        "Count the boats",
        "Is it raining?",
    ],
)
def test_other_prompts_are_answered_in_prose(ask: Any, prompt: str) -> None:
    """Where there is nothing to be done with a text, there are sentences about the prompt."""
    assert ask(NATIVE, {"prompt": prompt}).result["response"].count(".") >= 2
