"""Sees a response go by, and says how it departs from the contract."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from mockserver.egress.connections import Head
from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Event
from mockserver.proxy.event_data import EventData
from mockserver.proxy.promises import Promise

_KEPT = 65536
_JUDGED = 32 * 1024 * 1024
"""Bytes of a body that are judged, unpacked; a longer one is not."""
_MOST = 100
_PACKED = {b"gzip": 31, b"x-gzip": 31, b"deflate": 15}


class Witness:
    """One response, judged while it passes."""

    def __init__(self, invocation: Invocation, method: str, head: Head, report: Callable[[str], None]) -> None:
        self._invocation, self._report = invocation, report
        self.status = head.status
        by_name = dict(head.headers)
        content_type = by_name.get(b"content-type", b"").decode("latin-1")
        self._promise = Promise(invocation.operation, method, head.status, content_type)
        self.found = [*self._promise.departures, *self._promise.missing_headers([name for name, _ in head.headers])]
        """Everything that is wrong so far."""
        self.kept = b""
        """The first bytes of the body, as the journal keeps them."""
        self.has_ended = False
        self._told = 0
        self._body: list[bytes] = []
        self._size = 0
        self._events = EventData() if self._promise.is_stream else None
        self._count = 0
        encoding = by_name.get(b"content-encoding", b"identity").strip().lower()
        self._unpack = zlib.decompressobj(_PACKED[encoding]) if encoding in _PACKED else None
        self._is_readable = self._unpack is not None or encoding in (b"identity", b"")
        if not self._is_readable:
            invocation.note("the body is not judged: it is in %s", encoding.decode("latin-1"))

    @property
    def wants_whole(self) -> bool:
        """Whether the verdict on the body can be known only at its end, and is worth waiting for."""
        return self._promise.describes_json and self._is_readable

    def see(self, piece: bytes) -> None:
        """Look at a piece of the body."""
        if not self._is_readable:
            return
        if self._unpack is not None:
            try:
                piece = self._unpack.decompress(piece, _JUDGED)
            except zlib.error as error:
                self._is_readable = False
                self._find([f"the body cannot be unpacked: {error}"])
                return
            if self._unpack.unconsumed_tail:
                self._give_up()
                return
        if len(self.kept) < _KEPT:
            self.kept += piece[: _KEPT - len(self.kept)]
        if self._events is not None:
            for data in self._events.feed(piece):
                self._count += 1
                self._find(self._promise.judge_event(data, self._count))
        elif self._promise.describes_json:
            self._size += len(piece)
            if self._size > _JUDGED:
                self._give_up()
            else:
                self._body.append(piece)

    def end(self) -> None:
        """Judge what could not be judged before: the body is complete."""
        self.has_ended = True
        if self._promise.describes_json and self._is_readable:
            self._find(self._promise.judge_body(b"".join(self._body)))
            self._body.clear()
        self.tell()

    def tell(self) -> None:
        """Report what is wrong and not yet told."""
        for each in self.found[self._told :]:
            self._report(f"response: {each}")
        self._told = len(self.found)

    @property
    def is_plain_stream(self) -> bool:
        """Whether the body is a stream of events that another one can be added to."""
        return self._events is not None and self._unpack is None and self._is_readable

    def error_event(self, message: str) -> Event | None:
        """Return the event by which the contract lets the stream say that it failed."""
        return self._promise.error_event(message, self._count)

    def _find(self, wrong: list[str]) -> None:
        self.found += wrong[: max(0, _MOST - len(self.found))]
        if wrong and self._events is not None:
            self.tell()

    def _give_up(self) -> None:
        self._is_readable = False
        self._body.clear()
        self._invocation.note("the body is too long to be judged")
