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
    """A recording of some seconds, in which there is room for words. Another picture between the same one twice: each
    is looked at by itself. And every one that may come beside the rest.
    """
    kind = _kind(make)
    if make.dialect is Dialect.RUN and not make.generates_text:
        yield from _beside(make)
    if make.dialect is not Dialect.RUN or kind is None or make.generates_text:
        return
    if kind == "audio":
        yield from _sent(make, kind, long_recording(), "a recording of some seconds")
        return
    first, other = samples(kind)
    for role, content in (("first", first), ("other", other), ("again", first)):
        yield from _sent(make, kind, content, f"a picture, another one, and the first again: {role}", "a", role)


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


def _kind(make: Maker) -> str | None:
    """Return which kind of media the small valid request holds; None for others."""
    smoke, body = make.smoke, make.smoke_json
    if smoke is None:
        return None
    if isinstance(body, dict):
        return next((kind for each in body.values() if (kind := kind_of_value(each)) is not None), None)
    return next((kind for kind in SENT_AS if smoke.content in samples(kind)), None)


def _sent(make: Maker, kind: str, content: bytes, reason: str, group: str = "", role: str = "") -> Iterator[Case]:
    smoke, body = make.smoke, make.smoke_json
    if smoke is None:
        return
    how: dict[str, Any] = {"reason": reason, "group": group, "role": role}
    if not isinstance(body, dict):
        yield make.case(content=content, media_type=smoke.media_type, **how)
        return
    other = {name: as_sent(content, each) if kind_of_value(each) == kind else each for name, each in body.items()}
    if not make.is_forbidden(other):
        yield make.case(body=other, **how)


STRATEGIES = (other_media,)
