"""Where exchanges are judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ParamSpec

from contracts import unknown_models
from contracts.checks.registry import AnyCheck, Check, GroupCheck
from contracts.context import Context, GroupContext
from contracts.engine_checks import USED, engine_found
from contracts.events import ExchangeDone
from contracts.exchanges import Exchange, Intent
from contracts.findings import Found
from contracts.plan import Plan
from contracts.refusals import refusal
from contracts.tally import Kept, Tally
from contracts.unknown_models import UnknownModels
from mockserver.registry import Registry

P = ParamSpec("P")


class Bench:
    """Shows exchanges to every check, and groups to every group check."""

    def __init__(self, plan: Plan, tally: Tally) -> None:
        self._plan, self._tally, self._world = plan, tally, plan.world
        checks = plan.checks.values()
        self._singles = [each for each in checks if isinstance(each, Check)]
        self._groups = [each for each in checks if isinstance(each, GroupCheck)]
        self._smokes: dict[str, Exchange] = {}
        self._unknown = UnknownModels()
        self.broken: dict[str, str] = {}
        """What went wrong within checks, by their names: such a check judges nothing more."""

    def judged(self, exchange: Exchange) -> ExchangeDone:
        """Judge an exchange, and return the event that tells of it."""
        self._unknown.note(exchange)
        refused = self._refusal(exchange)
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
        if any(each.response is None or each.response.faults or self._refusal(each) for each in exchanges):
            return
        for check, found in self._judgements(exchanges):
            if found is not None:
                self._tally.judge_group(exchanges, check, found)

    @property
    def names(self) -> Registry[AnyCheck]:
        """The checks that can be asked again."""
        return self._plan.checks

    def again(self, kept: Kept, exchanges: Sequence[Exchange]) -> list[Found] | None:
        """Return the same finding in exchanges that were sent again, [] when it does not show, None if nobody can say.

        A check of the engine's cannot be asked again: for it, the same status is the same finding.
        """
        last = exchanges[-1]
        check = self._plan.checks.get(kept.check)
        if check is None:
            before = kept.exchanges[-1].response
            same = last.response is not None and before is not None and last.response.status == before.status
            return [kept.found] if same else []
        if any(self._refusal(each) for each in exchanges):
            return None
        if isinstance(check, GroupCheck):
            if any(each.response is None for each in exchanges):
                return None
            found = self._asked(check, lambda: check.judge(exchanges, self._group(exchanges)))
        elif last.response is None and not check.answerless:
            return None
        else:
            found = self._asked(check, lambda: check.judge(last, Context(last, self._world)))
        self._world.judge.look_away()
        return [each for each in found or () if each.where == kept.found.where]

    def _refusal(self, exchange: Exchange) -> str | None:
        """Return why the answer says nothing about the contract; None when it does."""
        return refusal(exchange) or (unknown_models.REASON if self._unknown.is_one(exchange) else None)

    def _asked(
        self, check: AnyCheck, judge: Callable[P, list[Found] | None], *about: P.args, **named: P.kwargs
    ) -> list[Found] | None:
        """Ask a check; one that fails itself is not asked again, and the others are."""
        if check.name in self.broken:
            return None
        try:
            return judge(*about, **named)
        except Exception as error:
            self.broken[check.name] = f"the check {check.name} failed itself: {type(error).__name__}: {error}"
            return None

    def _judgements(self, exchanges: Sequence[Exchange]) -> Iterator[tuple[GroupCheck, list[Found] | None]]:
        context = self._group(exchanges)
        for check in self._groups:
            yield check, self._asked(check, check.judge, exchanges, context)
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
        response = exchange.response
        for check in self._singles:
            if response is None and not check.answerless:
                continue
            if response is not None and response.faults and check.kind != "http":
                continue  # what did not arrive whole says nothing else: one cause, one finding
            found = self._asked(check, check.judge, exchange, context)
            if found is not None:
                self._tally.judge(exchange, check, found)
                if found:
                    yield check.name
