"""Faults that a user switches on: the next answers of an operation fail in a chosen way."""

from __future__ import annotations

from dataclasses import dataclass

from mockserver.engine.values import Problem


@dataclass(slots=True)
class Fault:
    """A problem to answer with, for a number of requests."""

    target: str
    """An operationId or a model's name; "*" is every operation."""
    problem: Problem
    times: int = 1
    """Requests that are still to fail; -1 is all of them."""


class Faults:
    """The faults that are switched on."""

    def __init__(self) -> None:
        self.active: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        self.active.append(fault)

    def clear(self) -> None:
        """Switch every fault off."""
        self.active.clear()

    def take(self, *names: str | None) -> Problem | None:
        """Return the problem of the first fault that concerns one of the names, and count it."""
        for fault in self.active:
            if fault.target == "*" or fault.target in names:
                fault.times -= 1
                if fault.times == 0:
                    self.active.remove(fault)
                return fault.problem
        return None
