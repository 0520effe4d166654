"""The tables that a prompt defines: their columns, what kind of thing each column holds, and which keys lead where."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

_NAME = r"(?:\"([^\"\n]{1,80})\"|`([^`\n]{1,80})`|\[([^\]\n]{1,80})\]|([^\W\d]\w{0,79}))"
_PREFIX = r"((?:[\"`\[]?[^\W\d]\w{0,79}[\"`\]]?\.){0,2})"
_TABLE = re.compile(rf"create\s+table\s+(?:if\s+not\s+exists\s+)?{_PREFIX}{_NAME}\s*\(", re.IGNORECASE)
_COLUMN = re.compile(rf"\s*{_NAME}(?=[\s(]|$)")
_INLINE = re.compile(
    r"\b([A-Za-z_]\w{0,79})[ \t]{0,3}\(\s{0,9}([A-Za-z_]\w{0,79}(?:\s{0,9},\s{0,9}[A-Za-z_]\w{0,79})+)\s{0,9}\)"
)
_REFERENCES = re.compile(rf"\breferences\s+{_PREFIX}{_NAME}(?:\s*\(\s*{_NAME}\s*\))?", re.IGNORECASE)
_FOREIGN = re.compile(rf"foreign\s+key\s*\(\s*{_NAME}\s*\)", re.IGNORECASE)
_NO_COLUMN = frozenset("primary foreign unique constraint check key index".split())
_PART = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"[(),]|--[^\n]*")
"""What separates the parts of a list, and remarks, where it does not."""
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DECLARED = (
    ("number", re.compile(r"\b(\w*int\w*|real|float\d*|double|numeric|decimal|money|number|serial)\b", re.IGNORECASE)),
    ("flag", re.compile(r"\b(bool\w*|bit)\b", re.IGNORECASE)),
    ("date", re.compile(r"\b(date|datetime\w*|timestamp\w*)\b", re.IGNORECASE)),
)
_NAMED = {
    "number": "age amount price cost total salary quantity score rating revenue sales weight height stock balance "
    "budget income population pages year duration length".split(),
    "flag": "is has active enabled deleted verified".split(),
    "date": "date created updated at on born birthday timestamp".split(),
}
"""What columns without a type hold, by the words of their names."""
_MOST = 50
_MOST_COLUMNS = 200
_LONGEST_COLUMN = 1000


class Link(NamedTuple):
    """A key of one table that leads to a row of another."""

    many: Table
    key: str
    one: Table
    to: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table that a prompt defines."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    """What each column holds: key, number, flag, date or text."""
    references: tuple[tuple[str, str, str], ...] = ()
    """Columns that are declared to lead to a table and its column ("" for its key)."""
    quoted: frozenset[str] = frozenset()
    """Names that the prompt writes in quotes."""
    prefix: str = ""
    """What the prompt writes before the name: `public.`"""
    words: tuple[str, ...] = field(default=(), compare=False)
    """The words of its name, without plurals."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", stems(self.name))

    def of_kind(self, *kinds: str) -> list[str]:
        """Return the columns that hold one of these kinds of things.

        >>> Table("crews", ("id", "size"), ("key", "number")).of_kind("number")
        ['size']
        """
        return [name for name, kind in zip(self.columns, self.kinds, strict=True) if kind in kinds]

    @property
    def key(self) -> str | None:
        """The column that its rows are known by, None without one."""
        own = {"id", "code", f"{'_'.join(self.words)}_id", f"{self.words[-1] if self.words else ''}_id"}
        own |= {name.replace("_", "") for name in own}
        return next((name for name in self.columns if name.lower() in own), None)

    @property
    def label(self) -> str | None:
        """The column that says what a row is called, None without one."""
        texts = self.of_kind("text")
        for word in ("name", "title", "label", "username"):
            named = [name for name in texts if word in stems(name)]
            if named:
                return named[0]
        return next(iter(texts), None)


def links(tables: Sequence[Table]) -> list[Link]:
    """Return the keys that lead from table to table: the declared ones, else those that are named after a table.

    >>> crews, boats = tables_in("crews(id, boat_id), boats(id, sail)")
    >>> [(each.many.name, each.key, each.one.name, each.to) for each in links([crews, boats])]
    [('crews', 'boat_id', 'boats', 'id')]
    """
    found: list[Link] = []
    named = {table.name.lower(): table for table in tables}
    for many in tables:
        for key, target, column in many.references:
            one = named.get(target.lower())
            to = (column or one.key) if one else None
            if one and to in one.columns:
                found.append(Link(many, key, one, str(to)))
        declared = {key for key, _, _ in many.references}
        for key in many.columns:
            led_to = None if key in declared or key == many.key else _led_to(key, many, tables)
            if led_to is not None:
                found.append(led_to)
    return found


def _led_to(key: str, many: Table, tables: Sequence[Table]) -> Link | None:
    *words, last = stems(key) or ("",)
    if last not in ("id", "code") or not words:
        return None
    for length in (len(words), 1):
        for one in tables:
            if one is not many and one.key and one.words[-length:] == tuple(words[-length:]):
                return Link(many, key, one, one.key)
    short = [one for one in tables if one is not many and one.key and one.words and _shortens(words[-1], one.words[-1])]
    return Link(many, key, short[0], str(short[0].key)) if len(short) == 1 else None


def _shortens(short: str, word: str) -> bool:
    """Say whether a word is short for another: `dept`, `cust` and `prod` for department, customer and product."""
    letters = iter(word)
    return 3 <= len(short) < len(word) and short[:2] == word[:2] and all(each in letters for each in short)


def tables_in(text: str) -> list[Table]:
    """Return the tables of the CREATE TABLE statements in a text, or of `name (column, column)`.

    >>> [(each.name, each.columns, each.kinds) for each in tables_in("CREATE TABLE boats (id INT, sail TEXT)")]
    [('boats', ('id', 'sail'), ('key', 'text'))]
    """
    found = [_defined(match, text) for match in islice(_TABLE.finditer(text), _MOST)]
    if not found:
        for match in islice(_INLINE.finditer(text), _MOST):
            names = tuple(dict.fromkeys(name.strip() for name in match[2].split(",")))
            found.append(Table(match[1], names, tuple(kind_of(name) for name in names)))
    return found


def _defined(match: re.Match[str], text: str) -> Table:
    """Return the table of a CREATE TABLE statement."""
    columns: dict[str, str] = {}
    references, quoted = [], set()
    for part in parts_of(text[match.end() :])[:_MOST_COLUMNS]:
        part = re.sub(r"--[^\n]*", "", part)[:_LONGEST_COLUMN]
        found, led_to, foreign = _COLUMN.match(part), _REFERENCES.search(part), _FOREIGN.search(part)
        name = _unquoted(found.groups()) if found else ""
        if found and (name.lower() not in _NO_COLUMN or not found[4]):
            columns.setdefault(name, kind_of(name, part[found.end() :]))
            if not found[4]:
                quoted.add(name)
        else:
            name = _unquoted(foreign.groups()) if foreign else ""
        if led_to and name:
            references.append((name, _unquoted(led_to.groups()[1:5]), _unquoted(led_to.groups()[5:])))
    name = _unquoted(match.groups()[1:])
    if not match[5]:
        quoted.add(name)
    known = tuple(each for each in references if each[0] in columns)
    return Table(name, tuple(columns), tuple(columns.values()), known, frozenset(quoted), match[1])


def _unquoted(names: Sequence[str | None]) -> str:
    return next((name for name in names if name), "")


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


@lru_cache(maxsize=4096)
def stems(name: str) -> tuple[str, ...]:
    """Return the words of a name, in lower case and without plurals.

    >>> stems("order_items"), stems("CountryCode")
    (('order', 'item'), ('country', 'code'))
    """
    return tuple(singular(part) for part in _PART.findall(_HUMPS.sub(" ", name).lower()))


def fit(name: str, words: Set[str]) -> int:
    """Return how many words of a name a question has, in any form of theirs.

    >>> fit("home_country", {"countries", "at", "home"})
    2
    """
    return sum(1 for stem in stems(name) if any(is_form(word, stem) for word in words))


@lru_cache(maxsize=4096)
def singular(word: str) -> str:
    """Return a word without its plural.

    >>> singular("cities"), singular("boats"), singular("address"), singular("addresses"), singular("status")
    ('city', 'boat', 'address', 'address', 'status')
    """
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word if word.endswith(("ss", "us", "is")) else word.removesuffix("s")


def is_form(word: str, stem: str) -> bool:
    """Say whether a word is some form of a stem: a plural, `ordered` of `order`."""
    return singular(word) == stem or (len(stem) > 3 and word.startswith(stem))


def kind_of(name: str, declared: str = "") -> str:
    """Return what a column holds, by how it is declared, else by its name.

    >>> kind_of("created_at"), kind_of("price"), kind_of("price", " TEXT")
    ('date', 'number', 'text')
    """
    words = stems(name)
    if words[-1:] == ("id",):
        return "key"
    if declared.strip():
        return next((kind for kind, pattern in _DECLARED if pattern.search(declared)), "text")
    return next((kind for kind, names in _NAMED.items() if {singular(each) for each in names} & set(words)), "text")


def _statements(text: str) -> list[str]:
    """Return the lines and statements of a text; a definition that goes over several lines is one."""
    found: list[str] = []
    position = 0
    for match in islice(_TABLE.finditer(text), _MOST):
        if match.start() < position:
            continue
        found += re.split(r"\n|;", text[position : match.start()])
        position = match.end() + sum(len(part) + 1 for part in parts_of(text[match.end() :]))
    return [*found, *re.split(r"\n|;", text[position:])]


def parts_of(text: str) -> list[str]:
    """Return what stands between the commas of a list, up to the bracket that closes it."""
    parts: list[str] = []
    depth = start = 0
    for match in _BETWEEN.finditer(text):
        if match[0] == "(":
            depth += 1
        elif match[0] == ")":
            if depth == 0:
                return [*parts, text[start : match.start()]]
            depth -= 1
        elif match[0] == "," and depth == 0:
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]
