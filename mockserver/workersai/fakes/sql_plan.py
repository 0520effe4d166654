"""A query as a value, and how it is written: what is selected, of which rows, grouped and ordered by what."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mockserver.workersai.fakes.sql_dialects import Dialect
from mockserver.workersai.fakes.sql_tables import Link, Table, links


class Ref(NamedTuple):
    """A column of a table."""

    table: Table
    name: str


class Term(NamedTuple):
    """Something that is worked out of columns."""

    shape: str
    """`AVG({0})`: the columns stand in the braces."""
    of: tuple[Ref, ...]
    alias: str = ""


class Test(NamedTuple):
    """What is asked of a column."""

    of: Term
    holds: tuple[str, ...]
    """`> 30`: what stands behind the column, all of which hold."""


@dataclass(slots=True)
class Plan:
    """A SELECT."""

    base: Table
    """The table whose rows are looked at."""
    selected: list[Term] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    group: list[Term] = field(default_factory=list)
    having: list[Test] = field(default_factory=list)
    order: list[tuple[Term, str]] = field(default_factory=list)
    """What rows are ordered by, and `DESC` or nothing."""
    distinct: bool = False
    limit: int = 0
    offset: int = 0
    outer: bool = False
    """Whether rows stay that nothing is joined to."""
    lacking: Table | None = None
    """The table that has no row for those that are looked for."""


def column(ref: Ref) -> Term:
    """Return a column as it is."""
    return Term("{0}", (ref,))


class Schema:
    """The tables of a prompt, and the keys between them."""

    def __init__(self, tables: Sequence[Table], dialect: Dialect) -> None:
        self.tables, self.dialect = tuple(tables), dialect
        self.links = links(tables)

    def path(self, start: Table, end: Table) -> list[Link] | None:
        """Return the keys that lead from one table to another, the shortest way; None where there is no way."""
        before: dict[str, Link | None] = {start.name: None}
        waiting = deque((start,))
        while waiting:
            table = waiting.popleft()
            if table is end:
                found: list[Link] = []
                while (link := before[table.name]) is not None:
                    found.append(link)
                    table = link.one if link.many is table else link.many
                return found[::-1]
            for link in self.links:
                for here, there in ((link.many, link.one), (link.one, link.many)):
                    if here is table and there.name not in before:
                        before[there.name] = link
                        waiting.append(there)
        return None

    def reach(self, start: Table) -> list[Table]:
        """Return the tables that something leads to from one, the nearest first; itself comes first."""
        paths = [(path, table) for table in self.tables if (path := self.path(start, table)) is not None]
        return [table for _, table in sorted(paths, key=lambda each: len(each[0]))]

    def name(self, table: Table) -> str:
        """Return the name of a table as it is written."""
        return table.prefix + self.dialect.name(table.name, table.name in table.quoted)

    def column(self, ref: Ref, alone: bool) -> str:
        """Return a column as it is written, with its table unless that is alone."""
        said = ref.name if ref.name == "*" else self.dialect.name(ref.name, ref.name in ref.table.quoted)
        return said if alone else f"{self.dialect.name(ref.table.name, ref.table.name in ref.table.quoted)}.{said}"

    def joins(self, base: Table, needed: Iterable[Table]) -> list[tuple[Table, Link]]:
        """Return the tables that are joined to one, in order, each with the key that it is joined by."""
        joined = {base.name}
        found = []
        for table in needed:
            here = base
            for link in self.path(base, table) or ():
                here = link.one if link.many is here else link.many
                if here.name not in joined:
                    joined.add(here.name)
                    found.append((here, link))
        return found

    def on(self, link: Link) -> str:
        """Return the condition of a join."""
        left, right = Ref(link.one, link.to), Ref(link.many, link.key)
        return f"{self.column(left, False)} = {self.column(right, False)}"


def written(plan: Plan, schema: Schema) -> str:
    """Return a plan as a statement."""
    terms = [*plan.selected, *(test.of for test in plan.tests), *plan.group]
    terms += [*(test.of for test in plan.having), *(term for term, _ in plan.order)]
    needed = [ref.table for term in terms for ref in term.of]
    joins = schema.joins(plan.base, [*needed, *([plan.lacking] if plan.lacking else [])])
    alone = not joins

    def said(term: Term) -> str:
        return term.shape.format(*[schema.column(ref, alone) for ref in term.of])

    def selected(term: Term) -> str:
        return said(term) + (f" AS {schema.dialect.name(term.alias)}" if term.alias else "")

    wheres = [f"{said(test.of)} {each}" for test in plan.tests for each in test.holds]
    if plan.lacking is not None:
        path = schema.path(plan.base, plan.lacking) or ()
        gone = next(Ref(each.many, each.key) for each in reversed(path) if each.many is not plan.base)
        wheres.append(f"{schema.column(gone, False)} IS NULL")
    outer = "LEFT JOIN" if plan.lacking is not None or plan.outer else "JOIN"
    clauses = [
        f"SELECT {'DISTINCT ' if plan.distinct else ''}{', '.join(map(selected, plan.selected))}",
        f"FROM {schema.name(plan.base)}",
        *(f"{outer} {schema.name(table)} ON {schema.on(link)}" for table, link in joins),
        *_clause("WHERE", wheres, " AND "),
        *_clause("GROUP BY", [said(each) for each in plan.group]),
        *_clause("HAVING", [f"{said(test.of)} {each}" for test in plan.having for each in test.holds], " AND "),
        *_clause("ORDER BY", [f"{term.alias or said(term)}{way and ' ' + way}" for term, way in plan.order]),
        *([f"LIMIT {plan.limit}"] if plan.limit else ()),
        *([f"OFFSET {plan.offset}"] if plan.offset else ()),
    ]
    return " ".join(clauses)


def _clause(word: str, parts: Sequence[str], between: str = ", ") -> list[str]:
    return [f"{word} {between.join(dict.fromkeys(parts))}"] if parts else []
