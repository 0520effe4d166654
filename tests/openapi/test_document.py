"""Documents, their references and their schemas as self-contained JSON Schemas."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from mockserver.errors import DocumentError, InvalidSchema, UnresolvedReference
from mockserver.openapi.document import Document


def document(schemas: dict[str, Any] | None = None, version: str = "3.1.0", **members: Any) -> Document:
    return Document(
        {
            "openapi": version,
            "info": {"title": "T", "version": "1"},
            "paths": {},
            "components": {"schemas": schemas or {}},
            **members,
        }
    )


def standalone(schema: Any, schemas: dict[str, Any] | None = None, version: str = "3.1.0", direction: str = "") -> Any:
    found = document(schemas, version).standalone(schema, direction=direction)
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def accepts(schema: Any, value: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(schema).is_valid(value))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ([], "an OpenAPI document is an object, this is an array"),
        ({"swagger": "2.0"}, "this is swagger 2.0"),
        ({"openapi": "4.0"}, "OpenAPI 3.0 and 3.1 are read"),
        ({"openapi": "3.1.0", "paths": []}, "`paths` is an array"),
        ({}, "openapi None"),
    ],
)
def test_no_document(content: Any, told: str) -> None:
    """What is no OpenAPI document is refused in one line."""
    with pytest.raises(DocumentError, match=told):
        Document(content, "x.yaml")


def test_recursive_reference() -> None:
    """A schema that contains itself becomes a definition that refers to itself."""
    tree = {
        "type": "object",
        "properties": {"left": {"$ref": "#/components/schemas/Tree"}, "value": {"type": "integer"}},
    }
    found = standalone({"$ref": "#/components/schemas/Tree"}, {"Tree": tree})
    assert accepts(found, {"left": {"left": {"value": 1}}})
    assert not accepts(found, {"left": {"left": {"value": "x"}}})


def test_names_that_meet() -> None:
    """Two schemas with the same last name stay apart."""
    content = {"A": {"$defs": {"X": {"type": "string"}}}, "B": {"$defs": {"X": {"type": "integer"}}}}
    found = standalone(
        {
            "properties": {
                "a": {"$ref": "#/components/schemas/A/$defs/X"},
                "b": {"$ref": "#/components/schemas/B/$defs/X"},
            }
        },
        content,
    )
    assert accepts(found, {"a": "x", "b": 1})
    assert not accepts(found, {"a": 1, "b": 1})


def test_references_in_values_are_values() -> None:
    """`$ref` inside const, enum, default or examples is data, and is never followed."""
    value = {"$ref": "https://example.invalid/x"}
    assert accepts(standalone({"const": value, "default": value, "examples": [value]}), value)


def test_siblings() -> None:
    """Keywords beside `$ref` count in 3.1 and not in 3.0."""
    schema, named = {"$ref": "#/components/schemas/S", "maxLength": 1}, {"S": {"type": "string"}}
    assert not accepts(standalone(schema, named), "xx")
    assert accepts(standalone(schema, named, "3.0.3"), "xx")


@pytest.mark.parametrize(
    ("schema", "valid", "invalid"),
    [
        ({"type": "string", "nullable": True}, None, 1),
        ({"type": "string", "nullable": True, "enum": ["a"]}, None, "b"),
        ({"nullable": True, "allOf": [{"type": "string"}]}, None, 1),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 2, 1),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": False}, 1, 0),
        ({"type": "object", "properties": {"a": {"required": True}}}, {}, 1),
    ],
)
def test_dialect_of_3_0(schema: Any, valid: Any, invalid: Any) -> None:
    """OpenAPI 3.0's own keywords are translated."""
    found = standalone(schema, version="3.0.3")
    assert accepts(found, valid)
    assert not accepts(found, invalid)


def test_direction() -> None:
    """A readOnly property is not required in a request, a writeOnly one not in a response; references are followed."""
    schema = {
        "required": ["id", "secret"],
        "properties": {"id": {"$ref": "#/components/schemas/Id"}, "secret": {"writeOnly": True}},
    }
    named = {"Id": {"type": "integer", "readOnly": True}}
    assert accepts(standalone(schema, named, direction="request"), {"secret": 1})
    assert accepts(standalone(schema, named, direction="response"), {"id": 1})
    assert not accepts(standalone(schema, named), {"id": 1})


@pytest.mark.parametrize(
    ("schema", "error"),
    [
        ({"$ref": "#/components/schemas/Nope"}, UnresolvedReference),
        ({"$ref": "other.yaml#/X"}, UnresolvedReference),
        ({"$ref": "#anchor"}, UnresolvedReference),
        ({"properties": {"a": 3}}, InvalidSchema),
        ({"allOf": {}}, InvalidSchema),
    ],
)
def test_impossible(schema: Any, error: type[Exception]) -> None:
    """What cannot be resolved or read is an error of that schema."""
    with pytest.raises(error):
        document().standalone(schema)


def test_escapes_in_references() -> None:
    """References hold `~1`, `~0`, percent escapes and letters."""
    named = {"a/b": {"const": 1}, "a~b": {"const": 2}, "ø x": {"const": 3}}
    for reference, value in (("a~1b", 1), ("a~0b", 2), ("%C3%B8%20x", 3)):
        assert accepts(standalone({"$ref": f"#/components/schemas/{reference}"}, named), value)


def test_nested_too_deeply() -> None:
    """A schema that nests without end is an error of that schema, not a crash."""
    schema: Any = {}
    for _ in range(5000):
        schema = {"not": schema}
    with pytest.raises(InvalidSchema, match="too deeply"):
        document().standalone(schema)


def test_servers() -> None:
    """Base paths come from the servers, their variables filled with the defaults."""
    servers = [
        {"url": "https://x.y/{version}/", "variables": {"version": {"default": "v2"}}},
        {"url": "/rel"},
        {"url": "https://x.y"},
    ]
    assert ("/v2", "/rel") == document(servers=servers).base_paths


def test_duplicate_operation_ids() -> None:
    """Two operations of one name are both served; the second is called by method and path, with a diagnostic."""
    one = {"operationId": "x", "responses": {}}
    found = document(paths={"/a": {"get": dict(one)}, "/b": {"get": dict(one)}})
    assert ["x", "GET /b"] == list(found.operations)
    assert ["/paths/~1b/get"] == [each.pointer for each in found.diagnostics]


def test_statuses() -> None:
    """A status is found exactly, by its class, or by `default`; success is the lowest 2xx with content."""
    responses = {
        "204": {},
        "202": {"content": {"text/plain": {}}},
        "4XX": {"description": "c"},
        "default": {"description": "d"},
    }
    operation = document(paths={"/a": {"get": {"responses": responses}}}).operations["GET /a"]
    assert 202 == operation.success
    found = [operation.response(status) for status in (204, 404, 500)]
    assert ["", "c", "d"] == [response.description for response in found if response]
