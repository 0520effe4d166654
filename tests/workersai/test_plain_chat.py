"""The short way to a chat completion says what the ordinary way says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver import HttpRequest, Mock
from mockserver.workersai.dialects.plain_chat import PlainChat

MOCK = Mock(seed=3)
PATH = f"/accounts/{MOCK.account_id}/ai/v1/chat/completions"
MODELS = ("@cf/meta/llama-3.3-70b-instruct-fp8-fast", "@cf/qwen/qwen3-30b-a3b-fp8", "@cf/meta/llama-guard-3-8b")


def ask(mock: Mock, **body: Any) -> tuple[int, Any]:
    """Return the status and the answer to a chat request, without what depends on the rest of the request."""
    headers = [(b"authorization", b"Bearer " + mock.token.encode())]
    response = mock.handle(HttpRequest("POST", PATH, headers=headers, body=json.dumps(body).encode()))
    said = json.loads(response.body)
    return response.status, {name: value for name, value in said.items() if name not in ("id", "created")}


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60), st.sampled_from(["Hello", "What is 2 + 3?", "Say hi.", "Write 300 words on rain."])
    ),
    st.sampled_from(MODELS),
)
def test_both_ways_say_the_same(prompt: str, model: str) -> None:
    """A member that wishes nothing takes the ordinary way, and changes nothing but what identifies the request."""
    messages = [{"role": "user", "content": prompt.encode("utf-8", "replace").decode()}]

    assert ask(MOCK, model=model, messages=messages, n=1) == ask(MOCK, model=model, messages=messages)


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [{"role": "user", "content": "Tell me about tea"}], "max_tokens": 3},
        {"messages": [{"role": "user", "content": "Tell me about tea"}], "stream": True},
        {"messages": [{"role": "user", "content": "Tell me about tea", "name": "x"}]},
        {"messages": [{"role": "system", "content": "Tell me about tea"}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "Tell me about tea"}]}]},
        {"messages": [{"role": "user", "content": "Tell me about tea"}] * 2},
    ],
)
def test_what_is_not_plain_is_left_to_the_ordinary_way(body: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits, streams, names, parts, other roles and more turns are not answered by the short way."""
    answered = []
    short = PlainChat.answer
    monkeypatch.setattr(PlainChat, "answer", lambda *given: answered.append(short(*given)) or answered[-1])
    headers = [(b"authorization", b"Bearer " + MOCK.token.encode())]
    whole = json.dumps({"model": MODELS[0], **body}).encode()

    MOCK.handle(HttpRequest("POST", PATH, headers=headers, body=whole))

    assert [None] == answered


def test_what_is_plain_takes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model, one text of a user: the most usual request of all."""
    answered = []
    short = PlainChat.answer
    monkeypatch.setattr(PlainChat, "answer", lambda *given: answered.append(short(*given)) or answered[-1])

    status, said = ask(MOCK, model=MODELS[0], messages=[{"role": "user", "content": "Tell me about tea"}])

    assert 200 == status
    assert said["choices"] == answered[0].value["choices"]
