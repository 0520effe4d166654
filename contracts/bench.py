"""Where exchanges are judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts.checks.registry import Check, GroupCheck
from contracts.context import Context, GroupContext
from contracts.engine_checks import USED, engine_found
from contracts.events import ExchangeDone
from contracts.exchanges import Exchange, Intent
from contracts.findings import Found
from contracts.plan import Plan
from contracts.refusals import refusal
from contracts.tally import Tally


class Bench:
    """Shows exchanges to every check, and groups to every group check."""

    def __init__(self, plan: Plan, tally: Tally) -> None:
        self._plan, self._tally, self._world = plan, tally, plan.world
        checks = plan.checks.values()
        self._singles = [each for each in checks if isinstance(each, Check)]
        self._groups = [each for each in checks if isinstance(each, GroupCheck)]
        self._smokes: dict[str, Exchange] = {}

    def judged(self, exchange: Exchange) -> ExchangeDone:
        """Judge an exchange, and return the event that tells of it."""
        refused = refusal(exchange)
        self._tally.count(exchange, refused)
        failed: list[str] = []
        if refused is None:
            if exchange.phase == "smoke" and exchange.response is not None and exchange.response.succeeded:
                self._smokes.setdefault(exchange.operation, exchange)
            failed = [*self._engine_said(exchange), *self._we_say(exchange)]
            blind = self._world.judge.blind
            self._tally.not_judged(exchange, self._world.judge.look_away(), blind=blind)
        return ExchangeDone(self._plan.redactor.exchange(exchange), tuple(failed), refused)

    def judge_group(self, exchanges: Sequence[Exchange]) -> None:
        """Judge exchanges that belong together, unless one of them got no answer that says anything."""
        if any(each.response is None or refusal(each) is not None for each in exchanges):
            return
        for check, found in self._judgements(exchanges):
            if found is not None:
                self._tally.judge_group(exchanges, check, found)

    def again(self, exchanges: Sequence[Exchange], name: str, where: str) -> bool | None:
        """Return whether a check finds the same in exchanges that were sent again; None when it cannot be told."""
        if name in USED and name not in self._plan.checks:
            return None
        check = self._plan.checks[name]
        if isinstance(check, GroupCheck):
            if any(each.response is None or refusal(each) is not None for each in exchanges):
                return None
            found = check.judge(exchanges, self._group(exchanges))
        else:
            exchange = exchanges[-1]
            if refusal(exchange) is not None or (exchange.response is None and not check.answerless):
                return None
            found = check.judge(exchange, Context(exchange, self._world))
            self._world.judge.look_away()
        return any(each.where == where for each in found or ())

    def _judgements(self, exchanges: Sequence[Exchange]) -> Iterator[tuple[GroupCheck, list[Found] | None]]:
        context = self._group(exchanges)
        for check in self._groups:
            yield check, check.judge(exchanges, context)
        self._world.judge.look_away()

    def _group(self, exchanges: Sequence[Exchange]) -> GroupContext:
        smoke = self._smokes.get(exchanges[0].operation)
        contexts = [Context(each, self._world) for each in exchanges]
        return GroupContext(contexts, self._world, None if smoke is None else Context(smoke, self._world))

    def _engine_said(self, exchange: Exchange) -> Iterator[str]:
        if exchange.response is None:
            return
        validity = self._world.validity
        crashed = exchange.response.status >= 500
        for verdict in exchange.verdicts:
            if verdict.check in self._plan.checks:
                continue  # the kit's own check of that name judges
            if not verdict.passed and crashed:
                continue  # one cause, one finding
            if not verdict.passed and exchange.intent is Intent.INVALID and not validity.is_forbidden(exchange):
                continue
            used = USED[verdict.check]
            if exchange.response.status in used.tolerated:
                continue
            found = [] if verdict.passed else [engine_found(verdict, exchange.response)]
            self._tally.judge_engine(exchange, verdict.check, used, found)
            if found:
                yield verdict.check

    def _we_say(self, exchange: Exchange) -> Iterator[str]:
        context = Context(exchange, self._world)
        for check in self._singles:
            if exchange.response is None and not check.answerless:
                continue
            found = check.judge(exchange, context)
            if found is not None:
                self._tally.judge(exchange, check, found)
                if found:
                    yield check.name
