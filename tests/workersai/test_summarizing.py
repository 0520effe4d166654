"""Summaries are extracts within the length."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.workersai.tokens import count

BART = "run/@cf/facebook/bart-large-cnn"
TEXT = (
    "The fox slept all day. At night the fox crossed the field, caught a mouse and went home. It rained a little. "
    "Nobody saw the fox or the mouse. The field was empty in the morning. Breakfast was at eight."
)


def test_extract(ask: Any) -> None:
    """A summary consists of sentences of the text, in their order, the first one among them, and is shorter."""
    summary = ask(BART, {"input_text": TEXT}).result["summary"]

    sentences = [each.strip() + "." for each in TEXT.split(".") if each.strip()]
    kept = [each for each in sentences if each in summary]
    assert sentences[0] == kept[0]
    assert summary == " ".join(kept)
    assert 1 < len(kept) < len(sentences)
    assert "mouse" in summary


@pytest.mark.parametrize("longest", [1, 2, 7, 20, 40, 1024])
def test_length(ask: Any, longest: int) -> None:
    """`max_length` is never exceeded, and something is always said."""
    summary = ask(BART, {"input_text": TEXT, "max_length": longest}).result["summary"]

    assert 1 <= count(summary) <= longest
    assert summary.split()[0] in TEXT


@pytest.mark.parametrize("text", ["One sentence only", "...", "   x", "漢字。漢字が好き。そうです。", "a\n\nb\n\nc"])
def test_odd_texts(ask: Any, text: str) -> None:
    """Short texts, texts without sentences and texts in other scripts have a summary, too."""
    assert ask(BART, {"input_text": text}).result["summary"].strip()


def test_without_text(ask: Any) -> None:
    """The text is required under its own name (5006)."""
    answer = ask(BART, {"text": TEXT})

    assert (400, 5006) == (answer.status, answer.code)
