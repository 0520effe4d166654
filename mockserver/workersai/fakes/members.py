"""What a text tells of one member: a value among several, a number, a date, a name, the items of a plain list."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from mockserver.workersai.fakes import choices, dates, decisions, forms, literal, readings, sentiment, summary
from mockserver.workersai.fakes.text import keywords
from mockserver.workersai.tokens import pieces

_MOST_ITEMS, _MOST_VALUES = 50, 100
_CLOCK = re.compile(r"\b(\d{1,2})(?:[:.](\d{2}))?\s*([ap])\.?m\b|\b([01]?\d|2[0-3]):([0-5]\d)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])-?\d{1,12}(?:\.\d{1,6})?(?![\w.]*\w)")
DATES = frozenset(
    "date day due deadline when birthday birthdate born dob published issued expires expiry start end".split()
)
PEOPLE = frozenset(
    """participants attendees people persons users members employees customers contacts guests students
        authors team children friends staff players speakers names invitees recipients colleagues
        participant person attendee""".split()
)
_PERSON = frozenset(
    "name person author customer user contact sender recipient attendee host patient employee client".split()
)
_EVENTS = frozenset("event meeting appointment reminder".split())
_RESULTS = frozenset(
    "answer result solution output response reply translation translated label category classification verdict".split()
)
_FORMATS: Mapping[str, str] = {"email": "email", "idn-email": "email", "uri": "url", "url": "url", "iri": "url"}
_PLURALS: Mapping[str, str] = {
    "emails": "email", "mails": "email", "urls": "url", "links": "url", "websites": "url", "phones": "phone",
    "numbers": "", "dates": "", "tags": "", "keywords": "", "topics": "",
}  # fmt: skip
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_WORKED_OUT = frozenset("answer result solution sum total difference product quotient value count".split())
_READ_OFF: Mapping[str, Callable[[str], float | None]] = {
    **dict.fromkeys(("year",), readings.year),
    **dict.fromkeys(("age",), readings.age),
    **dict.fromkeys(("rating", "stars", "score"), readings.stars),
    **dict.fromkeys(("quantity", "qty", "count", "units"), readings.quantity),
}
"""What is read off a text for members with such a word in their name."""


class Source(NamedTuple):
    """A prompt, and the text that it is about: often the same."""

    prompt: str
    said: str


def in_words(wanted: str, said: str) -> str | None:
    """Return what is asked for of a text in plain words ("the email addresses"), None where it is not there.

    >>> in_words("email", "Write to ann@example.com."), in_words("names", "Alice met Bob.")
    ('ann@example.com', 'Alice, Bob')
    """
    words = [
        word for word in words_of(wanted) if word not in ("addresses", "address", "all", "every", "mentioned")
    ] or words_of(wanted)
    if not words:
        return None
    source = Source(said, said)
    singular = " ".join([*words[:-1], words[-1].removesuffix("s")])
    if wanted.strip().endswith("s") or words[-1] == "people":
        listed = forms.find_all(singular, said) or items(words, {"type": "string"}, source)
        if listed:
            return ", ".join(map(str, listed))
    found = text_of(singular, singular, {}, "", source)
    if found is None:
        told = number(singular, singular, {"type": "number"}, None, source)
        found = None if told is None else f"{told:g}"
    return found


def words_of(name: str) -> list[str]:
    """Return the words of a member's name in lower case, however it is written.

    >>> words_of("firstName"), words_of("due_date")
    (['first', 'name'], ['due', 'date'])
    """
    return [word.lower() for word in _WORD.findall(name)]


def told(name: str, schema: Mapping[str, Any], made: Any, source: Source) -> Any:
    """Return what is told of a plain member of a type, None when nothing is."""
    about, kind = f"{name} {schema.get('description', '')}", schema.get("type")
    if isinstance(schema.get("enum"), list):
        return one_of(schema["enum"], about, source)
    if "const" in schema:
        return None
    if kind == "boolean" or (kind is None and isinstance(made, bool)):
        return boolean(name, source)
    if kind in ("number", "integer") or (kind is None and isinstance(made, int | float)):
        return number(name, about, schema, made, source)
    if kind == "string" or (kind is None and isinstance(made, str)):
        return text_of(name, about, schema, made, source)
    return None


def one_of(offered: Sequence[Any], about: str, source: Source) -> str | None:
    """Return the one of some values that a text names, or speaks for by its mood or its words, None for none."""
    values = [each for each in offered if isinstance(each, str)][:_MOST_VALUES]
    mood = sentiment.among(values, source.said)
    if mood is not None:
        return mood
    named = [
        each
        for each in values
        if re.search(rf"(?<!\w){re.escape(each.replace('_', ' '))}(?!\w)", source.said, re.IGNORECASE)
    ]
    if "currency" in words_of(about) and readings.currency(source.said) in values:
        return readings.currency(source.said)
    return named[0] if len(named) == 1 else choices.told_by(named or values, source.said)


def boolean(name: str, source: Source) -> bool | None:
    """Return whether a text says that something is so, None where it does not speak of it."""
    judged = choices.judged(choices.Task(" ".join(words_of(name)), source.said))
    return decisions.is_so(name, source.said) if judged is None else judged


def number(name: str, about: str, schema: Mapping[str, Any], made: Any, source: Source) -> int | float | None:
    """Return the number that a text tells of a member: a result, an age, a quantity, what stands behind its name."""
    words = set(words_of(name))
    found: float | None = None
    if words & _WORKED_OUT:
        result = (literal.answer(source.prompt, pieces(source.prompt)) or "").rpartition(" = ")[2]
        found = float(result) if _NUMBER.fullmatch(result) else None
    for word, read in _READ_OFF.items():
        if found is None and word in words:
            found = read(source.said)
    if found is None:
        found = decisions.number_told(name, about, source.said)
    if found is None or found != found or abs(found) > 1e15:
        return None
    whole = schema.get("type") == "integer" or (found == int(found) and not isinstance(made, float))
    return int(found) if whole and found == int(found) else None if schema.get("type") == "integer" else found


def text_of(name: str, about: str, schema: Mapping[str, Any], made: Any, source: Source) -> str | None:
    """Return the text that a prompt tells of a member, None when it tells nothing."""
    words = words_of(name)
    form = schema.get("format")
    if form is not None:
        return _formatted(str(form), name, about, source)
    if _RESULTS & set(words):
        plain = literal.answer(source.prompt, pieces(source.prompt))
        if plain is not None:
            return plain.rpartition(" = ")[2] if " = " in plain else plain
    return _dated(name, about, words, source) or _named(name, about, words, made, source)


def _formatted(form: str, name: str, about: str, source: Source) -> str | None:
    if form in _FORMATS:
        return forms.find(_FORMATS[form], source.said)
    clock = _clock(source.said)
    if form == "time":
        return f"{clock}:00Z" if clock else None
    day = dates.told(about, source.said) if form in ("date", "date-time") else None
    return day if form == "date" or day is None else f"{day}T{clock or '00:00'}:00Z"


def _dated(name: str, about: str, words: Sequence[str], source: Source) -> str | None:
    """Return the day or the date for members that are called so."""
    if not (DATES & set(words) or words[-1:] in (["at"], ["on"])) or {"location", "place", "time"} & set(words):
        return None
    return dates.told(about, source.said) or readings.day(source.said)


def _named(name: str, about: str, words: Sequence[str], made: Any, source: Source) -> str | None:
    last = words[-1] if words else ""
    labelled = decisions.labelled(name, source.said) or decisions.labelled(name.rpartition(" ")[2], source.said)
    if forms.asks_for(name):
        return forms.find(name, source.said) or labelled
    read = readings.of(name)
    if read is not None:
        return labelled or read(source.said) or decisions.name_behind(about, source.said)
    if labelled:
        return labelled
    thing = readings.thing(" ".join(words), source.said)
    if thing is not None:
        return thing
    if decisions.asks_for_firms(words):
        return decisions.firm(source.said) or decisions.name_behind(about, source.said) or readings.firm(source.said)
    behind = decisions.name_behind(about, source.said)
    if behind is not None or _PERSON & set(words):
        return behind or _person(words, source)
    if {"summary", "abstract"} & set(words):
        return summary.summarise(source.said, 60)
    if last in ("sentiment", "mood", "tone"):
        return choices.choose(choices.Task("sentiment", source.said))
    return decisions.whole_name(made, source.said) if isinstance(made, str) else None


def _person(words: Sequence[str], source: Source) -> str | None:
    if _EVENTS & set(words):
        return readings.event(source.said)
    people = readings.people(source.said)
    if not people or {"product", "item"} & set(words):
        return None
    whole = people[0][1]
    if {"first", "given"} & set(words):
        return whole.split()[0]
    if {"last", "family"} & set(words):
        return whole.split()[-1] if " " in whole else None
    return whole


def items(words: Sequence[str], inner: Mapping[str, Any], source: Source) -> list[Any]:
    """Return plain items that a text tells: people, addresses, numbers, one of several values, things of a list."""
    kind, offered = inner.get("type"), inner.get("enum")
    if isinstance(offered, list):
        return [
            each
            for each in offered
            if isinstance(each, str) and re.search(rf"(?<!\w){re.escape(each)}(?!\w)", source.said, re.IGNORECASE)
        ]
    if kind in ("number", "integer"):
        numbers = [float(each) for each in _NUMBER.findall(source.said)[:_MOST_ITEMS]]
        return [int(each) if each == int(each) else each for each in numbers if kind == "number" or each == int(each)]
    if kind != "string":
        return []
    form = _FORMATS.get(str(inner.get("format"))) or next(
        (_PLURALS[word] for word in words if _PLURALS.get(word)), None
    )
    if form is not None:
        return forms.find_all(form, source.said)
    if inner.get("format") == "date" or "dates" in words:
        return dates.all_told(source.said)
    if "format" in inner:
        return []
    if {"cities", "places", "locations", "countries"} & set(words):
        return list(readings.places(source.said))
    things = next((found for word in words if (found := readings.things(word, source.said))), [])
    if things:
        return things
    if PEOPLE & set(words):
        return [name for _, name in readings.people(source.said)]
    if {"tags", "keywords", "topics", "hashtags"} & set(words):
        return re.findall(r"(?<!\w)#\w{1,60}", source.said) if "#" in source.said else keywords(source.said)[:5]
    return readings.listed(source.said)


def _clock(said: str) -> str | None:
    """Return the first time of day in a text, as HH:MM."""
    found = _CLOCK.search(said)
    if found is None:
        return None
    if found[4]:
        return f"{int(found[4]):02}:{found[5]}"
    hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0)
    return f"{hour:02}:{found[2] or '00'}" if int(found[1]) <= 12 else None
