"""An SQL query for a question: it names the tables and columns that the prompt defines, and it parses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from mockserver.workersai.conversation import Conversation

_TABLE = re.compile(r"create\s+table\s+(?:if\s+not\s+exists\s+)?[\"`\[]?(\w+)[\"`\]]?\s*\(", re.IGNORECASE)
_INLINE = re.compile(r"\b([A-Za-z_]\w*)\s*\(\s*([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)+)\s*\)")
_NO_COLUMN = frozenset("primary foreign unique constraint check key index".split())
_WORD = re.compile(r"[a-z]+")
_NUMERIC = re.compile(
    r"\b(int|integer|bigint|smallint|real|float|double|numeric|decimal|money|number)\b", re.IGNORECASE
)
_MOSTS = frozenset("most top highest best largest biggest".split())
_LONGEST, _MOST = 20_000, 50


@dataclass(frozen=True, slots=True)
class Table:
    """A table that a prompt defines."""

    name: str
    columns: tuple[str, ...]
    amounts: tuple[str, ...] = ()
    """The columns that can be added up: numbers that are no keys."""


def write(conversation: Conversation, seed: bytes) -> str:
    """Return one SELECT about the question.

    The table and the columns are those of the prompt's schema that the question speaks of, else the first ones. A
    question that counts, adds up or ranks gets an aggregate; one that ranks over two tables, of which one has the
    other's key, joins them.
    """
    said = "\n".join([turn.text for turn in conversation.turns])[-_LONGEST:]
    tables = tables_in(said) or [Table("records", ("id", "name"))]
    words = set(_WORD.findall(_question(conversation.prompt).lower()))
    table = max(tables, key=lambda each: (_fit(each.name, words), sum(_fit(name, words) for name in each.columns)))
    columns = [name for name in table.columns if _fit(name, words)] or list(table.columns[:2]) or ["*"]
    if _MOSTS & words:
        return _ranking(table, tables, words) or f"SELECT * FROM {table.name} LIMIT 10;"
    if {"many", "count", "number"} & words:
        return f"SELECT COUNT(*) AS total FROM {table.name};"
    amounts = [name for name in table.amounts if _fit(name, words)] or list(table.amounts)
    for word, function in (("average", "AVG"), ("total", "SUM"), ("sum", "SUM")):
        if word in words and amounts:
            return f"SELECT {function}({amounts[0]}) AS {word} FROM {table.name};"
    for word, function in (("latest", "MAX"), ("oldest", "MIN")):
        if word in words and columns[0] != "*":
            return f"SELECT {function}({columns[-1]}) AS {word} FROM {table.name};"
    return f"SELECT {', '.join(columns)} FROM {table.name} ORDER BY {columns[0]} LIMIT 10;".replace("ORDER BY * ", "")


def _ranking(table: Table, tables: list[Table], words: set[str]) -> str | None:
    """Return a query for the most of something: rows counted by another table's key, else the largest amounts."""
    for many in tables:
        for one in tables:
            key = next(
                (name for name in many.columns if name.lower() == f"{one.name.lower().removesuffix('s')}_id"), None
            )
            if key and "id" in one.columns and _fit(one.name, words):
                named = next((name for name in one.columns if name != "id"), "id")
                return (
                    f"SELECT {one.name}.{named}, COUNT(*) AS total FROM {many.name} JOIN {one.name} "
                    f"ON {one.name}.id = {many.name}.{key} GROUP BY {one.name}.id ORDER BY total DESC LIMIT 10;"
                )
    amounts = [name for name in table.amounts if _fit(name, words)] or list(table.amounts)
    return f"SELECT * FROM {table.name} ORDER BY {amounts[0]} DESC LIMIT 10;" if amounts else None


def tables_in(text: str) -> list[Table]:
    """Return the tables of the CREATE TABLE statements in a text, or of `name (column, column)`.

    >>> tables_in("CREATE TABLE boats (id INT, sail TEXT, PRIMARY KEY (id))")
    [Table(name='boats', columns=('id', 'sail'), amounts=())]
    """
    found = []
    for match in islice(_TABLE.finditer(text), _MOST):
        columns = [part.strip().strip('"`[]') for part in _parts(text[match.end() :])]
        names = [re.split(r"[\s\"`\]]", column, maxsplit=1)[0] for column in columns if column]
        kept = [name for name in names if re.fullmatch(r"[A-Za-z_]\w*", name) and name.lower() not in _NO_COLUMN]
        amounts = [
            name
            for name, column in zip(names, [column for column in columns if column], strict=True)
            if name in kept and _NUMERIC.search(column[len(name) :]) and not _is_key(name)
        ]
        found.append(Table(match[1], tuple(kept), tuple(amounts)))
    if not found:
        for match in islice(_INLINE.finditer(text), _MOST):
            found.append(Table(match[1], tuple(name.strip() for name in match[2].split(","))))
    return found


def _parts(text: str) -> list[str]:
    """Return what stands between the commas of a list, up to the bracket that closes it."""
    parts: list[str] = []
    depth = start = 0
    for position, character in enumerate(text):
        if character == "(":
            depth += 1
        elif character == ")":
            if depth == 0:
                return [*parts, text[start:position]]
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]


def _question(prompt: str) -> str:
    """Return what a prompt says outside of its statements."""
    said = [re.split(r"create\s+table", line, maxsplit=1, flags=re.IGNORECASE)[0] for line in re.split(r"\n|;", prompt)]
    return "\n".join(said).strip() or prompt


def _is_key(name: str) -> bool:
    return name.lower() == "id" or name.lower().endswith("_id")


def _fit(name: str, words: set[str]) -> int:
    """Return how many words of a name a question has, in any form of theirs."""
    parts = _WORD.findall(name.lower())
    stems = [part.removesuffix("s") for part in parts]
    return sum(1 for stem in stems if any(word.startswith(stem) if len(stem) > 3 else word == stem for word in words))
