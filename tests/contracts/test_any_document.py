"""The mock of a document with a bit of everything keeps the contract, and the kit says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contracts import check
from contracts.cli import make_mock
from mockserver.asgi import create_app

ANSWER = {"200": {"description": "Yes", "content": {"application/json": {"schema": {"type": "string"}}}}}
PROBLEM = {"type": "object", "properties": {"title": {"type": "string"}, "status": {"type": "integer"}}}
REFUSED = {"4XX": {"description": "No", "content": {"application/problem+json": {"schema": PROBLEM}}}}
FORM = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "enum": ["green", "black"]}}}
RANGE = {"type": "object", "required": ["low"], "properties": {"low": {"type": "integer"}}}


def given(name: str, where: str, schema: Any, **members: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "required": True, "schema": schema, **members}


PATHS: dict[str, Any] = {
    "/users/login": {"get": {"operationId": "login", "responses": ANSWER}},
    "/users/{name}": {
        "parameters": [given("name", "path", {"type": "string", "format": "uuid"})],
        "get": {"operationId": "user", "security": [{"key": []}], "responses": {**ANSWER, **REFUSED}},
    },
    "/teas": {
        "get": {
            "operationId": "teas",
            "security": [{"bearer": []}],
            "parameters": [
                given("kinds", "query", {"type": "array", "minItems": 1, "items": FORM["properties"]["kind"]}),
                given("range", "query", RANGE, style="deepObject"),
                given("X-Page", "header", {"type": "integer", "minimum": 3}),
                given("sid", "cookie", {"type": "string", "pattern": "^[0-9]{3}$"}),
            ],
            "responses": {**ANSWER, **REFUSED},
        },
        "post": {
            "operationId": "addTea",
            "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": FORM}}},
            "responses": {"201": ANSWER["200"]},
        },
    },
    "/locked": {"get": {"operationId": "locked", "security": [{"certificate": []}], "responses": ANSWER}},
    "/early": {"get": {"operationId": "early", "responses": {"103": {"description": "Hints"}}}},
}
SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "certificate": {"type": "mutualTLS"},
}


def test_the_mock_of_any_document_is_clean(tmp_path: Path) -> None:
    """Every kind of parameter and credential is sent as it should be, and silence of the document is no promise."""
    spec = tmp_path / "teas.json"
    content = {"openapi": "3.1.0", "info": {"title": "Teas", "version": "1"}, "paths": PATHS}
    spec.write_text(json.dumps({**content, "components": {"securitySchemes": SCHEMES}}), "utf-8")
    mock = make_mock(str(spec), (), False, None)

    report = check(create_app(mock), contract=mock.document, token=mock.token, quick=True)

    assert [] == [(each.message, each.reason) for each in report.findings]
    assert sorted(each.operation for each in report.operations if each.successes) == sorted(mock.document.operations)
