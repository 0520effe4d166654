"""Documents that are not quite right: what they cost, and what is said about it."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from mockserver.openapi.document import Document
from mockserver.openapi.routing import Router
from mockserver.openapi.servers import base_paths
from mockserver.openapi.tolerance import mended
from mockserver.openapi.validation import compiled


@pytest.mark.parametrize(
    ("schema", "valid", "invalid"),
    [
        ({"type": "file"}, "x", 1),
        ({"type": "int", "minimum": "3"}, 3, 2),
        ({"type": ["bool", "null"]}, True, "x"),
        ({"type": "anything"}, 1, None),
        ({"type": "string", "pattern": "(", "maxLength": 1}, "x", "xx"),
        ({"properties": {"a": {"type": "text"}, "b": []}}, {"a": "x", "b": 1}, {"a": 1}),
        ({"patternProperties": {"(": {"type": "integer"}, "^a": {"type": "integer"}}}, {"(": "x"}, {"a": "x"}),
        ({"allOf": [], "items": {"type": "float"}}, [1.5], ["x"]),
        ({"required": ["a", 1, "a"], "minLength": -1}, {"a": 1}, {}),
        ({"multipleOf": 0, "maximum": 3}, 3, 4),
        ({"required": ["a", "a"]}, {"a": 1}, {}),
        ({"$recursiveAnchor": True, "contentMediaType": 3, "$comment": [], "type": "string"}, "x", 1),
        ({"properties": {"a": {"type": "string", "$comment": 1}}}, {"a": "x"}, {"a": 1}),
    ],
)
def test_mended(schema: Any, valid: Any, invalid: Any) -> None:
    """Keywords that no validator reads go, those beside them stay, and each is told."""
    kept, complaints = mended(schema)
    judge = compiled(kept)
    assert judge.is_valid(valid)
    assert invalid is None or not judge.is_valid(invalid)
    assert complaints


def document(paths: dict[str, Any] | None = None, **members: Any) -> Document:
    return Document({"openapi": "3.1.0", "info": {}, "paths": paths or {}, **members})


def test_webhooks() -> None:
    """Webhooks are not served, and that is said."""
    found = document(webhooks={"new": {"post": {}}})
    assert {} == found.operations
    assert ["/webhooks"] == [each.pointer for each in found.diagnostics]


def test_servers_of_paths_and_operations() -> None:
    """An operation answers below its own servers' paths, its path's, else the document's."""
    found = document(
        {
            "/a": {"get": {"operationId": "a"}},
            "/b": {"servers": [{"url": "https://x.y/two"}], "get": {"operationId": "b"}},
            "/c": {
                "servers": [{"url": "/two"}],
                "get": {"operationId": "c", "servers": [{"url": "/three/{v}", "variables": {"v": {"default": "1"}}}]},
            },
        },
        servers=[{"url": "/one"}],
    )
    router = Router(found.operations.values(), base_paths=found.base_paths)

    def lead(path: str) -> str | None:
        match = router.match("GET", path)
        return match.operation.id if match and match.operation else None

    assert ["a", "b", "c", None] == [lead(path) for path in ("/one/a", "/two/b", "/three/1/c", "/three/c")]


@pytest.mark.parametrize(
    ("servers", "expected"),
    [
        (
            [
                {
                    "url": "https://{host}/v{n}",
                    "variables": {"host": {"default": "a.b"}, "n": {"default": "2", "enum": ["1", "2"]}},
                }
            ],
            ("/v2", "/v1"),
        ),
        ([{"url": "https://x.y"}, {"url": "/"}], ()),
        ([{"url": "v1/"}], ("/v1",)),
        ([{"url": "https://[::"}, 3, {"url": 4}, {}], ()),
        ([{"url": "/{a}", "variables": {"a": None}}], ()),
        (None, ()),
        ("x", ()),
    ],
)
def test_base_paths(servers: Any, expected: tuple[str, ...]) -> None:
    """Variables take each of their values; what is no server is none."""
    assert expected == base_paths(servers)


@pytest.mark.parametrize(
    "reference",
    ["#pet", "https://example.com/pet", "https://example.com/pet#/$defs/Name", "https://example.com/pet#name"],
)
def test_names_of_schemas(reference: str) -> None:
    """`$id`, `$anchor` and pointers into them are found; local pointers within a schema with an `$id` lead into it."""
    pet = {
        "$id": "https://example.com/pet",
        "$anchor": "pet",
        "type": "object",
        "properties": {"name": {"$ref": "#/$defs/Name"}, "mother": {"$ref": "#pet"}},
        "$defs": {"Name": {"$anchor": "name", "type": "string"}},
    }
    found = document(components={"schemas": {"Pet": pet}}).standalone({"$ref": reference})
    judge = jsonschema.Draft202012Validator(found)
    if reference.lower().endswith("name"):
        assert [True, False] == [judge.is_valid(value) for value in ("Rex", 1)]
    else:
        assert [True, False] == [judge.is_valid({"mother": {"name": name}}) for name in ("Rex", 1)]


def test_dynamic_references() -> None:
    """A `$dynamicRef` leads to the schema that its anchor names."""
    tree = {"$dynamicAnchor": "node", "properties": {"left": {"$dynamicRef": "#node"}, "value": {"type": "integer"}}}
    found = document(components={"schemas": {"Tree": tree}}).standalone({"$ref": "#/components/schemas/Tree"})
    judge = jsonschema.Draft202012Validator(found)
    assert judge.is_valid({"left": {"left": {"value": 1}}})
    assert not judge.is_valid({"left": {"left": {"value": "x"}}})


def test_dynamic_references_follow_the_way() -> None:
    """A `$dynamicRef` leads to the anchor in the outermost schema on the way: a list of anything, or of texts."""
    schemas = {
        "List": {
            "$id": "https://example.com/list",
            "type": "array",
            "items": {"$dynamicRef": "#item"},
            "$defs": {"any": {"$dynamicAnchor": "item"}},
        },
        "Texts": {
            "$id": "https://example.com/texts",
            "$ref": "list",
            "$defs": {"text": {"$dynamicAnchor": "item", "type": "string"}},
        },
        "Both": {
            "properties": {"texts": {"$ref": "https://example.com/texts"}, "any": {"$ref": "https://example.com/list"}}
        },
    }
    found = document(components={"schemas": schemas}).standalone({"$ref": "#/components/schemas/Both"})
    judge = jsonschema.Draft202012Validator(found)
    assert judge.is_valid({"texts": ["a"], "any": [1]})
    assert not judge.is_valid({"texts": [1]})


def test_lists_of_schemas() -> None:
    """What older drafts say of an array's items is understood: a schema for each, and one for those that follow."""
    schema = {"items": [{"type": "integer"}], "additionalItems": {"type": "string"}}
    judge = compiled(document(components={"schemas": {"S": schema}}).standalone({"$ref": "#/components/schemas/S"}))
    assert [True, True, False, False] == [judge.is_valid(each) for each in ([1], [1, "x"], [1, 2], ["x"])]


def test_recursive_references() -> None:
    """A `$recursiveRef`, which OpenAI's document has, leads to the schema around it with the `$recursiveAnchor`."""
    tree = {
        "$recursiveAnchor": True,
        "properties": {"left": {"anyOf": [{"type": "null"}, {"$recursiveRef": "#"}]}, "value": {"type": "integer"}},
    }
    found = document(components={"schemas": {"Tree": tree}}).standalone({"$ref": "#/components/schemas/Tree"})
    judge = jsonschema.Draft202012Validator(found)
    assert judge.is_valid({"left": {"left": {"value": 1}}})
    assert not judge.is_valid({"left": {"left": {"value": "x"}}})


@pytest.mark.parametrize(
    ("version", "direction", "takes_null"),
    [("3.0.3", "response", True), ("3.1.0", "response", False), ("3.1.0", "request", True)],
)
def test_nullable(version: str, direction: str, takes_null: bool) -> None:
    """`nullable` is 3.0's; in 3.1, where it means nothing, requests that rely on it are taken and answers do not."""
    schema = Document({"openapi": version, "paths": {}}).standalone(
        {"type": "string", "nullable": True}, direction=direction
    )
    assert takes_null == compiled(schema).is_valid(None)


def test_path_items_that_add_to_others() -> None:
    """A path item may refer to another and add operations of its own."""
    shared = {"get": {"operationId": "get", "responses": {}}}
    found = document(
        {"/a": {"$ref": "#/components/pathItems/A", "post": {"operationId": "post"}}},
        components={"pathItems": {"A": shared}},
    )
    assert ["get", "post"] == sorted(found.operations)
