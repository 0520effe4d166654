"""Embeddings: OpenAI's list on `/ai/v1/embeddings`, the native `{shape, data, pooling}` on `/ai/run`."""

from __future__ import annotations

from array import array
from base64 import b64encode
from collections.abc import Iterable
from operator import mul
from sys import byteorder
from typing import Any

from orjson import Fragment

from mockserver.engine.values import Answer
from mockserver.openapi.outlines import Free, Outline, Some
from mockserver.openapi.validation import Violation
from mockserver.workersai.catalogue import Model
from mockserver.workersai.dialects.chat import named_in
from mockserver.workersai.dialects.native import envelope
from mockserver.workersai.fakes.vectors import embed, written
from mockserver.workersai.inputs import invalid
from mockserver.workersai.tokens import count

_MOST_INPUTS = 2048
"""Inputs of one request: OpenAI's limit. The service's own is not established for this endpoint."""

LIST = Outline(
    {
        "object": "list",
        "data": Some({"object": "embedding", "embedding": Some(Free.NUMBER), "index": Free.COUNT}),
        "model": Free.TEXT,
        "usage": {"prompt_tokens": Free.COUNT, "total_tokens": Free.COUNT},
    }
)
"""Every list of vectors in numbers."""


def openai(body: dict[str, Any], model: Model) -> Answer:
    """Return one embedding per input in input order; base64 is little-endian single precision."""
    given = body.get("input")
    inputs = given if isinstance(given, list) else [given]
    if inputs and all(isinstance(each, int) for each in inputs):
        inputs = [inputs]  # one text as token numbers
    if len(inputs) > _MOST_INPUTS:
        raise invalid(Violation("/input", "maxItems", "", _MOST_INPUTS, len(inputs)))
    said = [each if isinstance(each, str) else " ".join(map(str, each or ())) for each in inputs]
    wanted = body.get("dimensions")
    dimensions = dimensions_of(model)
    if not isinstance(wanted, int) or isinstance(wanted, bool) or not 0 < wanted < dimensions:
        wanted = dimensions
    is_base64 = body.get("encoding_format") == "base64"
    tokens = sum([count(text) for text in said])

    def listed(vectors: Iterable[Any]) -> dict[str, Any]:
        return {
            "object": "list",
            "data": [
                {"object": "embedding", "embedding": vector, "index": index} for index, vector in enumerate(vectors)
            ],
            "model": named_in(body, model),
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }

    if wanted == dimensions and not is_base64:
        texts = [Fragment(written(model.name, text, dimensions)) for text in said]
        return Answer(200, listed(texts), outline=LIST if texts else None)
    vectors = [embed(model.name, text, dimensions) for text in said]
    if wanted < dimensions:
        vectors = [_shortened(vector, wanted) for vector in vectors]
    return Answer(200, listed(map(base64, vectors) if is_base64 else vectors))


def native(texts: list[str], model: Model, pooling: Any = None) -> Answer:
    """Return `{shape, data, pooling}`; `pooling` only for models that have a choice of it."""
    dimensions = dimensions_of(model)
    result: dict[str, Any] = {
        "shape": [len(texts), dimensions],
        "data": [embed(model.name, text, dimensions) for text in texts],
    }
    default = model.embedding.get("pooling_default")
    if default:
        result["pooling"] = pooling if isinstance(pooling, str) else default
    return Answer(200, envelope(result))


def of_contexts(contexts: list[str], model: Model) -> Answer:
    """Return the vectors of contexts that no query is given for: they stand under `response`."""
    dimensions = dimensions_of(model)
    vectors = [embed(model.name, text, dimensions) for text in contexts]
    return Answer(200, envelope({"response": vectors, "shape": [len(contexts), dimensions]}))


def scores(query: str, contexts: list[str], model: Model) -> Answer:
    """Return how well each context fits a query, the best first: the cosine of their vectors, rounding cut at 1."""
    dimensions = dimensions_of(model)
    asked = embed(model.name, query, dimensions)
    fits = [
        {"id": index, "score": min(1.0, sum(map(mul, asked, embed(model.name, text, dimensions))))}
        for index, text in enumerate(contexts)
    ]
    return Answer(200, envelope({"response": sorted(fits, key=lambda fit: -fit["score"])}))


def dimensions_of(model: Model) -> int:
    """Return how many numbers a vector of the model has."""
    return int(model.embedding["dimensions"])


def _shortened(vector: list[float], dimensions: int) -> list[float]:
    """Return the first numbers of a vector, at unit norm again."""
    kept = vector[:dimensions]
    norm = sum([number * number for number in kept]) ** 0.5 or 1.0
    return [number / norm for number in kept]


def base64(vector: list[float]) -> str:
    """Return a vector as the base64 of little-endian numbers of single precision."""
    numbers = array("f", vector)
    if byteorder == "big":
        numbers.byteswap()
    return b64encode(numbers.tobytes()).decode()
