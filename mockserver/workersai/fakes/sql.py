"""An SQL query for a question: it names the tables and columns that the prompt defines, and it parses."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from mockserver.workersai.conversation import Conversation
from mockserver.workersai.fakes.sql_conditions import conditions, more_than
from mockserver.workersai.fakes.sql_tables import Table, fit, tables_in, without_tables

_WORD = re.compile(r"[a-z]+")
_MOSTS = frozenset("most top highest best largest biggest".split())
_ENDS = {
    "oldest": (("age", "DESC"), ("", "ASC")),
    "youngest": (("age", "ASC"), ("", "DESC")),
    "newest": (("", "DESC"),),
    "latest": (("", "DESC"),),
    "earliest": (("", "ASC"),),
    "cheapest": (("price cost amount", "ASC"),),
    "lowest": (("*", "ASC"),),
    "smallest": (("*", "ASC"),),
}
"""Words for a first row: the words of the column that they order by ("" any date, * any amount), and in which way."""
_EACH = re.compile(
    r"(?<!order )(?<!sort )(?<!made )(?<!written )(?<!ed )\b(?:per|by|(?:for|in|of|from|to) (?:each|every))"
    r"\s+(?:the\s+)?([A-Za-z_]+)|\bgroup(?:ed)? by\s+(?:the\s+)?([A-Za-z_]+)",
    re.IGNORECASE,
)
"""What rows are told apart by; "ordered by" and "made by" say something else."""
_SORTED = re.compile(
    r"\b(?:sort|sorted|order|ordered)\s+by\s+(?:the\s+)?([A-Za-z_]+)(?:\W+(?:in\s+)?(desc|asc)\w*)?", re.IGNORECASE
)
_FIRST = re.compile(r"\b(?:top|first|limit)\s+(\d{1,4})\b|\b(\d{1,4})\s+(?:most|best|largest|highest|oldest|newest)\b")
_AGGREGATES = {"average": "AVG", "mean": "AVG", "total": "SUM", "sum": "SUM", "maximum": "MAX", "minimum": "MIN"}
_SMALL = frozenset("at by has in is of on to up".split())
_LONGEST = 20_000


def write(conversation: Conversation, seed: bytes) -> str:
    """Return one SELECT about the question.

    The table and the columns are those of the prompt's schema that the question speaks of, else the first ones; what
    it asks of the rows is their WHERE, "per" and "for each" are GROUP BY. A question that counts, adds up or ranks
    gets an aggregate; one about two tables, of which one has the other's key, joins them.
    """
    said = "\n".join([turn.text for turn in conversation.turns])[-_LONGEST:]
    tables = tables_in(said) or [Table("records", ("id", "name"), ("key", "text"))]
    return _Question(without_tables(conversation.prompt[-_LONGEST:]), tables).query()


class _Question:
    """A question, and the tables it is about."""

    def __init__(self, text: str, tables: Sequence[Table]) -> None:
        self._text, self._tables = text, list(tables)
        self._words = set(_WORD.findall(text.lower()))
        self._table = max(tables, key=self._fit)
        self._enough = more_than(text, self._tables)
        self._rows = text.replace(self._enough[2], "") if self._enough else text
        self._where = conditions(self._rows, self._table)
        self._source = self._table.name
        if not self._where:
            self._look_beside()

    def query(self) -> str:
        """Return the query."""
        return f"{self._counted() or self._ranked() or self._summed() or self._listed()};"

    def _fit(self, table: Table) -> tuple[int, int]:
        return fit(table.name, self._words), len(self._spoken_of(table))

    def _spoken_of(self, table: Table, kinds: Sequence[str] = ("key", "number", "flag", "date", "text")) -> list[str]:
        """Return the columns of a table that the question names, and not only because it names the table."""
        words = {word for word in self._words - _SMALL if not fit(table.name, {word})}
        return [name for name in table.of_kind(*kinds) if fit(name, words)]

    def _look_beside(self) -> None:
        """Take conditions on the rows that this table's keys lead to."""
        for other in self._tables:
            key = self._table.key_of(other)
            found = conditions(self._rows, other) if key and other is not self._table else {}
            if found:
                self._source = f"{self._table.name} JOIN {other.name} ON {other.name}.id = {self._table.name}.{key}"
                self._where = {
                    f"{other.name}.{name}": re.sub(rf"\b{name}\b(?=[ ])", f"{other.name}.{name}", each)
                    for name, each in found.items()
                }
                return

    @property
    def _rest(self) -> str:
        return f" FROM {self._source}" + (f" WHERE {' AND '.join(self._where.values())}" if self._where else "")

    def _column(self, name: str) -> str:
        return name if self._source == self._table.name else f"{self._table.name}.{name}"

    def _each(self) -> str | None:
        """Return the column that rows are told apart by, None where all are taken together."""
        for match in _EACH.finditer(self._text):
            words: Set[str] = set(_WORD.findall((match[1] or match[2]).lower()))
            found = [name for name in self._table.columns if name != "id" and fit(name, words)]
            if found:
                return self._column(found[0])
        return None

    def _first(self, otherwise: int) -> int:
        found = _FIRST.search(self._text.lower())
        return int(found[1] or found[2]) if found else otherwise

    def _counted(self) -> str | None:
        """Return a query that counts rows, all of them, for each of something, or for those that have enough."""
        if self._enough is not None:
            table, condition, _ = self._enough
            keys = [(one, key) for one in self._tables if (key := table.key_of(one))]
            named = [each for each in keys if fit(each[0].name, self._words)]
            columns = self._spoken_of(table, ("text", "date"))
            if columns and not named:
                return (
                    f"SELECT {columns[0]}, COUNT(*) AS total{self._rest} "
                    f"GROUP BY {columns[0]} HAVING COUNT(*) {condition}"
                )
            for one, key in [*named, *keys]:
                return f"{_joined(one, table, key)} HAVING COUNT(*) {condition}"
        counts = {"many", "count"} & self._words or "number of" in self._text.lower()
        each = None if _MOSTS & self._words and not counts else self._each()
        if not counts and (each is None or self._amounts()[1]):
            return None
        if each is None:
            return f"SELECT COUNT(*) AS total{self._rest}"
        return f"SELECT {each}, COUNT(*) AS total{self._rest} GROUP BY {each} ORDER BY total DESC"

    def _amounts(self) -> tuple[str | None, str | None]:
        """Return the column to add up and the function to do it with, None for what there is not."""
        numbers = self._table.of_kind("number")
        column = next(iter([*[name for name in numbers if fit(name, self._words)], *numbers]), None)
        words = [word for word in _WORD.findall(self._text.lower()) if word in _AGGREGATES]
        word = next((word for word in words if not any(fit(name, {word}) for name in self._where)), None)
        return column, word if column else None

    def _summed(self) -> str | None:
        column, word = self._amounts()
        if column is None or word is None:
            return None
        each = self._each()
        said = f"{_AGGREGATES[word]}({self._column(column)}) AS {word}"
        return f"SELECT {said}{self._rest}" if each is None else f"SELECT {each}, {said}{self._rest} GROUP BY {each}"

    def _ranked(self) -> str | None:
        """Return a query for the first or the most of something: rows counted by another table's key, or an order."""
        for word, orders in _ENDS.items():
            if word in self._words:
                for names, way in orders:
                    kind = "number" if names else "date"
                    columns = self._table.of_kind(kind)
                    if names not in ("", "*"):
                        columns = [name for name in columns if fit(name, set(names.split()))]
                    columns = [name for name in columns if fit(name, self._words)] or columns
                    if columns:
                        column, limit = self._column(columns[0]), self._first(1)
                        return f"SELECT {self._column('*')}{self._rest} ORDER BY {column} {way} LIMIT {limit}"
        if not _MOSTS & self._words:
            return None
        told = self._spoken_of(self._table, ("number",))
        for many in self._tables if not told else ():
            for one in self._tables:
                key = many.key_of(one)
                if key and fit(one.name, self._words) and one is not many:
                    return f"{_joined(one, many, key)} ORDER BY total DESC LIMIT {self._first(10)}"
        amount, _ = self._amounts()
        order = f" ORDER BY {self._column(amount)} DESC" if amount else ""
        return f"SELECT {self._column('*')}{self._rest}{order} LIMIT {self._first(10)}"

    def _listed(self) -> str:
        spoken_of = [name for name in self._spoken_of(self._table) if name not in self._where]
        columns = spoken_of or (["*"] if "all" in self._words else list(self._table.columns[:2])) or ["*"]
        ordered = _SORTED.search(self._text)
        by = [name for name in self._table.columns if ordered and fit(name, {ordered[1].lower()})]
        order = by[0] if by else columns[0]
        way = " DESC" if by and ordered and (ordered[2] or "").lower() == "desc" else ""
        limit = f" LIMIT {self._first(0)}" if self._first(0) else ""
        if columns == by and len(self._table.columns) > 1:
            columns = list(dict.fromkeys([*self._table.columns[:2], *by]))
        listed = ", ".join(map(self._column, columns))
        end = "" if order == "*" else f" ORDER BY {self._column(order)}{way}"
        return f"SELECT {listed}{self._rest}{end}{limit}"


def _joined(one: Table, many: Table, key: str) -> str:
    """Return a query that counts the rows of one table for each row of another."""
    named = next((name for name in one.columns if name != "id"), "id")
    return (
        f"SELECT {one.name}.{named}, COUNT(*) AS total FROM {many.name} JOIN {one.name} "
        f"ON {one.name}.id = {many.name}.{key} GROUP BY {one.name}.id"
    )
