"""Values of texts that a question names: in quotes, as proper names, beside the name of their column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from mockserver.workersai.fakes.sql_conditions import Condition, named_in, spelled
from mockserver.workersai.fakes.sql_tables import Table, is_form, stems
from mockserver.workersai.fakes.sql_words import PLACES, RANKS, STATE_COLUMNS, STATES

_QUOTED = r"\"[^\"\n]{1,60}\"|“[^”\n]{1,60}”|(?<!\w)'(?:''|[^'\n]|(?<=\w)'(?=\w)){1,60}'(?!\w)"
_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-Þ])[\w'’.&-]{0,40}(?<![.'’])"
_PROPER = rf"(?:{_CAPITAL}(?:\s{_CAPITAL}){{0,3}})"
_NAMED = rf"(?:{_QUOTED}|{_PROPER})"
_PROPER_NAME = re.compile(_PROPER)
SINGLE = rf"(?:{_QUOTED}|[\w.+-]{{1,64}}@[\w.-]{{1,64}}\w|-?\d{{1,15}}\.\d{{1,6}}|[\w'’-]{{1,40}})"
"""A value of one word, or of any in quotes."""
_LIKES = tuple(
    (
        re.compile(rf"s?\s+(?:that\s+|which\s+)?{words}\s+(?:the\s+)?(?:letters?\s+|word\s+|text\s+)?({SINGLE})", re.I),
        shape,
    )
    for words, shape in (
        (r"(?:start|begin)(?:s|ning|ing)?\s+with", "{}%"),
        (r"end(?:s|ing)?\s+(?:with|in)", "%{}"),
        (r"(?:contain|includ|hold)(?:s|es|e|ing)?", "%{}%"),
    )
)
_IN_NAME = re.compile(rf"({_NAMED})\s+in\s+(?:the|their|its)\s+$", re.IGNORECASE)
_IS = re.compile(
    rf"\s+(?:is|are|was|were|equals|equal to|!=|<>|=|:)(?P<not>\s+not|n't)?\s*(?:either\s+)?(?P<value>{SINGLE})|"
    rf"\s+of\s+(?P<quoted>{_QUOTED})",
    re.IGNORECASE,
)
_IN = re.compile(rf"s?\s+(?:in|at)\s+(?P<value>{_NAMED})", re.IGNORECASE)
_WITH = re.compile(r"\b(?:with|having|whose|where|of|by|in|for|to|from)\s+(?:the\s+|a\s+)?$", re.IGNORECASE)
_VALUE = re.compile(rf"\s+(?P<value>{SINGLE})")
_OF_VALUE = re.compile(
    rf"\b(?:in|of|with|from|for|by|to|at)\s+(?:(?:the\s+|a\s+)(?P<value>{SINGLE})|(?P<named>{_NAMED}))\s+$",
    re.IGNORECASE,
)
_CALLED_SO = re.compile(rf"\s+(?:is\s+|=\s*|named\s+|called\s+|titled\s+)?(?P<value>{_NAMED})", re.IGNORECASE)
_LISTED = re.compile(rf"(?:\s*,\s*(?:or\s+|and\s+)?|\s+or\s+|\s+and\s+)({_NAMED})", re.IGNORECASE)
_PLACE = re.compile(rf"\b(not\s+)?(in|from|outside|at)\s+(?:the\s+)?({_NAMED})", re.IGNORECASE)
_CALLED = re.compile(rf"\b(?:named|called|titled|nicknamed)\s+({_NAMED})", re.IGNORECASE)
_PERSON = re.compile(rf"\b(of|by|for|to|did|does|is|was|has)\s+({_NAMED})", re.IGNORECASE)
_BOUGHT = re.compile(
    r"\b(?:bought|ordered|purchased|contain\w*|buy|like\w*|sold|borrowed|rented|reviewed|with|include\w*)\s+"
    rf"(?:the\s+|a\s+)?({_NAMED})",
    re.IGNORECASE,
)
_NO_VALUES = frozenset(
    "the a an not no of for in and or than that which who each every all more less longer shorter missing empty null "
    "is are was with between over under above below at by per same its their his her any some whose most least sorted "
    "ordered where highest lowest average total start starts starting begin begins end ends contain contains "
    "containing contains include includes like from to descending ascending desc asc one single have has".split()
) | frozenset(RANKS)
_MOST = 8
_NEAR = 160
"""How far before a name its value is looked for, in characters."""


def quoted(value: str) -> str:
    """Return a value as text of SQL.

    >>> quoted("O'Brien"), quoted("'it''s'")
    ("'O''Brien'", "'it''s'")
    """
    if len(value) > 1 and value[0] + value[-1] in ('""', "''", "“”"):
        value = value[1:-1].replace("''", "'")
    return "'" + value.replace("'", "''") + "'"


def texts(question: str, table: Table, strangers: Sequence[str] = ()) -> Iterator[Condition]:
    """Yield the values that stand beside the names of columns: `status is 'paid'`, `the toys category`.

    Columns of another table that have the same name (`strangers`) are told apart by whoever asks.
    """
    for column in named_in(question, table.of_kind("text")):
        if column not in strangers:
            yield from islice(_beside(question, column, table), 1)
    for match in islice(_CALLED.finditer(question), 1):
        if table.label:
            holds, end = _equal(question, match.end(), match[1])
            yield Condition(table.label, (holds,), match.start(), end)


def _beside(question: str, column: str, table: Table) -> Iterator[Condition]:
    """Yield the value that stands before or behind the name of a column."""
    names = [spelled(column)]
    last = stems(column)[-1:]
    if last == ("name",) and sum(stems(each)[-1:] == last for each in table.columns) == 1 < len(stems(column)):
        names.append("name")
    for name in islice(re.finditer(rf"\b(?:{'|'.join(names)})", question, re.IGNORECASE), _MOST):
        for pattern, shape in _LIKES:
            like = pattern.match(question, name.end())
            if like:
                yield Condition(column, (f"LIKE {quoted(shape.format(_bare(like[1])))}",), name.start(), like.end())
        held = _before(_IN_NAME, question, name.start())
        if held:
            yield Condition(column, (f"LIKE {quoted(f'%{_bare(held[1])}%')}",), held.start(), name.end())
        starts = [(_IS.match(question, name.end()), name.start())]
        introduced = _before(_WITH, question, name.start())
        if introduced:
            starts.append((_VALUE.match(question, name.end()), introduced.start()))
        if column != table.label:
            starts.append((_IN.match(question, name.end()), name.start()))
        for behind, start in starts:
            value = _first(behind, table)
            if behind is not None and value is not None:
                yield _condition(question, column, value, start, behind.end(), denied=_is_denied(behind))
        before = _before(_OF_VALUE, question, name.start())
        value = _first(before, table)
        if before is not None and value is not None:
            yield _condition(question, column, value, before.start(), name.end(), single=True)


def _before(pattern: re.Pattern[str], question: str, end: int) -> re.Match[str] | None:
    """Return what stands right before a place, of a pattern that says so by its end."""
    return pattern.search(question, max(0, end - _NEAR), end)


def _is_denied(behind: re.Match[str]) -> bool:
    said = behind.groupdict()
    return bool(said.get("not")) or behind[0].lstrip().startswith(("!=", "<>"))


def _first(match: re.Match[str] | None, table: Table) -> str | None:
    """Return the value of a match, None for a word that is none."""
    value = next((each for name, each in match.groupdict().items() if each and name != "not"), None) if match else None
    if value is None or value[0] in "\"'“":
        return value
    word = value.lower()
    return None if word in _NO_VALUES or any(is_form(word, stem) for stem in table.words) else value


def _condition(
    question: str, column: str, value: str, start: int, end: int, *, denied: bool = False, single: bool = False
) -> Condition:
    """Return the condition of a value that ends a part of the question: of all of its name, and of others like it."""
    if single:
        return Condition(column, (f"= {quoted(value)}",), start, end)
    proper = _PROPER_NAME.match(question, end - len(value))
    if proper is not None:
        value, end = proper[0], proper.end()
    holds, end = _equal(question, end, value, denied)
    return Condition(column, (holds,), start, end)


def _bare(value: str) -> str:
    return quoted(value)[1:-1].replace("''", "'")


def _equal(question: str, end: int, value: str, denied: bool = False) -> tuple[str, int]:
    """Return the condition of a value, or of any of several ("Paris or Rome"), and where it ends."""
    values = [value]
    while (more := _LISTED.match(question, end)) is not None and len(values) < _MOST:
        if more[1].lower() in _NO_VALUES:
            break
        values.append(more[1])
        end = more.end()
    if len(values) > 1:
        return f"{'NOT IN' if denied else 'IN'} ({', '.join(map(quoted, values))})", end
    return f"{'<>' if denied else '='} {quoted(value)}", end


def places(question: str, table: Table, keys: Sequence[str]) -> Iterator[Condition]:
    """Yield the place that something is in, or is not in."""
    columns = [each for each in table.of_kind("text") if set(stems(each)) & PLACES and each not in keys]
    for match in islice(_PLACE.finditer(question), _MOST if columns else 0):
        holds, end = _equal(question, match.end(), match[3], bool(match[1]) or match[2].lower() == "outside")
        yield Condition(columns[0], (holds,), match.start(), end)


def belonging(question: str, table: Table) -> Iterator[Condition]:
    """Yield the row of a table that is named beside it: `the Sales department`, `customer Ann`."""
    if table.label is None:
        return
    pattern = r"\b" + r"[ _]?".join(map(re.escape, table.words)) + r"\b"
    for name in islice(re.finditer(pattern, question, re.IGNORECASE), _MOST if table.words else 0):
        before = _before(_OF_VALUE, question, name.start())
        value = _first(before, table)
        if before is not None and value is not None and value.lower() not in STATES:
            yield _condition(question, table.label, value, before.start(), name.end(), single=True)
        behind = _CALLED_SO.match(question, name.end())
        value = _first(behind, table)
        if behind is not None and value is not None:
            yield _condition(question, table.label, value, name.start(), behind.end())


def named(question: str, table: Table, pattern: str) -> Iterator[Condition]:
    """Yield the row that a name stands for: `of Ann` ("person"), `bought a 'Pen'` ("bought"), `in France` ("place")."""
    found = {"person": _PERSON, "bought": _BOUGHT, "place": _PLACE}[pattern].search(question)
    if found and table.label:
        value = found[found.re.groups]
        if value.lower() not in _NO_VALUES:
            holds, end = _equal(question, found.end(), value)
            yield Condition(table.label, (holds,), found.start(), end)


def states(question: str, table: Table) -> Iterator[Condition]:
    """Yield the state that rows are in: `paid orders`, `orders that are not paid`."""
    columns = [each for each in table.of_kind("text") if set(stems(each)) & STATE_COLUMNS]
    if columns:
        for match in re.finditer(r"\b(not\s+(?:yet\s+|been\s+)?)?([a-z]+)\b", question, re.IGNORECASE):
            if match[2].lower() in STATES:
                yield Condition(columns[0], (f"{'<>' if match[1] else '='} {quoted(match[2].lower())}",), *match.span())
                return
