"""An ASGI application in this process, reached the way a server would reach it: one event loop, one lifespan."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
import zlib
from collections.abc import Iterable, MutableMapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from contracts.event_stream import MEDIA_TYPE
from contracts.exchanges import Chunk, NoAnswer, Request, Response
from contracts.target import ASGIApp
from mockserver.errors import UsageError

MOST_BYTES = 64 * 1024 * 1024
MOST_STREAMED = 4 * 1024 * 1024
"""Bytes after which a stream is cut short: it tells of no file, and no answer to a small request has so much text."""
_STARTUP_SECONDS = 30.0
_SHUTDOWN_SECONDS = 5.0


def has_no_body(method: str, status: int) -> bool:
    """Return whether the answer to a request has no body by HTTP itself."""
    return method == "HEAD" or status in (204, 304)


def octets(value: str) -> bytes:
    """Return the bytes of a header: Latin-1 where that can hold it, else UTF-8."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")


class InProcess:
    """Runs an application in a thread of its own until it is closed.

    Raises UsageError when its lifespan does not start.
    """

    def __init__(self, app: ASGIApp, *, startup: float = _STARTUP_SECONDS) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="mockflare-check")
        self._thread.start()
        self._lifespan = _Lifespan(app)
        try:
            self._run(self._lifespan.start(), startup)
        except TimeoutError:
            self.close()
            raise UsageError(f"the application did not start within {startup:g} seconds") from None

    def send(self, requests: Sequence[Request], seconds: float) -> list[Response | NoAnswer]:
        """Send the requests at the same time; return what came of each."""

        async def all_of_them() -> list[Response | NoAnswer]:
            calls = (_call(self._app, request, seconds, self._lifespan.state) for request in requests)
            return list(await asyncio.gather(*calls))

        answered: list[Response | NoAnswer] = self._run(all_of_them(), None)
        return answered

    def close(self) -> None:
        """End the application's lifespan and the thread."""
        with contextlib.suppress(Exception):  # how it shuts down is not what is checked
            self._run(self._lifespan.stop(), _SHUTDOWN_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        if not self._thread.is_alive():
            self._loop.close()

    def _run(self, work: Any, seconds: float | None) -> Any:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(seconds)
        except BaseException:
            future.cancel()
            raise


class _Enough(Exception):
    """More came than anybody reads."""


async def _call(app: ASGIApp, request: Request, seconds: float, state: dict[str, Any]) -> Response | NoAnswer:
    began = time.perf_counter()
    answer = _Answer(began, request.method == "HEAD", seconds)
    try:
        await asyncio.wait_for(app(_scope(request, state), _receiver(request.body, answer), answer.take), seconds)
    except TimeoutError:
        answer.enough = not answer.done
    except Exception:  # one that says it is enough may come back in a group, or not at all
        if answer.status is None:
            return Response(500, (("content-type", "text/plain"),), b"", first_byte=time.perf_counter() - began)
    return answer.given_up() if answer.enough else answer.whole()


def is_enough(length: int, headers: Iterable[tuple[str, str]]) -> bool:
    """Return whether no more than so many bytes of a body are read; names of headers are in lower case."""
    kind = next((value for name, value in headers if name == "content-type"), "")
    return length >= (MOST_STREAMED if kind.lower().startswith(MEDIA_TYPE) else MOST_BYTES)


class _Answer:
    """What an application sends, put together."""

    def __init__(self, began: float, head: bool, seconds: float) -> None:
        self.status: int | None = None
        self.done = self.enough = False
        self.finished = asyncio.Event()
        self._began, self._head, self._seconds = began, head, seconds
        self._headers: tuple[tuple[str, str], ...] = ()
        self._body = bytearray()
        self._chunks: list[Chunk] = []
        self._first = 0.0

    async def take(self, message: MutableMapping[str, Any]) -> None:
        if self.enough:
            raise _Enough
        now = time.perf_counter() - self._began
        if message["type"] == "http.response.start":
            self.status, self._first = int(message["status"]), now
            self._headers = tuple(
                (bytes(name).decode("latin-1").lower(), bytes(value).decode("latin-1"))
                for name, value in message.get("headers") or ()
            )
        elif message["type"] == "http.response.body" and not self.done:
            if self.status is None:
                raise RuntimeError("a body came before its head")
            piece = b"" if self._head else bytes(message.get("body", b""))
            if piece:
                self._body += piece
                self._chunks.append(Chunk(now, len(piece)))
            self.done = not message.get("more_body", False)
            if self.done:
                self.finished.set()
            elif now >= self._seconds or is_enough(len(self._body), self._headers):
                self.enough = True
                raise _Enough  # who sends on and on without a pause is not interrupted by a timeout

    def whole(self) -> Response | NoAnswer:
        """Return the answer as a client would see it."""
        if self.status is None:
            return NoAnswer.DROPPED
        faults = [] if self.done else ["the answer broke off before its end"]
        lengths = [value for name, value in self._headers if name == "content-length"]
        bodiless = self._head or has_no_body("", self.status)
        if bodiless and self._body:
            faults.append(f"a body came where none may be: {bytes(self._body[:40])!r}")
        if lengths and not bodiless and lengths[0] != str(len(self._body)):
            faults.append(f"content-length says {lengths[0]} bytes, the body has {len(self._body)}")
        else:
            faults += self._decompress()
        return self._response(faults=tuple(faults))

    def _decompress(self) -> list[str]:
        """Take the compression off that a header names, as clients do; return what is wrong with it."""
        named = [value.strip().lower() for name, value in self._headers if name == "content-encoding"]
        if not self._body or named not in (["gzip"], ["x-gzip"], ["deflate"]):
            return []
        try:
            self._body = bytearray(_inflated(bytes(self._body)))
        except zlib.error as error:
            return [f"the body cannot be decompressed: {error}"]
        return []

    def given_up(self) -> Response | NoAnswer:
        """Return what there is of an answer that did not end; only of a stream a part says something."""
        if self.status is None:
            return NoAnswer.ENDLESS
        response = self._response(cut_short=True)
        return response if response.media_type == MEDIA_TYPE else NoAnswer.ENDLESS

    def _response(self, *, cut_short: bool = False, faults: tuple[str, ...] = ()) -> Response:
        assert self.status is not None
        return Response(
            self.status,
            self._headers,
            bytes(self._body),
            cut_short,
            faults,
            tuple(self._chunks),
            self._first,
            time.perf_counter() - self._began,
        )


def _inflated(content: bytes) -> bytes:
    """Return what was compressed; `deflate` comes with and without a header. Raises zlib.error."""
    try:
        return _whole(zlib.decompressobj(32 + zlib.MAX_WBITS), content)
    except zlib.error:
        return _whole(zlib.decompressobj(-zlib.MAX_WBITS), content)


def _whole(decompressor: Any, content: bytes) -> bytes:
    inflated: bytes = decompressor.decompress(content, MOST_BYTES)
    if not decompressor.eof:
        raise zlib.error("it ends too early, or is too large")
    return inflated


def _receiver(body: bytes, answer: _Answer) -> Any:
    sent = False

    async def receive() -> MutableMapping[str, Any]:
        nonlocal sent
        if sent:
            await answer.finished.wait()
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _scope(request: Request, state: dict[str, Any]) -> dict[str, Any]:
    parts = urlsplit(request.url)
    headers = [(name.lower().encode("latin-1"), octets(value)) for name, value in request.headers]
    if all(name != b"host" for name, _ in headers):
        headers.insert(0, (b"host", parts.netloc.encode()))
    if request.body and all(name not in (b"content-length", b"transfer-encoding") for name, _ in headers):
        headers.append((b"content-length", str(len(request.body)).encode()))
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "path": unquote(parts.path),
        "raw_path": parts.path.encode(),
        "root_path": "",
        "scheme": parts.scheme,
        "query_string": parts.query.encode(),
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": (parts.hostname, parts.port or 80),
        "state": dict(state),
    }


class _Lifespan:
    """Start-up and shut-down of an application; one that knows neither is left alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.state: dict[str, Any] = {}
        self.started = False
        self._app = app
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._inbox: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._outbox: asyncio.Queue[str] = asyncio.Queue()
        self._task = asyncio.create_task(self._live())
        await self._ask("startup")
        self.started = True

    async def stop(self) -> None:
        if self._task is None or self._task.done():
            return
        if self.started:
            await self._ask("shutdown")
        self._task.cancel()

    async def _ask(self, what: str) -> None:
        await self._inbox.put({"type": f"lifespan.{what}"})
        await self._outbox.get()

    async def _live(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": self.state}

        async def send(message: MutableMapping[str, Any]) -> None:
            await self._outbox.put(str(message["type"]))

        try:
            await self._app(scope, self._inbox.get, send)
        except Exception:
            pass  # that is how an application without a lifespan says so
        finally:
            await self._outbox.put("over")
