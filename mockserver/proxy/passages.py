"""One request on its way to the server, and the answer on its way back: piece by piece, held to the contract."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Protocol

from mockserver.asgi import Receive, Scope, Send
from mockserver.egress.connections import Client, Exchange, Head, Headers, without_hops
from mockserver.egress.destinations import Destination
from mockserver.engine.invocation import Invocation
from mockserver.engine.mock import Mock
from mockserver.engine.rendering import frame
from mockserver.engine.values import HttpRequest, HttpResponse, Problem
from mockserver.errors import ForbiddenAddress, Unreachable
from mockserver.openapi.validation import Violation
from mockserver.proxy.promises import told
from mockserver.proxy.witness import Witness

_HELD = 1024 * 1024
"""Bytes of a JSON answer that wait for the verdict on them; a longer one goes out as it comes."""
_MOST_SHOWN, _LONGEST = 8, 300
_OURS = frozenset((b"x-mockflare-source", b"x-mockflare-violations"))


class Forwarder(Protocol):
    """Who knows where requests go, and with which headers."""

    mock: Mock
    destination: Destination
    refuses: bool

    def target(self, path: str, query: bytes) -> str:
        """Return where a request goes."""

    def headers(self, received: Headers) -> Headers:
        """Return the headers that go on."""


class Passage:
    """One request on its way there and back."""

    def __init__(self, proxy: Forwarder, client: Client, scope: Scope, receive: Receive, send: Send) -> None:
        self._proxy, self._mock, self._client = proxy, proxy.mock, client
        self._scope, self._receive, self._send = scope, receive, send
        raw: bytes | None = scope.get("raw_path")
        self._path = scope["path"] if raw is None else raw.split(b"?", 1)[0].decode("latin-1")
        self._body: list[bytes] = []
        self._size = 0
        self._invocation: Invocation | None = None
        self._problem: Problem | None = None
        self._begun = False
        self._violations: list[str] = []

    async def make(self) -> None:
        """Send the request on and its answer back, until the client goes away."""
        first = await self._receive()
        if first["type"] == "http.disconnect":
            return
        if self._proxy.refuses and not await self._collect(first):
            return
        piece, more = first.get("body", b""), first.get("more_body", False)
        if self._proxy.refuses:
            piece, more = b"".join(self._body), False
            self._examine()
            if self._problem is not None:
                await self._refuse(self._problem)
                return
        try:
            carrying = self._carry(piece, more)
            await (carrying if more else self._until_gone(carrying))
        except (ForbiddenAddress, Unreachable) as error:
            await self._fail(error)

    async def _until_gone(self, carrying: Coroutine[Any, Any, None]) -> None:
        """Carry, and stop when the client goes away; the whole request has been received."""
        carry = asyncio.ensure_future(carrying)
        gone = asyncio.ensure_future(_disconnected(self._receive))
        try:
            await asyncio.wait((carry, gone), return_when=asyncio.FIRST_COMPLETED)
            if carry.done():
                carry.result()
        finally:
            for task in (carry, gone):
                task.cancel()
            await asyncio.gather(carry, gone, return_exceptions=True)
        if carry.cancelled():
            self._record(HttpResponse(499, [], b""), "the client went away")

    # the way there ------------------------------------------------------------------------------------------------

    async def _carry(self, piece: bytes, more: bool) -> None:
        scope, proxy = self._scope, self._proxy
        headers = proxy.headers(scope["headers"])
        method, target = scope["method"], proxy.target(self._path, scope["query_string"])
        if more:
            exchange = await self._client.open(proxy.destination, method, target, headers, None)
        else:
            if not proxy.refuses:
                self._keep(piece)
            exchange = await self._client.open(proxy.destination, method, target, headers, piece)
            if self._invocation is None:
                self._examine()
        try:
            if more:
                await self._carry_pieces(exchange, piece)
            else:
                await self._back(exchange)
        finally:
            exchange.close()

    async def _carry_pieces(self, exchange: Exchange, first: bytes) -> None:
        """Send a body as it comes; a server may answer before it has it all."""
        sending = asyncio.ensure_future(self._send_pieces(exchange, first))
        answering = asyncio.ensure_future(self._back(exchange))
        try:
            await asyncio.wait((sending, answering), return_when=asyncio.FIRST_COMPLETED)
            if sending.done() and not sending.cancelled() and sending.exception() is None and not sending.result():
                self._record(HttpResponse(499, [], b""), "the client went away")
                return
            await (answering if answering.done() else self._until_gone(_waited(answering)))
        finally:
            for task in (sending, answering):
                task.cancel()
            await asyncio.gather(sending, answering, return_exceptions=True)

    async def _send_pieces(self, exchange: Exchange, piece: bytes) -> bool:
        """Send on what comes; return False when the client went away, True once all is sent or nobody takes more."""
        more = True
        while True:
            if piece:
                self._keep(piece)
                try:
                    await exchange.write(piece)
                except Unreachable:
                    return True  # an answer may have come all the same, e.g. a refusal of the size
            if not more:
                break
            message = await self._receive()
            if message["type"] == "http.disconnect":
                return False
            piece, more = message.get("body", b""), message.get("more_body", False)
        await exchange.finish()
        self._examine()
        return True

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size <= self._mock.settings.max_body:
            self._body.append(piece)
        else:
            self._body.clear()

    async def _collect(self, message: Any) -> bool:
        """Take in a whole body; return False when the client went away."""
        while True:
            self._keep(message.get("body", b""))
            if not message.get("more_body", False):
                return True
            message = await self._receive()
            if message["type"] == "http.disconnect":
                return False

    def _examine(self) -> None:
        scope = self._scope
        too_large = self._size > self._mock.settings.max_body
        self._invocation, self._problem = self._mock.examine(
            HttpRequest(
                scope["method"],
                self._path,
                query=scope["query_string"].decode("latin-1"),
                headers=scope["headers"],
                body=b"".join(self._body),
                too_large=too_large,
            )
        )
        if too_large and not self._proxy.refuses:
            self._problem = None
            self._invocation.note("the body is too long to be judged")
        if self._problem is not None:
            for each in told(self._problem):
                self._report(f"request: {each}")

    def _report(self, violation: str) -> None:
        self._violations.append(violation)
        if self._invocation is not None:
            self._invocation.warn(violation)

    def _shown(self) -> Headers:
        return [(b"x-mockflare-violations", _header_text(each)) for each in self._violations[:_MOST_SHOWN]]

    @property
    def _known(self) -> Invocation:
        """The request as far as it is known."""
        if self._invocation is None:  # answered before all of it was there: what it asks for is known, its body is not
            self._examine()
            assert self._invocation is not None
            self._invocation.warnings.clear()
            self._violations.clear()
            self._invocation.note("answered before all of the body was there")
        return self._invocation

    # the way back -------------------------------------------------------------------------------------------------

    async def _back(self, exchange: Exchange) -> None:
        head = await exchange.head()
        invocation = self._known
        witness = Witness(invocation, self._scope["method"], head, self._report)
        headers = without_hops(head.headers)
        held = await self._held(exchange, witness) if witness.wants_whole else b""
        if self._proxy.refuses and witness.found:
            witness.tell()
            await self._refuse(self._broken(witness.found))
            return
        await self._start(head, headers, witness)
        await self._back_pieces(exchange, held, headers, witness)

    async def _held(self, exchange: Exchange, witness: Witness) -> bytes:
        """Return a JSON answer whose verdict is known, or the beginning of a long one."""
        held, size = [], 0
        longest = self._mock.settings.max_body if self._proxy.refuses else _HELD
        async for piece in exchange.pieces():
            witness.see(piece)
            held.append(piece)
            size += len(piece)
            if size > longest:
                return b"".join(held)
        witness.end()
        return b"".join(held)

    async def _back_pieces(self, exchange: Exchange, held: bytes, headers: Headers, witness: Witness) -> None:
        """Send the rest of a body as it comes, and end it honestly when the server does not."""
        problem: Exception | None = None
        if held:
            await self._send({"type": "http.response.body", "body": held, "more_body": True})
        try:
            if not witness.has_ended:
                async for piece in exchange.pieces():
                    before = len(witness.found)
                    witness.see(piece)
                    if self._proxy.refuses and len(witness.found) > before:
                        raise Unreachable(f"the stream breaks the contract: {witness.found[-1]}")
                    await self._send({"type": "http.response.body", "body": piece, "more_body": True})
                witness.end()
        except Unreachable as error:
            problem = error
        self._record(HttpResponse(witness.status, headers, witness.kept), None if problem is None else str(problem))
        if problem is None:
            await self._send({"type": "http.response.body", "body": b""})
            return
        last = None if _is_measured(headers) else self._last_words(witness, f"the server broke off: {problem}")
        if last is not None:
            await self._send({"type": "http.response.body", "body": last, "more_body": True})
            await self._send({"type": "http.response.body", "body": b""})
        # else the body stays without its end, and the server breaks the connection

    def _last_words(self, witness: Witness, message: str) -> bytes | None:
        """Return what ends a broken stream: the event of the contract, or of custom; None where there is none."""
        operation = self._known.operation
        if not witness.is_plain_stream or operation is None:
            return None
        event = witness.error_event(message) or self._mock.service.stream_failure(operation, message)
        return None if event is None else b"\n\n" + frame(event)  # an event that was cut off ends there

    async def _start(self, head: Head, headers: Headers, witness: Witness) -> None:
        invocation = self._known
        invocation.source = "upstream"
        sent = [each for each in headers if each[0] not in _OURS]  # the server may be one of ours
        sent.append((b"x-mockflare-source", b"upstream"))
        witness.tell()
        sent += self._shown()
        self._begun = True
        await self._send({"type": "http.response.start", "status": head.status, "headers": sent})

    # answers of the proxy's own -----------------------------------------------------------------------------------

    async def _fail(self, error: Exception) -> None:
        """Say that the server has not answered."""
        if self._begun:
            self._record(HttpResponse(502, [], b""), str(error))
            return
        late = isinstance(error, Unreachable) and error.late
        status = 504 if late else 502
        invocation = self._known
        await self._refuse(Problem("refused", status, f"no answer of {self._proxy.destination}: {error}"))
        invocation.note("the server did not answer")

    def _broken(self, found: list[str]) -> Problem:
        violations = tuple(Violation("", "contract", each, location="response") for each in found)
        told = f"the answer of {self._proxy.destination} breaks the contract: {found[0]}"
        return Problem("refused", 502, told, violations)

    async def _refuse(self, problem: Problem) -> None:
        invocation = self._known
        response = self._mock.refused(problem, invocation)
        headers = [each for each in response.headers if each[0] != b"x-mockflare-warning"] + self._shown()
        self._mock.journal.record(invocation, response)
        self._begun = True
        await self._send({"type": "http.response.start", "status": response.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": response.body})

    def _record(self, response: HttpResponse, trouble: str | None = None) -> None:
        invocation = self._known
        if trouble:
            invocation.note("ended early: %s", trouble)
            self._report(f"response: {trouble}")
        invocation.source = "upstream"
        response.headers = self._mock.journal.redacted(response.headers)
        self._mock.journal.record(invocation, response)


def _is_measured(headers: Headers) -> bool:
    return any(name == b"content-length" for name, _ in headers)


async def _waited(task: asyncio.Future[None]) -> None:
    await task


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _header_text(text: str) -> bytes:
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
    return "".join([each if each.isprintable() else " " for each in shown]).encode("ascii", "backslashreplace")
