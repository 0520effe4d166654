"""Between a run and its reporters: what a baseline knows is taken out of the report before anybody sees it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from contracts.baseline import Baseline, write_accepted
from contracts.events import Event, ExchangeDone, RunFinished
from contracts.findings import Severity
from contracts.pace import Stopwatch, Timing, Timings, slower, timings_of
from contracts.records import Record


class Sieve:
    """Passes the events of a run on, and changes its report."""

    def __init__(
        self,
        baseline: Baseline,
        base_url: str,
        today: date,
        accept: Path | None = None,
        fail_on: Severity = Severity.LAX,
    ) -> None:
        """`base_url` is that of the target; with `accept` every finding is written to that file, and accepted.

        Findings of `fail_on` and worse ones fail the run.
        """
        self._baseline, self._today, self._accept, self._fail_on = baseline, today, accept, fail_on
        self._watch = Stopwatch(base_url) if baseline.records else None
        self._before = _timings(baseline.records)

    def passed(self, event: Event) -> Event:
        """Return the event as reporters are to see it. Raises UsageError when a file cannot be written."""
        if isinstance(event, ExchangeDone) and self._watch is not None:
            self._watch.note(event)
        if not isinstance(event, RunFinished):
            return event
        report = replace(event.report, fail_on=self._fail_on)
        if self._watch is not None and not report.stopped:
            late = slower(self._before, self._watch, report.seed)
            report = replace(report, findings=(*report.findings, *late))
        baseline = self._baseline
        if self._accept is not None:
            accepted = write_accepted(self._accept, report.findings)
            baseline = replace(baseline, accepted=tuple(dict.fromkeys((*baseline.accepted, *accepted))))
        return RunFinished(baseline.sift(report, self._today))


def _timings(records: Sequence[Record]) -> Timings:
    """Return what was recorded last of each operation."""
    found: dict[str, ChainMap[str, Timing]] = {}
    for record in records:
        for operation, timings in timings_of(record.header.base_url, record.exchanges).items():
            found[operation] = ChainMap(dict(timings), *(found[operation].maps if operation in found else ()))
    return found
