"""The kit's own checks: what each promises is its docstring."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from contracts.event_stream import MEDIA_TYPE, StreamEvent, StreamViolation, read_events
from contracts.exchanges import Exchange, Intent, Response
from contracts.findings import Found, Severity
from contracts.judge import Judge, is_json
from contracts.redaction import WRONG_TOKEN
from mockserver.openapi.operations import MediaType
from mockserver.registry import Registry

Judgement = Callable[[Exchange, Judge], "list[Found] | None"]
"""Returns the breaches, or None where the check does not apply."""


@dataclass(frozen=True, slots=True)
class Check:
    """A named judgement of one exchange."""

    name: str
    severity: Severity
    about: str
    judge: Judgement


def check(name: str, severity: Severity) -> Callable[[Judgement], Check]:
    """Make a check of a function; its docstring says what is promised."""

    def make(function: Judgement) -> Check:
        return Check(name, severity, (function.__doc__ or "").strip(), function)

    return make


def install(registry: Registry[Check]) -> None:
    """Add the built-in checks."""
    for each in (response_body, event_stream, event_schema, event_stream_end, auth):
        registry.add(each.name, each)


def builtin() -> Registry[Check]:
    """Return a registry of the built-in checks."""
    registry = Registry[Check]("check")
    install(registry)
    return registry


@check("response_body", Severity.BREAKING)
def response_body(exchange: Exchange, judge: Judge) -> list[Found] | None:
    """A JSON body is valid for the schema of its status and media type."""
    response = exchange.response
    promise = _promise(exchange, judge)
    if response is None or promise is None or "schema" not in promise.raw or not is_json(response.media_type):
        return None
    try:
        value = json.loads(response.body)
    except ValueError as error:
        return [Found("a JSON body", f"{_shortened(response.body)} ({error})", "/")]
    return judge.breaches(promise, value)


@check("event_stream", Severity.BREAKING)
def event_stream(exchange: Exchange, judge: Judge) -> list[Found] | None:
    """An event stream is written as the WHATWG standard says, and its last event is complete."""
    response = _stream(exchange)
    if response is None:
        return None
    _, violations = _read(response.body)
    if response.cut_short:
        violations = tuple(each for each in violations if not each.message.startswith("the stream ends"))
    return [Found("a well-formed event stream", f"line {each.line}: {each.message}") for each in violations[:1]]


@check("event_schema", Severity.BREAKING)
def event_schema(exchange: Exchange, judge: Judge) -> list[Found] | None:
    """The data of every event is JSON that is valid for the schema of events, or the mark of the end."""
    response = _stream(exchange)
    promise = _promise(exchange, judge)
    if response is None or promise is None or judge.event_breaches(promise, {}) is None:
        return None
    found: dict[str, Found] = {}
    events, _ = _read(response.body)
    for event in events:
        if event.data == _DONE:
            continue
        try:
            value = json.loads(event.data)
        except ValueError:
            found.setdefault("/", Found("JSON as data", f"line {event.line}: {_shortened(event.data.encode())}", "/"))
            continue
        for each in judge.event_breaches(promise, value) or ():
            came = f"{each.came}, in the event of line {event.line}"
            found.setdefault(each.where, Found(each.promised, came, each.where))
    return list(found.values())


@check("event_stream_end", Severity.BREAKING)
def event_stream_end(exchange: Exchange, judge: Judge) -> list[Found] | None:
    """A stream ends as its dialect says: with `[DONE]`, or with the event that closes a response."""
    response = _stream(exchange)
    promise = _promise(exchange, judge)
    if response is None or promise is None or response.cut_short:
        return None
    ends = _ends(promise, judge.operation(exchange.operation).path)
    if not ends:
        return None
    events, _ = _read(response.body)
    last = events[-1].data if events else None
    if last is not None and (last in ends or _type(last) in ends):
        return []
    came = "no event at all" if last is None else f"as the last data {_shortened(last.encode())}"
    return [Found(f"{' or '.join(ends)} at the end of the stream", came)]


@check("auth", Severity.BREAKING)
def auth(exchange: Exchange, judge: Judge) -> list[Found] | None:
    """A request without credentials, or with a wrong token, is refused with a 4xx."""
    if exchange.intent is not Intent.PROBE or exchange.phase != "auth" or exchange.response is None:
        return None
    status = exchange.response.status
    if 400 <= status < 500:
        return []
    wrong = any(value.endswith(WRONG_TOKEN) for _, value in exchange.request.headers)
    sent = "with a wrong token" if wrong else "without credentials"
    return [Found(f"4xx for a request {sent}", str(status), sent)]


_DONE = "[DONE]"
_RESPONSES = ("response.completed", "response.incomplete", "response.failed")
_ENDS = (
    (re.compile(r"/v1/responses$"), _RESPONSES),
    (re.compile(r"/(chat/)?completions$"), (_DONE,)),
    (re.compile(r"/ai/run(/|$)"), (_DONE, *_RESPONSES)),  # models that take the Responses form answer in it
)


def _ends(promise: MediaType, path: str) -> tuple[str, ...]:
    """Return how streams may end: as `x-mockflare-stream-end` of the media type says, else by the dialect's path."""
    said = promise.raw.get("x-mockflare-stream-end")
    if isinstance(said, str):
        return (said,)
    return next((ends for pattern, ends in _ENDS if pattern.search(path)), ())


def _promise(exchange: Exchange, judge: Judge) -> MediaType | None:
    response = exchange.response
    operation = judge.operation(exchange.operation)
    if response is None or exchange.request.method != operation.method:
        return None
    return judge.promise(operation, response.status, response.media_type)


def _stream(exchange: Exchange) -> Response | None:
    response = exchange.response
    return response if response is not None and response.media_type == MEDIA_TYPE else None


@lru_cache(maxsize=8)
def _read(body: bytes) -> tuple[tuple[StreamEvent, ...], tuple[StreamViolation, ...]]:
    events, violations = read_events(body)
    return tuple(events), tuple(violations)


def _type(data: str) -> str | None:
    try:
        value = json.loads(data)
    except ValueError:
        return None
    return value.get("type") if isinstance(value, dict) else None


def _shortened(content: bytes) -> str:
    text = content.decode("utf-8", "replace")
    return repr(text if len(text) <= 120 else text[:119] + "…")
