"""A report as plain text: what a failing test shows."""

from __future__ import annotations

from itertools import groupby

from contracts.findings import Finding
from contracts.report import Report
from contracts.reporters.wording import closing, in_groups, sides


def finding_lines(finding: Finding) -> list[str]:
    """Return a finding in a few lines: what was promised, what came, and the request to see it."""
    place = f" at {finding.where}" if finding.where.startswith("/") else ""
    lines = [
        f"  {finding.severity} {finding.check}{place} (in {finding.shown} of {finding.tries} tries)",
        *(f"    {name:>8} {text}" for name, text in sides(finding)),
    ]
    if finding.reason:
        lines.append(f"        sent {finding.reason} ({finding.phase}), seed {finding.seed}")
    return [*lines, *(f"    {command}" for command in finding.request.splitlines())]


def render_text(report: Report) -> str:
    """Return the findings by operation, what kept the run from looking, and a closing line."""
    lines: list[str] = []
    for operation, findings in groupby(in_groups(report.findings), key=lambda finding: finding.operation):
        lines.append(operation)
        for finding in findings:
            lines += finding_lines(finding)
    lines += [text for text in (*report.broken, report.stopped, report.limited, *report.notes) if text]
    if not report.stopped:
        lines += [f"not seen working: {each.operation}: {each.could_not_look}" for each in report.unseen]
    word = report.outcome().name.lower().replace("_", " ")
    return "\n".join([*lines, f"{word}: {closing(report)}"]) + "\n"
