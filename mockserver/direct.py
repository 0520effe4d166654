"""The short way over a socket: plain requests are answered where their last byte is read.

An ASGI server makes a scope, an event, a task and three messages for every request. For a bare application that is
over half of the work (12 of 21 µs), and a mock that has its answer at once needs none of it. This protocol is
uvicorn's own with one change: a plain request goes from the parser to `Mock.handle` and its answer to the transport
in one write. Whatever is not plain takes the ordinary way through ASGI, begun as if nothing had happened: upgrades,
`Expect`, our own endpoints, connections that are to be closed, odd targets, bodies and answers that are large,
streams in real time, and everything behind one of these in a pipeline. Both ways give the same bytes.

A client sends the same head again and again with another `Content-Length`. What the parser made of one is remembered
with its connection, so that the next request with it is cut where its body begins and not parsed at all.
"""

from __future__ import annotations

import asyncio
import logging
import re
from functools import partial
from typing import Any, NamedTuple

from uvicorn.protocols.http import httptools_impl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from mockserver.asgi import Application, ASGIApp, deliver, in_batches, is_paced
from mockserver.engine.values import Entrance, HttpRequest, HttpResponse

_LARGEST_BODY = 65536
"""Bytes of a request body that are collected here; more of them are read at the application's pace."""
_LARGEST_ANSWER = 262144
"""Bytes that are written at once; more of them go out at the client's pace."""
_LONGEST_TARGET = 4096
_TARGETS = 512
_ENCODED = 33  # as many characters as "/_mockflare" has when each of them is percent-encoded
_HEADS, _LONGEST_HEAD = 16, 4096
"""Heads that are remembered of one connection, and how many bytes one of them may have."""
_LENGTH, _LENGTH_LINE, _BLANK_LINE = b"content-length", b"\r\ncontent-length:", b"\r\n\r\n"
_UPGRADE, _HIDDEN = b"upgrade", b"upgrad~"
"""A header, and what it is called where the parser must not see it; nobody has a header of that name."""
_OTHER_UPGRADE = re.compile(rb"\r\nupgrade(?=:(?![^\r]*websocket))", re.IGNORECASE)
_BODYLESS = (204, 304)
_FRAMING = frozenset((b"connection", b"transfer-encoding"))
_CONTROLS = bytes(code for code in (*range(0x20), 0x7F) if code != 0x09)

_USED = frozenset(
    "access_log access_logger app cycle flow headers limit_concurrency loop parser pipeline root_path server_state "
    "timeout_keep_alive transport".split()
)
_OVERRIDDEN = (
    "connection_lost",
    "data_received",
    "on_body",
    "on_header",
    "on_headers_complete",
    "on_message_begin",
    "on_message_complete",
    "shutdown",
    "_start_asgi_task",
)


def fits() -> bool:
    """Say whether the installed uvicorn is built as this module supposes."""
    made = getattr(HttpToolsProtocol.__init__, "__code__", None)
    cycle = getattr(RequestResponseCycle.__init__, "__code__", None)
    return (
        made is not None
        and cycle is not None
        and set(made.co_names) >= _USED
        and {"response_complete", "more_body"} <= set(cycle.co_names)
        and all(hasattr(HttpToolsProtocol, name) for name in _OVERRIDDEN)
        and all(hasattr(httptools_impl, name) for name in ("STATUS_LINE", "HEADER_RE"))
    )


class _Targets(dict[bytes, tuple[str, str]]):
    """Path and query of the request targets that are plain."""

    def learn(self, url: bytes) -> tuple[str, str] | None:
        """Return the path and query of a target if it is plain, and remember them."""
        plain = (
            url[:1] == b"/"
            and url[1:2] != b"_"  # our own endpoints
            and len(url) <= _LONGEST_TARGET
            and url.isascii()
            and b"#" not in url
            and b"%" not in url[:_ENCODED]
        )
        if not plain:
            return None
        if len(self) >= _TARGETS:
            self.clear()
        path, _, query = url.decode("ascii").partition("?")
        self[url] = path, query
        return path, query


_targets = _Targets()


def _without_other_upgrades(data: bytes) -> bytes:
    """Return a request that offers to go on in another protocol than WebSocket as one that the parser reads to its end.

    The parser stops where a head with `Upgrade` ends, which loses the body of whoever only offers HTTP/2 (`h2c`), as
    Java's client and `curl --http2` do with every request. The offer is passed over (RFC 9110, section 7.8).
    """
    end = data.find(_BLANK_LINE)
    head, rest = (data, b"") if end < 0 else (data[:end], data[end:])
    return _OTHER_UPGRADE.sub(b"\r\n" + _HIDDEN, head) + rest


class _Head(NamedTuple):
    """What the parser made of the head of a plain request."""

    method: str
    path: str
    query: str
    headers: list[tuple[bytes, bytes]]
    by_name: dict[bytes, bytes]
    entrance: Entrance


class DirectProtocol(HttpToolsProtocol):
    """Speaks HTTP/1.1 with one client; the mock is that of the application, if it is one of ours."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        logs = self.access_log and self.access_logger.isEnabledFor(logging.INFO)
        ours = isinstance(self.app, Application) and not (logs or self.limit_concurrency or self.root_path)
        self._application: Application | None = self.app if ours else None
        self._limit = min(_LARGEST_BODY, self._application.mock.settings.max_body if self._application else 0)
        self._body: list[bytes] | None = None
        """What has come of a plain request's body; None while no plain request is on its way in."""
        self._size = 0
        self._target = "", ""
        self._by_name: dict[bytes, bytes] = {}
        """The headers of the request that is on its way in."""
        self._known_names: set[bytes] = set()
        self._is_between = True
        """Whether the parser has seen the end of a request, and nothing of another."""
        self._heads: dict[bytes, _Head] = {}
        """Heads of plain requests by their bytes, without the digits of their `Content-Length`."""
        self._mark = b""
        """How this client writes what stands before those digits."""
        self._held = b""
        """A request with a known head of which not everything has come."""
        self._ready: HttpResponse | None = None
        """The response to the request that the parser is about to read, when there is one already."""
        self._running: RequestResponseCycle | None = None
        """The request that goes the ordinary way and has no answer yet, or had it last."""
        self._idle_since: float | None = None
        self._watch: asyncio.TimerHandle | None = None

    # what the transport tells -----------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Answer a request with a known head; parse everything else."""
        self._idle_since = None
        if not self._is_between:
            super().data_received(data)
            return
        if self._mark and self._answered_at_once(data):
            return
        held, self._held = self._held, b""
        data = held + data
        super().data_received(_without_other_upgrades(data))
        if self._is_between and self._idle_since is not None:
            self._remember_head(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._body, self._held = None, b""
        if self._watch is not None:
            self._watch.cancel()
        if self._running is not None:  # uvicorn looks at the request that came last, which may be waiting behind it
            self._running.disconnected = True
            self._running.message_event.set()
        self.pipeline.clear()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Close, once the request that is on its way in has its answer."""
        if self._held:
            held, self._held = self._held, b""
            super().data_received(_without_other_upgrades(held))
        if self._body is not None:
            self._take_the_ordinary_way()
        super().shutdown()

    # what the parser tells --------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.url = b""
        self.headers = []
        self._is_between = False
        self._idle_since = None

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header, its name in lower case."""
        name = name.lower()
        self.headers.append((_UPGRADE if name == _HIDDEN else name, value))

    def on_headers_complete(self) -> None:
        """Choose the way: plain requests wait for their last byte here."""
        self._by_name = dict(self.headers)
        target = self._is_plain() and (_targets.get(self.url) or _targets.learn(self.url))
        if target:
            self._target, self._body, self._size = target, [], 0
        else:
            self._begin_cycle()

    def on_body(self, body: bytes) -> None:
        """Collect a piece of the body."""
        if self._body is None:
            super().on_body(body)
            return
        self._body.append(body)
        self._size += len(body)
        if self._size > self._limit:
            self._take_the_ordinary_way()

    def on_message_complete(self) -> None:
        """Answer a plain request."""
        self._is_between = True
        if self._body is None or self._application is None:
            super().on_message_complete()
            return
        body, self._body = b"".join(self._body), None
        path, query = self._target
        method = self.parser.get_method().decode("ascii")
        mock = self._application.mock
        response, self._ready = self._ready, None
        if response is None:
            request = HttpRequest(method, path, query=query, headers=self.headers, body=body, by_name=self._by_name)
            response = mock.handle(request)
        if not self._wrote(method, response):
            self._begin_cycle(partial(deliver, mock, response))
            super().on_message_complete()

    # heads that are known ---------------------------------------------------------------------------------------

    def _answered_at_once(self, data: bytes) -> bool:
        """Answer a request with a known head, or keep it until the rest has come; say whether that was all to do."""
        if self._held:
            data = self._held + data
        at = data.find(self._mark)
        if at < 0 or self._application is None:
            return False
        at += len(self._mark)
        end = data.find(b"\r", at)
        start = data.find(_BLANK_LINE, end) + 4
        digits = data[at:end]
        head = self._heads.get(data[:at] + data[end:start])
        if head is None or not digits.isdigit() or len(digits) > 9 or (size := int(digits)) > self._limit:
            return False
        mock, cycle = self._application.mock, self.cycle
        if self.pipeline or (cycle is not None and not cycle.response_complete):
            return False
        missing = size + start - len(data)
        if missing or mock.egress is not None or self.flow.write_paused:
            waits = missing > 0 and not self._held
            if waits:  # many clients send head and body one after the other
                self._held = data
            return waits
        headers = [*head.headers]
        entrance = head.entrance
        headers[entrance.length_at] = _LENGTH, digits
        request = HttpRequest(
            head.method,
            head.path,
            query=head.query,
            headers=headers,
            body=data[start:],
            by_name={**head.by_name, _LENGTH: digits},
            entrance=entrance,
        )
        response = mock.handle(request)
        self._held = b""
        if not self._wrote(head.method, response):
            self._ready = response
            super().data_received(_without_other_upgrades(data))
            self._ready = None
        return True

    def _remember_head(self, data: bytes) -> None:
        """Remember the head of a request that was answered here, if `data` is that request and nothing else."""
        start = data.find(_BLANK_LINE) + 4
        digits = self._by_name.get(_LENGTH, b"")
        if start > _LONGEST_HEAD or not digits.isdigit() or start + int(digits) != len(data):
            return
        lower = data[:start].lower()
        line = lower.find(_LENGTH_LINE)
        at = data.find(digits, line + len(_LENGTH_LINE))
        if lower.count(_LENGTH_LINE) != 1 or lower[line + len(_LENGTH_LINE) : at].strip(b" \t"):
            return
        mark = data[line:at]
        if mark != self._mark or len(self._heads) >= _HEADS:
            self._heads.clear()
        self._mark = mark
        path, query = self._target
        method = self.parser.get_method().decode("ascii")
        entrance = Entrance([name for name, _ in self.headers].index(_LENGTH))
        known = _Head(method, path, query, self.headers, self._by_name, entrance)
        self._heads[data[:at] + data[at + len(digits) : start]] = known

    # the two ways -----------------------------------------------------------------------------------------------

    def _is_plain(self) -> bool:
        parser, cycle, by_name = self.parser, self.cycle, self._by_name
        return (
            self._application is not None
            and self._application.mock.egress is None  # who sends requests on must not keep others waiting
            and b"expect" not in by_name
            and int(by_name.get(b"content-length", 0)) <= self._limit  # the parser refused what is no number
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and parser.get_http_version() == "1.1"
            and (cycle is None or cycle.response_complete)
            and not self.pipeline
            and not self.flow.write_paused
            and not self.server_state.default_headers
        )

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _take_the_ordinary_way(self) -> None:
        """Hand a request over that was thought to be plain, with what has come of its body."""
        pieces, self._body = self._body or [], None
        self._begin_cycle()
        if pieces:
            super().on_body(b"".join(pieces))

    def _begin_cycle(self, app: ASGIApp | None = None) -> None:
        """Do what uvicorn does at the end of a request's head; `app` answers instead of the application."""
        url, headers, self._idle_since = self.url, self.headers, None
        super().on_message_begin()
        self.url = url
        for name, value in headers:
            super().on_header(name, value)
        ours = self.app
        self.app = app or ours
        try:
            super().on_headers_complete()
        finally:
            self.app = ours

    def _wrote(self, method: str, response: HttpResponse) -> bool:
        """Write a response, if it needs neither time nor uvicorn."""
        application = self._application
        if application is None or response.delay or is_paced(response, application.mock):
            return False
        written = self._written(method, response)
        if written is None:
            return False
        self.transport.write(written)
        self.server_state.total_requests += 1
        self._idle_since = self.loop.time()
        if self._watch is None:
            self._watch = self.loop.call_later(self.timeout_keep_alive, self._close_when_idle)
        return True

    def _written(self, method: str, response: HttpResponse) -> bytes | None:
        """Return a response as it goes over the wire; None when uvicorn has to look at it."""
        line = httptools_impl.STATUS_LINE.get(response.status)
        headers, frames = response.headers, response.frames
        if line is None or response.status < 200:
            return None
        head = b"\r\n".join(map(b": ".join, headers)) + b"\r\n"
        if not response.is_sound and not self._are_sound(response, head):
            return None
        if frames is None:
            return b"%b%b\r\n%b" % (line, head, response.body) if len(response.body) <= _LARGEST_ANSWER else None
        if method == "HEAD" or sum(map(len, frames)) > _LARGEST_ANSWER:
            return None
        chunks = b"".join([b"%x\r\n%b\r\n" % (len(batch), batch) for batch in in_batches(frames)])
        return b"%b%btransfer-encoding: chunked\r\n\r\n%b0\r\n\r\n" % (line, head, chunks)

    def _are_sound(self, response: HttpResponse, head: bytes) -> bool:
        """Say whether headers that users may have had a hand in are well-formed and frame the body rightly."""
        names = [name for name, _ in response.headers]
        if not self._known_names.issuperset(names) and not self._learn(names):
            return False
        measured = response.frames is None and response.status not in _BODYLESS
        if names.count(b"content-length") != measured:
            return False
        return len(head.translate(None, _CONTROLS)) + 2 * len(names) == len(head)

    def _learn(self, names: list[bytes]) -> bool:
        """Remember names of response headers that are sound and say nothing about the framing."""
        sound = not any(httptools_impl.HEADER_RE.search(name) or name in _FRAMING for name in names)
        if sound and len(self._known_names) < 64:
            self._known_names.update(names)
        return sound

    def _close_when_idle(self) -> None:
        """Close the connection if nothing came for as long as it is kept.

        One timer looks after many requests: a timer for each costs more than reading a clock.
        """
        self._watch = None
        if self._idle_since is None or self.transport.is_closing():
            return  # the next answer sets the timer again
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._watch = self.loop.call_later(left, self._close_when_idle)
        else:
            self.transport.close()
