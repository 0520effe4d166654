"""The query for a question that changes nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mockserver.workersai.fakes.sql_counts import counted, doubles, enough
from mockserver.workersai.fakes.sql_mentions import columns
from mockserver.workersai.fakes.sql_orders import nth, put_in_order, ranked
from mockserver.workersai.fakes.sql_plan import Plan, Ref, Term, Test, column, written
from mockserver.workersai.fakes.sql_questions import COUNTS, DISTINCT, Question
from mockserver.workersai.fakes.sql_sums import summed
from mockserver.workersai.fakes.sql_tables import Table

_THOSE = re.compile(r"\b(?:who|that|which|have|has|with)\b", re.IGNORECASE)


def select(asked: Question) -> Plan:
    """Return the plan of the query for a question: what it counts, adds up or ranks, else the rows it asks for."""
    for find in (_lacking, doubles, enough, nth, summed, counted, ranked):
        found = find(asked)
        if found is not None:
            return found
    plan = asked.planned(asked.subject)
    plan.limit = asked.limit(0)
    _show(asked, plan)
    return plan


def _lacking(asked: Question) -> Plan | None:
    """Return the rows that no row of another table leads to, or none that meets the conditions on it."""
    if asked.lacking is None:
        return None
    plan = asked.planned(asked.subject)
    link = (asked.schema.path(plan.base, asked.lacking) or [])[0]
    inner = [test for test in plan.tests if all(ref.table is not plan.base for ref in test.of.of)]
    if inner:
        key = column(Ref(asked.lacking, link.key))
        rows = written(Plan(asked.lacking, [key], [*inner, Test(key, ("IS NOT NULL",))]), asked.schema)
        plan.tests = [test for test in plan.tests if test not in inner]
        plan.tests.append(Test(column(Ref(plan.base, link.to)), (f"NOT IN ({rows})",)))
    else:
        plan.lacking = asked.lacking
    if COUNTS.search(asked.text):
        plan.selected = [Term("COUNT(*)", (), "total")]
    else:
        _show(asked, plan, alone=True)
    return plan


def _show(asked: Question, plan: Plan, alone: bool = False) -> None:
    """Put what a question wants to see of the rows into a plan, and their order.

    These are the columns that it names, beside those of its conditions, and the names of rows that are joined.
    """
    base, text = plan.base, asked.filters.text
    near = [base] if alone else [table for table in asked.near if asked.schema.path(base, table) is not None]
    used = {ref for test in plan.tests for ref in test.of.of}
    named = [each.ref for each in columns(text, asked.schema, near)]
    named = [ref for ref in named if ref not in used and (ref.name != ref.table.key or " id" in text.lower())]
    shown = list(dict.fromkeys(named))
    others = [each for each in asked.mentions if each.table is not base and each.table in near]
    for each in others:
        seen = {ref.table.name for ref in [*shown, *used]}
        if each.noun and text[each.start : each.end].strip("|") and each.table.name not in seen and each.table.label:
            shown = [*(shown or asked.own(base)), Ref(each.table, each.table.label)]
    nouns = [each.table for each in asked.mentions if each.noun]
    if shown and nouns and nouns[0] is base and all(ref.table is not base for ref in shown):
        shown = [*asked.own(base), *shown]
    if not shown:
        shown = [Ref(base, "*")] if "all" in asked.words else asked.own(base)
    if not alone:
        _keep_joined(asked, plan, [each.table for each in others])
    plan.distinct = bool(DISTINCT.search(text)) or (all(ref.table is base for ref in shown) and asked.multiplied(plan))
    put_in_order(asked, plan, shown=shown)
    plan.selected = [column(ref) for ref in shown]


def _keep_joined(asked: Question, plan: Plan, tables: Sequence[Table]) -> None:
    """Keep only rows that have one of a table that is spoken of without a condition on it: `who ordered`."""
    if not _THOSE.search(asked.text):
        return
    tested = [asked.schema.path(plan.base, ref.table) or () for test in plan.tests for ref in test.of.of]
    used = {each.many.name for path in tested for each in path}
    for table in tables:
        path = asked.schema.path(plan.base, table)
        if path and path[0].one is plan.base and path[0].many.name not in used:
            plan.tests.append(Test(column(Ref(path[0].many, path[0].key)), ("IS NOT NULL",)))
            return
