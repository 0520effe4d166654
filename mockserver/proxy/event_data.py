"""The data of the events in a stream that goes by, read piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(rb"\r\n|\n|\r(?!\Z)")
_LONGEST = 4 * 1024 * 1024


class EventData:
    """Reads an event stream; never raises over content.

    >>> list(EventData().feed(b"data: 1\\n\\ndata: [DONE]\\n\\n"))
    ['1', '[DONE]']
    """

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []
        self._size = 0

    def feed(self, piece: bytes) -> Iterator[str]:
        """Yield the data of the events that a piece completes; an event of more than 4 MiB is left out."""
        *lines, self._rest = _END.split(self._rest + piece)
        if len(self._rest) > _LONGEST:
            self._rest, self._size = b"", _LONGEST + 1
        for line in lines:
            if not line:
                if self._lines and self._size <= _LONGEST:
                    yield b"\n".join(self._lines).decode("utf-8", "replace")
                self._lines, self._size = [], 0
            elif line.startswith(b"data:"):
                self._size += len(line)
                if self._size <= _LONGEST:
                    self._lines.append(line[5:].removeprefix(b" "))
