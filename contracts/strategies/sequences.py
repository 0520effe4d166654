"""Requests in a row, or at once: whether one answer influences another."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.cases import Case
from contracts.making import Maker
from contracts.strategies.registry import strategy


@strategy("same-twice", "sequences")
def same_twice(make: Maker) -> Iterator[Case]:
    """The same request twice: the second answer has the shape of the first."""
    if make.smoke is not None:
        for role in ("first", "again"):
            yield make.case(reason=f"the same request twice, {role}", group="a", role=role)


STRATEGIES = (same_twice,)
