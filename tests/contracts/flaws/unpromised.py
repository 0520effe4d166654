"""More that differs and that nobody promised: how other engines write streams, and what capacity and noise do."""

from __future__ import annotations

import hashlib
import random
from typing import Any

from tests.contracts.flaws.conditions import asks_usage, every, has, list_of, streamed, unless, wrong
from tests.contracts.flaws.exchange import Answer, Ask, Event
from tests.contracts.flaws.flaw import Flaw, answer, body, stream
from tests.contracts.flaws.operations import (
    AURA,
    CHAT,
    COMPLETION,
    EMBEDDINGS,
    INDIC,
    MARKDOWN,
    MODELS,
    RESPONSES,
    SMALL,
    WHISPER,
)

_NONE = ""


def _pieces(event: Event) -> list[Any]:
    return list(event.data.get("choices") or ()) if isinstance(event.data, dict) else []


@stream(_NONE, CHAT, COMPLETION, when=asks_usage)
def usage_null_until_the_last(events: list[Event], ask: Ask) -> None:
    """With include_usage every chunk has `usage`, null in all but the last, as OpenAI does."""
    for event in events:
        if isinstance(event.data, dict):
            event.data.setdefault("usage", None)


@stream(_NONE, CHAT)
def role_alone(events: list[Event], ask: Ask) -> None:
    """The first piece has a role and no content."""
    for event in events:
        for piece in _pieces(event):
            if piece["delta"].get("role") and piece["delta"].get("content") == "":
                del piece["delta"]["content"]


@stream(_NONE, CHAT, when=has("tools"))
def names_null_later(events: list[Event], ask: Ask) -> None:
    """The later fragments of a call have null as id and as name."""
    seen = set()
    for event in events:
        for piece in _pieces(event):
            for call in piece["delta"].get("tool_calls") or ():
                key = piece["index"], call["index"]
                if key in seen:
                    call["id"] = call["function"]["name"] = None
                seen.add(key)


@answer(_NONE, CHAT, EMBEDDINGS, when=every(9))
def no_capacity_now_and_then(said: Answer, ask: Ask) -> None:
    """Every ninth request is refused for want of capacity."""
    errors = [{"message": "Capacity temporarily exceeded, please try again.", "code": 3040}]
    said.write_json({"errors": errors, "success": False, "result": {}, "messages": []}, 429)
    said.set_header("retry-after", "0")


@body(_NONE, EMBEDDINGS, SMALL)
def noise_of_hardware(said: Any, ask: Ask) -> None:
    """The numbers of vectors differ a little from request to request."""
    noise = random.Random(hashlib.sha256(b"%d %s" % (ask.number, ask.body)).digest())

    def noisy(vector: Any) -> Any:
        return [each + noise.uniform(-1e-5, 1e-5) for each in vector] if isinstance(vector, list) else vector

    if "result" in said:
        said["result"]["data"] = [noisy(each) for each in said["result"]["data"]]
    for each in said.get("data") or ():
        each["embedding"] = noisy(each["embedding"])


@answer(_NONE, CHAT, when=streamed)
def byte_order_mark(said: Answer, ask: Ask) -> None:
    """A stream begins with a byte order mark, which the standard of event streams takes away."""
    if said.streamed:
        said.chunks[0] = b"\xef\xbb\xbf" + said.chunks[0]


@answer(_NONE, CHAT, EMBEDDINGS, when=wrong)
def wrong_tokens_are_403(said: Answer, ask: Ask) -> None:
    """A wrong token is refused with 403 instead of 401."""
    if said.status == 401:
        said.status = 403


@answer(_NONE, CHAT, MODELS)
def methods_are_not_implemented(said: Answer, ask: Ask) -> None:
    """A method that there is not is refused with 501, which says that the server knows no such method."""
    if said.status == 405:
        said.status = 501


@stream(_NONE, RESPONSES)
def numbers_from_one(events: list[Event], ask: Ask) -> None:
    """The events of a response are numbered from 1."""
    for event in events:
        if isinstance(event.data, dict) and "sequence_number" in event.data:
            event.data["sequence_number"] += 1


@body(_NONE, MARKDOWN)
def conversions_told_otherwise(said: Any, ask: Ask) -> None:
    """Tokens are a text, and a guess from the length; tables are plain text."""
    for each in said["result"]:
        if "data" in each:
            each["tokens"] = str(max(1, len(each["data"]) // 4))
        each["mimeType"] = {"text/csv": "text/plain"}.get(each["mimeType"], each["mimeType"])


@answer(_NONE, AURA, when=unless(has("encoding", "container")))
def recording_with_a_tag(said: Answer, ask: Ask) -> None:
    """MP3 ends with a tag of the old kind."""
    if said.status == 200:
        said.write(said.body + b"TAG" + bytes(125))


@body(_NONE, INDIC, when=list_of("text", 2))
def other_words_together(said: Any, ask: Ask) -> None:
    """Several texts are translated in slightly other words than each alone."""
    said["result"]["translations"] = [f"{each} \u0964" for each in said["result"]["translations"]]


@body(_NONE, WHISPER)
def words_without_times(said: Any, ask: Ask) -> None:
    """Words are not timed: all begin and end at 0."""
    for word in said["result"]["words"]:
        word.update(start=0.0, end=0.0)


VARIATIONS: tuple[Flaw, ...] = tuple(value for value in list(vars().values()) if isinstance(value, Flaw))
