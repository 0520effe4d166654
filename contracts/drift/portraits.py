"""What an answer looks like, without the values that may differ from one answer to the next."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from contracts.context import DONE, Context
from contracts.pointers import escaped

_NUMBERS_OF_A_VECTOR = 8
_WORDS = frozenset(("object", "type", "role", "finish_reason", "status", "code", "event", "stop_reason"))
"""Members whose values are words of the interface, never of an answer."""
_COUNTED = frozenset(("data", "choices"))
"""Arrays whose length follows from the request."""
_OF_THE_WAY = frozenset(
    """age alt-svc cache-control cf-cache-status cf-ray connection content-encoding content-length content-type date
    etag expires keep-alive last-modified nel pragma report-to server server-timing set-cookie strict-transport-security
    transfer-encoding vary via x-content-type-options x-frame-options x-request-id""".split()
)
"""Headers that the way of an answer decides, not the operation."""


@dataclass(slots=True)
class Place:
    """What was seen at one place of messages of one kind."""

    times: int = 0
    objects: int = 0
    """How many of the values were objects: each could have had any member."""
    types: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    numbers: list[float] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    norms: list[float] = field(default_factory=list)


class Portrait:
    """What was seen of any number of messages: places by JSON Pointer, with `*` for any index."""

    def __init__(self) -> None:
        self.places: dict[str, Place] = defaultdict(Place)
        self.messages = 0

    def add(self, value: Any) -> None:
        """Take a message."""
        self.messages += 1
        self._see("", "", value)

    def always(self, where: str) -> bool:
        """Return whether a member was in every object that could have had it."""
        place, above = self.places.get(where), self.places.get(where.rpartition("/")[0])
        return place is not None and above is not None and place.times == above.objects

    def __or__(self, other: Portrait) -> Portrait:
        """Return a portrait of the messages of both."""
        both = Portrait()
        both.messages = self.messages + other.messages
        for each in (self, other):
            for where, place in each.places.items():
                kept = both.places[where]
                kept.times += place.times
                kept.objects += place.objects
                kept.types |= place.types
                kept.words |= place.words
                kept.numbers += place.numbers
                kept.lengths += place.lengths
                kept.norms += place.norms
        return both

    def _see(self, where: str, name: str, value: Any) -> None:
        place = self.places[where]
        place.times += 1
        place.types.add(_type(value))
        if isinstance(value, dict):
            place.objects += 1
            for key, each in value.items():
                self._see(f"{where}/{escaped(key)}", key, each)
        elif isinstance(value, list):
            self._see_list(place, where, name, value)
        elif name in _WORDS and isinstance(value, str | int) and not isinstance(value, bool):
            place.words.add(str(value))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            place.numbers.append(float(value))

    def _see_list(self, place: Place, where: str, name: str, value: list[Any]) -> None:
        numeric = len(value) >= _NUMBERS_OF_A_VECTOR and all(type(each) in (int, float) for each in value)
        is_vector = numeric and any(type(each) is float for each in value)  # else bytes, whose number is that of a text
        if is_vector or name in _COUNTED:
            place.lengths.append(len(value))
        if not numeric:
            for each in value:
                self._see(f"{where}/*", "", each)
            return
        if is_vector:
            place.norms.append(math.sqrt(sum(each * each for each in value)))
        items = self.places[f"{where}/*"]
        items.times += len(value)
        items.types |= {_type(each) for each in value}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it is compared."""

    status: int
    media_type: str
    headers: frozenset[str]
    portrait: Portrait
    """Of the body, or of the events of a stream."""
    order: tuple[str, ...] = ()
    """The kinds of the events of a stream, neighbours of one kind only once."""

    @property
    def kind(self) -> tuple[int, str]:
        """What answers have to share for their bodies to be compared."""
        return self.status, self.media_type


def is_counted(where: str) -> bool:
    """Return whether the length of an array at a place follows from the request."""
    return where.rpartition("/")[2] in _COUNTED


def answer_of(context: Context) -> Answer:
    """Return the answer of an exchange as it is compared."""
    response, portrait = context.response, Portrait()
    order: tuple[str, ...] = ()
    if context.is_stream:
        for piece in context.pieces:
            portrait.add(piece)
        order = tuple(_once(_kinds(context)))
    elif context.json is not None:
        portrait.add(context.json)
    names = frozenset(
        name for name, _ in response.headers if name not in _OF_THE_WAY and not name.startswith("x-mockflare-")
    )
    return Answer(response.status, response.media_type, names, portrait, order)


def _kinds(context: Context) -> Iterator[str]:
    pieces = iter(context.pieces)
    for event in context.events:
        if event.data == DONE:
            yield DONE
            continue
        yield _kind(event.type, next(pieces, None))


def _kind(name: str, piece: Any) -> str:
    """Return what an event is, in one word or a few: what it brings, not what it says."""
    if not isinstance(piece, dict):
        return name
    if isinstance(piece.get("type"), str):
        return str(piece["type"])
    brings = [key for key in ("error", "usage") if piece.get(key)]
    if piece.get("response"):
        brings.append("response")
    choices = piece.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if not isinstance(choice, dict):
            continue
        delta = choice.get("delta")
        brings += [str(key) for key, value in delta.items() if value] if isinstance(delta, dict) else []
        brings += [key for key in ("text", "finish_reason") if choice.get(key)]
    return "+".join(sorted(set(brings))) or name


def _once(kinds: Iterable[str]) -> Iterator[str]:
    last = None
    for kind in kinds:
        if kind != last:
            yield kind
        last = kind


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
