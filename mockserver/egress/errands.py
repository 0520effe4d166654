"""Requests of the mock itself, for the dispatchers PROXY and for remote references: a plain call each."""

from __future__ import annotations

import asyncio
import threading
from functools import cached_property
from urllib.parse import urlsplit

from mockserver.egress.connections import Client, without_hops
from mockserver.egress.destinations import Destination
from mockserver.egress.gate import Gate
from mockserver.engine.values import HttpRequest, HttpResponse, Refusal, refuse
from mockserver.errors import ForbiddenAddress, Unreachable, UnresolvedReference

_LARGEST = 32 * 1024 * 1024
"""Bytes of an answer that are kept; a longer one is refused."""
_UNSENT = frozenset((b"content-length", b"host"))


class Errands:
    """Sends requests through a gate from any thread; its own thread is begun by the first one."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def __call__(self, request: HttpRequest, base_url: str) -> HttpResponse:
        """Return the answer of the server at a base URL; raises Refusal when there is none to be had."""
        try:
            destination = self._gate.destination(base_url)
            with self._lock:
                loop = self._loop
            return asyncio.run_coroutine_threadsafe(self._run(request, destination), loop).result()
        except ForbiddenAddress as error:
            raise refuse("unanswerable", 501, str(error)) from None
        except Unreachable as error:
            raise refuse("refused", 504 if error.late else 502, f"{base_url}: {error}") from None

    def fetch(self, url: str) -> bytes:
        """Return what is at an address, as documents of several files ask for it; raises UnresolvedReference."""
        parts = urlsplit(url)
        request = HttpRequest("GET", parts.path, query=parts.query, headers=[(b"accept", b"*/*")])
        try:
            response = self(request, f"{parts.scheme}://{parts.netloc}")
        except Refusal as refusal:
            raise UnresolvedReference(f"{url} cannot be fetched: {refusal.problem.detail}") from None
        if response.status != 200:
            raise UnresolvedReference(f"{url} cannot be fetched: the answer is {response.status}, 200 would be right")
        return response.body

    def close(self) -> None:
        """Close every connection and end the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is None:
                return
            loop = self.__dict__.pop("_loop")
        asyncio.run_coroutine_threadsafe(self._client.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    async def _run(self, request: HttpRequest, destination: Destination) -> HttpResponse:
        headers = [(b"host", destination.authority.encode())]
        headers += [each for each in without_hops(request.headers) if each[0] not in _UNSENT]
        if request.body or request.method in ("POST", "PUT", "PATCH"):
            headers.append((b"content-length", b"%d" % len(request.body)))
        target = destination.path + request.path + ("?" + request.query if request.query else "")
        exchange = await self._client.open(destination, request.method, target, headers, request.body)
        try:
            head = await exchange.head()
            body = b""
            async for piece in exchange.pieces():
                body += piece
                if len(body) > _LARGEST:
                    raise Unreachable(f"the answer is longer than {_LARGEST} bytes")
            return HttpResponse(head.status, without_hops(head.headers), body)
        finally:
            exchange.close()

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=loop.run_forever, name="mockflare-egress", daemon=True)
        self._thread.start()
        return loop

    @cached_property
    def _client(self) -> Client:
        return Client(self._gate)
