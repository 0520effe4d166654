"""Sending cases: with their credentials, within the limits, again where a refusal says "later"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from contracts import neurons
from contracts.cases import Case
from contracts.exchanges import Exchange, Intent, NoAnswer, Request, Response
from contracts.limits import Meter
from contracts.patience import Patience
from contracts.plan import Plan
from contracts.refusals import refusal, retry_after
from contracts.sender import Sender

_RETRIES = 2
_PAUSES = 10.0
"""Seconds that a run waits at most, all in all, before it sends again what was refused for now."""


def address_of(plan: Plan, case: Case) -> str:
    """Return the whole address that a case is sent to."""
    return plan.target.base_url + case.path + (f"?{case.query}" if case.query else "")


class Courier:
    """Brings requests to the target, and numbers what came back."""

    def __init__(self, plan: Plan, sender: Sender, meter: Meter, broken: dict[str, str] | None = None) -> None:
        """What goes wrong within strategies that go on from an answer is added to `broken`, by their names."""
        self._plan, self._sender, self.meter = plan, sender, meter
        self._broken = {} if broken is None else broken
        self.patience = Patience()
        self.number = 0
        self._paused = 0.0

    def deliver(self, cases: Sequence[Case]) -> Iterator[Exchange]:
        """Send the cases of a unit in their order, those that say so at the same time; yield what came of each.

        What the limits do not allow is left out.
        """
        waiting = list(cases)
        while waiting:
            batch = [waiting.pop(0)]
            while batch[0].at_once and waiting and waiting[0].at_once:
                batch.append(waiting.pop(0))
            if self.patience.is_over or not all(
                self.meter.admit(self._estimated(self.request(case))) for case in batch
            ):
                return
            exchanges = [self._exchange(case, came) for case, came in zip(batch, self._send(batch), strict=True)]
            for exchange in exchanges:
                yield from self._followed(exchange)

    def pass_on(self, request: Request) -> Response | NoAnswer:
        """Send one request of the engine's."""
        if self.patience.is_over or not self.meter.admit(self._estimated(request)):
            return NoAnswer.NOT_SENT
        return self._sent([request])[0]

    def request(self, case: Case) -> Request:
        """Return a case as a request to the target, with its credential."""
        address = address_of(self._plan, case)
        return Request(case.method, address, case.headers + self._plan.credentials.headers(case.credential), case.body)

    def numbered(self, exchange: Exchange) -> Exchange:
        """Return an exchange with the next number, having noted how the target behaved."""
        self.number += 1
        exchange = replace(exchange, number=self.number)
        self.patience.note(exchange)
        return exchange

    def _send(self, batch: Sequence[Case]) -> list[Response | NoAnswer]:
        return self._sent([self.request(case) for case in batch])

    def _sent(self, requests: Sequence[Request]) -> list[Response | NoAnswer]:
        answers = self._sender.send(requests)
        for request, came in zip(requests, answers, strict=True):
            self.patience.arrived(came)
            if isinstance(came, Response):
                said = neurons.counted(came)
                self.meter.spend(said if said is not None else neurons.estimate(request) if came.succeeded else 0.0)
        return answers

    def _estimated(self, request: Request) -> float:
        return 0.0 if self._plan.limits.neurons is None else neurons.estimate(request)

    def _followed(self, exchange: Exchange) -> Iterator[Exchange]:
        exchange = self._retried(exchange)
        yield exchange
        case = exchange.case
        following = None if case is None else self._following(case, exchange)
        if case is not None and following is not None:
            yield from self.deliver([self._next(case, following)])

    def _following(self, case: Case, exchange: Exchange) -> Case | None:
        name = case.group.partition("/")[0] or case.reason
        if case.then is None or name in self._broken:
            return None
        try:
            return case.then(exchange)
        except Exception as error:
            self._broken[name] = f"the strategy {name} failed itself: {type(error).__name__}: {error}"
            return None

    def _next(self, case: Case, following: Case) -> Case:
        return replace(following, phase=case.phase, group=case.group, operation=case.operation, follows=True)

    def _retried(self, exchange: Exchange) -> Exchange:
        """Send a valid request again that was refused for now, as long as there is reason to hope."""
        case = exchange.case
        if case is None or exchange.intent is not Intent.VALID:
            return self.numbered(exchange)
        for attempt in range(_RETRIES):
            pause = None if exchange.response is None else retry_after(exchange.response, attempt)
            if pause is None or refusal(exchange) is None or not self.patience.hopes(case.operation):
                break
            if self._paused + pause > _PAUSES:
                break
            self._paused += pause
            self.meter.pause(pause)
            if not self.meter.admit(self._estimated(exchange.request)):
                break
            exchange = self._exchange(case, self._send([case])[0])
        return self.numbered(exchange)

    def _exchange(self, case: Case, came: Response | NoAnswer) -> Exchange:
        response, no_answer = (came, None) if isinstance(came, Response) else (None, came)
        return Exchange(
            0,
            case.operation,
            case.phase,
            case.intent,
            self.request(case),
            response,
            case.negated,
            (),
            case.reason,
            case.credential,
            case.group,
            case.role,
            no_answer,
            case,
        )
