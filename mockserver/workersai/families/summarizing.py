"""Summarization: an extract of the text that was given."""

from __future__ import annotations

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer
from mockserver.workersai.catalogue import Model
from mockserver.workersai.dialects import native
from mockserver.workersai.fakes.summary import summarise
from mockserver.workersai.inputs import given, missing

_LONGEST = 1024


def summarize(invocation: Invocation, model: Model) -> Answer:
    """Answer with `{summary}`, at most `max_length` tokens (1024 unless told)."""
    body = given(invocation)
    text, longest = body.get("input_text"), body.get("max_length", _LONGEST)
    if not isinstance(text, str):
        raise missing("input_text")
    return Answer(200, native.envelope({"summary": summarise(text, longest if isinstance(longest, int) else _LONGEST)}))
