"""The short way to a chat completion: one text of a user, nothing wished, a model without peculiarities.

Most requests of most test suites are like that. Whatever is not plain is left to the ordinary way, `chat.answer`, which
would say the same: a test holds the two against each other.
"""

from __future__ import annotations

from typing import Any

import orjson

from mockserver.engine import seeds
from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer
from mockserver.openapi.outlines import Free, Outline
from mockserver.workersai import moments
from mockserver.workersai.catalogue import Model
from mockserver.workersai.dialects import chat
from mockserver.workersai.fakes import literal, reasoning, text
from mockserver.workersai.tokens import pieces

_PECULIAR = {reasoning.CAPABILITY, "vision"}
_PECULIAR_FACTS = {"engine_demands", "kind"}
_UNBOUNDED = 1 << 62

_AFTER = b',[],""]]]'
_CANONICAL = b'{"messages":[{"content":%b,"role":"user"}],"model":%b}'

COMPLETION = Outline(
    {
        "id": Free.TEXT,
        "object": "chat.completion",
        "created": Free.COUNT,
        "model": Free.TEXT,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": Free.TEXT, "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": Free.COUNT,
            "completion_tokens": Free.COUNT,
            "total_tokens": Free.COUNT,
            "prompt_tokens_details": {"cached_tokens": 0},
        },
    }
)
"""Every completion that is made here."""

_Bounds = tuple[int, int, bytes, bytes]
"""Tokens of an answer, and of prompt and answer together, what stands before the prompt where it is digested, and the
model's name as JSON."""


class PlainChat:
    """Answers plain chat requests to one mock."""

    def __init__(self) -> None:
        self._bounds: dict[str, _Bounds | None] = {}

    def answer(self, model: Model, invocation: Invocation) -> Answer | None:
        """Return the completion; None for a request that is not plain."""
        body = invocation.body
        try:
            (message,) = body["messages"]
            named, role, prompt = body["model"], message["role"], message["content"]
        except (TypeError, KeyError, ValueError):
            return None
        if len(body) != 2 or len(message) != 2 or role != "user":
            return None
        bounds = self._bounds_of(model, invocation.settings.seed)
        if bounds is None or type(prompt) is not str or type(named) is not str or not named:
            return None
        cut = pieces(prompt)
        read = len(cut) + 1
        limit, window, before, after = bounds
        if read > window or "JSON" in prompt or "json" in prompt or literal.answer(prompt, cut) is not None:
            return None
        coded = orjson.dumps(prompt)
        said = text.write(cut, seeds.digest(b"%b%b%b" % (before, coded, _AFTER)))
        made = said.tokens
        if made > limit:
            return None
        told = after if named == model.name else orjson.dumps(named)
        invocation.told(_CANONICAL % (coded, told))
        milliseconds = moments.milliseconds(invocation)
        completion = _completion(named, model, invocation, milliseconds, said.text, read, made)
        return Answer(200, completion, outline=COMPLETION)

    def _bounds_of(self, model: Model, seed: int) -> _Bounds | None:
        """Return the bounds of a model, None for one that says more, or less, than text about the prompt."""
        try:
            return self._bounds[model.name]
        except KeyError:
            bounds = None
            if _PECULIAR.isdisjoint(model.capabilities) and _PECULIAR_FACTS.isdisjoint(model.facts):
                reserved, window = model.max_tokens_default, model.context_window
                coded = orjson.dumps(model.name)
                bounds = (
                    _UNBOUNDED if reserved is None else reserved,
                    _UNBOUNDED if window is None else window - (reserved or 0),
                    b'[%d,%b,null,[["user",' % (seed, coded),
                    coded,
                )
            self._bounds[model.name] = bounds
            return bounds


def _completion(
    named: str, model: Model, invocation: Invocation, milliseconds: int, said: str, read: int, made: int
) -> dict[str, Any]:
    return {
        "id": chat.identifier(model, invocation, milliseconds),
        "object": "chat.completion",
        "created": milliseconds // 1000,
        "model": chat.echo(named, model, invocation),
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": said, "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": read,
            "completion_tokens": made,
            "total_tokens": read + made,
            "prompt_tokens_details": {"cached_tokens": 0},
        },
    }
