"""Arithmetic as people write it into prompts: expressions are worked out, statements about them are judged."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import isqrt
from typing import NamedTuple

_LONGEST = 2000
_MOST_TOKENS = 60
_LARGEST_BASE, _LARGEST_POWER, _LARGEST = 10**9, 64, 10**30
_PLACES = 6
_SIGNS: Mapping[str, str] = {
    **{sign: sign for sign in "+-*/^%()"},
    "−": "-",
    "×": "*",
    "÷": "/",
    "**": "^",
    "plus": "+",
    "minus": "-",
    **dict.fromkeys(("times", "multiplied by"), "*"),
    "divided by": "/",
    **dict.fromkeys(("modulo", "mod"), "%"),
    "to the power of": "^",
    **dict.fromkeys(("% of", "percent of"), "% of"),
}
_COMPARED: Mapping[str, str] = {
    **dict.fromkeys(("=", "==", "equals", "equal to", "equal", "the same as"), "="),
    **dict.fromkeys(("!=", "<>", "≠", "not equal to", "different from"), "!="),
    **dict.fromkeys((">", "greater than", "larger than", "bigger than", "more than", "higher than"), ">"),
    **dict.fromkeys(("<", "less than", "smaller than", "fewer than", "lower than"), "<"),
    **dict.fromkeys((">=", "=>", "≥", "greater than or equal to", "at least"), ">="),
    **dict.fromkeys(("<=", "=<", "≤", "less than or equal to", "smaller than or equal to", "at most"), "<="),
}
_HOLDS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
}
_KINDS: Mapping[str, Callable[[int], bool]] = {
    "even": lambda number: number % 2 == 0,
    "odd": lambda number: number % 2 == 1,
    "prime": lambda number: number > 1 and all(number % each for each in range(2, isqrt(number) + 1)),
    "positive": lambda number: number > 0,
    "negative": lambda number: number < 0,
}
"""Kinds of whole numbers that are asked after; numbers of up to nine digits, so that a prime is found quickly."""


def _written(words: Mapping[str, str]) -> str:
    """Return a pattern of words and signs, the longest first; words are words of their own."""
    patterns = []
    for each in sorted(words, key=len, reverse=True):
        spaced = r"\s+".join(map(re.escape, each.split()))
        patterns.append(rf"\b{spaced}\b" if each[0].isalpha() else spaced)
    return "|".join(patterns)


_TOKEN = re.compile(
    r"(?P<number>(?<![\w.,])(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:\.\d{1,9})?(?![\w]|[.,]\d))"
    rf"|(?P<compared>{_written(_COMPARED)})|(?P<sign>{_written(_SIGNS)})|(?P<space>\s+)|(?P<other>[^\W_]+|.)",
    re.IGNORECASE | re.DOTALL,
)
_CROSS = re.compile(r"(?<=\d)\s?[x×]\s?(?=[\d(])", re.IGNORECASE)
_IS_KIND = re.compile(rf"\bis\s+(-?\d{{1,9}})\s+(?:an?\s+)?({'|'.join(_KINDS)})\b", re.IGNORECASE)
_WHICH_KIND = re.compile(
    rf"\bis\s+(-?\d{{1,9}})\s+(?:an?\s+)?({'|'.join(_KINDS)})\s+or\s+(?:an?\s+)?({'|'.join(_KINDS)})\b", re.IGNORECASE
)
_DIVISIBLE = re.compile(r"\bis\s+(-?\d{1,15})\s+divisible\s+by\s+(\d{1,15})\b", re.IGNORECASE)


class _Token(NamedTuple):
    kind: str
    text: str


def work_out(written: str) -> str | None:
    """Return an expression and its value, None for what is no expression of at least one operation.

    >>> work_out("17 plus 25"), work_out("2 + 3 * 4"), work_out("the weather")
    ('17 + 25 = 42', '2 + 3 * 4 = 14', None)
    """
    tokens = _tokens(written)
    if len(tokens) < 3 or any(each.kind not in ("number", "sign") for each in tokens):
        return None
    try:
        value = _Reader(tokens).whole()
    except ZeroDivisionError:
        return "Nothing can be divided by zero."
    except ValueError:
        return None
    return None if abs(value) > _LARGEST else f"{_joined(tokens)} = {spelled(value)}"


def _joined(tokens: Sequence[_Token]) -> str:
    """Return tokens as an expression is printed: spaces around signs, none within brackets or behind a sign's minus."""
    said, before = "", "("
    for place, (_, text) in enumerate(tokens):
        said += text if not said or before == "(" or text in (")", "% of") else f" {text}"
        signs = text == "-" and (place == 0 or tokens[place - 1].kind == "sign") and before != ")"
        before = "(" if signs else text
    return said


def spelled(value: Fraction) -> str:
    """Return a number in decimals, six of them at most."""
    return str(value.numerator) if value.denominator == 1 else f"{float(round(value, _PLACES)):.15g}"


def which(said: str) -> str | None:
    """Return the kind of two that a whole number is asked to be, None where that is not asked, or neither is right.

    >>> which("Is 10 even or odd?")
    'even'
    """
    asked = _WHICH_KIND.search(said[:_LONGEST])
    kinds = asked.groups()[1:] if asked else ()
    return next((kind for kind in kinds if asked and _KINDS[kind.lower()](int(asked[1]))), None)


def holds(said: str) -> bool | None:
    """Return whether a statement or question about numbers is true, None where a text compares none.

    >>> holds("Is 2 + 2 = 5?"), holds("7 is at least 7"), holds("Is 9 prime?"), holds("Is it raining?")
    (False, True, False, None)
    """
    kind = _IS_KIND.search(said[:_LONGEST])
    if kind is not None:
        return _KINDS[kind[2].lower()](int(kind[1]))
    divided = _DIVISIBLE.search(said[:_LONGEST])
    if divided is not None:
        return int(divided[2]) != 0 and int(divided[1]) % int(divided[2]) == 0
    tokens = _tokens(said)
    for place, token in enumerate(tokens):
        if token.kind != "compared":
            continue
        left, right = place, place + 1
        while left and tokens[left - 1].text != "?" and tokens[left - 1].kind in ("number", "sign"):
            left -= 1
        while right < len(tokens) and tokens[right].kind in ("number", "sign"):
            right += 1
        negated = tokens[place - 1].text.lower() == "not" if place else False
        sides = [_value(tokens[left:place]), _value(_ended(tokens[place + 1 : right]))]
        if negated or None in sides:
            continue
        return _HOLDS[_COMPARED[" ".join(token.text.lower().split())]](*sides)  # type: ignore[arg-type]
    return None


def _tokens(said: str) -> list[_Token]:
    """Return numbers, signs, comparisons and whatever else stands in a text; "is" before a comparison is no token."""
    found: list[_Token] = []
    for match in _TOKEN.finditer(_CROSS.sub("*", said[:_LONGEST])):
        kind, text = str(match.lastgroup), match[0]
        if kind == "space":
            continue
        if kind == "sign":
            text = _SIGNS[" ".join(text.lower().split())]
        if kind == "compared" and found and found[-1].text.lower() == "is":
            found.pop()
        found.append(_Token(kind, text))
    return found


def _ended(tokens: Sequence[_Token]) -> Sequence[_Token]:
    """Return tokens without the signs behind the last number, which belong to what follows."""
    end = len(tokens)
    while end and tokens[end - 1].kind == "sign" and tokens[end - 1].text != ")":
        end -= 1
    return tokens[:end]


def _value(tokens: Sequence[_Token]) -> Fraction | None:
    try:
        return _Reader(tokens).whole()
    except (ValueError, ZeroDivisionError):
        return None


class _Reader:
    """Reads an expression: sums of products of powers. Raises ValueError for what is none."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        if not 0 < len(tokens) <= _MOST_TOKENS:
            raise ValueError("no expression of a readable length")
        self._tokens = [each.text for each in reversed(tokens)]

    def whole(self) -> Fraction:
        value = self._sum()
        if self._tokens:
            raise ValueError("something is left")
        return value

    def _sum(self) -> Fraction:
        value = self._product()
        while self._next() in ("+", "-"):
            value = value + self._product() if self._tokens.pop() == "+" else value - self._product()
        return value

    def _product(self) -> Fraction:
        value = self._power()
        while self._next() in ("*", "/", "%", "% of"):
            sign, other = self._tokens.pop(), self._power()
            if sign == "% of":
                value = value * other / 100
            else:
                value = value * other if sign == "*" else value / other if sign == "/" else value % other
        return value

    def _power(self) -> Fraction:
        if self._next() == "-":
            self._tokens.pop()
            return -self._power()
        base = self._atom()
        if self._next() != "^":
            return base
        self._tokens.pop()
        exponent = self._power()
        if exponent.denominator != 1 or abs(exponent) > _LARGEST_POWER or abs(base) > _LARGEST_BASE:
            raise ValueError("a power that nobody works out in the head")
        return Fraction(base ** int(exponent))

    def _atom(self) -> Fraction:
        token = self._tokens.pop() if self._tokens else ""
        if token == "(":
            value = self._sum()
            if not self._tokens or self._tokens.pop() != ")":
                raise ValueError("a bracket is open")
            return value
        if not token[:1].isdigit():
            raise ValueError("a number is missing")
        return Fraction(token.replace(",", ""))

    def _next(self) -> str:
        return self._tokens[-1] if self._tokens else ""
