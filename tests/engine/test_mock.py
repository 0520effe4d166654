"""The pipeline, on documents small enough to see."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.engine.mock import Mock
from mockserver.engine.values import Answer, Event, HttpRequest, Problem
from mockserver.errors import UnknownName, UsageError
from mockserver.openapi.document import Document
from mockserver.settings import Settings

PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}


def document(**members: Any) -> Document:
    """A document with one operation, GET /pets/{id}, changed as asked."""
    operation: dict[str, Any] = {
        "operationId": "getPet",
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "a pet", "content": {"application/json": {"schema": PET}}}},
    }
    operation.update(members)
    return Document(
        {"openapi": "3.1.0", "info": {"title": "Pets", "version": "1"}, "paths": {"/pets/{id}": {"get": operation}}}
    )


def mock(doc: Document, **settings: Any) -> Mock:
    return Mock(doc, Settings(**settings))


def get(mock: Mock, path: str = "/pets/7", **headers: str) -> Any:
    return mock.handle(
        HttpRequest(
            "GET", path, headers=[(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        )
    )


def header(response: Any, name: str) -> str | None:
    return next((value.decode() for key, value in response.headers if key.decode() == name), None)


def with_examples(*examples: Any) -> Document:
    named = {f"e{number}": {"value": value} for number, value in enumerate(examples)}
    return document(
        responses={"200": {"description": "a pet", "content": {"application/json": {"schema": PET, "examples": named}}}}
    )


def test_generated_value() -> None:
    """Without an example the answer is made from the schema, the same every time."""
    one, two = get(mock(document())), get(mock(document()))
    assert (200, "generator") == (one.status, header(one, "x-mockflare-source"))
    assert isinstance(json.loads(one.body)["name"], str)
    assert one.body == two.body


def test_seed_and_request_decide() -> None:
    """Another seed, another path parameter or another query gives another value."""
    bodies = {
        get(mock(document())).body,
        get(mock(document(), seed=1)).body,
        get(mock(document()), "/pets/8").body,
        mock(document()).handle(HttpRequest("GET", "/pets/7", query="a=1")).body,
    }
    assert 4 == len(bodies)


def test_valid_example() -> None:
    """An example that verifies is the default answer."""
    answer = get(mock(with_examples({"name": "Rex"})))
    assert ({"name": "Rex"}, "example") == (json.loads(answer.body), header(answer, "x-mockflare-source"))


def test_marked_example() -> None:
    """`x-microcks-default` chooses among the examples that verify."""
    doc = with_examples({"name": "Rex"}, {"name": "Tom"})
    content = doc.content["paths"]["/pets/{id}"]["get"]["responses"]["200"]["content"]["application/json"]
    content["examples"]["e1"]["x-microcks-default"] = True
    assert {"name": "Tom"} == json.loads(get(mock(doc)).body)


def test_invalid_example_keeps_its_valid_leaves() -> None:
    """An example that breaks the schema is passed over, and what is right in it is kept."""
    answer = get(mock(with_examples({"name": "Rex", "age": "old"})))
    body = json.loads(answer.body)
    assert ("Rex", "generator") == (body["name"], header(answer, "x-mockflare-source"))
    assert isinstance(body.get("age", 0), int)


def test_preferred_example_and_code() -> None:
    """`Prefer` (RFC 7240) chooses an example or a status, and the answer says that it was followed."""
    doc = with_examples({"name": "Rex"}, {"name": "Tom"})
    doc.content["paths"]["/pets/{id}"]["get"]["responses"]["404"] = {
        "description": "none", "content": {"application/json": {"example": {"error": "no such pet"}}},
    }  # fmt: skip
    chosen = get(mock(doc), prefer="example=e1")
    assert ({"name": "Tom"}, "example=e1") == (json.loads(chosen.body), header(chosen, "preference-applied"))
    missing = get(mock(doc), prefer="respond-async, code=404")
    assert (404, {"error": "no such pet"}) == (missing.status, json.loads(missing.body))
    dynamic = get(mock(doc), prefer="dynamic=true")
    assert "preference" == header(dynamic, "x-mockflare-source")


@pytest.mark.parametrize(
    ("prefer", "told"),
    [("code=418", "declared: 200"), ("code=x", "no HTTP status"), ("example=e9", "known: e0")],
)
def test_preference_that_cannot_be_met(prefer: str, told: str) -> None:
    """What is not in the document is refused with what is."""
    answer = get(mock(with_examples({"name": "Rex"})), prefer=prefer)
    assert 400 == answer.status
    assert told in json.loads(answer.body)["detail"]


def test_unknown_path_and_method() -> None:
    """A path that is not there is 404, a method that is not 405 with what is allowed, in problem details (RFC 9457)."""
    unknown, wrong = get(mock(document()), "/cats/7"), mock(document()).handle(HttpRequest("PUT", "/pets/7"))
    assert (404, "application/problem+json") == (unknown.status, header(unknown, "content-type"))
    assert (405, "GET") == (wrong.status, header(wrong, "allow"))


def test_head() -> None:
    """HEAD is GET without its body: the length is that of the body which is not sent."""
    full, head = get(mock(document())), mock(document()).handle(HttpRequest("HEAD", "/pets/7"))
    assert (200, b"") == (head.status, head.body)
    assert str(len(full.body)).isdecimal()
    assert header(head, "content-length") is not None


def test_stub() -> None:
    """A registered responder answers before everybody else, the newest first; None passes on."""
    pets = mock(with_examples({"name": "Rex"}))
    pets.on("getPet")(lambda invocation: {"name": f"stub {invocation.parameters['id']}"})
    pets.on("getPet")(lambda invocation: None)
    answer = get(pets)
    assert ({"name": "stub 7"}, "stub") == (json.loads(answer.body), header(answer, "x-mockflare-source"))


def test_stub_that_breaks_the_contract() -> None:
    """An answer that departs from the contract falls to the next in line, and the journal says why."""
    pets = mock(with_examples({"name": "Rex"}))
    pets.on("getPet")(lambda invocation: Answer(200, {"name": 3}))
    assert {"name": "Rex"} == json.loads(get(pets).body)
    assert any("passed over the stub: /name breaks type" in note for note in pets.journal[-1].notes)


def test_stub_that_raises() -> None:
    """A user's responder that fails is a 500 that names the exception, not a hang or a traceback."""
    pets = mock(document())

    @pets.on("getPet")
    def broken(invocation: Any) -> Any:
        raise KeyError("oops")

    answer = get(pets)
    assert (500, "KeyError in the mock") == (answer.status, json.loads(answer.body)["detail"])


def test_unknown_target() -> None:
    """A name that is neither operation nor model is refused at the door, with the nearest one."""
    with pytest.raises(UnknownName, match="did you mean 'getPet'"):
        mock(document()).on("getPets")
    with pytest.raises(UnknownName, match="did you mean 'getPet'"):
        mock(document()).fail("getPt", Problem("fault", 503))


def test_fault() -> None:
    """A fault answers as often as it was told, and lets a retrying client go on at once."""
    pets = mock(document())
    pets.fail("getPet", Problem("fault", 503, "busy"), times=2)
    answers = [get(pets) for _ in range(3)]
    assert [503, 503, 200] == [answer.status for answer in answers]
    assert "1" == header(answers[0], "retry-after-ms")


def test_reset() -> None:
    """A reset forgets requests, stubs and faults."""
    pets = mock(with_examples({"name": "Rex"}))
    pets.on("getPet")(lambda invocation: {"name": "stub"})
    pets.fail("*", Problem("fault", 503), times=-1)
    get(pets)
    pets.reset()
    assert 0 == len(pets.journal)
    assert {"name": "Rex"} == json.loads(get(pets).body)


def test_operation_that_cannot_be_served() -> None:
    """A dangling reference costs its operation, not the document."""
    doc = document(
        responses={"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/nowhere"}}}}}
    )
    doc.content["paths"]["/cats"] = {"get": {"operationId": "cats", "responses": {"200": {"description": "none"}}}}
    answer = get(mock(doc))
    assert 501 == answer.status
    assert "nothing at #/nowhere" in json.loads(answer.body)["detail"]
    assert 200 == get(mock(doc), "/cats").status


def test_unknown_dispatcher() -> None:
    """A dispatcher that is not known is a diagnostic with the nearest name, and chooses nothing."""
    doc = document(**{"x-microcks-operation": {"dispatcher": "FALBACK"}})
    assert 200 == get(mock(doc)).status
    assert "did you mean 'FALLBACK'" in doc.diagnostics[0].message


def test_fallback_dispatcher() -> None:
    """FALLBACK with rules chooses its example; without rules it chooses nothing."""
    doc = with_examples({"name": "Rex"}, {"name": "Tom"})
    operation = doc.content["paths"]["/pets/{id}"]["get"]
    operation["x-microcks-operation"] = {"dispatcher": "FALLBACK", "dispatcherRules": '{"fallback": "e1"}'}
    answer = get(mock(doc))
    assert ({"name": "Tom"}, "dispatcher") == (json.loads(answer.body), header(answer, "x-mockflare-source"))
    operation["x-microcks-operation"] = {"dispatcher": "FALLBACK"}
    assert {"name": "Rex"} == json.loads(get(mock(doc)).body)


def test_request_is_validated() -> None:
    """All violations at once, each with its JSON Pointer."""
    body = {
        "required": True,
        "content": {
            "application/json": {
                "schema": {**PET, "properties": {"name": {"minLength": 3}, "age": {"type": "integer"}}}
            }
        },
    }
    doc = document(requestBody=body)
    answer = mock(doc).handle(HttpRequest("GET", "/pets/7", body=b'{"name": "x", "age": "y"}'))
    errors = json.loads(answer.body)["errors"]
    assert [("/age", "type"), ("/name", "minLength")] == sorted((each["pointer"], each["keyword"]) for each in errors)


@pytest.mark.parametrize("body", [b"null", b"false", b"0", b'""', b"[]"])
def test_falsy_bodies_are_bodies(body: bytes) -> None:
    """null, false, 0 and "" are bodies, not missing ones."""
    doc = document(requestBody={"required": True, "content": {"application/json": {"schema": {}}}})
    assert 200 == mock(doc).handle(HttpRequest("GET", "/pets/7", body=body)).status


def test_credentials() -> None:
    """A document's security asks for some credentials; which, a mock of any API cannot know."""
    doc = document(security=[{"key": []}])
    doc.content["components"] = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}}
    assert 401 == get(mock(doc)).status
    assert 200 == get(mock(doc), x_key="any").status
    assert 200 == get(mock(doc, auth=False)).status


def test_stream_from_a_stub() -> None:
    """A stub may stream: named events, JSON data, text as it is."""
    doc = document(responses={"200": {"description": "", "content": {"text/event-stream": {}}}})
    events = mock(doc)
    events.on("getPet")(lambda invocation: Answer.stream([Event({"a": 1}, "first"), Event("[DONE]")]))
    answer = get(events)
    assert [b'event: first\ndata: {"a":1}\n\n', b"data: [DONE]\n\n"] == answer.frames


def test_journal_is_bounded_and_holds_no_secrets() -> None:
    """The journal keeps the latest exchanges; credentials are gone before they are stored."""
    pets = mock(document(), journal_size=2)
    for number in range(3):
        pets.handle(
            HttpRequest(
                "GET", f"/pets/{number}", query="api_token=s3cret&a=1", headers=[(b"authorization", b"Bearer s3cret")]
            )
        )
    assert ["/pets/1", "/pets/2"] == [exchange.path for exchange in pets.journal]
    assert 3 == pets.journal.count
    assert "s3cret" not in json.dumps([exchange.summary() for exchange in pets.journal])
    assert "s3cret" not in repr(vars(pets.journal) if hasattr(pets.journal, "__dict__") else "")


def test_stub_that_cannot_be_written() -> None:
    """What no JSON can hold is a 500 that says so, and is in the journal; `handle` does not raise."""
    pets = mock(document(responses={"200": {"description": "anything"}}))
    pets.on("getPet")(lambda invocation: {"x": {1}})
    assert 500 == get(pets).status
    assert 500 == pets.journal[-1].status


def test_times_of_a_fault() -> None:
    """A fault that should never happen is a mistake."""
    with pytest.raises(UsageError, match="times is 0"):
        mock(document()).fail("getPet", Problem("fault", 503), times=0)


def test_path_parameters_are_shared_and_read_only() -> None:
    """A responder cannot change what the next request to the same path finds."""
    pets = mock(document())

    @pets.on("getPet")
    def careless(invocation: Any) -> Any:
        with pytest.raises(TypeError):
            invocation.parameters["id"] = "9"
        return {"name": invocation.parameters["id"]}

    assert [{"name": "7"}] * 2 == [json.loads(get(pets).body) for _ in range(2)]


def test_warnings_fit_into_headers() -> None:
    """A warning is short, printable ASCII, and there are not too many of them."""
    pets = mock(document())

    @pets.on("getPet")
    def warning(invocation: Any) -> Any:
        for _ in range(50):
            invocation.warn("a\r\nset-cookie: é" + "x" * 5000)
        return {"name": "x"}

    warnings = [value for name, value in get(pets).headers if name == b"x-mockflare-warning"]
    assert 8 == len(warnings)
    assert all(len(value) < 400 and b"\n" not in value and value.isascii() for value in warnings)


@pytest.mark.parametrize("depth", [200, 300, 500, 900, 1000, 2000, 20_000])
def test_nested_bodies(depth: int) -> None:
    """However deep a body nests, it is refused, not an error of the mock."""
    body = {"required": True, "content": {"application/json": {"schema": {"items": {"items": {"type": "string"}}}}}}
    answer = mock(document(requestBody=body)).handle(HttpRequest("GET", "/pets/7", body=b"[" * depth + b"]" * depth))
    assert 400 == answer.status


def test_asynchronous_responder() -> None:
    """A coroutine function is refused where it is registered."""
    with pytest.raises(UsageError, match="a plain function would be right"):

        @mock(document()).on("getPet")
        async def respond(invocation: Any) -> Any:
            return {}
