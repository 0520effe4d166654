"""What a question asks of rows, as conditions of SQL: comparisons, dates, flags, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from itertools import islice
from typing import NamedTuple

from mockserver.workersai.fakes.sql_dates import When
from mockserver.workersai.fakes.sql_tables import Table, fit, singular
from mockserver.workersai.fakes.sql_words import SMALL, hinted

NUMBER = r"[$€£]?(-?\d{1,15}(?:,\d{3})*(?:\.\d{1,6})?)(?:\s?[€$%])?"
_OPERATORS = {
    ">=": "at least|no less than|>=|minimum of|(?:from|starting at)(?=\\s[$€£]?\\d+ (?:up|upwards))",
    "<=": "at most|no more than|<=|maximum of|up to",
    "<>": "(?:is|are|was|were) not|not equal(?:s|ed)? to|other than|<>|!=",
    ">": "(?:more|greater|higher|larger|bigger|older|longer|heavier|taller) than|over|above|exceed(?:s|ing)?|>",
    "<": "(?:less|fewer|lower|smaller|younger|cheaper|shorter|lighter) than|under|below|<",
    "=": "equals?(?: to)?|equal to|exactly|=|is|are|was|of",
}
_COMPARISONS = [
    (operator, re.compile(rf"(?<!\w)(?:{words})\s*{NUMBER}(?![\w.-]*\d)(?:\s+([a-z]+))?", re.IGNORECASE))
    for operator, words in _OPERATORS.items()
]
_BEHIND = re.compile(rf"\b{NUMBER}\s+or\s+(more|less|fewer|older|younger|higher|lower|above|below)\b", re.IGNORECASE)
_LEAST = frozenset("more older higher above".split())
_BETWEEN = re.compile(rf"\bbetween\s+{NUMBER}\s+and\s+{NUMBER}", re.IGNORECASE)
_AVERAGE = re.compile(
    r"\b(?:(more|higher|greater|larger|bigger|older|above|over)|(?:less|lower|smaller|fewer|younger|below|under|cheaper))\s+"
    r"(?:than\s+)?(?:the\s+)?(?:(?:overall|company)\s+)?(?:average|mean)\b(?:\s+([a-z]+))?",
    re.IGNORECASE,
)
_OUT_OF = re.compile(r"\bout of\s+([a-z]+)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_MOST = 8


class Condition(NamedTuple):
    """What is asked of a column, and where the question says so."""

    column: str
    holds: tuple[str, ...]
    start: int
    end: int


def blanked(text: str, start: int, end: int) -> str:
    """Return a text without a part of it; nothing that reads the rest reads over the gap.

    >>> blanked("users in Rome", 6, 8)
    'users || Rome'
    """
    return text[:start] + "|" * (end - start) + text[end:]


def more_than(question: str, tables: Sequence[Table]) -> tuple[Table, str, tuple[int, int]] | None:
    """Return the table whose rows a question counts for each of something, what of the count it asks, and where.

    >>> more_than("customers with more than 5 orders", [Table("orders", ("id",), ("key",))])[1:]
    ('> 5', (15, 33))
    """
    for operator, pattern in _COMPARISONS:
        for match in islice(pattern.finditer(question), _MOST):
            counted = next((each for each in tables if match[2] and _same(each, match[2])), None)
            if counted is not None and (operator not in ("=", "<>") or match[0].lower().startswith("exactly")):
                return counted, f"{operator} {_plain(match[1])}", match.span()
    return None


def _same(table: Table, word: str) -> bool:
    return table.words[-1:] == (singular(word.lower()),)


def _plain(number: str) -> str:
    return number.replace(",", "")


def keys(question: str, table: Table) -> Iterator[Condition]:
    """Yield the key that a question gives for a row: `order 7`, `id = 7`."""
    if table.key:
        names = {table.key.lower(), "id", " ".join(table.words)}
        match = re.search(
            rf"\b(?:{'|'.join(map(re.escape, sorted(names, reverse=True)))})\s+(?:with\s+)?(?:the\s+)?"
            r"(?:id\s+|number\s+)?"
            r"(?:is\s+|of\s+|=\s*|#)?#?(\d{1,15})\b(?!-\d\d|%|\s*percent)",
            question,
            re.I,
        )
        if match:
            yield Condition(table.key, (f"= {match[1]}",), *match.span())


def amounts(question: str, table: Table, loose: bool) -> Iterator[Condition]:
    """Yield comparisons with numbers; loosely, those that name no column are about the first one."""
    numbers = table.of_kind("number")
    for match in islice(_BETWEEN.finditer(question), _MOST):
        column = _spoken_of(question, match.start(), match.end(), numbers, loose)
        if column is not None:
            yield Condition(column, (f"BETWEEN {_plain(match[1])} AND {_plain(match[2])}",), *match.span())
    for match in islice(_BEHIND.finditer(question), _MOST):
        column = _spoken_of(question, match.start(), match.end(), numbers, loose)
        if column is not None:
            yield Condition(
                column, (f"{'>=' if match[2].lower() in _LEAST else '<='} {_plain(match[1])}",), *match.span()
            )
    for operator, pattern in _COMPARISONS:
        for match in islice(pattern.finditer(question), _MOST):
            if match[2] and _same(table, match[2]):
                continue  # rows are counted, not looked into
            if operator in ("=", "<>"):
                column = _right_before(question[: match.start()], [*numbers, *table.of_kind("key")])
            else:
                column = _spoken_of(question, match.start(), match.end(), numbers, loose)
            if column is not None and not (_is_year(match[1]) and table.of_kind("date")):
                start = _with_name(question, column, match.start())
                yield Condition(column, (f"{operator} {_plain(match[1])}",), start, match.end(1))
    for column in named_in(question, numbers):
        said = re.search(rf"(?<!by )(?<!the )\b{spelled(column)}\s+{NUMBER}(?!\s*(?:%|percent|-))", question, re.I)
        if said and not _is_year(said[1]):
            yield Condition(column, (f"= {_plain(said[1])}",), *said.span())
    gone = _OUT_OF.search(question)
    for column in numbers if gone else ():
        if gone and fit(column, {gone[1].lower()}):
            yield Condition(column, ("= 0",), *gone.span())


def against_average(question: str, table: Table, loose: bool) -> Iterator[tuple[Condition, str]]:
    """Yield comparisons with the average of a column: the operator stands alone behind the column."""
    for match in islice(_AVERAGE.finditer(question), 1):
        column = _spoken_of(question, match.start(), match.end(), table.of_kind("number"), loose)
        if column is not None:
            yield Condition(column, (), *match.span()), ">" if match[1] else "<"


def _spoken_of(question: str, start: int, end: int, columns: Sequence[str], loose: bool) -> str | None:
    """Return the column that a comparison is about: named before it, hinted at by it, named behind it, or the first."""
    before = _WORD.findall(question[:start].lower())[-6:]
    for word in reversed(before):
        named = [each for each in columns if word not in SMALL and fit(each, {word})]
        if named:
            return named[0]
    meant = set(hinted(set(before[-2:]) | set(_WORD.findall(question[start:end].lower()))))
    behind = set(_WORD.findall(question[start : end + 20].lower())) - SMALL
    for words in (meant, behind):
        named = [each for each in columns if words and fit(each, words)]
        if named:
            return named[0]
    return columns[0] if columns and loose else None


def _with_name(question: str, column: str, start: int) -> int:
    """Return where the name of a column starts that stands right before a comparison with it."""
    named = re.search(rf"\b{spelled(column)}\s+(?:is\s+|are\s+|was\s+|of\s+)?$", question[:start], re.IGNORECASE)
    return named.start() if named else start


def _right_before(said: str, columns: Sequence[str]) -> str | None:
    words = set(_WORD.findall(said.lower())[-1:])
    return next((each for each in columns if fit(each, words)), None)


def _is_year(number: str) -> bool:
    return len(number) == 4 and number[:2] in ("19", "20")


def named_in(question: str, columns: Sequence[str]) -> list[str]:
    """Return the columns that a question may speak of: it has a word of their names."""
    words = set(_WORD.findall(question.lower()))
    return [each for each in columns if fit(each, words)]


def spelled(column: str) -> str:
    """Return a pattern of a column's name as people write it."""
    parts = [re.escape(part) for part in re.split(r"[_\s]+|(?<=[a-z])(?=[A-Z])", column) if part]
    return r"[ _]?".join(parts) or re.escape(column)


def date_column(question: str, table: Table, found: When) -> tuple[str, tuple[str, ...]] | None:
    """Return the column of dates, or of years, that a question asks something of, and what; None without one."""
    dates = table.of_kind("date")
    words = set(_WORD.findall(question.lower())) - SMALL
    named = [each for each in dates if fit(each, words)] or dates
    if named and found.holds:
        return named[0], found.holds
    years = [each for each in table.of_kind("number", "text") if fit(each, {"year"})]
    return (years[0], (found.years,)) if years and found.years else None


def flags(question: str, table: Table) -> Iterator[Condition]:
    """Yield what a question says of columns that are true or false."""
    words = list(_WORD.finditer(question.lower()))
    for column in table.of_kind("flag"):
        (*_, meant) = [word for word in _WORD.findall(column.lower()) if word not in ("is", "has", "was")] or [column]
        for place, word in enumerate(words):
            if word[0] in (meant, f"in{meant}", f"un{meant}", f"non{meant}"):
                before = {each[0] for each in words[max(0, place - 2) : place]}
                denied = word[0] != meant or {"not", "never"} & before
                yield Condition(column, (f"= {'FALSE' if denied else 'TRUE'}",), *word.span())
                break


def missing(question: str, table: Table) -> Iterator[Condition]:
    """Yield the columns that a question wants to be empty, or not to be."""
    words = list(_WORD.finditer(question.lower()))
    for column in named_in(question, table.of_kind("text", "number", "date", "key")):
        for place, word in enumerate(words):
            near: Set[str] = {each[0] for each in words[place + 1 : place + 3]} - SMALL
            if word[0] in ("without", "missing", "lacking", "no") and fit(column, near):
                yield Condition(column, ("IS NULL",), word.start(), words[place + 1].end())
                break
        else:
            said = re.search(
                rf"\b{spelled(column)}\s+(?:is|are|was|were)\s+(not\s+)?(?:missing|empty|null|unknown|set|blank)\b",
                question,
                re.IGNORECASE,
            )
            if said:
                denied = bool(said[1]) != said[0].lower().endswith("set")
                yield Condition(column, ("IS NOT NULL" if denied else "IS NULL",), *said.span())
