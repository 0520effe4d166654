"""Servers with one flaw each: the kit finds every one of them, by a check of the right class.

One of four flaws is tried here, those of an operation with one of three seeds, so that they share the run on the
server without a flaw; all of them, with all seeds, by `python -m benchmarks.sensitivity`.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.contracts.flaws import FLAWS, KINDS, Flaw
from tests.contracts.flaws.verdict import seek

SEEDS = 3
_TRIED = sorted(
    (flaw for number, flaw in enumerate(FLAWS) if number % 4 == 1 and not flaw.slow),
    key=lambda flaw: flaw.operations,
)
_SEEDS = {operations: number % SEEDS for number, operations in enumerate(sorted({each.operations for each in FLAWS}))}


@pytest.mark.parametrize("flaw", _TRIED, ids=str)
def test_the_flaw_is_found(flaw: Flaw) -> None:
    """The flaw is found by a check of its class, in a run that is silent on the server without it."""
    verdict = seek(flaw, _SEEDS[flaw.operations])

    assert verdict.found, f"{flaw.what} {verdict.story}"


def test_there_are_flaws_of_every_class() -> None:
    """Every class has flaws, and there are more than enough in all."""
    kinds = Counter(flaw.kind for flaw in FLAWS)

    assert set(KINDS) == set(kinds)
    assert min(kinds.values()) >= 15
    assert len(_TRIED) >= 120
    assert set(KINDS) == {flaw.kind for flaw in _TRIED}


def test_most_flaws_show_only_sometimes() -> None:
    """At least half of the flaws show only for certain requests."""
    assert sum(flaw.conditional for flaw in FLAWS) * 2 >= len(FLAWS)


def test_flaws_have_names_of_their_own() -> None:
    """No two flaws share a name."""
    assert len(FLAWS) == len({flaw.name for flaw in FLAWS})
