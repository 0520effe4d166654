"""The judge reports what is a breach for certain, and says what it could not read."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.judge import Judge
from mockserver.openapi.document import Document

LETTERS = {"type": "string", "pattern": r"^\p{L}+$"}
"""Valid in ECMA-262, unknown to Python."""


def document(schema: Any) -> Document:
    body = {"content": {"application/json": {"schema": schema}}}
    operation = {"operationId": "ask", "requestBody": body, "responses": {"200": {"description": "", **body}}}
    return Document({"openapi": "3.1.0", "paths": {"/ask": {"post": operation}}})


def breaches(judge: Judge, value: Any) -> list[str] | None:
    """Return what was promised instead."""
    promise = judge.promise(judge.operation("ask"), 200, "application/json")
    assert promise is not None
    found = judge.breaches(promise, value)
    return None if found is None else [each.promised for each in found]


def test_beside_a_pattern_that_cannot_be_read_everything_is_judged() -> None:
    """The pattern is told of, once."""
    judge = Judge(document({"type": "object", "required": ["a", "b"], "properties": {"a": LETTERS}}))

    assert ['required: ["a", "b"]'] == breaches(judge, {"a": "x"})
    assert [] == breaches(judge, {"a": "1", "b": 2})
    assert ['type: "string"'] == breaches(judge, {"a": 1, "b": 2})
    assert [True] == [r"^\p{L}+$ cannot be read" in said for said in judge.look_away()]
    assert [] == judge.look_away()


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"not": LETTERS}, "a"),
        ({"oneOf": [LETTERS, {"type": "string", "maxLength": 3}]}, "a"),
        ({"anyOf": [{"not": LETTERS}, {"type": "integer"}]}, "a"),
        ({"if": LETTERS, "then": {"maxLength": 1}, "else": {"maxLength": 2}}, "aaa"),
        ({"contains": {"not": LETTERS}}, ["a"]),
        ({"contains": LETTERS, "maxContains": 1}, ["a", "b"]),
        ({"patternProperties": {r"^\p{L}+$": {"type": "integer"}}, "additionalProperties": False}, {"a": 1}),
        ({"patternProperties": {r"^\p{L}+$": {"type": "integer"}}, "unevaluatedProperties": False}, {"a": 1}),
        ({"allOf": [{"patternProperties": {r"^\p{L}$": True}}], "unevaluatedProperties": False}, {"a": 1}),
    ],
)
def test_what_hangs_on_an_unread_pattern_is_no_breach(schema: Any, value: Any) -> None:
    assert [] == breaches(Judge(document(schema)), value)


def test_a_request_that_an_unread_pattern_decides_is_neither_allowed_nor_forbidden() -> None:
    judge = Judge(document({"type": "object", "properties": {"a": LETTERS, "b": {"type": "integer"}}}))
    operation = judge.operation("ask")

    assert judge.accepts_request(operation, "application/json", b'{"a": "x"}') is None
    assert judge.accepts_request(operation, "application/json", b'{"a": "x", "b": "y"}') is False
    assert judge.accepts_request(operation, "application/json", b'{"b": 1}') is True


def test_a_schema_that_cannot_be_read_judges_nothing_and_is_told_of() -> None:
    judge = Judge(document({"type": "text"}))

    assert breaches(judge, {}) is None
    assert judge.blind
    assert 1 == len(judge.look_away())
    assert not judge.blind


@pytest.mark.parametrize(
    ("name", "text", "fits"),
    [
        ("date", "2025-02-30", False),
        ("date", "2025-02-28", True),
        ("uuid", "no", False),
        ("ipv4", "1.2.3", False),
        ("regex", r"\p{L}", True),
    ],
)
def test_formats_are_asserted(name: str, text: str, fits: bool) -> None:
    """But for `regex`, which Python cannot tell of ECMA-262."""
    assert ([] if fits else [f'format: "{name}"']) == breaches(Judge(document({"format": name})), text)
