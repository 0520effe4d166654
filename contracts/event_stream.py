"""Reading an event stream as the WHATWG HTML standard says (section 9.2.6), piece by piece, noting what is wrong."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

MEDIA_TYPE = "text/event-stream"

_FIELDS = frozenset(("event", "data", "id", "retry"))
_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One dispatched event: its data, its type and the id that was in force; `line` is where it began, from 1."""

    data: str
    type: str = "message"
    id: str = ""
    line: int = 1


@dataclass(frozen=True, slots=True)
class StreamViolation:
    """Something a reader has to ignore or repair; `line` counts from 1."""

    line: int
    message: str


class EventStreamReader:
    """Reads bytes as they arrive; never raises over content.

    >>> reader = EventStreamReader()
    >>> [event.data for event in reader.feed(b"data: a\\ndata: b\\n\\nda")]
    ['a\\nb']
    >>> reader.close()
    >>> reader.violations
    [StreamViolation(line=4, message='the stream ends within a line: da')]
    """

    def __init__(self) -> None:
        self.violations: list[StreamViolation] = []
        self.retry: int | None = None
        """Milliseconds that the stream asks its reader to wait before connecting again."""
        self.last_event_id = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._text = ""
        self._line = 1
        self._started = False
        self._after_return = False
        self._data: list[str] = []
        self._type = ""
        self._id = ""
        self._began = 0

    def feed(self, piece: bytes) -> list[StreamEvent]:
        """Take the next bytes; return the events that they complete."""
        return self._read(self._decoder.decode(piece))

    def close(self) -> None:
        """Say that nothing follows: what is unfinished is a violation, and is not dispatched."""
        self._read(self._decoder.decode(b"", final=True))
        if self._text:
            self._complain(f"the stream ends within a line: {_shortened(self._text)}")
        elif self._data:
            self._complain("the stream ends within an event: no empty line follows its data")

    def _read(self, text: str) -> list[StreamEvent]:
        if not self._started and text:
            self._started = True
            text = text.removeprefix("\ufeff")
        if self._after_return and text:
            self._after_return = False
            text = text.removeprefix("\n")
        events = []
        start = 0
        text, self._text = self._text + text, ""
        for end in _LINE_END.finditer(text):
            event = self._take(text[start : end.start()])
            if event is not None:
                events.append(event)
            self._line += 1
            start = end.end()
        if 0 < start == len(text) and text[-1] == "\r":
            self._after_return = True
        self._text = text[start:]
        return events

    def _take(self, line: str) -> StreamEvent | None:
        if "\ufffd" in line:
            self._complain(f"not UTF-8: {_shortened(line)}")
        if not line:
            return self._dispatch()
        if line.startswith(":"):
            return None
        self._began = self._began or self._line
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._type = value
        elif name == "id":
            if "\0" in value:
                self._complain("an id with a NUL in it is ignored")
            else:
                self._id = value
        elif name == "retry":
            if value.isascii() and value.isdigit():
                self.retry = int(value)
            else:
                self._complain(f"retry takes digits only, this is {_shortened(value)!r}")
        if name not in _FIELDS:
            self._complain(f"an unknown field is ignored: {_shortened(line)}")
        return None

    def _dispatch(self) -> StreamEvent | None:
        self.last_event_id = self._id
        data, kind, began = "\n".join(self._data), self._type, self._began
        # The standard looks at the buffer with its line feeds: a single empty `data` line is an event.
        has_data = bool(self._data)
        self._data, self._type, self._began = [], "", 0
        return StreamEvent(data, kind or "message", self.last_event_id, began) if has_data else None

    def _complain(self, message: str) -> None:
        self.violations.append(StreamViolation(self._line, message))


def read_events(content: bytes) -> tuple[list[StreamEvent], list[StreamViolation]]:
    """Return the events and the violations of a whole stream."""
    reader = EventStreamReader()
    events = reader.feed(content)
    reader.close()
    return events, reader.violations


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
