"""Dates in texts: which there are, and which one a member or a field asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

_WORD = re.compile(r"[^\W_]+")
_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DAY = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|\.)? (?:of )?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?: (\d{4}))?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?\b(?:,? (\d{4}))?",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")
"""The month first, as where dollars are paid; the day first where it can be no month."""
_FROM_TODAY = re.compile(r"\b(?:in|within)\s+(\d{1,4})\s+days?\b|\b(?:today|tomorrow|yesterday)\b", re.IGNORECASE)
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_DATELESS = frozenset(("date", "day", "the", "when", "was", "and", "for"))
"""Words of a question for a date that do not say which."""
_LABEL = 60
"""Characters before a date that may say what it is the date of."""
_YEAR = "2026"
"""The year of a day without one, where nobody says what today is: that of the mock's own clock."""
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
CALENDAR = frozenset(
    (*_MONTHS, *"january february march april june july august september october november december".split())
)
_MOST = 200


def told(about: str, state: str, reference: str | None = None) -> str | None:
    """Return the date of a text, as YYYY-MM-DD, that stands behind most words of what it is about, the first of these.

    `reference`, a date like that, is today: "tomorrow" and "in 14 days" count from it, and a day without a year is of
    its year. None for a text without a date.
    """
    today = _as_date(reference)
    year = f"{today.year}" if today else _YEAR
    found = list(_written(state, year))
    for each in islice(_FROM_TODAY.finditer(state), _MOST if today else 0):
        days = int(each[1]) if each[1] else _DAYS[each[0].lower()]
        at = (today or date.min).toordinal() + days
        found.append((each.span(), str(date.fromordinal(min(max(1, at), date.max.toordinal())))))
    words = {word for word in _WORD.findall(about.lower().replace("_", " ")) if len(word) > 2 and word not in _DATELESS}
    best, most, before = None, -1, 0
    for (begin, end), written in sorted(each for each in found if _as_date(each[1])):
        said = [word for word in _WORD.findall(state[max(before, begin - _LABEL) : begin].lower()) if len(word) > 2]
        told = sum([any(other.startswith(word) or word.startswith(other) for other in said) for word in words])
        if told > most:
            best, most = written, told
        before = end
    return best


def _as_date(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written[:10]) if written else None
    except (ValueError, TypeError):
        return None


def all_told(state: str) -> list[str]:
    """Return the dates of a text in their order, as YYYY-MM-DD."""
    return [written for _, written in sorted(_written(state, _YEAR)) if _as_date(written)]


def spans(state: str) -> list[tuple[int, int]]:
    """Return where dates stand in a text."""
    return [span for span, _ in _written(state, _YEAR)]


def _written(state: str, year: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield where something like a date stands in a text, and what it would be as YYYY-MM-DD."""
    for each in islice(_DATE.finditer(state), _MOST):
        yield each.span(), each[0]
    for each in islice(_DAY.finditer(state), _MOST):
        month = _MONTHS.index(each[2].lower()[:3]) + 1
        yield each.span(), f"{each[3] or year}-{month:02}-{int(each[1]):02}"
    for each in islice(_MONTH_FIRST.finditer(state), _MOST):
        month = _MONTHS.index(each[1].lower()[:3]) + 1
        yield each.span(), f"{each[3] or year}-{month:02}-{int(each[2]):02}"
    for each in islice(_SLASHED.finditer(state), _MOST):
        first, second = int(each[1]), int(each[2])
        month, day = (second, first) if first > 12 else (first, second)
        yield each.span(), f"{each[3]}-{month:02}-{day:02}"
