"""Values that are known by their form: addresses of mail and web, telephone numbers, tax and account numbers, times."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

_WORD = re.compile(r"[a-z]+")
_READ, _MOST = 50_000, 50


@dataclass(frozen=True, slots=True)
class _Form:
    """A form of values, and the words that ask for one."""

    asked_by: frozenset[str]
    pattern: re.Pattern[str]
    lead: re.Pattern[str] | None = None
    """What stands right before the value, where the form alone says too little."""
    digits: int = 0
    """How many digits a value has at least."""


def _form(words: str, pattern: str, lead: str | None = None, digits: int = 0) -> _Form:
    flags = re.ASCII | re.IGNORECASE
    leading = None if lead is None else re.compile(lead, flags)
    return _Form(frozenset(words.split()), re.compile(pattern, flags), leading, digits)


_FORMS = (
    _form("email mail emails", r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"),
    _form("url website link homepage web", r"(?:https?://|\bwww\.)[^\s<>\"')]{0,300}[^\s<>\"').,;:!?]"),
    _form("iban", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),
    _form("vat tax taxid", r"\b[A-Z]{2}[ -]?[A-Z]?\d(?:[ .]?\d){6,11}[A-Z]?\b|\b\d{2}-\d{7}\b"),
    _form(
        "phone telephone tel mobile fax cell",
        r"(?<![\w@/.,-])\+?\(?\d[\d()]{0,6}(?:[ /.-]?\(?\d{2,5}\)?){2,5}(?![\w@])",
        digits=7,
    ),
    _form("zip postcode postal", r"\b\d{5}(?:-\d{4})?\b|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"),
    _form("time hour", r"\b(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s?[ap]\.?m\.?)?\b|\b1?\d\s?[ap]\.?m\b"),
    _form("percent percentage", r"\b\d{1,3}(?:\.\d{1,4})?\s?%"),
    _form(
        "number id code reference sku order ticket invoice tracking",
        r"[#№]?\s*([A-Z]{0,6}[-/]?\d[\w/-]{0,30})\b",
        r"\b(?:number|nr|no|id|code|reference|ref|sku|order|ticket|invoice|tracking)\.?"
        r"(?: (?:number|id|no|is))?[ :#=]*$",
    ),
)  # fmt: skip
_NAMES = frozenset("name vendor customer person company".split())


def asks_for(name: str) -> bool:
    """Return whether a field asks for something that is known by its form.

    >>> asks_for("contact_email"), asks_for("contact_name")
    (True, False)
    """
    return _asked(name) is not None


def find(name: str, state: str) -> str | None:
    """Return the first value of the form that a field asks for, None where a text has none, or the field asks for none.

    >>> find("phone", "Call +49 30 1234567 before noon.")
    '+49 30 1234567'
    """
    form = _asked(name)
    state = state[:_READ]
    if form is None:
        return None
    words = set(_WORD.findall(name.lower()))
    found = []
    for match in islice(form.pattern.finditer(state), _MOST):
        if sum(map(str.isdigit, match[0])) < form.digits:
            continue
        before = state[max(0, match.start() - 40) : match.start()]
        if form.lead is not None:
            lead = form.lead.search(before)
            if lead is None:
                continue
            near = len(words & set(_WORD.findall(lead[0].lower())))
        else:
            near = len(words & set(_WORD.findall(before.lower())))
        found.append((-near, match.start(), (match[1] if form.lead is not None else match[0]).strip()))
    return min(found)[2] if found else None


def find_all(name: str, state: str) -> list[str]:
    """Return all values of the form that a field asks for, each once.

    >>> find_all("email", "a@example.com and b@example.com")
    ['a@example.com', 'b@example.com']
    """
    form = _asked(name)
    found = islice(form.pattern.finditer(state[:_READ]), _MOST) if form is not None else ()
    return list(dict.fromkeys(match[0].strip() for match in found if sum(map(str.isdigit, match[0])) >= form.digits))  # type: ignore[union-attr]


def spans(state: str) -> list[tuple[int, int]]:
    """Return where numbers stand in a text that are no amounts: telephone, tax and account numbers, addresses."""
    found = [
        match.span()
        for form in _FORMS[:5]
        for match in islice(form.pattern.finditer(state[:_READ]), _MOST)
        if sum(map(str.isdigit, match[0])) >= form.digits
    ]
    return sorted(found)


def _asked(name: str) -> _Form | None:
    words = _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower())
    if _NAMES & set(words[-1:]):
        return None
    return next((form for form in _FORMS if form.asked_by & set(words)), None)
