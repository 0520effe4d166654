"""Answers that a user wrote, a stub's or an example, in the stream that the caller asked for."""

from __future__ import annotations

from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer
from mockserver.workersai.catalogue import Model
from mockserver.workersai.dialects import chat, native
from mockserver.workersai.fakes.reply import Call, Reply
from mockserver.workersai.tokens import pieces


def stream(value: Any, body: dict[str, Any], model: Model, invocation: Invocation) -> Answer | None:
    """Return a chat completion or a native result as the events that would have built it; None for other values."""
    conversation = chat.read(body, model, invocation.settings.seed)
    result = value.get("result") if isinstance(value, dict) else None
    said = _replies(value)
    if said is not None:
        return Answer.stream(chat.events(conversation, said, invocation))
    said = _replies(result)
    if said is not None:
        return Answer.stream(native.chat_events(conversation, said, invocation))
    if isinstance(result, dict) and isinstance(result.get("response"), str):
        reply = Reply(pieces(result["response"]), "stop")
        read, made = conversation.prompt_tokens, reply.tokens
        usage = {"prompt_tokens": read, "completion_tokens": made, "total_tokens": read + made}
        return Answer.stream(native.native_events(reply, usage, invocation))
    return None


def _replies(value: Any) -> list[Reply] | None:
    """Return what the choices of a chat completion say, None for anything else."""
    if not isinstance(value, dict) or value.get("object") != "chat.completion" or not value.get("choices"):
        return None
    found = []
    for choice in value["choices"]:
        message = choice["message"]
        calls = [
            Call(call["id"], call["function"]["name"], None, pieces(call["function"]["arguments"]))
            for call in message.get("tool_calls") or ()
            if "function" in call
        ]
        found.append(Reply(pieces(message.get("content") or ""), choice["finish_reason"], calls))
    return found
