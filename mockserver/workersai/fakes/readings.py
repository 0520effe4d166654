"""Values that are known by what they are: currencies, places, people, trades, ages, the things of a list."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice

from mockserver.workersai.fakes.categories import THINGS
from mockserver.workersai.fakes.places import CITIES, CODES, COUNTRIES, CURRENCIES
from mockserver.workersai.fakes.text import SMALL

_READ, _MOST, _LONGEST_ITEM = 20_000, 200, 80
_LETTERS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_CODE = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(sorted(CODES))})(?![A-Za-z])")
_MONEY_SIGN = re.compile(
    "|".join(rf"\b{word}\b" if word.isascii() and word.isalpha() else re.escape(word) for word in CURRENCIES),
    re.IGNORECASE,
)
_NAME = r"[A-Z][\w'’-]{0,40}"
_BEFORE_CODE = re.compile(
    rf"({_NAME}(?: {_NAME}){{0,2}}),? [A-Z]{{2}},? \d{{5}}\b|\b\d{{4,5}} ({_NAME}(?: {_NAME}){{0,2}})"
)
_PLACED = re.compile(rf"\b(?:in|from|to|near|at|of|lives? in|based in|city of)\s+({_NAME}(?: {_NAME}){{0,2}})")
_STREET = re.compile(
    rf"\b\d{{1,6}}[a-z]? (?:{_NAME} ){{1,4}}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|"
    r"Blvd|Way|Square|Court|Ct|Place|Pl)\b\.?"
    rf"|\b[A-ZÄÖÜ][\wäöüß-]{{1,40}}(?:straße|strasse|str\.|weg|platz|allee|gasse) \d{{1,4}}[a-z]?\b"
)
_AGE = re.compile(
    r"\b(\d{1,3})[ -](?:years?|yrs?)[ -]?(?:old|of age)?\b|"
    r"\b(?:aged?|age of|turned|is|am)\s+(\d{1,3})\b(?!\s*[%$€£:./-])|"
    rf"{_NAME}(?:,\s*|\s*\()(\d{{1,3}})(?=[\s,.;)]|$)"
)
_TRADE = re.compile(
    r"\b(?:works?|working|worked|job|hired|employed|is|am|was|serves?)\s+(?:now\s+|currently\s+)?(?:as\s+)?(?:an?|the|our)\s+"
    r"((?:[a-z][\w-]{1,30} ){0,3}[a-z][\w-]{1,30}"
    r"(?:er|or|ist|ian|ant|ent|ect|eer|yst|ner|her|ger|tor|eon|ief|rse|ook|hef|lot|CEO))\b"
)
_FIRM_AT = re.compile(rf"\b(?:at|for|with|by|from|joined|company)\s+({_NAME}(?: (?:{_NAME}|&|of)){{0,4}})")
_EVENT = re.compile(
    r"\b(?:going to|go to|attend(?:s|ing)?|have|schedule|book|plan|invited to|at|for|to)\s+(?:an?|the|our)\s+"
    r"((?:[a-z][\w-]{0,30} ){0,3}[a-z][\w-]{0,30}?)(?=\s+(?:on|at|in|this|next|with|tomorrow|today)\b|[.,!?]|\s*$)"
)
COUNTED = {
    word: number
    for number, words in enumerate(
        (
            "",
            "a an one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "dozen twelve",
        )
    )
    for word in words.split()
}
"""Words for small numbers."""
QUANTITY = re.compile(
    rf"\s*(?:(\d{{1,6}})(?:\s*x)?|(?:a\s+)?({'|'.join(COUNTED)}))\s+(?!(?:%|years?|am|pm)\b)", re.IGNORECASE
)
"""A number that the name of something stands behind."""
_STARS = re.compile(r"\b(\d{1,2}(?:\.\d)?)\s*(?:/\s*\d{1,3}|out of \d{1,3}|stars?\b)", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\w-])(?:1[5-9]|20|21)\d\d(?![\w%-])")
_QUOTED = re.compile(r"(?<!\w)[\"“«'‘]([^\"”»\n]{1,200}?)[\"”»'’](?!\w)")
_TITLED = re.compile(rf"({_NAME}(?: (?:{_NAME}|of|the|and|to|in|a)){{0,7}}) (?:by|is by|was written)\b")
_DAY = re.compile(
    r"\b(?:today|tomorrow|tonight|yesterday|"
    r"(?:next|this|last) (?:week|month|year|weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(rf"(?<![\w@.'-]){_NAME}(?: (?:[A-Z]\.|(?:van|von|de|da|del|di|la) {_NAME}|{_NAME})){{0,3}}")
_GOES_ON = re.compile(
    r"\s*(?:,\s*(?:[A-Z\d]|who\b|and\b)|and\b|&|\(|<|:|'s\b|’s\b|is\b|was\b|will\b|has\b|had\b|said\b|met\b|lives\b|works\b|wants\b|called\b|"
    r"ordered\b|bought\b|sent\b|wrote\b|asked\b|and\b|from\b|\d|$)"
)
_NOBODY = frozenset(
    """dear best regards kind hello hi hey thanks thank please meeting invoice order total subject from to
        date re fwd the a an our my your his her their we they it he she you i this that these those there
        here mr mrs ms dr prof extract create add list find schedule book send write make invite call buy
        get give parse convert return turn generate name names email phone contact customer vendor address
        street road avenue city team project company street lunch dinner breakfast item items attendees
        participants guests people person users user members number status note notes also then but and or
        so if when where what who why how yes no not on in at by for with of as is are was were has have inc
        ltd llc gmbh corp plc ag co sir madam python java javascript english french german spanish italian""".split()
)
_CALENDAR = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july
        august september october november december jan feb mar apr jun jul aug sep sept oct nov dec""".split()
)
_LIST_STOP = frozenset(
    """buy buys bought need needs get gets got order orders ordered want wants have has had add bring
        brings include includes including contains contain containing are is was were were: for some me us
        of to like likes love loves sells sell sold pack packed choose between offer offers offers: needs:
        uses use using requires require i we you he she they please the my our your list ingredients items
        eat ate eats saw see visited visit took take""".split()
)
_LIST_END = re.compile(
    r"\s+(?:from|for|at|on|by|to|in|into|tomorrow|today|tonight|yesterday|please|before|after|this|next|that|which|so|but|who|when|if|"
    r"because|is|are|was|were|each)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_SENTENCE = re.compile(r"[.!?;]\s+|[.!?;]$|\n+")
_BULLET = re.compile(r"^[ \t]*(?:[-*•]|\d{1,3}[.)])[ \t]+(\S.*)$", re.MULTILINE)
_PARTS = re.compile(r",\s+(?:(?:and|or|then)\s+)?|\s+(?:and|or|&)\s+", re.IGNORECASE)
_MARKS = " \t.,;:!?\"'“”‘’()[]"


def currency(state: str) -> str | None:
    """Return the code of the first currency that a text names, by its code, sign or name; None for none.

    >>> currency("Total: $42.10"), currency("It costs 20 euros"), currency("Nothing")
    ('USD', 'EUR', None)
    """
    found = [match for match in (_CODE.search(state[:_READ]), _MONEY_SIGN.search(state[:_READ])) if match]
    first = min(found, key=lambda match: match.start(), default=None)
    return None if first is None else CURRENCIES.get(first[0].lower(), first[0].upper())


def city(state: str) -> str | None:
    """Return the city of a text: one beside its postal code, a known one, a name behind "in"; None for none.

    >>> city("Ship to 12 Main Street, Springfield, IL 62704"), city("Total: 12")
    ('Springfield', None)
    """
    said = state[:_READ]
    coded = _BEFORE_CODE.search(said)
    name = coded and (coded[1] or coded[2])
    if name and name.lower() not in _CALENDAR and name not in COUNTRIES:
        return name
    known = _first_of(CITIES, said)
    if known:
        return known
    for match in islice(_PLACED.finditer(said), _MOST):
        if match[0].split(None, 1)[0].lower() in ("in", "near", "lives", "live", "based", "city") and _is_place(
            match[1]
        ):
            return match[1]
    return None


def country(state: str) -> str | None:
    """Return the first country that a text names, None for none."""
    return _first_of(COUNTRIES, state[:_READ])


def street(state: str) -> str | None:
    """Return the first street with a number in a text, None for none.

    >>> street("I live at 12 Main Street, Springfield")
    '12 Main Street'
    """
    found = _STREET.search(state[:_READ])
    return found[0] if found else None


def age(state: str) -> int | None:
    """Return the first age that a text tells, None for none."""
    found = _AGE.search(state[:_READ])
    return int(found[1] or found[2] or found[3]) if found else None


def age_spans(state: str) -> list[tuple[int, int]]:
    """Return where ages stand in a text."""
    return [match.span(match.lastindex or 0) for match in islice(_AGE.finditer(state[:_READ]), _MOST)]


def street_spans(state: str) -> list[tuple[int, int]]:
    """Return where streets with a number stand in a text."""
    return [match.span() for match in islice(_STREET.finditer(state[:_READ]), _MOST)]


def trade(state: str) -> str | None:
    """Return what somebody in a text works as, None where nobody does.

    >>> trade("Ann works as a software engineer at Acme")
    'software engineer'
    """
    found = _TRADE.search(state[:_READ])
    return found[1] if found else None


def firm(state: str) -> str | None:
    """Return the company that somebody in a text is at, None for none."""
    for match in islice(_FIRM_AT.finditer(state[:_READ]), _MOST):
        if _is_place(match[1]) and match[1] not in CITIES and match[1] not in COUNTRIES:
            return match[1]
    return None


def event(state: str) -> str | None:
    """Return what people in a text go to, None for nothing.

    >>> event("Alice and Bob are going to a science fair on Friday.")
    'Science Fair'
    """
    found = _EVENT.search(state[:_READ])
    return found[1].title() if found else None


def stars(state: str) -> float | None:
    """Return the first rating of a text ("4 stars", "4/5"), None for none."""
    found = _STARS.search(state[:_READ])
    return float(found[1]) if found else None


def quantity(state: str) -> float | None:
    """Return the number that a text begins with, None where it begins with none.

    >>> quantity("2 apples"), quantity("a dozen eggs"), quantity("bread")
    (2.0, 12.0, None)
    """
    found = QUANTITY.match(state)
    return float(found[1] or COUNTED[found[2].lower()]) if found else None


def year(state: str) -> int | None:
    """Return the first year of a text that is written out, None for none."""
    found = _YEAR.search(state[:_READ])
    return int(found[0]) if found else None


def title(state: str) -> str | None:
    """Return the title of a work: what is quoted, else what is by somebody; None for none."""
    found = _QUOTED.search(state[:_READ]) or _TITLED.search(state[:_READ])
    return found[1].strip() if found else None


def day(state: str) -> str | None:
    """Return the first day that a text tells by a word ("tomorrow", "next Friday"), None for none."""
    found = _DAY.search(state[:_READ])
    return found[0] if found else None


def thing(kind: str, state: str) -> str | None:
    """Return the first thing of a common kind (a colour, a fruit, a language) in a text, None for none.

    >>> thing("color", "A red car"), thing("color", "A car")
    ('red', None)
    """
    found = things(kind, state)
    return found[0] if found else None


def things(kind: str, state: str) -> list[str]:
    """Return all things of a common kind in a text, as it spells them, each once."""
    known = THINGS.get(kind) or THINGS.get(kind.rpartition(" ")[2])
    if not known:
        return []
    names = "|".join(re.escape(each) for each in known if len(each) > 1)
    return list(dict.fromkeys(re.findall(rf"\b(?:{names})(?=s?\b)", state[:_READ], re.IGNORECASE))) if names else []


def people(state: str) -> list[tuple[int, str]]:
    """Return the names of people in a text and where they stand, each once.

    >>> people("Alice met Bob Stone in Paris on Monday.")
    [(0, 'Alice'), (10, 'Bob Stone')]
    """
    said = state[:_READ]
    found: dict[str, int] = {}
    for match in islice(_PERSON.finditer(said), _MOST):
        words, start = match[0].split(), match.start()
        while words and words[0].lower().strip(".") in _NOBODY | _CALENDAR:
            start += len(words.pop(0)) + 1
        while words and words[-1].lower() in _NOBODY | _CALENDAR:
            words.pop()
        name = " ".join(words).removesuffix("'s").removesuffix("’s")
        if not words or name in CITIES or name in COUNTRIES or any(map(str.isdigit, name)) or len(name) < 2:
            continue
        if (name.isupper() and len(name) > 3) or name.lower() in SMALL or words[0] in CITIES | COUNTRIES:
            continue
        first = start == 0 or said[:start].rstrip(" \t\"'“(")[-1:] in ".!?:\n"
        if len(words) == 1 and first and start == match.start() and not _GOES_ON.match(said, match.end()):
            continue
        before = said[:start].split()[-1:]
        if before and before[0].lower() in ("in", "near", "at") and len(words) == 1:
            continue
        if not any(name in other.split() for other in found):
            found.setdefault(name, start)
    return [(start, name) for name, start in found.items()]


def places(state: str) -> list[str]:
    """Return the cities and countries of a text, each once."""
    names = (match[0] for match in islice(re.finditer(rf"\b{_NAME}(?: {_NAME}){{0,2}}", state[:_READ]), _MOST))
    return list(
        dict.fromkeys(place for name in names if (place := _first_of(CITIES, name) or _first_of(COUNTRIES, name)))
    )


def listed(state: str) -> list[str]:
    """Return the things of the longest list in a text: on lines with marks, or between commas and an "and".

    >>> listed("Please buy milk, eggs and bread from the store.")
    ['milk', 'eggs', 'bread']
    """
    found = [_LIST_END.sub("", entry).strip(_MARKS) for entry in entries(state)]
    return [item for item in found if item]


def entries(state: str) -> list[str]:
    """Return the parts of the longest list in a text, with what is said of each thing.

    >>> entries("I bought 2 apples at $1.50 and 3 pears for $2.")
    ['2 apples at $1.50', '3 pears for $2']
    """
    said = state[:_READ]
    marked = [match[1].strip(_MARKS) for match in islice(_BULLET.finditer(said), _MOST)]
    if len(marked) > 1:
        return marked
    best: list[str] = []
    for sentence in islice(_SENTENCE.split(said), _MOST):
        parts = _PARTS.split(sentence.rpartition(": ")[2])[:_MOST]
        if len(parts) > max(1, len(best)):
            items = [_entry(part, first=place == 0) for place, part in enumerate(parts)]
            items = [item for item in items if item and len(item) < _LONGEST_ITEM]
            best = items if len(items) > max(1, len(best)) else best
    return best


def _entry(part: str, *, first: bool) -> str:
    """Return a part of a list without what leads to it."""
    words = part.split()
    if first:
        stop = max((place for place, word in enumerate(words) if word.lower() in _LIST_STOP), default=-1)
        words = words[stop + 1 :]
    while words and words[0].lower() in ("a", "an", "the", "some", "my", "our"):
        words = words[1:]
    return " ".join(words).strip(_MARKS)


def of(name: str) -> Callable[[str], str | None] | None:
    """Return what reads a member or field of some name off a text, None for names that are not known here."""
    words = {word.lower() for word in _LETTERS.findall(name)}
    return next((read for kinds, read in _READINGS if kinds & words), None)


def _first_of(names: frozenset[str], said: str) -> str | None:
    for match in islice(re.finditer(rf"\b{_NAME}(?: {_NAME}){{0,2}}", said), _MOST):
        words = match[0].split()
        for length in range(len(words), 0, -1):
            for start in range(len(words) - length + 1):
                name = " ".join(words[start : start + length]).removesuffix("'s")
                if name in names:
                    return name
    return None


def _is_place(name: str) -> bool:
    return not {word.lower() for word in name.split()} & (_CALENDAR | _NOBODY)


_READINGS: tuple[tuple[frozenset[str], Callable[[str], str | None]], ...] = (
    (frozenset(("currency",)), currency),
    (frozenset(("city", "town")), city),
    (frozenset(("country", "nation")), country),
    (frozenset(("street",)), street),
    (frozenset(("job", "occupation", "profession", "role", "position")), trade),
    (frozenset(("title", "book", "movie", "film", "song", "quote")), title),
)
"""What is read for members with one of some words in their name."""
