"""What a strategy is, and the registries that hold strategies."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from contracts.cases import PHASES, Case
from contracts.making import Maker
from mockserver.errors import UsageError
from mockserver.registry import Registry

Make = Callable[[Maker], Iterable[Case]]


@dataclass(frozen=True, slots=True)
class Strategy:
    """A named way to make cases for an operation."""

    name: str
    phase: str
    """One of `contracts.cases.PHASES`; its cases are sent in that phase."""
    about: str
    make: Make
    turns: int = 1
    """In one of how many rounds it has a turn, beginning with the first, where strategies share a budget."""

    def cases(self, maker: Maker) -> Iterable[Case]:
        """Yield the cases for an operation, those that find most first: what the budget does not hold is left out."""
        return self.make(maker)


def strategy(name: str, phase: str, *, turns: int = 1) -> Callable[[Make], Strategy]:
    """Make a strategy of a function `(maker) -> cases`; its docstring says what it sends and what that may find.

    Where strategies share a budget they take turns; one with `turns=3` has a turn in every third round.
    """
    if phase not in PHASES:
        raise UsageError(f"the strategy {name!r} has the phase {phase!r}; {', '.join(PHASES)} would be right")

    def make(function: Make) -> Strategy:
        return Strategy(name, phase, inspect.getdoc(function) or "", function, turns)

    return make


def registry() -> Registry[Strategy]:
    """Return an empty registry of strategies."""
    return Registry[Strategy]("strategy")
