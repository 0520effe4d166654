"""Sending what showed a finding again: how often it shows, and whether a smaller request does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from contracts.bench import Bench
from contracts.courier import Courier
from contracts.exchanges import Exchange, NoAnswer, Request, Response
from contracts.findings import Found, Severity
from contracts.limits import Limits
from contracts.shrinking import smaller
from contracts.tally import Kept, Tally

_SHRUNK = 6
"""Requests to make the request of one finding smaller."""


class Confirmation:
    """Confirms findings, the worst first, as far as the requests that were kept back reach."""

    def __init__(self, bench: Bench, courier: Courier, limits: Limits) -> None:
        self._bench, self._courier = bench, courier
        self._end = min(limits.requests, courier.meter.sent + max(limits.reserve, 1))

    def confirm(self, tally: Tally, times: int) -> None:
        """Send the request or the group of each finding again; then look for smaller requests."""
        for kept in tally.kept():
            for _ in range(times):
                shown = self._again(kept)
                if shown is None:
                    break
                kept.tries += 1
                kept.shown += shown
        for kept in tally.kept():
            if kept.shown == kept.tries and kept.severity in (Severity.BREAKING, Severity.LAX):
                self._shrink(kept)

    @property
    def _left(self) -> int:
        if self._courier.patience.is_over:
            return 0
        return min(self._end - self._courier.meter.sent, self._courier.meter.requests_left)

    def _again(self, kept: Kept) -> bool | None:
        """Return whether a finding shows again; None when it cannot be told."""
        if len(kept.exchanges) > self._left:
            return None
        cases = [each.case for each in kept.exchanges if each.case is not None]
        if len(cases) < len(kept.exchanges):
            exchanges: Sequence[Exchange] = [self._sent(kept.exchanges[-1], kept.exchanges[-1].request)]
        else:
            exchanges = list(self._courier.deliver([case for case in cases if not case.follows]))
        if not exchanges or any(each.no_answer is NoAnswer.NOT_SENT for each in exchanges):
            return None
        found = self._bench.again(kept, exchanges)
        return None if found is None else bool(found)

    def _shrink(self, kept: Kept) -> None:
        if len(kept.exchanges) > 1 or kept.check not in self._bench.names:
            return
        latest: dict[Request, tuple[Exchange, Found]] = {}

        def shows(request: Request) -> bool:
            exchange = self._sent(kept.exchanges[0], request)
            found = self._bench.again(kept, [exchange])
            if found:
                latest[request] = exchange, found[0]
            return bool(found)

        request = smaller(kept.exchanges[0].request, shows, min(_SHRUNK, self._left))
        if request in latest:
            exchange, kept.found = latest[request]
            kept.exchanges = (exchange,)

    def _sent(self, exchange: Exchange, request: Request) -> Exchange:
        came = self._courier.pass_on(request)
        if isinstance(came, Response):
            return replace(exchange, request=request, response=came, no_answer=None)
        return replace(exchange, request=request, response=None, no_answer=came)
