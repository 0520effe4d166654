"""Text generation: `{response}`, a chat completion, or (the body decides) a Responses object inside the envelope."""

from __future__ import annotations

from mockserver.engine import seeds
from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, refuse
from mockserver.workersai import limits
from mockserver.workersai.catalogue import Model
from mockserver.workersai.conversation import Conversation
from mockserver.workersai.dialects import chat, native, responses
from mockserver.workersai.inputs import missing, without_stream
from mockserver.workersai.quirks import position


def answer_natively(invocation: Invocation, model: Model) -> Answer:
    """Answer as the older models do."""
    return native.native(_conversation(invocation, model, openai=False), invocation)


def answer_as_chat(invocation: Invocation, model: Model) -> Answer:
    """Answer as the newer models do."""
    body = without_stream(invocation)
    if "responses" in model.capabilities and isinstance(body.get("input"), str | list):
        limits.heed(body, model, invocation, chat=True)
        answer = responses.answer(body, model, invocation)
        return answer if answer.events is not None else Answer(200, native.envelope(answer.value))
    return native.chat_in_result(_conversation(invocation, model, openai=True), invocation)


def _conversation(invocation: Invocation, model: Model, *, openai: bool) -> Conversation:
    body = without_stream(invocation)
    if not isinstance(body.get("messages"), list) and not isinstance(body.get("prompt"), str):
        raise missing("prompt", "messages")
    if isinstance(body.get("guided_json"), dict) and "response_format" not in body:
        body["response_format"] = {"type": "json_schema", "json_schema": body["guided_json"]}
    conversation = chat.hear(body, model, invocation, openai=openai)
    if not openai and conversation.output is not None:
        broken = position(invocation, "any-of-in-schema") == "refused"
        if broken and b'"anyOf"' in seeds.canonical(conversation.output):
            raise refuse("infrastructure-failure", 500, "a schema with anyOf in the JSON mode of the native family")
    return conversation
