"""OpenAI's text completions: `/ai/v1/completions`. The service's documentation does not mention the endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, Event
from mockserver.workersai import moments
from mockserver.workersai.catalogue import Model
from mockserver.workersai.conversation import Conversation
from mockserver.workersai.dialects import chat
from mockserver.workersai.fakes.reply import Reply
from mockserver.workersai.tokens import pieces


def answer(body: dict[str, Any], model: Model, invocation: Invocation) -> Answer:
    """Return the completion of each prompt, `n` choices each, whole or as a stream of chunks."""
    plain = {**body, "messages": None, "tools": None, "logprobs": None}
    prompts = _prompts(body.get("prompt"))
    conversations = [chat.read({**plain, "prompt": prompt}, model, invocation.settings.seed) for prompt in prompts]
    asked = conversations[0]
    said = [each for conversation in conversations for each in chat.replies(conversation)]
    milliseconds = moments.milliseconds(invocation)
    base = {
        "id": f"cmpl-{moments.hexadecimal(invocation, 12, 32)}",
        "object": "text_completion",
        "created": milliseconds // 1000,
        "model": chat.echo(asked.named, asked.model, invocation),
    }
    read = sum([conversation.prompt_tokens for conversation in conversations])
    completed = sum([each.tokens for each in said])
    if body.get("echo") is True:  # repeated, but not counted as made
        for position, each in enumerate(said):
            each.pieces[:0] = pieces(prompts[position // asked.choices])
    usage = {"prompt_tokens": read, "completion_tokens": completed, "total_tokens": read + completed}
    if asked.stream:
        unasked = invocation.settings.switches["stream-usage"] == "always"
        return Answer.stream(_events(base, said, usage, asked, unasked))
    choices = [_choice(index, each.text, each.finish) for index, each in enumerate(said)]
    return Answer(200, {**base, "choices": choices, "usage": usage})


def _events(
    base: dict[str, Any], said: list[Reply], usage: dict[str, int], asked: Conversation, unasked: bool
) -> Iterator[Event]:
    last = len(said) - 1
    for index, each in enumerate(said):
        for piece in each.pieces:
            yield Event({**base, "choices": [_choice(index, piece, None)]}, None, 1)
        finish: dict[str, Any] = {**base, "choices": [_choice(index, "", each.finish)]}
        if index == last and unasked and not asked.include_usage:
            finish["usage"] = usage
        yield Event(finish)
    if asked.include_usage:
        yield Event({**base, "choices": [], "usage": usage})
    yield chat.DONE


def _choice(index: int, text: str, finish: str | None) -> dict[str, Any]:
    return {"text": text, "index": index, "logprobs": None, "finish_reason": finish}


def _prompts(prompt: Any) -> list[str]:
    """Return the prompts in a text, a list of texts, or (lists of) token numbers, which are taken as they read."""
    if isinstance(prompt, str):
        return [prompt]
    if isinstance(prompt, list) and prompt and all(isinstance(each, str | list) for each in prompt):
        return [each if isinstance(each, str) else " ".join(map(str, each)) for each in prompt]
    return [" ".join(map(str, prompt))] if isinstance(prompt, list) else [""]
