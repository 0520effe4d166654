"""Connections for requests whose answers are read within their time, and without what comes before an answer."""

from __future__ import annotations

import io
import time
from http.client import HTTPResponse, parse_headers
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    import socket


class Timed(io.RawIOBase):
    """What arrives at a socket, until the seconds of its timeout are over: a timeout by itself holds for each piece.

    A server that sends a byte of its head now and then would be listened to for days.
    """

    def __init__(self, arriving: Any, sock: socket.socket) -> None:
        self._arriving, self.sock = arriving, sock
        seconds = sock.gettimeout()
        self._until = None if seconds is None else time.monotonic() + seconds

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there, or comes in time."""
        if self._until is not None:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self.sock.settimeout(left)
        read: int | None = self._arriving.readinto(buffer)
        return read

    def hurry(self, seconds: float) -> None:
        """Have no more than so many seconds left."""
        self._until = time.monotonic() + seconds

    def close(self) -> None:
        """Let go of the socket."""
        self._arriving.close()
        super().close()


class Answer(HTTPResponse):
    """An answer that is read in time; the standard library passes over 100 alone.

    RFC 9110, section 15.2: a client is able to read any number of 1xx before the answer, whether it asked for them or
    not; 103 is what servers hint with. 101 is an answer, after which the connection speaks something else.
    """

    def __init__(self, sock: socket.socket, *arguments: Any, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self.fp: io.BufferedReader = io.BufferedReader(Timed(self.fp.detach(), sock))

    def _read_status(self) -> tuple[str, int, str]:
        version, status, reason = super()._read_status()  # type: ignore[misc]
        while 101 < status < 200:
            parse_headers(self.fp)
            version, status, reason = super()._read_status()  # type: ignore[misc]
        return version, status, reason


class _Plain(HTTPConnection):
    response_class = Answer


class _Safe(HTTPSConnection):
    response_class = Answer


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SafePool(HTTPSConnectionPool):
    ConnectionCls = _Safe


_POOLS = {"http": _PlainPool, "https": _SafePool}


class Adapter(HTTPAdapter):
    """What sends requests over these connections, directly and by way of a proxy."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """Make the pools of connections to targets."""
        super().init_poolmanager(*arguments, **named)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *arguments: Any, **named: Any) -> Any:
        """Return the pools of connections to a proxy."""
        manager = super().proxy_manager_for(*arguments, **named)
        manager.pool_classes_by_scheme = _POOLS
        return manager
