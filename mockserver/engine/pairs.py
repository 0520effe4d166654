"""Pairs: the requests and responses of an operation that its examples describe, joined by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mockserver.engine.pointers import MISSING
from mockserver.engine.values import to_json
from mockserver.errors import UnresolvedReference
from mockserver.openapi.extensions import EXAMPLE, EXAMPLES, REFERENCES
from mockserver.openapi.operations import EVENT_STREAM, Operation, Response

HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}")
"""What a header may be called (RFC 9110, section 5.1)."""
_FRAMING = ("content-type", "content-length", "transfer-encoding", "connection")

Place = tuple[str, str]
"""Where a value of a request is (path, query, header, cookie), and its name; headers in lower case."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What the examples of one name say of a request."""

    values: Mapping[Place, Any] = field(default_factory=dict)
    body: Any = MISSING


@dataclass(frozen=True, slots=True)
class Reply:
    """An authored response. Its body and headers may hold templates."""

    name: str
    status: int
    media_type: str
    """Empty for a response without content."""
    body: Any
    headers: tuple[tuple[str, str], ...] = ()
    default: bool = False
    """Whether `x-microcks-default` marks it."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What it asks of its mock: `delay`, `delayStrategy`."""


class Pairs:
    """The authored requests and responses of an operation. Read on first use."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation

    @cached_property
    def _read(self) -> tuple[dict[str, Ask], tuple[Reply, ...], dict[str, tuple[Reply, ...]]]:
        operation = self._operation
        asks: dict[str, tuple[dict[Place, Any], list[Any]]] = {}
        replies: dict[tuple[str, int, str], Reply] = {}
        for place, name, value in _asked_values(operation):
            asks.setdefault(name, ({}, []))[0][place] = value
        for name, value in _asked_bodies(operation):
            asks.setdefault(name, ({}, []))[1].append(value)
        for reply in _replies(operation):
            replies.setdefault((reply.name, reply.status, reply.media_type), reply)
        found = {name: Ask(values, next(iter(bodies), MISSING)) for name, (values, bodies) in asks.items()}
        for ask, reply in _imported(operation):
            found[reply.name] = ask
            replies[reply.name, reply.status, reply.media_type] = reply
        by_name: dict[str, tuple[Reply, ...]] = {}
        for reply in replies.values():
            by_name[reply.name] = (*by_name.get(reply.name, ()), reply)
        return found, tuple(replies.values()), by_name

    @property
    def asks(self) -> Mapping[str, Ask]:
        """What the examples say of requests, by their names."""
        return self._read[0]

    @property
    def replies(self) -> tuple[Reply, ...]:
        """The responses in the order of the document."""
        return self._read[1]

    def __contains__(self, name: object) -> bool:
        return name in self._read[2]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read[2])

    def __bool__(self) -> bool:
        return bool(self.replies)

    def named(self, name: str) -> tuple[Reply, ...]:
        """Return the responses with a name: one for each status and media type that has such an example."""
        return self._read[2].get(name, ())

    @property
    def complete(self) -> tuple[str, ...]:
        """The names that a request and a response share."""
        return tuple(name for name in self._read[2] if name in self.asks)

    @property
    def may_be_templates(self) -> bool:
        """Whether there are braces in a response that might hold an expression."""
        return any("{{" in str(reply.body) or "{{" in str(reply.headers) for reply in self.replies)


def _asked_values(operation: Operation) -> Iterator[tuple[Place, str, Any]]:
    """Yield place, example name and value of every named example of a parameter."""
    for parameter in operation.parameters:
        where, called = str(parameter.get("in")), str(parameter.get("name"))
        place = (where, called.lower() if where == "header" else called)
        content = parameter.get("content")
        bodies = content.values() if isinstance(content, dict) else ()
        for holder in (parameter, *(body for body in bodies if isinstance(body, dict))):
            for name, value in _named(operation, holder.get("examples")):
                for part, member in _members(place, parameter, value):
                    yield part, name, member


def _members(place: Place, parameter: Mapping[str, Any], value: Any) -> Iterator[tuple[Place, Any]]:
    """Yield the places of a request that hold a parameter's value: an object in a query is usually spread over some."""
    where, called = place
    style = parameter.get("style", "form")
    if where == "query" and isinstance(value, dict) and style == "deepObject":
        yield from (((where, f"{called}[{name}]"), member) for name, member in value.items())
    elif where == "query" and isinstance(value, dict) and style == "form" and parameter.get("explode", True):
        yield from (((where, str(name)), member) for name, member in value.items())
    else:
        yield place, value


def _asked_bodies(operation: Operation) -> Iterator[tuple[str, Any]]:
    for media_type in operation.request_content.values():
        yield from _named(operation, media_type.raw.get("examples"))


def _named(operation: Operation, examples: Any) -> Iterator[tuple[str, Any]]:
    yield from ((name, entry["value"]) for name, entry in _entries(operation, examples) if "value" in entry)


def _entries(operation: Operation, examples: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, entry in examples.items() if isinstance(examples, dict) else ():
        try:
            entry = operation.document.resolve(entry)
        except UnresolvedReference:
            continue
        if isinstance(entry, dict):
            yield str(name), entry


def _replies(operation: Operation) -> Iterator[Reply]:
    for key, response in operation.responses.items():
        status = status_of(key, operation)
        headers = list(_headers(operation, response))
        for media_type in response.content.values():
            if media_type.name == EVENT_STREAM:
                continue  # an example of a stream is no single body
            entries = dict(_entries(operation, media_type.raw.get("examples")))
            for example in media_type.examples.values():
                yield Reply(
                    example.name,
                    status,
                    media_type.name,
                    example.value,
                    tuple((name, text) for name, owner, text in headers if owner in (example.name, None)),
                    example.default,
                    _mapping(entries.get(example.name, {}).get(EXAMPLE)),
                )
        references = response.raw.get(REFERENCES)
        if not response.content and isinstance(references, list):
            for name in map(str, references):
                own = tuple((header, text) for header, owner, text in headers if owner in (name, None))
                yield Reply(name, status, "", b"", own)


def _headers(operation: Operation, response: Response) -> Iterator[tuple[str, str | None, str]]:
    """Yield name, the example that it belongs to (None for all), and value of each header that has an example."""
    declared = response.raw.get("headers")
    for name, header in declared.items() if isinstance(declared, dict) else ():
        try:
            header = operation.document.resolve(header)
        except UnresolvedReference:
            continue
        if not isinstance(header, dict) or not _may_be_sent(str(name)):
            continue
        if "example" in header:
            yield str(name), None, text_of(header["example"])
        for example, value in _named(operation, header.get("examples")):
            yield str(name), example, text_of(value)


def _imported(operation: Operation) -> Iterator[tuple[Ask, Reply]]:
    """Yield the pairs that an APIExamples file brought."""
    examples = operation.raw.get(EXAMPLES)
    for name, example in examples.items() if isinstance(examples, dict) else ():
        if not isinstance(example, dict) or not isinstance(example.get("response"), dict):
            continue
        request = example["request"] if isinstance(example.get("request"), dict) else {}
        response = example["response"]
        values: dict[Place, Any] = {}
        for called, value in _mapping(request.get("parameters")).items():
            where = "path" if "{" + called + "}" in operation.path else "query"
            values[where, called] = value
        for called, value in _mapping(request.get("headers")).items():
            values["header", called.lower()] = value
        status = response.get("status", 200)
        code = int(status) if str(status).isdecimal() and 100 <= int(status) <= 599 else operation.success
        said = {
            header: text_of(value[0] if isinstance(value, list) and value else value)
            for header, value in _mapping(response.get("headers")).items()
        }
        named = next((value for header, value in said.items() if header.lower() == "content-type"), "")
        headers = tuple((header, value) for header, value in said.items() if _may_be_sent(header))
        body = response.get("body", MISSING)
        plain = named.split(";", 1)[0].strip()
        media_type = response.get("mediaType") or plain or _media_type(operation, code)
        asked = request.get("body", MISSING)
        yield (
            Ask(values, MISSING if asked == "" or asked is None else asked),
            Reply(str(name), code, "", b"", headers)
            if body is MISSING
            else Reply(str(name), code, str(media_type).lower(), body, headers),
        )


def _may_be_sent(header: str) -> bool:
    return HEADER_NAME.fullmatch(header) is not None and header.lower() not in _FRAMING


def _mapping(value: Any) -> dict[str, Any]:
    return {str(key): each for key, each in value.items()} if isinstance(value, dict) else {}


def _media_type(operation: Operation, status: int) -> str:
    response = operation.response(status)
    return next(iter(response.content), "application/json") if response else "application/json"


def status_of(key: str, operation: Operation) -> int:
    """Return the status that an example of a response is sent with: `4XX` is 400, `default` the usual one."""
    if key.isdecimal():
        return int(key)
    return int(key[0]) * 100 if key[:1].isdecimal() else operation.success


def text_of(value: Any) -> str:
    """Return a JSON value as it stands in a path, a query or a header: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else to_json(value).decode()
