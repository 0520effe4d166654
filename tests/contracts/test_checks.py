"""Each check of the kit on one exchange: it passes, it fails, or it does not apply."""

from __future__ import annotations

import json

import pytest

from contracts.checks import Check, builtin
from contracts.context import Context, World
from contracts.exchanges import Exchange, Intent, Request, Response
from contracts.judge import Judge
from contracts.validity import Validity
from mockserver.openapi.document import Document


def document(path: str) -> Document:
    """One operation that answers with an object or with a stream of objects."""
    number = {"type": "object", "properties": {"n": {"type": "integer"}}}
    content = {
        "application/json": {"schema": number},
        "text/event-stream": {"schema": {"type": "string"}, "x-itemSchema": number},
    }
    responses = {"200": {"description": "", "content": content}}
    return Document({"openapi": "3.1.0", "paths": {path: {"post": {"operationId": "ask", "responses": responses}}}})


def found(check: str, body: str, media_type: str = "text/event-stream", path: str = "/ask") -> list[str] | None:
    """Return what came, as the check tells it."""
    response = Response(200, (("content-type", media_type),), body.encode())
    exchange = Exchange(1, "ask", "fuzzing", Intent.VALID, Request("POST", "http://host/ask"), response)
    contract = document(path)
    judge = Judge(contract)
    named = builtin()[check]
    assert isinstance(named, Check)
    breaches = named.judge(exchange, Context(exchange, World(contract, judge, Validity(contract, judge))))
    return None if breaches is None else [each.came for each in breaches]


@pytest.mark.parametrize(
    ("body", "came"),
    [
        ('{"n": 1}', []),
        ('{"n": "1"}', ['"1"']),
        ("[]", ["[]"]),
        ("{", ["'{' (Expecting property name enclosed in double quotes: line 1 column 2 (char 1))"]),
    ],
)
def test_response_body(body: str, came: list[str]) -> None:
    assert came == found("response_body", body, "application/json; charset=utf-8")


def test_a_body_of_an_undescribed_type_is_not_judged() -> None:
    assert found("response_body", "[]", "application/problem+json") is None


@pytest.mark.parametrize(
    ("body", "came"),
    [
        ('data: {"n": 1}\n\ndata: [DONE]\n\n', []),
        ('data: {"n": "1"}\n\n', ['"1", in the event of line 1']),
        ("data: one\n\n", ["line 1: 'one'"]),
    ],
)
def test_event_schema(body: str, came: list[str]) -> None:
    assert came == found("event_schema", body)


@pytest.mark.parametrize(
    ("path", "last", "fails"),
    [
        ("/v1/chat/completions", "[DONE]", False),
        ("/v1/chat/completions", "{}", True),
        ("/v1/completions", "[DONE]", False),
        ("/v1/responses", '{"type": "response.completed"}', False),
        ("/v1/responses", '{"type": "response.incomplete"}', False),
        ("/v1/responses", "[DONE]", True),
        ("/accounts/1/ai/run/@cf/a/b", "[DONE]", False),
        ("/accounts/1/ai/run/@cf/a/b", "{}", True),
    ],
)
def test_event_stream_end(path: str, last: str, fails: bool) -> None:
    assert fails == bool(found("event_stream_end", f"data: {last}\n\n", path=path))


def test_a_stream_whose_dialect_is_not_known_may_end_as_it_likes() -> None:
    assert found("event_stream_end", "data: {}\n\n") is None


def test_an_empty_stream_has_no_end() -> None:
    assert ["no event at all"] == found("event_stream_end", "", path="/v1/completions")


def test_stream_checks_leave_other_answers_alone() -> None:
    for check in ("event_stream", "event_schema", "event_stream_end"):
        assert found(check, json.dumps({"n": 1}), "application/json") is None


@pytest.mark.parametrize("name", builtin())
def test_every_check_says_what_it_promises(name: str) -> None:
    """The first paragraph of its docstring is a sentence; its place in KINDS and SOURCES is checked when it is made."""
    each = builtin()[name]

    assert name == each.name
    assert each.promise.endswith(".")
