"""Catalogue pages: models, schemas, tasks and authors."""

from __future__ import annotations

import re
from typing import Any

import cloudflare
import httpx
import jsonschema
import pytest

from mockserver.effective import catalogue
from mockserver.server import MockServer
from mockserver.workersai.surface.records import model_record

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
IDS = {
    "price", "context_window", "async_queue", "function_calling", "reasoning", "reasoning_effort", "partner", "beta",
    "lora", "vision", "require_workers_paid", "realtime", "max_input_tokens", "output_dimensions", "languages",
    "planned_deprecation_date",
}  # fmt: skip


def test_a_model_in_the_wire_shape(ai: httpx.Client) -> None:
    """The keys in their order; values are text, but for prices and efforts; what is absent is false."""
    (item,) = ai.get("models/search", params={"search": "llama-3.3-70b"}).json()["result"]

    assert ["id", "source", "name", "description", "task", "created_at", "tags", "properties"] == list(item)
    assert (1, LLAMA, "Text Generation") == (item["source"], item["name"], item["task"]["name"])
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", item["id"])
    assert re.fullmatch(r"2024-12-06 \d\d:\d\d:\d\d\.\d{3}", item["created_at"])
    values = {each["property_id"]: each["value"] for each in item["properties"]}
    assert ("24000", "true", "true") == (values["context_window"], values["function_calling"], values["async_queue"])
    assert {"unit": "per M input tokens", "price": 0.293, "currency": "USD"} == values["price"][0]
    assert "vision" not in values


def test_values_have_their_types() -> None:
    """Every property of every model is text, the price a list, the efforts an object."""
    kinds = {"price": list, "reasoning_effort": dict}
    for model in catalogue().values():
        record = model_record(model, catalogue())
        for each in record["properties"]:
            assert each["property_id"] in IDS
            assert isinstance(each["value"], kinds.get(each["property_id"], str))


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"task": "Voice Activity Detection"}, ["@cf/pipecat-ai/smart-turn-v2"]),
        ({"task": "voice activity detection"}, []),
        ({"task": "No Such Task"}, []),
        ({"author": "myshell-ai"}, ["@cf/myshell-ai/melotts"]),
        ({"search": "SMART-TURN"}, ["@cf/pipecat-ai/smart-turn-v2"]),
        ({"source": "2"}, []),
        ({"author": "myshell-ai", "task": "Translation"}, []),
    ],
)
def test_filters(ai: httpx.Client, params: dict[str, str], names: list[str]) -> None:
    """A task is an exact display name, a search is part of a name or description; an unknown value finds nothing."""
    answer = ai.get("models/search", params=params)

    assert 200 == answer.status_code
    assert names == [each["name"] for each in answer.json()["result"]]
    assert answer.json()["success"] is True


def test_pages(ai: httpx.Client) -> None:
    """Pages partition the list; one past the end is empty and still a success."""
    whole = ai.get("models/search").json()
    parts = [ai.get("models/search", params={"page": page, "per_page": 30}).json() for page in (1, 2, 3, 4)]

    assert whole["result"] == [each for part in parts for each in part["result"]]
    count = len(whole["result"])
    assert {"count": count, "page": 1, "per_page": 100, "total_count": count} == whole["result_info"]
    assert {"count": 0, "page": 4, "per_page": 30, "total_count": count} == parts[3]["result_info"]


@pytest.mark.parametrize(
    "query", ["page=x", "page=0", "per_page=-1", "hide_experimental=maybe", "format=xml", "source=a"]
)
def test_a_malformed_parameter_is_refused(ai: httpx.Client, query: str) -> None:
    """The refusal names the parameter."""
    answer = ai.get("models/search", params=httpx.QueryParams(query))

    assert 400 == answer.status_code
    assert query.split("=")[0] in answer.json()["errors"][0]["message"]


def test_deprecated_models(ai: httpx.Client) -> None:
    """On request those are listed that were retired in the last three months that the catalogue knows of."""
    names = {each["name"] for each in ai.get("models/search").json()["result"]}
    more = ai.get("models/search", params={"include_deprecated": "true", "per_page": 200}).json()["result"]
    added = [each for each in more if each["name"] not in names]

    assert "@cf/meta/llama-3.1-8b-instruct" in {each["name"] for each in added}
    dates = {each["value"] for item in added for each in item["properties"] if "deprecation" in each["property_id"]}
    assert {"2026-05-30"} == dates


def test_experimental_models_can_be_hidden(ai: httpx.Client) -> None:
    """Beta models are left out."""
    shown = ai.get("models/search", params={"hide_experimental": "true"}).json()["result"]

    assert shown
    assert not any(each["property_id"] == "beta" for item in shown for each in item["properties"])


def test_decision_models_have_no_parameters_of_sampling(ai: httpx.Client) -> None:
    """They are listed as text generation, and take no temperature."""
    listed = ai.get("models/search", params={"format": "openrouter", "search": "cl", "per_page": 100}).json()["data"]
    supported = {each["id"].rpartition("/")[2]: each["supported_parameters"] for each in listed}

    assert [] == supported["clef"] == supported["clairic"]


def test_openrouter_format(ai: httpx.Client) -> None:
    """`format=openrouter` is a bare list of data."""
    answer = ai.get("models/search", params={"format": "openrouter", "search": "llama-3.3-70b"}).json()

    assert ["data"] == list(answer)
    assert (LLAMA, 24000) == (answer["data"][0]["id"], answer["data"][0]["context_length"])
    assert {"prompt": "0.000000293", "completion": "0.000002253"} == answer["data"][0]["pricing"]


@pytest.mark.parametrize("model", [model.name for model in catalogue().select(status="active")])
def test_schemas_of_every_model(ai: httpx.Client, model: str) -> None:
    """Input and output are self-contained JSON Schemas with type, description and additionalProperties at the top."""
    answer = ai.get("models/schema", params={"model": model})

    assert "responder" == answer.headers["x-mockflare-source"]
    assert ["result", "success"] == list(answer.json())
    for side in ("input", "output"):
        schema = answer.json()["result"][side]
        assert {"type", "description", "additionalProperties"} <= set(schema)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert "#/components" not in str(schema)
        assert "BatchRe" not in str(schema)


def test_a_schema_judges_what_the_model_takes_and_says(ai: httpx.Client) -> None:
    """An accepted input and its result are valid, a refused one is not."""
    model = "@cf/baai/bge-base-en-v1.5"
    schema = ai.get("models/schema", params={"model": model}).json()["result"]
    result = ai.post(f"run/{model}", json={"text": ["a"]}).json()["result"]

    jsonschema.validate({"text": ["a"]}, schema["input"])
    jsonschema.validate(result, schema["output"])
    assert not jsonschema.Draft202012Validator(schema["input"]).is_valid({"text": 5})


def test_schema_refusals(ai: httpx.Client) -> None:
    """An unknown model is 5007, a missing parameter 400."""
    unknown, missing = ai.get("models/schema", params={"model": "@cf/no/model"}), ai.get("models/schema")

    assert (400, 5007) == (unknown.status_code, unknown.json()["errors"][0]["code"])
    assert 400 == missing.status_code


def test_by_the_sdk(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """The Cloudflare SDK pages to the end and reads schemas, tasks and authors."""
    account = server.account_id
    models: list[Any] = list(flare.ai.models.list(account_id=account, per_page=25))
    schema = flare.ai.models.schema.get(account_id=account, model=LLAMA)
    tasks: list[Any] = list(flare.ai.tasks.list(account_id=account))
    authors: list[Any] = list(flare.ai.authors.list(account_id=account))

    assert len(models) == len({each["name"] for each in models}) > 60
    assert (True, "object") == (schema.input.additional_properties, schema.input.type)
    assert {each["task"]["name"] for each in models} == {each["name"] for each in tasks}
    assert {each["name"].split("/")[1] for each in models} == {each["name"] for each in authors}
