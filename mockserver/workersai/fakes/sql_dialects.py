"""What dialects of SQL write differently: names in quotes, spans of time, months."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PLAIN = re.compile(r"[^\W\d]\w*")
RESERVED = frozenset(
    "all alter and as asc between by case check column constraint create cross current_date default delete desc "
    "distinct drop else end except exists false for foreign from full grant group having in index inner insert "
    "intersect interval into is join key left like limit not null offset on or order outer primary references right "
    "row select set table then to true union unique update user using values when where with".split()
)
"""Names that stand in quotes wherever they are used."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database writes what others write differently."""

    told_by: re.Pattern[str]
    """What a prompt says that means it."""
    quote: str
    ago: str
    """The day some time ago, of `{number}` and `{unit}`."""
    parts: Mapping[str, str]
    """The part of a date that rows are told apart by, of the date `{0}`."""

    def name(self, name: str, quoted: bool = False) -> str:
        """Return a name as it is written: in quotes where the prompt does so, or where it has to be.

        >>> POSTGRES.name("order"), MYSQL.name("first name"), POSTGRES.name("id")
        ('"order"', '`first name`', 'id')
        """
        plain = not quoted and _PLAIN.fullmatch(name) and name.lower() not in RESERVED
        return name if plain else f"{self.quote}{name}{self.quote}"


def _told(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


SQLITE = Dialect(
    _told("sqlite3?|cloudflare d1|d1 database"),
    '"',
    "date('now', '-{number} {unit}')",
    {
        "day": "date({0})",
        "week": "strftime('%Y-%W', {0})",
        "month": "strftime('%Y-%m', {0})",
        "year": "strftime('%Y', {0})",
    },
)
MYSQL = Dialect(
    _told("mysql|mariadb"),
    "`",
    "CURRENT_DATE - INTERVAL {number} {UNIT}",
    {
        "day": "DATE({0})",
        "week": "YEARWEEK({0})",
        "month": "DATE_FORMAT({0}, '%Y-%m')",
        "year": "YEAR({0})",
    },
)
POSTGRES = Dialect(
    _told("postgres(?:ql)?|psql"),
    '"',
    "CURRENT_DATE - INTERVAL '{number} {unit}'",
    {each: f"DATE_TRUNC('{each}', {{0}})" for each in ("day", "week", "month", "year")},
)


def dialect_in(text: str) -> Dialect:
    """Return the dialect that a prompt names, else the one of SQLCoder.

    Names in backticks are MySQL's, `AUTOINCREMENT` is SQLite's.

    >>> dialect_in("Use SQLite: how many boats?") is SQLITE
    True
    """
    named = [(found.start(), each) for each in (SQLITE, MYSQL, POSTGRES) if (found := each.told_by.search(text))]
    if named:
        return min(named, key=lambda each: each[0])[1]
    if re.search(r"\bAUTO_INCREMENT\b|create\s+table\s+(?:if\s+not\s+exists\s+)?`", text, re.IGNORECASE):
        return MYSQL
    return SQLITE if re.search(r"\bAUTOINCREMENT\b", text, re.IGNORECASE) else POSTGRES
