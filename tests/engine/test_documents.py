"""What a mock of any document makes of requests and answers, on documents small enough to see."""

from __future__ import annotations

import base64
import json
import zlib
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest

from mockserver.engine.mock import Mock
from mockserver.engine.service import Service
from mockserver.engine.values import Answer, HttpRequest, HttpResponse
from mockserver.openapi.document import Document
from mockserver.settings import Settings

PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}
ERROR = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {"type": "string", "enum": ["bad"]}, "message": {"type": "string"}},
}


def json_of(schema: Any, **members: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema, **members}}


def mock(
    responses: dict[str, Any], *, settings: dict[str, Any] | None = None, method: str = "get", **members: Any
) -> Mock:
    """Return a mock of one operation, GET /pets."""
    whole = {key: members.pop(key) for key in ("components", "openapi") if key in members}
    operation = {"operationId": "pets", "responses": responses, **members}
    content = {"openapi": "3.1.0", "info": {"title": "Pets"}, "paths": {"/pets": {method: operation}}, **whole}
    return Mock(Document(content), Settings(**(settings or {})))


def ask(
    mock: Mock, *, query: str = "", body: bytes = b"", method: str = "GET", path: str = "/pets", **headers: str
) -> HttpResponse:
    sent = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return mock.handle(HttpRequest(method, path, query=query, headers=sent, body=body))


def header(response: HttpResponse, name: str) -> str | None:
    return next((value.decode("latin-1") for key, value in response.headers if key.decode() == name), None)


def kind(response: HttpResponse) -> str:
    return (header(response, "content-type") or "").split(";")[0]


# which status and media type ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["204", "210", "202+"], 202),
        (["204", "404+"], 204),
        (["201+", "200+"], 200),
        (["2XX+"], 200),
        (["default+"], 200),
        (["default+", "404+"], 200),
        (["302", "404+"], 302),
        (["404+", "409+"], 404),
        (["4XX+"], 400),
        (["500+"], 500),
        (["101"], 200),
        ([], 200),
    ],
)
def test_status(statuses: list[str], expected: int) -> None:
    """The lowest 2xx with content answers, then those without, then redirections, `default`, and errors."""
    described = {"description": "", "content": json_of(PET)}
    responses = {each.rstrip("+"): described if each.endswith("+") else {"description": ""} for each in statuses}
    assert expected == ask(mock(responses)).status


def test_accept_chooses_the_status() -> None:
    """A status that can answer the caller comes before a lower one that cannot; nothing at all is 406 with the list."""
    pets = mock(
        {
            "200": {"description": "", "content": json_of(PET)},
            "203": {"description": "", "content": {"text/csv": {"schema": {"type": "array", "items": PET}}}},
        }
    )
    assert [200, 203, 200] == [ask(pets, accept=accept).status for accept in ("*/*", "text/csv", "nonsense")]
    refused = ask(pets, accept="image/png")
    assert (406, "application/problem+json") == (refused.status, kind(refused))
    assert "application/json, text/csv" in json.loads(refused.body)["detail"]


def test_no_content_answers_anything() -> None:
    """A 204 beside a 200 answers a caller that takes none of the media types."""
    pets = mock({"200": {"description": "", "content": json_of(PET)}, "204": {"description": ""}})
    assert 204 == ask(pets, accept="image/png").status


# requests -------------------------------------------------------------------------------------------------------------


def test_everything_that_is_wrong() -> None:
    """Parameters and body are judged together; each violation has its place, its keyword and what would be right."""
    pets = mock(
        {"200": {"description": ""}},
        method="post",
        parameters=[
            {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 9}},
            {"name": "X-Tenant", "in": "header", "required": True, "schema": {"type": "string"}},
        ],
        requestBody={"content": json_of(PET)},
    )
    answer = ask(pets, method="POST", query="limit=10", body=b'{"name": 3, "age": "x"}')
    assert 400 == answer.status
    errors = json.loads(answer.body)["errors"]
    told = sorted((each["location"], each.get("name", ""), each["pointer"], each["keyword"]) for each in errors)
    expected = [
        ("body", "", "/age", "type"),
        ("body", "", "/name", "type"),
        ("header", "X-Tenant", "", "required"),
        ("query", "limit", "", "maximum"),
    ]
    assert expected == told
    assert 9 == next(each["expected"] for each in errors if each.get("name") == "limit")


@pytest.mark.parametrize(("body", "keyword"), [(b"", "required"), (b"{", "json"), (b"[" * 3000, "json")])
def test_bodies_that_are_none(body: bytes, keyword: str) -> None:
    """A missing or malformed body is told beside what is wrong with parameters."""
    pets = mock(
        {"200": {"description": ""}},
        method="post",
        parameters=[{"name": "limit", "in": "query", "required": True, "schema": {"type": "integer"}}],
        requestBody={"required": True, "content": json_of(PET)},
    )
    errors = json.loads(ask(pets, method="POST", body=body).body)["errors"]
    assert [("query", "required"), ("body", keyword)] == [(each["location"], each["keyword"]) for each in errors]


def test_unknown_query_parameter() -> None:
    """A query parameter that is not declared is a warning with the nearest name, and no refusal."""
    pets = mock({"200": {"description": ""}}, parameters=[{"name": "limit", "in": "query", "schema": {}}])
    answer = ask(pets, query="limt=3")
    assert 200 == answer.status
    assert "did you mean 'limit'?" in str(header(answer, "x-mockflare-warning"))


def test_media_type_that_is_not_taken() -> None:
    """A body in a media type that is not declared is 415, with those that are."""
    pets = mock({"200": {"description": ""}}, method="post", requestBody={"content": json_of(PET)})
    answer = ask(pets, method="POST", body=b"<a/>", content_type="text/xml")
    assert 415 == answer.status
    assert "application/json" in json.loads(answer.body)["detail"]


@pytest.mark.parametrize(
    ("schema", "body", "status"),
    [
        ({"type": "integer"}, b"7", 200),
        ({"type": "integer"}, b"x", 400),
        ({"type": "integer"}, b"", 400),
        ({"type": "string"}, b"", 200),
        ({"type": "string", "minLength": 1}, b"", 400),
        ({"type": "array", "maxItems": 0}, b"x", 200),
        ({}, b"x", 200),
    ],
)
def test_bodies_of_plain_text(schema: Any, body: bytes, status: int) -> None:
    """Plain text is held against its schema where that is about text, numbers or booleans; no text is a text."""
    content = {"text/plain": {"schema": schema}}
    pets = mock({"200": {"description": ""}}, method="post", requestBody={"required": True, "content": content})
    assert status == ask(pets, method="POST", body=body, content_type="text/plain").status


JUNK = (
    *(
        "%",
        "%zz",
        "%ff",
        "[",
        "]",
        "&",
        "=",
        ";",
        ",",
        "|",
        "..",
        "/",
        "{",
        "}",
        "1",
        "-1",
        "1e999",
        "null",
        "\0",
        "\xff",
    ),
    *("q=", "*/*", "text/", "Basic ", "Bearer ", "a[b][]", "9" * 400, "[" * 300, "code=", "items=", "p", "q", "f"),
)


def test_headers_that_cannot_be() -> None:
    """A declared header whose name is none costs itself, and so does one of a stub; values are one line."""
    headers = {"bad name": {"required": True, "schema": {"const": 1}}, "X-A": {"schema": {"const": "a\nb"}}}
    pets = mock({"200": {"description": "", "headers": headers, "content": json_of({"const": 1})}})
    answer = ask(pets)
    assert (200, "a b", None) == (answer.status, header(answer, "x-a"), header(answer, "bad name"))
    assert any("bad name" in each.message for each in pets.document.diagnostics)
    pets.on("pets")(lambda _: Answer(200, 1, headers=[("x y", "1"), ("x-ü", "1"), ("x-b", "1\r\nx-c: 2")]))
    sent = ask(pets)
    assert "1  x-c: 2" == header(sent, "x-b")
    assert not {"x y", "x-c"} & {name.decode("latin-1") for name, _ in sent.headers}


def test_text_in_a_range_of_media_types() -> None:
    """A text is judged by what the document says of all texts, too."""
    content = {"text/*": {"schema": {"type": "string", "maxLength": 3}}}
    pets = mock({"200": {"description": ""}}, method="post", requestBody={"content": content})
    statuses = [ask(pets, method="POST", body=body, content_type="text/plain").status for body in (b"abc", b"abcd")]
    assert [200, 400] == statuses


def test_hostile_requests() -> None:
    """No request makes the mock of a document fail, and no header of an answer breaks a line."""
    shape = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "integer"}}}}
    parameters = [
        {"name": "p", "in": "query", "style": "pipeDelimited", "explode": False, "schema": {"type": "array"}},
        {"name": "f", "in": "query", "style": "deepObject", "schema": shape},
        {"name": "q", "in": "query", "content": {"application/json": {"schema": shape}}},
        {"name": "x-a", "in": "header", "explode": True, "schema": shape},
        {"name": "c", "in": "cookie", "schema": shape},
    ]
    kinds = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
    encoding = {"a": {"style": "pipeDelimited", "explode": False}}
    content = {kind: {"schema": shape, "encoding": encoding} for kind in kinds}
    responses = {"200": {"description": "", "content": {"text/*": {"schema": {"type": "string"}}, **json_of(PET)}}}
    pets = mock(responses, method="post", parameters=parameters, requestBody={"content": content})
    random = Random(5)

    def junk() -> str:
        return "".join(random.choices(JUNK, k=random.randrange(6)))

    for _ in range(400):
        headers = {name: junk() for name in random.sample(("accept", "prefer", "cookie", "x_a", "authorization"), 3)}
        headers["content_type"] = random.choice(kinds) + junk()
        answer = ask(pets, method="POST", query=junk(), body=junk().encode("utf-8", "replace"), **headers)
        assert answer.status < 500, (headers, pets.journal[-1].notes)
        assert not any(set(value) & set(b"\r\n\0") for _, value in answer.headers)


def test_read_only_members_of_requests() -> None:
    """A readOnly member is not required of a request, however deep it is and wherever `required` stands."""
    item = {
        "allOf": [
            {"properties": {"id": {"type": "integer", "readOnly": True}}},
            {"type": "object", "required": ["id", "name"], "properties": {"name": {"type": "string"}}},
        ]
    }
    schema = {"type": "object", "properties": {"items": {"type": "array", "items": item}}}
    pets = mock({"200": {"description": ""}}, method="post", requestBody={"content": json_of(schema)})
    assert 200 == ask(pets, method="POST", body=b'{"items": [{"name": "a"}]}').status
    assert 400 == ask(pets, method="POST", body=b'{"items": [{"id": 1}]}').status


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ({"ids": {"style": "pipeDelimited", "explode": False}}, b"ids=1|2%7C3"),
        ({"ids": {"style": "spaceDelimited", "explode": False}}, b"ids=1%202+3"),
        ({"ids": {"style": "form", "explode": False}}, b"ids=1,2,3"),
        ({"ids": {"style": "form", "explode": True}}, b"ids=1&ids=2&ids=3"),
        ({"ids": {}}, b"ids=1&ids=2&ids=3"),
    ],
)
def test_styles_of_form_fields(encoding: dict[str, Any], body: bytes) -> None:
    """The fields of a form are read in the style that its encoding names."""
    form = {"type": "object", "properties": {"ids": {"type": "array", "items": {"type": "integer"}, "minItems": 3}}}
    content = {"application/x-www-form-urlencoded": {"schema": form, "encoding": encoding}}
    pets = mock({"200": {"description": ""}}, method="post", requestBody={"content": content})
    kind = "application/x-www-form-urlencoded"
    assert 200 == ask(pets, method="POST", body=body, content_type=kind).status
    assert 400 == ask(pets, method="POST", body=b"ids=x", content_type=kind).status


def test_deep_form_fields() -> None:
    """An object in a form may be written with brackets."""
    point = {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}}
    form = {"type": "object", "required": ["at"], "properties": {"at": point}}
    content = {
        "application/x-www-form-urlencoded": {
            "schema": form,
            "encoding": {"at": {"style": "deepObject", "explode": True}},
        }
    }
    pets = mock({"200": {"description": ""}}, method="post", requestBody={"content": content})
    kind = "application/x-www-form-urlencoded"
    assert [200, 400] == [
        ask(pets, method="POST", body=body, content_type=kind).status for body in (b"at[x]=1", b"at[y]=1")
    ]


FORM = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "stream": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
        "size": {"oneOf": [{"type": "string", "enum": ["auto"]}, {"type": "integer"}]},
        "name": {"type": "string"},
        "tags": {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}},
        "after": {"$ref": "#/components/schemas/After"},
        "lines": {"type": "array", "items": {"$ref": "#/components/schemas/After"}},
        "grain[]": {"type": "array", "items": {"enum": ["word", "segment"]}},
    },
}
FORM_PARTS = {
    "Tag": {"type": "string", "minLength": 1},
    "After": {"allOf": [{"type": "object", "required": ["days"], "properties": {"days": {"type": "integer"}}}]},
}


def multipart(fields: list[tuple[str, str]], media_type: str = "") -> bytes:
    kind_line = f"content-type: {media_type}\r\n" if media_type else ""
    told = (f'--b\r\ncontent-disposition: form-data; name="{name}"\r\n{kind_line}\r\n{text}' for name, text in fields)
    return "\r\n".join([*told, "--b--\r\n"]).encode()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([("stream", "true")], {"stream": True}),
        ([("size", "auto")], {"size": "auto"}),
        ([("size", "3")], {"size": 3}),
        ([("name", "3")], {"name": "3"}),
        ([("name", "true"), ("size", "4")], {"name": "true", "size": 4}),
        ([("tags", "a")], {"tags": ["a"]}),
        ([("tags", "a"), ("tags", "7")], {"tags": ["a", "7"]}),
        ([("tags[]", "a"), ("tags[]", "b")], {"tags": ["a", "b"]}),
        ([("tags[0]", "a"), ("tags[1]", "b")], {"tags": ["a", "b"]}),
        ([("after", '{"days": 2}')], {"after": {"days": 2}}),
        ([("after[days]", "2")], {"after": {"days": 2}}),
        ([("lines[0][days]", "1"), ("lines[1][days]", "2")], {"lines": [{"days": 1}, {"days": 2}]}),
        ([("grain[]", "word")], {"grain[]": ["word"]}),
        ([("after[hours]", "2")], None),
        ([("size", "large")], None),
        ([("other[x]", "1")], None),
    ],
)
@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_fields_of_forms(media_type: str, fields: list[tuple[str, str]], expected: Any) -> None:
    """Fields become what the form's schema asks for, also through references and branches; brackets are understood."""
    content = {media_type: {"schema": FORM}}
    pets = mock(
        {"200": {"description": ""}},
        method="post",
        requestBody={"required": True, "content": content},
        components={"schemas": FORM_PARTS},
    )
    is_multipart = media_type.startswith("multipart")
    sent = multipart(fields) if is_multipart else urlencode(fields).encode()
    headers = [(b"content-type", f"{media_type}{'; boundary=b' * is_multipart}".encode())]
    invocation, problem = pets.examine(HttpRequest("POST", "/pets", headers=headers, body=sent))
    if expected is None:
        assert problem is not None
        assert problem.violations
    else:
        assert (expected, None) == (invocation.body, problem)


def test_parts_that_are_json() -> None:
    """A part of a multipart form that calls itself JSON is read as such."""
    content = {"multipart/form-data": {"schema": FORM}}
    pets = mock(
        {"200": {"description": ""}},
        method="post",
        requestBody={"content": content},
        components={"schemas": FORM_PARTS},
    )
    statuses = [
        ask(pets, method="POST", body=multipart([("after", text)], "application/json"), content_type=kind).status
        for kind in ["multipart/form-data; boundary=b"]
        for text in ('{"days": 1}', '{"days": "x"}', "{")
    ]
    assert [200, 400, 400] == statuses
    empty = [
        ask(pets, method="POST", body=body, content_type=f"multipart/form-data; boundary={boundary}").status
        for body, boundary in ((b"--b--\r\n", "b"), (b"--b--", '"b"'), (b"--b--", "c"), (b"--b-", "b"))
    ]
    assert [200, 200, 400, 400] == empty


def test_summary_names_the_parameter() -> None:
    """The sentence of a refusal says which parameter it is about, also one whose name is a letter of the reason."""
    parameters = [{"name": "x", "in": "query", "schema": {"type": "integer"}}]
    problem = json.loads(ask(mock({"200": {"description": ""}}, parameters=parameters), query="x=x").body)
    assert problem["detail"].startswith('the query parameter x: "x" is not')


# refusals in the document's words -------------------------------------------------------------------------------------


def test_declared_refusal() -> None:
    """A declared 400 gives the refusal its shape; the reason stands where such bodies have it."""
    parameters = [{"name": "limit", "in": "query", "schema": {"type": "integer"}}]
    pets = mock(
        {"200": {"description": ""}, "400": {"description": "", "content": json_of(ERROR)}}, parameters=parameters
    )
    answer = ask(pets, query="limit=x")
    assert (400, "application/json") == (answer.status, kind(answer))
    said = json.loads(answer.body)
    assert "bad" == said["code"]
    assert "query parameter limit" in said["message"]


def test_unprocessable() -> None:
    """Where only 422 is declared for what breaks a schema, that is the status; the example keeps its other parts."""
    example = {"code": "bad", "message": "name is taken", "link": "https://example.com/why"}
    declared = {"description": "", "content": json_of(ERROR, example=example)}
    pets = mock({"200": {"description": ""}, "422": declared}, method="post", requestBody={"content": json_of(PET)})
    answer = ask(pets, method="POST", body=b'{"name": 1}')
    assert (422, "https://example.com/why") == (answer.status, json.loads(answer.body)["link"])
    assert "/name" in json.loads(answer.body)["message"]


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        ("406", {"accept": "image/png"}),
        ("415", {"content_type": "text/xml"}),
        ("default", {"content_type": "text/xml"}),
    ],
)
def test_other_declared_refusals(status: str, sent: dict[str, str]) -> None:
    """406, 415 and whatever `default` stands for have their declared shape, too."""
    responses = {
        "200": {"description": "", "content": json_of(PET)},
        status: {"description": "", "content": json_of(ERROR)},
    }
    pets = mock(responses, method="post", requestBody={"content": json_of(PET)})
    answer = ask(pets, method="POST", body=b'{"name": "a"}', **sent)
    assert (406 if "accept" in sent else 415) == answer.status
    assert {"code", "message"} == set(json.loads(answer.body))


def test_declared_405() -> None:
    """A method that is not there is refused as the path's other operations say."""
    pets = mock({"200": {"description": ""}, "405": {"description": "", "content": json_of(ERROR)}})
    answer = ask(pets, method="DELETE")
    assert (405, "GET") == (answer.status, header(answer, "allow"))
    assert "DELETE is not answered here; GET would be right" == json.loads(answer.body)["message"]


def test_declared_problem_details() -> None:
    """A declared RFC 9457 body is filled with every violation."""
    declared = {"description": "", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
    parameters = [{"name": "limit", "in": "query", "schema": {"type": "integer"}}]
    answer = ask(mock({"200": {"description": ""}, "4XX": declared}, parameters=parameters), query="limit=x")
    assert ("application/problem+json", "limit") == (kind(answer), json.loads(answer.body)["errors"][0]["name"])


# credentials ----------------------------------------------------------------------------------------------------------

SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "queried": {"type": "apiKey", "in": "query", "name": "key"},
    "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "Bearer"},
    "digest": {"type": "http", "scheme": "digest"},
    "oauth": {"type": "oauth2", "flows": {}},
    "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://example.com"},
    "aliased": {"$ref": "#/components/securitySchemes/key"},
}
BASIC = "Basic " + base64.b64encode(b"ada:secret").decode()


def secured(*security: dict[str, list[str]]) -> Mock:
    return mock({"200": {"description": ""}}, security=list(security), components={"securitySchemes": SCHEMES})


@pytest.mark.parametrize(
    ("scheme", "sent", "status"),
    [
        ("key", {"x_key": "a"}, 200),
        ("key", {"x_key": ""}, 401),
        ("key", {}, 401),
        ("aliased", {"x_key": "a"}, 200),
        ("queried", {"query": "key=a"}, 200),
        ("queried", {"query": "kay=a"}, 401),
        ("session", {"cookie": "a=1; sid=x"}, 200),
        ("session", {"cookie": "notsid=x"}, 401),
        ("basic", {"authorization": BASIC}, 200),
        ("basic", {"authorization": "Basic ???"}, 401),
        ("basic", {"authorization": "Bearer abc"}, 401),
        ("bearer", {"authorization": "bearer abc"}, 200),
        ("bearer", {"authorization": "Bearer"}, 401),
        ("bearer", {"authorization": "Bearer a b"}, 401),
        ("digest", {"authorization": 'Digest username="a", response="b"'}, 200),
        ("oauth", {"authorization": "Bearer abc"}, 200),
        ("openid", {"authorization": BASIC}, 401),
        ("undefined", {}, 200),
    ],
)
def test_credentials(scheme: str, sent: dict[str, str], status: int) -> None:
    """Each kind of scheme is looked for where it belongs, in its form; one that is not defined is not asked for."""
    assert status == ask(secured({scheme: []}), **sent).status


def test_alternatives() -> None:
    """Any one requirement suffices, all schemes within it are needed, and an empty one asks for nothing."""
    both = secured({"key": [], "basic": []}, {"bearer": []})
    assert 401 == ask(both, x_key="a").status
    assert [200, 200] == [ask(both, x_key="a", authorization=BASIC).status, ask(both, authorization="Bearer x").status]
    assert 200 == ask(secured({"key": []}, {})).status


def test_challenges() -> None:
    """A 401 says in `WWW-Authenticate` what would be answered."""
    answer = ask(secured({"basic": []}, {"key": []}, {"digest": []}))
    challenges = [value.decode() for name, value in answer.headers if name == b"www-authenticate"]
    assert ["Basic", "ApiKey", "Digest"] == [each.split()[0] for each in challenges]
    assert all('realm="Pets"' in each for each in challenges)


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_supplied_credentials(scheme: str) -> None:
    """The credentials that samples carry are taken."""
    pets = secured({scheme: []})
    found = pets.service.credentials(pets.document.operations["pets"])
    assert found is not None
    cookie = {"cookie": "; ".join(f"{name}={value}" for name, value in found.cookies.items())} if found.cookies else {}
    query = "&".join(f"{name}={value}" for name, value in found.queries.items())
    headers = {name.replace("-", "_"): value for name, value in {**found.headers, **cookie}.items()}
    assert 200 == ask(pets, query=query, **headers).status


TOKENS = ("secret", "other")


@pytest.mark.parametrize(
    ("scheme", "sent", "status"),
    [
        ("key", {"x_key": "secret"}, 200),
        ("key", {"x_key": "secre"}, 401),
        ("queried", {"query": "key=other"}, 200),
        ("queried", {"query": "key=another"}, 401),
        ("session", {"cookie": "sid=secret"}, 200),
        ("session", {"cookie": "sid=x"}, 401),
        ("basic", {"authorization": BASIC}, 200),
        ("basic", {"authorization": "Basic " + base64.b64encode(b"secret:").decode()}, 200),
        ("basic", {"authorization": "Basic " + base64.b64encode(b"secret:wrong").decode()}, 401),
        ("bearer", {"authorization": "Bearer secret"}, 200),
        ("bearer", {"authorization": "Bearer Secret"}, 401),
        ("oauth", {"authorization": "Bearer secretx"}, 401),
        ("digest", {"authorization": 'Digest username="a", response="b"'}, 200),
    ],
)
def test_named_tokens(scheme: str, sent: dict[str, str], status: int) -> None:
    """Credentials are compared where somebody named the tokens that count; a digest cannot be."""
    content = secured({scheme: []}).document.content
    pets = Mock(Document(content), Settings(), Service(TOKENS))
    answer = ask(pets, **sent)
    assert status == answer.status
    assert status == 200 or b"none of those that this mock was told" in answer.body
    supplied = pets.service.credentials(pets.document.operations["pets"])
    assert supplied is not None
    assert (
        200
        == ask(
            pets,
            **{name.replace("-", "_"): value for name, value in supplied.headers.items()},
            query="&".join(f"{name}={value}" for name, value in supplied.queries.items()),
            cookie="; ".join(f"{name}={value}" for name, value in supplied.cookies.items()),
        ).status
    )


# preferences ----------------------------------------------------------------------------------------------------------

LIST = {
    "type": "array",
    "items": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}},
}


@pytest.mark.parametrize(
    ("prefer", "sizes"), [("items=7", {7}), ("items=2-3", {2, 3}), ("items=0", {0}), ('items="4"', {4})]
)
def test_preferred_number_of_items(prefer: str, sizes: set[int]) -> None:
    """`Prefer: items=` says how many items an array has."""
    answer = ask(mock({"200": {"description": "", "content": json_of(LIST)}}), prefer=prefer)
    assert len(json.loads(answer.body)) in sizes
    assert prefer.replace('"', "") == header(answer, "preference-applied")


def test_preferred_fields() -> None:
    """`Prefer: fields=` says whether optional members are there."""
    pets = mock({"200": {"description": "", "content": json_of(LIST)}})
    minimal = json.loads(ask(pets, prefer="fields=minimal, items=5").body)
    maximal = json.loads(ask(pets, prefer="fields=maximal, items=5").body)
    assert [{"a"}] * 5 == [set(each) for each in minimal]
    assert [{"a", "b"}] * 5 == [set(each) for each in maximal]


def test_preferred_seed() -> None:
    """`Prefer: seed=` answers as a mock with that seed does."""
    responses = {"200": {"description": "", "content": json_of(LIST)}}
    seeded, other = ask(mock(responses), prefer="seed=7"), ask(mock(responses, settings={"seed": 7}))
    assert seeded.body == other.body != ask(mock(responses)).body
    assert ("seed=7", "generator") == (header(seeded, "preference-applied"), header(seeded, "x-mockflare-source"))


def test_preference_that_is_passed_over() -> None:
    """What was not followed is not named: an example that breaks the contract is not what answers."""
    pets = mock({"200": {"description": "", "content": json_of(PET, examples={"bad": {"value": {"name": 1}}})}})
    answer = ask(pets, prefer="example=bad, seed=7")
    assert ("generator", "seed=7") == (header(answer, "x-mockflare-source"), header(answer, "preference-applied"))


def test_dynamic_setting() -> None:
    """With `dynamic` the schema answers although there is an example, unless the caller prefers that."""
    responses = {"200": {"description": "", "content": json_of(PET, example={"name": "Rex"})}}
    pets = mock(responses, settings={"dynamic": True})
    assert {"name": "Rex"} != json.loads(ask(pets).body)
    assert {"name": "Rex"} == json.loads(ask(pets, prefer="dynamic=false").body)


def test_settings_for_arrays_and_fields() -> None:
    """`array_items` and `optional_fields` hold for every answer that is made from a schema."""
    settings = {"array_items": "4", "optional_fields": "minimal"}
    answer = json.loads(ask(mock({"200": {"description": "", "content": json_of(LIST)}}, settings=settings)).body)
    assert [{"a"}] * 4 == [set(each) for each in answer]


@pytest.mark.parametrize("prefer", ["items=x", "items=5-2", "seed=x", "fields=all", "code=1000"])
def test_preferences_that_cannot_be(prefer: str) -> None:
    """A preference that means nothing is refused with what would be right."""
    assert 400 == ask(mock({"200": {"description": ""}}), prefer=prefer).status


def test_preferred_example_of_another_status() -> None:
    """An example is found by its name whatever its status."""
    missing = {"description": "", "content": json_of({}, examples={"gone": {"value": {"why": "gone"}}})}
    answer = ask(mock({"200": {"description": "", "content": json_of(PET)}, "404": missing}), prefer="example=gone")
    assert (404, {"why": "gone"}) == (answer.status, json.loads(answer.body))


# headers --------------------------------------------------------------------------------------------------------------


def test_declared_headers() -> None:
    """Declared headers are made by their schemas, or are the examples written for them."""
    headers = {
        "X-Limit": {"required": True, "schema": {"type": "integer", "minimum": 5, "maximum": 9}},
        "X-Kinds": {"schema": {"type": "array", "items": {"enum": ["a"]}, "minItems": 2, "maxItems": 2}},
        "X-Point": {
            "explode": True,
            "schema": {
                "type": "object",
                "required": ["x"],
                "properties": {"x": {"const": 1}},
                "additionalProperties": False,
            },
        },
        "X-Said": {"schema": {"type": "string"}, "example": "so"},
        "X-Data": {"content": {"application/json": {"schema": {"const": {"a": 1}}}}},
        "Content-Length": {"schema": {"const": 3}},
        "Content-Type": {"schema": {"const": "x/y"}},
    }
    answer = ask(mock({"200": {"description": "", "content": json_of(PET), "headers": headers}}))
    assert 5 <= int(header(answer, "x-limit") or 0) <= 9
    made = [
        header(answer, name) for name in ("x-kinds", "x-point", "x-said", "x-data", "content-type", "content-length")
    ]
    assert ["a,a", "x=1", "so", '{"a":1}', "application/json", str(len(answer.body))] == made


def test_required_headers_alone() -> None:
    """Where only required members are made, so are only required headers."""
    headers = {"X-A": {"required": True, "schema": {"const": 1}}, "X-B": {"schema": {"const": 2}}}
    pets = mock({"200": {"description": "", "headers": headers}}, settings={"optional_fields": "minimal"})
    assert ("1", None) == (header(ask(pets), "x-a"), header(ask(pets), "x-b"))


def test_answers_of_stubs_are_left_alone() -> None:
    """A stub may return one Answer again and again: headers are added to what goes out, not to that."""
    headers = {"X-A": {"required": True, "schema": {"const": 1}}}
    pets = mock({"200": {"description": "", "content": json_of(PET), "headers": headers}})
    kept = Answer(200, {"name": "Rex"}, headers=[("X-B", "2")])
    pets.on("pets")(lambda invocation: kept)
    for _ in range(2):
        answer = ask(pets, prefer="seed=3")
        assert ["1", "2", "seed=3"] == [header(answer, name) for name in ("x-a", "x-b", "preference-applied")]
    assert [("X-B", "2")] == list(kept.headers)


def test_redirection() -> None:
    """A redirection has a Location: the declared one, else a path of the mock."""
    assert "/redirected" == header(ask(mock({"302": {"description": ""}})), "location")
    declared = {"Location": {"schema": {"type": "string"}, "example": "/pets/7"}}
    assert "/pets/7" == header(ask(mock({"307": {"description": "", "headers": declared}})), "location")


# bodies ---------------------------------------------------------------------------------------------------------------


def body_in(name: str, schema: Any, **members: Any) -> bytes:
    answer = ask(mock({"200": {"description": "", "content": {name: {"schema": schema, **members}}}}))
    assert (200, name) == (answer.status, kind(answer)), answer.body
    return answer.body if answer.frames is None else b"".join(answer.frames)


NAMED = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"const": "Rex"}},
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("name", "schema", "expected"),
    [
        ("text/plain", {"const": "hello"}, b"hello"),
        ("text/plain", {"const": 7}, b"7"),
        ("text/plain", NAMED, b'{"name":"Rex"}'),
        ("text/html", {"const": "<b>hi</b>"}, b"<b>hi</b>"),
        ("text/csv", {"type": "array", "items": NAMED, "minItems": 2, "maxItems": 2}, b"name\r\nRex\r\nRex\r\n"),
        (
            "application/x-ndjson",
            {"type": "array", "items": NAMED, "minItems": 2, "maxItems": 2},
            b'{"name":"Rex"}\n{"name":"Rex"}\n',
        ),
        ("application/jsonl", NAMED, b'{"name":"Rex"}\n'),
        ("application/json-seq", NAMED, b'\x1e{"name":"Rex"}\n'),
        ("application/x-www-form-urlencoded", NAMED, b"name=Rex"),
        ("application/vnd.pet+json", NAMED, b'{"name":"Rex"}'),
        ("text/event-stream", NAMED, b'data: {"name":"Rex"}\n\n'),
        ("application/octet-stream", {"const": "abc"}, b"abc"),
        (
            "multipart/mixed",
            NAMED,
            b'--mockflare\r\ncontent-disposition: form-data; name="name"\r\n'
            b"content-type: text/plain; charset=utf-8\r\n\r\nRex\r\n--mockflare--\r\n",
        ),
        ("application/xml", {"const": "<a/>"}, b"<a/>"),
    ],
)
def test_bodies(name: str, schema: Any, expected: bytes) -> None:
    """A value is written in the media type that is declared."""
    assert expected == body_in(name, schema)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("image/png", b"\x89PNG"),
        ("image/jpeg", b"\xff\xd8\xff"),
        ("image/gif", b"GIF8"),
        ("image/webp", b"RIFF"),
        ("image/svg+xml", b"<svg"),
        ("application/pdf", b"%PDF-1.4"),
        ("audio/wav", b"RIFF"),
        ("application/zip", b"PK"),
        ("application/gzip", b"\x1f\x8b"),
    ],
)
def test_files(name: str, start: bytes) -> None:
    """A file is one of its kind."""
    assert body_in(name, {"type": "string", "format": "binary"}).startswith(start)


def test_pictures_open() -> None:
    """The pictures can be decoded."""
    from io import BytesIO

    from PIL import Image

    for name in ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"):
        with Image.open(BytesIO(body_in(name, True))) as picture:
            picture.load()
            assert (1, 1) == picture.size


def test_pdf_opens() -> None:
    """The PDF has one page."""
    pypdf = pytest.importorskip("pypdf")
    from io import BytesIO

    assert 1 == len(pypdf.PdfReader(BytesIO(body_in("application/pdf", True)), strict=True).pages)


def test_html_page() -> None:
    """Text becomes a page, unless the schema says what the text is."""
    assert body_in("text/html", {"type": "string"}).startswith(b"<!DOCTYPE html>")
    assert b"abc" == body_in("text/html", {"type": "string", "maxLength": 3, "pattern": "^abc$"})


def test_token() -> None:
    """A JSON Web Token carries the value as its claims."""
    parts = body_in("application/jwt", NAMED).split(b".")
    assert {"name": "Rex"} == json.loads(base64.urlsafe_b64decode(parts[1] + b"=="))
    assert "HS256" == json.loads(base64.urlsafe_b64decode(parts[0] + b"=="))["alg"]


def test_xml_hints() -> None:
    """XML follows the hints: name, attribute, wrapped, namespace, prefix."""
    schema = {
        "type": "object",
        "xml": {"name": "Pet", "namespace": "http://example.com/p", "prefix": "p"},
        "required": ["id", "tags", "kinds"],
        "additionalProperties": False,
        "properties": {
            "id": {"const": 7, "xml": {"attribute": True}},
            "tags": {
                "type": "array",
                "minItems": 2,
                "maxItems": 2,
                "xml": {"wrapped": True},
                "items": {"const": "a<b", "xml": {"name": "tag"}},
            },
            "kinds": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"const": True}},
        },
    }
    expected = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<p:Pet xmlns:p="http://example.com/p" id="7"><tags><tag>a&lt;b</tag>'
        "<tag>a&lt;b</tag></tags><kinds>true</kinds><kinds>true</kinds></p:Pet>"
    )
    assert expected == body_in("application/xml", schema).decode()


# examples -------------------------------------------------------------------------------------------------------------


def test_json_text_as_an_example() -> None:
    """An example that is JSON text is read where the schema wants an object; where it wants text it stays text."""
    assert {"name": "Rex"} == json.loads(body_in("application/json", PET, example='{"name": "Rex"}'))
    assert '{"name": "Rex"}' == json.loads(body_in("application/json", {"type": "string"}, example='{"name": "Rex"}'))


def test_authored_text() -> None:
    """An example in another media type than JSON goes out as it was written."""
    assert b"<pet>Rex</pet>" == body_in("application/xml", PET, example="<pet>Rex</pet>")
    assert b"a,b\n" == body_in("text/csv", {"type": "string"}, example="a,b\n")


def test_examples_of_parts() -> None:
    """Examples of members make up the body; one that breaks its own schema is passed over."""
    schema = {
        "type": "object",
        "required": ["name", "age"],
        "properties": {
            "name": {"type": "string", "example": "Rex"},
            "age": {"type": "integer", "example": "old"},
            "owner": {"type": "object", "properties": {"mail": {"type": "string", "examples": ["a@example.com"]}}},
        },
    }
    body = json.loads(body_in("application/json", schema))
    assert ("Rex", "a@example.com") == (body["name"], body["owner"]["mail"])
    assert isinstance(body["age"], int)


def test_write_only_members_of_answers() -> None:
    """What is only written is neither required of an answer nor made for it, at any depth."""
    inner = {
        "type": "object",
        "required": ["secret", "id"],
        "properties": {"secret": {"type": "string", "writeOnly": True}, "id": {"type": "integer"}},
    }
    schema = {
        "type": "object",
        "required": ["items"],
        "properties": {"items": {"type": "array", "minItems": 3, "items": inner}},
    }
    assert all(
        "secret" not in each and "id" in each for each in json.loads(body_in("application/json", schema))["items"]
    )


def test_discriminator() -> None:
    """A branch has the value by which its discriminator tells it: that of the mapping, else its own name."""
    schemas = {
        "Cat": {
            "type": "object",
            "required": ["kind", "lives"],
            "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}},
        },
        "Dog": {
            "type": "object",
            "required": ["kind", "barks"],
            "properties": {"kind": {"type": "string"}, "barks": {"type": "boolean"}},
        },
    }
    union = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"feline": "#/components/schemas/Cat"}},
    }
    responses = {"200": {"description": "", "content": json_of({"type": "array", "minItems": 8, "items": union})}}
    pets = json.loads(ask(mock(responses, components={"schemas": schemas})).body)
    assert {("feline", True), ("Dog", False)} == {(each["kind"], "lives" in each) for each in pets}


def test_inherited_discriminator() -> None:
    """A schema that builds upon one with a discriminator has its own name there."""
    schemas = {
        "Pet": {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"type": "string"}},
            "discriminator": {"propertyName": "kind"},
        },
        "Cat": {"allOf": [{"$ref": "#/components/schemas/Pet"}, {"type": "object"}]},
    }
    responses = {"200": {"description": "", "content": json_of({"$ref": "#/components/schemas/Cat"})}}
    assert "Cat" == json.loads(ask(mock(responses, components={"schemas": schemas})).body)["kind"]


def told_apart(branch: dict[str, Any]) -> dict[str, Any]:
    """A document's schemas: an animal is a Cat or a Dog, both of them so."""
    union = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind"},
    }
    return {"schemas": {"Cat": branch, "Dog": {**branch, "title": "Dog"}, "Animal": union}}


def test_branches_that_only_a_discriminator_tells_apart() -> None:
    """Where branches overlap the discriminator decides: answers name their branch, and requests that do are taken."""
    loose = {"type": "object", "properties": {"kind": {"type": "string"}, "name": {"type": "string"}}}
    animal = {"$ref": "#/components/schemas/Animal"}
    responses = {"200": {"description": "", "content": json_of({"type": "array", "minItems": 8, "items": animal})}}
    pets = mock(
        responses,
        method="post",
        components=told_apart(loose),
        requestBody={"required": True, "content": json_of(animal)},
    )
    answer = ask(pets, method="POST", body=b'{"kind": "Cat", "name": "Tom"}')
    assert 200 == answer.status
    assert {"Cat", "Dog"} == {each["kind"] for each in json.loads(answer.body)}
    assert 400 == ask(pets, method="POST", body=b'{"kind": "Cat", "name": 1}').status


def test_discriminator_without_mapping_whose_branches_list_its_values() -> None:
    """A branch that lists the discriminator's values needs no mapping, as in OpenAI's document."""
    listed = {"type": "object", "properties": {"kind": {"enum": ["feline"]}}}
    responses = {"200": {"description": "", "content": json_of({"$ref": "#/components/schemas/Animal"})}}
    assert "feline" == json.loads(ask(mock(responses, components=told_apart(listed))).body)["kind"]


def test_discriminator_that_contradicts_the_schema() -> None:
    """Where the discriminator's value breaks the branch's schema, the schema counts."""
    schemas = {"Cat": {"type": "object", "required": ["kind"], "properties": {"kind": {"const": 1}}}}
    union = {"oneOf": [{"$ref": "#/components/schemas/Cat"}], "discriminator": {"propertyName": "kind"}}
    responses = {"200": {"description": "", "content": json_of(union)}}
    assert 1 == json.loads(ask(mock(responses, components={"schemas": schemas})).body)["kind"]


# documents that are not quite right -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/nowhere"}}},
        {"type": "file"},
        {"type": "string", "pattern": "("},
        {"type": "array", "items": {"type": "int"}, "minItems": "2"},
        {"type": "object", "properties": {"a": None}},
        {"enum": []},
        {"allOf": []},
    ],
)
def test_parts_that_cannot_be_read(schema: Any) -> None:
    """A part of a schema that cannot be read costs that part, with a diagnostic."""
    pets = mock({"200": {"description": "", "content": json_of(schema)}})
    assert 200 == ask(pets).status
    assert pets.document.diagnostics


def test_request_schema_that_cannot_be_used() -> None:
    """A request body whose schema leads nowhere is taken unchecked, with a diagnostic."""
    pets = mock({"200": {"description": ""}}, method="post", requestBody={"content": json_of({"$ref": "#/nowhere"})})
    assert 200 == ask(pets, method="POST", body=b"{}").status
    assert any("not checked" in each.message for each in pets.document.diagnostics)


def test_errors_that_cannot_be_used() -> None:
    """An error response that leads nowhere costs itself."""
    pets = mock({"200": {"description": "", "content": json_of(PET)}, "404": {"$ref": "#/nowhere"}})
    assert 200 == ask(pets).status


def test_compressed_data_is_not_made_up() -> None:
    """A declared Content-Encoding is not sent: the body is as it is."""
    headers = {"Content-Encoding": {"required": True, "schema": {"const": "deflate"}}}
    answer = ask(mock({"200": {"description": "", "content": json_of(PET), "headers": headers}}))
    assert header(answer, "content-encoding") is None
    with pytest.raises(zlib.error):
        zlib.decompress(answer.body)
