"""What authors write for mocks: dispatchers, pairs, constraints and delays where scenarios do not reach."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import pytest

from mockserver.asgi import deliver
from mockserver.engine.delays import delay
from mockserver.engine.mock import Mock
from mockserver.engine.service import Service
from mockserver.engine.values import Answer, Chosen, HttpRequest, HttpResponse
from mockserver.errors import UsageError
from mockserver.openapi.document import Document
from mockserver.settings import Settings


def mock(operation: Any, *, path: str = "/a/{id}", method: str = "get", **settings: Any) -> Mock:
    content = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {path: {method: operation}}}
    return Mock(Document(content), Settings(**settings))


def answering(*examples: str, **operation: Any) -> dict[str, Any]:
    """An operation with a path parameter, and examples named alike whose values are their names."""
    parameter = {
        "name": "id", "in": "path", "required": True, "schema": {"type": "string"},
        "examples": {name: {"value": name} for name in examples},
    }  # fmt: skip
    body = {"schema": {"type": "string"}, "examples": {name: {"value": name} for name in examples}}
    return {
        "operationId": "op", "parameters": [parameter],
        "responses": {"200": {"description": "", "content": {"application/json": body}}}, **operation,
    }  # fmt: skip


def get(mock: Mock, path: str = "/a/x", **headers: str) -> HttpResponse:
    path, _, query = path.partition("?")
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return mock.handle(HttpRequest("GET", path, query=query, headers=pairs))


def test_proxy_through_a_gate() -> None:
    """With a gate, PROXY sends the request on below the base URL, and what comes back is not judged."""
    seen: list[tuple[str, str, str]] = []

    def send(request: HttpRequest, base_url: str) -> HttpResponse:
        seen.append((base_url, request.path, request.query))
        return HttpResponse(418, [(b"content-type", b"text/plain"), (b"x-a", b"1"), (b"content-length", b"3")], b"tea")

    extension = {"dispatcher": "PROXY", "dispatcherRules": "http://tea.example/v1/"}
    server = mock(answering("x", **{"x-microcks-operation": extension}))
    server.egress = send
    answer = get(server, "/rest/T/1/a/b%20c?q=1")
    assert (418, b"tea") == (answer.status, answer.body)
    assert [("http://tea.example/v1", "/a/b%20c", "q=1")] == seen
    assert (b"x-a", b"1") in answer.headers
    assert [b"3"] == [value for name, value in answer.headers if name == b"content-length"]


def test_proxy_without_a_gate() -> None:
    """Without a gate the request is refused, and the refusal says where it would have gone."""
    extension = {"dispatcher": "PROXY", "dispatcherRules": "http://tea.example/v1"}
    answer = get(mock(answering("x", **{"x-microcks-operation": extension})))
    assert 501 == answer.status
    assert "http://tea.example/v1" in orjson.loads(answer.body)["detail"]


def test_a_stub_comes_before_the_dispatcher_and_after_constraints() -> None:
    """`@mock.on` is the alternative to scripts; constraints hold for it, too."""
    constraint = {"name": "x-key", "in": "header", "required": True}
    server = mock(answering("x", **{"x-microcks-operation": {"parameterConstraints": [constraint], "delay": 5}}))
    server.on("op")(lambda invocation: Answer(200, "stub"))
    assert 400 == get(server).status
    answer = get(server, x_key="1")
    assert (b'"stub"', 5.0) == (answer.body, answer.delay)


def test_preferred_examples_are_filled_in() -> None:
    """`Prefer: example=` answers with the template's text, not with the template."""
    operation = answering("x", "y", **{"x-microcks-operation": {"delay": 0}})
    examples = operation["responses"]["200"]["content"]["application/json"]["examples"]
    examples["y"]["value"] = "{{ request.path[1] }}"
    assert b'"seven"' == get(mock(operation), "/a/seven", prefer="example=y").body


def test_an_example_that_breaks_the_contract_is_passed_over() -> None:
    """A chosen example that is not valid falls to the next in line, and the journal says why."""
    operation = answering("x")
    operation["responses"]["200"]["content"]["application/json"]["schema"] = {"type": "integer"}
    server = mock(operation)
    assert isinstance(orjson.loads(get(server).body), int)
    assert any("passed over the dispatcher" in note for note in server.journal[-1].notes)


def test_a_broken_operation_does_not_stop_the_others() -> None:
    """A reference that leads nowhere beside an extension costs that operation alone."""
    operation = answering("x", **{"x-microcks-operation": {"dispatcher": "URI_PARTS", "dispatcherRules": "id"}})
    broken = {**operation, "operationId": "broken", "requestBody": {"$ref": "#/components/none"}}
    paths = {"/a/{id}": {"get": operation, "post": broken}}
    document = Document({"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": paths})
    server = Mock(document, Settings())
    assert b'"x"' == get(server).body
    assert server.handle(HttpRequest("POST", "/a/x")).status in (200, 501)


@pytest.mark.parametrize("depth", [7, 30])
def test_nested_rules_are_bounded(depth: int) -> None:
    """Rules within rules end somewhere."""
    rules: Any = {"fallback": "x"}
    for _ in range(depth):
        rules = {"dispatcher": "FALLBACK", "dispatcherRules": rules, "fallback": "x"}
    server = mock(answering("x", **{"x-microcks-operation": {"dispatcher": "FALLBACK", "dispatcherRules": rules}}))
    assert (depth > 7) == bool(server.document.diagnostics)
    assert b'"x"' == get(server).body


def test_templates_only_where_they_are_meant() -> None:
    """Mere names in braces are text, unless the document was written for Microcks; calls speak for themselves."""
    operation = answering("x")
    example = operation["responses"]["200"]["content"]["application/json"]["examples"]["x"]
    example["value"] = "{{ name }}"
    assert b'"{{ name }}"' == get(mock(operation)).body
    assert b'""' == get(mock(operation, microcks="strict")).body
    assert b'""' == get(mock({**operation, "x-microcks-operation": {"delay": 1}})).body
    example["value"] = "{{ request.path[0] }} {{ name }}"
    assert b'"a "' == get(mock(operation)).body
    assert b"{{" in get(mock(operation, microcks="off")).body


def test_stubs_hold_back() -> None:
    """The answer of a stub may have a delay, in any document."""
    server = mock(answering())
    server.on("op")(lambda invocation: Answer(200, "later", delay=25))
    assert 25 == get(server).delay


def test_a_stub_chooses_an_example() -> None:
    """`Chosen` answers with an example of the document; a name that there is not is told with the nearest."""
    operation = answering("orval", "westmalle")
    operation["responses"]["404"] = {"description": "", "x-microcks-refs": ["gone"]}
    server = mock(operation)
    server.on("op")(lambda invocation: Chosen(invocation.parameters["id"]))
    assert (200, b'"westmalle"') == ((one := get(server, "/a/westmalle")).status, one.body)
    assert (404, b"") == ((one := get(server, "/a/gone")).status, one.body)
    assert 501 == (unknown := get(server, "/a/orvale")).status
    assert "did you mean 'orval'?" in orjson.loads(unknown.body)["detail"]


def test_many_examples_are_looked_up() -> None:
    """Among a thousand examples the one is found, and the last resort is still the one that says less."""
    names = [f"n{number}" for number in range(1000)]
    operation = answering(*names)
    operation["parameters"].append({"name": "q", "in": "query", "examples": {"n7": {"value": "1"}}})
    server = mock(operation, microcks="strict")
    assert [b'"n7"', b'"n999"', b'"n999"'] == [
        get(server, f"/a/{asked}").body for asked in ("n7?q=1", "n999", "n999?q=2")
    ]
    assert 400 == get(server, "/a/n1000").status


def test_arrays_in_queries() -> None:
    """An array fits repeated values in any order, and values with commas."""
    operation = answering("x")
    operation["parameters"] = [
        {"name": "tag", "in": "query", "schema": {"type": "array", "items": {"type": "string"}},
         "examples": {"x": {"value": ["b", "a"]}}}
    ]  # fmt: skip
    server = mock(operation, path="/a", microcks="strict")
    assert [200, 200, 400] == [get(server, f"/a?{query}").status for query in ("tag=a&tag=b", "tag=b,a", "tag=a")]


@pytest.mark.parametrize(
    ("base", "strategy", "low", "high"),
    [(100, None, 100, 100), ("250", "FIXED", 250, 250), (100, "random", 0, 100), ("1.5", "random-0", 1.5, 1.5),
     (100, "random-20", 80, 120)],
)  # fmt: skip
def test_delays(base: Any, strategy: Any, low: float, high: float) -> None:
    """A delay is milliseconds and a strategy."""
    found = delay(base, strategy)
    assert (low, high) == pytest.approx((found.base * found.low, found.base * found.high))


@pytest.mark.parametrize(("base", "strategy"), [(-1, None), (True, None), ("1e9", None), ("٣", None), (1, "random-101"),
                                                (1, "often"), (10**12, None)])  # fmt: skip
def test_no_delays(base: Any, strategy: Any) -> None:
    """What is no delay or no strategy is refused."""
    with pytest.raises(UsageError):
        delay(base, strategy)


def delivered(response: HttpResponse, *, leaves: bool) -> list[str]:
    """Return the kinds of messages that a door sends for a response; the client stays or leaves at once."""
    sent: list[str] = []

    async def run() -> None:
        async def receive() -> MutableMapping[str, Any]:
            if not leaves:
                await asyncio.Event().wait()
            return {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message["type"])

        await deliver(mock(answering("x")), response, {}, receive, send)

    asyncio.run(run())
    return sent


def test_doors_wait() -> None:
    """A door holds an answer back, and says nothing at all to a client that has gone meanwhile."""
    response = HttpResponse(200, [], b"x", delay=3_600_000)
    assert [] == delivered(response, leaves=True)
    response = HttpResponse(200, [], b"x", delay=0.001)
    assert ["http.response.start", "http.response.body"] == delivered(response, leaves=False)


def test_the_workers_ai_mock_does_without() -> None:
    """None of this is even imported for the bundled contract."""
    program = (
        "import sys; from mockserver import Mock, HttpRequest; mock = Mock(auth=False); "
        "request = HttpRequest('POST', f'/accounts/{mock.account_id}/ai/v1/embeddings', "
        'body=b\'{"model": "@cf/baai/bge-small-en-v1.5", "input": "a"}\'); '
        "assert mock.handle(request).status == 200; "
        "print([name for name in sys.modules if name.startswith(('mockserver.engine.authored', "
        "'mockserver.engine.templates', 'mockserver.engine.dispatchers', 'mockserver.engine.delays'))])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "[]" == said.stdout.strip()


@pytest.mark.parametrize(("microcks", "status"), [("auto", 200), ("strict", 200)])
def test_other_bodies_are_not_refused(microcks: str, status: int) -> None:
    """Examples that only bodies tell apart refuse nobody: Microcks would not compare them."""
    body = {"schema": {}, "examples": {"a": {"value": 1}, "b": {"value": 2}}}
    operation = {
        "requestBody": {"content": {"application/json": body}},
        "responses": {"200": {"description": "", "content": {"application/json": body}}},
        "x-microcks-operation": {"delay": 1},
    }
    server = mock(operation, path="/a", method="post", microcks=microcks)
    said = [
        server.handle(HttpRequest("POST", "/a", headers=[(b"content-type", b"application/json")], body=asked))
        for asked in (b"2", b"3")
    ]
    assert [(status, b"2"), (status, b"1")] == [(each.status, each.body) for each in said]


def test_a_responder_is_not_kept_from_answering() -> None:
    """A delay on an operation that a service answers does not turn strangers away."""

    class Answering(Service):
        def responder(self, operation: Any) -> Any:
            return lambda invocation: Answer(200, "responder")

    operation = answering("x", **{"x-microcks-operation": {"delay": 7}})
    content = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a/{id}": {"get": operation}}}
    server = Mock(Document(content), Settings(), Answering())
    assert [(b'"responder"', 7.0), (b'"x"', 7.0)] == [
        (each.body, each.delay) for each in (get(server, "/a/other"), get(server, "/a/x"))
    ]


def test_headers_stay_headers() -> None:
    """No example, template or parameter becomes a second header or a broken one."""
    operation = answering(
        "x",
        **{
            "x-microcks-operation": {
                "parameterConstraints": [
                    {"name": "filter[a b]", "in": "query", "recopy": True},
                    {"name": "x-in", "in": "header", "recopy": True},
                ]
            }
        },
    )
    operation["responses"]["200"]["headers"] = {
        "x-one": {"example": "a\r\nx-two: b"}, "x three": {"example": "c"}, "Content-Length": {"example": "9"},
        "x-four": {"example": "{{ request.params[q] }}"},
    }  # fmt: skip
    server = mock(operation)
    assert ["op: 'filter[a b]' cannot be sent back: it is no name of a header; it is passed over"] == [
        each.message for each in server.document.diagnostics
    ]
    answer = get(server, "/a/x?q=%0d%0ax-five:1", x_in="\x85")
    found = {name: value for name, value in answer.headers if name.startswith(b"x-") or name == b"content-length"}
    found.pop(b"x-mockflare-source")
    found.pop(b"x-mockflare-warning", None)
    assert {
        b"x-one": b"a  x-two: b", b"x-four": b"  x-five:1", b"x-in": b"\xc2 ", b"content-length": b"3",
    } == found  # fmt: skip
