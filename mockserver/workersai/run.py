"""Native inference, `/ai/run/{model}`: the answer of a model by its family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, Problem, Refusal
from mockserver.openapi.operations import EVENT_STREAM
from mockserver.openapi.validation import Violation
from mockserver.workersai.catalogue import Model
from mockserver.workersai.conversation import Conversation
from mockserver.workersai.dialects import chat, embeddings, native, responses


def respond(invocation: Invocation) -> Answer | None:
    """Answer as the model's family does; None for a family that only its schema is known of."""
    model = invocation.subject
    if not isinstance(model, Model) or not isinstance(invocation.body, dict):
        return None
    answer = FAMILIES.get(model.family)
    return answer(invocation, model) if answer else None


def given(invocation: Invocation) -> dict[str, Any]:
    """Return the members of the body that were given: null means "not given"."""
    body = invocation.body
    return {name: value for name, value in body.items() if value is not None} if isinstance(body, dict) else {}


def without_stream(invocation: Invocation) -> dict[str, Any]:
    """Return the given members, without `stream` where the contract describes answers and no event stream."""
    body = given(invocation)
    if body.get("stream") is True and invocation.operation is not None:
        response = invocation.operation.response(200)
        if response is not None and response.content and EVENT_STREAM not in response.content:
            invocation.note("not streamed: the contract declares no %s here", EVENT_STREAM)
            del body["stream"]
    return body


def _conversation(invocation: Invocation, model: Model) -> Conversation:
    body = without_stream(invocation)
    if not isinstance(body.get("messages"), list) and not isinstance(body.get("prompt"), str):
        raise _missing("prompt", "messages")
    return chat.read(body, model, invocation.settings.seed)


def _native_text(invocation: Invocation, model: Model) -> Answer:
    return native.native(_conversation(invocation, model), invocation)


def _chat_text(invocation: Invocation, model: Model) -> Answer:
    if "responses" in model.capabilities and isinstance(invocation.body.get("input"), str | list):
        answer = responses.answer(without_stream(invocation), model, invocation)  # the body decides the form
        return answer if answer.events is not None else Answer(200, native.envelope(answer.value))
    return native.chat_in_result(_conversation(invocation, model), invocation)


def _embeddings(invocation: Invocation, model: Model) -> Answer:
    body = given(invocation)
    return embeddings.native(_texts(body, model, "text"), model, body.get("pooling"))


def _embeddings_or_scores(invocation: Invocation, model: Model) -> Answer:
    body = given(invocation)
    if "contexts" not in body:
        return embeddings.native(_texts(body, model, "text"), model)
    listed = body["contexts"] if isinstance(body["contexts"], list) else []
    contexts = [each["text"] for each in listed if isinstance(each, dict) and isinstance(each.get("text"), str)]
    if isinstance(body.get("query"), str):
        return embeddings.scores(body["query"], contexts, model)
    return embeddings.of_contexts(contexts, model)


def _embeddings_by_role(invocation: Invocation, model: Model) -> Answer:
    body = given(invocation)
    roles = [role for role in ("text", "queries", "documents") if role in body]
    if not roles:
        raise _missing("text", "queries", "documents")
    return embeddings.native([text for role in roles for text in _texts(body, model, role)], model)


def _texts(body: dict[str, Any], model: Model, member: str) -> list[str]:
    """Return the texts in a member of the body; raises Refusal for anything else and for too many."""
    given = body.get(member)
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        raise _missing(member)
    most = model.embedding.get("batch_max")
    if most and len(texts) > most:
        raise _invalid(Violation(f"/{member}", "maxItems", "", most, len(texts)))
    return texts


FAMILIES: Mapping[str, Callable[[Invocation, Model], Answer]] = {
    "text-generation-native": _native_text,
    "text-generation-chat": _chat_text,
    "text-embeddings": _embeddings,
    "text-embeddings-m3": _embeddings_or_scores,
    "text-embeddings-qwen3": _embeddings_by_role,
}
"""Who answers for a family; the families are the files in spec/tasks."""


def _missing(*names: str) -> Refusal:
    """Return the refusal of a body that has none of the alternatives."""
    if len(names) == 1:
        return _invalid(Violation("", "required", "", names[0]))
    branches = tuple((Violation("", "required", "", name),) for name in names)
    return _invalid(Violation("", "oneOf", "", branches=branches))


def _invalid(violation: Violation) -> Refusal:
    return Refusal(Problem("invalid", 400, "the body is no input of the model", (violation,)))
