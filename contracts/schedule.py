"""Which of the strategies' cases are sent, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from contracts.cases import PHASES, Case
from contracts.context import World
from contracts.dialects import Dialect
from contracts.making import Maker
from contracts.preparation import Prepared
from contracts.strategies import Strategy
from mockserver.openapi.document import Document
from mockserver.registry import Registry

_DUE = {
    Dialect.CHAT: 144,
    Dialect.EMBEDDINGS: 72,
    Dialect.COMPLETIONS: 72,
    Dialect.RESPONSES: 72,
    Dialect.RUN: 9,
}
"""Requests that are due to operations which many models share; those of one model, and lists, have few."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Cases that are sent together or not at all: one case, or a whole group."""

    operation: str
    strategy: str
    phase: str
    cases: tuple[Case, ...]

    @property
    def size(self) -> int:
        """How many requests it takes; one that follows from an answer counts, too."""
        return sum(case.requests for case in self.cases)


@dataclass(frozen=True, slots=True)
class Allotment:
    """How many of its own cases the kit sends: to each operation at least, and to all of them together."""

    quick: bool = False
    total: int = 0
    """What is left of it when each operation has what it is due, operations that want more share."""

    def of(self, maker: Maker) -> int:
        """Return the number of requests that an operation is due."""
        most = _DUE.get(maker.dialect, 8)
        if maker.operation.method == "GET":
            most += 12 if any(each.get("in") == "query" for each in maker.operation.parameters) else 4
        if maker.dialect is Dialect.RUN and maker.generates_text:
            most = 56 if maker.takes_any_model else 14
        return max(8, most // 4) if self.quick else most


def make_makers(prepared: Prepared, world: World) -> list[Maker]:
    """Return what makes cases, one for each operation that is selected."""
    document = Document(prepared.content, world.document.name)
    by_place = {(each.method, each.path): each for each in document.operations.values()}
    return [Maker(name, by_place[place], prepared, world) for place, name in prepared.origins.items()]


def schedule(
    prepared: Prepared,
    world: World,
    strategies: Registry[Strategy],
    allotment: Allotment,
    broken: dict[str, str] | None = None,
) -> list[Unit]:
    """Return the units to be sent, phase by phase, in each in the order of the contract.

    What an operation is allotted is shared by taking turns: each strategy gives its first unit, then its second. What
    went wrong within strategies is added to `broken`, by their names; the others go on.
    """
    broken = {} if broken is None else broken
    shares = []
    makers = make_makers(prepared, world)
    due = sum(map(allotment.of, makers))
    for maker in makers:
        queues = [(each.turns, _guarded(_units(maker, each), each.name, broken)) for each in strategies.values()]
        shares.append(_Share(_taking_turns(queues)))
        most = allotment.of(maker)
        shares[-1].take(most * allotment.total // due if 0 < allotment.total < due else most)
    left = allotment.total - sum(share.size for share in shares)
    waiting = shares
    while left > 0 and waiting:
        still = []
        for share in waiting:
            size = share.take_next(left)
            left -= size
            if size:
                still.append(share)
        waiting = still
    chosen = [unit for share in shares for unit in share.units]
    return sorted(chosen, key=lambda unit: PHASES.index(unit.phase))


class _Share:
    """What one operation is sent."""

    def __init__(self, offered: Iterator[Unit]) -> None:
        self.units: list[Unit] = []
        self.size = 0
        self._offered = offered
        self._passed_over: list[Unit] = []

    def take(self, most: int) -> None:
        """Take units of at most so many requests; one that is too large is passed over for now."""
        while self.size < most:
            unit = next(self._offered, None)
            if unit is None:
                return
            if self.size + unit.size > most:
                self._passed_over.append(unit)
            else:
                self._add(unit)

    def take_next(self, most: int) -> int:
        """Take the next unit that has at most so many requests; return how many, 0 when there is none."""
        while True:
            unit = self._passed_over.pop(0) if self._passed_over else next(self._offered, None)
            if unit is None:
                return 0
            if unit.size <= most:
                self._add(unit)
                return unit.size

    def _add(self, unit: Unit) -> None:
        self.units.append(unit)
        self.size += unit.size


def _units(maker: Maker, strategy: Strategy) -> Iterator[Unit]:
    group: list[Case] = []
    for case in strategy.cases(maker):
        case = replace(case, phase=strategy.phase, group=f"{strategy.name}/{case.group}" if case.group else "")
        if group and case.group != group[0].group:
            yield Unit(maker.name, strategy.name, strategy.phase, tuple(group))
            group = []
        if case.group:
            group.append(case)
        else:
            yield Unit(maker.name, strategy.name, strategy.phase, (case,))
    if group:
        yield Unit(maker.name, strategy.name, strategy.phase, tuple(group))


def _guarded(units: Iterator[Unit], name: str, broken: dict[str, str]) -> Iterator[Unit]:
    if name in broken:
        return
    try:
        yield from units
    except Exception as error:
        broken[name] = f"the strategy {name} failed itself: {type(error).__name__}: {error}"


def _taking_turns(queues: Iterable[tuple[int, Iterator[Unit]]]) -> Iterator[Unit]:
    waiting = list(queues)
    for turn in count():
        for each in list(waiting):
            turns, queue = each
            if turn % turns:
                continue
            unit = next(queue, None)
            if unit is None:
                waiting.remove(each)
            else:
                yield unit
        if not waiting:
            return
