"""How Deepgram's options word a transcript: numerals, masked profanity, redacted entities, replaced words.

Words that become one keep the time from the first one's start to the last one's end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from mockserver.workersai.fakes import dates, decisions, forms, readings
from mockserver.workersai.fakes.places import CITIES, COUNTRIES
from mockserver.workersai.fakes.sound_transcripts import Transcript, Word, said_in

_MOST, _LONGEST = 200, 20_000
_MARKS = ".,;:!?…\"'()"
_LETTERS = re.compile(r"[^\W_]+")
_MASK = "****"
"""What stands for profanity, as the documentation shows it."""
_PROFANE = frozenset(
    """arse arsehole ass asshole assholes bastard bastards bitch bitches bollocks bullshit crap cunt damn damned
    dickhead fuck fucked fucker fuckers fucking goddamn motherfucker motherfucking piss pissed shit shits shitty
    slut twat wank wanker whore scheiße scheisse arschloch mierda joder puta putain merde connard cazzo stronzo caralho
    porra kurwa jävla""".split()
)
_UNITS: Mapping[str, int] = {
    word: number
    for number, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
}
_TENS: Mapping[str, int] = {
    word: 20 + 10 * place for place, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())
}
_SCALES: Mapping[str, int] = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_ORDINALS: Mapping[str, str] = {
    **{f"{word}th": word for word in (*_UNITS, "hundred", *_SCALES)},
    **{f"{word[:-1]}ieth": word for word in _TENS},
    "first": "one",
    "second": "two",
    "third": "three",
    "fifth": "five",
    "eighth": "eight",
    "ninth": "nine",
    "twelfth": "twelve",
}
_NOT_BEFORE_ONE = frozenset("no this that the which each every another any some only".split())
_NOT_BEFORE_ORDINALS = frozenset("a per this last each every".split())


class _Span(NamedTuple):
    """Where an entity stands in a text."""

    start: int
    end: int
    kind: str


def numerals(heard: Transcript) -> Transcript:
    """Return a transcript with English numbers in digits: "nine hundred" is 900, "nine hundredth" 900th."""
    words: list[Word] = []
    place = 0
    while place < len(heard.words):
        count, said = _number(heard.words, place)
        if count:
            hundred = (
                words and words[-1].text.lower() == "a" and heard.words[place].text.lower() in ("hundred", *_SCALES)
            )
            first = [words.pop()] if hundred else []
            words.append(_joined([*first, *heard.words[place : place + count]], said))
        else:
            words.append(heard.words[place])
        place += max(1, count)
    return _transcript(words, heard)


def without_profanity(heard: Transcript) -> Transcript:
    """Return a transcript with asterisks in the place of profane words."""
    return _transcript(
        [_joined([word], _MASK) if _bare(word.text) in _PROFANE else word for word in heard.words], heard
    )


def replaced(heard: Transcript, pairs: Sequence[str]) -> Transcript:
    """Return a transcript with words and phrases replaced as `find:replace` pairs say, their case and marks aside.

    What has nothing behind the colon is left out of the text.
    """
    wanted: dict[tuple[str, ...], str] = {}
    for find, _, by in (pair.partition(":") for pair in pairs[:_MOST]):
        phrase = tuple(bare for bare in map(_bare, find.split()) if bare)
        if phrase:
            wanted[phrase] = by
    said = [_bare(word.text) for word in heard.words]
    if {phrase[0] for phrase in wanted}.isdisjoint(said):
        return heard
    lengths = sorted({len(phrase) for phrase in wanted}, reverse=True)
    words, place = [], 0
    while place < len(said):
        length = next((each for each in lengths if tuple(said[place : place + each]) in wanted), 0)
        if not length:
            words.append(heard.words[place])
        elif by := wanted[tuple(said[place : place + length])]:
            words += _parts(_joined(heard.words[place : place + length], by))
        place += max(1, length)
    return _transcript(words, heard)


def redacted(heard: Transcript, options: Sequence[str]) -> Transcript:
    """Return a transcript with entities as [CREDIT_CARD_1]; options are kinds, or groups: pci, pii, phi, numbers.

    What overlaps is the entity that begins first, the longer one of two. What is said twice has one number.
    """
    kinds = dict.fromkeys(kind for option in options for kind in GROUPS.get(option.lower(), (option.lower(),)))
    text = said_in(heard.words)[:_LONGEST]
    found = sorted(
        (span for kind in kinds if kind in _FINDERS for span in _found(kind, text)), key=lambda s: (s.start, -s.end)
    )
    words: list[Word] = []
    numbers: dict[str, dict[str, int]] = {}
    place = at = 0
    for span in found:
        if span.start < at:
            continue
        before = place
        while place < len(heard.words) and at + len(heard.words[place].text) <= span.start:
            at += len(heard.words[place].text) + 1
            place += 1
        words += heard.words[before:place]
        first = place
        while place < len(heard.words) and at < span.end:
            at += len(heard.words[place].text) + 1
            place += 1
        if place > first:
            told = numbers.setdefault(span.kind, {})
            number = told.setdefault(text[span.start : span.end].lower(), len(told) + 1)
            words.append(_joined(heard.words[first:place], f"[{span.kind.upper()}_{number}]"))
    return _transcript([*words, *heard.words[place:]], heard)


def unknown(options: Sequence[str]) -> list[str]:
    """Return the options of redaction for which nothing is found here."""
    return [option for option in options if option.lower() not in GROUPS and option.lower() not in _FINDERS]


def _found(kind: str, text: str) -> Iterator[_Span]:
    for start, end in islice(_FINDERS[kind](text), _MOST):
        yield _Span(start, end, kind)


def _matches(
    pattern: str, group: int = 0, flags: re.RegexFlag = re.IGNORECASE
) -> Callable[[str], Iterator[tuple[int, int]]]:
    compiled = re.compile(pattern, flags)
    return lambda text: (match.span(group) for match in compiled.finditer(text))


def _names(text: str) -> Iterator[tuple[int, int]]:
    for start, name in readings.people(text):
        for match in islice(re.finditer(rf"\b{re.escape(name)}\b", text[start:]), _MOST):
            yield start + match.start(), start + match.end()


def _of(names: frozenset[str]) -> Callable[[str], Iterator[tuple[int, int]]]:
    return _matches(rf"\b(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})\b", flags=re.NOFLAG)


def _organizations(text: str) -> Iterator[tuple[int, int]]:
    name = decisions.firm(text) or readings.firm(text)
    if name:
        start = text.index(name)
        yield start, start + len(name)


def _telephones(text: str) -> Iterator[tuple[int, int]]:
    for number in forms.find_all("phone", text):
        start = text.find(number)
        if start >= 0 and not re.fullmatch(r"(?:\d[ -]?){13,19}|\d{3}-\d{2}-\d{4}", number):
            yield start, start + len(number)


_DIGIT_WORD = "zero|oh|one|two|three|four|five|six|seven|eight|nine"
_FINDERS: Mapping[str, Callable[[str], Iterator[tuple[int, int]]]] = {
    "credit_card": _matches(
        rf"(?<![\d-])(?:\d[ -]?){{12,18}}\d(?![\d-])|\b(?:(?:{_DIGIT_WORD})[ ,]+){{12,18}}(?:{_DIGIT_WORD})\b"
    ),
    "credit_card_expiration": _matches(r"(?<![\d/])(?:0?[1-9]|1[0-2])/(?:\d{2}|20\d{2})(?![\d/])"),
    "cvv": _matches(r"\b(?:cvv|cvc|security code)(?: number)?(?: is|:)? (\d{3,4})\b", 1),
    "ssn": _matches(r"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])"),
    "email_address": _matches(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"),
    "phone_number": _telephones,
    "url": _matches(r"https?://\S{1,300}[^\s.,;:!?]|\bwww\.\S{1,300}[^\s.,;:!?]"),
    "ip_address": _matches(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"),
    "name": _names,
    "location_city": _of(CITIES),
    "location_country": _of(COUNTRIES),
    "location_address": lambda text: iter(readings.street_spans(text)),
    "organization": _organizations,
    "date": lambda text: iter(dates.spans(text)),
    "age": lambda text: iter(readings.age_spans(text)),
    "time": _matches(r"\b\d{1,2}:\d{2}(?:\s?[ap]\.?m\b)?|\b\d{1,2}\s?[ap]\.?m\b"),
    "money": _matches(r"[€$£¥]\s?\d[\d.,]{0,20}(?<![.,])|\b\d[\d.,]{0,20}(?<![.,]) (?:dollars|euros|pounds|cents)\b"),
    "account_number": _matches(r"\baccount(?: number)?(?: is|:)? #?(\d[\d -]{3,30}\d)\b", 1),
    "drug": _matches(r"\b(?:aspirin|ibuprofen|insulin|paracetamol|penicillin|morphine|metformin|antibiotics?)\b"),
    "condition": _matches(
        r"\b(?:diabetes|asthma|cancer|flu|covid|pneumonia|hypertension|depression|arthritis|migraines?)\b"
    ),
    "numerical_pii": _matches(
        rf"(?<!\w)\d(?:[ ,.-]?\d){{2,40}}(?!\w)|\b(?:(?:{_DIGIT_WORD})[ ,]+){{2,40}}(?:{_DIGIT_WORD})\b"
    ),
}
"""What finds entities of a kind; three or more numerals in a row are one that has no other name."""
_NUMBERS = (
    "credit_card",
    "credit_card_expiration",
    "cvv",
    "ssn",
    "phone_number",
    "account_number",
    "ip_address",
    "date",
    "age",
)
GROUPS: Mapping[str, tuple[str, ...]] = {
    "pci": ("credit_card", "credit_card_expiration", "cvv"),
    "pii": (
        *(
            "name",
            "email_address",
            "phone_number",
            "ssn",
            "location_address",
            "location_city",
            "location_country",
            "date",
        ),
        *("age", "account_number", "ip_address", "url", "organization", "credit_card"),
    ),
    "phi": ("condition", "drug"),
    **dict.fromkeys(("numbers", "true", "aggressive_numbers"), (*_NUMBERS, "numerical_pii")),
    "false": (),
}
"""Options that stand for several kinds."""


def _number(words: Sequence[Word], place: int) -> tuple[int, str]:
    """Return how many words from a place on are a number, 0 for none, and the number in digits."""
    total = group = count = used = 0
    decimals, ordinal, previous = "", False, ""
    last = words[place - 1] if place else None
    for word in words[place : place + 30]:
        bare = word.text.lower().strip(_MARKS)
        parts = bare.split("-") if "-" in bare else [bare]
        values = [_ORDINALS.get(part, part) for part in parts]
        if bare == "and" and previous in ("hundred", *_SCALES):
            count += 1
            continue
        if bare == "point" and used and not decimals:
            decimals, count = ".", count + 1
            continue
        if decimals:
            if values[0] not in _UNITS or _UNITS[values[0]] > 9 or len(values) > 1:
                break
            decimals += str(_UNITS[values[0]])
        elif not all(value in _UNITS or value in _TENS or value in _SCALES or value == "hundred" for value in values):
            break
        else:
            if (values[0] in _UNITS or values[0] in _TENS) and used and not _goes_on(previous, values[0]):
                break
            for value in values:
                if value in _SCALES:
                    total, group = total + max(1, group) * _SCALES[value], 0
                elif value == "hundred":
                    group = max(1, group) * 100
                else:
                    group += _UNITS.get(value, 0) + _TENS.get(value, 0)
        ordinal = parts[-1] in _ORDINALS
        count, previous = count + 1, values[-1]
        used = count
        if word.text[-1:] in _MARKS or ordinal:
            break
    if not used or (decimals == "." and not used):
        return 0, ""
    alone = used == 1 and previous == "one" and not ordinal
    before = _bare(last.text) if last else ""
    following = _bare(words[place + used].text) if place + used < len(words) else ""
    if alone and (before in _NOT_BEFORE_ONE or before in _ORDINALS or following == "of"):
        return 0, ""
    if used == 1 and previous in ("hundred", *_SCALES) and before not in ("", "a"):
        return 0, ""
    if ordinal and used == 1 and (before in _NOT_BEFORE_ORDINALS or following == ""):
        return 0, ""
    figure = f"{total + group}{decimals if len(decimals) > 1 else ''}"
    return used, figure + (_ending(total + group) if ordinal else "")


def _goes_on(previous: str, word: str) -> bool:
    """Say whether a word continues a number: "twenty one" and "hundred five" do, "one two" are two numbers."""
    return previous in ("hundred", *_SCALES) or (previous in _TENS and 0 < _UNITS.get(word, 0) < 10)


def _ending(number: int) -> str:
    return "th" if 10 < number % 100 < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _joined(words: Sequence[Word], said: str) -> Word:
    """Return one word for several, between the marks around them."""
    first, last = words[0].text, words[-1].text
    before = first[: len(first) - len(first.lstrip(_MARKS))]
    behind = last[len(last.rstrip(_MARKS)) :]
    return Word(f"{before}{said}{behind}", words[0].start, words[-1].end)


def _parts(word: Word) -> Iterator[Word]:
    """Yield the words of what stands in a word's place; they share its time."""
    parts = word.text.split()
    for place, part in enumerate(parts):
        start, end = (word.start + (word.end - word.start) * each // len(parts) for each in (place, place + 1))
        yield Word(part, start, end)


def _transcript(words: Sequence[Word], heard: Transcript) -> Transcript:
    return Transcript(said_in(words), tuple(words), heard.milliseconds)


def _bare(word: str) -> str:
    return "".join(_LETTERS.findall(word)).lower()
