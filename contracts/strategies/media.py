"""Other pictures and recordings than the small one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.cases import Case
from contracts.dialects import Dialect
from contracts.making import Maker
from contracts.media import SENT_AS, as_sent, kind_of_schema, kind_of_value, long_recording, samples
from contracts.member_schemas import plain_members
from contracts.strategies.registry import strategy


@strategy("other-media", "sequences")
def other_media(make: Maker) -> Iterator[Case]:
    """Each picture and recording that may come beside the rest, and a recording of some seconds, in which there is room
    for words.
    """
    if make.dialect is not Dialect.RUN or make.generates_text:
        return
    yield from _beside(make)
    if sent_kind(make) == "audio":
        case = with_media(make, "audio", long_recording(), reason="a recording of some seconds")
        if case is not None:
            yield case


def _beside(make: Maker) -> Iterator[Case]:
    """Yield the small request with each picture and recording that it may have, and has not."""
    base = make.smoke_json
    members = {
        name: as_sent(samples(kind)[0], like)
        for name, schema in plain_members(make).items()
        if isinstance(base, dict) and name not in base and (kind := kind_of_schema(schema)) is not None
        for like in schema.get("examples", ())[:1]
    }
    for name, value in members.items():
        if not make.is_forbidden({**base, name: value}):
            yield make.case(body={**base, name: value}, reason=f"{name} beside the rest")


def sent_kind(make: Maker) -> str | None:
    """Return which kind of media the small valid request holds; None for others."""
    smoke, body = make.smoke, make.smoke_json
    if smoke is None:
        return None
    if isinstance(body, dict):
        return next((kind for each in body.values() if (kind := kind_of_value(each)) is not None), None)
    return next((kind for kind in SENT_AS if smoke.content in samples(kind)), None)


def with_media(make: Maker, kind: str, content: bytes, **how: Any) -> Case | None:
    """Return the small valid request with another file in the place of its own; None where that is not allowed."""
    smoke, body = make.smoke, make.smoke_json
    if smoke is None:
        return None
    if not isinstance(body, dict):
        return make.case(content=content, media_type=smoke.media_type, **how)
    other = {name: as_sent(content, each) if kind_of_value(each) == kind else each for name, each in body.items()}
    return None if make.is_forbidden(other) else make.case(body=other, **how)


STRATEGIES = (other_media,)
