"""How each kind of parameter is read: where it stands in a request, and the ways in which its text may be meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson

from mockserver.openapi.parameters import styles
from mockserver.openapi.parameters.definition import Parameter
from mockserver.openapi.parameters.kinds import Tree
from mockserver.openapi.parameters.styles import Malformed, as_is, decode_path, decode_query


@dataclass(slots=True)
class Parts:
    """The parts of a request that parameters stand in, percent escapes still in the values."""

    path: Mapping[str, str]
    pairs: list[tuple[str, str]]
    headers: Mapping[str, str]
    cookies: Mapping[str, list[str]]
    claimed: set[str] = field(default_factory=set)


Read = Callable[[Parts], "list[Tree] | None"]
"""Returns the ways to read a parameter, None when it was not sent. Raises Malformed."""


def reader(parameter: Parameter) -> Read:
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


def _path_reader(parameter: Parameter) -> Read:
    name, style, explode = parameter.name, parameter.style, parameter.explode

    def ways(text: str, kind: str) -> list[Tree]:
        if style == "label":
            return styles.label(text, kind, explode)
        if style == "matrix":
            return styles.matrix(text, name, kind, explode)
        return _simple(text, kind, explode, decode_path)

    def read(parts: Parts) -> list[Tree] | None:
        text = parts.path.get(name)
        return None if text is None else _each_kind(parameter, partial(ways, text))

    return read


def _simple(text: str, kind: str, explode: bool, decode: styles.Decoding) -> list[Tree]:
    if kind == "array":
        return styles.listed([text], "simple", False, decode)
    return styles.keyed(text, "simple", explode, decode) if kind == "object" else [decode(text)]


def _header_reader(parameter: Parameter) -> Read:
    name, explode = parameter.name.lower(), parameter.explode

    def trimmed(text: str) -> str:
        return text.strip(" \t")

    def read(parts: Parts) -> list[Tree] | None:
        text = parts.headers.get(name)
        return None if text is None else _each_kind(parameter, lambda kind: _simple(text, kind, explode, trimmed))

    return read


def _cookie_reader(parameter: Parameter) -> Read:
    name, explode = parameter.name, parameter.explode

    def read(parts: Parts) -> list[Tree] | None:
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


def _query_reader(parameter: Parameter) -> Read:
    name, style, explode = parameter.name, parameter.style, parameter.explode
    members = frozenset(parameter.shape.properties)
    scattered = explode and style != "deepObject" and "object" in parameter.shape.kinds

    def ways(texts: list[str], kind: str) -> list[Tree]:
        if kind == "array":
            return styles.listed(texts, style, explode, decode_query)
        if kind == "object":
            return [] if explode else styles.keyed(texts[-1], style, explode, decode_query)
        return styles.primitive(texts, decode_query)

    def read(parts: Parts) -> list[Tree] | None:
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


def _content_reader(parameter: Parameter) -> Read:
    name, location, media_type = parameter.name, parameter.location, parameter.media_type or ""

    def read(parts: Parts) -> list[Tree] | None:
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
