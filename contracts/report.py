"""The outcome of a run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from contracts.findings import Finding, Severity


class Outcome(IntEnum):
    """Exit codes."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    COULD_NOT_LOOK = 3


@dataclass(frozen=True, slots=True)
class Applied:
    """How often a check applied to an operation, and how often it failed."""

    check: str
    times: int
    failed: int


@dataclass(frozen=True, slots=True)
class Looked:
    """How well an operation could be looked at."""

    operation: str
    requests: int
    successes: int
    """Answers with a status of 2xx to valid requests."""
    refused: int
    """Answers that say nothing about the contract: limits, plans, capacity."""
    checks: tuple[Applied, ...] = ()
    could_not_look: str | None = None
    """Why the operation was not seen working; None when it was."""
    unjudged: tuple[str, ...] = ()
    """What of its contract could not be read, so that nothing was judged by it."""
    expected: bool = True
    """Whether the target should have it. Not so are retired and unlisted models that stand for a family without
    others: where they are, they are looked at."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found. Holds no credentials; the same run gives an equal report."""

    target: str
    contract: str
    seed: int
    findings: tuple[Finding, ...] = ()
    operations: tuple[Looked, ...] = ()
    stopped: str | None = None
    """Why the run ended early: unreachable, unauthorised, nothing selected. Findings made until then stay."""
    limited: str | None = None
    """Which limit of the run left requests out; None when everything was sent."""
    not_checked: tuple[str, ...] = ()
    """The checks that never applied: they say nothing."""
    sent: int = 0
    """How many requests were sent, with those that were sent again."""
    neurons: float = 0.0
    """What the answers cost: as they say, else as estimated."""
    broken: tuple[str, ...] = ()
    """Checks and strategies that failed themselves: what they would have found is not known."""
    accepted: tuple[Finding, ...] = ()
    """Findings that a baseline knows: they are no longer reported, and fail no run."""
    command: str = "check"
    """Which command made it: "check", or "drift", whose findings are differences of two runs."""
    notes: tuple[str, ...] = ()
    """What a baseline has to say: acceptances that have expired, or that nothing answers to any more."""
    fail_on: Severity = Severity.LAX
    """Findings of this severity or a worse one fail the run."""

    @property
    def requests(self) -> int:
        """How many requests were judged."""
        return sum(each.requests for each in self.operations)

    @property
    def checked(self) -> int:
        """How many judgements were made."""
        return sum(applied.times for each in self.operations for applied in each.checks)

    @property
    def unseen(self) -> tuple[Looked, ...]:
        """The operations that were not seen working."""
        return tuple(each for each in self.operations if each.could_not_look)

    def outcome(self, fail_on: Severity | None = None) -> Outcome:
        """Return the exit code; findings as bad as `fail_on` (the report's own unless given) or worse fail the run."""
        worst = self.fail_on if fail_on is None else fail_on
        if any(finding.severity.rank <= worst.rank for finding in self.findings):
            return Outcome.FINDINGS
        unseen = self.unseen
        missed = any(each.expected for each in unseen) or (unseen and len(unseen) == len(self.operations))
        return Outcome.COULD_NOT_LOOK if self.stopped or missed or self.broken else Outcome.CLEAN

    @property
    def exit_code(self) -> int:
        """The exit code when findings of `fail_on` and worse ones count."""
        return int(self.outcome())
