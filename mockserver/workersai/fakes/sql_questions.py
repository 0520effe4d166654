"""A question about tables, taken apart: what it is about, its conditions, groups, orders and limits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from mockserver.workersai.fakes.sql_conditions import blanked, more_than
from mockserver.workersai.fakes.sql_filters import Filters
from mockserver.workersai.fakes.sql_mentions import WORD, columns, hinted_column, mentions
from mockserver.workersai.fakes.sql_plan import Plan, Ref, Schema, Term, column
from mockserver.workersai.fakes.sql_tables import Table, fit
from mockserver.workersai.fakes.sql_words import AGGREGATES, EXTREMES, MONEY, RANKS, Rank

_GROUP = re.compile(
    r"\b(?:grouped\s+by|group\s+by|per|(?:for|in|of|from|to|by|with|at)\s+(?:each|every)|each|every|"
    r"(?<!order )(?<!sort )(?<!rank )(?<!made )(?<!written )(?<!ed )by)\s+(?:the\s+|their\s+)?"
    r"((?:[^\W\d]\w*\s?){1,3})",
    re.IGNORECASE,
)
"""What rows are told apart by; "ordered by" and "made by" say something else."""
_SORTED = re.compile(
    r"(?:,\s*)?\b(?:sort(?:ed)?|order(?:ed)?|rank(?:ed)?|arranged)\s+(?:them\s+|it\s+|the\s+results?\s+)?(?:by|on)\s+"
    r"(?:the\s+|their\s+)?([^.|;?]{1,80})|\balphabetically\s+by\s+(?:the\s+|their\s+)?([^.|;?]{1,80})|"
    r"(?:,\s*|\b(?:with|in)\s+)(?:the\s+)?((?:most\s+)?\w+)\s+first\b|"
    r"\b(?:sort(?:ed)?|order(?:ed)?)\s+(alphabetically)\b|\b(alphabetically)\b|"
    r"\bin\s+(alphabetical|descending|ascending|reverse)\s+order\b",
    re.IGNORECASE,
)
_ENDS = (
    "most|best|largest|highest|oldest|newest|lowest|smallest|cheapest|youngest|latest|biggest|fewest|least|longest|"
    "shortest|recent|earliest|tallest"
)
_FIRST = re.compile(
    rf"\b(?:top|first|limit(?:\s+to)?|last|bottom|{_ENDS})\s+(\d{{1,4}})\b(?!\s+(?:day|week|month|year))|"
    rf"\b(\d{{1,4}})\s+(?:{_ENDS})\b",
    re.IGNORECASE,
)
_LACKS = re.compile(
    r"\b(?:never|not|no|without|haven't|hasn't|didn't|don't|doesn't|aren't|lacking|zero)\b(?:\s+(?:been|yet|placed|made|"
    r"have|had|has|any|an?|in|on|by|got|the|received|written|given|assigned|to|belong|do))*\s+$",
    re.IGNORECASE,
)
COUNTS = re.compile(r"\b(?:how many|number of|counts?(?:\s+of)?|amount of)\b(?!\s+money)", re.IGNORECASE)
"""What asks for a number of rows."""
DISTINCT = re.compile(r"\b(?:distinct|unique|different)\b", re.IGNORECASE)
_SHOWING = frozenset("list show display get find select first".split())
_PARTS = frozenset("day week month year".split())


class Ranked(NamedTuple):
    """A word for the first of something."""

    word: str
    means: tuple[Rank, ...]
    end: int
    """Where it ends in what the conditions left of the question."""


class Group(NamedTuple):
    """What rows are told apart by."""

    terms: tuple[Term, ...]
    shown: Term
    table: Table


class Question:
    """A question, and the tables it is about."""

    def __init__(self, text: str, schema: Schema) -> None:
        self.schema = schema
        self.text = text
        self.words = set(WORD.findall(text.lower()))
        """The question, and its words in lower case."""
        self.mentions = mentions(text, schema.tables)
        self.sorted = _SORTED.search(text)
        if self.sorted:
            text = blanked(text, *self.sorted.span())
        self.ranked_by = ""
        """What rows are ranked by: `top 3 by price`."""
        text, self.grouped = self._take_group(text)
        enough = more_than(text, schema.tables)
        self.enough = enough[:2] if enough else None
        if enough:
            text = blanked(text, *enough[2])
        self.first = _FIRST.search(text)
        self.lacking: Table | None = None
        text = self._take_lack(text)
        self.free = text
        self.subject = self._subject(text)
        self.filters = Filters(text, schema, self.subject, self.mentions)
        self.near = self._tables_in_order()

    def rows(self) -> Plan:
        """Return the rows that the question is about, without what it wants to know of them."""
        plan = self.planned(self.subject)
        plan.lacking = self.lacking
        return plan

    def _take_group(self, text: str) -> tuple[str, str]:
        """Return a text without what its rows are told apart by, and the words of that."""
        for match in _GROUP.finditer(text):
            words = WORD.findall(match[1].lower())
            how = match[0].lower()
            if not words:
                continue
            if re.match(r"by\s+(?!each|every)", how) and (
                words[0] in AGGREGATES
                or words[0] == "number"
                or self._is_amount(match[1])
                or (self.words & _SHOWING and not self._counts_or_sums())
            ):
                self.ranked_by = match[1]
                continue
            is_part = words[0] in _PARTS
            if not is_part and not self.refs(match[1]) and not mentions(match[1], self.schema.tables):
                continue
            if re.match(r"(?:each|every|of each|of every|for)", how) and not self._counts_or_sums():
                continue
            end = match.start(1) + self._reaches(match[1], is_part)
            return blanked(text, match.start(), end), text[match.start(1) : end]
        each = re.search(r"\b(?:in|for|of|per)\s+each\s*[.?]?\s*$|\beach\s*[.?]?\s*$", text, re.IGNORECASE)
        nouns = [mention for mention in self.mentions if mention.noun]
        if each and nouns:
            first = nouns[0]
            return blanked(blanked(text, *each.span()), first.start, first.end), text[first.start : first.end]
        return text, ""

    def _reaches(self, said: str, is_part: bool) -> int:
        """Return how far some words speak of what rows are told apart by."""
        ends = [each.end for each in columns(said, self.schema, self.schema.tables) if each.whole or each.start == 0]
        ends += [each.end for each in mentions(said, self.schema.tables) if each.noun]
        first = WORD.match(said)
        return first.end() if is_part and first else max(ends, default=len(said.rstrip()))

    def _counts_or_sums(self) -> bool:
        return bool(COUNTS.search(self.text) or self.words & (AGGREGATES.keys() | EXTREMES.keys() | MONEY))

    def _is_amount(self, said: str) -> bool:
        found = self.refs(said)
        return (
            bool(found)
            and found[0].name in found[0].table.of_kind("number", "date")
            and not fit(found[0].name, {"year"})
        )

    def refs(self, said: str) -> list[Ref]:
        """Return the columns that some words speak of, of any table."""
        return [each.ref for each in columns(said, self.schema, self.schema.tables)]

    def _take_lack(self, text: str) -> str:
        for place, each in enumerate(self.mentions):
            said = _LACKS.search(text[: each.start]) if place and text[each.start : each.end].strip("|") else None
            start = self.mentions[0].table
            path = self.schema.path(start, each.table) if said and each.table is not start else None
            if said and path and path[0].one is start:
                self.lacking = path[0].many
                return blanked(text, said.start(), each.end)
        return text

    def _subject(self, text: str) -> Table:
        """Return the table whose rows are asked for: what is counted or added up, else the first that is named."""
        spoken_of = [each for each in self.mentions if text[each.start : each.end].strip("|")]
        counted = COUNTS.search(text)
        if self.lacking is not None:
            return self.mentions[0].table
        if counted:
            behind = [each for each in spoken_of if each.start >= counted.end() and each.noun]
            if behind:
                return behind[0].table
        amount = self._amount_behind(text)
        if amount is not None:
            return amount.table
        nouns = [each for each in spoken_of if each.noun] or [each for each in self.mentions if each.noun] or spoken_of
        if nouns:
            return nouns[0].table
        named = columns(text, self.schema, self.schema.tables)
        named.sort(key=lambda each: not each.whole)
        if named:
            return named[0].ref.table
        meant = hinted_column(text, self.schema.tables)
        return meant.table if meant else self.schema.tables[0]

    def _tables_in_order(self) -> list[Table]:
        near = self.schema.reach(self.subject)
        named = [each.table for each in self.mentions]
        return sorted(near, key=lambda table: (table is not self.subject, table not in named, near.index(table)))

    def _amount_behind(self, text: str) -> Ref | None:
        """Return the column that is named right behind the word of a function."""
        for match in WORD.finditer(text):
            if match[0].lower() in AGGREGATES or match[0].lower() in EXTREMES:
                behind = text[match.end() : match.end() + 60]
                found = columns(behind, self.schema, self.schema.tables, ("number",))
                if found and len(WORD.findall(behind[: found[0].start])) <= 3:
                    mentioned = [each.table for each in self.mentions]
                    same = [
                        Ref(table, found[0].ref.name)
                        for table in mentioned
                        if found[0].ref.name in table.columns and found[0].ref.table not in mentioned
                    ]
                    return [*same, found[0].ref][0]
                meant = hinted_column(" ".join(WORD.findall(behind)[:3]), self.schema.tables)
                if meant is not None:
                    return meant
        return None

    def group(self, base: Table) -> Group | None:
        """Return what rows are told apart by, None where all are taken together."""
        said = self.grouped
        if not said:
            return None
        first = WORD.findall(said.lower())[:1]
        dates = base.of_kind("date")
        if first and first[0] in _PARTS and dates:
            term = Term(self.schema.dialect.parts[first[0]], (Ref(base, dates[0]),), first[0])
            return Group((term._replace(alias=""),), term, base)
        near = self.schema.reach(base)
        words = len(WORD.findall(said))
        named = [each for each in columns(said, self.schema, near) if each.whole or words == 1]
        table = next((each.table for each in mentions(said, near) if each.noun), None)
        if named and (table is None or named[0].ref.table is table or table is base):
            term = column(named[0].ref)
            return Group((term,), term, named[0].ref.table)
        if table is not None and table is not base:
            return self.of_table(table)
        keys = [
            Ref(base, name) for name in base.columns if name != base.key and fit(name, set(WORD.findall(said.lower())))
        ]
        if keys:
            return Group((column(keys[0]),), column(keys[0]), base)
        return self.of_table(table) if table is not None else None

    def of_table(self, table: Table) -> Group:
        """Return the rows of a table as what others are told apart by: by their key, under their names."""
        shown = column(Ref(table, table.label or table.key or table.columns[0]))
        key = [column(Ref(table, table.key))] if table.key else []
        return Group((*key, shown), shown, table)

    def limit(self, otherwise: int) -> int:
        """Return how many rows are asked for."""
        found = self.first
        return int(next(each for each in found.groups() if each)) if found else otherwise

    def rank(self) -> Ranked | None:
        """Return the word for the first of something, None where there is none."""
        found = [
            (match, RANKS[word]) for match in WORD.finditer(self.filters.text) if (word := match[0].lower()) in RANKS
        ]
        if not found:
            return None
        match, ranks = next((each for each in found if each[1][0].column or each[1][0].kind == "date"), found[0])
        if found[0][0][0].lower() == "least" and match is not found[0][0]:
            ranks = tuple(each._replace(way="" if each.way else "DESC") for each in ranks)
        return Ranked(match[0].lower(), ranks, match.end())

    def number(self, said: str, tables: Sequence[Table]) -> Ref | None:
        """Return the column of numbers that some words name, or hint at."""
        named = columns(said, self.schema, tables, ("number",))
        if named:
            return named[0].ref
        return hinted_column(said, tables)

    def planned(self, base: Table, selected: Sequence[Term] = ()) -> Plan:
        """Return a plan with the conditions that are on rows of a table, or on what is joined to it."""
        tests = [
            test
            for test in self.filters.tests
            if all(self.schema.path(base, ref.table) is not None for ref in test.of.of)
        ]
        return Plan(base, list(selected), tests)

    def one_or(self, many: int) -> int:
        """Return 1 for a question about a single row, else some more."""
        nouns = [each for each in self.mentions if each.noun]
        return many if not nouns or nouns[0].plural else 1

    @property
    def order_words(self) -> str:
        """What the question says of its order."""
        return next(filter(None, self.sorted.groups()), "") if self.sorted else self.ranked_by

    def own(self, base: Table) -> list[Ref]:
        """Return what is shown of a row when nothing is asked for by name."""
        return [Ref(base, name) for name in base.columns[:2]] or [Ref(base, "*")]

    def multiplied(self, plan: Plan) -> bool:
        """Say whether the conditions join several rows to one of those that are looked at."""
        paths = [self.schema.path(plan.base, ref.table) for test in plan.tests for ref in test.of.of]
        return any(path and path[0].one is plan.base for path in paths)
