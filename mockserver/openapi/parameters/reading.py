"""All parameters of an operation: a request's values, and every way in which they are wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from mockserver.openapi.operations import Operation
from mockserver.openapi.parameters.definition import Parameter, parameters_of
from mockserver.openapi.parameters.kinds import Tree, typed
from mockserver.openapi.parameters.readers import Parts, Read, reader
from mockserver.openapi.parameters.styles import Malformed, decode_path, decode_query
from mockserver.openapi.validation import Violation

_MOST_PAIRS = 1000
_TEMPLATE = re.compile(r"\{([^{}/]+)\}")


@dataclass(slots=True)
class Reading:
    """What the parameters of one request say."""

    values: dict[tuple[str, str], Any] = field(default_factory=dict)
    """The values by location and name; one that was not sent is not there."""
    violations: list[Violation] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Names in the query that the operation does not know."""


class Parameters:
    """The parameters of an operation, ready to be read. Schemas are compiled when they are first needed."""

    def __init__(self, operation: Operation, also_known: Collection[str] = ()) -> None:
        self._parameters = parameters_of(operation)
        self._template, _, fixed = operation.path.partition("?")
        self._known = frozenset([*also_known, *(name for name, _ in _pairs(fixed))])
        self._queried = tuple(each.name for each in self._parameters if each.location == "query")
        self._has_cookies = any(each.location == "cookie" for each in self._parameters)
        self._has_headers = any(each.location == "header" for each in self._parameters)
        self._readers: dict[int, Read] = {}

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._parameters)

    @property
    def query_names(self) -> tuple[str, ...]:
        """The names that a query may hold."""
        return (*self._queried, *sorted(self._known))

    def read(self, path: str, query: str, headers: Sequence[tuple[bytes, bytes]]) -> Reading:
        """Read every parameter of a request; `path` and `query` are as they came, percent-encoded.

        Header names are in lower case. Never raises: what is wrong is among the violations.
        """
        found = Reading()
        parts = self._parts(path, query, headers)
        for position, parameter in enumerate(self._parameters):
            read = self._readers.get(position)
            if read is None:
                read = self._readers[position] = reader(parameter)
            self._read_one(parameter, read, parts, found)
        if parts.pairs:
            unclaimed = dict.fromkeys(name for name, _ in parts.pairs if name not in parts.claimed)
            found.unknown = [name for name in unclaimed if name and name not in self._known and not self._takes(name)]
        return found

    def _read_one(self, parameter: Parameter, read: Read, parts: Parts, found: Reading) -> None:
        about = partial(replace, location=parameter.location, name=parameter.name)
        try:
            ways = read(parts)
        except Malformed as error:
            found.violations.append(about(Violation("", "style", str(error), parameter.style)))
            return
        if ways is None:
            if parameter.required:
                told = f"the {parameter.location} parameter {parameter.name} is missing"
                found.violations.append(about(Violation("", "required", told, parameter.name)))
            return
        if parameter.allows_empty and ways[0] in ("", [], [""], {}):
            found.values[parameter.location, parameter.name] = ways[0]
            return
        value, violations = _best(parameter, ways)
        found.values[parameter.location, parameter.name] = value
        found.violations += [about(each) for each in violations]

    def _takes(self, name: str) -> bool:
        """Say whether a free-form object among the parameters takes a name that no other one has."""
        return any(
            each.location == "query" and each.style == "form" and each.explode and _is_free(each)
            for each in self._parameters
        )

    def _parts(self, path: str, query: str, headers: Sequence[tuple[bytes, bytes]]) -> Parts:
        pairs = _pairs(query)
        joined: dict[str, str] = {}
        cookies: dict[str, list[str]] = {}
        if self._has_headers or self._has_cookies:
            for raw_name, raw_value in headers:
                name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
                joined[name] = f"{joined[name]}{'; ' if name == 'cookie' else ','}{value}" if name in joined else value
        if self._has_cookies:
            for piece in joined.get("cookie", "").split(";"):
                name, separator, value = piece.strip().partition("=")
                if separator:
                    cookies.setdefault(name, []).append(value)
        return Parts(_path_values(self._template, path), pairs, joined, cookies)


def read_all(parameters: Sequence[Parameter], query: str) -> dict[str, Any]:
    """Return the values of query parameters by name, whether they keep to their schemas or not.

    One that was not sent, or is not written in its style, is not there.
    """
    parts, found = Parts({}, _pairs(query), {}, {}), {}
    for parameter in parameters:
        try:
            ways = reader(parameter)(parts)
        except Malformed:
            continue
        if ways is not None:
            found[parameter.name] = _best(parameter, ways)[0]
    return found


def _pairs(query: str) -> list[tuple[str, str]]:
    """Return names, decoded, and values as they came."""
    found = []
    for piece in query.split("&", _MOST_PAIRS)[:_MOST_PAIRS] if query else ():
        if piece:
            name, _, value = piece.partition("=")
            found.append((decode_query(name), value))
    return found


def _best(parameter: Parameter, ways: Sequence[Tree]) -> tuple[Any, Sequence[Violation]]:
    """Return the first way to read a parameter that its schema allows; else the first, and what is wrong with it."""
    validator, first = parameter.validator, None
    for tree in ways:
        for as_text in (False, True):
            as_json = parameter.media_type is not None  # typed already
            value = tree if as_json else typed(tree, parameter.shape, as_text=as_text)
            try:
                if validator.is_valid(value):
                    return value, ()
            except ValueError:  # nested past what the validator takes
                return value, [Violation("", "style", "the value is nested too deeply")]
            first = first or (value,)
    value = first[0] if first else None
    return value, validator.violations(value)


def _is_free(parameter: Parameter) -> bool:
    return "object" in parameter.shape.kinds and not parameter.shape.properties


def _path_values(template: str, path: str) -> dict[str, str]:
    """Return the path parameters as they were sent, with their percent escapes.

    The template is held against the end of the path: what stands before it is a server's own path.
    """
    wanted = template.strip("/").split("/")
    segments = path.strip("/").split("/")
    found: dict[str, str] = {}
    for expected, segment in zip(reversed(wanted), reversed(segments), strict=False):
        names = _TEMPLATE.findall(expected)
        if not names:
            continue
        if expected == "{" + names[0] + "}":
            found[names[0]] = segment
            continue
        pieces = _TEMPLATE.split(expected)
        pattern = "".join(re.escape(decode_path(piece)) if at % 2 == 0 else "(.+?)" for at, piece in enumerate(pieces))
        matched = re.fullmatch(pattern, decode_path(segment), re.DOTALL)
        if matched:  # the literal text beside it may be escaped as well: these are escaped anew
            found.update((name, value.replace("%", "%25")) for name, value in zip(names, matched.groups(), strict=True))
    return found
