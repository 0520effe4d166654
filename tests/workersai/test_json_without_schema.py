"""JSON that nobody gave a schema for: the prompt says what it looks like."""

from __future__ import annotations

import json

import pytest

from mockserver.app import Mock
from mockserver.engine.values import HttpRequest

MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


@pytest.fixture(scope="module")
def mock() -> Mock:
    return Mock()


def ask(mock: Mock, prompt: str) -> dict[str, object]:
    """Return the object that a chat request in JSON mode gets."""
    body = {
        "model": MODEL,
        "messages": [{"role": "user", "content": prompt}],
        "response_format": {"type": "json_object"},
    }
    headers = [(b"authorization", b"Bearer " + mock.token.encode()), (b"content-type", b"application/json")]
    path = f"/accounts/{mock.account_id}/ai/v1/chat/completions"
    response = mock.handle(HttpRequest("POST", path, headers=headers, body=json.dumps(body).encode()))
    found: dict[str, object] = json.loads(json.loads(response.body)["choices"][0]["message"]["content"])
    return found


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
