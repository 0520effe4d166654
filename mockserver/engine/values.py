"""The values that travel through the pipeline: requests, answers, events, problems."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from mockserver.openapi.operations import EVENT_STREAM, Operation
from mockserver.openapi.outlines import Outline
from mockserver.openapi.validation import Violation

JSON = "application/json"


class Settings(Protocol):
    """What the engine has to be told."""

    @property
    def seed(self) -> int: ...  # noqa: D102
    @property
    def clock(self) -> str: ...  # noqa: D102
    @property
    def fidelity(self) -> str: ...  # noqa: D102
    @property
    def auth(self) -> bool: ...  # noqa: D102
    @property
    def ttft(self) -> float: ...  # noqa: D102
    @property
    def tokens_per_second(self) -> float: ...  # noqa: D102
    @property
    def max_body(self) -> int: ...  # noqa: D102
    @property
    def journal_size(self) -> int: ...  # noqa: D102
    @property
    def switches(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def microcks(self) -> str: ...  # noqa: D102
    @property
    def max_delay(self) -> float: ...  # noqa: D102
    @property
    def dynamic(self) -> bool: ...  # noqa: D102
    @property
    def array_items(self) -> str: ...  # noqa: D102
    @property
    def optional_fields(self) -> str: ...  # noqa: D102


_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def is_name(text: object) -> bool:
    """Say whether a header can be called so."""
    return isinstance(text, str) and _NAME.fullmatch(text) is not None


def one_line(value: object) -> str:
    """Return the value of a header: one line of printable characters."""
    text = str(value)
    return text if text.isprintable() else "".join([each if each.isprintable() else " " for each in text])


class Entrance:
    """What a mock knows of all requests with one head; a door that sees a head again shows it again."""

    __slots__ = ("binding", "kept", "length_at", "matched", "mock", "notes", "parameters", "secrets")

    def __init__(self, length_at: int) -> None:
        self.length_at = length_at
        """Where `Content-Length` stands among the headers; everything else is the same in each request."""
        self.mock: object = None
        """Who matched and admitted such a request before, None when nobody did; what came of it follows."""
        self.binding: Any = None
        self.parameters: Mapping[str, str] = {}
        self.matched = b""
        self.notes: list[tuple[str, tuple[Any, ...]]] = []
        self.secrets: object = None
        """By what the journal chose the headers that it keeps."""
        self.kept: list[tuple[bytes, bytes]] = []


class HttpRequest:
    """A request as it came: header names in lower case, the path still percent-encoded."""

    __slots__ = ("body", "by_name", "entrance", "headers", "method", "path", "query", "too_large")

    def __init__(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Sequence[tuple[bytes, bytes]] = (),
        body: bytes = b"",
        too_large: bool = False,
        by_name: dict[bytes, bytes] | None = None,
        entrance: Entrance | None = None,
    ) -> None:
        self.method, self.path, self.query, self.headers, self.body = method, path, query, headers, body
        self.too_large, self.entrance = too_large, entrance
        self.by_name = dict(headers) if by_name is None else by_name
        """The last value of each header."""

    def header(self, name: bytes) -> str | None:
        """Return a header's value, None when it was not sent."""
        value = self.by_name.get(name)
        return None if value is None else value.decode("latin-1")


@dataclass(slots=True)
class Event:
    """One event of a stream."""

    data: Any
    """A JSON value, or text that goes out as it is (`[DONE]`)."""
    name: str | None = None
    """The `event:` field, for dialects that name their events."""
    tokens: int = 0
    """Pieces of text it carries: what pacing counts."""


@dataclass(slots=True)
class Answer:
    """What is said to a request, before it becomes bytes."""

    status: int
    value: Any = None
    """A JSON value; bytes in another media type than JSON."""
    media_type: str = JSON
    headers: Sequence[tuple[str, str]] = ()
    events: Sequence[Event] | None = None
    """For an event stream: everything that will be sent, in order."""
    delay: float = 0.0
    """Milliseconds for which it is held back."""
    forwarded: bool = False
    """Whether another server said it: it goes out whatever the contract says."""
    outline: Outline | None = None
    """What the value has in common with those of other requests; parts of it may then be `orjson.Fragment`."""

    @classmethod
    def stream(cls, events: Iterable[Event]) -> Answer:
        """Return a 200 answer that is an event stream."""
        return cls(200, None, EVENT_STREAM, (), list(events))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a stub returns to answer with an example of the document, by its name."""

    example: str


@dataclass(slots=True)
class HttpResponse:
    """A response, ready to be written."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    frames: list[bytes] | None = None
    """The events of a stream, each with its blank line."""
    weights: list[int] | None = None
    """Pieces of text in each frame, when pacing needs them."""
    is_sound: bool = False
    """Whether every header is known to be well-formed, since the pipeline alone made them."""
    delay: float = 0.0
    """Milliseconds that a door waits before it writes the first byte."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request is refused, in words of HTTP; a service knows how to say it in its own."""

    kind: str
    """unknown-path, method-not-allowed, unauthenticated, forbidden, too-large, body-missing, body-malformed,
    media-type, invalid, unanswerable, internal, or the name of one of the service's own error cases."""
    status: int
    detail: str = ""
    violations: tuple[Violation, ...] = ()
    allowed: tuple[str, ...] = ()
    """For method-not-allowed: the methods that would have been answered."""
    values: tuple[tuple[str, Any], ...] = ()
    """What a service's error text is filled with."""
    headers: tuple[tuple[str, str], ...] = ()
    """Response headers that belong to the refusal."""
    asked: bool = False
    """Whether somebody wanted this very problem: a fault that is switched on, a preferred status."""
    beside: Operation | None = None
    """For method-not-allowed: an operation of the same path."""


class Refusal(Exception):
    """Raised anywhere in the pipeline to answer with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail or problem.kind)
        self.problem = problem


def refuse(kind: str, status: int, detail: str = "", **values: Any) -> Refusal:
    """Return a refusal to raise."""
    return Refusal(Problem(kind, status, detail, values=tuple(values.items())))


def to_json(value: Any) -> bytes:
    """Return a JSON value as UTF-8."""
    try:
        return orjson.dumps(value)
    except (orjson.JSONEncodeError, RecursionError):
        # nested past orjson's depth, integers past 64 bits, lone surrogates: JSON all the same
        return json.dumps(value).encode()
