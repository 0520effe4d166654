"""Functions that people ask for by name all the time, in Python and JavaScript."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Idiom:
    """A small function whose body is one expression."""

    told_by: tuple[frozenset[str], ...]
    """Groups of words; a prompt that has a word of each group asks for it."""
    name: str
    """In snake case."""
    takes: tuple[tuple[str, str], ...]
    """Parameters and their TypeScript types."""
    gives: str
    """The TypeScript type of the result."""
    says: str
    python: str
    javascript: str


def _words(*groups: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.split()) for group in groups)


_TWO = (("a", "number"), ("b", "number"))
_TEXT = (("text", "string"),)
_WHOLE = (("n", "number"),)
_MANY = (("numbers", "number[]"),)
_MEMBERS = "array list numbers items values elements integers"

IDIOMS = (
    Idiom(_words("sum total add adds adding", _MEMBERS, "array list all items values elements"), "total", _MANY,
          "number", "Return the sum of all numbers.", "sum(numbers)", "numbers.reduce((sum, each) => sum + each, 0)"),
    Idiom(_words("add adds adding sum sums", "two numbers integers together"), "add", _TWO, "number",
          "Return the sum of two numbers.", "a + b", "a + b"),
    Idiom(_words("subtract subtracts difference", "two numbers integers"), "subtract", _TWO, "number",
          "Return the difference of two numbers.", "a - b", "a - b"),
    Idiom(_words("multiply multiplies product", "two numbers integers"), "multiply", _TWO, "number",
          "Return the product of two numbers.", "a * b", "a * b"),
    Idiom(_words("reverse reverses reversing", "string text word strings"), "reverse_text", _TEXT, "string",
          "Return a text with its letters in reverse order.", "text[::-1]", '[...text].reverse().join("")'),
    Idiom(_words("palindrome palindromes"), "is_palindrome", _TEXT, "boolean",
          "Say whether a text reads the same backwards.", "text == text[::-1]",
          'text === [...text].reverse().join("")'),
    Idiom(_words("factorial factorials"), "factorial", _WHOLE, "number", "Return the product of 1 to n.",
          "1 if n < 2 else n * factorial(n - 1)", "n < 2 ? 1 : n * factorial(n - 1)"),
    Idiom(_words("fibonacci"), "fibonacci", _WHOLE, "number", "Return the n-th Fibonacci number, counted from 0.",
          "n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)",
          "n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2)"),
    Idiom(_words("prime primes"), "is_prime", _WHOLE, "boolean", "Say whether a whole number is prime.",
          "n > 1 and all(n % d for d in range(2, int(n**0.5) + 1))",
          "n > 1 && ![...Array(n).keys()].some((d) => d > 1 && n % d === 0)"),
    Idiom(_words("even"), "is_even", _WHOLE, "boolean", "Say whether a whole number is even.", "n % 2 == 0",
          "n % 2 === 0"),
    Idiom(_words("max maximum largest biggest", _MEMBERS), "largest", _MANY, "number",
          "Return the largest of the numbers.", "max(numbers)", "Math.max(...numbers)"),
    Idiom(_words("min minimum smallest", _MEMBERS), "smallest", _MANY, "number",
          "Return the smallest of the numbers.", "min(numbers)", "Math.min(...numbers)"),
    Idiom(_words("average mean", _MEMBERS), "average", _MANY, "number", "Return the mean of the numbers.",
          "sum(numbers) / len(numbers)", "numbers.reduce((sum, each) => sum + each, 0) / numbers.length"),
    Idiom(_words("count counts", "vowel vowels"), "count_vowels", _TEXT, "number",
          "Return how many vowels a text has.", 'sum(letter in "aeiou" for letter in text.lower())',
          "(text.match(/[aeiou]/gi) ?? []).length"),
)  # fmt: skip
"""The first that fits is meant."""


def idiom_in(words: frozenset[str]) -> Idiom | None:
    """Return the function that a prompt of these words asks for, None for any other."""
    return next((each for each in IDIOMS if all(group & words for group in each.told_by)), None)


def written(idiom: Idiom, language: str) -> str | None:
    """Return the function as code, None in a language other than Python, JavaScript and TypeScript."""
    if language == "python":
        return f'def {idiom.name}({_listed(idiom)}):\n    """{idiom.says}"""\n    return {idiom.python}'
    if language not in ("javascript", "typescript"):
        return None
    first, *others = idiom.name.split("_")
    camel = first + "".join(map(str.capitalize, others))
    takes, gives, export = _listed(idiom), "", ""
    if language == "typescript":
        takes, gives, export = ", ".join(f"{name}: {kind}" for name, kind in idiom.takes), f": {idiom.gives}", "export "
    return f"{export}function {camel}({takes}){gives} {{\n  // {idiom.says}\n  return {idiom.javascript};\n}}"


def renamed(idiom: Idiom, language: str, names: Sequence[str]) -> str | None:
    """Return what the function gives, with other names for what it takes; None in a language it is not known in.

    >>> renamed(IDIOMS[1], "python", ["x", "y"])
    'x + y'
    """
    given = {"python": idiom.python, "javascript": idiom.javascript, "typescript": idiom.javascript}.get(language)
    called = dict(zip((name for name, _ in idiom.takes), names, strict=True))
    if given is None:
        return None
    return re.sub(r"\b(?:" + "|".join(called) + r")\b(?!\()", lambda match: called[match[0]], given)


def _listed(idiom: Idiom) -> str:
    return ", ".join(name for name, _ in idiom.takes)
