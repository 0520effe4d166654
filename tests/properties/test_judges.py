"""The judges can tell right from wrong: a judge that never objects is none."""

from __future__ import annotations

import json

import pytest
import strategies
from judges import events_of
from sending import ACCOUNT, CHAT, RUN

PARAMETERS = {"account_id": ACCOUNT, "model": strategies.TEXT_MODEL}
BODY = {"model": strategies.TEXT_MODEL, "messages": [{"role": "user", "content": "Hi!"}]}


@pytest.fixture
def answer(sender):
    return sender.post(CHAT, BODY).json


def faults(judges, status: int, media_type: str, value, path: str = CHAT) -> list[str]:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return judges.answer_faults(path, PARAMETERS, status, media_type, body)


def test_right_answer_has_no_faults(judges, answer):
    """What the mock says passes both judges."""
    assert [] == faults(judges, 200, "application/json", answer)


@pytest.mark.parametrize("path", [CHAT, RUN])
def test_undeclared_status_and_type_are_faults(path, judges, answer):
    """A status or a media type that the document does not declare is a fault by both judges."""
    assert 2 == len(faults(judges, 302, "application/json", answer, path))
    assert 2 == len(faults(judges, 200, "text/html", b"<p>", path))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: answer.pop("choices"),
        lambda answer: answer.update(object="chat"),
        lambda answer: answer["choices"][0].update(finish_reason="because"),
        lambda answer: answer["usage"].update(prompt_tokens="3"),
    ],
)
def test_schema_violation_is_a_fault(spoil, judges, answer):
    """A wrong member is a fault by both judges."""
    spoil(answer)
    found = faults(judges, 200, "application/json", answer)
    assert {"openapi-core", "jsonschema"} == {fault.split(":", 1)[0] for fault in found}


def test_broken_json_is_a_fault(judges):
    """Neither a truncated body nor NaN is JSON."""
    assert faults(judges, 200, "application/json", b'{"id":')
    assert faults(judges, 200, "application/json", b'{"id": NaN}')


def test_wrong_event_is_a_fault(judges, sender):
    """An event that breaks the schema for events, is no JSON, or never ends is a fault."""
    stream = sender.post(CHAT, {**BODY, "stream": True}).body
    assert [] == faults(judges, 200, "text/event-stream", stream)
    assert faults(judges, 200, "text/event-stream", stream.replace(b'"chat.completion.chunk"', b'"chunk"', 1))
    assert faults(judges, 200, "text/event-stream", stream.replace(b"data: {", b"data: ", 1))
    with pytest.raises(ValueError, match="ends inside"):
        events_of(stream[:-1])


def test_undescribed_answer_has_no_faults(bare_judges):
    """Where the document describes no content, anything goes."""
    assert [] == faults(bare_judges, 400, "text/plain", b"no")


def test_events_are_read_by_the_standard():
    """Line ends of all three kinds, comments, several data lines, a field without a space."""
    stream = b"\xef\xbb\xbf: hello\r\ndata: a\r\ndata:b\r\n\r\nevent: x\rdata\r\rid: 1\n\ndata: c\n\n"
    assert [("message", "a\nb"), ("x", ""), ("message", "c")] == events_of(stream)
