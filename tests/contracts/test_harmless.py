"""Servers that differ in what nobody promised: the kit says nothing above additive.

Each variation is tried on one of its operations; all of them, with three seeds, by
`python -m benchmarks.silence harmless`.
"""

from __future__ import annotations

import pytest

from contracts import Severity
from tests.contracts.flaws import Flaw
from tests.contracts.flaws.harmless import VARIATIONS
from tests.contracts.flaws.server import serve
from tests.contracts.flaws.verdict import check

_QUIET = (Severity.ADDITIVE, Severity.COSMETIC)


@pytest.mark.parametrize("variation", VARIATIONS, ids=str)
def test_the_variation_is_no_finding(variation: Flaw) -> None:
    """What differs is seen by the kit, and is no finding that fails a run."""
    seed = VARIATIONS.index(variation)
    operation = variation.operations[seed % len(variation.operations)]
    server = serve(variation)
    report = check(server, (operation,), seed, own_only=True)
    if not server.shown:
        report = check(server, (operation,), seed)

    assert [] == [each.message for each in report.findings if each.severity not in _QUIET], variation.what
    assert server.shown > 0, "no request showed the variation"


def test_there_are_enough_variations() -> None:
    """There are at least two dozen of them."""
    assert len(VARIATIONS) >= 24
