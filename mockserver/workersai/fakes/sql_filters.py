"""The conditions of a question, over all tables that its rows are joined to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from mockserver.workersai.fakes import sql_conditions as found_in
from mockserver.workersai.fakes import sql_values as values
from mockserver.workersai.fakes.sql_conditions import Condition, blanked
from mockserver.workersai.fakes.sql_dates import When, when
from mockserver.workersai.fakes.sql_mentions import Mention
from mockserver.workersai.fakes.sql_plan import Plan, Ref, Schema, Term, Test, column, written
from mockserver.workersai.fakes.sql_tables import Table

_OF_TABLE = re.compile(r"\b(?:in|from|of|into|on)\s+(?:the\s+)?[`\"']?\w{1,80}[`\"']?\s+table\b", re.IGNORECASE)


class Filters:
    """What a question asks of the rows of a table, and of those that its keys lead to."""

    def __init__(self, text: str, schema: Schema, subject: Table, spoken_of: Sequence[Mention]) -> None:
        self.text = text
        """The question without what has been understood."""
        self.tests: list[Test] = []
        self._schema, self._spoken_of = schema, spoken_of
        mentioned = [each.table for each in spoken_of]
        near = schema.reach(subject)
        self._tables = sorted(near, key=lambda table: (table is not subject, table not in mentioned, near.index(table)))
        self._subject = subject
        self._read()

    def of(self, table: Table) -> list[Test]:
        """Return the conditions on the rows of one table."""
        return [test for test in self.tests if all(ref.table is table for ref in test.of.of)]

    def _read(self) -> None:
        for match in _OF_TABLE.finditer(self.text):
            self.text = blanked(self.text, *match.span())
        self._days()
        self._averages()
        keys = [link.key for link in self._schema.links]
        for find in (
            found_in.keys,
            lambda text, table: found_in.amounts(text, table, False),
            values.belonging,
            self._texts,
            lambda text, table: values.places(text, table, keys),
            found_in.flags,
            values.states,
        ):
            self._take(find, self._tables)
        self._take(lambda text, table: found_in.amounts(text, table, True), [self._subject])
        self._take(found_in.missing, [self._subject])
        self._names()
        self.tests = [self._nearer(test) for test in self.tests]

    def _nearer(self, test: Test) -> Test:
        """Return a condition on the row that a key leads to as one on the key."""
        leading = (each for each in self._schema.links if each.many is self._subject and each.one is not self._subject)
        key = next((each.key for each in leading if test.of == column(Ref(each.one, each.to))), None)
        return test if key is None else Test(column(Ref(self._subject, key)), test.holds)

    def _take(self, find: Callable[[str, Table], Iterable[Condition]], tables: Sequence[Table]) -> None:
        """Take the conditions that a function finds, each once, and only once for the same words."""
        for table in tables:
            for each in list(find(self.text, table)):
                ref = Ref(table, each.column)
                free = "|" not in self.text[each.start : each.end]
                if free and not any(test.of.of == (ref,) for test in self.tests):
                    self.tests.append(Test(column(ref), each.holds))
                    self.text = blanked(self.text, each.start, each.end)

    def _texts(self, text: str, table: Table) -> Iterator[Condition]:
        """Yield values beside names of columns; a name that several tables have is that of the table before it."""
        mentioned = [each for each in self._spoken_of if each.noun]
        strangers = []
        for name in table.of_kind("text"):
            if any(name in other.columns for other in self._tables if other is not table):
                place = re.search(rf"\b{found_in.spelled(name)}", text, re.IGNORECASE)
                before = [each.table for each in mentioned if place and each.end <= place.start()]
                if before and before[-1] is not table and name in before[-1].columns and before[-1] in self._tables:
                    strangers.append(name)
        return values.texts(text, table, strangers)

    def _days(self) -> None:
        for _ in range(3):
            found = when(self.text, self._schema.dialect)
            if found is None:
                return
            at = next((each for each in self._spoken_of if not each.noun and 0 <= found.start - each.end <= 1), None)
            first = [at.table] if at and at.table in self._tables else []
            for table in [*first, *self._tables]:
                test = self._on(found, table)
                if test is not None:
                    self.tests.append(test)
                    break
            self.text = blanked(self.text, found.start, found.end)

    def _on(self, found: When, table: Table) -> Test | None:
        unit, equal = found.part
        asked = found_in.date_column(self.text, table, found._replace(holds=found.holds or ("",)))
        if asked is None:
            return None
        name, holds = asked
        if unit and holds != (found.years,):
            return Test(Term(self._schema.dialect.parts[unit], (Ref(table, name),)), (f"= {equal}",))
        return Test(column(Ref(table, name)), holds)

    def _averages(self) -> None:
        for loose in (False, True):
            for table in self._tables if not loose else self._tables[:1]:
                for each, operator in list(found_in.against_average(self.text, table, loose)):
                    ref = Ref(table, each.column)
                    mean = written(Plan(table, [Term("AVG({0})", (ref,))]), self._schema)
                    self.tests.append(Test(column(ref), (f"{operator} ({mean})",)))
                    self.text = blanked(self.text, each.start, each.end)

    def _names(self) -> None:
        """Take names that stand for rows: of the table itself, else of one that is joined to it."""
        used = {ref for test in self.tests for ref in test.of.of}
        labelled = [each for each in self._tables if each.label and Ref(each, each.label) not in used]
        others = [each for each in labelled if each is not self._subject]
        mentioned = [each.table for each in self._spoken_of]
        unsaid = sorted(others, key=lambda each: each in mentioned)
        own = [
            each for each in labelled if each is self._subject and any("name" in word for word in (each.label or "",))
        ]
        for pattern, tables in (
            ("bought", unsaid or labelled),
            ("person", [*own, *others]),
            ("place", [*others, *own]),
        ):
            self._take(lambda text, table, kind=pattern: values.named(text, table, kind), tables[:1])  # type: ignore[misc]
        alone = re.search(r"(?<![\w|])(['\"])[^'\"\n|]{1,60}\1(?!\w)", self.text)
        if alone:
            for table in labelled[:1]:
                if not self.tests:
                    self.tests.append(Test(column(Ref(table, str(table.label))), (f"= {values.quoted(alone[0])}",)))
                    self.text = blanked(self.text, *alone.span())
