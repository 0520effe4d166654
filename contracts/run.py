"""A run: cases to the target, exchanges to the checks, events to whoever listens."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.cases import QUICK, THOROUGH, Effort, PhaseEnded, Trouble, close_target, send_cases
from contracts.checks import Check, builtin
from contracts.engine_checks import USED, engine_found
from contracts.events import Event, ExchangeDone, OperationTroubled, RunFinished, RunStarted
from contracts.exchanges import Exchange, Intent
from contracts.findings import Found
from contracts.judge import Judge
from contracts.preparation import Prepared, prepare
from contracts.probes import send_probes
from contracts.redaction import ACCOUNT, TOKEN, Redactor
from contracts.refusals import refusal
from contracts.report import Report
from contracts.tally import Tally
from contracts.target import ASGIApp, Target, find_credentials, find_target
from contracts.validity import Validity, promises_success
from mockserver.effective import effective
from mockserver.errors import UsageError
from mockserver.openapi.document import Document
from mockserver.settings import DEFAULT_ACCOUNT, DEFAULT_TOKEN


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides what a run sends and how it judges."""

    document: Document
    target: Target
    prepared: Prepared
    credentials: Mapping[str, str]
    redactor: Redactor
    seed: int = 0
    effort: Effort = THOROUGH


def plan(
    target: str | ASGIApp | None,
    *,
    spec: str | Path | None = None,
    contract: Document | None = None,
    overlays: Sequence[str | Path] = (),
    bundled_overlay: bool = True,
    token: str | None = None,
    account: str | None = None,
    operations: Sequence[str] = (),
    models: Sequence[str] = (),
    seed: int = 0,
    quick: bool = False,
    max_examples: int | None = None,
) -> Plan:
    """Return the plan of a run; raises UsageError (UnknownName for names) or DocumentError."""
    if target is None:
        raise UsageError("there is no target; an address like https://host/client/v4 or an ASGI application is one")
    if max_examples is not None and max_examples < 1:
        raise UsageError(f"max_examples is {max_examples}; 1 or more would be right")
    if contract is None:
        contract = effective(spec, overlays=overlays, bundled_overlay=bundled_overlay)
    token = token or os.environ.get("CLOUDFLARE_API_TOKEN") or DEFAULT_TOKEN
    account = account or os.environ.get("CLOUDFLARE_ACCOUNT_ID") or DEFAULT_ACCOUNT
    effort = QUICK if quick else THOROUGH
    return Plan(
        contract,
        find_target(target, contract),
        prepare(contract, account=account, operations=operations, models=models),
        find_credentials(contract, token),
        Redactor({TOKEN: token, ACCOUNT: account}),
        seed,
        effort if max_examples is None else replace(effort, examples=max_examples),
    )


def run(plan: Plan) -> Iterator[Event]:
    """Do what the plan says; yield what happens, a RunFinished last."""
    names = plan.prepared.operations
    yield RunStarted(plan.target.name, plan.document.title, plan.seed, names)
    tally = Tally(names, [name for name in names if not promises_success(plan.document.operations[name])])
    stopped: str | None = "nothing is selected"
    if names:
        try:
            stopped = yield from _look(plan, tally)
        finally:
            close_target(plan.target)
    yield RunFinished(
        Report(
            plan.target.name,
            plan.document.title,
            plan.seed,
            tally.findings(plan.seed, plan.redactor),
            tally.looked(plan.redactor),
            stopped,
        )
    )


def _look(plan: Plan, tally: Tally) -> Generator[Event, None, str | None]:
    """Send everything and judge it; return why the run had to stop, None when it had not."""
    bench = _Bench(plan, tally)
    for happened in send_cases(
        plan.prepared, plan.target, credentials=plan.credentials, seed=plan.seed, effort=plan.effort
    ):
        if isinstance(happened, Exchange):
            yield bench.judged(happened)
        elif isinstance(happened, Trouble):
            reason = plan.redactor.text(happened.reason)
            tally.trouble(happened.operation, reason)
            yield OperationTroubled(happened.operation, reason)
            if happened.unreachable and (not happened.operation or not tally.answered):
                return f"{plan.target.name} cannot be reached: {reason}"
        elif isinstance(happened, PhaseEnded) and tally.unauthorised:
            break
    if tally.unauthorised:
        tally.forget_findings()
        return "the token is refused on every operation"
    if not tally.answered:
        return "no request was answered"
    for probed in send_probes(plan.document, plan.target, bench.succeeded, plan.credentials):
        if isinstance(probed, Exchange):
            yield bench.judged(probed)
            continue
        reason = plan.redactor.text(probed.reason)
        tally.trouble(probed.operation, reason)
        yield OperationTroubled(probed.operation, reason)
        if probed.unreachable:
            return f"{plan.target.name} cannot be reached any more: {reason}"
    return None


def check(
    target: str | ASGIApp | None = None,
    *,
    spec: str | Path | None = None,
    contract: Document | None = None,
    overlays: Sequence[str | Path] = (),
    bundled_overlay: bool = True,
    token: str | None = None,
    account: str | None = None,
    operations: Sequence[str] = (),
    models: Sequence[str] = (),
    seed: int = 0,
    quick: bool = False,
    max_examples: int | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> Report:
    """Check a target against a contract and return what was found.

    `target` is a URL (what an SDK takes as its base, or the origin) or an ASGI application. The contract is
    `contract`, else `spec` with `overlays`, else the bundled one. Token and account are those given, else
    `CLOUDFLARE_API_TOKEN` and `CLOUDFLARE_ACCOUNT_ID` of the environment, else the mock's own. The same seed sends
    the same requests. Raises UsageError or DocumentError; what goes wrong at the target is in the report.
    """
    planned = plan(
        target,
        spec=spec,
        contract=contract,
        overlays=overlays,
        bundled_overlay=bundled_overlay,
        token=token,
        account=account,
        operations=operations,
        models=models,
        seed=seed,
        quick=quick,
        max_examples=max_examples,
    )
    for event in run(planned):
        if on_event is not None:
            on_event(event)
    assert isinstance(event, RunFinished)  # the last one, always
    return event.report


_KEPT = 3


class _Bench:
    """Where exchanges are judged."""

    def __init__(self, plan: Plan, tally: Tally) -> None:
        self._plan, self._tally = plan, tally
        self._judge = Judge(plan.document)
        self._validity = Validity(plan.document, self._judge)
        self._checks: tuple[Check, ...] = tuple(builtin().values())
        self.succeeded: dict[str, list[Exchange]] = {}

    def judged(self, exchange: Exchange) -> ExchangeDone:
        refused = refusal(exchange)
        self._tally.count(exchange, refused)
        failed: list[str] = []
        if exchange.response is None:
            failed = self._no_answer(exchange)
        elif refused is None:
            if exchange.intent is Intent.VALID and exchange.response.succeeded:
                self._keep(exchange)
            failed = [*self._engine_said(exchange), *self._we_say(exchange)]
            blind = self._judge.blind
            self._tally.not_judged(exchange, self._judge.look_away(), blind=blind)
        return ExchangeDone(self._plan.redactor.exchange(exchange), tuple(failed), refused)

    def _no_answer(self, exchange: Exchange) -> list[str]:
        """Judge what a probe says of a request that was cut off: a crash, and no answer that could tell of it."""
        failed = [verdict for verdict in exchange.verdicts if not verdict.passed]
        for verdict in failed:
            check = USED[verdict.check]
            self._tally.judge(exchange, verdict.check, check.severity, [Found(check.promised, verdict.message)])
        return [verdict.check for verdict in failed]

    def _keep(self, exchange: Exchange) -> None:
        """Keep the few smallest exchanges that succeeded: probes are made of them."""
        kept = self.succeeded.setdefault(exchange.operation, [])
        if all(exchange.request.body != each.request.body for each in kept):
            kept.append(exchange)
            kept.sort(key=lambda each: each.request.size)
            del kept[_KEPT:]

    def _engine_said(self, exchange: Exchange) -> Iterator[str]:
        assert exchange.response is not None
        crashed = any(each.check == "not_a_server_error" and not each.passed for each in exchange.verdicts)
        for verdict in exchange.verdicts:
            if not verdict.passed and (
                (verdict.check == "status_code_conformance" and crashed)  # one cause, one finding
                or (verdict.check == "negative_data_rejection" and not self._validity.is_forbidden(exchange))
                or (verdict.check == "positive_data_acceptance" and not self._validity.is_allowed(exchange))
            ):
                continue
            found = [] if verdict.passed else [engine_found(verdict, exchange.response)]
            self._tally.judge(exchange, verdict.check, USED[verdict.check].severity, found)
            if found:
                yield verdict.check

    def _we_say(self, exchange: Exchange) -> Iterator[str]:
        for each in self._checks:
            found = each.judge(exchange, self._judge)
            if found is not None:
                self._tally.judge(exchange, each.name, each.severity, found)
                if found:
                    yield each.name
