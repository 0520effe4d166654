"""A report as workflow commands of GitHub Actions, which shows them as annotations."""

from __future__ import annotations

from contracts.findings import Finding, Severity
from contracts.report import Report

_LEVELS = {
    Severity.BREAKING: "error",
    Severity.LAX: "warning",
    Severity.ADDITIVE: "notice",
    Severity.COSMETIC: "notice",
}


def render_github(report: Report) -> str:
    """Return a command on a line of its own for each finding, and for what kept the run from looking."""
    lines = [
        _command(_LEVELS[each.severity], f"{each.check}: {each.operation}", _text(each)) for each in report.findings
    ]
    reasons = [text for text in (report.stopped, report.limited, *report.broken, *report.notes) if text]
    if not report.stopped:
        reasons += [f"{looked.operation}: not seen working: {looked.could_not_look}" for looked in report.unseen]
    lines += [_command("warning", f"mockflare {report.command}", reason) for reason in reasons]
    return "".join(f"{line}\n" for line in lines)


def _text(finding: Finding) -> str:
    return (
        f"{finding.message}\nseed {finding.seed}, shown in {finding.shown} of {finding.tries} tries\n{finding.request}"
    )


def _command(level: str, title: str, text: str) -> str:
    escaped = _escaped(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} title={escaped}::{_escaped(text)}"


def _escaped(text: str) -> str:
    """Return the text as a command's data: a line of its own would be a command of its own."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
