"""The tables that a prompt defines: their columns, and what kind of thing each column holds."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from itertools import islice

_TABLE = re.compile(r"create\s+table\s+(?:if\s+not\s+exists\s+)?[\"`\[]?(\w+)[\"`\]]?\s*\(", re.IGNORECASE)
_INLINE = re.compile(r"\b([A-Za-z_]\w*)\s*\(\s*([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)+)\s*\)")
_NO_COLUMN = frozenset("primary foreign unique constraint check key index".split())
_WORD = re.compile(r"[a-z]+")
_DECLARED = (
    ("number", re.compile(r"\b(\w*int\w*|real|float\d*|double|numeric|decimal|money|number)\b", re.IGNORECASE)),
    ("flag", re.compile(r"\b(bool\w*|bit)\b", re.IGNORECASE)),
    ("date", re.compile(r"\b(date|datetime\w*|timestamp\w*)\b", re.IGNORECASE)),
)
_NAMED = {
    "number": "age amount price cost total salary quantity score rating revenue sales weight height stock balance "
    "budget income population".split(),
    "flag": "is has active enabled deleted verified".split(),
    "date": "date created updated at born birthday timestamp".split(),
}
"""What columns without a type hold, by the words of their names."""
_MOST = 50
_MOST_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Table:
    """A table that a prompt defines."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    """What each column holds: key, number, flag, date or text."""

    def of_kind(self, *kinds: str) -> list[str]:
        """Return the columns that hold one of these kinds of things.

        >>> Table("crews", ("id", "size"), ("key", "number")).of_kind("number")
        ['size']
        """
        return [name for name, kind in zip(self.columns, self.kinds, strict=True) if kind in kinds]

    def key_of(self, other: Table) -> str | None:
        """Return the column that holds the id of a row of another table, None without one."""
        wanted = f"{singular(other.name.lower())}_id"
        return next((name for name in self.columns if name.lower() == wanted), None) if "id" in other.columns else None


def tables_in(text: str) -> list[Table]:
    """Return the tables of the CREATE TABLE statements in a text, or of `name (column, column)`.

    >>> tables_in("CREATE TABLE boats (id INT, sail TEXT, PRIMARY KEY (id))")
    [Table(name='boats', columns=('id', 'sail'), kinds=('key', 'text'))]
    """
    found = []
    for match in islice(_TABLE.finditer(text), _MOST):
        columns: dict[str, str] = {}
        for part in _parts(text[match.end() :])[:_MOST_COLUMNS]:
            column = part.strip().strip('"`[]')
            name = re.split(r"[\s\"`\]]", column, maxsplit=1)[0]
            if re.fullmatch(r"[A-Za-z_]\w*", name) and name.lower() not in _NO_COLUMN:
                columns.setdefault(name, _kind(name, column[len(name) :]))
        found.append(Table(match[1], tuple(columns), tuple(columns.values())))
    if not found:
        for match in islice(_INLINE.finditer(text), _MOST):
            names = tuple(dict.fromkeys(name.strip() for name in match[2].split(",")))
            found.append(Table(match[1], names, tuple(_kind(name, "") for name in names)))
    return found


def without_tables(text: str) -> str:
    """Return what a text says outside of its definitions of tables.

    >>> without_tables("boats(id, sail): which sail?")
    ': which sail?'
    """
    tagged = re.search(r"\[QUESTION\](.{1,4000}?)\[/QUESTION\]", text, re.DOTALL)
    if tagged:  # as the model's own documentation has it
        return tagged[1].strip()
    if not _TABLE.search(text):
        return _INLINE.sub("", text).strip() or text
    said = [re.split(r"create\s+table", line, maxsplit=1, flags=re.IGNORECASE)[0] for line in _statements(text)]
    return "\n".join(said).strip() or text


def fit(name: str, words: Set[str]) -> int:
    """Return how many words of a name a question has, in any form of theirs.

    >>> fit("home_country", {"countries", "at", "home"})
    2
    """
    stems = [singular(part) for part in _WORD.findall(name.lower())]
    return sum(1 for stem in stems if any(_is_form(word, stem) for word in words))


def singular(word: str) -> str:
    """Return a word without its plural.

    >>> singular("cities"), singular("boats"), singular("address")
    ('city', 'boat', 'address')
    """
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word if word.endswith("ss") else word.removesuffix("s")


def _is_form(word: str, stem: str) -> bool:
    return singular(word) == stem or (len(stem) > 3 and word.startswith(stem))


def _kind(name: str, declared: str) -> str:
    words = _WORD.findall(name.lower())
    if name.lower() == "id" or name.lower().endswith("_id"):
        return "key"
    if declared.strip():
        return next((kind for kind, pattern in _DECLARED if pattern.search(declared)), "text")
    return next((kind for kind, names in _NAMED.items() if set(names) & set(words)), "text")


def _statements(text: str) -> list[str]:
    """Return the lines and statements of a text; a definition that goes over several lines is one."""
    found: list[str] = []
    position = 0
    for match in islice(_TABLE.finditer(text), _MOST):
        if match.start() < position:
            continue
        found += re.split(r"\n|;", text[position : match.start()])
        position = match.end() + sum(len(part) + 1 for part in _parts(text[match.end() :]))
    return [*found, *re.split(r"\n|;", text[position:])]


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
