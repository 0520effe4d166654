"""Sending what showed a finding again: how often it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from contracts.bench import Bench
from contracts.cases import Case
from contracts.courier import Courier
from contracts.exchanges import Exchange, NoAnswer, Response
from contracts.tally import Kept, Tally

_MOST = 60
"""Requests for confirmation in one run: with very many findings, those behind are shown by one try."""


def confirm(tally: Tally, bench: Bench, courier: Courier, times: int) -> None:
    """Send the request or the group of each finding again, the worst first, and count in how many tries it shows."""
    left = _MOST
    for kept in tally.kept():
        for _ in range(times):
            cost = len(kept.exchanges)
            if cost > min(left, courier.meter.requests_left) or courier.patience.is_over:
                break
            left -= cost
            shows = _shows_again(kept, bench, courier)
            if shows is None:
                break
            kept.tries += 1
            kept.shown += shows


def _shows_again(kept: Kept, bench: Bench, courier: Courier) -> bool | None:
    cases = [each.case for each in kept.exchanges if each.case is not None]
    if len(cases) == len(kept.exchanges):
        exchanges = _sent_again(cases, courier)
    else:
        came = courier.pass_on(kept.exchanges[-1].request)
        exchanges = [
            replace(
                kept.exchanges[-1],
                response=came if isinstance(came, Response) else None,
                no_answer=None if isinstance(came, Response) else came,
            )
        ]
    if not exchanges or any(each.no_answer is NoAnswer.NOT_SENT for each in exchanges):
        return None
    return bench.again(exchanges, kept.check, kept.found.where)


def _sent_again(cases: Sequence[Case], courier: Courier) -> list[Exchange]:
    first = [case for case in cases if case.then is not None] or cases
    return list(courier.deliver(first if len(first) < len(cases) else cases))
