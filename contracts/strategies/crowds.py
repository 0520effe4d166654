"""Different requests at the same time: each has to get its own answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.cases import Case
from contracts.dialects import Dialect
from contracts.making import Maker, small_limit
from contracts.strategies.batches import text_member
from contracts.strategies.registry import strategy
from contracts.strategies.tooling import ROOM, tool

_SHARED = "Every request has this sentence."
_WORDS = ("amber", "birch", "cedar", "delta")


@strategy("crowd", "sequences")
def crowd(make: Maker) -> Iterator[Case]:
    """Four different requests at once, which ask for different texts, tools, numbers of choices and streams.

    An answer that belongs to a neighbour has another tool, another prompt, another number of choices or vectors.
    """
    base = make.smoke_json
    if not isinstance(base, dict):
        return
    bodies = list(_bodies(make, base))
    if len(bodies) < 2 or any(make.is_forbidden(body) for body in bodies):
        return
    for place, body in enumerate(bodies):
        reason = f"{len(bodies)} requests at once, number {place + 1}"
        yield make.case(body=body, reason=reason, group="a", role=f"parallel-{place + 1}", at_once=True)


def _bodies(make: Maker, base: dict[str, Any]) -> Iterator[dict[str, Any]]:
    limit = small_limit(make)
    if make.dialect is Dialect.CHAT and limit is not None:
        able = [each.name for each in make.models if "function_calling" in each.capabilities]
        for place, word in enumerate(_WORDS):
            body = {**base, "messages": [{"role": "user", "content": f"Tell me about {word} at length."}]}
            if place in (1, 3) and able and make.allows("tools"):
                offered = tool(f"find_{word}", {word: {"type": "string"}}, [word], False)
                body |= {"model": able[0], "tools": [offered], "tool_choice": "required", limit: ROOM}
            elif make.allows("n"):
                body |= {"n": 1 + place // 2}
            yield {**body, "stream": True} if place == 3 and make.streams else body
    elif make.dialect is Dialect.COMPLETIONS:
        for place, word in enumerate(_WORDS):
            wanted = {"echo": True, "n": 1 + place % 2} if make.allows("echo") and make.allows("n") else {}
            yield {**base, "prompt": f"Of {word} I know", **wanted}
    elif make.dialect is Dialect.RESPONSES:
        for place, word in enumerate(_WORDS):
            told = {"instructions": f"Speak of {word}."} if make.allows("instructions") else {}
            yield {
                **base,
                "input": f"Tell me about {word}.",
                **told,
                **({"stream": True} if place == 3 and make.streams else {}),
            }
    elif make.generates_text and "messages" in base:
        for place, word in enumerate(_WORDS[:3]):
            streamed = {"stream": True} if place == 1 and make.streams else {}
            yield {**base, "messages": [{"role": "user", "content": f"Tell me about {word}."}], **streamed}
    elif (member := text_member(make)) is not None and not make.generates_text:
        several = isinstance(base[member], list) or make.dialect is Dialect.EMBEDDINGS
        for word in _WORDS[:3]:
            text = f"The {word} stands in the garden."
            yield {**base, member: [_SHARED, text] if several else text}
        if make.dialect is Dialect.EMBEDDINGS:
            yield {**base, member: [f"The {word} stands in the garden." for word in _WORDS]}
    elif isinstance(base.get("contexts"), list) and "query" in base:
        for place, word in enumerate(_WORDS[:3]):
            passages = [{"text": f"The {each} stands in the garden."} for each in _WORDS[: place + 2]]
            yield {**base, "query": f"Where is the {word}?", "contexts": passages, "top_k": None}


STRATEGIES = (crowd,)
