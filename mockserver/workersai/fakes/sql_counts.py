"""Questions that count rows: all of them, those of each of something, what has enough or the most of them."""

from __future__ import annotations

import re

from mockserver.workersai.fakes.sql_mentions import columns, mentions
from mockserver.workersai.fakes.sql_orders import put_in_order
from mockserver.workersai.fakes.sql_plan import Plan, Ref, Term, Test, column
from mockserver.workersai.fakes.sql_questions import COUNTS, DISTINCT, Group, Question
from mockserver.workersai.fakes.sql_tables import Table

_DUPLICATES = re.compile(r"\bduplicated?s?\b", re.IGNORECASE)
_WHOLE = re.compile(r"\b(?:including|even if|even those|all)\b", re.IGNORECASE)
_COUNT = Term("COUNT(*)", (), "total")
_SOUGHT = frozenset("popular selling sold active".split())


def doubles(asked: Question) -> Plan | None:
    """Return the values that occur more than once, None for a question that does not ask for them."""
    if not _DUPLICATES.search(asked.text):
        return None
    named = [ref for ref in asked.refs(asked.text) if ref.name != ref.table.key and ref.table in asked.near]
    if not named:
        return None
    plan = asked.planned(named[0].table, [column(named[0]), _COUNT])
    plan.group, plan.having = [column(named[0])], [Test(_COUNT, ("> 1",))]
    return plan


def enough(asked: Question) -> Plan | None:
    """Return what has more than so many rows of a table, None for a question that does not ask for it."""
    if asked.enough is None:
        return None
    counted, holds = asked.enough
    group = (asked.group(counted) if asked.grouped else None) or _having(asked, counted)
    if group is None:
        return None
    plan = asked.planned(counted, [group.shown, _COUNT])
    plan.group, plan.having = list(group.terms), [Test(_COUNT, (holds,))]
    put_in_order(asked, plan)
    return plan


def _having(asked: Question, counted: Table) -> Group | None:
    """Return what rows of a table are counted for: another table, or one of its columns."""
    ones = [each.table for each in asked.mentions if each.noun and each.table is not counted]
    ones = [table for table in ones if asked.schema.path(counted, table)]
    told = counted.of_kind("text", "date")
    named = [each.ref for each in columns(asked.free, asked.schema, [counted]) if each.ref.name in told]
    if named and not ones:
        return Group((column(named[0]),), column(named[0]), counted)
    ones += [link.one for link in asked.schema.links if link.many is counted]
    return asked.of_table(ones[0]) if ones else None


def counted(asked: Question) -> Plan | None:
    """Return a query that counts rows, None for a question that asks for the rows themselves."""
    rest = asked.filters.text
    counts = COUNTS.search(rest) or (COUNTS.search(asked.text) if asked.ranked_by else None)
    rank = asked.rank()
    if not counts and (rank or asked.group(asked.subject) is None):
        return _most(asked) if rank or asked.first else None
    distinct = _distinct(asked)
    base = distinct.table if distinct else asked.subject
    group = asked.group(base)
    if group is None and rank:
        return _most(asked)
    said = Term("COUNT(DISTINCT {0})", (distinct,), "total") if distinct else _COUNT
    plan = asked.planned(base, [*([group.shown] if group else ()), said])
    if distinct is None and base.key and asked.multiplied(plan):
        plan.selected[-1] = Term("COUNT(DISTINCT {0})", (Ref(base, base.key),), "total")
    if group is not None:
        plan.group = list(group.terms)
        path = asked.schema.path(base, group.table)
        if path and _WHOLE.search(asked.text) and not plan.tests and path[0].many is base:
            plan.base, plan.outer = group.table, True
            plan.selected[-1] = Term("COUNT({0})", (Ref(base, base.key or path[0].key),), "total")
        put_in_order(asked, plan, plan.selected[-1])
    return plan


def _distinct(asked: Question) -> Ref | None:
    """Return the column whose different values are counted, a key where different rows of its table are."""
    rest = asked.filters.text
    found = DISTINCT.search(rest)
    if found is None:
        return None
    behind = rest[found.end() : found.end() + 40]
    nouns = [each for each in mentions(behind, asked.schema.tables) if each.noun]
    named = columns(behind, asked.schema, asked.near)
    if named and (not nouns or named[0].start <= nouns[0].start or named[0].ref.table is nouns[0].table):
        return named[0].ref
    spoken_of = [each.table for each in asked.mentions]
    leading = [each for each in asked.schema.links if nouns and each.one is nouns[0].table and each.many in spoken_of]
    return Ref(leading[0].many, leading[0].key) if leading else None


def _most(asked: Question) -> Plan | None:
    """Return what has the most rows of another table, None where something else is ranked."""
    rank = asked.rank()
    if rank is not None and (rank.means[0].column or rank.means[0].kind == "date"):
        return None
    if asked.number(asked.filters.text, [asked.subject]) and not asked.ranked_by.lower().startswith("number"):
        return None
    if COUNTS.search(asked.text[: asked.mentions[0].start] if asked.mentions else ""):
        return None
    one = next((each.table for each in asked.mentions if each.noun), asked.subject)
    paths = [asked.schema.path(one, each.table) for each in asked.mentions if each.table is not one]
    others = [path[0].many for path in paths if path and path[0].one is one]
    sought = not others and not asked.ranked_by and (asked.words & _SOUGHT or not one.of_kind("number"))
    for link in asked.schema.links:
        if link.one is one and (link.many in others or sought):
            group = asked.of_table(one)
            plan = asked.planned(link.many, [group.shown, _COUNT])
            plan.group = list(group.terms)
            plan.order = [(_COUNT, rank.means[0].way if rank else "DESC")]
            plan.limit = asked.limit(asked.one_or(10))
            return plan
    return None
