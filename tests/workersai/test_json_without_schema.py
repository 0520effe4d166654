"""JSON that nobody gave a schema for: the prompt says what it looks like."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.app import Mock
from mockserver.engine.values import HttpRequest

MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


@pytest.fixture(scope="module")
def mock() -> Mock:
    return Mock()


def ask(mock: Mock, prompt: str) -> dict[str, object]:
    """Return the object that a chat request in JSON mode gets."""
    found: dict[str, object] = json.loads(said(mock, prompt, response_format={"type": "json_object"})["content"])
    return found


def said(mock: Mock, prompt: str, **more: Any) -> Any:
    """Return the message that a chat request gets."""
    body = {"model": MODEL, "messages": [{"role": "user", "content": prompt}], **more}
    headers = [(b"authorization", b"Bearer " + mock.token.encode()), (b"content-type", b"application/json")]
    path = f"/accounts/{mock.account_id}/ai/v1/chat/completions"
    response = mock.handle(HttpRequest("POST", path, headers=headers, body=json.dumps(body).encode()))
    return json.loads(response.body)["choices"][0]["message"]


@pytest.mark.parametrize(
    ("prompt", "members", "expected"),
    [
        ("Weather in Paris?", {"city": {}}, {"city": "Paris"}),
        ("Book me a flight from Lisbon to New York", {"origin": {}, "destination": {}},
         {"origin": "Lisbon", "destination": "New York"}),
        ("Ada Lovelace, 36", {"name": {}, "age": {"type": "integer"}}, {"name": "Ada Lovelace", "age": 36}),
        ("Weather in Paris?", {"city": {"maxLength": 2}}, None),
        ("Weather in Paris?", {"city": {"enum": ["Rome", "Oslo"]}}, None),
    ],
)  # fmt: skip
def test_names_are_read_off_the_prompt(mock: Mock, prompt: str, members: Any, expected: Any) -> None:
    """Arguments and structured answers hold the names that the prompt gives for them, as far as the schema allows."""
    members = {name: {"type": "string", **facts} for name, facts in members.items()}
    schema = {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}
    tool = {"type": "function", "function": {"name": "act", "parameters": schema}}
    wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    called = said(mock, prompt, tools=[tool])["tool_calls"][0]["function"]["arguments"]
    answered = said(mock, prompt, response_format=wanted)["content"]

    for found in (json.loads(called), json.loads(answered)):
        assert list(members) == sorted(found, key=list(members).index)
        assert "Paris" not in found.values() if expected is None else expected == found


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("Name a city as JSON with the keys city and days", ["city", "days"]),
        ("A JSON object with the keys city, country, and population for Paris", ["city", "country", "population"]),
        ("Return JSON with `title` and 'year' of the film Alien", ["title", "year"]),
        ("Extract fields: first_name, last_name & email. Text: Ada Lovelace", ["first_name", "last_name", "email"]),
        ("Who are you, in JSON?", ["answer"]),
    ],
)
def test_members_that_the_prompt_names(mock, prompt, names):
    """Listed names come first, then quoted ones; without any there is one answer."""
    assert sorted(names) == sorted(ask(mock, prompt))


def test_an_object_like_the_one_shown(mock):
    """An example in the prompt gives names, nesting and types."""
    shown = {"name": "x", "tags": ["a"], "age": 3, "ok": True, "nested": {"deep": 1.5}}
    found = ask(mock, f"Tell me of Berlin. Answer like this: {json.dumps(shown)}")
    assert {name: type(value) for name, value in shown.items()} == {name: type(value) for name, value in found.items()}
    assert isinstance(found["nested"], dict)
    assert ["deep"] == list(found["nested"])


def test_values_are_about_the_subject(mock):
    """Words that only say how to answer are no values."""
    assert "Paris" in ask(mock, "JSON with the keys city and river for Paris").values()
