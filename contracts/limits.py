"""How much a run may send, for how long and how fast; and counting what it did."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mockserver.errors import UsageError

MOST_REQUESTS = 995
"""Requests of a run unless told otherwise."""

_RESERVE = 40

_LEAST: Mapping[str, int | None] = {"requests": 1, "seconds": None, "rate": None, "neurons": 0, "answer_seconds": None}
"""What each bound is at least; None where anything above 0 is one."""

ANSWER_SECONDS = 30.0
"""Seconds to wait for the next bytes of an answer, and for the whole of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a run; None for no bound."""

    requests: int = MOST_REQUESTS
    seconds: float | None = None
    rate: float | None = None
    """Requests a second."""
    neurons: float | None = None
    """What the requests may cost, as estimated before they are sent."""
    answer_seconds: float = ANSWER_SECONDS

    def __post_init__(self) -> None:
        """Raise UsageError for what bounds nothing, or lets nothing be sent."""
        for name, least in _LEAST.items():
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and (value > 0 if least is None else value >= least)):
                right = "more than 0" if least is None else f"{least} or more"
                raise UsageError(f"the limit {name} is {value}; {right} would be right")

    @property
    def reserve(self) -> int:
        """Requests that are kept back to send again what showed a finding."""
        return min(_RESERVE, self.requests // 10)


class Meter:
    """Lets requests pass while the limits allow it. Safe to use from several threads."""

    def __init__(
        self,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.limits = limits
        self.sent = 0
        self._kept_back = limits.reserve
        self.neurons = 0.0
        """What was spent: as the answers say, else as estimated for those that succeeded."""
        self.exhausted: str | None = None
        """Which limit is met now, in words; None while there is room."""
        self.limited: str | None = None
        """Which limit kept a request back, ever."""
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._began = clock()
        self._next = self._began

    def admit(self, neurons: float = 0.0) -> bool:
        """Count one more request that may cost `neurons`, after waiting for its turn; False when a limit is met."""
        with self._lock:
            self.exhausted = self.exhausted or self._met()
            met = self.exhausted or self._too_dear(neurons)
            if met:
                self.limited = self.limited or met
                return False
            self.sent += 1
            wait = 0.0
            if self.limits.rate:
                now = self._clock()
                wait = max(0.0, self._next - now)
                self._next = max(self._next, now) + 1 / self.limits.rate
        if wait:
            self.pause(wait)
        return True

    def release_reserve(self) -> None:
        """Let the requests pass that were kept back."""
        self._kept_back = 0
        self.exhausted = None

    def spend(self, neurons: float) -> None:
        """Count what an answer cost."""
        with self._lock:
            self.neurons += neurons

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end of the run."""
        left = self.seconds_left
        self._sleep(seconds if left is None else max(0.0, min(seconds, left)))

    @property
    def seconds_left(self) -> float | None:
        """How long the run may still take; None without a bound."""
        if self.limits.seconds is None:
            return None
        return self._began + self.limits.seconds - self._clock()

    @property
    def requests_left(self) -> int:
        """How many requests may still be sent."""
        return max(0, self.limits.requests - self._kept_back - self.sent)

    def _met(self) -> str | None:
        limits, left = self.limits, self.seconds_left
        if self.requests_left <= 0:
            return f"the limit of {limits.requests} request{_s(limits.requests)} is reached"
        if left is not None and left <= 0:
            return f"the limit of {limits.seconds:g} second{_s(limits.seconds)} is reached"
        return None

    def _too_dear(self, neurons: float) -> str | None:
        """Say so when a request may cost more than is left; cheaper ones may still follow."""
        most = self.limits.neurons
        if most is None or neurons == 0 or self.neurons + neurons <= most:
            return None
        return f"the limit of {most:g} neuron{_s(most)} leaves requests out"


def _s(count: float | None) -> str:
    return "" if count == 1 else "s"
