"""What real clients were seen to break on, held against the bytes: `/ai/run`, refusals, paths and headers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockserver.server import MockServer

NATIVE = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
CHAT = "@cf/zai-org/glm-4.7-flash"
BASE = "@cf/baai/bge-base-en-v1.5"
QUESTION = [{"role": "user", "content": "What is the weather in Paris?"}]
FUNCTION = {
    "name": "get_weather",
    "description": "Tells the weather.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
Ask = Callable[..., Any]


@pytest.fixture
def run(http: httpx.Client) -> Ask:
    """Run a model; the result out of the envelope."""

    def post(model: str, **body: Any) -> Any:
        response = http.post(f"run/{model}", json=body)
        assert 200 == response.status_code, response.text
        assert "application/json" == response.headers["content-type"]
        envelope = response.json()
        assert (True, [], []) == (envelope["success"], envelope["errors"], envelope["messages"])
        return envelope["result"]

    return post


@pytest.fixture
def stream(http: httpx.Client, events_in: Any) -> Ask:
    """Run a model with `stream: true`; the data of its events without `[DONE]`."""

    def post(model: str, **body: Any) -> list[Any]:
        response = http.post(f"run/{model}", json={**body, "stream": True})
        assert 200 == response.status_code, response.text
        assert "text/event-stream" == response.headers["content-type"]
        *events, done = events_in(response.text)
        assert (None, "[DONE]") == done
        assert {None} == {name for name, _ in events}
        return [data for _, data in events]

    return post


# native answers ---------------------------------------------------------------------------------------------------


def test_response_is_text(run: Ask) -> None:
    """`response` is there and is text; neither null nor an empty list of calls beside it."""
    result = run(NATIVE, messages=QUESTION)

    assert isinstance(result["response"], str)
    assert result["response"]
    assert not result.get("tool_calls")


def test_call_beside_no_text(run: Ask) -> None:
    """With calls `response` is empty text: null is also seen on the wire, but four clients break on it."""
    result = run(NATIVE, messages=QUESTION, tools=[FUNCTION])

    assert "" == result["response"]
    (call,) = result["tool_calls"]
    assert isinstance(call["arguments"], dict)


@pytest.mark.parametrize("tools", [None, [FUNCTION]], ids=["text", "call"])
def test_native_events(stream: Ask, tools: Any) -> None:
    """Every event has text in `response`; none has an empty list of calls or a null.

    langchain-cloudflare drops all text beside `"tool_calls": []` and raises on null; @langchain/cloudflare appends
    "undefined" for an event without `response`.
    """
    events = stream(NATIVE, messages=QUESTION, **({"tools": tools} if tools else {}))

    assert all(isinstance(event["response"], str) for event in events)
    assert all(event.get("tool_calls") != [] for event in events)
    assert all(None not in event.values() for event in events)
    assert [] == [event for event in events[:-1] if "usage" in event]
    assert {"prompt_tokens", "completion_tokens", "total_tokens"} <= set(events[-1]["usage"])


def test_native_json_mode_streamed(stream: Ask) -> None:
    """JSON mode streamed is JSON text in pieces."""
    schema = FUNCTION["parameters"]
    events = stream(NATIVE, messages=QUESTION, response_format={"type": "json_schema", "json_schema": schema})

    assert ["city"] == list(json.loads("".join(event["response"] for event in events)))


def test_chat_events(stream: Ask) -> None:
    """Chunks of the chat family have choices, index and role as on `/ai/v1`, and no null usage."""
    *chunks, last = stream(CHAT, messages=QUESTION)

    assert "assistant" == chunks[0]["choices"][0]["delta"]["role"]
    for chunk in chunks:
        assert "chat.completion.chunk" == chunk["object"]
        assert chunk.get("usage", {}) is not None
        assert all(choice["index"] == 0 for choice in chunk["choices"])
    assert "" == last["response"]
    assert last["usage"]


def test_stop_null(run: Ask, stream: Ask) -> None:
    """langchain-cloudflare sends `"stop": null` on every call: it means "not given"."""
    nulls = dict.fromkeys(("stop", "tools", "tool_choice", "max_tokens", "temperature", "seed", "response_format"))

    assert run(NATIVE, messages=QUESTION) == run(NATIVE, messages=QUESTION, **nulls)
    assert run(CHAT, messages=QUESTION)["choices"] == run(CHAT, messages=QUESTION, **nulls)["choices"]
    assert stream(NATIVE, messages=QUESTION)[-1] == stream(NATIVE, messages=QUESTION, **nulls)[-1]


def test_tool_result_with_a_name(run: Ask) -> None:
    """workers-ai-provider sends the tool's result with its name, and calls with arguments as text."""
    call = {"id": "c1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city":"Paris"}'}}
    history = [
        *QUESTION,
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "name": "get_weather", "tool_call_id": "c1", "content": "Sunny."},
    ]

    for model in (NATIVE, CHAT):
        assert "Sunny." in json.dumps(run(model, messages=history, tools=[{"type": "function", "function": FUNCTION}]))


# refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "result"),
    [
        ("run/@cf/no/such", {"prompt": "x"}, 400, 5007, {}),
        (f"run/{NATIVE}", {"temperature": 1}, 400, 5006, {}),
        (f"run/{BASE}", {}, 400, 5006, {}),
        ("v1/chat/completions", {"model": "@cf/no/such", "messages": []}, 400, 5007, {}),
        ("v1/chat/completions", {"model": NATIVE, "messages": "x"}, 400, 5006, {}),
        ("v1/embeddings", {"model": NATIVE, "input": "x"}, 400, 5007, {}),
        ("v1/nothing", {}, 400, 7000, None),
    ],
)
def test_refusal(http: httpx.Client, path: str, body: Any, status: int, code: int, result: Any) -> None:
    """Failures carry the envelope everywhere; `result` is null or empty, or llama-index takes them for success."""
    response = http.post(path, json=body)

    assert (status, "application/json") == (response.status_code, response.headers["content-type"])
    failure = response.json()
    assert (False, result, []) == (failure["success"], failure["result"], failure["messages"])
    (error,) = failure["errors"]
    assert code == error["code"]
    assert isinstance(error["message"], str)
    keys = ["errors", "success", "result", "messages"] if result == {} else ["result", "success", "errors", "messages"]
    assert keys == list(failure)


@pytest.mark.parametrize("fault", [3040, 3007, 500])
def test_faults_do_not_make_clients_wait(http: httpx.Client, server: MockServer, fault: int) -> None:
    """A fault tells clients to try again at once."""
    server.fail(NATIVE, fault)

    response = http.post(f"run/{NATIVE}", json={"prompt": "x"})

    assert response.status_code in (408, 429, 500)
    assert 0 < float(response.headers["retry-after-ms"]) <= 10
    assert "0" == response.headers["retry-after"]


def test_malformed_body(http: httpx.Client) -> None:
    """What is no JSON is refused as bad input."""
    response = http.post(f"run/{NATIVE}", content=b'{"prompt": "x"', headers={"content-type": "application/json"})

    assert (400, 5006) == (response.status_code, response.json()["errors"][0]["code"])


# paths and headers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling",
    [
        NATIVE,
        NATIVE.replace("/", "%2F"),
        NATIVE.replace("/", "%2f"),
        NATIVE.replace("/", "%2F").replace("@", "%40"),
        NATIVE.replace("@", "%40"),
    ],
)
def test_spellings_of_a_model(http: httpx.Client, spelling: str) -> None:
    """A model's slashes and its at sign come as they are and percent-encoded: one answer."""
    assert (
        http.post(f"run/{NATIVE}", json={"prompt": "x"}).json()
        == http.post(f"run/{spelling}", json={"prompt": "x"}).json()
    )


def test_below_the_base_path_and_at_the_root(http: httpx.Client, server: MockServer) -> None:
    """Operations answer below `/client/v4` and at the root alike."""
    path = f"/accounts/{server.account_id}/ai/run/{BASE}"

    answers = [http.post(server.url + base + path, json={"text": "x"}).json() for base in ("/client/v4", "")]

    assert answers[0] == answers[1]
    assert server.base_url == server.url + "/client/v4"


def test_body_without_a_json_type(http: httpx.Client) -> None:
    """`curl -d` says that JSON is a form; it is read as JSON all the same."""
    expected = http.post(f"run/{NATIVE}", json={"prompt": "x"}).json()
    for kind in ("application/x-www-form-urlencoded", "text/plain;charset=UTF-8", "application/json; charset=utf-8"):
        response = http.post(f"run/{NATIVE}", content=b'{"prompt": "x"}', headers={"content-type": kind})
        assert expected == response.json()

    request = http.build_request("POST", f"run/{NATIVE}", content=b'{"prompt": "x"}')
    assert expected == http.send(request).json()


def test_headers_to_ignore(http: httpx.Client) -> None:
    """Headers of SDKs and of the gateway change nothing."""
    headers = {
        "x-stainless-lang": "python",
        "api-version": "2026-11-24",
        "x-session-affinity": "abc",
        "cf-aig-gateway-id": "mine",
        "cf-aig-skip-cache": "true",
        "accept-encoding": "gzip, deflate, zstd",
        "accept": "*/*",
    }
    plain, adorned = (
        http.post(f"run/{BASE}", json={"text": "x"}),
        http.post(f"run/{BASE}", json={"text": "x"}, headers=headers),
    )

    assert plain.json() == adorned.json()


def test_unknown_query_parameters(http: httpx.Client) -> None:
    """The AI SDK's provider forwards its options as query parameters."""
    response = http.post(f"run/{NATIVE}", params={"style": "short", "tags": "a,b"}, json={"prompt": "tides"})

    assert http.post(f"run/{NATIVE}", json={"prompt": "tides"}).json()["result"] == response.json()["result"]


def test_options_of_the_request(run: Ask) -> None:
    """A top-level `options` beside the inputs is taken."""
    assert (
        run(NATIVE, prompt="tides")["response"]
        == run(NATIVE, prompt="tides", options={"rejectIfBusy": True})["response"]
    )


def test_request_ids(http: httpx.Client) -> None:
    """`cf-ray` on every answer; `cf-ai-req-id` on those that reached a model."""
    reached = http.post(f"run/{NATIVE}", json={"prompt": "x"})
    refused = http.post(f"run/{NATIVE}", json={"prompt": 7})
    stranger = http.post(f"run/{NATIVE}", json={"prompt": "x"}, headers={"authorization": "Bearer nobody"})
    lost = http.post("v1/nothing", json={})

    assert all("cf-ray" in response.headers for response in (reached, refused, stranger, lost))
    assert [36, 36] == [len(response.headers["cf-ai-req-id"]) for response in (reached, refused)]
    assert not [response for response in (stranger, lost) if "cf-ai-req-id" in response.headers]


@pytest.mark.parametrize("model", [NATIVE, CHAT])
def test_cost(http: httpx.Client, model: str) -> None:
    """`cf-ai-neurons` says what an inference costs, as decimal text."""
    response = http.post(f"run/{model}", json={"messages": QUESTION})

    assert float(response.headers["cf-ai-neurons"]) > 0
