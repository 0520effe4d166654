"""Finetunes: adapters, their files, and requests that use them."""

from __future__ import annotations

from typing import Any

import cloudflare
import httpx
import pytest

from mockserver.server import MockServer

BASE = "@cf/google/gemma-2b-it-lora"
CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


def _upload(ai: httpx.Client, name: str, file: str, content: bytes, slash: str = "") -> httpx.Response:
    return ai.post(
        f"finetunes/{name}/finetune-assets{slash}", files={"file": (file, content)}, data={"file_name": file}
    )


def _create(ai: httpx.Client, name: str = "tone", model: str = BASE) -> Any:
    return ai.post("finetunes/", json={"model": model, "name": name}).json()["result"]


def test_create_and_list(ai: httpx.Client) -> None:
    """A created adapter is listed, also below a path with a slash at its end, until the mock is reset."""
    assert [] == ai.get("finetunes").json()["result"]

    first, again, other = _create(ai), _create(ai), _create(ai, "manners")

    assert first["id"] == again["id"] != other["id"]
    assert (BASE, "tone", False) == (first["model"], first["name"], first["public"])
    assert ["tone", "manners"] == [each["name"] for each in ai.get("finetunes/").json()["result"]]


def test_ids_are_the_same_in_every_mock(ai: httpx.Client, server: MockServer) -> None:
    """The id follows from account, model and name."""
    before = _create(ai)
    server.reset()

    assert [] == ai.get("finetunes").json()["result"]
    assert before["id"] == _create(ai)["id"]


@pytest.mark.parametrize(("model", "status", "code"), [("@cf/baai/bge-m3", 405, 5005), ("@cf/no/model", 400, 5007)])
def test_only_models_with_lora(ai: httpx.Client, model: str, status: int, code: int) -> None:
    """Other models are 5005, unknown ones 5007."""
    answer = ai.post("finetunes", json={"model": model, "name": "tone"})

    assert (status, code) == (answer.status_code, answer.json()["errors"][0]["code"])


def test_at_most_a_hundred(ai: httpx.Client) -> None:
    """The hundred and first adapter of an account is refused; one that is there may be created again."""
    for number in range(100):
        _create(ai, str(number))

    assert 403 == ai.post("finetunes", json={"model": BASE, "name": "one more"}).status_code
    assert 200 == ai.post("finetunes", json={"model": BASE, "name": "7"}).status_code


def test_public_adapters(ai: httpx.Client) -> None:
    """The three of Cloudflare, in order, from an offset, up to a limit."""
    names = ["cf-public-magicoder", "cf-public-jigsaw-classification", "cf-public-cnn-summarization"]
    ordered = ai.get("finetunes/public", params={"orderBy": "name", "offset": 1, "limit": 1}).json()["result"]

    assert names == [each["name"] for each in ai.get("finetunes/public").json()["result"]]
    assert sorted(names)[1:2] == [each["name"] for each in ordered]
    assert [] == ai.get("finetunes/public", params={"limit": 0}).json()["result"]


def test_use_of_an_adapter(ai: httpx.Client) -> None:
    """By name or id, once both files are there; before that it is 3039, as for an unknown one."""
    adapter = _create(ai)
    codes = []
    for file, content in (("", b""), (CONFIG, b'{"r": 8, "model_type": "gemma"}'), (WEIGHTS, b"\0")):
        if file:
            assert {"success": True} == _upload(ai, adapter["id"], file, content, "/").json()
        answer = ai.post(f"run/{BASE}", json={"prompt": "Hi", "lora": "tone"})
        codes.append((answer.status_code, [each["code"] for each in answer.json()["errors"]]))

    assert [(400, [3039]), (400, [3039]), (200, [])] == codes
    assert 200 == ai.post(f"run/{BASE}", json={"prompt": "Hi", "lora": adapter["id"]}).status_code
    assert 3039 == ai.post(f"run/{BASE}", json={"prompt": "Hi", "lora": "other"}).json()["errors"][0]["code"]


def test_use_of_a_public_adapter(ai: httpx.Client) -> None:
    """A public adapter has its files; on a model it was not made for there is a warning."""
    own = ai.get("finetunes/public").json()["result"][0]
    fitting = ai.post(f"run/{own['model']}", json={"prompt": "Hi", "lora": own["name"]})
    other = ai.post(f"run/{BASE}", json={"prompt": "Hi", "lora": own["name"]})

    assert 200 == fitting.status_code
    assert own["model"] in other.headers["x-mockflare-warning"]


def test_a_model_without_lora(ai: httpx.Client) -> None:
    """An adapter on a model that takes none is 405 and 5005."""
    answer = ai.post("run/@cf/meta/llama-3.2-1b-instruct", json={"prompt": "Hi", "lora": "cf-public-magicoder"})

    assert (405, 5005) == (answer.status_code, answer.json()["errors"][0]["code"])


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"r": 8, "model_type": "llama"}', 200),
        (b'{"r": 32, "model_type": "mistral"}', 200),
        (b'{"r": 64, "model_type": "mistral"}', 400),
        (b'{"r": 8, "model_type": "gpt2"}', 400),
        (b'{"r": 8}', 200),
        (b"not JSON", 200),
    ],
)
def test_the_configuration_is_looked_at(ai: httpx.Client, content: bytes, status: int) -> None:
    """A wrong rank or model_type is refused; what the service might refuse is a warning."""
    _create(ai)

    assert status == _upload(ai, "tone", CONFIG, content).status_code


def test_upload_refusals(ai: httpx.Client) -> None:
    """Files have one of two names, and belong to an adapter of the account."""
    _create(ai)

    assert 400 == _upload(ai, "tone", "weights.bin", b"\0").status_code
    assert 404 == _upload(ai, "nobody", WEIGHTS, b"\0").status_code
    assert 404 == _upload(ai, "cf-public-magicoder", WEIGHTS, b"\0").status_code


def test_by_the_sdk(flare: cloudflare.Cloudflare, server: MockServer, ai: httpx.Client) -> None:
    """The Cloudflare SDK creates, uploads and lists."""
    account = server.account_id
    made = flare.ai.finetunes.create(account_id=account, model=BASE, name="tone", description="Kind words")
    for name, content in ((CONFIG, b'{"r": 8, "model_type": "gemma"}'), (WEIGHTS, b"\0\1")):
        flare.ai.finetunes.assets.create(made.id, account_id=account, file=(name, content), file_name=name)
    public: list[Any] = list(flare.ai.finetunes.public.list(account_id=account, limit=2))

    assert ("tone", "Kind words", 2026) == (made.name, made.description, made.created_at.year)
    assert 2 == len(public)
    assert 200 == ai.post(f"run/{BASE}", json={"prompt": "Hi", "lora": made.id}).status_code


def test_what_is_changed_is_not_older_than_itself(ai: httpx.Client) -> None:
    """An adapter that is created again keeps its first time, and was modified no earlier, whatever it is told."""
    first = _create(ai, "tone")

    for word in ("kind", "short", "formal", "warm", "dry"):
        again = ai.post("finetunes", json={"model": BASE, "name": "tone", "description": word}).json()["result"]
        assert (first["id"], first["created_at"], word) == (again["id"], again["created_at"], again["description"])
        assert again["created_at"] <= again["modified_at"]
