"""What a contract promises of a response, and how the response that came departs from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from mockserver.engine.values import Event, Problem
from mockserver.errors import DocumentError
from mockserver.openapi.operations import EVENT_STREAM, MediaType, Operation, Response
from mockserver.openapi.validation import Validator, Violation

_BODYLESS = frozenset((204, 205, 304))
_MOST = 20
_LONGEST = 300


class Promise:
    """What an operation declares for one status and media type."""

    def __init__(self, operation: Operation | None, method: str, status: int, content_type: str) -> None:
        self.departures: list[str] = []
        """What is wrong already, without a look at the body."""
        self.media_type: MediaType | None = None
        self.is_stream = _plain(content_type) == EVENT_STREAM
        self._response: Response | None = None
        try:
            self._look_up(operation, method, status, content_type)
        except DocumentError:
            self.media_type = None  # lint and the start of the mock say what is wrong with the document

    def _look_up(self, operation: Operation | None, method: str, status: int, content_type: str) -> None:
        if operation is None or operation.defect or not any(each[:1] != "1" for each in operation.responses):
            return
        self._response = operation.response(status)
        if self._response is None:
            self.departures.append(f"status {status} is not declared, only {', '.join(operation.responses)}")
        elif self._response.content and method != "HEAD" and status not in _BODYLESS:
            self.media_type = _pick(self._response.content, _plain(content_type))
            if self.media_type is None:
                known = ", ".join(self._response.content)
                self.departures.append(f"{content_type or 'no media type'} is not declared for {status}, only {known}")

    def missing_headers(self, names: Sequence[bytes]) -> list[str]:
        """Return what is wrong with the names of a response's headers: the required ones that are not there."""
        declared = self._response.raw.get("headers") if self._response is not None else None
        if not isinstance(declared, dict):
            return []
        present = {name.decode("latin-1").lower() for name in names}
        return [
            f"the header {name} is missing"
            for name, header in declared.items()
            if isinstance(header, dict) and header.get("required") is True and name.lower() not in present
        ]

    @property
    def describes_json(self) -> bool:
        """Whether the body is JSON with a schema, and no stream of events."""
        found = self.media_type
        return found is not None and not self.is_stream and "schema" in found.raw and found.is_json

    def judge_body(self, body: bytes) -> list[str]:
        """Return what is wrong with a whole body."""
        if self.media_type is None or not self.describes_json:
            return []
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            return [f"the body is no JSON: {error}"]
        return list(_broken(value, lambda: self.media_type.validator if self.media_type else None))

    def judge_event(self, data: str, number: int) -> list[str]:
        """Return what is wrong with the data of one event; `number` counts from 1."""
        if self.media_type is None or not self.is_stream or data == "[DONE]":
            return []
        try:
            value = orjson.loads(data)
        except orjson.JSONDecodeError:
            return [] if self._events() is None else [f"event {number}: the data is no JSON: {data:.80}"]
        return [f"event {number}: {each}" for each in _broken([value], self._events)]

    def error_event(self, message: str, position: int) -> Event | None:
        """Return the event by which a stream of this kind says that it failed; None when its dialect has none.

        A dialect has one if the contract takes it, and does not take just anything.
        """
        validator = self._events()
        if validator is None or validator.is_valid([{"surely": "no event"}]):
            return None
        known = _error_events(message, position)
        return next((event for event in known if validator.is_valid([event.data])), None)

    def _events(self) -> Validator | None:
        try:
            return self.media_type.events if self.media_type is not None and self.is_stream else None
        except DocumentError:
            return None


def told(problem: Problem) -> list[str]:
    """Return what is wrong with a request, one sentence for each violation."""
    if problem.violations:
        return [_sentence(each) for each in problem.violations[:_MOST]]
    if problem.allowed:
        return [f"{problem.detail} is not declared here, only {', '.join(problem.allowed)}"]
    return [problem.detail or problem.kind]


def _error_events(message: str, position: int) -> Iterator[Event]:
    """Yield the error events that are usual."""
    failure = {"message": message, "type": "server_error", "param": None, "code": None}
    yield Event({**failure, "type": "error", "sequence_number": position}, "error")
    yield Event({"error": failure})
    yield Event({"errors": [{"code": 502, "message": message}], "success": False, "result": None, "messages": []})
    yield Event({"error": message})


def _broken(value: Any, find: Any) -> Iterator[str]:
    try:
        validator = find()
        if validator is None or validator.is_valid(value):
            return
        for each in validator.violations(value)[:_MOST]:
            yield _sentence(each)
    except DocumentError:
        return  # lint and the start of the mock say what is wrong with the schema
    except ValueError:  # the validator's own limit
        yield "the body is nested too deeply to be judged"


def _sentence(found: Violation) -> str:
    where = f"{found.location} parameter {found.name}{found.pointer}" if found.name else found.pointer or "/"
    text = f"{where} breaks {found.keyword}: {found.message}"
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."


def _pick(content: dict[str, MediaType], name: str) -> MediaType | None:
    found = content.get(name) or content.get(name.split("/", 1)[0] + "/*") or content.get("*/*")
    if found is None and name.endswith("+json"):
        return content.get("application/json")
    return found


def _plain(content_type: str) -> str:
    return content_type.split(";", 1)[0].strip().lower()
