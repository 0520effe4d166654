"""Days, months and years that a question speaks of, as what is asked of a column of dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from mockserver.workersai.fakes.sql_dialects import Dialect

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = rf"(?:{'|'.join(f'{each[:3]}(?:{each[3:]})?' for each in _MONTHS)})\.?"
_DAY = (
    rf"(?:\d{{4}}-\d\d(?:-\d\d)?|q[1-4]\s+(?:of\s+)?\d{{4}}|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}|"
    rf"\d{{1,2}}\s+{_MONTH}\s+\d{{4}}|{_MONTH}\s+(?:of\s+)?\d{{4}}|(?:the\s+year\s+)?(?:19|20)\d\d)(?![\w-])"
)
_BETWEEN = re.compile(
    rf"\b(?:(?:dated\s+)?between\s+(?:the\s+)?['\"]?({_DAY})['\"]?\s+and|from\s+['\"]?({_DAY})['\"]?\s+(?:to|until|through))"
    rf"\s+['\"]?({_DAY})['\"]?",
    re.IGNORECASE,
)
_WHEN = re.compile(
    rf"\b(in|during|since|after|before|until|on|from|of|for)\s+(?:the\s+)?['\"]?({_DAY})['\"]?", re.IGNORECASE
)
_LATELY = re.compile(
    r"\b(?:(?:in|during|over|within|from|of|for)\s+)?(?:the\s+)?(?:last|past|previous)\s+"
    r"(?:(?:(\d{1,4})\s+)(day|week|month|year)s?|(day|week|month|year))\b",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:(today)|(yesterday)|(?:in\s+)?this\s+(week|month|year))\b", re.IGNORECASE)


class Period(NamedTuple):
    """Some days."""

    first: str
    past: str
    """The first day that is not in it any more."""

    @property
    def is_day(self) -> bool:
        """Whether it is a single day."""
        return date.fromisoformat(self.past) - date.fromisoformat(self.first) == timedelta(1)

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return self.first.endswith("-01-01") and self.past.endswith("-01-01")


class When(NamedTuple):
    """What a question asks of dates."""

    holds: tuple[str, ...]
    """What stands behind the column."""
    years: str
    """The same for a column of years, nothing where it asks for days."""
    part: tuple[str, str]
    """A part of the date and what it equals, where that is asked: `("month", "…")`."""
    start: int
    end: int


def period(said: str) -> Period | None:
    """Return the days that a text means, None for what is no date.

    >>> period("March 2024"), period("2024-02-29"), period("q4 2023")[1]
    (Period(first='2024-03-01', past='2024-04-01'), Period(first='2024-02-29', past='2024-03-01'), '2024-01-01')
    """
    words = said.lower().replace(",", " ").replace("-", " ").replace(".", " ").split()
    years = [int(word) for word in words if re.fullmatch(r"\d{4}", word)]
    if not years:
        return None
    quarter = next((int(word[1]) for word in words if re.fullmatch(r"q[1-4]", word)), 0)
    months = [
        place
        for place, name in enumerate(_MONTHS, 1)
        if any(name.startswith(word[:3]) for word in words if word.isalpha())
    ]
    small = [
        int(number) for word in words if (number := re.sub(r"(?:st|nd|rd|th)$", "", word)).isdigit() and len(number) < 3
    ]
    month, *rest = [*months, *small] or [0]
    try:
        if quarter:
            return Period(_first(years[0], quarter * 3 - 2), _first(years[0], quarter * 3 + 1))
        if rest:
            day = date(years[0], month, rest[0])
            return Period(day.isoformat(), (day + timedelta(1)).isoformat())
        if month:
            return Period(_first(years[0], month), _first(years[0], month + 1))
        return Period(_first(years[0], 1), _first(years[0] + 1, 1))
    except (ValueError, OverflowError):
        return None


def _first(year: int, month: int) -> str:
    return date(year + (month > 12), (month - 1) % 12 + 1, 1).isoformat()


def when(text: str, dialect: Dialect) -> When | None:
    """Return what a text asks of dates, None where it speaks of none.

    >>> from mockserver.workersai.fakes.sql_dialects import POSTGRES
    >>> when("orders since 2023", POSTGRES)[:2]
    ((">= '2023-01-01'",), '>= 2023')
    """
    for find in (_between, _single):
        found = find(text)
        if found is not None:
            return found
    lately = _LATELY.search(text)
    if lately:
        unit = (lately[2] or lately[3]).lower()
        return When((f">= {ago(dialect, int(lately[1] or 1), unit)}",), "", ("", ""), *lately.span())
    now = _NOW.search(text)
    if now and (now[1] or now[2]):
        day = "CURRENT_DATE" if now[1] else ago(dialect, 1, "day")
        return When((f"= {day}",), "", ("day", day), *now.span())
    if now:
        unit = now[3].lower()
        return When((), "", (unit, dialect.parts[unit].format("CURRENT_DATE")), *now.span())
    return None


def ago(dialect: Dialect, number: int, unit: str) -> str:
    """Return the day some time ago."""
    if unit == "week" and "{UNIT}" not in dialect.ago and "INTERVAL" not in dialect.ago:
        number, unit = number * 7, "day"
    return dialect.ago.format(number=number, unit=unit, UNIT=unit.upper())


def _between(text: str) -> When | None:
    found = _BETWEEN.search(text)
    first, last = (period(found[1] or found[2]), period(found[3])) if found else (None, None)
    if not found or not first or not last:
        return None
    years = f"BETWEEN {first.first[:4]} AND {last.first[:4]}" if first.is_year and last.is_year else ""
    if last.is_day:
        return When((f"BETWEEN '{first.first}' AND '{last.first}'",), years, ("", ""), *found.span())
    return When((f">= '{first.first}'", f"< '{last.past}'"), years, ("", ""), *found.span())


_ASKED: dict[str, Callable[[Period], tuple[str, ...]]] = {
    "since": lambda found: (f">= '{found.first}'",),
    "after": lambda found: (f"> '{found.first}'" if found.is_day else f">= '{found.past}'",),
    "before": lambda found: (f"< '{found.first}'",),
    "until": lambda found: (f"<= '{found.first}'" if found.is_day else f"< '{found.past}'",),
    "": lambda found: (f"= '{found.first}'",) if found.is_day else (f">= '{found.first}'", f"< '{found.past}'"),
}
_OPERATORS = {"since": ">=", "after": ">", "before": "<", "until": "<="}


def _single(text: str) -> When | None:
    for match in _WHEN.finditer(text):
        found = period(match[2])
        if found is not None:
            word = match[1].lower()
            years = f"{_OPERATORS.get(word, '=')} {found.first[:4]}" if found.is_year else ""
            return When(_ASKED.get(word, _ASKED[""])(found), years, ("", ""), *match.span())
    return None
