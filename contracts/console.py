"""A run on the terminal: progress while it lasts, findings grouped by operation, a closing line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import groupby

import rich.console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from contracts.events import Event, ExchangeDone, RunFinished, RunStarted
from contracts.findings import Finding, Severity
from contracts.printable import one_line
from contracts.redaction import ACCOUNT, TOKEN
from contracts.report import Outcome, Report
from contracts.reporters.registry import close_output
from contracts.reporters.wording import closing, counted, in_groups, sides
from mockserver.settings import DEFAULT_ACCOUNT, DEFAULT_TOKEN

_COLOURS = {Severity.BREAKING: "red", Severity.LAX: "yellow", Severity.ADDITIVE: "cyan", Severity.COSMETIC: "blue"}
_WORDS = {
    Outcome.CLEAN: "[green]clean[/]",
    Outcome.FINDINGS: "[red]findings[/]",
    Outcome.COULD_NOT_LOOK: "[yellow]could not look[/]",
}


class Console(rich.console.Console):
    """A console that falls silent when nobody reads it any more, as behind `| head`: the run goes on for the others."""

    def on_broken_pipe(self) -> None:
        """Write nothing more."""
        self.quiet = True
        close_output(self.file)


class ConsoleReporter:
    """Prints a run; colours and progress only where there is a terminal."""

    def __init__(self, console: Console, *, drift: bool = False) -> None:
        """With `drift` the two sides of a finding are two runs, not a promise and what came."""
        self._console, self._drift = console, drift
        self._progress: Progress | None = None
        self._task = TaskID(0)
        self._failed: set[tuple[str, str]] = set()
        self._refused = 0

    def start(self) -> None:
        """Nothing to get ready."""

    def handle(self, event: Event) -> None:
        """Show an event."""
        if isinstance(event, RunStarted):
            self._begin(event)
        elif isinstance(event, ExchangeDone):
            self._go_on(event)
        elif isinstance(event, RunFinished):
            self.finish()
            self._end(event.report)

    def finish(self) -> None:
        """Take the progress away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _begin(self, event: RunStarted) -> None:
        selected = f": {counted(len(event.operations), 'operation')}" if event.operations or not self._drift else ""
        self._print(f"[bold]{escape(one_line(event.contract))}[/] at {escape(one_line(event.target))}{selected}")
        if self._console.is_terminal:
            columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
            self._progress = Progress(*columns, console=self._console, transient=True)
            self._task = self._progress.add_task("", total=None)
            self._progress.start()

    def _go_on(self, event: ExchangeDone) -> None:
        self._failed.update((event.exchange.operation, name) for name in event.failed)
        self._refused += event.refused is not None
        if self._progress is None:
            return
        said = [counted(event.exchange.number, "request")]
        if self._failed:
            said.append(f"[red]{counted(len(self._failed), 'failed check')}[/]")
        if self._refused:
            said.append(f"[yellow]{self._refused} refused for now[/]")
        said.append(escape(f"{event.exchange.phase}: {event.exchange.operation}"))
        self._progress.update(self._task, description=", ".join(said))

    def _end(self, report: Report) -> None:
        for operation, findings in groupby(in_groups(report.findings), key=lambda finding: finding.operation):
            self._print(f"\n[bold]{escape(one_line(operation))}[/]")
            for finding in findings:
                self._finding(finding)
        if unset := _unset(report.findings):
            named, own = " and ".join(unset), f"{DEFAULT_TOKEN} and {DEFAULT_ACCOUNT}"
            self._print(f"\nthe commands read {named}, not set here; a mock takes {own}")
        if report.unseen and not report.stopped:
            self._print("\n[bold]not seen working[/]")
            for looked in report.unseen:
                self._print(f"  {escape(looked.operation)}: {escape(str(looked.could_not_look))}")
        unjudged = dict.fromkeys(text for looked in report.operations for text in looked.unjudged)
        if unjudged:
            self._print("\n[bold]not judged[/]")
            for text in unjudged:
                self._print(f"  {escape(text)}")
        for text in filter(None, (*report.broken, report.stopped, report.limited, *report.notes)):
            self._print(f"\n{escape(text)}")
        self._print(f"\n{_WORDS[report.outcome()]}: {closing(report)}")

    def _finding(self, finding: Finding) -> None:
        place = f" at {finding.where}" if finding.where.startswith("/") else ""
        colour = _COLOURS[finding.severity]
        times = f"{finding.times}x" if self._drift else f"{finding.times}x, in {finding.shown} of {finding.tries} tries"
        self._print(f"  [{colour}]{finding.severity}[/] {finding.check}{escape(place)} [dim]({times})[/]")
        lines = sides(finding)
        if finding.reason:
            lines.append(("sent", f"{finding.reason} ({finding.phase})"))
        for name, text in (*lines, ("seed", str(finding.seed))):
            self._print(f"    [dim]{name:>8}[/] {escape(text)}")
        for command in finding.request.splitlines():
            self._print(f"    {escape(command)}")

    def _print(self, text: str) -> None:
        encoding = self._console.encoding  # a terminal may know fewer characters than a server
        text = text.encode(encoding, "backslashreplace").decode(encoding)
        self._console.print(text, highlight=False, soft_wrap=True)


def _unset(findings: Sequence[Finding]) -> list[str]:
    """Return the variables that commands of findings read, and that the environment has not."""
    names = [name for name in (TOKEN, ACCOUNT) if name.removeprefix("$") not in os.environ]
    return [name for name in names if any(name.removeprefix("$") in each.request for each in findings)]
