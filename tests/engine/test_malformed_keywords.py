"""Keywords with values of the wrong kind cost themselves: the answer is made of the rest of the schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mockserver import HttpRequest, Mock

MALFORMED: dict[str, dict[str, Any]] = {
    "properties-null": {"type": "object", "properties": None},
    "properties-list": {"type": "object", "properties": [1]},
    "minimum-text": {"type": "integer", "minimum": "1", "maximum": "10"},
    "minimum-word": {"type": "integer", "minimum": "a"},
    "minimum-null": {"type": "integer", "minimum": None},
    "multiple-word": {"type": "integer", "multipleOf": "x"},
    "multiple-zero": {"type": "integer", "multipleOf": 0},
    "enum-null": {"type": "integer", "enum": None},
    "enum-number": {"type": "integer", "enum": 5},
    "length-null": {"type": "string", "minLength": None},
    "pattern-number": {"type": "string", "pattern": 5},
    "required-null": {"type": "object", "required": [1, None]},
    "pattern-broken": {"type": "object", "patternProperties": {"[z-a": {}}, "minProperties": 2},
}
TYPES = {"object": dict, "integer": int, "string": str}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("name", MALFORMED)
@pytest.mark.parametrize("place", ["body", "header"])
def test_the_rest_of_the_schema_answers(tmp_path: Path, version: str, name: str, place: str) -> None:
    """Neither bodies nor headers are a server error, and a body still has its type."""
    schema = MALFORMED[name]
    response: dict[str, Any] = {"description": "", "content": {"application/json": {"schema": {"type": "integer"}}}}
    if place == "body":
        response["content"]["application/json"]["schema"] = schema
    else:
        response["headers"] = {"X-Some": {"schema": schema}}
    document = {
        "openapi": version,
        "info": {"title": "Malformed", "version": "1"},
        "paths": {"/some": {"get": {"operationId": "some", "responses": {"200": response}}}},
    }
    (tmp_path / "api.json").write_text(json.dumps(document))

    answer = Mock(spec=str(tmp_path / "api.json")).handle(HttpRequest("GET", "/some"))

    assert 200 == answer.status, answer.body
    assert isinstance(json.loads(answer.body), TYPES[schema["type"]] if place == "body" else int)
