"""Statements that change something, asked for in words: rows that go, come or are set; tables, columns and indexes."""

from __future__ import annotations

import re
from collections.abc import Callable

from mockserver.workersai.fakes.sql_conditions import NUMBER, blanked
from mockserver.workersai.fakes.sql_filters import Filters
from mockserver.workersai.fakes.sql_mentions import WORD, columns, hinted_column, mentions
from mockserver.workersai.fakes.sql_plan import Plan, Ref, Schema, Test, column, written
from mockserver.workersai.fakes.sql_questions import Question
from mockserver.workersai.fakes.sql_tables import Table, fit, kind_of, stems
from mockserver.workersai.fakes.sql_values import SINGLE, quoted
from mockserver.workersai.fakes.sql_words import STATE_COLUMNS

_ASKED = re.compile(
    r"\s*(?:please\s+|can you\s+|could you\s+|how (?:do|can|would|to) (?:i |we |you )?|i (?:want|need) (?:to\s+)?|"
    r"(?:(?:write|give me|generate|create|make|show me)\s+)?(?:an?\s+|the\s+)?"
    r"(?:(?:postgres(?:ql)?|mysql|sqlite|sql)\s+)?"
    r"(?:query|statement|command|sql)\s+(?:to|that|which|for)\s+)*(?P<verb>[a-z]+)\b",
    re.IGNORECASE,
)
_TO = re.compile(rf"(?:\bto\s+be\b|\bto\b|=|\bas\b|\binto\b)\s+(?:the\s+)?(?:value\s+)?({SINGLE})", re.IGNORECASE)
_BY = re.compile(r"\b(?:by|of)\s+[$€£]?(\d{1,12}(?:\.\d{1,6})?)\s*(%|percent\b)?", re.IGNORECASE)
_PRICED = re.compile(rf"\b(?:priced|costing|costs|aged|earning|worth)\s+(?:at\s+|for\s+)?{NUMBER}", re.IGNORECASE)
_VALUES = re.compile(r"(?:\bvalues?\s*\(?|:)\s*([^:()]+)\)?\s*$", re.IGNORECASE)
_NEW_TABLE = re.compile(
    r"\btable\s+(?:for\s+|of\s+|to\s+store\s+|called\s+|named\s+|with\s+the\s+name\s+)?[`\"']?(\w+)[`\"']?(?:[^:]{0,40}?\b(?:with|having|containing)\b|:)?"
    r"(?:\s+(?:the\s+)?(?:columns?|fields?)\s*:?)?([^.;]*)",
    re.IGNORECASE,
)
_NEW_COLUMN = re.compile(
    r"\b(?:column|field)\s+(?:called\s+|named\s+|for\s+)?[`\"']?(\w+)[`\"']?|\ban?\s+(?:new\s+)?[`\"']?(\w+)[`\"']?\s+(?:column|field)\b",
    re.IGNORECASE,
)
_TYPES = {"key": "INTEGER", "number": "NUMERIC", "flag": "BOOLEAN", "date": "DATE", "text": "TEXT"}
_OFF = re.compile(r"^(?:de|in|dis|un)(?=activ|abl|verif|archiv|publish)")


def change(text: str, schema: Schema) -> str | None:
    """Return the statement that a text asks for, None where it asks for rows to look at.

    >>> from mockserver.workersai.fakes.sql_dialects import POSTGRES
    >>> boats = Schema([Table("boats", ("id", "sail"), ("key", "text"))], POSTGRES)
    >>> change("Delete boat 7", boats), change("Which boats?", boats)
    ('DELETE FROM boats WHERE id = 7', None)
    """
    asked = _ASKED.match(text)
    verb = asked["verb"].lower() if asked else ""
    if asked is None or verb not in _VERBS:
        return None
    return _VERBS[verb](text[asked.end("verb") :], verb, schema)


def _deleted(text: str, verb: str, schema: Schema) -> str | None:
    if re.match(r"\s+(?:all\s+|the\s+)?duplicate", text, re.IGNORECASE):
        return None
    question = Question(text, schema)
    return f"DELETE FROM {schema.name(question.subject)}{_where(question.rows(), schema)}"


def _where(plan: Plan, schema: Schema) -> str:
    """Return the conditions on the rows of a single table; what others ask of them is asked of their key."""
    own = [test for test in plan.tests if all(ref.table is plan.base for ref in test.of.of)]
    said = [
        f"{test.of.shape.format(*(schema.column(ref, True) for ref in test.of.of))} {each}"
        for test in own
        for each in test.holds
    ]
    others = [test for test in plan.tests if test not in own]
    for table in dict.fromkeys(ref.table for test in others for ref in test.of.of):
        first = next(iter(schema.path(plan.base, table) or ()), None)
        if first is None:
            continue
        there, key, here = (
            (first.one, first.to, first.key) if first.many is plan.base else (first.many, first.key, first.to)
        )
        inner = Plan(there, [column(Ref(there, key))], [test for test in others if test.of.of[0].table is table])
        said.append(f"{schema.column(Ref(plan.base, here), True)} IN ({written(inner, schema)})")
    if plan.lacking is not None:
        link = (schema.path(plan.base, plan.lacking) or [])[0]
        lacked = column(Ref(plan.lacking, link.key))
        inner = Plan(plan.lacking, [lacked], [Test(lacked, ("IS NOT NULL",))])
        said.append(f"{schema.column(Ref(plan.base, link.to), True)} NOT IN ({written(inner, schema)})")
    return f" WHERE {' AND '.join(said)}" if said else ""


def _value(said: str) -> str:
    """Return a value as SQL writes it: a number, a word that stands for itself, else text.

    >>> _value("12.5"), _value("null"), _value("paid")
    ('12.5', 'NULL', "'paid'")
    """
    if re.fullmatch(r"-?\d{1,15}(?:\.\d{1,6})?", said):
        return said
    if said.lower() in ("null", "true", "false"):
        return said.upper()
    return "CURRENT_DATE" if said.lower() in ("today", "now") else quoted(said)


def _updated(text: str, verb: str, schema: Schema) -> str | None:
    by = _BY.search(text)
    to = [each for each in _TO.finditer(text) if not mentions(each[1], schema.tables)]
    rest = blanked(text, *to[-1].span()) if to else text
    if verb in _STEPS and not by and verb not in ("double", "halve"):
        return None
    if verb in _STEPS or (by and not to):
        rest = blanked(text, *by.span()) if by else text
        return _stepped(rest, verb, by, schema)
    if not to:
        return _switched(text, verb, schema)
    value = _value(to[-1][1])
    if verb in ("mark", "flag") or re.match(r"as\b", to[-1][0], re.IGNORECASE):
        return _switched(rest, to[-1][1], schema)
    named = [each for each in columns(rest, schema, schema.tables) if each.ref.name != each.ref.table.key]
    named.sort(key=lambda each: not each.whole)
    if named:
        ref = named[0].ref
        rest = blanked(rest, named[0].start, named[0].end)
    else:
        table = Question(rest, schema).subject
        number = re.fullmatch(r"-?\d+(?:\.\d+)?", value)
        name = next(iter(table.of_kind("number")), None) if number else table.label
        if name is None:
            return None
        ref = Ref(table, name)
    return _set(ref, value, rest, schema)


def _set(ref: Ref, value: str, rest: str, schema: Schema) -> str:
    """Return the UPDATE of a column, of the rows that the rest of the text speaks of."""
    table = ref.table
    plan = Question(rest, schema).rows()
    if plan.base is not table:
        spoken_of = mentions(rest, schema.tables)
        plan = Plan(table, tests=Filters(rest, schema, table, spoken_of).tests)
    plan.tests = [test for test in plan.tests if ref not in test.of.of]
    return f"UPDATE {schema.name(table)} SET {schema.column(ref, True)} = {value}{_where(plan, schema)}"


_STEPS = {
    **dict.fromkeys(("increase", "raise", "add", "give", "grow"), "+"),
    **dict.fromkeys(("decrease", "reduce", "lower", "cut", "discount"), "-"),
    "double": "* 2",
    "halve": "/ 2",
}


def _stepped(text: str, verb: str, by: re.Match[str] | None, schema: Schema) -> str | None:
    """Return the UPDATE that makes a number larger or smaller."""
    named = [each.ref for each in columns(text, schema, schema.tables, ("number",))]
    ref = named[0] if named else hinted_column(text.replace("raise", "earns"), schema.tables)
    if ref is None:
        return None
    said, sign = schema.column(ref, True), _STEPS.get(verb, "+")
    if by is None:
        value = f"{said} {sign}"
    elif by[2]:
        share = float(by[1]) / 100
        value = f"{said} * {round(1 + share if sign == '+' else 1 - share, 6):g}"
    else:
        value = f"{said} {sign} {by[1]}"
    place = next((each for each in columns(text, schema, schema.tables, ("number",))), None)
    return _set(ref, value, blanked(text, place.start, place.end) if place else text, schema)


def _switched(text: str, state: str, schema: Schema) -> str | None:
    """Return the UPDATE that marks rows: by a column that is true or false, or by one of states."""
    table = Question(text, schema).subject
    state = state.strip("'\"").lower()
    meant = re.sub(r"(?:ed|e|ied|y)$", "", _OFF.sub("", state))
    for name in table.of_kind("flag"):
        if any(part.startswith(meant[:5]) for part in stems(name)):
            return _set(Ref(table, name), "FALSE" if _OFF.match(state) else "TRUE", text, schema)
    names = [name for name in table.of_kind("text") if set(stems(name)) & STATE_COLUMNS]
    return _set(Ref(table, names[0]), quoted(state), text, schema) if names else None


def _inserted(text: str, verb: str, schema: Schema) -> str | None:
    if re.search(r"\b(?:column|field)\b", text, re.IGNORECASE) and verb != "insert":
        return _altered(text, schema)
    if verb == "add" and _BY.search(text) is None and re.match(r"\s*[$€£]?\d+\s+to\b", text):
        return _stepped(text, "add", re.search(r"(\d+)(%)?", text), schema)
    spoken_of = [each for each in mentions(text, schema.tables) if each.noun]
    table = spoken_of[0].table if spoken_of else schema.tables[0]
    listed = _VALUES.search(text)
    values = _in_order(listed[1], table) if listed else {}
    if not values:
        values = _by_name(
            text, table, schema, blanked(text, spoken_of[0].start, spoken_of[0].end) if spoken_of else text
        )
    into = f"INSERT INTO {schema.name(table)}"
    if not values:
        return f"{into} {'() VALUES ()' if schema.dialect.quote == '`' else 'DEFAULT VALUES'}"
    names = ", ".join(schema.column(Ref(table, name), True) for name in values)
    return f"{into} ({names}) VALUES ({', '.join(values.values())})"


def _in_order(said: str, table: Table) -> dict[str, str]:
    """Return the values of a list by their columns; a list that is one too short leaves the key to the database."""
    values = [each.strip() for each in re.split(r",\s*(?:and\s+)?|\s+and\s+", said.strip()) if each.strip()]
    if any(re.match(r"\w+\s*[=:]", each) for each in values):
        return {}
    names = (
        list(table.columns)
        if len(values) == len(table.columns)
        else [name for name in table.columns if name != table.key]
    )
    return (
        {name: _value(value) for name, value in zip(names, values, strict=False)} if len(values) <= len(names) else {}
    )


def _by_name(text: str, table: Table, schema: Schema, rest: str) -> dict[str, str]:
    """Return the values that stand beside their columns; rows of other tables are looked up by theirs."""
    found: dict[str, str] = {}
    filters = Filters(text, schema, table, mentions(text, schema.tables))
    for test in filters.tests:
        (ref, *_), holds = test.of.of, test.holds
        if len(holds) > 1 or not holds[0].startswith("= "):
            continue
        if ref.table is table:
            found[ref.name] = holds[0][2:]
            continue
        link = next((each for each in schema.links if each.many is table and each.one is ref.table), None)
        if link is not None:
            found[link.key] = f"({written(Plan(link.one, [column(Ref(link.one, link.to))], [test]), schema)})"
    priced = _PRICED.search(text)
    amount = hinted_column(priced[0].replace("aged", "older"), [table]) if priced else None
    if priced and amount:
        found.setdefault(amount.name, priced[1])
    return {name: found[name] for name in table.columns if name in found}


def _altered(text: str, schema: Schema) -> str | None:
    found = _NEW_COLUMN.search(text)
    if found is None:
        return None
    name = (found[1] or found[2]).lower()
    table = next((each.table for each in mentions(text, schema.tables) if each.noun), schema.tables[0])
    return f"ALTER TABLE {schema.name(table)} ADD COLUMN {schema.dialect.name(name)} {_TYPES[kind_of(name)]}"


def _created(text: str, verb: str, schema: Schema) -> str | None:
    words = WORD.findall(text.lower())[:4]
    if "index" in words:
        named = columns(text, schema, schema.tables) or []
        spoken_of = [each.table for each in mentions(text, schema.tables) if each.noun]
        table = spoken_of[0] if spoken_of else named[0].ref.table if named else schema.tables[0]
        said = set(WORD.findall(text.lower()))
        names = [name for name in table.columns if re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)]
        names = (
            names
            or [each.ref.name for each in named if each.ref.table is table]
            or [name for name in table.columns if fit(name, said)]
        )
        name = (names or [*table.columns])[0]
        index = schema.dialect.name(f"idx_{table.name}_{name}")
        return f"CREATE INDEX {index} ON {schema.name(table)} ({schema.column(Ref(table, name), True)})"
    if "table" not in words:
        return _inserted(text, verb, schema) if {"new", "row", "record", "entry"} & set(words) else None
    found = _NEW_TABLE.search(text)
    if found is None:
        return None
    listed = [
        re.sub(r"^(?:and|an?|the|their|its)\s+", "", each.strip(), flags=re.I)
        for each in re.split(r",|\band\b", found[2])
    ]
    names = ["_".join(WORD.findall(each.lower())[:3]) for each in listed if WORD.search(each)][:30] or ["name"]
    names = list(dict.fromkeys(names if "id" in names else ["id", *names]))
    columns_said = ", ".join(
        f"{schema.dialect.name(name)} {_TYPES[kind_of(name)]}{' PRIMARY KEY' if name == 'id' else ''}" for name in names
    )
    return f"CREATE TABLE {schema.dialect.name(found[1].lower())} ({columns_said})"


def _dropped(text: str, verb: str, schema: Schema) -> str | None:
    table = next((each.table for each in mentions(text, schema.tables) if each.noun), schema.tables[0])
    if verb == "truncate" or "table" not in WORD.findall(text.lower())[:3]:
        return f"DELETE FROM {schema.name(table)}" if verb == "truncate" else None
    return f"DROP TABLE {schema.name(table)}"


_VERBS: dict[str, Callable[[str, str, Schema], str | None]] = {
    **dict.fromkeys("delete remove deletes removes erase purge".split(), _deleted),
    **dict.fromkeys("update set change updates sets changes rename mark flag replace".split(), _updated),
    **dict.fromkeys(
        "activate deactivate enable disable archive publish verify cancel approve reject close".split(), _updated
    ),
    **dict.fromkeys([*(each for each in _STEPS if each != "add")], _updated),
    **dict.fromkeys("insert add inserts adds register".split(), _inserted),
    **dict.fromkeys("create creates make".split(), _created),
    **dict.fromkeys("drop drops truncate".split(), _dropped),
    "alter": lambda text, verb, schema: _altered(text, schema),
}
