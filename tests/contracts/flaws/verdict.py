"""Whether the kit finds a flaw: the same run against the server with it and the server without."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import contracts
from contracts import Finding, Report, Severity
from mockserver import Mock, create_app
from mockserver.openapi.document import Document
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


def look(flaw: Flaw, seed: int = 0, *, own_only: bool = False) -> Verdict:
    """Check a server with the flaw on the operations that show it."""
    server = serve(flaw)
    report = check(server, flaw.operations, seed, own_only=own_only)
    clean = _clean(flaw.operations, seed, own_only)
    known = {(each.check, each.where) for each in clean.findings}
    findings = tuple(
        each for each in report.findings if each.operation in flaw.operations and (each.check, each.where) not in known
    )
    return Verdict(flaw, seed, server.shown, findings, is_silent(clean))


def is_silent(report: Report) -> bool:
    """Say whether a run looked at everything and found nothing above additive."""
    loud = [each for each in report.findings if each.severity not in (Severity.ADDITIVE, Severity.COSMETIC)]
    return not loud and not report.stopped and not report.unseen


@cache
def _clean(operations: tuple[str, ...], seed: int, own_only: bool) -> Report:
    """The same run on the server without a flaw."""
    return check(create_app(Mock()), operations, seed, own_only=own_only)


def check(app: object, operations: tuple[str, ...], seed: int, *, own_only: bool = False) -> Report:
    """Run the kit against an application in this process."""
    report: Report = contracts.check(
        app,  # type: ignore[arg-type]
        contract=_contract(),
        operations=operations,
        seed=seed,
        own_only=own_only,
    )
    return report


@cache
def _contract() -> Document:
    """The effective contract, read once."""
    return Mock().document
