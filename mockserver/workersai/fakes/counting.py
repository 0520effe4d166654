"""Prompts about numbers and letters: to count, to list, to say how many words a text has, to turn it around."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from mockserver.workersai.fakes import choices
from mockserver.workersai.fakes.categories import THINGS

_MOST = 200
_NAMES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty""".split()
_NUMBER = rf"(\d{{1,6}}|{'|'.join(sorted(_NAMES, key=len, reverse=True))})"
_COUNT = re.compile(
    rf"count\s+(?:up\s+|down\s+|backwards?\s+|out\s+loud\s+)?(?:from\s+)?(?:{_NUMBER}\s+)?(?:up\s+|down\s+|backwards?\s+)?"
    rf"(?:to|through|until|till)\s+{_NUMBER}\b",
    re.IGNORECASE,
)
_FIRST = r"(?:list|print|write|give\s+me|give|name)\s+(?:out\s+)?(?:all\s+)?(?:of\s+)?(?:the\s+)?"
_KIND = r"(?:(even|odd|prime|square|whole|natural|integer)\s+)?"
_RANGE = re.compile(
    rf"{_FIRST}{_KIND}(?:numbers?|integers?|digits?|primes?|squares?)\s+(?:from|between)\s+{_NUMBER}\s*(?:to|through|and|-|–)\s*{_NUMBER}\b",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    rf"{_FIRST}first\s+{_NUMBER}\s+{_KIND}(numbers|integers|primes|squares|fibonacci numbers|multiples of \d{{1,6}})\b",
    re.IGNORECASE,
)
_THINGS = re.compile(
    rf"{_FIRST}(?:{_NUMBER}\s+)?(?:different\s+|common\s+|popular\s+|random\s+)?([a-z]+(?:\s[a-z]+)?)(?:\s+of\s+the\s+(?:week|year|rainbow|world))?"
    r"(?:[,.!]|\s+separated\b|\s+in\s+a\b|\s+one\s+per\b|\s+as\b|\s*$)",
    re.IGNORECASE,
)
_ONE_PER_LINE = re.compile(
    r"\b(?:one|each)\s+(?:per|on\s+(?:a|its)\s+(?:own|new|separate))\b|\bnew\s*lines?\b", re.IGNORECASE
)
_SPACED = re.compile(r"\bseparated by (?:a )?(?:single )?spaces?\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\bnumbered\b", re.IGNORECASE)
_UNITS: Mapping[str, Callable[[str], int]] = {
    "word": lambda text: len(re.findall(r"[^\W_](?:[\w'’-]*\w)?", text)),
    "letter": lambda text: sum(map(str.isalpha, text)),
    "character": len,
    "char": len,
    "vowel": lambda text: sum(letter in "aeiou" for letter in text.lower()),
    "consonant": lambda text: sum(letter.isalpha() and letter not in "aeiou" for letter in text.lower()),
    "sentence": lambda text: len([part for part in re.split(r"[.!?]+(?:\s|$)", text) if part.strip()]),
    "line": lambda text: len(text.splitlines()),
    "digit": lambda text: sum(map(str.isdigit, text)),
    "space": lambda text: text.count(" "),
    "item": lambda text: len([part for part in re.split(r",|\band\b", text) if part.strip(" .")]),
}
_MEASURE = re.compile(
    rf"(?:count|how\s+many|what\s+is\s+the)\s+(?:the\s+)?(?:number\s+of\s+|total\s+)?"
    rf"(?:(?:times\s+(?:the\s+)?|occurrences\s+of\s+(?:the\s+)?|instances\s+of\s+(?:the\s+)?)?(?:letter\s+)?"
    rf"[\"“'‘]?(?P<letter>[a-z])[\"”'’]?(?:'s|’s|s)?|(?P<unit>{'|'.join(_UNITS)})s?)(?=\s)\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_WITHIN = re.compile(
    r"(?:(?:are\s+(?:there\s+)?|does\s+|do\s+we\s+have\s+)?(?:in|of)\s+|does\s+)?(?:the\s+)?(?:word\s+|string\s+|phrase\s+|name\s+)?"
    r"[\"“'‘]?(?P<text>[\w-]+)[\"”'’]?(?:\s+(?:have|contain))?[?.!]*",
    re.IGNORECASE,
)
_CHANGES: Mapping[str, Callable[[str], str]] = {
    r"\breverse\b": lambda text: text[::-1],
    r"\b(?:upper\s*-?case|capital\s+letters|all\s+caps)\b": str.upper,
    r"\blower\s*-?case\b": str.lower,
    r"\btitle\s*-?case\b": str.title,
    r"\bcapitali[sz]e\b": lambda text: text[:1].upper() + text[1:],
    r"\bsort\b": lambda text: ", ".join(_sorted(text)),
}


def counted(said: str) -> str | None:
    """Return the numbers that a prompt asks to be counted, None for any other.

    >>> counted("Count backwards from three to 1")
    '3, 2, 1'
    """
    found = _COUNT.match(said)
    if found is None:
        return None
    first, last = _number(found[1] or "1"), _number(found[2])
    step = 1 if last >= first else -1
    return None if abs(last - first) >= _MOST else _in_line(range(first, last + step, step), said)


def listed(said: str) -> str | None:
    """Return numbers, or things of a common kind, that a prompt asks to be listed, None for any other.

    >>> listed("List the even numbers from 1 to 10"), listed("Name three colors.")
    ('2, 4, 6, 8, 10', 'red, blue, green')
    """
    span = _RANGE.match(said)
    if span is not None:
        first, last = _number(span[2]), _number(span[3])
        step = 1 if last >= first else -1
        kind = span[1] or ("prime" if "prime" in span[0].lower() else "")
        if abs(last - first) >= _MOST:
            return None
        return _in_line((each for each in range(first, last + step, step) if _is(kind.lower(), each)), said) or None
    beginning = _BEGINNING.match(said)
    if beginning is not None:
        return _in_line(_beginning(beginning[2] or "", beginning[3].lower(), min(_MOST, _number(beginning[1]))), said)
    things = _THINGS.match(said)
    kind = things[2].lower() if things else ""
    known = THINGS.get(kind)
    if things is None or known is None:
        return None
    wanted = _number(things[1]) if things[1] else len(known) if re.search(r"\ball\b|\bthe\b", things[0]) else 5
    return None if not 0 < wanted <= len(known) else _in_line(known[:wanted], said)


def measured(said: str) -> str | None:
    """Return how many words, letters or the like a text has, None where a prompt asks for something else.

    >>> measured("Count the words in: the quick brown fox"), measured("How many r's are in strawberry?")
    ('4', '3')
    """
    found = _MEASURE.match(said)
    if found is None:
        return None
    task = choices.split(said)
    text = task.text
    if not text or _MEASURE.match(text):
        word = _WITHIN.fullmatch(found["rest"].strip())
        text = word["text"] if word else ""
    if not text:
        return None
    letter = found["letter"]
    return str(text.lower().count(letter.lower()) if letter else _UNITS[found["unit"].lower()](text))


def changed(said: str) -> str | None:
    """Return a text turned around, in capital letters or sorted, as a prompt says.

    >>> changed("Convert to uppercase: hello"), changed("Sort: pear, apple"), changed("Make tea")
    ('HELLO', 'apple, pear', None)
    """
    task = choices.split(said)
    change = next((how for what, how in _CHANGES.items() if re.search(what, task.instruction, re.IGNORECASE)), None)
    return change(task.text) if change and task.text else None


def _sorted(text: str) -> list[str]:
    items = [item.strip(" .[]") for item in re.split(r",|\n|\band\b" if "," in text else r"\s+", text)]
    items = [item for item in items if item]
    if all(re.fullmatch(r"-?\d{1,15}(?:\.\d+)?", item) for item in items):
        return sorted(items, key=float)
    return sorted(items, key=str.lower)


def _number(written: str) -> int:
    return int(written) if written.isdigit() else _NAMES.index(written.lower())


def _is(kind: str, number: int) -> bool:
    """Say whether a number is of a kind; every number is of one without a name of its own."""
    if kind == "prime":
        return number > 1 and all(number % each for each in range(2, int(number**0.5) + 1))
    if kind in ("square", "squares"):
        return int(number**0.5) ** 2 == number
    return number % 2 == (kind == "odd") if kind in ("even", "odd") else True


def _beginning(kind: str, noun: str, wanted: int) -> Iterator[int]:
    """Yield the first numbers of a kind, from 1."""
    if noun == "fibonacci numbers":
        one, other = 0, 1
        for _ in range(wanted):
            yield one
            one, other = other, one + other
        return
    if noun.startswith("multiples"):
        yield from (int(noun.split()[-1]) * each for each in range(1, wanted + 1))
        return
    kind = kind.lower() or noun.removesuffix("s")
    if kind == "square":
        yield from (each * each for each in range(1, wanted + 1))
        return
    number, found = 0, 0
    while found < wanted:
        number += 1
        if _is(kind, number):
            found += 1
            yield number


def _in_line(things: Iterable[object], said: str) -> str:
    """Return things behind each other, or below where a prompt says so."""
    names = [str(each) for each in things]
    if _NUMBERED.search(said):
        return "\n".join(f"{place}. {name}" for place, name in enumerate(names, 1))
    return ("\n" if _ONE_PER_LINE.search(said) else " " if _SPACED.search(said) else ", ").join(names)
