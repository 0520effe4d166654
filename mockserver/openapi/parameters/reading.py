"""All parameters of an operation: a request's values, and every way in which they are wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import orjson

from mockserver.openapi.operations import Operation
from mockserver.openapi.parameters import styles
from mockserver.openapi.parameters.definition import Parameter, parameters_of
from mockserver.openapi.parameters.kinds import Tree, typed
from mockserver.openapi.parameters.styles import Malformed, as_is, decode_path, decode_query
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


@dataclass(slots=True)
class _Parts:
    """The parts of a request that parameters stand in, percent escapes still in the values."""

    path: Mapping[str, str]
    pairs: list[tuple[str, str]]
    headers: Mapping[str, str]
    cookies: Mapping[str, list[str]]
    claimed: set[str] = field(default_factory=set)


_Read = Callable[[_Parts], "list[Tree] | None"]
"""Returns the ways to read a parameter, None when it was not sent. Raises Malformed."""


class Parameters:
    """The parameters of an operation, ready to be read. Schemas are compiled when they are first needed."""

    def __init__(self, operation: Operation, also_known: Collection[str] = ()) -> None:
        self._parameters = parameters_of(operation)
        self._known = frozenset(also_known)
        self._template = operation.path
        self._queried = tuple(each.name for each in self._parameters if each.location == "query")
        self._has_cookies = any(each.location == "cookie" for each in self._parameters)
        self._has_headers = any(each.location == "header" for each in self._parameters)
        self._readers: dict[int, _Read] = {}

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
                read = self._readers[position] = _reader(parameter)
            self._read_one(parameter, read, parts, found)
        if parts.pairs:
            unclaimed = dict.fromkeys(name for name, _ in parts.pairs if name not in parts.claimed)
            found.unknown = [name for name in unclaimed if name and name not in self._known and not self._takes(name)]
        return found

    def _read_one(self, parameter: Parameter, read: _Read, parts: _Parts, found: Reading) -> None:
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

    def _parts(self, path: str, query: str, headers: Sequence[tuple[bytes, bytes]]) -> _Parts:
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
        return _Parts(_path_values(self._template, path), pairs, joined, cookies)


def read_all(parameters: Sequence[Parameter], query: str) -> dict[str, Any]:
    """Return the values of query parameters by name, whether they keep to their schemas or not.

    One that was not sent, or is not written in its style, is not there.
    """
    parts, found = _Parts({}, _pairs(query), {}, {}), {}
    for parameter in parameters:
        try:
            ways = _reader(parameter)(parts)
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


def _reader(parameter: Parameter) -> _Read:
    """Return how a parameter is read."""
    if parameter.media_type is not None:
        return _content_reader(parameter)
    return {"path": _path_reader, "query": _query_reader, "header": _header_reader, "cookie": _cookie_reader}[
        parameter.location
    ](parameter)


def _kinds(parameter: Parameter) -> list[str]:
    """Return how a value may be built by its schema: array, object, primitive; the likeliest first."""
    kinds = parameter.shape.kinds
    found: list[str] = [each for each in ("array", "object") if each in kinds]
    if not found or kinds - {"array", "object"}:
        found.append("primitive")
    return found


def _each_kind(parameter: Parameter, ways: Callable[[str], list[Tree]]) -> list[Tree]:
    """Return the ways to read a value as each kind that its schema allows. Raises Malformed when there is none."""
    found: list[Tree] = []
    complaint: Malformed | None = None
    for kind in _kinds(parameter):
        try:
            found += ways(kind)
        except Malformed as malformed:
            complaint = complaint or malformed
    if not found and complaint is not None:
        raise complaint
    return found


def _path_reader(parameter: Parameter) -> _Read:
    name, style, explode = parameter.name, parameter.style, parameter.explode

    def ways(text: str, kind: str) -> list[Tree]:
        if style == "label":
            return styles.label(text, kind, explode)
        if style == "matrix":
            return styles.matrix(text, name, kind, explode)
        return _simple(text, kind, explode, decode_path)

    def read(parts: _Parts) -> list[Tree] | None:
        text = parts.path.get(name)
        return None if text is None else _each_kind(parameter, partial(ways, text))

    return read


def _simple(text: str, kind: str, explode: bool, decode: styles.Decoding) -> list[Tree]:
    if kind == "array":
        return styles.listed([text], "simple", False, decode)
    return styles.keyed(text, "simple", explode, decode) if kind == "object" else [decode(text)]


def _header_reader(parameter: Parameter) -> _Read:
    name, explode = parameter.name.lower(), parameter.explode

    def trimmed(text: str) -> str:
        return text.strip(" \t")

    def read(parts: _Parts) -> list[Tree] | None:
        text = parts.headers.get(name)
        return None if text is None else _each_kind(parameter, lambda kind: _simple(text, kind, explode, trimmed))

    return read


def _cookie_reader(parameter: Parameter) -> _Read:
    name, explode = parameter.name, parameter.explode

    def read(parts: _Parts) -> list[Tree] | None:
        texts = parts.cookies.get(name)
        if texts is None:
            return None

        def ways(kind: str) -> list[Tree]:
            if kind == "array":  # exploded items would be cookies of one name, which clients do not keep apart
                return styles.listed(texts, "form", explode and len(texts) > 1, decode_path)
            if kind == "object":
                return styles.keyed(texts[-1], "form", False, decode_path)
            return styles.primitive(texts, decode_path)

        return _each_kind(parameter, ways)

    return read


def _query_reader(parameter: Parameter) -> _Read:
    name, style, explode = parameter.name, parameter.style, parameter.explode
    members = frozenset(parameter.shape.properties)
    scattered = explode and style != "deepObject" and "object" in parameter.shape.kinds

    def ways(texts: list[str], kind: str) -> list[Tree]:
        if kind == "array":
            return styles.listed(texts, style, explode, decode_query)
        if kind == "object":
            return [] if explode else styles.keyed(texts[-1], style, explode, decode_query)
        return styles.primitive(texts, decode_query)

    def read(parts: _Parts) -> list[Tree] | None:
        if style == "deepObject":
            parts.claimed.update(key for key, _ in parts.pairs if key.startswith(name + "["))
            if found := styles.deep(parts.pairs, name):
                return found
        texts = [text for key, text in parts.pairs if key == name]
        if texts:
            parts.claimed.add(name)
            if style == "deepObject":
                raise Malformed(f"an object in style deepObject is written {name}[member]=value")
            if found := _each_kind(parameter, partial(ways, texts)):
                return found
        if scattered:
            own = [(key, text) for key, text in parts.pairs if key in members]
            parts.claimed.update(key for key, _ in own)
            if own:
                gathered: dict[str, Any] = {}
                for key, text in own:
                    decoded = decode_query(text)
                    gathered[key] = decoded if key not in gathered else [*_as_list(gathered[key]), decoded]
                return [gathered]
        return [styles.primitive(texts, decode_query)[0]] if texts else None

    return read


def _content_reader(parameter: Parameter) -> _Read:
    name, location, media_type = parameter.name, parameter.location, parameter.media_type or ""

    def read(parts: _Parts) -> list[Tree] | None:
        text: str | None
        if location == "query":
            texts = [text for key, text in parts.pairs if key == name]
            parts.claimed.add(name)
            text = decode_query(texts[-1]) if texts else None
        elif location == "path":
            text = decode_path(parts.path[name]) if name in parts.path else None
        elif location == "header":
            text = as_is(parts.headers[name.lower()]) if name.lower() in parts.headers else None
        else:
            text = decode_path(parts.cookies[name][-1]) if name in parts.cookies else None
        if text is None or not (media_type == "application/json" or media_type.endswith("+json")):
            return None if text is None else [text]
        try:
            return [orjson.loads(text.encode("utf-8", "surrogatepass"))]
        except orjson.JSONDecodeError as error:
            raise Malformed(f"the value is {media_type}, this is none: {error}") from None

    return read


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


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
