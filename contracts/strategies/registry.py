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

    def cases(self, maker: Maker) -> Iterable[Case]:
        """Yield the cases for an operation, those that find most first: what the budget does not hold is left out."""
        return self.make(maker)


def strategy(name: str, phase: str) -> Callable[[Make], Strategy]:
    """Make a strategy of a function `(maker) -> cases`; its docstring says what it sends and what that may find."""
    if phase not in PHASES:
        raise UsageError(f"the strategy {name!r} has the phase {phase!r}; {', '.join(PHASES)} would be right")

    def make(function: Make) -> Strategy:
        return Strategy(name, phase, inspect.getdoc(function) or "", function)

    return make


def registry() -> Registry[Strategy]:
    """Return an empty registry of strategies."""
    return Registry[Strategy]("strategy")
