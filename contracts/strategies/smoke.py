"""One small valid request of each operation: many checks share its answer."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.cases import Case
from contracts.making import Maker
from contracts.strategies.registry import strategy


@strategy("smoke", "smoke")
def smoke(make: Maker) -> Iterator[Case]:
    """The smallest valid request of the operation; what it is answered, every check that applies looks at."""
    if make.smoke is not None:
        yield make.case(reason="a small valid request")


STRATEGIES = (smoke,)
