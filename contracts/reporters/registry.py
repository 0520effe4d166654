"""What a reporter is, and the registry that holds report formats."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol

from contracts.events import Event, RunFinished
from contracts.report import Report
from mockserver.errors import UsageError
from mockserver.registry import Registry

STANDARD_OUTPUT = Path("-")
"""The path that means standard output."""
SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"
"""The variable that names the file of a workflow step's summary; steps append to it."""


class Reporter(Protocol):
    """Listens to a run."""

    def start(self) -> None:
        """Get ready; called before the run, so that a path that cannot be written fails early (UsageError)."""

    def handle(self, event: Event) -> None:
        """Take an event."""

    def finish(self) -> None:
        """Write what is left to write."""


Factory = Callable[[Path], Reporter]


class FileReporter:
    """Writes the report of a run to a file, or to standard output for the path `-`, when the run is over."""

    def __init__(self, path: Path, render: Callable[[Report], str]) -> None:
        self._path, self._render = path, render
        self._report: Report | None = None

    def start(self) -> None:
        """Create the file, and the folders above it."""
        prepare_file(self._path)

    def handle(self, event: Event) -> None:
        """Keep the report when it comes."""
        if isinstance(event, RunFinished):
            self._report = event.report

    def finish(self) -> None:
        """Write the file."""
        if self._report is not None:
            write_file(self._path, self._render(self._report))


def prepare_file(path: Path) -> None:
    """Create a file and the folders above it, so that a path that cannot be written is known early (UsageError)."""
    write_file(path, "")


def write_file(path: Path, text: str) -> None:
    """Write a report; the file of a workflow step's summary is appended to. Raises UsageError."""
    if path == STANDARD_OUTPUT:
        encoding = sys.stdout.encoding or "utf-8"  # a terminal may know fewer characters than a report has
        try:
            sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
            sys.stdout.flush()
        except BrokenPipeError:
            close_output(sys.stdout)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab" if str(path) == os.environ.get(SUMMARY_VARIABLE) else "wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"the report {path} cannot be written: {error.strerror or error}") from None


def close_output(stream: IO[str]) -> None:
    """Lead a stream that nobody reads any more to nowhere, so that what is still to be written is no error."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass  # a stream without a file


def registry() -> Registry[Factory]:
    """Return an empty registry of report formats."""
    return Registry[Factory]("report format")
