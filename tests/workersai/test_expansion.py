"""The literal paths, and the schemas of the task files behind them."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from mockserver.effective import effective
from mockserver.errors import MockflareError
from mockserver.workersai.catalogue import Catalogue
from mockserver.workersai.expansion import CATCH_ALL, expand, operation_id

SPEC = Path(__file__).parents[2] / "spec"
ACCOUNT = {"name": "account_id", "in": "path", "required": True, "schema": {"type": "string"}}
MODEL = {"name": "model", "in": "path", "required": True, "schema": {"type": "string"}}
TAGS = {"name": "tags", "in": "query", "schema": {"type": "string"}}
BASE: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "t", "version": "1"},
    "paths": {
        CATCH_ALL: {
            "post": {
                "operationId": "run",
                "tags": ["AI"],
                "parameters": [{"$ref": "#/components/parameters/AccountId"}, MODEL, TAGS],
                "responses": {
                    "200": {"description": "ok", "headers": {"cf-ray": {"schema": {"type": "string"}}}},
                    "400": {"$ref": "#/components/responses/BadRequest"},
                },
            }
        }
    },
    "components": {
        "parameters": {"AccountId": ACCOUNT},
        "responses": {"BadRequest": {"description": "no"}},
        "schemas": {
            "ChatCompletionResponse": {
                "type": "object",
                "required": ["id", "object", "created", "model", "choices"],
                "properties": {"object": {"const": "chat.completion"}},
            },
            "ChatCompletionChunk": {"type": "object", "required": ["id", "object", "choices"]},
            "ResponseObject": {"type": "object", "required": ["id", "object", "output"]},
            "ResponseStreamEvent": {"type": "object", "required": ["type", "sequence_number"]},
        },
    },
}
CATALOGUE: dict[str, Any] = {
    "tasks": {"T": {"id": None, "description": ""}},
    "models": [
        {
            "name": "@cf/acme/four",
            "family": "vectors",
            "task": "T",
            "status": "active",
            "description": "Four numbers.",
            "capabilities": ["streaming", "deep"],
            "embedding": {"dimensions": 4, "pooling": ["mean"]},
        },
        {"name": "@cf/acme/any", "family": "vectors", "task": "T", "status": "active", "description": "Any."},
        {"name": "@cf/acme/gone", "family": "lost", "task": "T", "status": "retired", "description": "Gone."},
    ],
}
FAMILIES: dict[str, Any] = {
    "vectors": {
        "family": "vectors",
        "summary": "Vectors",
        "schemas": {
            "VectorsInput": {"type": "object"},
            "VectorsOutput": {"type": "array", "items": {"$ref": "#/components/schemas/VectorsVector"}},
            "VectorsVector": {"type": "array", "minItems": "${embedding.dimensions}", "enum": ["${nothing}", "$x"]},
        },
        "request": {"application/json": {"schema": {"$ref": "#/components/schemas/VectorsInput"}}},
        "result": {"$ref": "#/components/schemas/VectorsOutput"},
        "stream": {"type": "object"},
        "example": {"text": "${slug}", "pooling": "${embedding.pooling}"},
        "when": {"deep": {"binary": ["${embedding.media_type}", "audio/mpeg"]}},
    }
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.from_content(_yaml(SPEC / "models.yml"))


@pytest.fixture(scope="module")
def families() -> dict[str, Any]:
    return {path.stem: _yaml(path) for path in sorted((SPEC / "tasks").glob("*.yml"))}


@pytest.fixture(scope="module")
def expanded(catalogue: Catalogue, families: dict[str, Any]) -> dict[str, Any]:
    return expand(BASE, catalogue, families)


def _yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _operation(document: dict[str, Any], name: str) -> Any:
    return document["paths"][f"/accounts/{{account_id}}/ai/run/{name}"]["post"]


def _small(**changes: Any) -> dict[str, Any]:
    return expand(BASE, Catalogue.from_content(CATALOGUE), {"vectors": {**FAMILIES["vectors"], **changes}})


def _validator(document: dict[str, Any], schema: Any) -> Any:
    return jsonschema.Draft202012Validator({**schema, "components": document["components"]})


def _answer(document: dict[str, Any], name: str) -> Any:
    content = _operation(document, name)["responses"]["200"]["content"]
    return _validator(document, content["application/json"]["schema"])


def _request(document: dict[str, Any], name: str) -> Any:
    content = _operation(document, name)["requestBody"]["content"]
    return _validator(document, content.get("application/json", content.get("multipart/form-data"))["schema"])


def test_facts_fill_the_schemas_of_a_model() -> None:
    """Figures of the record stay typed, and a schema that asks for them is inlined together with who refers to it."""
    vector = _operation(_small(), "@cf/acme/four")["responses"]["200"]["content"]["application/json"]["schema"]

    assert {"type": "array", "items": {"type": "array", "minItems": 4, "enum": ["$x"]}} == vector["properties"][
        "result"
    ]


def test_a_missing_fact_drops_what_asks_for_it() -> None:
    """A model without a dimension demands none; a name that looks similar stays."""
    operation = _operation(_small(), "@cf/acme/any")
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]

    assert {"type": "array", "enum": ["$x"]} == schema["properties"]["result"]["items"]
    assert {"text": "any"} == operation["requestBody"]["content"]["application/json"]["example"]


def test_what_is_the_same_for_all_is_shared() -> None:
    """A schema without figures becomes a component; request bodies refer to it."""
    document = _small()
    body = _operation(document, "@cf/acme/four")["requestBody"]["content"]["application/json"]

    assert {"type": "object"} == document["components"]["schemas"]["VectorsInput"]
    assert {"$ref": "#/components/schemas/VectorsInput"} == body["schema"]
    assert "VectorsVector" not in document["components"]["schemas"]
    assert {"text": "four", "pooling": ["mean"]} == body["example"]


def test_capabilities_choose_the_media_types() -> None:
    """Only a streaming model offers events; `when` adds what a capability brings."""
    four = _operation(_small(), "@cf/acme/four")["responses"]["200"]
    other = _operation(_small(), "@cf/acme/any")["responses"]["200"]

    assert ["application/json", "text/event-stream", "audio/mpeg"] == list(four["content"])
    assert {"schema": {}, "x-itemSchema": {"type": "object"}} == four["content"]["text/event-stream"]
    assert {"schema": {"contentMediaType": "audio/mpeg"}} == four["content"]["audio/mpeg"]
    assert ["application/json"] == list(other["content"])


def test_the_catch_all_lends_its_frame() -> None:
    """Tags, headers, failures and all parameters but the model come from the templated operation."""
    operation = _operation(_small(), "@cf/acme/any")

    assert [{"$ref": "#/components/parameters/AccountId"}, TAGS] == operation["parameters"]
    assert {"$ref": "#/components/responses/BadRequest"} == operation["responses"]["400"]
    assert {"cf-ray": {"schema": {"type": "string"}}} == operation["responses"]["200"]["headers"]
    assert (["AI"], "run-cf-acme-any", "@cf/acme/any", "Any.") == (
        operation["tags"],
        operation["operationId"],
        operation["x-mockflare-model"],
        operation["description"],
    )


def test_a_model_parameter_behind_a_reference_is_left_out_too() -> None:
    """The parameter that the literal path replaces goes, wherever it is written."""
    document = copy.deepcopy(BASE)
    document["components"]["parameters"]["Model"] = MODEL
    document["paths"][CATCH_ALL]["parameters"] = [ACCOUNT]
    document["paths"][CATCH_ALL]["post"]["parameters"] = [{"$ref": "#/components/parameters/Model"}]

    assert [ACCOUNT] == _operation(expand(document, Catalogue.from_content(CATALOGUE), FAMILIES), "@cf/acme/any")[
        "parameters"
    ]


def test_only_active_models_get_a_path() -> None:
    """A retired model stays with the catch-all, so its family need not exist."""
    assert 3 == len(_small()["paths"])


def test_the_document_stays_as_it_was() -> None:
    """Expansion returns a new document."""
    before = copy.deepcopy(BASE)
    _small()

    assert before == BASE


def test_a_document_without_the_catch_all_is_left_alone() -> None:
    """Nothing is added to a document that is not about Workers AI."""
    document = {"openapi": "3.1.0", "paths": {"/pets": {}}}

    assert expand(document, Catalogue.from_content(CATALOGUE), FAMILIES) is document


def test_what_the_document_has_already_stays() -> None:
    """An overlay may write a path or a component schema itself."""
    path = "/accounts/{account_id}/ai/run/@cf/acme/any"
    document = copy.deepcopy(BASE)
    document["paths"][path] = {"description": "mine"}
    document["components"]["schemas"]["VectorsInput"] = {"type": "string"}
    result = expand(document, Catalogue.from_content(CATALOGUE), FAMILIES)

    assert {"description": "mine"} == result["paths"][path]
    assert {"type": "string"} == result["components"]["schemas"]["VectorsInput"]


@pytest.mark.parametrize(
    ("families", "complaint"),
    [
        ({"vector": FAMILIES["vectors"]}, r"@cf/acme/four: unknown family 'vectors'; did you mean 'vector'"),
        ({"vectors": {"family": "vectors"}}, r"family vectors: a task file has at least"),
        ({"vectors": {"request": {"a/b": {}}}}, r"says neither `result` nor `binary`"),
    ],
)
def test_a_wrong_family_is_refused(families: dict[str, Any], complaint: str) -> None:
    """The message names the model or family and what would be right."""
    with pytest.raises(MockflareError, match=complaint):
        expand(BASE, Catalogue.from_content(CATALOGUE), families)


def test_a_schema_with_figures_may_not_lead_back_to_itself() -> None:
    """Inlining it would never end."""
    ring = {"VectorsOutput": {"a": "${slug}", "b": {"$ref": "#/components/schemas/VectorsOutput"}}}

    with pytest.raises(MockflareError, match=r"VectorsOutput -> VectorsOutput"):
        _small(schemas=ring)


def test_operation_ids_are_unique(catalogue: Catalogue) -> None:
    """No two names lead to the same operationId, retired ones included."""
    assert len(catalogue) == len({operation_id(name) for name in catalogue})


def test_the_expanded_document_is_valid(expanded: dict[str, Any]) -> None:
    """A standard validator accepts it, defaults and all, with a path for each active model."""
    OpenAPIV31SpecValidator(expanded).validate()

    assert 74 == len(expanded["paths"])
    assert "${" not in json.dumps(expanded)


def test_the_bundled_contract_is_valid() -> None:
    """Upstream document, overlay and expansion together are one valid document, and the chat answer fits its schema."""
    document = effective().content
    OpenAPIV31SpecValidator(document).validate()

    _answer(document, "@cf/google/gemma-4-26b-a4b-it").validate(
        {"result": {**CHAT, "usage": USAGE}, "success": True, "errors": [], "messages": []}
    )


def test_schema_names_are_unique_and_all_references_lead_somewhere(
    families: dict[str, Any], expanded: dict[str, Any]
) -> None:
    """No two task files share a schema name, and no name in them is misspelt."""
    names = [name for family in families.values() for name in family["schemas"]]
    known = {*names, *BASE["components"]["schemas"]}
    text = json.dumps(families)

    assert len(names) == len(set(names))
    assert {part.split('"', 1)[0] for part in text.split("#/components/schemas/")[1:]} <= known
    assert all(stem == family["family"] for stem, family in families.items())


def test_expansion_is_repeatable(catalogue: Catalogue, families: dict[str, Any], expanded: dict[str, Any]) -> None:
    """Twice the same input gives the same text."""
    assert json.dumps(expanded) == json.dumps(expand(BASE, catalogue, families))


def test_every_example_is_a_valid_request(catalogue: Catalogue, expanded: dict[str, Any]) -> None:
    """The example of a path is valid for that model."""
    for model in catalogue.select(status="active"):
        for body in _operation(expanded, model.name)["requestBody"]["content"].values():
            if "example" in body:
                _validator(expanded, body["schema"]).validate(body["example"])


USAGE = {"prompt_tokens": 4, "completion_tokens": 2, "total_tokens": 6}
WORDS = [{"word": "good", "start": 0.0, "end": 0.4}]
CHAT = {
    "id": "0a",
    "object": "chat.completion",
    "created": 1790000000,
    "model": "m",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Yes."}, "finish_reason": "stop"}],
}
ANSWERS: list[tuple[str, Any]] = [
    ("@cf/meta/llama-3.3-70b-instruct-fp8-fast", {"response": "Yes.", "tool_calls": [], "usage": USAGE}),
    ("@cf/meta/llama-3.3-70b-instruct-fp8-fast", {"response": 42, "usage": USAGE}),
    ("@cf/meta/llama-3.3-70b-instruct-fp8-fast", {"response": {"colour": "red"}}),
    (
        "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
        {"response": None, "tool_calls": [{"name": "look_up", "arguments": {"word": "fox"}}]},
    ),
    ("@cf/meta/llama-guard-3-8b", {"response": {"safe": False, "categories": ["S1"]}, "usage": USAGE}),
    ("@cf/google/gemma-4-26b-a4b-it", CHAT),
    ("@cf/openai/gpt-oss-20b", CHAT),
    (
        "@cf/openai/gpt-oss-20b",
        {"id": "resp_0", "object": "response", "output": [{"type": "message", "content": [{"type": "output_text"}]}]},
    ),
    (
        "@cf/qwen/qwen3-30b-a3b-fp8",
        {
            **CHAT,
            "object": "text_completion",
            "choices": [{"index": 0, "text": "Yes.", "finish_reason": "stop"}],
        },
    ),
    ("@cf/baai/bge-small-en-v1.5", {"shape": [1, 384], "data": [[0.5] * 384], "pooling": "cls"}),
    ("@cf/baai/bge-m3", {"shape": [1, 1024], "data": [[0.5] * 1024]}),
    ("@cf/baai/bge-m3", {"response": [{"id": 1, "score": 0.75}, {"id": 0, "score": 0.5}]}),
    ("@cf/qwen/qwen3-embedding-0.6b", {"shape": [1, 1024], "data": [[0.5] * 1024]}),
    ("@cf/baai/bge-reranker-base", {"response": [{"id": 2, "score": 0.9}], "usage": USAGE}),
    (
        "@cf/huggingface/distilbert-sst-2-int8",
        [{"label": "NEGATIVE", "score": 0.9}, {"label": "POSITIVE", "score": 0.1}],
    ),
    ("@cf/microsoft/resnet-50", [{"label": "RED FOX", "score": 0.8}]),
    (
        "@cf/facebook/detr-resnet-50",
        [{"label": "fox", "score": 0.9, "box": {"xmin": 1, "ymin": 2, "xmax": 30, "ymax": 40}}],
    ),
    ("@cf/llava-hf/llava-1.5-7b-hf", {"description": "A fox in the snow"}),
    ("@cf/meta/m2m100-1.2b", {"translated_text": "Le renard dort."}),
    ("@cf/ai4bharat/indictrans2-en-indic-1B", {"translations": ["x"]}),
    ("@cf/black-forest-labs/flux-1-schnell", {"image": "/9j/"}),
    ("@cf/black-forest-labs/flux-2-dev", {"image": "/9j/"}),
    ("@cf/openai/whisper", {"text": "good", "word_count": 1, "words": WORDS, "vtt": "WEBVTT"}),
    (
        "@cf/openai/whisper-large-v3-turbo",
        {
            "transcription_info": {"language": "en", "language_probability": 0.9, "duration": 0.5},
            "text": "good",
            "segments": [{"start": 0, "end": 0.4, "text": "good", "temperature": 0, "words": WORDS}],
        },
    ),
    (
        "@cf/deepgram/nova-3",
        {"results": {"channels": [{"alternatives": [{"transcript": "good", "confidence": 0.9, "words": WORDS}]}]}},
    ),
    ("@cf/myshell-ai/melotts", {"audio": "SUQz"}),
    ("@cf/pipecat-ai/smart-turn-v2", {"is_complete": False, "probability": 0.25}),
    (
        "@cf/cloudflare/clef",
        {
            "model": "clef",
            "answers": {
                "urgent": {"type": "noul", "noul": 0.5},
                "team": {"type": "choice", "choice": "a", "probabilities": {"a": 1, "b": 0}, "confidence": 1},
            },
            "usage": {"input_tokens": 9, "output_tokens": 0},
        },
    ),
]


@pytest.mark.parametrize(("name", "result"), ANSWERS)
def test_answers_of_the_service_are_valid(expanded: dict[str, Any], name: str, result: Any) -> None:
    """An answer in the shape seen on the wire passes, and fails without its envelope."""
    answer = _answer(expanded, name)

    answer.validate({"result": result, "success": True, "errors": [], "messages": []})
    assert not answer.is_valid(result)


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("@cf/baai/bge-small-en-v1.5", {"shape": [1, 768], "data": [[0.5] * 768]}),
        ("@cf/baai/bge-m3", {"shape": [1, 1024], "data": [[0.5]]}),
        ("@cf/meta/llama-3.2-1b-instruct", {"usage": USAGE}),
        ("@cf/zai-org/glm-5.2", {"response": "native"}),
        ("@cf/zai-org/glm-5.2", {"id": "resp_0", "object": "response", "output": []}),
        ("@cf/microsoft/resnet-50", {"label": "RED FOX", "score": 0.8}),
        ("@cf/meta/m2m100-1.2b", {"translations": ["x"]}),
    ],
)
def test_answers_of_another_family_are_not(expanded: dict[str, Any], name: str, result: Any) -> None:
    """A wrong dimension or another family's shape fails."""
    assert not _answer(expanded, name).is_valid({"result": result, "success": True, "errors": [], "messages": []})


HELLO = [{"role": "user", "content": "Hello"}]
REQUESTS: list[tuple[str, Any, bool]] = [
    ("@cf/meta/llama-3.2-1b-instruct", {"prompt": "Hello"}, True),
    ("@cf/meta/llama-3.2-1b-instruct", {"prompt": "Hello", "messages": HELLO}, True),
    ("@cf/meta/llama-3.2-1b-instruct", {"prompt": None, "messages": HELLO, "seed": None, "lora": None}, True),
    ("@cf/meta/llama-3.2-1b-instruct", {"messages": [{"role": "narrator", "content": "Once"}], "unknown": 1}, True),
    ("@cf/meta/llama-3.2-1b-instruct", {"messages": [{"role": "assistant", "tool_calls": []}]}, True),
    ("@cf/meta/llama-3.2-1b-instruct", {"messages": HELLO, "tools": [{"name": "f", "parameters": {}}]}, True),
    ("@cf/meta/llama-3.2-1b-instruct", {"messages": HELLO, "temperature": 5}, True),
    ("@cf/meta/llama-3.2-1b-instruct", {"messages": HELLO, "temperature": 5.1}, False),
    ("@cf/meta/llama-3.2-1b-instruct", {"messages": [{"role": "user"}]}, False),
    ("@cf/meta/llama-3.2-1b-instruct", {"prompt": None}, False),
    ("@cf/meta/llama-3.2-1b-instruct", {"requests": [{"prompt": "Hello"}]}, False),
    ("@cf/zai-org/glm-5.2", {"messages": HELLO, "chat_template_kwargs": {"enable_thinking": False}}, True),
    ("@cf/zai-org/glm-5.2", {"messages": [{"role": "assistant", "content": None, "tool_calls": []}]}, True),
    ("@cf/zai-org/glm-5.2", {"messages": [{"role": "user", "content": None}]}, False),
    ("@cf/zai-org/glm-5.2", {"input": "Hello"}, False),
    ("@cf/openai/gpt-oss-120b", {"input": "Hello", "reasoning": {"effort": "low"}}, True),
    ("@cf/baai/bge-base-en-v1.5", {"text": ["a"] * 100, "pooling": None}, True),
    ("@cf/baai/bge-base-en-v1.5", {"text": ["a"] * 101}, False),
    ("@cf/baai/bge-base-en-v1.5", {"text": "a", "pooling": "max"}, False),
    ("@cf/qwen/qwen3-embedding-0.6b", {"documents": ["a"] * 33}, False),
    ("@cf/google/embeddinggemma-300m", {"text": ["a"] * 200}, True),
    ("@cf/baai/bge-m3", {"query": "q", "contexts": [{"text": "a"}]}, True),
    ("@cf/black-forest-labs/flux-1-schnell", {"prompt": "A fox", "seed": 1}, False),
    ("@cf/black-forest-labs/flux-1-schnell", {"prompt": "A fox", "steps": 9}, False),
    ("@cf/leonardo/lucid-origin", {"prompt": "A fox", "seed": 1, "steps": 40}, True),
    ("@cf/leonardo/phoenix-1.0", {"prompt": "A fox", "num_steps": 50}, True),
    ("@cf/stabilityai/stable-diffusion-xl-base-1.0", {"prompt": "A fox", "num_steps": 50}, False),
    ("@cf/deepgram/aura-2-es", {"text": "Hola", "speaker": "diana", "voice": "ignored"}, True),
    ("@cf/deepgram/aura-1", {"text": "Hello", "speaker": "diana"}, False),
    ("@cf/ai4bharat/indictrans2-en-indic-1B", {"text": "Hello", "target_language": "fra_Latn"}, False),
    ("@cf/cloudflare/clef", {"model": "clef-flash", "state": "", "questions": {}}, False),
    ("@cf/cloudflare/clairic", {"model": "clairic", "state": "", "fields": {}}, True),
    ("@cf/moondream/moondream3.1-9B-A2B", {"task": "detect", "image": "data:image/png;base64,", "object": "fox"}, True),
]


@pytest.mark.parametrize(("name", "body", "valid"), REQUESTS)
def test_requests(expanded: dict[str, Any], name: str, body: Any, valid: bool) -> None:
    """What the service takes is valid, what it refuses is not."""
    assert valid == _request(expanded, name).is_valid(body)


@pytest.mark.parametrize(
    ("name", "events"),
    [
        (
            "@cf/meta/llama-3.2-1b-instruct",
            [{"response": "Hel", "p": "abc"}, {"tool_calls": [], "p": "a"}, {"response": "", "usage": USAGE}],
        ),
        (
            "@cf/zai-org/glm-5.2",
            [
                {"id": "0a", "object": "chat.completion.chunk", "choices": [], "p": "x", "usage": USAGE},
                {"response": "", "usage": {**USAGE, "neurons": 0.5}},
            ],
        ),
    ],
)
def test_events(expanded: dict[str, Any], name: str, events: list[Any]) -> None:
    """The events of both text families pass, an empty object does not."""
    content = _operation(expanded, name)["responses"]["200"]["content"]["text/event-stream"]
    event = _validator(expanded, content["x-itemSchema"])

    assert [True] * len(events) == [event.is_valid(each) for each in events]
    assert not event.is_valid({})


@pytest.mark.parametrize(
    ("name", "media_types"),
    [
        ("@cf/leonardo/phoenix-1.0", ["image/jpeg"]),
        ("@cf/bytedance/stable-diffusion-xl-lightning", ["image/png", "image/jpeg"]),
        ("@cf/deepgram/aura-1", [f"audio/{kind}" for kind in "mpeg wav flac ogg aac l16 mulaw alaw *".split()]),
        ("@cf/myshell-ai/melotts", ["application/json", "audio/mpeg"]),
        ("@cf/meta/llama-3.2-1b-instruct", ["application/json", "text/event-stream"]),
        ("@cf/baai/bge-m3", ["application/json"]),
    ],
)
def test_media_types_of_answers(expanded: dict[str, Any], name: str, media_types: list[str]) -> None:
    """Pictures and speech come as bytes of the model's own type."""
    assert media_types == list(_operation(expanded, name)["responses"]["200"]["content"])
