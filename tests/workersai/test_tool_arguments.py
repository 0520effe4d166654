"""Arguments of tools whose parameters leave open what they are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver import HttpRequest, Mock

MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


def arguments(parameters: Any) -> Any:
    """Return what the model calls a tool with these parameters with."""
    body = {
        "model": MODEL,
        "messages": [{"role": "user", "content": "Weather in Paris?"}],
        "tools": [{"type": "function", "function": {"name": "get_weather", "parameters": parameters}}],
        "tool_choice": "required",
    }
    mock = Mock(auth=False)
    path = f"/client/v4/accounts/{mock.account_id}/ai/v1/chat/completions"
    headers = [(b"content-type", b"application/json")]
    response = mock.handle(HttpRequest("POST", path, headers=headers, body=json.dumps(body).encode()))
    assert 200 == response.status, response.body
    return json.loads(json.loads(response.body)["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"])


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"x-note": 1},
        {"type": ["null", "object"], "required": ["city"]},
        {"anyOf": [{"type": "string"}, {"required": ["city"]}]},
        {"$ref": "#/$defs/place", "$defs": {"place": {"required": ["city"]}}},
    ],
)
def test_arguments_are_an_object_where_they_may_be(parameters: dict[str, Any]) -> None:
    """Clients spread the arguments over a function: an object is chosen from what the parameters allow."""
    said = arguments(parameters)
    assert isinstance(said, dict)
    assert ("required" in json.dumps(parameters)) == ("city" in said)


@pytest.mark.parametrize(("parameters", "kind"), [({"type": "string"}, str), ({"enum": [3, 4]}, int)])
def test_arguments_are_valid_first_of_all(parameters: dict[str, Any], kind: type) -> None:
    """Parameters that allow no object are obeyed all the same."""
    assert isinstance(arguments(parameters), kind)
