"""A report as JSON."""

from __future__ import annotations

from dataclasses import asdict

from contracts.printable import as_json
from contracts.report import Report


def render_json(report: Report) -> str:
    """Return the report as JSON: `outcome`, `exit_code`, and the members of Report by their names."""
    content = {
        "outcome": report.outcome().name.lower().replace("_", "-"),
        "exit_code": report.exit_code,
        "requests": report.requests,
        **asdict(report),
    }
    return as_json(content)
