"""Delays: how long an answer is held back. The time is a value of the answer; the doors wait."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from mockserver.engine import seeds
from mockserver.engine.invocation import Invocation
from mockserver.errors import UsageError, nearest

HEADER, STRATEGY_HEADER = b"x-microcks-delay", b"x-microcks-delay-strategy"
QUERY, STRATEGY_QUERY = "delay", "delayStrategy"
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,6})?", re.ASCII)
_SPREAD = re.compile(r"random-(\d{1,3})", re.ASCII)
_MOST_FIELDS = 1000


@dataclass(frozen=True, slots=True)
class Delay:
    """An amount of time and how it varies."""

    base: float
    """Milliseconds."""
    low: float = 1.0
    high: float = 1.0
    """What the base is multiplied with, at least and at most."""

    def drawn(self, invocation: Invocation) -> float:
        """Return the milliseconds that belong to a request; the same request always has the same."""
        if self.low == self.high:
            return self.base
        return self.base * seeds.generator(seeds.digest(invocation.seed, "delay")).uniform(self.low, self.high)


def delay(base: Any, strategy: Any = None) -> Delay:
    """Return a delay of `base` milliseconds by a strategy; raises UsageError for what is neither.

    `fixed` is the base itself, `random` anything from nothing to the base, `random-20` the base and 20 % less or more.
    """
    text = str(base).strip()
    if isinstance(base, bool) or not _NUMBER.fullmatch(text):
        raise UsageError(f"a delay is a number of milliseconds, this is {base!r:.40}")
    named = "fixed" if strategy is None or strategy == "" else str(strategy).strip().lower()
    if named == "fixed":
        return Delay(float(text))
    if named == "random":
        return Delay(float(text), 0.0, 1.0)
    spread = _SPREAD.fullmatch(named)
    if not spread or int(spread[1]) > 100:
        near = nearest(named, ("fixed", "random", "random-20"))
        hint = f"did you mean {near!r}?" if near else "fixed, random or random-20 would be"
        raise UsageError(f"{strategy!r:.40} is no strategy of delays; {hint}")
    share = int(spread[1]) / 100
    return Delay(float(text), 1 - share, 1 + share)


def declared(extension: Mapping[str, Any]) -> Delay | None:
    """Return the delay that `x-microcks-operation` asks for, None when it asks for none; raises UsageError."""
    base = extension.get("delay")
    return None if base is None or base == "" else delay(base, extension.get("delayStrategy"))


def wanted(invocation: Invocation, usual: Delay | None, *, queried: bool = True) -> Delay | None:
    """Return the delay of a request: of its headers, else of its query, else the usual one.

    A strategy counts only beside a delay of its own level. What is no delay is passed over with a warning. `queried`
    is false where the API itself has a parameter called `delay`.
    """
    request = invocation.request
    if HEADER in request.by_name:
        asked = _read(invocation, request.header(HEADER), request.header(STRATEGY_HEADER))
        if asked is not None:
            return asked
    if queried and QUERY in request.query:
        try:
            fields = dict(parse_qsl(request.query, max_num_fields=_MOST_FIELDS))
        except ValueError:
            fields = {}
        if QUERY in fields:
            asked = _read(invocation, fields[QUERY], fields.get(STRATEGY_QUERY))
            if asked is not None:
                return asked
    return usual


def _read(invocation: Invocation, base: str | None, strategy: str | None) -> Delay | None:
    try:
        return delay(base, strategy)
    except UsageError as error:
        invocation.warn(f"not delayed as asked: {error}")
        return None
