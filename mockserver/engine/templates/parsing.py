"""Reading templates: text with `{{ }}` becomes literals and expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from mockserver.errors import UsageError, nearest

OPEN, CLOSE = "{{", "}}"
_MOST_EXPRESSIONS = 10_000
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_CALL = re.compile(r"\$?([A-Za-z]\w*)\s*(?:\((.*)\))?", re.DOTALL)
_ITEM = re.compile(r"request\.(path|params|headers)\[\s*(?:'([^']*)'|\"([^\"]*)\"|([^\]]*?))\s*\]")
_LITERAL = re.compile(r"-?\d+(?:\.\d+)?|true|false|null")
_PAIRED = {"(": ")", "[": "]"}


class TemplateError(UsageError):
    """A template that cannot be read, or whose text would be too long."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the template."""

    value: Any


@dataclass(frozen=True, slots=True)
class RequestBody:
    """The body of the request, or what a JSON Pointer or XPath finds in it."""

    path: str


@dataclass(frozen=True, slots=True)
class RequestItem:
    """A segment of the path, a parameter or a header of the request."""

    part: str
    """path, params or headers."""
    key: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that `put` has stored."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments, as they are written."""

    function: str
    arguments: tuple[str, ...] = ()


Term = Literal | RequestBody | RequestItem | Variable | Call


@dataclass(frozen=True, slots=True)
class Flow:
    """Terms that stand side by side, and the names that their value is stored under."""

    terms: tuple[Term, ...]
    stored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expression:
    """What stands between `{{` and `}}`: the first of these that has a value."""

    flows: tuple[Flow, ...]
    text: str
    """As written, braces included."""


Piece = str | Expression
Check = Callable[[str, tuple[str, ...]], None]
"""Raises TemplateError for a function that there is not, or arguments that it cannot take."""


def pieces(text: str, check: Check, faults: list[str]) -> tuple[Piece, ...]:
    """Return literal texts and expressions in turn.

    What is no expression stays as it is written, and `faults` says why. The first `}}` outside of quotes ends an
    expression, so that `{"age": {{ randomInt(9) }}}` keeps its last brace.
    """
    found: list[Piece] = []
    at = 0
    while (start := text.find(OPEN, at)) >= 0:
        end = _end(text, start + len(OPEN))
        if end < 0 or len(found) > 2 * _MOST_EXPRESSIONS:
            faults.append(f"{text[start : start + 40]!r} is never closed" if end < 0 else "too many expressions")
            break
        written = text[start : end + len(CLOSE)]
        try:
            piece: Piece = expression(written, check)
        except TemplateError as error:
            faults.append(str(error))
            piece = written
        found += [text[at:start], piece] if start > at else [piece]
        at = end + len(CLOSE)
    if at < len(text):
        found.append(text[at:])
    return tuple(found)


@lru_cache(maxsize=512)
def expression(written: str, check: Check) -> Expression:
    """Return the expression in `{{ ... }}`; raises TemplateError."""
    inner = written[len(OPEN) : -len(CLOSE)].replace('\\"', '"').strip()
    if not inner:
        raise TemplateError(f"{written!r} is empty")
    return Expression(tuple(_flow(part, check) for part in split(inner, "||")), written)


def _flow(text: str, check: Check) -> Flow:
    first, *redirected = split(text, ">")
    stored = []
    for target in redirected:
        called = re.fullmatch(r"put\(\s*['\"]?([\w.-]+)['\"]?\s*\)", target)
        if not called:
            raise TemplateError(f"`> {target}` stores nothing; `> put(name)` would")
        stored.append(called[1])
    terms = tuple(_term(part, check) for part in split(first, " ") if part)
    if not terms:
        raise TemplateError(f"nothing stands beside an operator in {text!r}")
    return Flow(terms, tuple(stored))


def _term(text: str, check: Check) -> Term:
    if text[0] in "'\"":
        return Literal(text[1:-1])
    if _LITERAL.fullmatch(text):
        return Literal(orjson.loads(text))
    if text == "request.body" or text.startswith("request.body/"):
        return RequestBody(text.removeprefix("request.body"))
    if item := _ITEM.fullmatch(text):
        return _item(item)
    if text == "request" or text.startswith("request."):
        raise TemplateError(f"unknown {text!r}; a request has body, path[0], params[name] and headers[name]")
    called = _CALL.fullmatch(text)
    if called and (text.startswith("$") or called[2] is not None):
        arguments = tuple(split(called[2], ",")) if called[2] and called[2].strip() else ()
        check(called[1], arguments)
        return Call(called[1], arguments)
    if _NAME.fullmatch(text):
        return Variable(text)
    raise TemplateError(f"{text!r} is no expression")


def _item(found: re.Match[str]) -> RequestItem:
    part = found[1]
    key = next(each for each in found.groups()[1:] if each is not None)
    if part == "path" and not (key.isascii() and key.isdecimal() and len(key) < 5):
        raise TemplateError(f"request.path takes a number, counted from 0, this is {key!r}")
    if not key:
        raise TemplateError(f"request.{part}[] needs a name")
    return RequestItem(part, key.lower() if part == "headers" else key)


def unknown_function(name: str, known: Iterator[str]) -> TemplateError:
    """Return the error for a function that there is not."""
    near = nearest(name, known)
    return TemplateError(f"unknown function {name!r}" + (f"; did you mean {near}()?" if near else ""))


def split(text: str, separator: str) -> list[str]:
    """Return the parts of a text between separators that stand outside of quotes and brackets, without blanks."""
    if separator not in text:
        return [text.strip()]
    parts: list[str] = []
    start = at = 0
    expected: list[str] = []
    while at < len(text):
        character = text[at]
        if character in "'\"" and (closing := text.find(character, at + 1)) >= 0:
            at = closing + 1
            continue
        if expected and character == expected[-1]:
            expected.pop()
        elif character in _PAIRED:
            expected.append(_PAIRED[character])
        elif not expected and text.startswith(separator, at):
            parts.append(text[start:at].strip())
            at = start = at + len(separator)
            continue
        at += 1
    return [*parts, text[start:].strip()]


def _end(text: str, start: int) -> int:
    """Return where the first `}}` outside of quotes is, else the first at all, -1 when there is none."""
    first = text.find(CLOSE, start)
    at = start
    while 0 <= at <= len(text):
        close = text.find(CLOSE, at)
        quote = min((place for mark in "'\"" if (place := text.find(mark, at, close)) >= 0), default=-1)
        if close < 0 or quote < 0:
            return close if close >= 0 else first
        closing = text.find(text[quote], quote + 1)
        if closing < 0:
            return first
        at = closing + 1
    return first
