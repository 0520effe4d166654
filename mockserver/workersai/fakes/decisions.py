"""Typed decisions about a state: probabilities from the words that a question shares with it, fields read off it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Any

from mockserver.engine import seeds
from mockserver.engine.values import to_json
from mockserver.workersai.fakes import dates, forms, readings, sentiment, text

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"(?<![\w.])-?\d{1,12}(?:[.,]\d{1,12}){0,4}(?!\w)", re.ASCII)
_NAME = re.compile(r"(?<![\w&'-])[A-Z][\w&'-]*[a-z][\w&'-]*(?: [A-Z][\w&'-]*)*")
_BEHIND: Mapping[str, frozenset[str]] = {
    "from": frozenset("vendor seller sender supplier issuer merchant company origin departure".split()),
    "to": frozenset("customer buyer client recipient receiver payee destination arrival".split()),
    "by": frozenset("author writer artist creator maker".split()),
    "in": frozenset("city town country place location".split()),
    "with": frozenset("partner guest participant".split()),
}
"""Words that a name stands behind, and the fields that ask for such a name."""
_NAME_BEHIND = {mark: re.compile(rf"\b(?i:{mark}) ([A-Z][\w&'-]+(?: [A-Z][\w&'-]*)*)") for mark in _BEHIND}
_MANNERS = frozenset("best regards dear sir madam hello hi thanks thank sincerely cheers please yours kind".split()) | {
    "best regards",
    "kind regards",
    "dear sir",
    "dear madam",
    "yours sincerely",
}
"""Capital words of letters that are no names."""
_FIRM = re.compile(
    r"\b[A-Z][\w'-]{0,40}(?: (?:[A-Z][\w'-]{0,40}|&|of|and)){0,4}"
    r" (?:Ltd|Limited|Inc|GmbH|LLC|AG|Corp|Co|PLC|BV|SA|SARL)\b"
)
_ASK_FOR_FIRMS = frozenset(
    "company vendor supplier firm seller merchant organisation organization employer issuer".split()
)
_SIGNED = re.compile(
    r"\b(?i:regards|best|sincerely|cheers|thanks|yours)[,.!]?\s+([A-Z][\w'-]{0,40}(?: [A-Z][\w'-]{0,40}){0,2})"
)
_ASK_FOR_SENDERS = frozenset("sender author customer contact person name from writer signature".split())
_MONEY = frozenset("amount total price cost costs sum fee balance subtotal paid payment salary".split())
_PRICED = re.compile(
    r"(?:EUR|USD|GBP|CHF|JPY|[€$£¥])\s?(\d{1,12}(?:[.,]\d{1,12}){0,4})"
    r"|(\d{1,12}(?:[.,]\d{1,12}){0,4})\s?(?:EUR|USD|GBP|CHF|JPY|[€$£¥]|euros?\b|dollars?\b|pounds?\b)"
)
_DENIALS = frozenset("not no never without un unpaid isn wasn hasn".split())
_SIGNS: Mapping[str, str] = {"€": "EUR euro", "$": "USD dollar", "£": "GBP pound", "¥": "JPY yen"}
_CONTENT = frozenset(
    "happy satisfied pleased content positive glad delighted grateful calm praise praises friendly polite".split()
)
_DISCONTENT = frozenset(
    """angry upset unhappy frustrated annoyed negative dissatisfied furious disappointed irritated complaint complains
    complaining hostile rude anger""".split()
)
_READ = 50_000
_DIGIT = re.compile(r"\d")
_STEM = 4
_PLACES = 6
_MOST = 200


def in_words(value: Any) -> str:
    """Return a state, an instruction or a criterion as text: text itself, anything else as JSON."""
    return value if isinstance(value, str) else to_json(value).decode()


def answer(question: Mapping[str, Any], state: str, seed: bytes) -> dict[str, Any]:
    """Return the answer to a question of the type it asks for: noul (yes or no), choice or score.

    Probabilities of a choice or a score sum to 1; the confidence is the lead of the first over the second.
    """
    kind, criteria = question.get("type"), question.get("criteria")
    asked = in_words(question.get("instructions", ""))
    if kind == "choice" and isinstance(criteria, Mapping):
        options = list(criteria)
        if not options:
            return {"type": "choice", "choice": "", "probabilities": {}, "confidence": 0.0}
        likely = _probabilities([f"{name} {in_words(criteria[name])}" for name in options], state, seed)
        best = max(range(len(options)), key=likely.__getitem__)
        return {
            "type": "choice",
            "choice": options[best],
            "probabilities": dict(zip(options, likely, strict=True)),
            "confidence": _lead(likely),
        }
    if kind == "score" and isinstance(criteria, Sequence) and criteria:
        likely = _probabilities([in_words(each) for each in criteria], state, seed)
        return {
            "type": "score",
            "score": round(sum(place * chance for place, chance in enumerate(likely)), _PLACES),
            "legend": {str(place): each for place, each in enumerate(criteria)},
            "probabilities": {str(place): chance for place, chance in enumerate(likely)},
            "confidence": _lead(likely),
        }
    for_it = criteria.get("true") if isinstance(criteria, Mapping) else None
    against = criteria.get("false") if isinstance(criteria, Mapping) else None
    wanted = f"{asked} {in_words(for_it)}" if for_it is not None else asked
    felt = _feeling(wanted)
    if felt:
        mood = sentiment.mood(state[:_READ])
        chance = (mood if felt > 0 else 1 - mood) * 0.94 + 0.04 * _draw(seed, "noul")
        return {"type": "noul", "noul": round(min(0.99, max(0.01, chance)), _PLACES)}
    yes = _shared(wanted, state)
    no = _shared(in_words(against), state) if against is not None else 0.0
    chance = 0.35 + 0.5 * yes - 0.3 * no + 0.14 * _draw(seed, "noul")
    if yes > 0 and _is_denied(asked, state):
        chance = 1 - chance
    return {"type": "noul", "noul": round(min(0.99, max(0.01, chance)), _PLACES)}


def field(name: str, wanted: Any, state: str, seed: bytes, reference_date: str | None = None) -> Any:
    """Return the value of a field that was asked for, read off the state where it is there, None where it is not.

    The field says its type in `type` (text, number, integer, boolean, date, an array of these) or lists `enum`.
    """
    facts = wanted if isinstance(wanted, Mapping) else {}
    about = f"{name} {in_words(facts.get('instructions', facts.get('description', '')))}"
    options = facts.get("enum") or facts.get("options") or facts.get("choices")
    if isinstance(options, Sequence) and not isinstance(options, str) and options:
        likely = _probabilities([in_words(each) for each in options], state, seed)
        return options[max(range(len(options)), key=likely.__getitem__)]
    kind = facts.get("type", wanted if isinstance(wanted, str) else "string")
    if kind in ("number", "integer", "money", "float"):
        found = _nearest_number(about, state)
        return None if found is None else round(found) if kind == "integer" else found
    if kind in ("boolean", "bool", "noul"):
        return _shared(about, state) > 0 and not _is_denied(about, state)
    if kind in ("date", "datetime"):
        return dates.told(about, state[:_READ], reference_date) or reference_date
    if kind in ("array", "list"):
        from mockserver.workersai.fakes import members  # it reads single fields with this module

        inner = facts.get("items")
        item = inner if isinstance(inner, Mapping) and inner.get("type") else {"type": "string"}
        listed = members.items(members.words_of(about), item, members.Source(state, state))
        return listed or text.keywords(state)[:3]
    if forms.asks_for(name):
        return forms.find(name, state) or labelled(name, state)
    reading = readings.of(name)
    if reading is not None:
        return labelled(name, state) or reading(state[:_READ]) or name_behind(about, state)
    return labelled(name, state) or proper_name(about, state)


def labelled(name: str, state: str) -> str | None:
    """Return what stands behind the name of a field and a colon or an equals sign, None when it stands nowhere."""
    words = [re.escape(word) for word in _WORD.findall(name.replace("_", " "))]
    found = (
        re.search(rf"\b{'[ _-]'.join(words)}\s*[:=]\s*([^\n,;]{{1,80}})", state[:_READ], re.IGNORECASE)
        if words
        else None
    )
    return found[1].strip() if found else None


def proper_name(about: str, state: str) -> str | None:
    """Return a name in a state: the one behind the word that goes with the field, else the nearest to its words."""
    state = state[:_READ]
    names = [match for match in islice(_NAME.finditer(state), _MOST) if match[0].lower() not in dates.CALENDAR]
    names = [match for match in names if not _DIGIT.search(match[0])] or names  # people and places have none
    names = [match for match in names if match[0].lower() not in _MANNERS] or names
    if not names:
        found = text.keywords(state)
        return found[0] if found else None
    words = {word.lower() for word in _WORD.findall(about.replace("_", " "))}
    found_behind = name_behind(about, state)
    if found_behind is not None:
        return found_behind
    named = firm(state) if asks_for_firms(words) else None
    if named is not None:
        return named
    signed = _SIGNED.search(state) if words & _ASK_FOR_SENDERS else None
    if signed is not None:
        return signed[1]
    stems = {word[:_STEM] for word in words}
    places = [match.start() for match in _WORD.finditer(state) if match[0].lower()[:_STEM] in stems][:_MOST]
    inner = [match for match in names if match.start() > 0] or names
    if not places:
        return inner[0][0]
    return min(inner, key=lambda match: min(abs(match.start() - place) for place in places))[0]


def asks_for_firms(words: Collection[str]) -> bool:
    """Return whether some words ask for a company."""
    return not _ASK_FOR_FIRMS.isdisjoint(words)


def firm(state: str) -> str | None:
    """Return the first company of a text that says what it is ("Acme Ltd"), None for none."""
    found = _FIRM.search(state[:_READ])
    return found[0] if found else None


def name_behind(about: str, state: str) -> str | None:
    """Return the name that stands behind the word that goes with a field ("from" a vendor, "in" a city), else None.

    >>> name_behind("city", "What is the weather in Paris?")
    'Paris'
    """
    words = {word.lower() for word in _WORD.findall(about.replace("_", " "))}
    behind = next((mark for mark, fields in _BEHIND.items() if words & fields), None)
    found = _NAME_BEHIND[behind].search(state[:_READ]) if behind else None
    return found[1] if found and found[1].lower() not in dates.CALENDAR else None


def whole_name(word: str, state: str) -> str | None:
    """Return the name of several words that a word is part of in a text, None when it is part of none.

    >>> whole_name("Ada", "Ada Lovelace, 36")
    'Ada Lovelace'
    """
    found = (match[0] for match in islice(_NAME.finditer(state[:_READ]), _MOST))
    return next((name for name in found if " " in name and word in name.split()), None)


def _is_denied(about: str, state: str) -> bool:
    """Say whether a state says no right behind the words of a field, or not right before them."""
    stems = {word.lower()[:_STEM] for word in text.keywords(about)}
    said = [word.lower() for word in _WORD.findall(state[:_READ])]
    return any(
        said[place + 1 : place + 2] in (["no"], ["false"], ["never"])
        or any(word in _DENIALS for word in said[max(0, place - 2) : place])
        for place, word in enumerate(said)
        if word[:_STEM] in stems
    )


def _probabilities(texts: Sequence[str], state: str, seed: bytes) -> list[float]:
    """Return one probability for each text, more for those that share words with the state; they sum to 1."""
    feelings = [_feeling(each) for each in texts]
    mood = sentiment.mood(state[:_READ]) if any(feelings) else 0.5
    weights = [
        0.2 + 4 * _shared(each, state) + 0.3 * _draw(seed, str(place)) + 4 * _agreement(felt, mood, any(feelings))
        for place, (each, felt) in enumerate(zip(texts, feelings, strict=True))
    ]
    total = sum(weights)
    likely = [round(weight / total, _PLACES) for weight in weights]
    best = max(range(len(likely)), key=likely.__getitem__)
    likely[best] = round(likely[best] + 1 - sum(likely), _PLACES)
    return likely


def _feeling(said: str) -> int:
    """Return whether a text speaks of being content (1), of being discontent (-1), or of neither or both (0)."""
    words = {word.lower() for word in _WORD.findall(said)}
    return (not words.isdisjoint(_CONTENT)) - (not words.isdisjoint(_DISCONTENT))


def _agreement(felt: int, mood: float, others_feel: bool) -> float:
    """Return how well what an option says of a mood goes with the mood of a state; neither goes with no mood."""
    if felt:
        return mood if felt > 0 else 1 - mood
    return max(0.0, 1 - 4 * abs(mood - 0.5)) if others_feel else 0.0


def _lead(likely: Sequence[float]) -> float:
    first, second = [*sorted(likely, reverse=True), 0.0][:2]
    return round(first - second, _PLACES)


def _shared(said: str, state: str) -> float:
    """Return which part of the telling words of a text occur in a state, in any form of theirs."""
    wanted = list(dict.fromkeys(word.lower()[:_STEM] for word in text.keywords(said)))
    signs = " ".join(name for sign, name in _SIGNS.items() if sign in state)
    found = {word.lower()[:_STEM] for word in _WORD.findall(f"{state[:_READ]} {signs}")}
    short = {word[:3] for word in found}  # EUR is there where euros are
    met = sum(1 for word in wanted if word in found or (len(word) == 3 and word in short))
    return met / max(1, len(wanted))


def _draw(seed: bytes, *parts: str) -> float:
    return int.from_bytes(seeds.digest(seed, *parts)[:4], "big") / 2**32


def _nearest_number(about: str, state: str) -> float | None:
    """Return the number of a state that stands closest to a word of the field, else the last one."""
    words = {word.lower()[:_STEM] for word in text.keywords(about)}
    state = state[:_READ]
    places = [match.start() for match in _WORD.finditer(state) if match[0].lower()[:_STEM] in words][:_MOST]
    others = dates.spans(state) + forms.spans(state)
    numbers = [
        (match.start(), match[0])
        for match in islice(_NUMBER.finditer(state), _MOST)
        if not any(first <= match.start() < last for first, last in others)
    ]
    if not numbers:
        return None
    chosen = numbers[-1]
    priced = _PRICED.search(state) if _MONEY & set(_WORD.findall(about.lower().replace("_", " "))) else None
    if priced is not None and not places:
        return value_of(priced[1] or priced[2])
    if places:
        chosen = min(numbers, key=lambda each: min(_way(place, each[0]) for place in places))
    return value_of(chosen[1])


def number_told(name: str, about: str, state: str) -> float | None:
    """Return the number beside a word of a member's name, or of what is said about it; None where no word occurs.

    >>> number_told("total", "total", "Subtotal: $40, total: $42.10"), number_told("age", "age", "Two of 12")
    (42.1, None)
    """
    found = {word.lower()[:_STEM] for word in _WORD.findall(state[:_READ])}
    for said in (name.replace("_", " "), about):
        wanted = {word.lower()[:_STEM] for word in text.keywords(said)}
        if wanted & found:
            return _nearest_number(said, state)
    priced = _PRICED.search(state[:_READ]) if _MONEY & set(_WORD.findall(name.lower().replace("_", " "))) else None
    return value_of(priced[1] or priced[2]) if priced else None


def is_so(name: str, state: str) -> bool | None:
    """Return whether a text says that something is so, None where it does not speak of it.

    >>> is_so("paid", "It was paid."), is_so("paid", "Not paid."), is_so("paid", "Hello")
    (True, False, None)
    """
    said = name.replace("_", " ")
    return not _is_denied(said, state) if _shared(said, state) > 0 else None


def _way(word: int, number: int) -> int:
    """Return how far a number is from a word: twice as far where it stands before it ("Total: 12" and "12 pieces")."""
    return number - word if number > word else 2 * (word - number)


def value_of(written: str) -> float:
    """Return a number as people write it: 1,234.50 or 1.234,50."""
    mark = max(written.rfind("."), written.rfind(","))
    if mark < 0 or (len(written) - mark == 4 and (written[mark] == "," or written.count(".") > 1)):
        return float(re.sub("[.,]", "", written))
    return float(re.sub("[.,]", "", written[:mark]) + "." + written[mark + 1 :])
