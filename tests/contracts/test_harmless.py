"""Servers that differ in what nobody promised: the kit says nothing above additive.

A few variations of one operation are tried together; each alone, with three seeds, by `python -m benchmarks.silence
harmless`.
"""

from __future__ import annotations

import pytest

from contracts import Severity
from mockserver import Mock, create_app
from tests.contracts.flaws import Flaw
from tests.contracts.flaws.harmless import VARIATIONS
from tests.contracts.flaws.server import Tampered, serve
from tests.contracts.flaws.verdict import check

_QUIET = (Severity.ADDITIVE, Severity.COSMETIC)
_TOGETHER = 4


def _groups() -> list[tuple[str, list[Flaw]]]:
    """Each variation once, with others of the same operation; those that change the bytes come last."""
    by_operation: dict[str, list[Flaw]] = {}
    for number, variation in enumerate(VARIATIONS):
        operation = variation.operations[number % len(variation.operations)]
        by_operation.setdefault(operation, []).append(variation)
    return [
        (operation, sorted(variations[start : start + _TOGETHER], key=lambda each: not each.rewrites))
        for operation, variations in by_operation.items()
        for start in range(0, len(variations), _TOGETHER)
    ]


@pytest.mark.parametrize(("operation", "variations"), _groups(), ids=lambda each: each if type(each) is str else "")
def test_variations_are_no_finding(operation: str, variations: list[Flaw]) -> None:
    """What differs is seen by the kit, and is no finding that fails a run."""
    seed = VARIATIONS.index(variations[0])
    mock = Mock()
    app = create_app(mock)
    servers = []
    for variation in variations:
        app = Tampered(app, variation, mock.token)
        servers.append(app)
    told = [", ".join(each.what for each in variations), *_loud(check(app, (operation,), seed, own_only=True))]
    for variation, server in zip(variations, servers, strict=True):
        if not server.shown:  # the other half of a run shows it
            alone = serve(variation)
            told += _loud(check(alone, (operation,), seed))
            assert alone.shown > 0, f"no request showed it: {variation.what}"

    assert [] == told[1:], told[0]


def _loud(report):
    return [each.message for each in report.findings if each.severity not in _QUIET]


def test_there_are_enough_variations() -> None:
    """There are at least two dozen of them, each in one group."""
    assert len(VARIATIONS) >= 24
    assert sorted(each.name for each in VARIATIONS) == sorted(each.name for _, group in _groups() for each in group)
