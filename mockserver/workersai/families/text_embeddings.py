"""Text embeddings: vectors of texts, of texts by role, of contexts; or scores of contexts for a query."""

from __future__ import annotations

from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer
from mockserver.openapi.validation import Violation
from mockserver.workersai.catalogue import Model
from mockserver.workersai.dialects import embeddings
from mockserver.workersai.inputs import given, invalid, missing


def embed(invocation: Invocation, model: Model) -> Answer:
    """Answer with one vector for each text."""
    body = given(invocation)
    return embeddings.native(_texts(body, model, "text"), model, body.get("pooling"))


def embed_or_score(invocation: Invocation, model: Model) -> Answer:
    """Answer as bge-m3 does: contexts are scored against a query, or embedded when there is none."""
    body = given(invocation)
    if "contexts" not in body:
        return embeddings.native(_texts(body, model, "text"), model)
    listed = body["contexts"] if isinstance(body["contexts"], list) else []
    contexts = [each["text"] for each in listed if isinstance(each, dict) and isinstance(each.get("text"), str)]
    if isinstance(body.get("query"), str):
        return embeddings.scores(body["query"], contexts, model)
    return embeddings.of_contexts(contexts, model)


def embed_by_role(invocation: Invocation, model: Model) -> Answer:
    """Answer as Qwen3 Embedding does: texts, queries and documents, in this order."""
    body = given(invocation)
    roles = [role for role in ("text", "queries", "documents") if role in body]
    if not roles:
        raise missing("text", "queries", "documents")
    return embeddings.native([text for role in roles for text in _texts(body, model, role)], model)


def _texts(body: dict[str, Any], model: Model, member: str) -> list[str]:
    """Return the texts in a member of the body; raises Refusal for anything else and for too many."""
    value = body.get(member)
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        raise missing(member)
    most = model.embedding.get("batch_max")
    if most and len(texts) > most:
        raise invalid(Violation(f"/{member}", "maxItems", "", most, len(texts)))
    return texts
