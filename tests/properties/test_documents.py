"""Whole documents, made up: each loads, and every operation answers validly, twice the same, and never with a 5xx.

`DOCUMENT_EXAMPLES=2000` makes it so many documents.
"""

from __future__ import annotations

import json
import os
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.independent_judge import Judge
from mockserver.engine.mock import Mock
from mockserver.engine.values import HttpRequest, HttpResponse
from mockserver.openapi.document import Document
from mockserver.openapi.operations import Operation
from mockserver.openapi.sample_requests import SampleRequest, sample_request
from mockserver.settings import Settings

EXAMPLES = int(os.environ.get("DOCUMENT_EXAMPLES", "60"))
NAMES = ("Pet", "Tag", "Order", "Size/Kind", "a b", "Øre")
MEMBERS = ("id", "name", "kind", "items", "default", "example", "x.y", "$ref-like", "value")
STATUSES = ("200", "201", "204", "2XX", "302", "400", "404", "422", "4XX", "500", "default")
MEDIA = (
    "application/json",
    "application/vnd.pets+json",
    "application/json; charset=utf-8",
    "text/plain",
    "text/csv",
    "application/xml",
    "text/html",
    "application/octet-stream",
    "image/png",
    "application/pdf",
    "*/*",
    "application/x-ndjson",
    "multipart/mixed",
    "text/event-stream",
)
STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}


def integers(low: int = -20) -> st.SearchStrategy[int]:
    return st.integers(low, 20)


@st.composite
def scalars(draw: st.DrawFn, version: str) -> dict[str, Any]:
    """A schema of one scalar; satisfiable."""
    kind = draw(st.sampled_from(("string", "integer", "number", "boolean", "enum", "format", "pattern")))
    if kind == "enum":
        schema: dict[str, Any] = {
            "type": "string",
            "enum": draw(st.lists(st.text("abcø ", min_size=1), min_size=1, max_size=4, unique=True)),
        }
    elif kind == "format":
        schema = {
            "type": "string",
            "format": draw(st.sampled_from(("date", "date-time", "uuid", "email", "uri", "ipv4", "hostname"))),
        }
    elif kind == "pattern":
        schema = {
            "type": "string",
            "pattern": draw(st.sampled_from(("^[a-z]{3}$", r"^\d+-\d+$", "^(a|b)+$", "[A-F0-9]{8}"))),
        }
    elif kind == "string":
        low = draw(st.integers(0, 5))
        schema = {"type": "string", "minLength": low, "maxLength": low + draw(integers(0))}
    elif kind == "boolean":
        schema = {"type": "boolean"}
    else:
        low = draw(integers())
        schema = {"type": kind, "minimum": low, "maximum": low + 1 + draw(integers(0))}
        if draw(st.booleans()):
            schema["exclusiveMinimum"] = True if version == "3.0.3" else schema.pop("minimum")
    if draw(st.booleans()):
        if version == "3.0.3":
            schema["nullable"] = draw(st.booleans())
        else:
            schema["type"] = [schema["type"], "null"]
    if draw(st.integers(0, 3)) == 0:
        schema["description"] = "A scalar."
        schema["example"] = draw(st.sampled_from(("x", 3, True, None)))  # often wrong
    return schema


def objects(version: str, inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    @st.composite
    def built(draw: st.DrawFn) -> dict[str, Any]:
        properties = draw(st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=4))
        for schema in properties.values():
            if "$ref" not in schema and draw(st.integers(0, 5)) == 0:
                schema[draw(st.sampled_from(("readOnly", "writeOnly")))] = True
        required = [
            name
            for name, each in properties.items()
            if not _refers(each) and not (version == "3.1.0" and _is_one_way(each)) and draw(st.booleans())
        ]  # in 3.1 the judge asks for a required member whichever way it travels
        schema: dict[str, Any] = {"type": "object", "properties": properties}
        if required:
            schema["required"] = required
        if draw(st.booleans()):
            schema["additionalProperties"] = draw(st.sampled_from((False, True, {"type": "integer"})))
        return schema

    return built()


def _is_one_way(schema: Any) -> bool:
    return "readOnly" in schema or "writeOnly" in schema


def _refers(schema: Any) -> bool:
    return "$ref" in json.dumps(schema)


@st.composite
def arrays(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    items = draw(inner)
    low = 0 if _refers(items) else draw(st.integers(0, 2))
    return {"type": "array", "items": items, "minItems": low, "maxItems": low + draw(st.integers(0, 3))}


@st.composite
def combinations(draw: st.DrawFn, inner: st.SearchStrategy[Any]) -> dict[str, Any]:
    keyword = draw(st.sampled_from(("anyOf", "oneOf", "allOf")))
    if keyword == "anyOf":
        return {"anyOf": draw(st.lists(inner, min_size=1, max_size=3))}
    if keyword == "oneOf":
        return {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "string", "minLength": 2}, draw(arrays(inner))]}
    return {
        "allOf": [
            {"type": "object", "properties": {"base": draw(inner)}},
            {"type": "object", "required": ["own"], "properties": {"own": {"type": "string"}}},
        ]
    }


def schemas(version: str) -> st.SearchStrategy[Any]:
    references = st.sampled_from(NAMES).map(lambda name: {"$ref": "#/components/schemas/" + _pointed(name)})
    leaves = st.one_of(scalars(version), references)
    return st.recursive(
        leaves, lambda inner: st.one_of(objects(version, inner), arrays(inner), combinations(inner)), max_leaves=6
    )


def _pointed(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1").replace(" ", "%20")


@st.composite
def parameters(draw: st.DrawFn, version: str, location: str, name: str) -> dict[str, Any]:
    """A parameter whose values survive their style."""
    plain = st.one_of(
        st.just({"type": "integer", "minimum": 0}),
        st.just({"type": "string", "pattern": "^[a-z]{2,5}$"}),
        st.just({"type": "boolean"}),
        st.just({"enum": ["a,b", "c d", "ø", "%41", "e&f=g"], "type": "string"})
        if location != "header"
        else st.nothing(),
    )
    style = draw(st.sampled_from(STYLES[location]))
    schema = draw(plain)
    if style == "deepObject" or (draw(st.booleans()) and style not in ("spaceDelimited", "pipeDelimited")):
        item = {"type": "integer", "minimum": 0}
        kind = "object" if style == "deepObject" else draw(st.sampled_from(("array", "object", "plain")))
        if kind == "array":
            schema = {"type": "array", "items": item, "minItems": 1}
        elif kind == "object":
            schema = {
                "type": "object",
                "required": [f"{name}x"],
                "properties": {f"{name}x": item},
                "additionalProperties": False,
            }
    elif style in ("spaceDelimited", "pipeDelimited"):
        schema = {"type": "array", "items": {"type": "integer", "minimum": 0}, "minItems": 1}
    raw: dict[str, Any] = {"name": name, "in": location, "schema": schema}
    if draw(st.integers(0, 6)) == 0:
        raw = {"name": name, "in": location, "content": {"application/json": {"schema": schema}}}
    elif draw(st.booleans()):
        raw |= {"style": style, "explode": draw(st.booleans())}
    if location == "path" or draw(st.booleans()):
        raw["required"] = True
    return raw


@st.composite
def responses(draw: st.DrawFn, version: str, schema: st.SearchStrategy[Any]) -> dict[str, Any]:
    found = {}
    for status in draw(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=4, unique=True)):
        response: dict[str, Any] = {"description": "x"}
        if status != "204" and draw(st.integers(0, 4)):
            names = draw(st.lists(st.sampled_from(MEDIA), min_size=1, max_size=3, unique=True))
            response["content"] = {name: {"schema": draw(schema)} for name in names}
            if draw(st.integers(0, 3)) == 0:
                response["content"][names[0]]["example"] = draw(st.sampled_from(({"name": "x"}, 7, "text", [], None)))
        if draw(st.integers(0, 2)) == 0:
            response["headers"] = {
                "X-Count": {"required": draw(st.booleans()), "schema": {"type": "integer", "minimum": 0}}
            }
        found[status] = response
    return found


SECURITY = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "sid": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "basic": {"type": "http", "scheme": "basic"},
    "oauth": {"type": "oauth2", "flows": {}},
}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """An OpenAPI document."""
    version = draw(st.sampled_from(("3.0.3", "3.1.0")))
    schema = schemas(version)
    paths: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 3))):
        names = draw(st.lists(st.sampled_from("pq"), max_size=2, unique=True))
        path = f"/area {number}" + "".join(f"/{name}/{{{name}}}" for name in names)
        item: dict[str, Any] = {"parameters": [draw(parameters(version, "path", name)) for name in names]}
        for method in draw(st.lists(st.sampled_from(("get", "post", "delete")), min_size=1, max_size=2, unique=True)):
            operation: dict[str, Any] = {"responses": draw(responses(version, schema)), "parameters": []}
            for location in draw(st.lists(st.sampled_from(("query", "header", "cookie")), max_size=3)):
                name = f"X-{location}" if location == "header" else f"{location[0]}{len(operation['parameters'])}"
                operation["parameters"].append(draw(parameters(version, location, name)))
            if method == "post":
                kind = draw(st.sampled_from(("application/json", "application/vnd.pets+json", "text/plain", "*/*")))
                operation["requestBody"] = {
                    "required": draw(st.booleans()),
                    "content": {kind: {"schema": draw(schema)}},
                }
            if draw(st.integers(0, 2)) == 0:
                operation["security"] = [{draw(st.sampled_from(sorted(SECURITY))): []}]
            item[method] = operation
        paths[path] = item
    return {
        "openapi": version,
        "info": {"title": "Made up", "version": "1"},
        "paths": paths,
        "components": {"schemas": {name: draw(schema) for name in NAMES}, "securitySchemes": SECURITY},
    }


def send(mock: Mock, request: SampleRequest) -> HttpResponse:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in request.headers.items()]
    return mock.handle(
        HttpRequest(request.method, request.path, query=request.query, headers=headers, body=request.body)
    )


def is_endless(schema: Any, content: dict[str, Any], above: tuple[str, ...] = ()) -> bool:
    """Say whether a reference leads to itself at once, which no value can satisfy or refuse."""
    if not isinstance(schema, dict):
        return False
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        plain = name.replace("%20", " ").replace("~1", "/")
        return name in above or is_endless(content["components"]["schemas"][plain], content, (*above, name))
    return any(is_endless(each, content, above) for key in ("anyOf", "oneOf", "allOf") for each in schema.get(key, ()))


def check(mock: Mock, operation: Operation, judge: Judge, *, optional: bool) -> None:
    request = sample_request(operation, Random(3), optional=optional)
    response, again = send(mock, request), send(mock, request)
    notes = mock.journal[-1].notes
    told = f"{operation.id} {request} -> {response.status} {response.body[:300]!r} {notes} {operation.raw}"
    source = dict(response.headers)[b"x-mockflare-source"]
    assert (response.body, response.headers, response.frames) == (again.body, again.headers, again.frames), told
    assert response.status == operation.success or source == b"preference", told
    assert source != b"refusal" or (response.status >= 400 and operation.success >= 400), told
    assert [] == judge.faults(operation.path, operation.method, response), told


@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(documents(), st.booleans())
def test_made_up_documents(content: dict[str, Any], optional: bool) -> None:
    """Every operation of a document takes the request that its schemas make, and answers it as it says."""
    for name, schema in content["components"]["schemas"].items():
        if is_endless(schema, content):
            content["components"]["schemas"][name] = {"type": "string"}
    mock, judge = Mock(Document(content), Settings()), Judge(content)
    for operation in mock.document.operations.values():
        check(mock, operation, judge, optional=optional)
