"""The journal: what was asked, what was answered and why. Bounded, and free of credentials."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, overload
from urllib.parse import unquote_plus

import orjson

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import HttpRequest, HttpResponse

REDACTED = "[redacted]"
_REDACTED = REDACTED.encode()
_SECRET = r"token|key|secret|passw|signature|authori|cookie|credential|session-id|x-auth-"
_SECRET_NAME = re.compile(_SECRET, re.IGNORECASE)
_MOST_HEADERS, _LONGEST_VALUE = 32, 512
_Fields = tuple[Any, ...]
_KEPT_BODY = 65536
"""Bytes that are kept of a body."""
_KEPT_BYTES = 16 * 1024 * 1024
"""Bytes of bodies that are kept in all: a thousand exchanges of two long bodies each would be 128 MiB."""


class Secrets(dict[bytes, bool]):
    """Says by a header's name (in lower case) whether its value must not be kept.

    By the names that credentials usually have, and by those that a document gives them.
    """

    def __init__(self, headers: Iterable[str] = (), queries: Iterable[str] = ()) -> None:
        super().__init__()
        self._places: dict[tuple[bytes, ...], tuple[int, ...]] = {}
        self._headers = frozenset(name.encode() for name in headers)
        self._queries = frozenset(queries)

    def __missing__(self, header: bytes) -> bool:
        if len(self) > 1000:
            self.clear()
        secret = header in self._headers or _SECRET_NAME.search(header.decode("latin-1")) is not None
        self[header] = secret
        return secret

    def places(self, names: tuple[bytes, ...]) -> tuple[int, ...]:
        """Return at which positions of a row of names there are secrets; clients send the same row again and again."""
        found = self._places.get(names)
        if found is None:
            found = tuple([position for position, name in enumerate(names) if self[name]])
            if len(self._places) < 64:
                self._places[names] = found
        return found

    def hidden_in(self, query: str) -> str:
        """Return a query string without its secrets."""
        pairs = []
        for pair in query.split("&"):
            name = unquote_plus(pair.split("=", 1)[0])
            secret = name.lower() in self._queries or _SECRET_NAME.search(name)
            pairs.append(f"{pair.split('=', 1)[0]}={REDACTED}" if secret else pair)
        return "&".join(pairs)


class Exchange(NamedTuple):
    """One request and its response, as the journal keeps them."""

    number: int
    time: float
    method: str
    path: str
    query: str
    raw_headers: list[tuple[bytes, bytes]]
    body: bytes
    operation_id: str | None
    source: str
    raw_notes: list[tuple[str, tuple[Any, ...]]]
    warnings: list[str]
    status: int
    response_headers: list[tuple[bytes, bytes]]
    response_body: bytes
    size: int
    """Bytes that the exchange takes up, its headers apart: they are cut to 16 kB at most."""

    @property
    def headers(self) -> dict[str, str]:
        """The request headers, names in lower case, credentials redacted."""
        return {name.decode("latin-1"): value.decode("latin-1") for name, value in self.raw_headers}

    @property
    def json(self) -> Any:
        """The request body as JSON; None when it is none, or longer than the journal keeps."""
        return _json(self.body)

    @property
    def response_json(self) -> Any:
        """The response body as JSON; None when it is none, or longer than the journal keeps."""
        return _json(self.response_body)

    @property
    def notes(self) -> list[str]:
        """Every decision on the way to the answer, one sentence each."""
        return [sentence % values if values else sentence for sentence, values in self.raw_notes]

    def summary(self) -> dict[str, Any]:
        """Return the exchange as JSON-compatible data."""
        return {
            "number": self.number,
            "time": round(self.time, 3),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "operation_id": self.operation_id,
            "headers": self.headers,
            "body": self.body.decode("utf-8", "replace"),
            "status": self.status,
            "source": self.source,
            "response_headers": {
                name.decode("latin-1"): value.decode("latin-1") for name, value in self.response_headers
            },
            "response_body": self.response_body.decode("utf-8", "replace"),
            "notes": self.notes,
            "warnings": self.warnings,
        }

    def __repr__(self) -> str:
        return f"<Exchange {self.number} {self.method} {self.path} -> {self.status} by {self.source}>"


class Journal:
    """The latest exchanges, oldest first: at most so many, and at most 16 MiB."""

    def __init__(self, size: int, secret_headers: Iterable[str] = (), secret_queries: Iterable[str] = ()) -> None:
        self._exchanges: deque[_Fields] = deque()  # which become exchanges when somebody reads them
        self._size = size
        self._bytes = 0
        self._secrets = Secrets(secret_headers, secret_queries)
        self.count = 0
        """Requests since the start or the last clearing, those no longer kept included."""

    def record(self, invocation: Invocation, response: HttpResponse) -> None:
        """Keep an exchange; the oldest ones make room for it."""
        self.count = count = self.count + 1
        request, operation = invocation.request, invocation.operation
        sent, came = request.body, response.body if response.frames is None else b"".join(response.frames)
        size = len(sent) + len(came) + len(request.path) + len(request.query)
        if size > _KEPT_BODY:
            size -= len(sent) + len(came)
            sent, came = sent[:_KEPT_BODY], came[:_KEPT_BODY]
            size += len(sent) + len(came)
        exchanges = self._exchanges
        exchanges.append(
            (
                count,
                time.time(),
                request.method,
                request.path,
                self._secrets.hidden_in(request.query) if request.query else "",
                self._kept(request),
                sent,
                operation.id if operation else None,
                invocation.source,
                invocation.notes,
                invocation.warnings,
                response.status,
                response.headers,
                came,
                size,
            )
        )
        self._bytes += size
        while self._bytes > _KEPT_BYTES or len(exchanges) > self._size:
            self._bytes -= exchanges.popleft()[-1]

    def _kept(self, request: HttpRequest) -> list[tuple[bytes, bytes]]:
        """Return the headers that are kept of a request: without credentials, neither many nor long."""
        entrance = request.entrance
        if entrance is None:
            return self._chosen(request)
        if entrance.secrets is not self._secrets:
            entrance.secrets, entrance.kept = self._secrets, self._chosen(request)
        kept, at = [*entrance.kept], entrance.length_at
        if at < len(kept):
            kept[at] = request.headers[at]
        return kept

    def _chosen(self, request: HttpRequest) -> list[tuple[bytes, bytes]]:
        sent, by_name, secrets = request.headers, request.by_name, self._secrets
        if len(by_name) == len(sent) <= _MOST_HEADERS and max(map(len, by_name.values()), default=0) <= _LONGEST_VALUE:
            kept = [*sent]  # as nearly all have them, and in half the time
            for position in secrets.places(tuple(by_name)):
                kept[position] = kept[position][0], _REDACTED
            return kept
        return [(name, _REDACTED if secrets[name] else value[:_LONGEST_VALUE]) for name, value in sent[:_MOST_HEADERS]]

    def keep_secret(self, headers: Iterable[str], queries: Iterable[str]) -> None:
        """Redact these headers and query parameters from now on, beside those with telling names."""
        self._secrets = Secrets(headers, queries)

    def redacted(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """Return headers, names in lower case, without the values of those that hold credentials."""
        return [(name, _REDACTED if self._secrets[name] else value) for name, value in headers]

    def clear(self) -> None:
        """Forget everything."""
        self._exchanges.clear()
        self.count = self._bytes = 0

    def __iter__(self) -> Iterator[Exchange]:
        return iter(list(map(Exchange._make, self._exchanges)))

    def __len__(self) -> int:
        return len(self._exchanges)

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> list[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | list[Exchange]:
        if isinstance(index, slice):
            return list(self)[index]
        return Exchange._make(self._exchanges[index])


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
