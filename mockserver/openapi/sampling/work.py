"""Work: what one sample may cost, counted and never timed, so that a sample ends at the same point everywhere."""

from __future__ import annotations

from collections.abc import Hashable

from mockserver.openapi.sampling.faults import Exhausted

LIMIT = 350_000
"""The units of work that one sample may take; a unit is about a microsecond."""
STEP = 10
"""The units that building one value takes."""


class Work:
    """What one sample has cost so far.

    What is cached between samples is charged again to each sample that uses it: whether a sample ends must not depend
    on which samples were drawn before.
    """

    __slots__ = ("_charged", "limit", "spent")

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.spent = 0
        self._charged: set[Hashable] = set()

    def spend(self, units: int) -> None:
        """Account for work. Raises Exhausted when the limit is passed."""
        self.spent += units
        if self.spent > self.limit:
            raise Exhausted("the schema takes more work than allowed")

    def once(self, key: Hashable, units: int) -> None:
        """Account for work whose outcome is kept: the first time only. Raises Exhausted."""
        if key not in self._charged:
            self._charged.add(key)
            self.spend(units)
