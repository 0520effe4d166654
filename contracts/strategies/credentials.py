"""Requests that show no credential, or one that is not right."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.cases import NONE, Case
from contracts.exchanges import Intent
from contracts.making import Maker
from contracts.strategies.registry import strategy


@strategy("auth", "free")
def auth(make: Maker) -> Iterator[Case]:
    """The small valid request without credentials, and with a wrong token: refusals cost nothing."""
    if make.guarded:
        for credential, reason in ((NONE, "without credentials"), ("wrong", "with a wrong token")):
            yield make.case(intent=Intent.PROBE, credential=credential, reason=reason)


STRATEGIES = (auth,)
