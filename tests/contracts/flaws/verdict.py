"""Whether the kit finds a flaw: the same run against the server with it and the server without."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache

import contracts
from contracts import Finding, Kit, Report, Severity
from contracts.events import Event, ExchangeDone, RunFinished
from contracts.exchanges import Intent
from mockserver import Mock, create_app
from mockserver.effective import effective
from tests.contracts.flaws.flaw import Flaw
from tests.contracts.flaws.server import serve


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one run made of one flaw."""

    flaw: Flaw
    seed: int
    shown: int
    """How many exchanges the flaw changed; with 0 no request met its condition."""
    findings: tuple[Finding, ...]
    """What was found on its operations, and is not found without it."""
    silent: bool
    """Whether the same run finds nothing above additive without the flaw; if it does, nothing counts."""

    @property
    def right(self) -> tuple[Finding, ...]:
        """The findings of checks of the right class."""
        return tuple(each for each in self.findings if each.kind in self.flaw.kinds)

    @property
    def found(self) -> bool:
        """Whether a check of the right class found it, and nothing is found without it."""
        return self.silent and bool(self.right)

    @property
    def checks(self) -> tuple[str, ...]:
        """The names of the checks that found something, those of the right class first."""
        ordered = sorted(self.findings, key=lambda each: each.kind not in self.flaw.kinds)
        return tuple(dict.fromkeys(each.check for each in ordered))

    @property
    def story(self) -> str:
        """The run in a sentence, for people."""
        if not self.silent:
            return "the server without the flaw is not clean"
        if not self.shown:
            return "no request met its condition"
        if not self.findings:
            return f"shown in {self.shown} answers, and nobody noticed"
        kinds = ", ".join(sorted({each.kind for each in self.findings}))
        return f"found by {', '.join(self.checks)} ({kinds}); its class is {' or '.join(self.flaw.kinds)}"


def look(flaw: Flaw, seed: int = 0, *, own_only: bool = False, hasty: bool = False) -> Verdict:
    """Check a server with the flaw on the operations that show it; a hasty look ends when it is found."""
    server = serve(flaw)
    clean = clean_run(flaw.operations, seed, own_only)
    if hasty:
        report = _until_found(server, flaw, seed, own_only, {each.check for each in clean.findings})
    else:
        report = check(server, flaw.operations, seed, own_only=own_only)
    known = {(each.check, each.where) for each in clean.findings}
    findings = tuple(
        each for each in report.findings if each.operation in flaw.operations and (each.check, each.where) not in known
    )
    return Verdict(flaw, seed, server.shown, findings, is_silent(clean))


def seek(flaw: Flaw, seed: int) -> Verdict:
    """Look for a flaw until it is found, among the kit's own cases first: they are the quicker half of a run."""
    verdict = look(flaw, seed, own_only=True, hasty=True)
    return verdict if verdict.found else look(flaw, seed, hasty=True)


def is_silent(report: Report) -> bool:
    """Say whether a run looked at everything and found nothing above additive."""
    loud = [each for each in report.findings if each.severity not in (Severity.ADDITIVE, Severity.COSMETIC)]
    return not loud and not report.stopped and not report.unseen


@cache
def clean_run(operations: tuple[str, ...], seed: int, own_only: bool) -> Report:
    """The same run on the server without a flaw."""
    return check(create_app(Mock()), operations, seed, own_only=own_only)


def check(
    app: object,
    operations: tuple[str, ...],
    seed: int,
    *,
    own_only: bool = False,
    on_event: Callable[[Event], None] | None = None,
) -> Report:
    """Run the kit against an application in this process."""
    report: Report = contracts.check(
        app,  # type: ignore[arg-type]
        contract=effective(),
        operations=operations,
        seed=seed,
        own_only=own_only,
        on_event=on_event,
    )
    return report


def _until_found(server: object, flaw: Flaw, seed: int, own_only: bool, elsewhere: Collection[str]) -> Report:
    """Run the kit until a check of the right class fails on an operation of the flaw; return what was found by then.

    Checks that find something `elsewhere`, on the server without the flaw, are no reason to stop, nor is anything
    before a request has succeeded: until then it may turn out that the token is refused, and nothing counts.
    """
    telling = {name for name, each in Kit().checks.items() if each.kind in flaw.kinds} - set(elsewhere)
    works = False

    def found(event: ExchangeDone) -> bool:
        nonlocal works
        asked, answer = event.exchange, event.exchange.response
        works = works or (asked.intent is Intent.VALID and answer is not None and answer.succeeded)
        return works and asked.operation in flaw.operations and not telling.isdisjoint(event.failed)

    return until(found, lambda listen: check(server, flaw.operations, seed, own_only=own_only, on_event=listen))


def until(enough: Callable[[ExchangeDone], bool], run: Callable[[Callable[[Event], None]], Report]) -> Report:
    """Return what a run found until an exchange was enough, or by its end; `run` takes who listens to its events."""
    seen: list[Report] = []
    is_over = False

    def listen(event: Event) -> None:
        nonlocal is_over
        if isinstance(event, RunFinished):
            seen.append(event.report)
        elif isinstance(event, ExchangeDone) and not is_over and enough(event):
            is_over = True
            raise KeyboardInterrupt  # breaks off the run, which reports what it has

    try:
        return run(listen)
    except KeyboardInterrupt:
        if not is_over:
            raise
        return seen[-1]
