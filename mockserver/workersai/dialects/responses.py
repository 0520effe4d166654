"""OpenAI's Responses: `/ai/v1/responses`, whole or as named events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from mockserver.engine import seeds
from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, Event
from mockserver.workersai import moments
from mockserver.workersai.catalogue import Model
from mockserver.workersai.conversation import Conversation, Turn, choice_of, output_of, tools_of, turns_of, whole
from mockserver.workersai.dialects.chat import echo, named_in
from mockserver.workersai.fakes import reasoning
from mockserver.workersai.fakes.reply import Call, Reply, reply
from mockserver.workersai.quirks import position


def answer(body: dict[str, Any], model: Model, invocation: Invocation) -> Answer:
    """Return the response object, or the events that build it up."""
    conversation = read(body, model, invocation.settings.seed)
    if reasoning.CAPABILITY in model.capabilities:
        disputed = position(invocation, "disputed-thinking") == "on"
        conversation.thinking = reasoning.sentences(body, model, disputed=disputed)
    said = reply(conversation)
    response = _response(body, conversation, said, invocation)
    if conversation.stream and position(invocation, "responses-stream") == "streamed":
        return Answer.stream(_events(response, said))
    return Answer(200, response)


def read(body: dict[str, Any], model: Model, mock_seed: int) -> Conversation:
    """Return what a Responses request asks for."""
    asked = body.get("input")
    turns = turns_of(asked) if isinstance(asked, list) else [Turn("user", asked if isinstance(asked, str) else "")]
    if isinstance(body.get("instructions"), str):
        turns.insert(0, Turn("system", body["instructions"]))
    tools = tools_of(body.get("tools"))
    choice, tools = choice_of(body.get("tool_choice"), tools) if tools else ("auto", tools)
    text = body.get("text")
    return Conversation(
        model,
        turns,
        named=named_in(body, model),
        tools=tools,
        choice=choice,
        parallel=body.get("parallel_tool_calls") is not False,
        limit=whole(body.get("max_output_tokens")),
        seed=whole(body.get("seed")),
        stream=body.get("stream") is True,
        output=output_of(text.get("format")) if isinstance(text, dict) else None,
        mock_seed=mock_seed,
    )


def _response(body: dict[str, Any], conversation: Conversation, said: Reply, invocation: Invocation) -> dict[str, Any]:
    read_, made = conversation.prompt_tokens, said.tokens
    cut = said.finish == "length"
    return {
        "id": f"resp_{moments.hexadecimal(invocation, 12, 32)}",
        "object": "response",
        "created_at": moments.milliseconds(invocation) // 1000,
        "status": "incomplete" if cut else "completed",
        "error": None,
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "instructions": body.get("instructions"),
        "max_output_tokens": conversation.limit,
        "metadata": _echo(body.get("metadata"), {}),
        "model": echo(conversation.named, conversation.model, invocation),
        "output": _output(said, invocation, "incomplete" if cut else "completed"),
        "parallel_tool_calls": conversation.parallel,
        "previous_response_id": body.get("previous_response_id"),
        "temperature": _number(body.get("temperature")),
        "text": _echo(body.get("text"), {"format": {"type": "text"}}),
        "tool_choice": _echo(body.get("tool_choice"), {}) or body.get("tool_choice") or "auto",
        "tools": _echo(body.get("tools"), []),
        "top_p": _number(body.get("top_p")),
        "truncation": body.get("truncation") or "disabled",
        "usage": {
            "input_tokens": read_,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": made,
            "output_tokens_details": {"reasoning_tokens": len(said.thinking)},
            "total_tokens": read_ + made,
        },
    }


def _output(said: Reply, invocation: Invocation, status: str) -> list[dict[str, Any]]:
    """Return the items of an answer: what was thought, then calls or a message if any token was left for them."""
    items = []
    if said.thinking:
        part = {"type": "reasoning_text", "text": "".join(said.thinking)}
        items.append(_thought(f"rs_{moments.hexadecimal(invocation, 4, 32)}", [part]))
    if said.calls:
        return [*items, *[_call_item(call, call.json, "completed") for call in said.calls]]
    if items and not said.pieces and said.finish == "length":
        return items
    return [*items, _message(f"msg_{moments.hexadecimal(invocation, 20, 32)}", [_part(said.text)], status)]


def _events(response: dict[str, Any], said: Reply) -> Iterator[Event]:
    """Yield the named events in OpenAI's order, numbered; there is no `[DONE]`."""
    number = 0

    def event(kind: str, tokens: int = 0, **members: Any) -> Event:
        nonlocal number
        number += 1
        return Event({"type": kind, "sequence_number": number - 1, **members}, kind, tokens)

    begun = {**response, "status": "in_progress", "incomplete_details": None, "output": [], "usage": None}
    yield event("response.created", response=begun)
    yield event("response.in_progress", response=begun)
    calls = iter(said.calls)
    for index, item in enumerate(response["output"]):
        place = {"item_id": item["id"], "output_index": index}
        if item["type"] == "reasoning":
            yield event("response.output_item.added", output_index=index, item=_thought(item["id"], []))
            place_in, part = {**place, "content_index": 0}, item["content"][0]
            yield event("response.content_part.added", **place_in, part={**part, "text": ""})
            for piece in said.thinking:
                yield event("response.reasoning_text.delta", 1, **place_in, delta=piece)
            yield event("response.reasoning_text.done", **place_in, text=part["text"])
            yield event("response.content_part.done", **place_in, part=part)
        elif item["type"] == "function_call":
            call = next(calls)
            yield event("response.output_item.added", output_index=index, item=_call_item(call, "", "in_progress"))
            for piece in call.pieces:
                yield event("response.function_call_arguments.delta", 1, **place, delta=piece)
            yield event("response.function_call_arguments.done", **place, name=call.name, arguments=call.json)
        else:
            opened = _message(item["id"], [], "in_progress")
            place_in = {**place, "content_index": 0}
            yield event("response.output_item.added", output_index=index, item=opened)
            yield event("response.content_part.added", **place_in, part=_part(""))
            for piece in said.pieces:
                yield event("response.output_text.delta", 1, **place_in, delta=piece, logprobs=[])
            yield event("response.output_text.done", **place_in, text=said.text, logprobs=[])
            yield event("response.content_part.done", **place_in, part=_part(said.text))
        yield event("response.output_item.done", output_index=index, item=item)
    yield event(f"response.{response['status']}", response=response)


def _thought(identity: str, content: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": identity, "type": "reasoning", "summary": [], "content": content}


def _message(identity: str, content: list[dict[str, Any]], status: str) -> dict[str, Any]:
    return {"id": identity, "type": "message", "role": "assistant", "status": status, "content": content}


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _call_item(call: Call, arguments: str, status: str) -> dict[str, Any]:
    suffix = call.id.rsplit("-", 1)[-1]
    return {
        "id": f"fc_{suffix}",
        "type": "function_call",
        "call_id": f"call_{suffix}",
        "name": call.name,
        "arguments": arguments,
        "status": status,
    }


def _echo(value: Any, default: Any) -> Any:
    """Return what was sent if it has the type of `default`; members in one order, whatever the request's."""
    if not isinstance(value, type(default)):
        return default
    said = seeds.canonical(value)
    return orjson.loads(said) if said else value


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 1.0
