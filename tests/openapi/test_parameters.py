"""Parameters: every style of every location, typed and judged."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.openapi.document import Document
from mockserver.openapi.parameters import Parameters

INTEGERS = {"type": "array", "items": {"type": "integer"}}
TEXTS = {"type": "array", "items": {"type": "string"}}
POINT = {"type": "object", "properties": {"x": {"type": "integer"}, "label": {"type": "string"}}}


def parameters(*definitions: dict[str, Any], path: str = "/things", version: str = "3.1.0", **item: Any) -> Parameters:
    operation = {"operationId": "get", "parameters": list(definitions), "responses": {}}
    document = Document({"openapi": version, "info": {}, "paths": {path: {"get": operation, **item}}})
    return Parameters(document.operations["get"])


def read(
    definition: dict[str, Any], *, query: str = "", header: str = "", path: str = "", version: str = "3.1.0"
) -> tuple[Any, list[str]]:
    """Return the value of one parameter called p, and the keywords that it breaks."""
    headers = [(b"p" if definition["in"] == "header" else b"cookie", header.encode())] if header else []
    template = "/a/{p}/b" if definition["in"] == "path" else "/things"
    definition = {"name": "p", **definition}
    found = parameters(definition, path=template, version=version).read(
        f"/base/a/{path}/b" if path else template, query, headers
    )
    return found.values.get((definition["in"], "p")), [each.keyword for each in found.violations]


@pytest.mark.parametrize(
    ("definition", "query", "expected"),
    [
        ({"schema": {"type": "integer"}}, "p=7", 7),
        ({"schema": {"type": "number"}}, "p=-1.5e2", -150.0),
        ({"schema": {"type": "boolean"}}, "p=true", True),
        ({"schema": {"type": "string"}}, "p=7", "7"),
        ({"schema": {"type": "string"}}, "p=a%20b+c%2B", "a b c+"),
        ({"schema": {"type": "string"}}, "p", ""),
        ({"schema": {"type": ["integer", "null"]}}, "p=null", None),
        ({"schema": {"type": "string"}}, "p=a=b&q=1", "a=b"),
        ({"schema": {"oneOf": [{"type": "integer"}, {"enum": ["auto"]}]}}, "p=5", 5),
        ({"schema": {"oneOf": [{"type": "integer"}, {"enum": ["auto"]}]}}, "p=auto", "auto"),
        ({"schema": {"oneOf": [{"type": "integer", "maximum": 3}, {"type": "string"}]}}, "p=5", "5"),
        ({}, "p=5", "5"),
        ({"schema": INTEGERS}, "p=1&p=2", [1, 2]),
        ({"schema": INTEGERS}, "p=1", [1]),
        ({"schema": INTEGERS}, "p=", []),
        ({"schema": TEXTS}, "p=", [""]),
        ({"schema": INTEGERS, "explode": False}, "p=1,2", [1, 2]),
        ({"schema": INTEGERS, "explode": False}, "p=1%2C2", [1, 2]),
        ({"schema": TEXTS, "explode": False}, "p=a%2Cb,c", ["a,b", "c"]),
        ({"schema": INTEGERS, "style": "spaceDelimited", "explode": False}, "p=1%202+3", [1, 2, 3]),
        ({"schema": INTEGERS, "style": "pipeDelimited", "explode": False}, "p=1|2%7C3", [1, 2, 3]),
        ({"schema": INTEGERS, "style": "pipeDelimited", "explode": True}, "p=1&p=2", [1, 2]),
        ({"schema": POINT}, "x=1&label=7&other=2", {"x": 1, "label": "7"}),
        ({"schema": POINT, "explode": False}, "p=x,1,label,a", {"x": 1, "label": "a"}),
        ({"schema": POINT, "style": "pipeDelimited", "explode": False}, "p=x|1|label|a", {"x": 1, "label": "a"}),
        ({"schema": POINT, "style": "deepObject"}, "p[x]=1&p%5Blabel%5D=a", {"x": 1, "label": "a"}),
        (
            {"schema": {"properties": {"a": POINT, "b": TEXTS, "c": INTEGERS}}, "style": "deepObject"},
            "p[a][x]=1&p[b][]=u&p[b][]=v&p[c][0]=1&p[c][1]=2",
            {"a": {"x": 1}, "b": ["u", "v"], "c": [1, 2]},
        ),
        ({"schema": {"properties": {"b": TEXTS}}, "style": "deepObject"}, "p[b]=u", {"b": ["u"]}),
        (
            {"content": {"application/json": {"schema": POINT}}},
            "p=%7B%22x%22%3A1%2C%22label%22%3A%227%22%7D",
            {"x": 1, "label": "7"},
        ),
        ({"schema": {"$ref": "#/paths/~1things/get/x-schema"}}, "p=1", None),
    ],
)
def test_query(definition: dict[str, Any], query: str, expected: Any) -> None:
    """A query parameter is read in its style and typed by its schema."""
    if "$ref" in definition.get("schema", {}):
        assert ("1", []) == read({"in": "query", **definition}, query=query)  # cannot be used: not checked
        return
    assert (expected, []) == read({"in": "query", **definition}, query=query)


@pytest.mark.parametrize(
    ("definition", "path", "expected"),
    [
        ({"schema": {"type": "integer"}}, "7", 7),
        ({"schema": {"type": "string"}}, "a%2Fb%25", "a/b%"),
        ({"schema": {"type": "string"}}, "a+b", "a+b"),
        ({"schema": INTEGERS}, "3,4,5", [3, 4, 5]),
        ({"schema": TEXTS}, "a%2Cb,c", ["a,b", "c"]),
        ({"schema": POINT}, "x,1,label,a", {"x": 1, "label": "a"}),
        ({"schema": POINT, "explode": True}, "x=1,label=a", {"x": 1, "label": "a"}),
        ({"schema": {"type": "integer"}, "style": "label"}, ".5", 5),
        ({"schema": INTEGERS, "style": "label"}, ".3,4", [3, 4]),
        ({"schema": INTEGERS, "style": "label", "explode": True}, ".3.4", [3, 4]),
        ({"schema": POINT, "style": "label"}, ".x,1,label,a", {"x": 1, "label": "a"}),
        ({"schema": POINT, "style": "label", "explode": True}, ".x=1.label=a", {"x": 1, "label": "a"}),
        ({"schema": {"type": "integer"}, "style": "matrix"}, ";p=5", 5),
        ({"schema": INTEGERS, "style": "matrix"}, ";p=3,4", [3, 4]),
        ({"schema": INTEGERS, "style": "matrix", "explode": True}, ";p=3;p=4", [3, 4]),
        ({"schema": POINT, "style": "matrix"}, ";p=x,1,label,a", {"x": 1, "label": "a"}),
        ({"schema": POINT, "style": "matrix", "explode": True}, ";x=1;label=a", {"x": 1, "label": "a"}),
    ],
)
def test_path(definition: dict[str, Any], path: str, expected: Any) -> None:
    """A path parameter is read in its style; its escapes come off after it is taken apart."""
    assert (expected, []) == read({"in": "path", "required": True, **definition}, path=path)


@pytest.mark.parametrize(
    ("location", "definition", "text", "expected"),
    [
        ("header", {"schema": INTEGERS}, "1, 2 ,3", [1, 2, 3]),
        ("header", {"schema": POINT}, "x,1,label,a", {"x": 1, "label": "a"}),
        ("header", {"schema": POINT, "explode": True}, "x=1, label=a", {"x": 1, "label": "a"}),
        ("header", {"schema": {"type": "string"}}, "100%25", "100%25"),
        ("header", {"content": {"application/json": {"schema": POINT}}}, '{"x": 1}', {"x": 1}),
        ("cookie", {"schema": {"type": "integer"}}, "q=1; p=7", 7),
        ("cookie", {"schema": INTEGERS, "explode": False}, "p=1,2", [1, 2]),
        ("cookie", {"schema": INTEGERS}, "p=1,2", [1, 2]),
        ("cookie", {"schema": POINT, "explode": False}, "p=x,1,label,a", {"x": 1, "label": "a"}),
    ],
)
def test_headers_and_cookies(location: str, definition: dict[str, Any], text: str, expected: Any) -> None:
    """Headers and cookies are read in their styles."""
    assert (expected, []) == read({"in": location, **definition}, header=text)


@pytest.mark.parametrize(
    ("definition", "sent", "keywords"),
    [
        ({"in": "query", "schema": {"type": "integer"}}, {"query": "p=x"}, ["type"]),
        ({"in": "query", "schema": {"type": "integer"}}, {"query": "p=007"}, ["type"]),
        ({"in": "query", "schema": {"type": "integer"}}, {"query": "p="}, ["type"]),
        ({"in": "query", "schema": {"type": "integer"}, "allowEmptyValue": True}, {"query": "p="}, []),
        ({"in": "query", "schema": {"type": "boolean"}}, {"query": "p=True"}, ["type"]),
        (
            {"in": "query", "schema": {"type": "integer", "minimum": 1, "multipleOf": 5}},
            {"query": "p=-1"},
            ["minimum", "multipleOf"],
        ),
        ({"in": "query", "schema": {"type": "string"}, "required": True}, {"query": "q=1"}, ["required"]),
        ({"in": "query", "schema": {"type": "string"}, "required": True}, {"query": "p="}, []),
        ({"in": "query", "schema": {**POINT, "required": ["x"]}, "style": "deepObject"}, {"query": ""}, []),
        (
            {"in": "query", "schema": {**POINT, "required": ["x"]}, "style": "deepObject"},
            {"query": "p[label]=a"},
            ["required"],
        ),
        ({"in": "query", "schema": POINT, "explode": False}, {"query": "p=x,1,label"}, ["style"]),
        ({"in": "query", "content": {"application/json": {}}}, {"query": "p={"}, ["style"]),
        ({"in": "header", "schema": INTEGERS, "required": True}, {}, ["required"]),
        ({"in": "path", "schema": {"type": "integer"}, "style": "label"}, {"path": "5"}, ["style"]),
        ({"in": "path", "schema": {"type": "integer"}, "style": "matrix"}, {"path": ";q=5"}, ["style"]),
        ({"in": "path", "schema": {"type": "string", "maxLength": 2}}, {"path": "%C3%B8%C3%B8"}, []),
    ],
)
def test_violations(definition: dict[str, Any], sent: dict[str, str], keywords: list[str]) -> None:
    """What is wrong with a parameter is told by keyword."""
    assert keywords == sorted(read(definition, **sent)[1])


def test_nullable_of_3_0() -> None:
    """`nullable` of OpenAPI 3.0 allows null in a parameter, too."""
    definition = {"in": "query", "schema": {"type": "integer", "nullable": True}}
    assert (None, []) == read(definition, query="p=null", version="3.0.3")
    assert ["type"] == read({"in": "query", "schema": {"type": "integer"}}, query="p=null", version="3.0.3")[1]


def test_all_at_once() -> None:
    """Every violation of every parameter is told, with location and name."""
    found = parameters(
        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
        {"name": "X-Tenant", "in": "header", "required": True, "schema": {"type": "string"}},
        {"name": "tags", "in": "query", "explode": False, "schema": INTEGERS},
    ).read("/things", "limit=x&tags=1,b", [])
    told = [(each.location, each.name, each.pointer, each.keyword) for each in found.violations]
    expected = [("query", "limit", "", "type"), ("header", "X-Tenant", "", "required"), ("query", "tags", "/1", "type")]
    assert expected == told


def test_operation_wins_over_path() -> None:
    """A parameter of the operation replaces that of the path with the same name and location."""
    shared = [
        {"name": "a", "in": "query", "required": True, "schema": {"type": "integer"}},
        {"name": "b", "in": "query", "required": True, "schema": {"type": "integer"}},
    ]
    own = {"name": "a", "in": "query", "schema": {"type": "string"}}
    found = parameters(own, parameters=shared).read("/things", "a=x", [])
    assert ["b"] == [each.name for each in found.violations]


def test_ignored_headers() -> None:
    """Header parameters called Accept, Content-Type or Authorization mean nothing."""
    names = ("Accept", "content-type", "Authorization")
    found = parameters(*({"name": name, "in": "header", "required": True, "schema": {"enum": [1]}} for name in names))
    assert [] == found.read("/things", "", []).violations


def test_unknown_names() -> None:
    """Names in the query that no parameter has are told apart, those of objects apart."""
    deep = {"name": "f", "in": "query", "style": "deepObject", "schema": POINT}
    scattered = {"name": "g", "in": "query", "schema": {"type": "object", "properties": {"x": {"type": "integer"}}}}
    found = parameters(deep, scattered, {"name": "limit", "in": "query"})
    assert ["limt", "y"] == found.read("/things", "f[x]=1&x=2&limt=3&y=4&limit=5", []).unknown


def test_free_form_object() -> None:
    """An object without described members takes every name."""
    found = parameters({"name": "params", "in": "query", "schema": {"type": "object"}})
    assert [] == found.read("/things", "a=1&b=2", []).unknown


def test_broken_definitions() -> None:
    """A definition that cannot be used costs itself, with a diagnostic."""
    operation = {
        "operationId": "get",
        "parameters": [
            {"name": "a", "in": "nowhere"},
            {"in": "query"},
            {"name": "b", "in": "query", "schema": {"$ref": "#/nope"}},
            {"$ref": "#/nope"},
        ],
        "responses": {},
    }
    document = Document({"openapi": "3.1.0", "info": {}, "paths": {"/things": {"get": operation}}})
    found = Parameters(document.operations["get"]).read("/things", "b=1", [])
    assert ([], {("query", "b"): "1"}) == (found.violations, found.values)
    assert 4 == len(document.diagnostics)


@pytest.mark.parametrize(
    "query", ["&&&", "=", "%", "p[", "p[]=1", "p]=2", "[=", "p[a][b][c][d][e][f][g][h][i]=1", "%ff=%fe", "p=\x00"]
)
def test_odd_queries(query: str) -> None:
    """No query makes the reader raise."""
    for definition in ({"schema": POINT, "style": "deepObject"}, {"schema": INTEGERS}, {"schema": POINT}):
        read({"in": "query", **definition}, query=query)


def test_several_in_one_segment() -> None:
    """Parameters that share a segment of the path are told apart by the text between them."""
    definitions = [
        {"name": "name", "in": "path", "schema": {"type": "string"}},
        {"name": "format", "in": "path", "schema": {"enum": ["json", "xml"]}},
    ]
    found = parameters(*definitions, path="/files/{name}.{format}").read("/v1/files/a%20b.xml", "", [])
    assert {("path", "name"): "a b", ("path", "format"): "xml"} == found.values
