"""Whole numbers past 64 bits, which fast JSON parsers read as fractions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver import HttpRequest, Mock

LONG = -9223372036854775809
SCHEMA = {"type": "object", "properties": {"number": {"enum": [LONG]}}, "required": ["number"]}
MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
TURNS = [{"role": "user", "content": "Which one?"}]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            "v1/chat/completions",
            {
                "model": MODEL,
                "messages": TURNS,
                "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}},
            },
        ),
        (
            "v1/chat/completions",
            {
                "model": MODEL,
                "messages": TURNS,
                "tools": [{"type": "function", "function": {"name": "choose", "parameters": SCHEMA}}],
            },
        ),
        (f"run/{MODEL}", {"prompt": "Which one?", "response_format": {"type": "json_schema", "json_schema": SCHEMA}}),
        (
            "v1/responses",
            {
                "model": "@cf/openai/gpt-oss-20b",
                "input": "Which one?",
                "text": {"format": {"type": "json_schema", "name": "x", "schema": SCHEMA}},
            },
        ),
    ],
)
def test_a_long_number_of_a_schema_comes_back_as_it_was_written(path: str, body: dict[str, Any]) -> None:
    """Structured answers and arguments of tools match the caller's own number, not its nearest fraction."""
    mock = Mock()
    headers = [(b"authorization", b"Bearer " + mock.token.encode())]
    request = HttpRequest(
        "POST", f"/accounts/{mock.account_id}/ai/{path}", headers=headers, body=json.dumps(body).encode()
    )

    response = mock.handle(request)

    assert 200 == response.status
    assert str(LONG) in response.body.decode()
