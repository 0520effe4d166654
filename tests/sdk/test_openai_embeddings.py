"""The OpenAI SDK and embeddings."""

from __future__ import annotations

from array import array
from base64 import b64encode
from math import isclose, sqrt

import openai
import pytest

from mockserver.server import MockServer

BASE = "@cf/baai/bge-base-en-v1.5"
DIMENSIONS = {
    "@cf/baai/bge-small-en-v1.5": 384,
    BASE: 768,
    "@cf/baai/bge-large-en-v1.5": 1024,
    "@cf/baai/bge-m3": 1024,
    "@cf/google/embeddinggemma-300m": 768,
    "@cf/qwen/qwen3-embedding-0.6b": 1024,
    "@cf/pfnet/plamo-embedding-1b": 2048,
}


def dot(left: list[float], right: list[float]) -> float:
    return sum([a * b for a, b in zip(left, right, strict=True)])


@pytest.mark.parametrize(("model", "dimensions"), DIMENSIONS.items())
def test_dimensions(client: openai.OpenAI, model: str, dimensions: int) -> None:
    """A vector has as many numbers as the catalogue promises for the model, and length 1."""
    answer = client.embeddings.create(model=model, input="a red boat")

    (entry,) = answer.data
    assert ("list", model) == (answer.object, answer.model)
    assert ("embedding", 0) == (entry.object, entry.index)
    assert dimensions == len(entry.embedding)
    assert isclose(1.0, sqrt(dot(entry.embedding, entry.embedding)), rel_tol=1e-5)
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 0


def test_base64_is_what_the_sdk_asks_for(client: openai.OpenAI, server: MockServer) -> None:
    """The SDK asks for base64 unless told otherwise, and gets it: little-endian single precision."""
    raw = client.embeddings.with_raw_response.create(model=BASE, input="a red boat").http_response.json()
    floats = client.embeddings.create(model=BASE, input="a red boat", encoding_format="float").data[0].embedding

    assert "base64" == server.requests[0].json["encoding_format"]
    assert b64encode(array("f", floats).tobytes()).decode() == raw["data"][0]["embedding"]


def test_float_equals_base64(client: openai.OpenAI) -> None:
    """Both encodings hold the same vector, to single precision."""
    coded = client.embeddings.create(model=BASE, input="a red boat").data[0].embedding
    floats = client.embeddings.create(model=BASE, input="a red boat", encoding_format="float").data[0].embedding

    assert array("f", floats) == array("f", coded)


def test_asked_for_base64(client: openai.OpenAI) -> None:
    """A caller who asks for base64 by name gets the text."""
    entry = client.embeddings.create(model=BASE, input="a red boat", encoding_format="base64").data[0]

    assert isinstance(entry.embedding, str)


def test_order_of_a_batch(client: openai.OpenAI) -> None:
    """Vectors come in the order of the texts, and a text has one vector alone, in a batch, and twice in it."""
    texts = ["one boat", "two harbours", "three whales", "two harbours"]

    batch = client.embeddings.create(model=BASE, input=texts)

    assert [0, 1, 2, 3] == [entry.index for entry in batch.data]
    vectors = [entry.embedding for entry in batch.data]
    assert vectors[1] == vectors[3]
    assert vectors[0] != vectors[1] != vectors[2]
    for text, vector in zip(texts, vectors, strict=True):
        assert vector == client.embeddings.create(model=BASE, input=text).data[0].embedding


def test_similar_texts_are_closer(client: openai.OpenAI) -> None:
    """Texts about the same thing point in a similar direction."""
    texts = ["The cat sat on the mat.", "A cat is sitting on the mat.", "Quarterly revenue grew by ten percent."]

    mine, similar, other = [entry.embedding for entry in client.embeddings.create(model=BASE, input=texts).data]

    assert dot(mine, similar) > dot(mine, other) + 0.1


def test_models_have_spaces_of_their_own(client: openai.OpenAI) -> None:
    """Two models with the same number of dimensions have different vectors for a text."""
    models = (BASE, "@cf/google/embeddinggemma-300m")

    first, second = [client.embeddings.create(model=model, input="a red boat").data[0].embedding for model in models]

    assert abs(dot(first, second)) < 0.5


def test_usage_grows(client: openai.OpenAI) -> None:
    """Longer texts and more of them count more tokens."""
    short = client.embeddings.create(model=BASE, input="boat").usage
    longer = client.embeddings.create(model=BASE, input=["boat", "the harbour of a small town by the sea"]).usage

    assert short.total_tokens < longer.total_tokens


def test_null_encoding(client: openai.OpenAI) -> None:
    """Explicit nulls mean "not given": numbers."""
    answer = client.embeddings.create(
        model=BASE, input="a red boat", encoding_format="float", extra_body={"encoding_format": None, "user": None}
    )

    assert isinstance(answer.data[0].embedding[0], float)
