"""Objects that a prompt describes in words or by a template, with and without JSON mode."""

from __future__ import annotations

import json

import pytest

from mockserver.app import Mock
from mockserver.engine.values import HttpRequest
from mockserver.workersai.fakes import described

MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


@pytest.fixture(scope="module")
def mock() -> Mock:
    return Mock()


def said(mock: Mock, prompt: str, system: str = "", **more: object) -> str:
    """Return what a chat request is answered."""
    messages = [*([{"role": "system", "content": system}] if system else []), {"role": "user", "content": prompt}]
    headers = [(b"authorization", b"Bearer " + mock.token.encode()), (b"content-type", b"application/json")]
    path = f"/accounts/{mock.account_id}/ai/v1/chat/completions"
    body = json.dumps({"model": MODEL, "messages": messages, **more}).encode()
    content: str = json.loads(mock.handle(HttpRequest("POST", path, headers=headers, body=body)).body)["choices"][0][
        "message"
    ]["content"]
    return content


@pytest.mark.parametrize("more", [{}, {"response_format": {"type": "json_object"}}], ids=["asked", "mode"])
@pytest.mark.parametrize(
    ("prompt", "kinds"),
    [
        ("Give me a JSON object with name and age", {"name": str, "age": int}),
        ("Return JSON with the keys city, is_capital and population for Paris",
         {"city": str, "is_capital": bool, "population": int}),
        ('Output valid JSON: {"title": string, "tags": ["..."], "new": boolean, "priority": 1-5} for: Fix the bug',
         {"title": str, "tags": list, "new": bool, "priority": int}),
    ],
)  # fmt: skip
def test_members_are_those_described(mock: Mock, prompt: str, kinds: dict[str, type], more: dict[str, object]) -> None:
    """All of them and no others, each of the kind that is said, or that its name usually has."""
    value = json.loads(said(mock, prompt, **more))

    assert kinds == {name: type(each) for name, each in value.items()}
    assert not any("JSON" in str(each) for each in value.values())


def test_values_are_read_off_the_text(mock: Mock) -> None:
    """Names, choices and bounds are kept."""
    extracted = said(mock, "Extract the name and email as JSON: Ann Lee, ann@x.org")
    judged = said(mock, 'Respond only with JSON: {"mood": "positive|negative", "score": 0-10}. Text: I love it')

    assert {"name": "Ann Lee", "email": "ann@x.org"} == json.loads(extracted)
    assert "positive" == json.loads(judged)["mood"]
    assert 0 <= json.loads(judged)["score"] <= 10


def test_the_system_may_describe_it(mock: Mock) -> None:
    """What the system message says holds for the user's text."""
    found = json.loads(said(mock, "Ann Lee, ann@x.org", "You reply in JSON with the keys name and email."))

    assert {"name": "Ann Lee", "email": "ann@x.org"} == found


@pytest.mark.parametrize(
    "prompt",
    [
        "What is JSON?",
        "Explain the JSON format with an example",
        "Write a Python function that returns JSON with keys a and b",
        "How do I return JSON with keys name and age in Flask?",
    ],
)
def test_talk_about_json_is_talk(mock: Mock, prompt: str) -> None:
    """A prompt about JSON gets text."""
    assert not said(mock, prompt).startswith("{")


@pytest.mark.parametrize(
    "part",
    ["{", "a and ", "JSON with ", '{"a":', "a, ", "keys ", "only valid raw ", '"x": "a |', "a |", "return a, b "],
)
def test_any_text_is_read_quickly(part: str, steps) -> None:
    """The work grows with the text, not faster."""
    short, long = ("return JSON with " + part * times + " as JSON" for times in (200, 400))

    assert steps(described.schema_of, long) <= 3 * steps(described.schema_of, short) + 2000
