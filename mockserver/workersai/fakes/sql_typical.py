"""The table that a question without a schema is about: its name, and the columns that such tables mostly have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mockserver.workersai.fakes.sql_dates import when
from mockserver.workersai.fakes.sql_dialects import POSTGRES
from mockserver.workersai.fakes.sql_tables import Table, is_form, kind_of, singular, stems
from mockserver.workersai.fakes.sql_words import SMALL, hinted

_NAME = r"[`\"]?([^\W\d]\w{1,60})[`\"]?"
_SINGLE = re.compile(
    r"\b(?:an?|the|every|each)\s+(?:new\s+)?([a-z]\w{2,60})\s+(?:named|called|with|whose)\b", re.IGNORECASE
)
_CALLED = (
    re.compile(rf"\b(?:in|from|of|into|the)\s+(?:the\s+)?{_NAME}\s+table\b", re.IGNORECASE),
    re.compile(rf"\btables?\s+(?:called\s+|named\s+)?{_NAME}", re.IGNORECASE),
    re.compile(rf"\bselect\b[^;]{{1,200}}?\bfrom\s+{_NAME}", re.IGNORECASE),
    re.compile(r"\b(?:of|from|into|in|all|every|many|number of|counts?|delete|top \d+|which|join|select|show me)\s+"
               r"(?:all\s+|the\s+|every\s+|our\s+)*"
               r"(?:(?:active|unique|distinct|new|paid)\s+)?([a-z]\w{1,60}s)\b", re.IGNORECASE),
    _SINGLE,
    re.compile(r"\b([a-z]\w{2,60}s)\b", re.IGNORECASE),
)  # fmt: skip
"""Where a table's name stands, the surest first."""
_WORD = re.compile(r"[^\W\d_]+")
_COLUMNS = (
    "name email age price city country status salary total amount quantity category title created_at date department "
    "phone address username password score rating stock year is_active first_name last_name birthday description type"
).split()
_DATED = re.compile(
    r"\b(?:newest|latest|recent|oldest|earliest)\b|\b(?:per|by|each) (?:day|week|month|year)\b", re.IGNORECASE
)
_ABOUT = {"salar": "employees", "price": "products", "revenue": "sales", "grade": "students"}
"""Tables that questions about some column are mostly about."""
_MANY = frozenset("orders purchases payments posts comments reviews books sales employees invoices items".split())
"""Tables whose rows belong to rows of others."""
_NAMELESS = frozenset("order purchase payment sale item invoice".split())
_ONE = frozenset("users customers products departments authors categories students courses companies".split())
_EACH = re.compile(r"\b(?:per|for each|by each|for every|by)\s+([a-z]{3,40})\b", re.IGNORECASE)
_SOMEWHERE = re.compile(
    r"\b(?:from|in|outside)\s+(?!January|February|March|April|May|June|July|August|Sept|Oct|Nov|Dec)[A-Z][a-z]+"
)
_NO_TABLE = SMALL | frozenset(
    "selects returns gets rows records columns fields values is has this his its was does days weeks months years "
    "shows lists finds counts deletes updates inserts query queries sql table tables statement results data database "
    "which names duplicates day week month year".split()
)


def typical(question: str) -> list[Table]:
    """Return the tables that a question without a schema seems to be about.

    >>> [each.columns for each in typical("Select all users older than 30")], typical("hello")[0].name
    ([('id', 'name', 'age')], 'records')
    """
    name = next((each for each in _names(question) if each.lower() not in _NO_TABLE), "records")
    said = {
        f"{singular(word)}s" if singular(word) + "s" in _MANY | _ONE else word
        for word in _WORD.findall(question.lower())
    }
    said |= {"orders"} if said & {"ordered", "bought"} else set()
    many = sorted(said & _MANY - {name.lower()})
    one = sorted(said & _ONE - {name.lower()})
    if many and name in _ONE:
        return [_few(name), _table(many[0], question, name)]
    if one and name in _MANY:
        return [_table(name, question, one[0]), _few(one[0])]
    return [_table(name, question)]


def _few(name: str) -> Table:
    return Table(name, ("id", "name", "city"), ("key", "text", "text"))


def _table(name: str, question: str, of: str = "") -> Table:
    words = [word for word in _WORD.findall(question.lower()) if word not in stems(name)]
    said = {*words, *hinted(set(words))}
    columns = [
        each
        for each in _COLUMNS
        if all(any(is_form(word, stem) for word in said) for stem in stems(each) if stem not in SMALL)
    ]
    if (when(question, POSTGRES) or _DATED.search(question)) and not any(kind_of(each) == "date" for each in columns):
        columns.append("created_at")
    each = _EACH.search(question)
    if of:
        columns.append(f"{singular(of)}_id")
    elif (
        each
        and not any(singular(each[1].lower()) in stems(column) for column in columns)
        and each[1].lower() not in _NO_TABLE
    ):
        columns.append(f"{singular(each[1].lower())}_id")
    if _SOMEWHERE.search(question) and "city" not in columns and not of:
        columns.append("country")
    first = ("id",) if singular(name) in _NAMELESS else ("id", "name")
    columns = list(dict.fromkeys([*first, *(each for each in columns if stems(each) != stems(name))]))
    return Table(name, tuple(columns), tuple(map(kind_of, columns)))


def _names(question: str) -> Iterator[str]:
    for pattern in _CALLED:
        for match in pattern.finditer(question):
            if not any(singular(match[1].lower()) == singular(each) for each in _COLUMNS):
                name = match[1].lower() if match[1].isupper() or match[1].istitle() else match[1]
                yield f"{name}s" if pattern is _SINGLE else name
    for word in _WORD.findall(question.lower()):
        if f"{singular(word)}s" in _MANY | _ONE and not re.search(
            rf"\b(?:each|per|by|every)\s+{word}", question, re.IGNORECASE
        ):
            yield f"{singular(word)}s"
    for column, name in _ABOUT.items():
        if re.search(rf"\b{column}", question, re.IGNORECASE):
            yield name
