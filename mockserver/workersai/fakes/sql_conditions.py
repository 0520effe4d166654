"""What a question asks of rows, as conditions of SQL: comparisons, places, names, dates, flags, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from itertools import islice

from mockserver.workersai.fakes.sql_tables import Table, fit, singular

_NUMBER = r"\$?(-?\d{1,15}(?:\.\d{1,6})?)"
_OPERATORS = {
    ">=": "at least|no less than|>=|minimum of",
    "<=": "at most|no more than|<=|maximum of|up to",
    ">": "(?:more|greater|higher|larger|bigger|older|longer|heavier|taller) than|over|above|exceed(?:s|ing)?|>",
    "<": "(?:less|fewer|lower|smaller|younger|cheaper|shorter|lighter) than|under|below|<",
    "=": "equals?(?: to)?|exactly|=|is|are|was|of",
}
_COMPARISONS = [
    (operator, re.compile(rf"(?<!\w)(?:{words})\s*{_NUMBER}(?![\w.-]*\d)(?:\s+([a-z]+))?", re.IGNORECASE))
    for operator, words in _OPERATORS.items()
]
_BETWEEN = re.compile(rf"\bbetween\s+{_NUMBER}\s+and\s+{_NUMBER}", re.IGNORECASE)
_HINTS = {
    "older younger": "age",
    "cheaper costing costs priced": "price cost",
    "longer shorter": "length duration",
    "heavier lighter": "weight",
    "taller": "height",
}
"""Words that speak of a column without naming it."""
_PLACE = re.compile(
    r"\b(not\s+)?(in|from|outside)\s+(?:the\s+)?([A-Z][\w'-]{0,40}(?:\s[A-Z][\w'-]{0,40}){0,3}|['\"][^'\"\n]{1,60}['\"])"
)
_PLACES = frozenset("country city town region state location place continent address".split())
_CALLED = re.compile(r"\b(?:named|called)\s+['\"]?([A-Z][\w'-]{0,40}(?:\s[A-Z][\w'-]{0,40})?)")
_WHEN = re.compile(
    r"\b(in|during|since|after|before|until|on|from)\s+(?:the\s+year\s+)?(\d{4})(?:-(\d\d)-(\d\d))?\b", re.IGNORECASE
)
_LATELY = re.compile(r"\b(?:last|past|previous)\s+(?:(\d{1,4})\s+)?(day|week|month|year)s?\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+")
_LINKS = "is not|is|are|was|were|equals|equal to|=|:|of"
_MOST = 8


def conditions(question: str, table: Table) -> dict[str, str]:
    """Return the conditions that a question puts on the rows of a table, by their columns.

    >>> conditions("users older than 30", Table("users", ("id", "age"), ("key", "number")))
    {'age': 'age > 30'}
    """
    found: dict[str, str] = {}
    for each in (_keys, _amounts, _dates, _texts, _places, _flags, _missing):
        for column, condition in each(question, table):
            found.setdefault(column, condition)
    return found


def more_than(question: str, tables: list[Table]) -> tuple[Table, str, str] | None:
    """Return the table whose rows a question counts for each of something, and what of the count it asks, else None.

    What says so in the question comes last.

    >>> more_than("customers with more than 5 orders", [Table("orders", ("id",), ("key",))])[1:]
    ('> 5', 'more than 5 orders')
    """
    for operator, pattern in _COMPARISONS:
        for match in islice(pattern.finditer(question), _MOST):
            counted = next((each for each in tables if match[2] and _same(each.name, match[2])), None)
            if counted is not None and operator != "=":
                return counted, f"{operator} {match[1]}", match[0]
    return None


def _same(name: str, word: str) -> bool:
    return singular(name.lower()) == singular(word.lower())


def _keys(question: str, table: Table) -> Iterator[tuple[str, str]]:
    if "id" in table.columns:
        match = re.search(
            rf"\b(?:id|{re.escape(singular(table.name))})\s+(?:is\s+|=\s*|#)?(\d{{1,15}})\b", question, re.I
        )
        if match:
            yield "id", f"id = {match[1]}"


def _amounts(question: str, table: Table) -> Iterator[tuple[str, str]]:
    numbers = table.of_kind("number")
    for match in islice(_BETWEEN.finditer(question), _MOST):
        column = _spoken_of(question, match.start(), match.end(), numbers)
        if column is not None:
            yield column, f"{column} BETWEEN {match[1]} AND {match[2]}"
    for operator, pattern in _COMPARISONS:
        for match in islice(pattern.finditer(question), _MOST):
            if match[2] and _same(table.name, match[2]):
                continue  # rows are counted, not looked into
            if operator == "=":
                column = _right_before(question[: match.start()], [*numbers, *table.of_kind("key")])
            else:
                column = _spoken_of(question, match.start(), match.end(), numbers)
            if column is not None and not (_is_year(match[1]) and table.of_kind("date")):
                yield column, f"{column} {operator} {match[1]}"


def _spoken_of(question: str, start: int, end: int, columns: list[str]) -> str | None:
    """Return the column that a comparison is about: named before it, hinted at by it, named behind it, or the first."""
    before = _WORD.findall(question[:start].lower())[-6:]
    for word in reversed(before):
        named = [each for each in columns if fit(each, {word})]
        if named:
            return named[0]
    said = set(before[-2:]) | set(_WORD.findall(question[start:end].lower()))
    for words, meant in _HINTS.items():
        hinted = [each for each in columns if said & set(words.split()) and fit(each, set(meant.split()))]
        if hinted:
            return hinted[0]
    behind = set(_WORD.findall(question[start : end + 20].lower()))
    named = [each for each in columns if fit(each, behind)]
    return next(iter([*named, *columns]), None)


def _right_before(said: str, columns: list[str]) -> str | None:
    words = set(_WORD.findall(said.lower())[-1:])
    return next((each for each in columns if fit(each, words)), None)


def _is_year(number: str) -> bool:
    return len(number) == 4 and number[:2] in ("19", "20")


def _dates(question: str, table: Table) -> Iterator[tuple[str, str]]:
    years = [each for each in table.of_kind("number", "text") if fit(each, {"year"})]
    column = next(iter([*table.of_kind("date"), *years]), None)
    if column is None:
        return
    for match in islice(_WHEN.finditer(question), 1):
        word, year = match[1].lower(), int(match[2])
        if column in years:
            operator = {"since": ">=", "after": ">", "before": "<", "until": "<="}.get(word, "=")
            yield column, f"{column} {operator} {year}"
            continue
        day = f"{year}-{match[3]}-{match[4]}" if match[3] else f"{year}-01-01"
        past = day if match[3] else f"{year + 1}-01-01"
        yield (
            column,
            {
                "since": f"{column} >= '{day}'",
                "after": f"{column} > '{day}'" if match[3] else f"{column} >= '{past}'",
                "before": f"{column} < '{day}'",
                "until": f"{column} <= '{day}'" if match[3] else f"{column} < '{past}'",
            }.get(word, f"{column} = '{day}'" if match[3] else f"{column} >= '{day}' AND {column} < '{past}'"),
        )
    for match in islice(_LATELY.finditer(question), 1):
        yield column, f"{column} >= CURRENT_DATE - INTERVAL '{match[1] or 1} {match[2].lower()}'"


def _texts(question: str, table: Table) -> Iterator[tuple[str, str]]:
    for column in table.of_kind("text"):
        spelled = r"[ _]".join(map(re.escape, column.split("_")))
        for pattern in (
            rf"\b{spelled}\s+(?P<link>{_LINKS})\s+(?:['\"](?P<quoted>[^'\"\n]{{1,60}})['\"]|(?P<word>[\w-]{{1,40}}))",
            rf"(?P<link>\b(?:with|having|whose|where))\s+(?:the\s+|a\s+)?{spelled}\s+"
            rf"(?:['\"](?P<quoted>[^'\"\n]{{1,60}})['\"]|(?P<word>[\w-]{{1,40}}))",
        ):
            match = re.search(pattern, question, re.IGNORECASE)
            if match is None or (match["link"].lower() == "of" and not match["quoted"]):
                continue
            value = match["quoted"] or match["word"]
            if match["quoted"] or value.lower() not in _NO_VALUES:
                yield column, f"{column} {'<>' if 'not' in match['link'].lower() else '='} {_quoted(value)}"
                break
    called = _CALLED.search(question)
    for column in table.of_kind("text") if called else ():
        if called and "name" in column.lower():
            yield column, f"{column} = {_quoted(called[1])}"
            return


_NO_VALUES = frozenset(
    "the a an not no of for in and or than that which who each every all more less longer shorter missing empty null "
    "is are was with between over under above below at".split()
)


def _places(question: str, table: Table) -> Iterator[tuple[str, str]]:
    for match in islice(_PLACE.finditer(question), _MOST):
        columns = [each for each in table.of_kind("text") if set(_WORD.findall(each.lower())) & _PLACES]
        if columns:
            operator = "<>" if match[1] or match[2] == "outside" else "="
            yield columns[0], f"{columns[0]} {operator} {_quoted(match[3])}"


def _flags(question: str, table: Table) -> Iterator[tuple[str, str]]:
    words = _WORD.findall(question.lower())
    for column in table.of_kind("flag"):
        (*_, meant) = [word for word in _WORD.findall(column.lower()) if word not in ("is", "has", "was")] or [column]
        for place, word in enumerate(words):
            if word in (meant, f"in{meant}", f"un{meant}", f"non{meant}"):
                denied = word != meant or {"not", "never"} & set(words[max(0, place - 2) : place])
                yield column, f"{column} = {'FALSE' if denied else 'TRUE'}"
                break


def _missing(question: str, table: Table) -> Iterator[tuple[str, str]]:
    words = _WORD.findall(question.lower())
    for column in table.of_kind("text", "number", "date"):
        for place, word in enumerate(words):
            near: Set[str] = set(words[place + 1 : place + 4])
            if word in ("without", "missing", "lacking", "no") and fit(column, near):
                yield column, f"{column} IS NULL"
                break


def _quoted(value: str) -> str:
    """Return a value as text of SQL.

    >>> _quoted("O'Brien")
    "'O''Brien'"
    """
    return "'" + value.strip("'\"").replace("'", "''") + "'"
