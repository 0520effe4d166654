"""Drift: the same cases at two targets, or at one target twice, held against each other and against the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.context import World
from contracts.drift.comparison import Compared, compare
from contracts.drift.differences import Difference, Party, Side, turn
from contracts.drift.runs import Run, pairs
from contracts.drift.widening import widen
from contracts.findings import DRIFT, Finding
from contracts.models import is_current
from contracts.printable import one_line
from contracts.report import Looked, Report

__all__ = ["Difference", "Drift", "Party", "Run", "Side", "drift", "turn"]


@dataclass(frozen=True, slots=True)
class Drift:
    """What two runs of the same cases have come to."""

    a: Side
    b: Side
    differences: tuple[Difference, ...]
    report: Report
    """The differences as findings, for any reporter."""
    overlay: dict[str, Any] | None = None
    """Brings the contract up to what was seen at the side that counts; None when there is nothing to bring up."""


def drift(a: Run, b: Run, world: World, *, overlay: bool = False) -> Drift:
    """Compare two runs; with `overlay` also make one that brings the contract up to the side that counts.

    That is the live side where exactly one of the two is the mock, else B, the later run. The answers to what was
    deliberately sent with another method say nothing of the contract, and are left out of the overlay.
    """
    sides = _sides(a, b)
    found, single = pairs(a, b)
    compared = compare(found, world)
    differences = tuple(
        each for one in compared for each in sorted(one.differences, key=lambda each: each.severity.rank)
    )
    findings = tuple(_finding(each, *sides, world.seed) for each in differences)
    ranked = tuple(sorted(findings, key=lambda each: each.severity.rank))
    stopped = a.stopped or b.stopped
    if not found:
        stopped = stopped or "the two runs have no case in common"
    notes = (f"{single} exchanges have no counterpart in the other run",) if single else ()
    report = Report(
        f"A ({a.name}) against B ({b.name})",
        world.document.title,
        world.seed,
        ranked,
        tuple(_looked(each, is_current(world.document.operations[each.operation])) for each in compared),
        stopped,
        command="drift",
        notes=notes,
    )
    made = None
    if overlay:
        truth, source = (a, sides[0]) if sides[1].is_mock and not sides[0].is_mock else (b, sides[1])
        exchanges = [each.exchange for each in truth.exchanges if each.refused is None]
        made = widen(world, exchanges, truth.name if source.name in tuple(Party) else source.name)
    return Drift(*sides, differences, report, made)


def _sides(a: Run, b: Run) -> tuple[Side, Side]:
    """Return the sides with names that tell them apart."""
    names = ["the mock" if each.is_mock else "live" for each in (a, b)]
    if names[0] == names[1]:
        names = ["A", "B"]
    return Side(Party.A, names[0], a.is_mock), Side(Party.B, names[1], b.is_mock)


def _finding(difference: Difference, a: Side, b: Side, seed: int) -> Finding:
    moved = difference.moved
    who = {Party.A: a.name, Party.B: b.name, Party.DOCUMENT: "the document"}
    said = " and ".join(who[each] for each in moved) if moved else "nobody against the document, which allows both"
    verdict = f"moved: {said}; it is the turn of: {' and '.join(turn(difference, a, b)) or 'nobody'}"
    shown_a = f"{a.name}: {difference.a}{'' if difference.a_agrees else ' (not as documented)'}"
    shown_b = f"{b.name}: {difference.b}{'' if difference.b_agrees else ' (not as documented)'}"
    exchange = difference.sample[0]
    answer = f", in answers of {difference.answer}" if difference.answer else ""
    return Finding(
        f"drift-{difference.aspect}",
        difference.severity,
        difference.operation,
        one_line(shown_a),
        f"{one_line(shown_b)}{answer}; {verdict}",
        "\n".join(dict.fromkeys(each.request.curl() for each in difference.sample)),
        seed,
        one_line(difference.where),
        difference.times,
        DRIFT,
        "baseline",
        exchange.reason,
        exchange.phase,
    )


def _looked(compared: Compared, expected: bool) -> Looked:
    reasons: Sequence[tuple[str, int]] = compared.refused.most_common(1)
    why = None
    if not compared.valid:
        why = reasons[0][0] if reasons else "no case of it came back from both"
    refused = compared.refused.total()
    return Looked(compared.operation, compared.pairs, compared.successes, refused, (), why, expected=expected)
