"""A run on the terminal: progress while it lasts, findings grouped by operation, a closing line."""

from __future__ import annotations

from itertools import groupby

from rich.console import Console as Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from contracts.events import Event, ExchangeDone, RunFinished, RunStarted
from contracts.findings import Finding, Severity
from contracts.report import Outcome, Report

_COLOURS = {Severity.BREAKING: "red", Severity.LAX: "yellow", Severity.ADDITIVE: "cyan", Severity.COSMETIC: "blue"}
_WORDS = {
    Outcome.CLEAN: "[green]clean[/]",
    Outcome.FINDINGS: "[red]findings[/]",
    Outcome.COULD_NOT_LOOK: "[yellow]could not look[/]",
}


class ConsoleReporter:
    """Prints a run; colours and the progress bar only where there is a terminal."""

    def __init__(self, console: Console, fail_on: Severity | None = None) -> None:
        self._console, self._fail_on = console, fail_on
        self._progress: Progress | None = None
        self._task = TaskID(0)
        self._seen: set[str] = set()

    def start(self) -> None:
        """Nothing to get ready."""

    def handle(self, event: Event) -> None:
        """Show an event."""
        if isinstance(event, RunStarted):
            self._begin(event)
        elif isinstance(event, ExchangeDone):
            self._seen.add(event.exchange.operation)
            if self._progress is not None:
                self._progress.update(
                    self._task,
                    completed=len(self._seen),
                    requests=event.exchange.number,
                    operation=event.exchange.operation,
                )
        elif isinstance(event, RunFinished):
            self.finish()
            self._end(event.report)

    def finish(self) -> None:
        """Take the progress bar away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _begin(self, event: RunStarted) -> None:
        count = len(event.operations)
        self._print(f"[bold]{escape(event.contract)}[/] at {escape(event.target)}: {_counted(count, 'operation')}")
        if self._console.is_terminal:
            columns = (BarColumn(20), MofNCompleteColumn(), TextColumn("{task.fields[requests]} requests"))
            self._progress = Progress(
                *columns, TextColumn("{task.fields[operation]}"), console=self._console, transient=True
            )
            self._task = self._progress.add_task("", total=count, requests=0, operation="")
            self._progress.start()

    def _end(self, report: Report) -> None:
        in_order = sorted(report.findings, key=lambda finding: finding.operation)
        for operation, findings in groupby(in_order, key=lambda finding: finding.operation):
            self._print(f"\n[bold]{escape(operation)}[/]")
            for finding in findings:
                self._finding(finding)
        if report.unseen and not report.stopped:
            self._print("\n[bold]not seen working[/]")
            for looked in report.unseen:
                self._print(f"  {escape(looked.operation)}: {escape(str(looked.could_not_look))}")
        unjudged = dict.fromkeys(text for looked in report.operations for text in looked.unjudged)
        if unjudged:
            self._print("\n[bold]not judged[/]")
            for text in unjudged:
                self._print(f"  {escape(text)}")
        applied = len({each.check for looked in report.operations for each in looked.checks if each.times})
        for text in filter(None, (*report.broken, report.stopped, report.limited)):
            self._print(f"\n{escape(text)}")
        self._print(
            f"\n{_WORDS[report.outcome(self._fail_on)]}: {_counted(len(report.findings), 'finding')}, "
            f"{_counted(report.requests, 'request')}, "
            f"{applied} of {_counted(applied + len(report.not_checked), 'check')} made "
            f"{_counted(report.checked, 'judgement')}, "
            f"{len(report.operations) - len(report.unseen)} of {_counted(len(report.operations), 'operation')} "
            f"seen working, seed {report.seed}"
        )

    def _finding(self, finding: Finding) -> None:
        place = f" at {finding.where}" if finding.where.startswith("/") else ""
        colour = _COLOURS[finding.severity]
        self._print(
            f"  [{colour}]{finding.severity}[/] {finding.check}{escape(place)} [dim]({finding.times}x, "
            f"in {finding.shown} of {finding.tries} tries)[/]"
        )
        lines = [("promised", finding.promised), ("came", finding.came)]
        if finding.reason:
            lines.append(("sent", f"{finding.reason} ({finding.phase})"))
        for name, text in (*lines, ("seed", str(finding.seed))):
            self._print(f"    [dim]{name:>8}[/] {escape(text)}")
        for command in finding.request.splitlines():
            self._print(f"    {escape(command)}")

    def _print(self, text: str) -> None:
        self._console.print(text, highlight=False, soft_wrap=True)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
