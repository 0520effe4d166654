"""OpenAI's chat completions: the body of `/ai/v1/chat/completions`, the chat family's `result` on `/ai/run`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, Event
from mockserver.workersai import limits, moments
from mockserver.workersai.catalogue import Model
from mockserver.workersai.conversation import (
    Conversation,
    Turn,
    choice_of,
    output_of,
    texts,
    tools_of,
    turns_of,
    whole,
)
from mockserver.workersai.dialects import log_probabilities
from mockserver.workersai.fakes import reasoning
from mockserver.workersai.fakes.reply import Call, Reply, reply
from mockserver.workersai.quirks import position

DONE = Event("[DONE]")
_FIELDS = ("reasoning_content", "reasoning")
_SUBJECT = frozenset(("model", "messages", "prompt"))
"""Members that say what the answer is about, not how it is to be."""


def read(body: dict[str, Any], model: Model, mock_seed: int) -> Conversation:
    """Return what a chat request asks for; unknown and ill-typed members are taken as not given."""
    given = body.get
    turns = turns_of(given("messages"))
    if not turns and isinstance(given("prompt"), str):
        turns = [Turn("user", body["prompt"])]
    wishes = {} if body.keys() <= _SUBJECT else _wishes(body)
    return Conversation(model, turns, named=named_in(body, model), mock_seed=mock_seed, **wishes)


def _wishes(body: dict[str, Any]) -> dict[str, Any]:
    """Return what a request says of the answer, as members of Conversation."""
    given = body.get
    wishes: dict[str, Any] = {}
    if "tools" in body or "functions" in body:
        tools = tools_of(given("tools") or given("functions"))
        wishes["choice"], wishes["tools"] = choice_of(given("tool_choice", given("function_call")), tools)
        wishes["parallel"] = given("parallel_tool_calls") is not False
    limit = whole(given("max_completion_tokens"))
    wishes["limit"] = whole(given("max_tokens")) if limit is None else limit
    if "stop" in body:
        wishes["stops"] = texts(body["stop"])
    if "n" in body:
        wishes["choices"] = min(128, max(1, whole(body["n"]) or 1))
    if "seed" in body:
        wishes["seed"] = whole(body["seed"])
    if "stream" in body:
        options = given("stream_options")
        wishes["stream"] = body["stream"] is True
        wishes["include_usage"] = isinstance(options, dict) and options.get("include_usage") is True
    if "response_format" in body:
        wishes["output"] = output_of(body["response_format"])
    if given("logprobs") is True:
        wishes["alternatives"] = min(20, max(0, whole(given("top_logprobs")) or 0))
    return wishes


def hear(body: dict[str, Any], model: Model, invocation: Invocation, *, openai: bool = True) -> Conversation:
    """Return what a request asks for, its thinking included; raises Refusal for what the model does not do.

    `openai` says whether it is OpenAI's kind of request; the native family's is read more leniently.
    """
    limits.heed(body, model, invocation, chat=openai)
    conversation = read(body, model, invocation.settings.seed)
    if conversation.choice[0] == ":" and all(tool.name != conversation.choice[1:] for tool in conversation.tools):
        invocation.warn(f"tool_choice names {conversation.choice[1:]!r}, which is not among the tools")
    if reasoning.CAPABILITY in model.capabilities:
        disputed = position(invocation, "disputed-thinking") == "on"
        conversation.thinking = reasoning.sentences(body, model, disputed=disputed)
    if "vision" in model.capabilities:
        from mockserver.workersai import sight

        sight.look(body, conversation, invocation)
    return conversation


def named_in(body: dict[str, Any], model: Model) -> str:
    """Return what the caller calls the model."""
    named = body.get("model")
    return named if isinstance(named, str) and named else model.name


def echo(named: str, model: Model, invocation: Invocation) -> str:
    """Return the name of the model for the answer, by the switch `model-echo`; `named` is what the caller calls it."""
    how = invocation.settings.switches["model-echo"]
    if how == "asked":
        return named
    return model.name if how == "served" else named + "-external"


def replies(conversation: Conversation) -> list[Reply]:
    """Return one reply for each choice that was asked for."""
    return [reply(conversation, index) for index in range(conversation.choices)]


def answer(conversation: Conversation, invocation: Invocation) -> Answer:
    """Return the chat completion, whole or as a stream of chunks."""
    said = replies(conversation)
    if conversation.stream:
        return Answer.stream(events(conversation, said, invocation))
    return Answer(200, completion(conversation, said, invocation))


def completion(conversation: Conversation, said: list[Reply], invocation: Invocation) -> dict[str, Any]:
    """Return a `chat.completion` object."""
    milliseconds = moments.milliseconds(invocation)
    fields: Sequence[str] = ()
    empty: str | None = ""
    if conversation.thinking:
        fields, empty = _reasoning(conversation, invocation)
    alternatives = conversation.alternatives
    return {
        "id": identifier(conversation.model, invocation, milliseconds),
        "object": "chat.completion",
        "created": milliseconds // 1000,
        "model": echo(conversation.named, conversation.model, invocation),
        "choices": [
            {
                "index": index,
                "message": _message(each, fields, empty),
                "logprobs": None if alternatives is None else log_probabilities.of(each, alternatives),
                "finish_reason": each.finish,
            }
            for index, each in enumerate(said)
        ],
        "usage": usage(conversation, said),
    }


def events(conversation: Conversation, said: list[Reply], invocation: Invocation) -> Iterator[Event]:
    """Yield the chunks of a stream: role, pieces, finish, usage, `[DONE]`.

    The service puts the usage on the chunk that carries the finish reason. With `include_usage` it comes as OpenAI
    sends it, in a chunk of its own with no choices.
    """
    milliseconds = moments.milliseconds(invocation)
    base = {
        "id": identifier(conversation.model, invocation, milliseconds),
        "object": "chat.completion.chunk",
        "created": milliseconds // 1000,
        "model": echo(conversation.named, conversation.model, invocation),
    }
    last = len(said) - 1
    fields, _ = _reasoning(conversation, invocation) if conversation.thinking else ((), "")
    unasked = invocation.settings.switches["stream-usage"] == "always"
    for index, each in enumerate(said):
        yield _chunk(base, index, {"role": "assistant", "content": None if each.calls else ""})
        others = log_probabilities.rivals(each, conversation.alternatives)
        for delta, tokens in deltas(each, fields):
            probabilities = log_probabilities.of_delta(delta, others, conversation.alternatives)
            yield _chunk(base, index, delta, tokens, probabilities)
        finish: dict[str, Any] = {
            **base,
            "choices": [{"index": index, "delta": {}, "logprobs": None, "finish_reason": each.finish}],
        }
        if index == last and unasked and not conversation.include_usage:
            finish["usage"] = usage(conversation, said)
        yield Event(finish)
    if conversation.include_usage:
        yield Event({**base, "choices": [], "usage": usage(conversation, said)})
    yield DONE


def deltas(said: Reply, fields: Sequence[str] = ()) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield the deltas of a reply, one piece each, with the tokens they carry: the reasoning in `fields` first."""
    for piece in said.thinking:
        yield dict.fromkeys(fields, piece), 1
    for piece in said.pieces:
        yield {"content": piece}, 1
    for number, call in enumerate(said.calls):
        yield {"tool_calls": [{"index": number, **_tool_call(call, "")}]}, 1
        for piece in call.pieces:
            yield {"tool_calls": [{"index": number, "function": {"arguments": piece}}]}, 1


def usage(conversation: Conversation, said: list[Reply]) -> dict[str, Any]:
    """Return the counts of a completion; they add up."""
    prompt, completed = conversation.prompt_tokens, 0
    for each in said:
        completed += each.tokens
    counts: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": completed,
        "total_tokens": prompt + completed,
        "prompt_tokens_details": {"cached_tokens": 0},
    }
    if conversation.thinking:
        counts["completion_tokens_details"] = {"reasoning_tokens": sum([len(each.thinking) for each in said])}
    return counts


def _message(said: Reply, fields: Sequence[str], empty: str | None) -> dict[str, Any]:
    """Return a message; its reasoning stands in `fields`, `empty` stands for a content that it left no tokens for."""
    if said.calls:
        calls = [_tool_call(call, call.json) for call in said.calls]
        message: dict[str, Any] = {"role": "assistant", "content": None, "refusal": None, "tool_calls": calls}
    else:
        message = {"role": "assistant", "content": said.text, "refusal": None}
    if said.thinking:
        message.update(dict.fromkeys(fields, "".join(said.thinking)))
        if not said.pieces and not said.calls and said.finish == "length":
            message["content"] = empty
    return message


def _reasoning(conversation: Conversation, invocation: Invocation) -> tuple[Sequence[str], str | None]:
    """Return the members that hold the reasoning, and what an empty content is, by the model's facts and switches."""
    field = position(invocation, "reasoning-field")
    if field == "model":
        field = str(conversation.model.reasoning.get("field") or _FIELDS[0])
    fields = _FIELDS if field == "both" else (field,)
    return fields, None if position(invocation, "empty-content") == "null" else ""


def _tool_call(call: Call, arguments: str) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _chunk(
    base: dict[str, Any], index: int, delta: dict[str, Any], tokens: int = 0, probabilities: Any = None
) -> Event:
    choice = {"index": index, "delta": delta, "logprobs": probabilities, "finish_reason": None}
    return Event({**base, "choices": [choice]}, None, tokens)


def identifier(model: Model, invocation: Invocation, milliseconds: int) -> str:
    """Return an id as the engine behind the model makes it: its own, or `id-` and the time where it makes none."""
    form = invocation.settings.switches["chat-id"]
    if form == "milliseconds" or (form == "model" and model.family == "text-generation-native"):
        return f"id-{milliseconds}"
    digits = moments.hexadecimal(invocation, 12, 32)
    return digits if form == "hex" else f"chatcmpl-{digits}"
