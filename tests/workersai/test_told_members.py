"""Structured answers say what the prompt says, as plain answers do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver import HttpRequest, Mock

MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
MOODS = {"enum": ["positive", "negative", "neutral"]}
KINDS = {"type": "string", "enum": ["bug", "feature", "question"]}
DAY = {"type": "string", "format": "date"}


@pytest.fixture(scope="module")
def mock() -> Mock:
    return Mock(auth=False)


@pytest.mark.parametrize(
    ("prompt", "name", "schema", "said"),
    [
        ("I hate this product, it is terrible.", "sentiment", MOODS, "negative"),
        ("What is the sentiment of: awful food", "sentiment", MOODS, "negative"),
        ("Positive, negative or neutral? I love it!", "sentiment", MOODS, "positive"),
        ("The parcel was posted on Monday.", "sentiment", MOODS, "neutral"),
        ("This film was wonderful.", "mood", {"enum": ["NEGATIVE", "POSITIVE"]}, "POSITIVE"),
        ("I found a bug: the page stays white.", "kind", KINDS, "bug"),
        ("What is 17*23?", "answer", {"type": "integer"}, 391),
        ("What is 1.5 + 2?", "result", {"type": "number"}, 3.5),
        ("The fair is on 12 March 2027.", "date", DAY, "2027-03-12"),
        ("The fair is on 2027-03-13.", "day", DAY, "2027-03-13"),
    ],
)
def test_members_say_what_the_prompt_says(
    prompt: str, name: str, schema: dict[str, Any], said: Any, mock: Mock
) -> None:
    """One of several values, a mood, a result, a date: read off the prompt where it tells."""
    whole = {"type": "object", "properties": {name: schema}, "required": [name], "additionalProperties": False}
    assert {name: said} == asked(mock, prompt, whole)


@pytest.mark.parametrize("schema", [{"enum": ["positive", "negative"]}, {"type": "integer", "maximum": 5}, DAY])
def test_what_the_prompt_says_is_valid_or_not_taken(schema: dict[str, Any], mock: Mock) -> None:
    """A sum beyond the bounds, and prompts that tell nothing, leave a value of the schema."""
    whole = {"type": "object", "properties": {"answer": schema}, "required": ["answer"]}
    said = asked(mock, "What is 17*23?", whole)["answer"]
    assert said != 391
    assert said in schema.get("enum", [said])


def asked(mock: Mock, prompt: str, schema: dict[str, Any]) -> Any:
    """Return what a model answers by a schema."""
    body = {
        "model": MODEL,
        "messages": [{"role": "user", "content": prompt}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "told", "schema": schema}},
    }
    path = f"/client/v4/accounts/{mock.account_id}/ai/v1/chat/completions"
    headers = [(b"content-type", b"application/json")]
    response = mock.handle(HttpRequest("POST", path, headers=headers, body=json.dumps(body).encode()))
    assert 200 == response.status, response.body
    return json.loads(json.loads(response.body)["choices"][0]["message"]["content"])
