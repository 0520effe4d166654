"""A report as SARIF 2.1.0, which code scanning services read."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from contracts.findings import Finding, Severity
from contracts.fingerprints import fingerprint
from contracts.printable import as_json
from contracts.report import Report

_LEVELS = {
    Severity.BREAKING: "error",
    Severity.LAX: "warning",
    Severity.ADDITIVE: "note",
    Severity.COSMETIC: "note",
}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render_sarif(report: Report) -> str:
    """Return the report as SARIF 2.1.0: a rule for each check, a result for each finding.

    A finding is located by its operation and the place in the message; it has a fingerprint that stays the same from
    run to run.
    """
    checks = list(dict.fromkeys(finding.check for finding in report.findings))
    rules = [_rule(next(each for each in report.findings if each.check == name)) for name in checks]
    run = {
        "tool": {
            "driver": {
                "name": f"mockflare {report.command}",
                "informationUri": "https://pypi.org/project/mockflare/",
                "semanticVersion": _version(),
                "rules": rules,
            }
        },
        "automationDetails": {"id": f"mockflare-{report.command}/{report.contract}/"},
        "invocations": [_invocation(report)],
        "results": [_result(finding, checks.index(finding.check)) for finding in report.findings],
        "columnKind": "unicodeCodePoints",
    }
    content = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return as_json(content)


def _rule(finding: Finding) -> dict[str, Any]:
    about = _about(finding.check)
    return {
        "id": finding.check,
        "shortDescription": {"text": about.split("\n\n")[0].replace("\n", " ") or finding.check},
        "fullDescription": {"text": " ".join(about.split()) or finding.check},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"tags": list(dict.fromkeys(filter(None, (finding.kind, finding.source))))},
    }


def _about(name: str) -> str:
    from contracts.checks import builtin

    known = builtin().get(name)
    return known.about if known is not None else ""


def _result(finding: Finding, index: int) -> dict[str, Any]:
    text = (
        f"{finding.message}\n\nShown in {finding.shown} of {finding.tries} tries, seed {finding.seed}.\n\n"
        f"{finding.request}"
    )
    place = f"{finding.operation}{finding.where}" if finding.where.startswith("/") else finding.operation
    return {
        "ruleId": finding.check,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [
            {
                # code scanning shows only what has a file, and a service has none: each operation stands for one
                "physicalLocation": {
                    "artifactLocation": {"uri": f"operations/{quote(finding.operation, safe='')}"},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [{"name": finding.operation, "fullyQualifiedName": place, "kind": "function"}],
            }
        ],
        "partialFingerprints": {"mockflare/v1": fingerprint(finding)},
        "properties": {
            "severity": finding.severity.value,
            "class": finding.kind,
            "source": finding.source,
            "phase": finding.phase,
            "reason": finding.reason,
            "where": finding.where,
            "times": finding.times,
        },
    }


def _invocation(report: Report) -> dict[str, Any]:
    reasons = [text for text in (report.stopped, report.limited, *report.broken, *report.notes) if text]
    reasons += [f"{looked.operation}: not seen working: {looked.could_not_look}" for looked in report.unseen]
    invocation: dict[str, Any] = {
        "executionSuccessful": not (report.stopped or report.broken),
        "properties": {"target": report.target, "seed": report.seed, "requests": report.requests},
    }
    if reasons:
        invocation["toolExecutionNotifications"] = [
            {"level": "warning", "message": {"text": reason}} for reason in reasons
        ]
    return invocation


def _version() -> str:
    from contracts.version import version

    return version()
