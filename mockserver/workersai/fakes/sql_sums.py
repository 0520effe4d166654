"""Questions that put the numbers of rows together: sums, averages, the highest of each."""

from __future__ import annotations

from typing import NamedTuple

from mockserver.workersai.fakes.sql_mentions import WORD, columns
from mockserver.workersai.fakes.sql_orders import put_in_order
from mockserver.workersai.fakes.sql_plan import Plan, Ref, Term, column
from mockserver.workersai.fakes.sql_questions import COUNTS, Group, Question
from mockserver.workersai.fakes.sql_tables import Table, fit
from mockserver.workersai.fakes.sql_words import AGGREGATES, EXTREMES, MONEY


class _Function(NamedTuple):
    """A function, the word that asks for it, and what the question says behind that."""

    name: str
    word: str
    behind: str
    ranks: bool = True
    """Whether a word for the first of an order is still to be heeded."""


def summed(asked: Question) -> Plan | None:
    """Return a query that puts the numbers of all rows together, or of those of each of something."""
    function = _function(asked)
    term = _term(asked, function) if function else None
    if function is None or term is None:
        return None
    base = term.of[0].table
    rank = asked.rank() if function.ranks else None
    group = asked.group(base)
    if group is None and (rank or asked.ranked_by):
        group = _ranked_group(asked, base)
    said = Term(f"{function.name}({term.shape})", term.of, function.word)
    plan = asked.planned(base, [*([group.shown] if group else ()), said])
    if group is not None:
        plan.group = list(group.terms)
        if rank or asked.ranked_by:
            plan.order = [(said, rank.means[0].way if rank else "DESC")]
            plan.limit = asked.limit(asked.one_or(10))
        else:
            put_in_order(asked, plan, said)
    return plan


def _function(asked: Question) -> _Function | None:
    """Return the function that a question asks for, None for one that asks for rows or counts."""
    rest = asked.filters.text
    for match in WORD.finditer(rest):
        word = match[0].lower()
        if word in AGGREGATES:
            is_count = AGGREGATES[word] == "SUM" and COUNTS.search(rest[: match.end() + 10])
            return None if is_count else _Function(AGGREGATES[word], word, rest[match.end() :])
    extreme = None if asked.ranked_by or asked.first else _extreme(asked)
    if extreme is not None:
        return extreme
    if {word.lower() for word in WORD.findall(rest)} & MONEY and not asked.first and not asked.rank():
        return _Function("SUM", "total", "")
    by = WORD.findall(asked.ranked_by.lower())[:1]
    return _Function(AGGREGATES[by[0]], by[0], asked.ranked_by) if by and by[0] in AGGREGATES else None


def _extreme(asked: Question) -> _Function | None:
    """Return the function of "the highest salary", None for "the highest paid employee", who is a row."""
    rest = asked.filters.text
    found = next((match for match in WORD.finditer(rest) if match[0].lower() in EXTREMES), None)
    named = asked.number(rest[found.end() : found.end() + 30], asked.near) if found else None
    if found is None or named is None:
        return None
    nouns = [each for each in asked.mentions if each.noun and rest[each.start : each.end].strip("|")]
    behind = rest[found.end() :]
    direct = all(each.start > found.end() for each in nouns) and fit(named.name, set(WORD.findall(behind.lower())[:1]))
    if asked.grouped or not nouns or direct:
        return _Function(EXTREMES[found[0].lower()], found[0].lower(), behind, ranks=False)
    return None


def _term(asked: Question, function: _Function) -> Term | None:
    """Return what is put together: the column that is named or hinted at, a price times an amount, else any number."""
    amount = asked.number(function.behind[:60], asked.near) or asked.number(asked.filters.text, asked.near)
    group = asked.group(amount.table if amount else asked.subject)
    term = _turnover(asked, group)
    if term is None and amount is None:
        numbers = [Ref(table, name) for table in asked.near for name in table.of_kind("number")]
        own = group is None or group.table is asked.subject
        amount = next((ref for ref in numbers if own or (group and ref.table is not group.table)), None)
        amount = amount or next(iter(numbers), None)
    return term or (column(amount) if amount else None)


def _turnover(asked: Question, group: Group | None) -> Term | None:
    """Return the price of what was sold, for a table of amounts and one of prices; None where a column holds it."""
    if not {word.lower() for word in WORD.findall(asked.filters.text)} & MONEY:
        return None
    numbers = [Ref(table, name) for table in asked.schema.tables for name in table.of_kind("number")]
    priced = [ref for ref in numbers if fit(ref.name, {"price"})]
    totals = next((ref for ref in numbers if fit(ref.name, {"total", "revenue", "amount", "sales"})), None)
    for sold in [ref for ref in numbers if fit(ref.name, {"quantity"})]:
        for price in priced:
            path = asked.schema.path(sold.table, price.table)
            if path is None or len(path) > 1:
                continue
            if totals is None or (group is not None and group.table is price.table and totals.table is not sold.table):
                return Term("{0} * {1}", (sold, price))
    return None


def _ranked_group(asked: Question, base: Table) -> Group | None:
    """Return what is ranked by a function: `which department has the highest average`."""
    nouns = [each.table for each in asked.mentions if each.noun and asked.schema.path(base, each.table) is not None]
    if nouns and nouns[0] is not base:
        return asked.of_table(nouns[0])
    texts = [each.ref for each in columns(asked.text, asked.schema, [base]) if each.ref.name in base.of_kind("text")]
    return Group((column(texts[0]),), column(texts[0]), base) if texts and asked.rank() else None
