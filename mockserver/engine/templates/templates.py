"""A template: an authored value whose texts hold expressions, compiled once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

import orjson

from mockserver.engine.pointers import MISSING
from mockserver.engine.templates import functions
from mockserver.engine.templates.expressions import Scope, text_of
from mockserver.engine.templates.parsing import (
    OPEN,
    Call,
    Expression,
    Piece,
    RequestBody,
    RequestItem,
    Term,
    pieces,
)

Render = Callable[[Scope, bool], Any]


class Template:
    """An authored value with its expressions.

    `media_type` says how values are written into a text: escaped in JSON and XML, plain elsewhere. Text of a JSON
    media type that holds JSON becomes that JSON.
    """

    def __init__(self, value: Any, media_type: str = "") -> None:
        self.faults: list[str] = []
        """Why parts of it are no expressions; they stay as they are written."""
        self._value = value
        self.is_unmistakable = False
        """Whether some expression speaks of the request or calls a function; a mere name may be anybody's."""
        is_json = media_type == "application/json" or media_type.endswith("+json")
        try:
            if is_json and isinstance(value, str):
                self._render: Render | None = self._json_text(value) if _is_json_text(value) else self._echo(value)
            elif isinstance(value, str) and media_type.endswith(("/xml", "+xml")):
                self._render = self._text(value, _for_xml)
            else:
                self._render = self._node(value)
        except RecursionError:
            self._render = None

    @property
    def is_dynamic(self) -> bool:
        """Whether there is anything to fill in."""
        return self._render is not None

    def render(self, scope: Scope, *, typed: bool = False) -> Any:
        """Return the value with its expressions filled in; the same object when there are none.

        With `typed` a text that is one expression becomes the number, boolean, array or object that it stands for,
        null when it is missing. Raises TemplateError when the result is too long.
        """
        return self._value if self._render is None else self._render(scope, typed)

    def _node(self, value: Any) -> Render | None:
        if isinstance(value, str):
            return self._text(value, text_of)
        if isinstance(value, dict):
            members = {key: render for key, each in value.items() if (render := self._node(each)) is not None}
            if not members:
                return None
            return lambda scope, typed: {
                key: members[key](scope, typed) if key in members else each for key, each in value.items()
            }
        if isinstance(value, list):
            items = [self._node(each) for each in value]
            if not any(items):
                return None
            return lambda scope, typed: [
                each if render is None else render(scope, typed) for each, render in zip(value, items, strict=True)
            ]
        return None

    def _pieces(self, text: str) -> tuple[Piece, ...]:
        found = pieces(text, functions.check, self.faults) if OPEN in text else ()
        if any(isinstance(term, Call | RequestBody | RequestItem) for term in _terms(found)):
            self.is_unmistakable = True
        return found

    def _text(self, text: str, write: Callable[[Any], str]) -> Render | None:
        parts = self._pieces(text)
        if not any(isinstance(part, Expression) for part in parts):
            return None
        sole = parts[0] if len(parts) == 1 else None

        def render(scope: Scope, typed: bool) -> Any:
            if typed and isinstance(sole, Expression):
                return _natural(scope.value(sole))
            return "".join([part if isinstance(part, str) else _write(part, scope, write) for part in parts])

        return render

    def _echo(self, text: str) -> Render | None:
        """Fill a text that is a whole JSON body; one expression for an object or an array is that."""
        render = self._text(text, text_of)
        if render is None:
            return None

        def echo(scope: Scope, typed: bool) -> Any:
            value = render(scope, True)
            return value if typed or isinstance(value, dict | list) else render(scope, False)

        parts = pieces(text, functions.check, [])
        return echo if len(parts) == 1 and _is_whole_body(parts[0]) else render

    def _json_text(self, text: str) -> Render | None:
        """Fill expressions into JSON text: escaped inside of its strings, as JSON values elsewhere."""
        parts = self._pieces(text)
        quoted, within = [], False
        for part in parts:
            quoted.append(within)
            if isinstance(part, str):
                within = _ends_within_string(part, within)
        if not any(isinstance(part, Expression) for part in parts):
            return None

        def render(scope: Scope, typed: bool) -> Any:
            filled = "".join(
                part if isinstance(part, str) else _write(part, scope, _in_string if inside else _as_json)
                for part, inside in zip(parts, quoted, strict=True)
            )
            try:
                return orjson.loads(filled)
            except orjson.JSONDecodeError:
                return filled

        return render


def _write(expression: Expression, scope: Scope, write: Callable[[Any], str]) -> str:
    if write is _for_xml and _is_whole_body(expression):
        write = text_of  # a document, not a text inside of one
    return scope.charge(write(scope.value(expression)))


def _terms(found: tuple[Piece, ...]) -> Iterator[Term]:
    for piece in found:
        if isinstance(piece, Expression):
            yield from (term for flow in piece.flows for term in flow.terms)


def _is_json_text(text: str) -> bool:
    begun = text.lstrip()
    return begun[:1] in ("{", "[") and not begun.startswith(OPEN)


def _is_whole_body(piece: Piece) -> bool:
    return isinstance(piece, Expression) and all(flow.terms == (RequestBody(""),) for flow in piece.flows)


def _for_xml(value: Any) -> str:
    return escape(text_of(value))


def _in_string(value: Any) -> str:
    return json.dumps(text_of(value), ensure_ascii=False)[1:-1]


def _as_json(value: Any) -> str:
    value = None if value is MISSING else value
    return text_of(value) if isinstance(value, dict | list) else json.dumps(value, ensure_ascii=False)


def _natural(value: Any) -> Any:
    """Return what a text stands for where a schema asks for something else than text."""
    if value is MISSING:
        return None
    if isinstance(value, str):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def _ends_within_string(text: str, within: bool) -> bool:
    """Say whether JSON text that begins inside or outside of a string ends inside of one."""
    at = 0
    while at < len(text):
        if text[at] == "\\" and within:
            at += 1
        elif text[at] == '"':
            within = not within
        at += 1
    return within
