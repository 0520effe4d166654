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
_LONGEST, _MOST = 20_000, 50


@dataclass(frozen=True, slots=True)
class Table:
    """A table that a prompt defines."""

    name: str
    columns: tuple[str, ...]


def write(conversation: Conversation, seed: bytes) -> str:
    """Return one SELECT about the question.

    The table and the columns are those of the prompt's schema that the question speaks of, else the first ones. A
    question that counts gets an aggregate.
    """
    said = "\n".join([turn.text for turn in conversation.turns])[-_LONGEST:]
    tables = tables_in(said) or [Table("records", ("id", "name"))]
    words = set(_WORD.findall(_TABLE.sub(" ", _question(conversation.prompt)).lower()))
    table = max(tables, key=lambda each: (_fit(each.name, words), sum(_fit(name, words) for name in each.columns)))
    columns = [name for name in table.columns if _fit(name, words)] or list(table.columns[:2]) or ["*"]
    if {"many", "count", "number"} & words:
        return f"SELECT COUNT(*) AS total FROM {table.name};"
    for word, function in (("average", "AVG"), ("total", "SUM"), ("sum", "SUM"), ("latest", "MAX"), ("oldest", "MIN")):
        if word in words and columns[0] != "*":
            return f"SELECT {function}({columns[-1]}) AS {word} FROM {table.name};"
    return f"SELECT {', '.join(columns)} FROM {table.name} ORDER BY {columns[0]} LIMIT 10;".replace("ORDER BY * ", "")


def tables_in(text: str) -> list[Table]:
    """Return the tables of the CREATE TABLE statements in a text, or of `name (column, column)`.

    >>> tables_in("CREATE TABLE boats (id INT, sail TEXT, PRIMARY KEY (id))")
    [Table(name='boats', columns=('id', 'sail'))]
    """
    found = []
    for match in islice(_TABLE.finditer(text), _MOST):
        columns = [part.strip().strip('"`[]') for part in _parts(text[match.end() :])]
        names = [re.split(r"[\s\"`\]]", column, maxsplit=1)[0] for column in columns if column]
        kept = [name for name in names if re.fullmatch(r"[A-Za-z_]\w*", name) and name.lower() not in _NO_COLUMN]
        found.append(Table(match[1], tuple(kept)))
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
    """Return the sentences of a prompt that are not part of a statement."""
    lines = [line for line in re.split(r"\n|;", prompt) if "create table" not in line.lower()]
    return "\n".join(lines) or prompt


def _fit(name: str, words: set[str]) -> int:
    """Return how many words of a name a question has, singular or plural."""
    parts = _WORD.findall(name.lower())
    return sum(1 for part in parts if part in words or part + "s" in words or part.removesuffix("s") in words)
