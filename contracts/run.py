"""A run: cases to the target, exchanges to the checks, events to whoever listens."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from contracts.baseline import keep_apart, read_baseline
from contracts.bench import Bench
from contracts.checks import AnyCheck
from contracts.confirmation import Confirmation
from contracts.courier import Courier
from contracts.discovery import adapted
from contracts.engine import PhaseEnded, generate
from contracts.events import Event, ExchangeDone, OperationTroubled, RunFinished, RunStarted
from contracts.exchanges import Exchange
from contracts.findings import Severity, severity_named
from contracts.kit import Kit
from contracts.limits import Limits, Meter
from contracts.plan import Plan, plan
from contracts.records import Recorder, header_of
from contracts.report import Report
from contracts.schedule import Unit
from contracts.sender import Sender, open_sender
from contracts.sifting import Sieve
from contracts.strategies import Strategy
from contracts.tally import Tally
from contracts.target import ASGIApp
from contracts.validity import promises_success
from mockserver.openapi.document import Document
from mockserver.registry import Registry

BROKEN_OFF = "broken off"
"""Why a run stopped that was stopped by the keyboard."""

Told = Generator[Event, None, "str | None"]


def run(plan: Plan) -> Generator[Event, None, None]:
    """Do what the plan says; yield what happens, a RunFinished last, even when it is broken off by the keyboard."""
    meter = Meter(plan.limits)
    if not plan.prepared.operations:
        yield RunStarted(plan.place, plan.document.title, plan.seed, ())
        nothing = "nothing is selected"
        yield RunFinished(Report(plan.place, plan.document.title, plan.seed, stopped=nothing))
        return
    sender = open_sender(plan.target, seconds=plan.limits.answer_seconds)
    try:
        plan = adapted(plan, sender, meter)
        names = plan.prepared.operations
        declining = [name for name in names if not promises_success(plan.document.operations[name])]
        tally = Tally(names, declining, plan.prepared.spare)
        under_way = _Run(plan, tally, meter, sender)
        yield RunStarted(plan.place, plan.document.title, plan.seed, names)
        try:
            stopped = yield from under_way.look()
        except KeyboardInterrupt:
            stopped = BROKEN_OFF
    finally:
        sender.close()
    yield RunFinished(
        Report(
            plan.place,
            plan.document.title,
            plan.seed,
            tally.findings(plan.seed, plan.redactor),
            tally.looked(plan.redactor, stopped or meter.limited or "no valid request could be made"),
            stopped,
            meter.limited,
            tuple(name for name in plan.checks if not tally.applied(name)),
            meter.sent,
            round(meter.neurons, 6),
            tuple(map(plan.redactor.said, under_way.bench.broken.values())),
        )
    )


class _Run:
    """One run under way."""

    def __init__(self, plan: Plan, tally: Tally, meter: Meter, sender: Sender) -> None:
        self._plan, self._tally, self._meter = plan, tally, meter
        self.bench = Bench(plan, tally)
        self._courier = Courier(plan, sender, meter, self.bench.broken)

    def look(self) -> Told:
        """Send everything and judge it; return why the run had to stop, None when it had not."""
        stopped = yield from self._send()
        self._meter.release_reserve()
        if stopped is None or self._tally.answered:
            Confirmation(self.bench, self._courier, self._plan.limits).confirm(self._tally, self._plan.confirm)
        return stopped

    def _send(self) -> Told:
        for _, units in groupby(self._plan.units(self.bench.broken), key=lambda unit: unit.phase):
            for unit in units:
                yield from self._own(unit)
                if self._over:
                    break
            if self._tally.unauthorised:
                return self._locked_out()
        if self._plan.effort is not None and not self._over:
            yield from self._engine()
        if self._courier.patience.over:
            return f"{self._plan.place} {self._courier.patience.over}"
        if self._tally.unauthorised:
            return self._locked_out()
        return None if self._tally.answered or self._meter.limited else "no request was answered"

    def _own(self, unit: Unit) -> Iterator[Event]:
        """Send a unit; a group that came back whole is judged as one."""
        if self._courier.patience.gives_up(unit.operation):
            return
        exchanges = []
        for exchange in self._courier.deliver(unit.cases):
            exchanges.append(exchange)
            yield self._judged(exchange)
        if not exchanges and self._meter.limited:
            self._tally.trouble(unit.operation, self._meter.limited)
        if unit.cases[0].group and len(exchanges) >= len(unit.cases):
            self.bench.judge_group(exchanges)

    def _engine(self) -> Iterator[Event]:
        plan = self._plan
        assert plan.effort is not None
        for happened in generate(
            plan.prepared,
            plan.target.base_url,
            self._courier.pass_on,
            credentials=plan.credentials.own,
            seed=plan.seed,
            effort=plan.effort,
        ):
            if isinstance(happened, Exchange):
                yield self._judged(self._courier.numbered(happened))
            elif not isinstance(happened, PhaseEnded):
                reason = plan.redactor.said(happened.reason)
                self._tally.trouble(happened.operation, reason)
                yield OperationTroubled(happened.operation, reason)
            if self._over or (isinstance(happened, PhaseEnded) and self._tally.unauthorised):
                return

    def _judged(self, exchange: Exchange) -> ExchangeDone:
        if exchange.no_answer is not None:
            self._tally.trouble(exchange.operation, exchange.no_answer.value)
        return self.bench.judged(exchange)

    def _locked_out(self) -> str:
        self._tally.forget_findings()
        return "the token is refused on every operation"

    @property
    def _over(self) -> bool:
        """Whether nothing more is to be sent."""
        return self._courier.patience.is_over or self._meter.exhausted is not None


def tell(events: Generator[Event, None, None], listen: Callable[[Event], None]) -> Report:
    """Pass the events of a run on and return its report; an interrupt while listening breaks off the run, too."""
    report: Report | None = None
    interrupted = False
    while report is None:
        try:
            event = events.throw(KeyboardInterrupt) if interrupted else next(events)
            interrupted = False
            listen(event)
        except KeyboardInterrupt:
            if interrupted:
                raise
            interrupted = True
            continue
        report = getattr(event, "report", None)
    return report


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
    own_only: bool = False,
    max_examples: int | None = None,
    limits: Limits | None = None,
    checks: Registry[AnyCheck] | None = None,
    strategies: Registry[Strategy] | None = None,
    kit: Kit | None = None,
    record: str | Path | None = None,
    baseline: str | Path | Sequence[str | Path] = (),
    fail_on: Severity | str = Severity.LAX,
    on_event: Callable[[Event], None] | None = None,
) -> Report:
    """Check a target against a contract and return what was found.

    `target` is a URL (what an SDK takes as its base, or the origin) or an ASGI application. The contract is
    `contract`, else `spec` with `overlays`, else the bundled one. Token and account are those given, else
    `CLOUDFLARE_API_TOKEN` and `CLOUDFLARE_ACCOUNT_ID` of the environment, else the mock's own. `operations` and
    `models` are names; without any, all operations are looked at, with a model of each family. The same seed sends
    the same requests; with `own_only` those of the kit's strategies alone, without generated ones, with `quick` few of
    those; `max_examples` is how many are generated of a kind, `limits` bounds requests, seconds and neurons. `kit`
    holds checks and strategies, the built-in ones and yours; `checks` and `strategies` are used instead of its.
    `record` keeps every exchange in a file; of findings that the files of `baseline` know, none is reported. Findings
    of the severity `fail_on` and worse ones make the report's exit code 1.

    Raises UsageError or DocumentError; what goes wrong at the target is in the report. After an interrupt
    `on_event` has heard the report of what was done until then, and KeyboardInterrupt is raised again.
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
        own_only=own_only,
        max_examples=max_examples,
        limits=limits,
        checks=checks,
        strategies=strategies,
        kit=kit,
    )
    files = [baseline] if isinstance(baseline, str | Path) else baseline
    keep_apart(record, files)
    sieve = Sieve(read_baseline(files), planned.target.base_url, date.today(), fail_on=severity_named(str(fail_on)))
    recorder = None if record is None else Recorder(Path(record), header_of(planned))
    heard: list[Event] = []

    def listen(event: Event) -> None:
        event = sieve.passed(event)
        heard[:] = [event]
        if recorder is not None:
            recorder.handle(event)
        if on_event is not None:
            on_event(event)

    if recorder is not None:
        recorder.start()
    try:
        tell(run(planned), listen)
    finally:
        if recorder is not None:
            recorder.finish()
    assert isinstance(heard[0], RunFinished)
    report = heard[0].report
    if report.stopped == BROKEN_OFF:
        raise KeyboardInterrupt
    return report
