"""Faults as text: lines for people, JSON for programs, SARIF 2.1.0 for code scanning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from mockserver.openapi.lint.faults import Fault, Rule
from mockserver.openapi.source import dump_json

Report = Callable[[Sequence[Fault], Mapping[str, Rule], str], str]
"""Takes the faults, the rules and the version of the tool."""

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(faults: Sequence[Fault], rules: Mapping[str, Rule], version: str) -> str:
    """Return one line for each fault: `FILE:LINE: CODE /pointer keyword: reason`."""
    return "".join(f"{fault}\n" for fault in faults)


def as_json(faults: Sequence[Fault], rules: Mapping[str, Rule], version: str) -> str:
    """Return an object with `faults`, each with all members of Fault, and how many there are of each severity."""
    counts = {severity: sum(fault.severity == severity for fault in faults) for severity in ("error", "warning")}
    return dump_json({"faults": [asdict(fault) for fault in faults], "counts": counts})


def as_sarif(faults: Sequence[Fault], rules: Mapping[str, Rule], version: str) -> str:
    """Return a SARIF 2.1.0 log of one run; the pointer is the logical location, the rules are all that there are."""
    codes = list(rules)
    log = {
        "$schema": _SARIF,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "mockflare lint",
                        "version": version,
                        "rules": [_rule(rules[code]) for code in codes],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(fault, codes) for fault in faults],
            }
        ],
    }
    return dump_json(log)


REPORTS: Mapping[str, Report] = {"text": as_text, "json": as_json, "sarif": as_sarif}
"""Every format by the name that `mockflare lint --format` takes."""


def explain(rule: Rule) -> str:
    """Return what a rule means, for people."""
    return f"{rule.code} ({rule.severity})\n\n{rule.explanation}\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": " ".join(rule.explanation.split())},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(fault: Fault, codes: Sequence[str]) -> dict[str, Any]:
    return {
        "ruleId": fault.code,
        "ruleIndex": codes.index(fault.code),
        "level": fault.severity,
        "message": {"text": f"{fault.keyword}: {fault.reason}" if fault.keyword else fault.reason},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": fault.file.replace("\\", "/")},
                    "region": {"startLine": max(1, fault.line)},
                },
                "logicalLocations": [{"fullyQualifiedName": fault.pointer or "/"}],
            }
        ],
        # the same fault keeps its identity when lines above it come and go
        "partialFingerprints": {"place/v1": f"{fault.code} {fault.pointer} {fault.keyword}"},
    }
