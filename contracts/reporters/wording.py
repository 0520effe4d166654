"""What several formats say in the same words."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.findings import DRIFT, Finding
from contracts.report import Report


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: "1 finding", "2 findings"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def in_groups(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings operation by operation, in each the worst first; the worst operation comes first."""
    worst: dict[str, int] = {}
    listed = list(findings)
    for each in listed:
        worst[each.operation] = min(worst.get(each.operation, 9), each.severity.rank)
    order = list(worst)
    return sorted(
        listed,
        key=lambda each: (worst[each.operation], order.index(each.operation), each.severity.rank),
    )


def sides(finding: Finding) -> list[tuple[str, str]]:
    """Return what is held against each other, with what it is called: a promise and what came, or two runs."""
    if finding.kind == DRIFT:
        other, _, verdict = finding.came.rpartition("; moved: ")
        return [("seen", finding.promised), ("and", other), ("moved", verdict)]
    source = f" ({finding.source})" if finding.source else ""
    return [("promised", f"{finding.promised}{source}"), ("came", finding.came)]


def closing(report: Report) -> str:
    """Return what a run came to, on one line: findings, requests, judgements, operations, seed."""
    seen = len(report.operations) - len(report.unseen)
    if report.command == "drift":
        return (
            f"{counted(len(report.findings), 'difference')} in {counted(report.requests, 'case')}, "
            f"{seen} of {counted(len(report.operations), 'operation')} compared, seed {report.seed}"
        )
    applied = len({each.check for looked in report.operations for each in looked.checks if each.times})
    accepted = f" ({len(report.accepted)} accepted)" if report.accepted else ""
    return (
        f"{counted(len(report.findings), 'finding')}{accepted}, {counted(report.sent, 'request')}, "
        f"{applied} of {counted(applied + len(report.not_checked), 'check')} made "
        f"{counted(report.checked, 'judgement')}, "
        f"{seen} of {counted(len(report.operations), 'operation')} "
        f"seen working, seed {report.seed}"
    )
