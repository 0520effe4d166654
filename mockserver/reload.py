"""Editing while serving: when a file of the contract changes, a new mock takes the place of the old one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from mockserver.app import Mock
from mockserver.asgi import Application
from mockserver.engine.mock import Mock as AnyMock
from mockserver.errors import MockflareError
from mockserver.openapi.files import Stamp, stamp
from mockserver.settings import Settings

INTERVAL = 0.25
"""Seconds between two looks. A file counts as saved when two looks in a row find it the same."""

Stamps = dict[Path, Stamp | None]


class Reloader:
    """Watches the files that a mock was made of, and replaces the mock of an application when they change.

    The new mock is made beside the old one, which goes on answering; a request that has begun ends where it began.
    Journal, stubs and faults are kept. When the files cannot be served the last good contract stays, and `report` is
    told why, once for each change.
    """

    def __init__(self, application: Application, settings: Settings, report: Callable[[str], None]) -> None:
        self._application, self._settings, self._report = application, settings, report
        self._stop = threading.Event()
        self._served = self._seen = self._stamps()
        self._thread = threading.Thread(target=self._watch, name="mockflare-reload", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer; returns when a replacement that has begun is done."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> bool:
        """Replace the mock if the files changed and have come to rest; return whether anything was tried."""
        now = self._stamps()
        rested, self._seen = now == self._seen, now
        self._served = {**self._application.mock.document.other_files, **self._served}  # references followed since
        if not rested or all(self._served[path] == now[path] for path in now):
            return False
        self._served = now
        application = self._application
        before = application.mock.document
        try:
            mock = Mock(self._settings)
            mock.document.read_files_of(before)
        except MockflareError as error:
            application.trouble = " ".join(str(error).split())
            self._report(f"the last good contract is still served: {application.trouble}")
            return True
        mock.adopt(application.mock)
        application.mock, application.trouble = mock, None
        self._report(f"reloaded {mock.document.title}")
        if (listener := before.listener) is not None:
            for each in mock.document.diagnostics:
                if each not in before.diagnostics:
                    listener(each)
            mock.document.listener = listener
        return True

    def _watch(self) -> None:
        while not self._stop.wait(INTERVAL):
            self.look()

    def _stamps(self) -> Stamps:
        return {path: stamp(path) for path in files_of(self._settings, self._application.mock)}


def files_of(settings: Settings, mock: AnyMock) -> list[Path]:
    """Return the user's own files that a mock was made of, those that its references lead to included."""
    named: Iterable[str] = (*([settings.spec] if settings.spec else []), *settings.overlays, *settings.artifacts)
    return sorted({*map(Path, named), *mock.document.other_files})
