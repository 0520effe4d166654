"""The endpoints below `/_mockflare`, as a test suite in another language uses them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from mockserver.server import MockServer

INPUT = {"model": "@cf/baai/bge-small-en-v1.5", "input": "hello"}
OWN = {"object": "list", "data": [], "model": "mine", "usage": {"prompt_tokens": 1, "total_tokens": 1}}


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as running:
        yield running


@pytest.fixture
def client(server: MockServer) -> Iterator[httpx.Client]:
    server.reset()
    with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {server.token}"}) as made:
        yield made


def embed(client: httpx.Client, server: MockServer) -> httpx.Response:
    return client.post(f"/client/v4/accounts/{server.account_id}/ai/v1/embeddings", json=INPUT)


def test_a_fault_for_the_next_request_only(client, server):
    """What is switched on over HTTP fails as `mock.fail` does."""
    assert 204 == client.post("/_mockflare/faults", json={"target": "createEmbeddings", "error": 3040}).status_code
    assert [429, 200] == [embed(client, server).status_code for _ in range(2)]


def test_a_stub_until_the_reset(client, server):
    """A body that keeps to the contract is answered as it is, with its headers."""
    stub = {"target": "createEmbeddings", "body": OWN, "headers": {"x-mine": "yes"}}
    assert 204 == client.post("/_mockflare/stubs", json=stub).status_code
    answer = embed(client, server)
    assert (OWN, "yes", "stub") == (answer.json(), answer.headers["x-mine"], answer.headers["x-mockflare-source"])
    client.post("/_mockflare/reset")
    assert "responder" == embed(client, server).headers["x-mockflare-source"]


def test_the_journal_is_filtered(client, server):
    """By operation and by status; the latest come last."""
    embed(client, server)
    client.get("/nowhere")
    asked = client.get("/_mockflare/journal", params={"operation": "createEmbeddings", "status": 200}).json()
    assert (2, ["createEmbeddings"]) == (asked["count"], [each["operation_id"] for each in asked["exchanges"]])
    assert [] == client.get("/_mockflare/journal", params={"limit": 0}).json()["exchanges"]


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("faults", {"target": "createEmbedings", "error": 3040}, "did you mean 'createEmbeddings'?"),
        ("faults", {"target": "*", "error": "out-of-capacty"}, "did you mean 'out-of-capacity'?"),
        ("faults", {"target": "*", "error": None}, "error is a code"),
        ("faults", {"target": "*", "error": 3040, "times": 0}, "1 or more"),
        ("faults", {"target": 7, "error": 3040}, "target is text"),
        ("faults", {"error": 3040}, "target is missing"),
        ("stubs", {"target": "*", "bodi": 1}, "did you mean body"),
        ("stubs", {"target": "createEmbeddings", "body": 1, "status": 99}, "200 to 599"),
        ("stubs", {"target": "createEmbeddings", "body": 1, "headers": {"a": 1}}, "maps names to texts"),
        ("stubs", [], "no object"),
    ],
)
def test_mistakes_are_told(client, path, body, says):
    """A request that makes no sense is a 400 that says what would."""
    answer = client.post(f"/_mockflare/{path}", json=body)
    assert 400 == answer.status_code
    assert says in answer.json()["error"]


def test_bodies_that_are_no_json(client):
    """They are told apart from those that are, and too long ones from both."""
    assert "no JSON" in client.post("/_mockflare/stubs", content=b"{").json()["error"]
    assert "longer" in client.post("/_mockflare/stubs", content=b"1" * 2_000_000).json()["error"]


def test_an_unknown_endpoint_names_the_nearest(client):
    """Ours answer in JSON, also when they are misspelt; what only begins like them is the document's."""
    assert (404, "did you mean /_mockflare/journal?") == (
        (answer := client.get("/_mockflare/jornal")).status_code,
        answer.json()["error"],
    )
    assert 405 == client.get("/_mockflare/reset").status_code
    assert "errors" in client.get("/_mockflarefoo").json()
