"""Those who listen to a run, as one: whatever happens to one of them, the others hear and finish."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from contracts.events import Event
from contracts.reporters import Reporter
from mockserver.errors import UsageError


class Listeners:
    """Starts reporters, passes them what happens, and lets each of them finish.

    One that fails hears nothing more; the run goes on for the others, and when it is over UsageError says what failed.
    """

    def __init__(self, reporters: Sequence[Reporter]) -> None:
        self._reporters = list(reporters)
        self._fault: UsageError | None = None

    def __enter__(self) -> Listeners:
        """Start every reporter; raises UsageError where one cannot write."""
        for reporter in self._reporters:
            reporter.start()
        return self

    def handle(self, event: Event) -> None:
        """Pass on an event."""
        for reporter in list(self._reporters):
            try:
                reporter.handle(event)
            except Exception as error:
                self._reporters.remove(reporter)
                self._failed(reporter, error)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Let every reporter finish; one that is interrupted at that tries once more."""
        interrupted: KeyboardInterrupt | None = None
        for reporter in self._reporters:
            for _ in range(2):
                try:
                    reporter.finish()
                    break
                except KeyboardInterrupt as interrupt:
                    interrupted = interrupt
                except Exception as failure:
                    self._failed(reporter, failure)
                    break
        if error is not None:
            return
        if interrupted is not None:
            raise interrupted
        if self._fault is not None:
            raise self._fault

    def _failed(self, reporter: Reporter, error: Exception) -> None:
        name = type(reporter).__name__
        if isinstance(error, UsageError):
            fault = error
        elif isinstance(error, OSError):
            fault = UsageError(f"{name} cannot write: {error.strerror or error}")
        else:
            fault = UsageError(f"{name} failed: {type(error).__name__}: {error}")
        self._fault = self._fault or fault
