"""Lint: the faults of an OpenAPI document with their lines, and the overlay that mends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.openapi.lines import Lines
from mockserver.openapi.lint import examples, mending, microcks, operations, references, refusals, schemas, structure
from mockserver.openapi.lint.faults import Fault, Finding, Rule
from mockserver.openapi.lint.subject import Subject
from mockserver.openapi.overlay import apply_overlay, parse_overlay
from mockserver.openapi.validation import pointer
from mockserver.registry import Registry

__all__ = ["RULES", "Fault", "Rule", "lint", "mend"]

_ROUNDS = 8

RULES: Registry[Rule] = Registry(
    "lint rule",
    {
        rule.code: rule
        for rule in (
            *refusals.RULES,
            *structure.RULES,
            *references.RULES,
            *operations.RULES,
            *schemas.RULES,
            *examples.RULES,
            *microcks.RULES,
        )
    },
)
"""Every rule by its code; `RULES[code].explanation` says what it means."""


def lint(content: Any, text: str, name: str, *, rules: Mapping[str, Rule] = RULES) -> list[Fault]:
    """Return the faults of a parsed document, sorted by line, then pointer; never raises for what it holds.

    `text` is the source of the document and gives the lines, `name` is what the faults call the file. When
    `content` is an overlaid document, what the overlay added has the line of its nearest ancestor in the text.
    """
    lines = Lines(text, name)
    faults = [
        Fault(
            rule.code,
            pointer(finding.path),
            finding.keyword,
            finding.reason,
            rule.severity,
            finding.line or lines.line(pointer(finding.path)),
            name,
        )
        for rule, finding in _find(content, lines, rules)
    ]
    return sorted(faults, key=lambda fault: (fault.line, fault.pointer, fault.code, fault.reason))


def mend(content: Any, faults: Sequence[Fault], name: str) -> dict[str, Any]:
    """Return an OpenAPI Overlay 1.0 document that mends those of `faults` that can be mended.

    Applied to `content`, lint finds none of them again, nor what mending them uncovers. Faults that nobody but the
    author can mend (a missing title, a reference whose target is unknown, a duplicate key) stay. `actions` is empty
    when nothing can be mended; the overlay format wants at least one, so do not save that.
    """
    lines = Lines("", name)
    wanted = {(fault.code, fault.pointer) for fault in faults}
    found = _find(content, lines, RULES)
    left = {_key(*each) for each in found} - wanted
    written: list[dict[str, Any]] = []
    for _ in range(_ROUNDS):
        added = _round(content, [each for each in found if _key(*each) not in left])
        if not added:
            break
        written += added
        content = apply_overlay(content, parse_overlay(_overlay(name, added), name))
        found = _find(content, lines, RULES)
    return _overlay(name, written)


def _round(content: Any, found: list[tuple[Rule, Finding]]) -> list[dict[str, Any]]:
    """Return the actions that mend as many findings as can be mended without looking at the document again."""
    touched = mending.Touched()
    written: list[dict[str, Any]] = []
    place = mending.Order(content)
    for rule, finding in sorted(found, key=lambda each: place(each[1].path)):
        changes = finding.mend() if finding.mend else []
        description = mending.describe(rule.code, finding.reason, changes)
        steps = [action for change in changes for action in mending.actions(content, change, description)]
        if steps and touched.claim(changes):
            written += steps
    return written


def _key(rule: Rule, finding: Finding) -> tuple[str, str]:
    return rule.code, pointer(finding.path)


def _overlay(name: str, written: list[dict[str, Any]]) -> dict[str, Any]:
    info = {"title": f"Mends the faults of {name}", "version": "1.0.0"}
    return {"overlay": "1.0.0", "info": info, "extends": name, "actions": written}


def _find(content: Any, lines: Lines, rules: Mapping[str, Rule]) -> list[tuple[Rule, Finding]]:
    refused = refusals.refused(content)
    if refused:
        rule, finding = refused
        return [(rule, finding)] if rule.code in rules else []
    subject = Subject(content, str(content["openapi"])[:3], lines)
    return [(rule, finding) for rule in rules.values() for finding in rule.find(subject)]
