"""Regular expressions in the flavour of ECMA-262: reading them, and writing strings that match."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from mockserver.openapi.sampling.characters import (
    ANY,
    DIGITS,
    ESCAPED,
    SPACE,
    WORD,
    Ranges,
    complement,
    pool,
    property_ranges,
)

MANY = 1 << 40
"""Stands for "no upper limit"."""


class PatternError(ValueError):
    """A regular expression that cannot be read."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a regular expression; what it matches is `low` to `high` characters long."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Chars(Node):
    """One character out of code point ranges."""

    ranges: Ranges
    pool: str
    """The likeable ones among them."""


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """One part after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either(Node):
    """One of several."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat(Node):
    """The same part, `least` to `most` times."""

    inner: Node
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Group(Node):
    """A part that is remembered."""

    inner: Node
    name: str


@dataclass(frozen=True, slots=True)
class Back(Node):
    """What a group matched, again."""

    name: str


@dataclass(frozen=True, slots=True)
class Look(Node):
    """A look ahead or behind: takes no characters."""

    inner: Node
    wanted: bool
    ahead: bool


@dataclass(frozen=True, slots=True)
class Edge(Node):
    """^, $, \\b or \\B."""

    kind: str


def sequence(parts: list[Node]) -> Node:
    """Return the parts one after the other."""
    if len(parts) == 1:
        return parts[0]
    return Sequence(sum(part.low for part in parts), min(MANY, sum(part.high for part in parts)), tuple(parts))


def either(options: list[Node]) -> Node:
    """Return a choice between the options."""
    if len(options) == 1:
        return options[0]
    return Either(min(each.low for each in options), max(each.high for each in options), tuple(options))


def repeat(inner: Node, least: int, most: int) -> Node:
    """Return the part, `least` to `most` times."""
    return Repeat(inner.low * least, min(MANY, inner.high * most), inner, least, most)


def chars(ranges: Ranges) -> Chars:
    """Return one character out of the ranges."""
    return Chars(1, 1, ranges, pool(ranges))


def _property(name: str) -> Ranges:
    try:
        return property_ranges(name)
    except LookupError as error:
        raise PatternError(*error.args) from None


@lru_cache(maxsize=512)
def parse(text: str) -> Node:
    """Read a regular expression. Raises PatternError."""
    reader = _Reader(text)
    node = reader.alternatives()
    if reader.at < len(text):
        raise PatternError(f"unbalanced ) in {text!r}")
    return node


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.groups = 0
        self.depth = 0

    def peek(self, wanted: str) -> bool:
        return self.text.startswith(wanted, self.at)

    def accept(self, wanted: str) -> bool:
        if self.text.startswith(wanted, self.at):
            self.at += len(wanted)
            return True
        return False

    def take(self) -> str:
        if self.at >= len(self.text):
            raise PatternError(f"{self.text!r} ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def until(self, end: str) -> str:
        stop = self.text.find(end, self.at)
        if stop < 0:
            raise PatternError(f"{end} is missing in {self.text!r}")
        found, self.at = self.text[self.at : stop], stop + len(end)
        return found

    def alternatives(self) -> Node:
        self.depth += 1
        if self.depth > 60:
            raise PatternError("groups are nested too deeply")
        options = [self.series()]
        while self.accept("|"):
            options.append(self.series())
        self.depth -= 1
        return either(options)

    def series(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.text) and not (self.peek("|") or self.peek(")")):
            part = self.atom()
            if bounds := self.quantifier():
                part = repeat(part, *bounds)
            parts.append(part)
        return sequence(parts)

    def quantifier(self) -> tuple[int, int] | None:
        bounds = None
        if self.accept("*"):
            bounds = (0, MANY)
        elif self.accept("+"):
            bounds = (1, MANY)
        elif self.accept("?"):
            bounds = (0, 1)
        elif self.peek("{"):
            end = self.text.find("}", self.at, self.at + 24)
            inside = self.text[self.at + 1 : end] if end > 0 else ""
            low, comma, high = inside.partition(",")
            if low.isdigit() and (not high or high.isdigit()):
                self.at += len(inside) + 2
                bounds = (int(low), int(high) if high else MANY if comma else int(low))
                if bounds[0] > bounds[1]:
                    raise PatternError(f"numbers out of order in {{{inside}}}")
        if bounds:
            self.accept("?")  # laziness changes what is captured, never what matches
        return bounds

    def atom(self) -> Node:
        char = self.take()
        if char == "(":
            return self.group()
        if char == "[":
            return chars(self.char_class())
        if char == ".":
            return chars(ANY)
        if char in "^$":
            return Edge(0, 0, char)
        if char == "\\":
            return self.escape()
        return chars(((ord(char), ord(char)),))

    def group(self) -> Node:
        name = None
        look = None
        for mark, wanted, ahead in (
            ("?=", True, True),
            ("?!", False, True),
            ("?<=", True, False),
            ("?<!", False, False),
        ):
            if self.accept(mark):
                look = (wanted, ahead)
                break
        else:
            if self.accept("?:"):
                name = ""
            elif self.accept("?<") or self.accept("?P<"):
                name = self.until(">")
            elif self.accept("?"):
                self.until(":")
                name = ""
        if look is None and name != "":
            self.groups += 1
            name = name or str(self.groups)
        inner = self.alternatives()
        if not self.accept(")"):
            raise PatternError(f") is missing in {self.text!r}")
        if look is not None:
            return Look(0, 0, inner, *look)
        return Group(inner.low, inner.high, inner, name) if name else inner

    def escape(self) -> Node:
        char = self.take()
        if char in "bB":
            return Edge(0, 0, char)
        if char in "AZz" and char != "z":
            return Edge(0, 0, "^" if char == "A" else "$")
        if char == "k" and self.accept("<"):
            return Back(0, MANY, self.until(">"))
        if char in "123456789":
            number = char
            while self.at < len(self.text) and self.text[self.at].isdigit():
                number += self.take()
            return Back(0, MANY, number)
        return chars(self.escaped(char))

    def escaped(self, char: str) -> Ranges:
        kinds: dict[str, Ranges] = {"d": DIGITS, "w": WORD, "s": SPACE}
        if char.lower() in kinds:
            ranges = kinds[char.lower()]
            return complement(ranges) if char.isupper() else ranges
        if char in "pP":
            name = self.until("}")[1:] if self.peek("{") else self.take()
            ranges = _property(name.removeprefix("^"))
            return complement(ranges) if (char == "P") != name.startswith("^") else ranges
        point = ord(char)
        if char in ESCAPED:
            point = ESCAPED[char]
        elif char == "c":
            point = ord(self.take()) % 32
        elif char == "x":
            point = self.hexadecimal(2)
        elif char == "u":
            point = int(self.until("}")[1:], 16) if self.peek("{") else self.hexadecimal(4)
            if 0xD800 <= point < 0xDC00 and self.accept("\\u"):
                point = 0x10000 + ((point - 0xD800) << 10) + (self.hexadecimal(4) - 0xDC00)
        return ((point, point),)

    def hexadecimal(self, digits: int) -> int:
        try:
            return int("".join(self.take() for _ in range(digits)), 16)
        except ValueError:
            raise PatternError(f"a hexadecimal number is missing in {self.text!r}") from None

    def char_class(self) -> Ranges:
        negated = self.accept("^")
        ranges: list[tuple[int, int]] = []
        while not self.accept("]"):
            low = self.class_member()
            if self.peek("-") and not self.text.startswith("-]", self.at) and len(low) == 1 and low[0][0] == low[0][1]:
                self.at += 1
                high = self.class_member()
                if len(high) != 1 or high[0][0] < low[0][0]:
                    raise PatternError(f"a range out of order in {self.text!r}")
                ranges.append((low[0][0], high[0][1]))
            else:
                ranges.extend(low)
        return complement(tuple(ranges)) if negated else tuple(ranges)

    def class_member(self) -> Ranges:
        char = self.take()
        if char != "\\":
            return ((ord(char), ord(char)),)
        char = self.take()
        return ((8, 8),) if char == "b" else self.escaped(char)
