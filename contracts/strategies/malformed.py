"""Bodies that no schema allows: no JSON, no object, nothing at all."""

from __future__ import annotations

import json
from collections.abc import Iterator

from contracts.cases import Case
from contracts.exchanges import Intent
from contracts.judge import is_json
from contracts.making import Maker
from contracts.strategies.registry import strategy

_BODIES = (
    ("no body", b""),
    ("JSON that breaks off", b'{"'),
    ("an empty object", b"{}"),
    ("an array for an object", b"[]"),
    ("null for an object", b"null"),
    ("a text for an object", b'"text"'),
    ("bytes that are no UTF-8", b'{"text": "\xff\xfe"}'),
    ("text behind the JSON", b"{} {}"),
    ("objects in objects, two hundred deep", b'{"a":' * 200 + b"1" + b"}" * 200),
    ("a number beyond all bounds", b'{"model": 1e999999}'),
)
_FIRST = 3


@strategy("malformed", "free", turns=3)
def malformed(make: Maker) -> Iterator[Case]:
    """Bodies that are no JSON, no object, or nothing at all: they are refused, in the shape of every refusal."""
    smoke = make.smoke
    if smoke is None or not is_json(smoke.media_type) or not smoke.content:
        return
    rest = list(_BODIES[_FIRST:])
    make.random("malformed").shuffle(rest)
    for reason, content in (*_BODIES[:_FIRST], *rest):
        yield make.case(content=content, media_type=smoke.media_type, intent=Intent.INVALID, reason=reason)


@strategy("media-types", "search", turns=3)
def media_types(make: Maker) -> Iterator[Case]:
    """The small valid request with a charset behind its media type, over several lines, and with the `Accept` that
    libraries send; then with other media types, and with none: some servers take it, some do not, and none may crash.
    """
    smoke = make.smoke
    if smoke is None or not is_json(smoke.media_type) or not smoke.content:
        return
    named = f"{smoke.media_type}; charset=utf-8"
    yield make.case(content=smoke.content, media_type=named, reason="a charset behind the media type")
    lines = b"\n" + json.dumps(json.loads(smoke.content), indent=2).encode() + b"\n"
    yield make.case(content=lines, media_type=smoke.media_type, reason="JSON over several lines")
    yield make.case(headers={"Accept": smoke.media_type}, reason="JSON alone is accepted")
    for other in ("text/plain", "multipart/form-data", "application/json; charset=nonsense"):
        yield make.case(content=smoke.content, media_type=other, intent=Intent.PROBE, reason=f"JSON as {other}")


STRATEGIES = (malformed, media_types)
