"""Dates of templates: the moment of a request, an amount of time added, written by a pattern of Java's."""

from __future__ import annotations

import re
import time
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from mockserver.engine import seeds
from mockserver.engine.invocation import Invocation
from mockserver.engine.templates.parsing import TemplateError

_FIRST = 1_767_225_600_000  # 2026-01-01T00:00:00Z
_SPAN = 300 * 86_400_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AMOUNT = re.compile(r"([+-]?\d{1,6})\s*(ms|s|m|h|d|w|M|y|Y)")
_FIELD = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*")
_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_MONTHS = {"M": 1, "y": 12, "Y": 12}
_MONTH_NAMES = (
    "January February March April May June July August September October November December".split()
)  # fmt: skip
_DAY_NAMES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def milliseconds(invocation: Invocation) -> int:
    """Return the moment of a request in milliseconds since the epoch: of 2026 and made of the request, or real."""
    if invocation.settings.clock == "real":
        return time.time_ns() // 1_000_000
    return _FIRST + int.from_bytes(seeds.digest(invocation.seed, "now")[:6], "big") % _SPAN


def written(moment: int, pattern: str, amount: str = "") -> str:
    """Return a moment plus an amount (`1M`, `-2d`) by a pattern, in UTC; raises TemplateError for either.

    >>> written(0, "dd/MM/yyyy HH:mm", "1M")
    '01/02/1970 00:00'
    """
    date = _EPOCH + timedelta(milliseconds=moment)
    if amount:
        date = _later(date, amount)

    def field(found: re.Match[str]) -> str:
        if found[2] is None:
            return found[1].replace("''", "'") or "'"
        letter, width = found[2], len(found[0])
        write = _FIELDS.get(letter)
        if write is None:
            raise TemplateError(f"the pattern {pattern!r} has the letter {letter!r}, which stands for nothing here")
        return write(date, width)

    return _FIELD.sub(field, pattern)


def _later(date: datetime, amount: str) -> datetime:
    found = _AMOUNT.fullmatch(amount.strip())
    if not found:
        raise TemplateError(f"{amount!r} is no amount of time; 30s, 5m, 2h, 1d, 1w, 1M or 1y would be")
    count, unit = int(found[1]), found[2]
    try:
        if unit in _UNITS:
            return date + count * _UNITS[unit]
        years, month = divmod(date.year * 12 + date.month - 1 + count * _MONTHS[unit], 12)
        return date.replace(year=years, month=month + 1, day=min(date.day, monthrange(years, month + 1)[1]))
    except (OverflowError, ValueError):
        raise TemplateError(f"{amount!r} leads out of the calendar") from None


def _number(of: Callable[[datetime], int]) -> Callable[[datetime, int], str]:
    return lambda date, width: str(of(date)).zfill(width)


def _year(date: datetime, width: int) -> str:
    return f"{date.year % 100:02}" if width == 2 else str(date.year).zfill(width)


def _month(date: datetime, width: int) -> str:
    if width < 3:
        return str(date.month).zfill(width)
    return _MONTH_NAMES[date.month - 1][: None if width > 3 else 3]


def _day_name(date: datetime, width: int) -> str:
    return _DAY_NAMES[date.weekday()][: None if width > 3 else 3]


def _fraction(date: datetime, width: int) -> str:
    return f"{date.microsecond:06}".ljust(width, "0")[:width]


_FIELDS: dict[str, Callable[[datetime, int], str]] = {
    "G": lambda date, width: "AD",
    "y": _year,
    "Y": _year,
    "M": _month,
    "L": _month,
    "d": _number(lambda date: date.day),
    "D": _number(lambda date: date.timetuple().tm_yday),
    "E": _day_name,
    "u": _number(lambda date: date.isoweekday()),
    "w": _number(lambda date: date.isocalendar().week),
    "a": lambda date, width: "AM" if date.hour < 12 else "PM",
    "H": _number(lambda date: date.hour),
    "k": _number(lambda date: date.hour or 24),
    "K": _number(lambda date: date.hour % 12),
    "h": _number(lambda date: date.hour % 12 or 12),
    "m": _number(lambda date: date.minute),
    "s": _number(lambda date: date.second),
    "S": _fraction,
    "z": lambda date, width: "UTC",
    "Z": lambda date, width: "+0000",
    "X": lambda date, width: "Z",
    "x": lambda date, width: "+00:00" if width == 3 else "+0000" if width == 2 else "+00",
}
"""How each letter of a pattern is written: SimpleDateFormat's meaning, in English and UTC."""
