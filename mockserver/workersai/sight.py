"""Pictures in a conversation: what a model with vision says of those it was shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.engine import seeds
from mockserver.engine.invocation import Invocation
from mockserver.engine.values import refuse
from mockserver.workersai.conversation import Conversation
from mockserver.workersai.fakes import picture_contents
from mockserver.workersai.fakes.picture_contents import Caption
from mockserver.workersai.fakes.picture_inputs import caption_of, is_address
from mockserver.workersai.tokens import pieces

CAPABILITY = "vision"
TOKENS = 258
"""What a picture counts among the tokens of a prompt (ours)."""

_MOST = 16
_SVG = "data:image/svg"
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def look(body: Mapping[str, Any], conversation: Conversation, invocation: Invocation) -> None:
    """Let a conversation know of the pictures in its request: what is said of them, their tokens, their part in seeds.

    Those of the latest turn that has any count, or the member `image`. Raises Refusal for what is no picture to look
    at: SVG (8005), sides of less than ten pixels, bytes that no decoder reads.
    """
    found = _pictures(body)[:_MOST]
    if not found:
        return
    seen = [_seen(value, where, invocation) for where, value in found]
    conversation.sight = _in_words(seen, conversation.prompt)
    conversation.prompt = "\n".join([conversation.prompt, *(each.text for each in seen)]).strip()
    conversation.prompt_pieces = pieces(conversation.prompt)
    conversation.prompt_tokens += TOKENS * len(seen)
    conversation.digest = seeds.digest(conversation.digest, *(each.seed for each in seen))


def _pictures(body: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return pictures with the pointers to them."""
    if body.get("image"):
        return [("/image", body["image"])]
    messages = body.get("messages")
    turns = messages if isinstance(messages, list) else []
    for position in range(len(turns) - 1, -1, -1):
        content = turns[position].get("content") if isinstance(turns[position], dict) else None
        parts = content if isinstance(content, list) else [content]
        where = f"/messages/{position}/content"
        found = [(f"{where}/{number}/image_url", _address(part)) for number, part in enumerate(parts)]
        if any(value for _, value in found):
            return [(pointer, value) for pointer, value in found if value]
    return []


def _address(part: Any) -> Any:
    """Return the URL in a part of a message, None when it is no picture."""
    if not isinstance(part, dict) or part.get("type", "image_url") != "image_url":
        return None
    url = part.get("image_url")
    return url.get("url") if isinstance(url, dict) else url


def _seen(value: Any, where: str, invocation: Invocation) -> Caption:
    if isinstance(value, str) and value[: len(_SVG)].lower() == _SVG:
        raise refuse("engine-internal-error", 500, f"{where}: the engine fails for an SVG picture")
    if is_address(value):
        invocation.warn("the mock visits no address; what it sees is in the words of the address")
    return caption_of(value, where)


def _in_words(seen: list[Caption], question: str) -> str:
    """Return what is said of pictures: of one, the answer to the question; of several, what each of them shows."""
    if len(seen) == 1:
        return picture_contents.answer(seen[0], question)
    named = [*_ORDINALS, *("next",) * len(seen)]
    return " ".join(f"The {name} picture: {each.text.strip()}." for name, each in zip(named, seen, strict=False))
