"""What a check may know about an exchange besides the exchange itself; everything is read when first asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from contracts.dialects import Dialect, dialect_of
from contracts.event_stream import MEDIA_TYPE, StreamEvent, StreamViolation, read_events
from contracts.exchanges import Exchange, Response
from contracts.form_parts import read_parts
from contracts.judge import Judge, is_json
from contracts.models import model_asked, model_of
from contracts.validity import Validity
from mockserver.effective import catalogue
from mockserver.openapi.document import Document
from mockserver.openapi.operations import MediaType, Operation
from mockserver.openapi.operations import Response as DeclaredResponse
from mockserver.workersai.catalogue import Model

DONE = "[DONE]"
NO_JSON = object()
"""Stands for the data of an event that is no JSON."""

_ENOUGH = 256 * 1024
"""Bytes that tell of a stream that was cut short because it had no end."""

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class World:
    """What is the same for every exchange of a run."""

    document: Document
    judge: Judge
    validity: Validity
    seed: int = 0
    token: str = ""
    """The token of the run: for checks that look for it where it must not be. Never part of what is found."""
    account: str = ""
    has_credentials: bool = False
    near_misses: tuple[str, ...] = ()
    """The credentials that are nearly the right one, and not the same where the document wants them."""


class Context:
    """One exchange seen by the contract. Made for exchanges that have a response."""

    def __init__(self, exchange: Exchange, world: World) -> None:
        self.exchange, self.world = exchange, world
        self._known: dict[Any, Any] = {}

    def once(self, read: Callable[[Context], Read]) -> Read:
        """Return what a function reads from this exchange; it is asked once, however many checks want to know."""
        if read not in self._known:
            self._known[read] = read(self)
        found: Read = self._known[read]
        return found

    @property
    def response(self) -> Response:
        """The answer; there is one whenever a check is asked."""
        assert self.exchange.response is not None
        return self.exchange.response

    @property
    def judge(self) -> Judge:
        """Judges bodies by the contract's schemas."""
        return self.world.judge

    @property
    def validity(self) -> Validity:
        """Judges requests by the contract: `is_allowed(exchange)`, `is_forbidden(exchange)`."""
        return self.world.validity

    @cached_property
    def operation(self) -> Operation:
        """The operation of the contract."""
        return self.judge.operation(self.exchange.operation)

    @cached_property
    def dialect(self) -> Dialect:
        """How this operation is spoken to."""
        return dialect_of(self.operation.path)

    @cached_property
    def declared(self) -> DeclaredResponse | None:
        """What the contract declares for this status; None when nothing, or when another method was sent."""
        if self.exchange.request.method != self.operation.method:
            return None
        return self.operation.response(self.response.status)

    @cached_property
    def promise(self) -> MediaType | None:
        """What the contract declares for this status and media type; None when nothing."""
        if self.declared is None:
            return None
        return self.judge.promise(self.operation, self.response.status, self.response.media_type)

    @cached_property
    def own_promise(self) -> MediaType | None:
        """What the contract declares for the model that was asked, at its own path; None where there is no such path.

        An address that takes any model describes what all of them have in common, which is not much.
        """
        if self.dialect is not Dialect.RUN or self.model is None or model_of(self.operation.path, self.operation.raw):
            return None
        for each in self.world.document.operations.values():
            if each.method == self.operation.method and model_of(each.path, each.raw) == self.model.name:
                return self.judge.promise(each, self.response.status, self.response.media_type)
        return None

    @cached_property
    def request_json(self) -> Any:
        """The body that was sent as JSON, whole numbers as such (3.0 is 3 in JSON Schema); None when it is none."""
        return _parsed(self.exchange.request.body, parse_float=_number)

    @cached_property
    def asked(self) -> Mapping[str, Any]:
        """The members of the request: of a JSON object, or the texts of a form; empty for other bodies."""
        if isinstance(self.request_json, dict):
            return self.request_json
        return {name: value.decode("utf-8", "replace") for name, value in read_parts(self.exchange.request)}

    @cached_property
    def json(self) -> Any:
        """The body that came as JSON; None when it is none, or has another media type."""
        return _parsed(self.response.body) if is_json(self.response.media_type) else None

    @cached_property
    def answer(self) -> Any:
        """The answer without the envelope: `result` of a native answer that has one, else the JSON body."""
        if self.dialect is Dialect.RUN and isinstance(self.json, dict) and "result" in self.json:
            return self.json["result"]
        return self.json

    @cached_property
    def is_stream(self) -> bool:
        """Whether the answer is an event stream."""
        return self.response.media_type == MEDIA_TYPE

    @cached_property
    def _read(self) -> tuple[list[StreamEvent], list[StreamViolation]]:
        if not self.is_stream:
            return [], []
        return read_events(self.response.body[:_ENOUGH] if self.response.cut_short else self.response.body)

    @property
    def events(self) -> Sequence[StreamEvent]:
        """The events of a stream; none for other answers."""
        return self._read[0]

    @property
    def violations(self) -> Sequence[StreamViolation]:
        """What breaks the standard of event streams; of one that was cut short on purpose not that it ends."""
        violations = self._read[1]
        if self.response.cut_short:
            return [each for each in violations if not each.message.startswith("the stream ends")]
        return violations

    @cached_property
    def data(self) -> Sequence[tuple[StreamEvent, Any]]:
        """The events without the mark of the end, each with its data as JSON, `NO_JSON` where it is none."""
        return [(event, _parsed(event.data, otherwise=NO_JSON)) for event in self.events if event.data != DONE]

    @cached_property
    def pieces(self) -> Sequence[Any]:
        """The data of the events as JSON, without the mark of the end and what is no JSON."""
        return [value for _, value in self.data if value is not None and value is not NO_JSON]

    @cached_property
    def model(self) -> Model | None:
        """The catalogue's record of the model that was asked: by the path, else by the body; None when unknown."""
        named = model_of(self.operation.path, self.operation.raw)
        named = named or model_asked(self.exchange.request.url, self.asked)
        return None if named is None else catalogue().find(named)

    @property
    def streams(self) -> bool:
        """Whether the contract declares an event stream for this operation."""
        return can_stream(self.operation)

    @cached_property
    def named_members(self) -> Mapping[str, Any]:
        """The members that the contract names of a JSON body to this operation, each with its schema."""
        return members_of(self.operation)


class GroupContext:
    """The exchanges of one group, in the order of the cases, each with its context; all have responses."""

    def __init__(self, contexts: Sequence[Context], world: World, smoke: Context | None = None) -> None:
        self.contexts, self.world = tuple(contexts), world
        self.smoke = smoke
        """The operation's first small valid exchange that succeeded; None when none did."""

    @property
    def group(self) -> str:
        """The key of the group: the name of its strategy, then `/` and what the strategy called it."""
        return self.contexts[0].exchange.group

    @property
    def succeeded(self) -> bool:
        """Whether every answer is a 2xx."""
        return all(each.response.succeeded for each in self.contexts)

    def role(self, name: str) -> Context | None:
        """Return the exchange of a role, None when there is none."""
        return next((each for each in self.contexts if each.exchange.role == name), None)

    def roles(self, start: str) -> list[Context]:
        """Return the exchanges whose role begins with `start`: "parallel-" for all of them."""
        return [each for each in self.contexts if each.exchange.role.startswith(start)]


def can_stream(operation: Operation) -> bool:
    """Return whether the contract declares an event stream among the answers of an operation."""
    response = operation.response(200)
    return response is not None and MEDIA_TYPE in response.content


def members_of(operation: Operation) -> Mapping[str, Any]:
    """Return the schemas of the members of a JSON body and of its alternatives, resolved; empty without any."""
    content = operation.request_content.get("application/json")
    return {} if content is None else _members(operation.document, content.raw.get("schema"))


def _members(document: Document, schema: Any, depth: int = 0) -> dict[str, Any]:
    """Return the members of an object schema and its alternatives; the first that names one wins."""
    resolved = document.resolve(schema)
    if not isinstance(resolved, dict) or depth > 4:
        return {}
    found = {name: document.resolve(each) for name, each in (resolved.get("properties") or {}).items()}
    for keyword in ("allOf", "anyOf", "oneOf"):
        for branch in resolved.get(keyword) or ():
            for name, each in _members(document, branch, depth + 1).items():
                found.setdefault(name, each)
    return found


def _parsed(content: bytes | str, parse_float: Callable[[str], float] | None = None, otherwise: Any = None) -> Any:
    try:
        return json.loads(content, parse_float=parse_float)
    except (ValueError, RecursionError):
        return otherwise


def _number(text: str) -> float:
    value = float(text)
    return int(value) if value.is_integer() else value
