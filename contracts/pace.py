"""How long answers take, measured by a recorded run: told, never a breach."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from contracts.case_keys import CaseKeys
from contracts.event_stream import MEDIA_TYPE
from contracts.events import ExchangeDone
from contracts.exchanges import Exchange, Intent
from contracts.findings import Finding, Severity

FEWEST = 5
"""Cases that both runs have to have answered before anything is said of an operation."""
_FACTOR = 1.5
_SHARE = 0.75
_NOTICEABLE = 0.05
"""Seconds: less is noise of machines and networks."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long one answer took, in seconds: until its end, and of a stream until its first piece."""

    whole: float
    first: float | None = None


Timings = Mapping[str, Mapping[str, Timing]]
"""Operation -> key of a case -> how long its answer took."""


class Stopwatch:
    """Collects the timings of a run, of valid requests that succeeded."""

    def __init__(self, base_url: str) -> None:
        self._keys = CaseKeys(base_url)
        self._timings: dict[str, dict[str, Timing]] = defaultdict(dict)
        self.slowest: dict[str, Exchange] = {}
        """The exchange of each operation that took longest."""

    def note(self, done: ExchangeDone) -> None:
        """Take an exchange."""
        exchange = done.exchange
        key, response = self._keys.key(exchange), exchange.response
        if response is None or not response.succeeded or exchange.intent is not Intent.VALID or done.refused:
            return
        first = response.chunks[0].seconds if response.media_type == MEDIA_TYPE and response.chunks else None
        self._timings[exchange.operation][key] = Timing(response.seconds, first)
        known = self.slowest.get(exchange.operation)
        if known is None or known.response is None or known.response.seconds < response.seconds:
            self.slowest[exchange.operation] = exchange

    @property
    def timings(self) -> Timings:
        """What was collected so far."""
        return self._timings


def timings_of(base_url: str, exchanges: Iterable[ExchangeDone]) -> Timings:
    """Return the timings of a recorded run."""
    watch = Stopwatch(base_url)
    for each in exchanges:
        watch.note(each)
    return watch.timings


def slower(before: Timings, watch: Stopwatch, seed: int) -> list[Finding]:
    """Return a cosmetic finding for each operation whose answers, or first pieces of streams, take clearly longer.

    The same cases are compared one by one: the median of their quotients has to be above 1.5, three of four cases
    have to be slower, and the median difference has to be more than 50 ms; single outliers decide nothing.
    """
    found = []
    for operation, now in watch.timings.items():
        earlier = before.get(operation, {})
        whole = [(earlier[key].whole, timing.whole) for key, timing in now.items() if key in earlier]
        first = [
            (then, timing.first)
            for key, timing in now.items()
            if key in earlier and (then := earlier[key].first) is not None and timing.first is not None
        ]
        for check, pairs in (("latency", whole), ("time-to-first-piece", first)):
            if is_slower(pairs):
                found.append(_finding(check, operation, pairs, watch, seed))
    return found


def is_slower(pairs: list[tuple[float, float]]) -> bool:
    """Return whether the second values are clearly larger than the first ones."""
    if len(pairs) < FEWEST:
        return False
    quotients = [math.log(max(now, 1e-6) / max(then, 1e-6)) for then, now in pairs]
    return (
        median(quotients) > math.log(_FACTOR)
        and sum(each > 0 for each in quotients) >= _SHARE * len(pairs)
        and median(now - then for then, now in pairs) > _NOTICEABLE
    )


def _finding(check: str, operation: str, pairs: list[tuple[float, float]], watch: Stopwatch, seed: int) -> Finding:
    then, now = (median(each) for each in zip(*pairs, strict=True))
    exchange = watch.slowest[operation]
    return Finding(
        check,
        Severity.COSMETIC,
        operation,
        f"about {then:.3f} s, as recorded for {len(pairs)} of the same cases (median)",
        f"about {now:.3f} s",
        exchange.request.curl(),
        seed,
        kind="stability",
        source="baseline",
        times=len(pairs),
        reason=exchange.reason,
        phase=exchange.phase,
    )
