"""What is known already: an earlier run, or findings that people accepted. Only what is new is reported."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from contracts.findings import Finding, Severity
from contracts.fingerprints import fingerprint
from contracts.records import Record, is_record, read_record
from contracts.report import Report
from mockserver.errors import UnreadableDocument, UsageError, nearest
from mockserver.openapi.source import read

_MEMBERS = ("operation", "check", "where", "reason", "until")
ANY = "*"
"""Stands for any operation, check or place in what is accepted."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Findings that somebody accepted: those of an operation, a check and a place, until a day."""

    operation: str
    check: str
    where: str = ANY
    reason: str = ""
    until: date | None = None
    """The last day on which it holds; None for ever."""

    def covers(self, finding: Finding) -> bool:
        """Return whether a finding is meant."""
        pairs = ((self.operation, finding.operation), (self.check, finding.check), (self.where, finding.where))
        return all(meant in (ANY, found) for meant, found in pairs)

    @property
    def name(self) -> str:
        """How messages call it."""
        return " ".join(part for part in (self.check, "of", self.operation, self.where) if part)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is known already."""

    known: frozenset[str] = frozenset()
    """The fingerprints of findings of earlier runs."""
    accepted: tuple[Accepted, ...] = ()
    records: tuple[Record, ...] = ()
    """The recorded runs among the files: how long answers took is measured by them."""
    contracts: tuple[tuple[str, str], ...] = ()
    """The earlier runs' files, and the titles of the contracts they were judged by."""

    def sift(self, report: Report, today: date) -> Report:
        """Return the report with what is new as its findings, and what is known as `accepted`.

        What was accepted until a day before `today` is reported again, with a note; so is, as a note, what was
        accepted and no longer shows where it was looked for.
        """
        holding = [each for each in self.accepted if each.until is None or each.until >= today]
        expired = [each for each in self.accepted if each not in holding]
        new: list[Finding] = []
        old: list[Finding] = []
        for finding in report.findings:
            is_known = fingerprint(finding) in self.known or any(each.covers(finding) for each in holding)
            (old if is_known else new).append(finding)
        notes = [
            f"the acceptance of {each.name} ended on {each.until}"
            for each in expired
            if any(each.covers(finding) for finding in new)
        ]
        notes += [f"{record.cut}; what it found is not known" for record in self.records if record.cut]
        notes += [
            f"{name} was judged by another contract: {title}"
            for name, title in self.contracts
            if title != report.contract
        ]
        made = [applied.check for each in report.operations for applied in each.checks]
        names = {ANY, *made, *report.not_checked}
        notes += [
            f"{each.check} is accepted, and no check is called so; did you mean {near}?"
            for each in holding
            if each.check not in names and (near := nearest(each.check, names))
        ]
        looked = {(each.operation, applied.check) for each in report.operations for applied in each.checks}
        notes += [
            f"nothing shows what was accepted as {each.name} any more: it can be taken out"
            for each in holding
            if (each.operation, each.check) in looked and not any(each.covers(finding) for finding in old)
        ]
        return replace(report, findings=tuple(new), accepted=(*report.accepted, *old), notes=(*report.notes, *notes))


def keep_apart(record: str | Path | None, baselines: Iterable[str | Path]) -> None:
    """Raise UsageError where a run would be recorded into a file that it is compared with."""
    for each in baselines if record is not None else ():
        if Path(each).resolve() == Path(str(record)).resolve():
            raise UsageError(f"{record} is what this run is compared with; another file for its record would be right")


def write_each_once(paths: Iterable[str | Path | None], read: Iterable[str | Path | None] = ()) -> None:
    """Raise UsageError where two results of a run would be written to one file, or one to a file that is read.

    Standard output takes several.
    """
    seen: set[Path] = set()
    given = {Path(path).resolve() for path in read if path is not None}
    for path in paths:
        if path is None or str(path) in ("", "-"):
            continue
        whole = Path(path).resolve()
        if whole in given:
            raise UsageError(f"{path} is read by this run and would be written over; a new file would be right")
        if whole in seen:
            raise UsageError(f"{path} would be written twice; a file for each result would be right")
        seen.add(whole)


def read_baseline(paths: Iterable[str | Path]) -> Baseline:
    """Return what files know: JSON reports, records of runs, and files of accepted findings. Raises UsageError."""
    known: set[str] = set()
    accepted: list[Accepted] = []
    records: list[Record] = []
    titles: list[tuple[str, str]] = []
    for path in paths:
        if is_record(path):
            record = read_record(path)
            records.append(record)
            titles.append((str(path), record.header.contract))
            known.update(fingerprint(each) for each in record.findings or ())
            continue
        content = _content(path)
        if "accepted" in content and "outcome" not in content:
            accepted += _accepted(content["accepted"], path)
        elif isinstance(content.get("findings"), list):
            found = [*content["findings"], *content.get("accepted", ())]
            known.update(fingerprint(_as_finding(each, path)) for each in found)
            titles += [(str(path), str(title)) for title in (content.get("contract"),) if title is not None]
        else:
            raise UsageError(
                f"{path} is no baseline; a JSON report, a record (--record), or `accepted:` with a list would be right"
            )
    return Baseline(frozenset(known), tuple(accepted), tuple(records), tuple(titles))


def prepare_accepted(path: Path) -> None:
    """Raise UsageError, before anything is sent, when `write_accepted` could not write this file."""
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} cannot be written: it is no file")  # some devices could be read for ever
    _before(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None


def write_accepted(path: Path, findings: Sequence[Finding]) -> tuple[Accepted, ...]:
    """Write findings as accepted ones, and return all that the file accepts then; what it said before stays as it was.

    Raises UsageError when the file holds something else, or cannot be written.
    """
    before = _before(path)
    fresh = [each for each in findings if not any(known.covers(each) for known in before)]
    new = dict.fromkeys(Accepted(each.operation, each.check, each.where) for each in fresh)
    shown = {(each.operation, each.check, each.where): each for each in findings}
    lines = [
        "# Findings of `mockflare check` that are accepted: --baseline with this file reports only others.",
        "# `until: 2030-12-31` ends an acceptance; `where: '*'` means any place; say why in `reason`.",
        "accepted:" if (before or new) else "accepted: []",
    ]
    for each in (*before, *new):
        lines += _entry(each, shown.get((each.operation, each.check, each.where)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", "utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None
    return (*before, *new)


def _before(path: Path) -> Sequence[Accepted]:
    """Return what a file accepts already; a file of another kind is not to be written over."""
    if not path.exists() or (path.is_file() and not path.stat().st_size):
        return ()
    content = _content(path)
    if "accepted" not in content or "outcome" in content:
        raise UsageError(
            f"{path} holds no accepted findings and is left as it is; the name of a new file would be right"
        )
    return _accepted(content["accepted"] or [], path)


def _entry(accepted: Accepted, finding: Finding | None) -> list[str]:
    lines = []
    if finding is not None:
        text = " ".join(f"promised {finding.promised}; came {finding.came}".split())
        lines.append(f"  # {text.encode('ascii', 'backslashreplace').decode()}")
    members = {"operation": accepted.operation, "check": accepted.check, "where": accepted.where}
    members["reason"] = accepted.reason
    lines += [f"    {name}: {json.dumps(value)}" for name, value in members.items()]
    if accepted.until is not None:
        lines.append(f"    until: {accepted.until.isoformat()}")
    first = next(index for index, line in enumerate(lines) if line.startswith("    operation"))
    lines[first] = "  - " + lines[first].lstrip()
    return lines


def _content(path: str | Path) -> dict[str, Any]:
    try:
        content = read(path)
    except UnreadableDocument as error:
        raise UsageError(f"the baseline {error}") from None
    return content if isinstance(content, dict) else {}


def _accepted(entries: Any, path: str | Path) -> list[Accepted]:
    if not isinstance(entries, list):
        raise UsageError(f"{path}: `accepted` is a list of findings; this is {json.dumps(entries, default=str)}")
    return [_read_entry(entry, f"{path}: accepted finding {number}") for number, entry in enumerate(entries, 1)]


def _read_entry(entry: Any, place: str) -> Accepted:
    if not isinstance(entry, dict):
        raise UsageError(f"{place} has to have `operation` and `check`")
    for name in entry:
        if name not in _MEMBERS:
            near = nearest(name, _MEMBERS)
            raise UsageError(f"{place}: unknown member {name!r}" + (f"; did you mean {near!r}" if near else ""))
    for name in ("operation", "check"):
        if not isinstance(entry.get(name), str):
            raise UsageError(f"{place} has no `{name}`; its name, or '*' for any, would be right")
    until = entry.get("until")
    try:
        day = None if until is None else until if isinstance(until, date) else date.fromisoformat(str(until))
    except ValueError:
        raise UsageError(f"{place}: `until` is {until!r}; a day like 2030-12-31 would be right") from None
    where = entry.get("where", ANY)
    return Accepted(entry["operation"], entry["check"], str(where), str(entry.get("reason") or ""), day)


def _as_finding(content: Any, path: str | Path) -> Finding:
    try:
        operation, check, where = (content[name] for name in ("operation", "check", "where"))
    except (KeyError, TypeError):
        raise UsageError(f"{path}: a finding has no operation, check or where; is it a report of mockflare?") from None
    return Finding(check, Severity.BREAKING, operation, "", "", "", 0, where)
