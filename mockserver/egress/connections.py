"""HTTP/1.1 with another server: connections that lead to checked addresses, pieces that travel as they come.

The one door to h11. Nothing of the environment counts, and no redirection is followed.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Iterable
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import quote

import h11

from mockserver.egress.destinations import Destination
from mockserver.egress.gate import Gate, Limits
from mockserver.errors import Unreachable

Headers = list[tuple[bytes, bytes]]
T = TypeVar("T")

_PIECE = 65536
_LARGEST_HEAD = 65536
_KEPT_SECONDS = 4.0
"""Seconds for which an idle connection is used again: most servers close theirs after five."""
_KEPT = 64
_AS_IT_IS = "".join(map(chr, range(0x21, 0x7F)))
"""What is not percent-encoded in a target: all that may stand in it, `%` included."""
_REPEATABLE = frozenset(("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"))


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a response; header names in lower case."""

    status: int
    headers: Headers


class Exchange:
    """One request and its response on a connection; every method raises Unreachable when that breaks."""

    def __init__(self, connection: Connection, method: str) -> None:
        self._connection, self._method = connection, method

    async def write(self, piece: bytes) -> None:
        """Send a piece of the body as fast as the server takes it."""
        await self._connection.send(h11.Data(data=piece))

    async def finish(self) -> None:
        """End the request."""
        await self._connection.send(h11.EndOfMessage())

    async def head(self) -> Head:
        """Return the head of the response."""
        return await self._connection.head()

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body as it comes."""
        size, limit = 0, self._connection.limits.most_bytes
        while (piece := await self._connection.piece()) is not None:
            size += len(piece)
            if size > limit:
                raise Unreachable(f"the body is longer than {limit} bytes")
            yield piece

    def close(self) -> None:
        """Let go of the connection: kept where both sides are done, else closed."""
        self._connection.release()


class Client:
    """Opens exchanges, on connections that are kept for a moment."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self._idle: dict[tuple[str, str, int], list[Connection]] = {}

    async def open(
        self, destination: Destination, method: str, target: str, headers: Headers, body: bytes | None = b""
    ) -> Exchange:
        """Send the head of a request, and its body unless that is None: then the caller writes it.

        Raises ForbiddenAddress and Unreachable.
        """
        while True:
            connection, is_kept = await self._connection(destination)
            try:
                request = h11.Request(
                    method=method, target=quote(target.encode("latin-1", "replace"), _AS_IT_IS), headers=headers
                )
                await connection.send(request)
                if body is not None:
                    if body:
                        await connection.send(h11.Data(data=body))
                    await connection.send(h11.EndOfMessage())
                    if is_kept and method in _REPEATABLE:
                        await connection.begin()
                return Exchange(connection, method)
            except h11.LocalProtocolError as error:
                connection.close()
                raise Unreachable(f"the request cannot be sent: {error}") from None
            except Unreachable:
                connection.close()
                if not is_kept or body is None or method not in _REPEATABLE:
                    raise
            except BaseException:
                connection.close()
                raise

    def keep(self, connection: Connection) -> None:
        """Keep a connection that is at rest."""
        idle = self._idle.setdefault(connection.key, [])
        if len(idle) < _KEPT:
            idle.append(connection)
        else:
            connection.close()

    async def close(self) -> None:
        """Close what is kept."""
        for idle in self._idle.values():
            while idle:
                idle.pop().close()
        await asyncio.sleep(0)  # transports end in the next turn of the loop

    async def _connection(self, destination: Destination) -> tuple[Connection, bool]:
        key = destination.scheme, destination.host, destination.port
        self.gate.check(destination)
        idle = self._idle.get(key, [])
        while idle:
            kept = idle.pop()
            if kept.is_usable:
                return kept, True
            kept.close()
        return await self._connect(destination, key), False

    async def _connect(self, destination: Destination, key: tuple[str, str, int]) -> Connection:
        limits = self.gate.limits
        tls = self._tls if destination.scheme == "https" else None
        reason = ""
        try:
            async with asyncio.timeout(limits.connect):
                for address in await self.gate.addresses(destination):
                    try:
                        reader, writer = await asyncio.open_connection(
                            address,
                            destination.port,
                            ssl=tls,
                            server_hostname=destination.host if tls else None,
                        )
                    except (OSError, ssl.SSLError) as error:
                        reason = _reason(error)
                        continue
                    reached = writer.get_extra_info("peername")
                    if ip_address(str(reached[0])) != ip_address(address):
                        writer.close()
                        raise Unreachable(f"{destination} was not reached at {address} but at {reached[0]}")
                    return Connection(self, key, reader, writer, limits)
        except TimeoutError:
            raise Unreachable(f"{destination} did not answer within {limits.connect:g} s", late=True) from None
        raise Unreachable(f"{destination} cannot be reached: {reason}")

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()


class Connection:
    """A connection to a server."""

    def __init__(
        self,
        client: Client,
        key: tuple[str, str, int],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        limits: Limits,
    ) -> None:
        self.key, self.limits = key, limits
        self._client, self._reader, self._writer = client, reader, writer
        self._state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LARGEST_HEAD)
        self._rested = 0.0
        self._is_over = False

    @property
    def is_usable(self) -> bool:
        """Whether another request may be tried: nothing came that nobody asked for, not even an end."""
        unread: Any = getattr(self._reader, "_buffer", b"")  # there is no public way to look
        if self._reader.at_eof() or self._writer.is_closing() or unread:
            return False
        return asyncio.get_running_loop().time() - self._rested < _KEPT_SECONDS

    async def send(self, event: h11.Request | h11.Data | h11.EndOfMessage) -> None:
        """Send an event; raises h11.LocalProtocolError for a request that is none, and Unreachable."""
        written = self._state.send(event)
        if not written:
            return
        try:
            self._writer.write(written)
            await self._in_time(self._writer.drain(), self.limits.idle, "took nothing")
        except OSError as error:
            raise Unreachable(f"the connection broke: {_reason(error)}") from None

    async def begin(self) -> None:
        """Wait for the first bytes of a response; raises Unreachable when there are none."""
        await self._receive(self.limits.head)

    async def head(self) -> Head:
        """Return the head of the response, without the interim ones before it."""
        while True:
            event = await self._event(self.limits.head)
            if isinstance(event, h11.Response):
                return Head(event.status_code, list(event.headers))
            if not isinstance(event, h11.InformationalResponse):
                raise Unreachable("the connection was closed before an answer")

    async def piece(self) -> bytes | None:
        """Return the next piece of the body, None at its end."""
        event = await self._event(self.limits.idle)
        if isinstance(event, h11.Data):
            return bytes(event.data)
        if isinstance(event, h11.EndOfMessage):
            self._is_over = True
            return None
        raise Unreachable("the connection was closed within an answer")

    def release(self) -> None:
        """Keep the connection for another request if both sides are done, else close it."""
        done = self._state.our_state is h11.DONE and self._state.their_state is h11.DONE
        if self._is_over and done and not self._state.trailing_data[0]:
            self._state.start_next_cycle()
            self._is_over = False
            self._rested = asyncio.get_running_loop().time()
            self._client.keep(self)
        else:
            self.close()

    def close(self) -> None:
        """Close the connection at once."""
        self._writer.transport.abort()

    async def _event(self, seconds: float) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        while True:
            try:
                event = self._state.next_event()
            except h11.RemoteProtocolError as error:
                if self._reader.at_eof():
                    raise Unreachable("the connection was closed within an answer") from None
                raise Unreachable(f"the answer is no HTTP/1.1: {error}") from None
            if event is not h11.NEED_DATA:
                return event
            await self._receive(seconds)

    async def _receive(self, seconds: float) -> None:
        try:
            came = await self._in_time(self._reader.read(_PIECE), seconds, "said nothing")
        except OSError as error:
            raise Unreachable(f"the connection broke: {_reason(error)}") from None
        begun = self._state.their_state is not h11.SEND_RESPONSE
        if not came and not begun:
            raise Unreachable("the connection was closed before an answer")
        try:
            self._state.receive_data(came)
        except (h11.RemoteProtocolError, RuntimeError) as error:
            raise Unreachable(f"the answer is no HTTP/1.1: {error}") from None

    async def _in_time(self, waited: Awaitable[T], seconds: float, told: str) -> T:
        try:
            async with asyncio.timeout(seconds):
                return await waited
        except TimeoutError:
            raise Unreachable(f"the server {told} for {seconds:g} s", late=True) from None


def without_hops(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return the headers that are meant for the other end, names in lower case; the framing ones are left in."""
    pairs = [(name.lower(), value) for name, value in headers]
    named = {each.strip().lower() for name, value in pairs if name == b"connection" for each in value.split(b",")}
    dropped = (named | _HOPS) - _NEVER_DROPPED
    return [(name, value) for name, value in pairs if name not in dropped]


_HOPS = frozenset(
    b"connection expect keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer "
    b"transfer-encoding upgrade".split()
)
_NEVER_DROPPED = frozenset((b"content-length", b"content-type", b"host"))


def _reason(error: Exception) -> str:
    """Return what went wrong, in a few words and without the address."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate does not hold: {error.verify_message}"
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, OSError) and error.strerror:
        return str(error.strerror)
    return str(error) or type(error).__name__
