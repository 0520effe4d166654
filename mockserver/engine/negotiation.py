"""Which media type answers: the `Accept` header against what a document declares (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mockserver.engine.values import JSON

_RANGE = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)/([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*((?:;.*)?)", re.DOTALL)
_WEIGHT = re.compile(r";\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*(?:;|$)", re.IGNORECASE)
_SPLIT = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')
_LONGEST = 4096
_STANDING_FOR = {"application": JSON, "text": "text/plain", "image": "image/png", "audio": "audio/wav", "*": JSON}
"""What a wildcard in a document is answered with where the caller does not care."""


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One entry of `Accept`."""

    kind: str
    subtype: str
    weight: float

    @property
    def specificity(self) -> int:
        """How much it names: 2 for a media type, 1 for a kind, 0 for anything."""
        return (self.kind != "*") + (self.subtype != "*")

    def matches(self, name: str) -> bool:
        """Say whether a media type, or a wildcard that a document declares, may be what is meant."""
        kind, _, subtype = name.partition("/")
        is_named = self.kind in ("*", kind) and self.subtype in ("*", subtype)
        return is_named or (kind in ("*", self.kind) and subtype == "*")


@lru_cache(maxsize=256)
def accepted(header: str) -> tuple[MediaRange, ...]:
    """Return what an `Accept` header names; entries that are no media ranges mean nothing.

    Empty for a header of which nothing can be read: it is then as if it had not been sent.
    """
    found = []
    if len(header) > _LONGEST:
        return ()
    for entry in _SPLIT.split(header):
        matched = _RANGE.fullmatch(entry)
        if matched is None:
            continue
        kind, subtype, parameters = matched[1].lower(), matched[2].lower(), matched[3]
        if kind == "*" and subtype != "*":
            continue
        weight = _WEIGHT.search(parameters)
        found.append(MediaRange(kind, subtype, float(weight[1]) if weight else 1.0))
    return tuple(found)


def choose(offers: Iterable[str], header: str | None) -> str | None:
    """Return the media type that answers, None when the caller takes none of them.

    `offers` are the names that the document declares, wildcards included. Of those that the caller likes best the
    first counts, JSON before all others. JSON of one name stands in for JSON of another (`application/json` for
    `application/vnd.x+json`) where nothing else fits.
    """
    preferred = ordered(offers)
    ranges = accepted(header) if header is not None else ()
    if not ranges:
        return concrete(preferred[0], ()) if preferred else None
    best: tuple[float, str] | None = None
    for name in preferred:
        weight = _weight(name, ranges)
        if weight > 0 and (best is None or weight > best[0]):
            best = weight, name
    if best is not None:
        return concrete(best[1], ranges)
    if any(each.weight > 0 and is_json(f"{each.kind}/{each.subtype}") for each in ranges):
        return next((name for name in preferred if is_json(name) and not _is_barred(name, ranges)), None)
    return None


def ordered(offers: Iterable[str]) -> list[str]:
    """Return media types with JSON first, then in the order of the document."""
    names = list(offers)
    return sorted(names, key=lambda name: 0 if name == JSON else 1 if is_json(name) else 2)


def is_json(name: str) -> bool:
    """Say whether a media type is JSON under some name."""
    return name == JSON or name.endswith("+json")


def concrete(name: str, ranges: Sequence[MediaRange]) -> str:
    """Return a media type that goes out for one that may be a wildcard."""
    if "*" not in name:
        return name
    kind = name.partition("/")[0]
    for each in sorted(ranges, key=lambda each: -each.weight):
        if each.weight > 0 and each.specificity == 2 and each.matches(name):
            return f"{each.kind}/{each.subtype}"
    return _STANDING_FOR.get(kind, f"{kind}/octet-stream" if kind not in ("multipart",) else "multipart/mixed")


def _weight(name: str, ranges: Sequence[MediaRange]) -> float:
    """Return the weight of the most specific range that matches."""
    matching = [each for each in ranges if each.matches(name)]
    return max(matching, key=lambda each: each.specificity).weight if matching else 0.0


def _is_barred(name: str, ranges: Sequence[MediaRange]) -> bool:
    return any(each.weight == 0 and each.specificity == 2 and each.matches(name) for each in ranges)


def declared(content: Mapping[str, object], name: str) -> str | None:
    """Return the name under which a document declares a media type: its own, `kind/*` or `*/*`."""
    for each in (name, name.split("/", 1)[0] + "/*", "*/*"):
        if each in content:
            return each
    return None
