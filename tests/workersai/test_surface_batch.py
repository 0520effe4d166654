"""Batches, the generic run and the paths of the AI gateway: other ways to the same answers."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from mockserver.app import Mock
from mockserver.effective import catalogue
from mockserver.engine.values import HttpRequest
from mockserver.server import MockServer

BGE = "@cf/baai/bge-base-en-v1.5"
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
MESSAGES = [{"role": "user", "content": "How do tides work?"}]


def _batch(ai: httpx.Client, model: str, body: dict[str, Any]) -> Any:
    return ai.post(f"run/{model}", params={"queueRequest": "true"}, json=body).json()["result"]


def test_a_batch_from_queue_to_answers(ai: httpx.Client) -> None:
    """Queued, then running, then each answer in its place with its reference."""
    queued = _batch(ai, BGE, {"requests": [{"text": "a boat", "external_reference": "one"}, {"text": ["a", "b"]}]})
    states = [_batch(ai, BGE, {"request_id": queued["request_id"]}) for _ in range(3)]

    assert ("queued", BGE) == (queued["status"], queued["model"])
    assert {"status": "running", "request_id": queued["request_id"]} == states[0]
    assert states[1] == states[2]
    one, two = states[1]["responses"]
    assert (0, True, "one") == (one["id"], one["success"], one["external_reference"])
    assert (1, True, None) == (two["id"], two["success"], two["external_reference"])
    assert ai.post(f"run/{BGE}", json={"text": "a boat"}).json()["result"] == one["result"]
    assert states[1]["usage"]["prompt_tokens"] > 0


def test_contexts_are_counted(ai: httpx.Client) -> None:
    """A query and its contexts count in the usage of a batch; a context that is the query scores 1, never more."""
    queued = _batch(ai, "@cf/baai/bge-m3", {"requests": [{"text": "a"}, {"query": "a", "contexts": [{"text": "a"}]}]})
    for _ in range(2):
        done = _batch(ai, "@cf/baai/bge-m3", {"request_id": queued["request_id"]})

    assert 3 == done["usage"]["prompt_tokens"] == done["usage"]["total_tokens"]
    assert 1.0 == done["responses"][1]["result"]["response"][0]["score"]


def test_a_bad_request_fails_alone(ai: httpx.Client) -> None:
    """The others are answered."""
    queued = _batch(ai, LLAMA, {"requests": [{"prompt": "Hi"}, {}, {"messages": MESSAGES}]})
    for _ in range(2):
        state = _batch(ai, LLAMA, {"request_id": queued["request_id"]})

    assert [True, False, True] == [each["success"] for each in state["responses"]]
    assert 5006 == state["responses"][1]["errors"][0]["code"]
    used = [each["result"]["usage"]["total_tokens"] for each in state["responses"] if each["success"]]
    assert sum(used) == state["usage"]["total_tokens"]


def test_an_unknown_batch(ai: httpx.Client, server: MockServer) -> None:
    """An id that was never queued, of another model, or from before a reset is 404."""
    queued = _batch(ai, BGE, {"requests": [{"text": "a"}]})
    foreign = ai.post(f"run/{LLAMA}?queueRequest=true", json={"request_id": queued["request_id"]})
    server.reset()

    assert 404 == foreign.status_code
    for name in (queued["request_id"], "nonsense"):
        assert 404 == ai.post(f"run/{BGE}?queueRequest=true", json={"request_id": name}).status_code


def test_a_model_without_batches(ai: httpx.Client) -> None:
    """The refusal says why."""
    answer = ai.post("run/@cf/meta/llama-3.2-1b-instruct?queueRequest=true", json={"requests": [{"prompt": "Hi"}]})

    assert 400 == answer.status_code
    assert "takes no batches" in answer.json()["errors"][0]["message"]


def test_a_batch_is_below_ten_megabytes(ai: httpx.Client) -> None:
    """10 MB are too much."""
    answer = ai.post(f"run/{BGE}?queueRequest=true", json={"requests": [{"text": "a" * 10_000_000}]})

    assert 413 == answer.status_code


def test_without_the_query_parameter(ai: httpx.Client) -> None:
    """The mock takes a batch all the same and warns; a strict one refuses."""
    answer = ai.post(f"run/{BGE}", json={"requests": [{"text": "a"}]})

    assert "queued" == answer.json()["result"]["status"]
    assert "queueRequest=true" in answer.headers["x-mockflare-warning"]
    strict = Mock(fidelity="strict")
    headers = [(b"authorization", b"Bearer " + strict.token.encode())]
    path = f"/accounts/{strict.account_id}/ai/run/{BGE}"
    assert (
        400 == strict.handle(HttpRequest("POST", path, headers=headers, body=b'{"requests": [{"text": "a"}]}')).status
    )


@pytest.mark.parametrize(
    "model", [model.name for model in catalogue().select(status="active", capability="async_batch")]
)
def test_the_refusal_of_an_ordinary_input_knows_no_batches(ai: httpx.Client, model: str) -> None:
    """What is missing is what the model takes, not what a batch takes."""
    message = ai.post(f"run/{model}", json={}).json()["errors"][0]["message"]

    assert "required" in message
    assert "requests" not in message


def test_time_and_shape_by_switch() -> None:
    """With the real clock a batch is queued first; a nested result has another `result` around it."""
    mock = Mock(switches={"batch-clock": "real", "batch-result": "nested"})
    headers = [(b"authorization", b"Bearer " + mock.token.encode())]

    def post(body: dict[str, Any]) -> Any:
        path = f"/accounts/{mock.account_id}/ai/run/{BGE}"
        request = HttpRequest("POST", path, query="queueRequest=true", headers=headers, body=json.dumps(body).encode())
        return json.loads(mock.handle(request).body)["result"]

    queued = post({"requests": [{"text": "a"}]})
    assert "queued" == post({"request_id": queued["request_id"]})["status"]
    mock.service._surface.batches.get(queued["request_id"]).queued_at -= 10  # type: ignore[attr-defined]
    (answer,) = post({"request_id": queued["request_id"]})["responses"]
    assert [1, 768] == answer["result"]["result"]["shape"]


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (LLAMA, {"prompt": "Hi"}),
        (LLAMA, {"prompt": "Hi", "stream": True}),
        (BGE, {"text": ["a", "b"]}),
        ("@cf/openai/gpt-oss-120b", {"messages": MESSAGES}),
        ("@cf/meta/llama-3.1-8b-instruct", {"prompt": "Hi"}),
        (LLAMA, {}),
        (BGE, {"text": 5}),
    ],
)
def test_the_generic_run_answers_as_the_path(ai: httpx.Client, model: str, body: dict[str, Any]) -> None:
    """Status, type and bytes are those of `/ai/run/<model>`, refusals included."""
    direct = ai.post(f"run/{model}", json=body)
    generic = ai.post("run", json={"model": model, "input": body, "options": {"gateway": {"id": "g"}}})

    assert direct.status_code == generic.status_code
    assert direct.headers["content-type"] == generic.headers["content-type"]
    assert direct.content == generic.content


def test_refusals_of_the_generic_run(ai: httpx.Client) -> None:
    """A model that is unknown or of another provider is 5007, an input that is missing 5006."""
    for model in ("@cf/no/model", "openai/gpt-5.5"):
        assert 5007 == ai.post("run", json={"model": model, "input": {}}).json()["errors"][0]["code"]
    assert 5006 == ai.post("run", json={"model": LLAMA}).json()["errors"][0]["code"]


@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("path", ["workers-ai/run/{}", "workers-ai/{}"])
def test_gateway_paths_of_a_model(ai: httpx.Client, server: MockServer, path: str, encoded: bool) -> None:
    """The answer is the one without a gateway, with the model's slashes bare or encoded."""
    model = BGE.replace("/", "%2F") if encoded else BGE
    url = f"{server.url}/v1/{server.account_id}/my-gateway/{path.format(model)}"
    through = httpx.post(url, json={"text": "a"}, headers=ai.headers)

    assert 200 == through.status_code
    assert ai.post(f"run/{BGE}", json={"text": "a"}).content == through.content
    assert server.requests[-1].operation_id == server.requests[-2].operation_id


@pytest.mark.parametrize(
    ("path", "model"),
    [("workers-ai/v1/chat/completions", LLAMA), ("compat/chat/completions", f"workers-ai/{LLAMA}")],
)
def test_gateway_paths_of_chat(ai: httpx.Client, server: MockServer, path: str, model: str) -> None:
    """The compatible endpoint takes model names of several providers."""
    url = f"{server.url}/v1/{server.account_id}/my-gateway/{path}"
    through = httpx.post(url, json={"model": model, "messages": MESSAGES}, headers=ai.headers)
    direct = ai.post("v1/chat/completions", json={"model": LLAMA, "messages": MESSAGES})

    assert 200 == direct.status_code
    assert direct.content == through.content


def test_other_paths_of_the_gateway(ai: httpx.Client, server: MockServer) -> None:
    """Other providers are not there."""
    answer = httpx.post(f"{server.url}/v1/{server.account_id}/g/openai/chat/completions", json={}, headers=ai.headers)

    assert 7000 == answer.json()["errors"][0]["code"]
