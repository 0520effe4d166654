"""Reporters do not depend on one another: one that fails, or that nobody reads, takes nothing from the others."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts import drift_cli
from contracts.console import Console, ConsoleReporter
from contracts.events import Event, RunFinished
from contracts.listeners import Listeners
from contracts.report import Report
from contracts.reporters import builtin
from mockserver.errors import UsageError

FINISHED = RunFinished(Report("http://h", "Notes", 7))


class Scripted:
    """A reporter that does at an event, and at the end, what it is told to do."""

    def __init__(self, handles: Callable[[], None] = lambda: None, *finishes: Callable[[], None]) -> None:
        self._handles, self._finishes = handles, list(finishes)
        self.heard: list[str] = []

    def start(self) -> None:
        self.heard.append("start")

    def handle(self, event: Event) -> None:
        self.heard.append("event")
        self._handles()

    def finish(self) -> None:
        self.heard.append("finish")
        if self._finishes:
            self._finishes.pop(0)()


def failing(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def test_one_that_fails_hears_no_more_and_the_others_do(tmp_path: Path) -> None:
    """Its failure is told in a line when all have finished."""
    broken, well = Scripted(failing(KeyError("x"))), builtin()["json"](tmp_path / "a.json")

    listeners = Listeners([broken, well])
    listeners.__enter__()
    listeners.handle(FINISHED)
    listeners.handle(FINISHED)
    with pytest.raises(UsageError, match="Scripted failed: KeyError: 'x'"):
        listeners.__exit__(None, None, None)

    assert ["start", "event"] == broken.heard
    assert (tmp_path / "a.json").stat().st_size


@pytest.mark.parametrize(
    ("raised", "times", "happens"),
    [(UsageError, 1, UsageError("the disk is full")), (KeyboardInterrupt, 2, KeyboardInterrupt())],
)
def test_all_finish_whatever_happens_to_one(raised: type[BaseException], times: int, happens: BaseException) -> None:
    """One that is interrupted while it writes tries again: who presses Ctrl-C twice has the reports nevertheless."""
    one, other = Scripted(lambda: None, failing(happens)), Scripted()

    with pytest.raises(raised), Listeners([one, other]):
        pass

    assert ["start", *["finish"] * times] == one.heard
    assert ["start", "finish"] == other.heard


class _Closed(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_a_terminal_that_nobody_reads_ends_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind `| head -1` the reports are written, and the exit code is that of the run."""
    monkeypatch.setattr("sys.stdout", _Closed())
    reporters = [ConsoleReporter(Console(file=_Closed())), builtin()["github"](Path("-"))]
    written = builtin()["json"](tmp_path / "a.json")

    with Listeners([*reporters, written]) as listeners:
        listeners.handle(FINISHED)

    assert (tmp_path / "a.json").stat().st_size


def test_a_terminal_that_takes_no_more_is_told_in_words() -> None:
    listeners = Listeners([Scripted(failing(OSError(28, "No space left on device")))])
    listeners.__enter__()
    listeners.handle(FINISHED)

    with pytest.raises(UsageError, match="Scripted cannot write: No space left on device"):
        listeners.__exit__(None, None, None)


def test_drift_has_no_archive() -> None:
    """A file without a single exchange would look like a run that sent nothing."""
    result = CliRunner().invoke(drift_cli.drift_command, ["http://127.0.0.1:9", "mock", "--report", "har=a.har"])

    assert (2, "") == (result.exit_code, result.stdout)
    assert "check --report har=FILE writes one of a run" in result.stderr


@pytest.mark.parametrize("options", [("--overlay-out", "monday"), ("--report", "json=./monday")])
def test_drift_writes_over_nothing_that_it_reads(options: tuple[str, str]) -> None:
    result = CliRunner().invoke(drift_cli.drift_command, ["monday", "mock", *options])

    assert (2, "") == (result.exit_code, result.stdout)
    assert "monday is read by this run and would be written over" in result.stderr


def test_an_overlay_that_cannot_be_written_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    arguments = ["http://127.0.0.1:9", "mock", "--overlay-out", str(tmp_path / "file" / "overlay.json")]

    result = CliRunner().invoke(drift_cli.drift_command, arguments)

    assert (2, "") == (result.exit_code, result.stdout)
    assert "cannot be written" in result.stderr
