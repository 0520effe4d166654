"""The native shapes of `/ai/run`: `{response}` or a chat completion inside the envelope, and their streams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, Event
from mockserver.workersai.conversation import Conversation
from mockserver.workersai.costs import of_tokens, rates_of
from mockserver.workersai.dialects import chat
from mockserver.workersai.fakes.reply import Reply, reply
from mockserver.workersai.quirks import position

_PADDING = "abcdefghijklmnopqrstuvwxyz0123456789"


def envelope(result: Any) -> dict[str, Any]:
    """Return the envelope around a successful result."""
    return {"result": result, "success": True, "errors": [], "messages": []}


def native(conversation: Conversation, invocation: Invocation) -> Answer:
    """Return `{response, tool_calls?, usage}`: the older text models."""
    said = reply(conversation)
    usage = _usage(conversation, said)
    if conversation.stream:
        return Answer.stream(native_events(said, usage, invocation))
    switches = invocation.settings.switches
    result: dict[str, Any] = {"response": said.text, "usage": usage}
    if conversation.output is not None and said.value is not None:
        result["response"] = said.value  # JSON mode answers with the parsed value, not with its text
    if said.calls:
        beside = "" if switches["response-beside-calls"] == "text" else None
        result = {"response": beside, "tool_calls": _calls(said), "usage": usage}
    elif switches["empty-tool-calls"] == "list":
        result["tool_calls"] = []
    return Answer(200, envelope(result))


def chat_in_result(conversation: Conversation, invocation: Invocation) -> Answer:
    """Return a whole `chat.completion` as the result: the newer text models."""
    said = chat.replies(conversation)
    if conversation.stream:
        return Answer.stream(chat_events(conversation, said, invocation))
    completion = chat.completion(conversation, said, invocation)
    _price(completion["usage"], rates_of(conversation.model, position(invocation, "cost-basis")))
    return Answer(200, envelope(completion))


def native_events(said: Reply, usage: dict[str, int], invocation: Invocation) -> Iterator[Event]:
    """Yield the pieces, an empty piece, the totals, `[DONE]`. No event holds a null: clients stumble over it."""
    listed = invocation.settings.switches["empty-tool-calls"] == "list" and not said.calls
    for number, piece in enumerate(said.pieces):
        data: dict[str, Any] = {"response": piece, "p": _padding(invocation, number)}
        yield Event({**data, "tool_calls": []} if listed else data, None, 1)
    if said.calls:
        yield Event({"response": "", "tool_calls": _calls(said), "p": _padding(invocation, 0)}, None, said.tokens)
    yield Event({"response": ""})
    yield Event({"response": "", "usage": usage})
    yield chat.DONE


def chat_events(conversation: Conversation, said: list[Reply], invocation: Invocation) -> Iterator[Event]:
    """Yield chunks whose usage is the increment since the one before, then the totals in the native shape."""
    total = chat.usage(conversation, said)
    rates = rates_of(conversation.model, position(invocation, "cost-basis"))
    _price(total, rates)
    counted = 0
    for number, event in enumerate(chat.events(conversation, said, invocation)):
        if isinstance(event.data, str) or not event.data["choices"]:
            continue
        read = conversation.prompt_tokens if number == 0 else 0
        counted += event.tokens
        closing = event.data["choices"][0]
        closed = closing["finish_reason"] is not None and closing["index"] == len(said) - 1
        # what no piece carries (a call's own token) is on the last chunk, so that the increments add up
        rest = total["completion_tokens"] - counted if closed else 0
        event.data["p"] = _padding(invocation, number)
        event.data["usage"] = {
            "prompt_tokens": read,
            "completion_tokens": event.tokens + rest,
            "total_tokens": read + event.tokens + rest,
            "prompt_tokens_details": {"cached_tokens": 0},
        }
        _price(event.data["usage"], rates)
        yield event
    yield Event({"response": "", "usage": total})
    yield chat.DONE


def _price(usage: dict[str, Any], rates: Mapping[str, float]) -> None:
    """Add what the tokens of a usage cost, where that is known."""
    if rates:
        usage["neurons"] = of_tokens(rates, usage["prompt_tokens"], usage["completion_tokens"])


def _calls(said: Reply) -> list[dict[str, Any]]:
    """Return tool calls as older models word them: no id, no type, arguments a value."""
    return [{"name": call.name, "arguments": call.arguments} for call in said.calls]


def _usage(conversation: Conversation, said: Reply) -> dict[str, int]:
    read, completed = conversation.prompt_tokens, said.tokens
    return {"prompt_tokens": read, "completion_tokens": completed, "total_tokens": read + completed}


def _padding(invocation: Invocation, number: int) -> str:
    """Return text of varying length that hides the lengths of the pieces, as the service sends it."""
    draw = invocation.seed[number % 32] + 7 * number
    start = draw % 24
    return _PADDING[start : start + 1 + draw % 12]
