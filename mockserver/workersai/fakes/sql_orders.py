"""The order that a question asks for, and the first rows of it: the oldest, the three cheapest, the second highest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mockserver.workersai.fakes.sql_mentions import WORD, columns, hinted_column
from mockserver.workersai.fakes.sql_plan import Plan, Ref, Term, column
from mockserver.workersai.fakes.sql_questions import Question, Ranked
from mockserver.workersai.fakes.sql_tables import fit
from mockserver.workersai.fakes.sql_words import DOWN, ORDINALS, RANKS, UP, Rank

_NTH = re.compile(rf"\b({'|'.join(ORDINALS)})\s+(?:most\s+|least\s+)?(\w+)\b", re.IGNORECASE)
_DIRECTION = re.compile(
    r"\b(newest|latest|highest|largest|descending|desc|lowest|oldest|earliest|ascending|asc)\b", re.IGNORECASE
)
_BY_NAME = frozenset("alphabetically alphabetical reverse".split())
_LAST = (*RANKS["latest"], Rank("key", "DESC"))


def nth(asked: Question) -> Plan | None:
    """Return the second or third row of an order, None where none is asked for."""
    found = _NTH.search(asked.text)
    rank = asked.rank() if found and found[2].lower() in RANKS else None
    plan = _by_rank(asked, rank) if rank else None
    if found is None or plan is None or not plan.order:
        return None
    plan.limit, plan.offset = 1, ORDINALS[found[1].lower()] - 1
    ordered = plan.order[0][0]
    behind = columns(asked.text[found.end() : found.end() + 40], asked.schema, asked.near)
    if behind and (behind[0].ref,) == ordered.of and behind[0].start < 2:
        plan.selected, plan.distinct = [ordered], True
    return plan


def ranked(asked: Question) -> Plan | None:
    """Return the first rows of an order that a word means: the oldest, the cheapest."""
    rank = asked.rank()
    if rank is None and asked.first and re.match(r"last", asked.first[0], re.IGNORECASE):
        rank = Ranked("latest", _LAST, asked.first.end())
    if rank is None and asked.first and asked.ranked_by:
        rank = Ranked("top", RANKS["top"], 0)
    return _by_rank(asked, rank) if rank else None


def _by_rank(asked: Question, rank: Ranked) -> Plan | None:
    """Return the first rows by the column that is named behind the word, else by the first one of its kind."""
    rest = f"{asked.filters.text[rank.end :]} {asked.ranked_by}"
    plan = asked.planned(asked.subject, [column(Ref(asked.subject, "*"))])
    for meant in rank.means:
        named = _ranked_by(asked, meant, rest)
        if named is not None:
            plan.order, plan.limit = [(column(named), meant.way)], asked.limit(asked.one_or(10))
            return plan
    plan.limit = asked.limit(10)
    return plan if rank.word in ("top", "most", "best") else None


def _ranked_by(asked: Question, rank: Rank, rest: str) -> Ref | None:
    own = [Ref(asked.subject, name) for name in asked.subject.of_kind(rank.kind)]
    tables = asked.near if rank.kind == "number" else [asked.subject]
    named = [each.ref for each in columns(rest, asked.schema, tables, (rank.kind,))]
    if rank.kind == "key":
        return Ref(asked.subject, asked.subject.key) if asked.subject.key else None
    if rank.column:
        words = set(rank.column.split())
        return next((ref for ref in [*own, *named] if fit(ref.name, words)), None)
    return next(iter(named), None) or hinted_column(rest, [asked.subject]) or next(iter(own), None)


def put_in_order(asked: Question, plan: Plan, count: Term | None = None, shown: list[Ref] | None = None) -> None:
    """Put the order that a question asks for into a plan.

    Without one, counts come largest first, parts of dates in their order, and rows by the first column that is shown.
    A column that rows are ordered by is shown beside the first ones.
    """
    said = asked.order_words
    words = set(WORD.findall(said.lower()))
    if said and count is not None and (words & {"count", "number", "total", count.alias} or not asked.refs(said)):
        plan.order = [(count, "" if words & UP and not words & DOWN else "DESC")]
    elif said:
        plan.order = _order_of(asked, plan, said)
    if not plan.order and count is not None:
        parts = [(term, "") for term in plan.group if term.shape != "{0}"]
        plan.order = parts or ([(count, "DESC")] if count.shape.startswith("COUNT") else [])
    if shown is not None:
        by = [ref for term, _ in plan.order for ref in term.of]
        own = asked.own(plan.base)
        if by and shown == by and len(plan.base.columns) > 1:
            shown[:] = list(dict.fromkeys([*own, *by]))
        elif by and (plan.distinct or (asked.sorted and set(shown) <= set(own))) and shown[0].name != "*":
            shown[:] = list(dict.fromkeys([*shown, *by]))
        if not plan.order and shown[0].name != "*":
            plan.order = [(column(shown[0]), "")]


def _order_of(asked: Question, plan: Plan, said: str) -> list[tuple[Term, str]]:
    near = [plan.base, *(table for table in asked.schema.reach(plan.base) if table is not plan.base)]
    named = columns(said, asked.schema, near)[:3]
    ends = [*(each.start for each in named[1:]), len(said)]
    behind = _behind(asked)
    found = [
        (column(each.ref), _way(WORD.findall(f"{said[each.end : end]} {behind}".lower())))
        for each, end in zip(named, ends, strict=False)
    ]
    words = WORD.findall(said.lower())
    for rank in next((RANKS[word] for word in words if word in RANKS), ()) if not found else ():
        for name in plan.base.of_kind(rank.kind)[:1]:
            return [(column(Ref(plan.base, name)), rank.way)]
    if not found and _BY_NAME & set(words) and plan.base.label:
        return [(column(Ref(plan.base, plan.base.label)), "DESC" if "reverse" in words else "")]
    return found


def _way(words: Sequence[str]) -> str:
    return "DESC" if next((word for word in words if word in DOWN | UP), "") in DOWN else ""


def _behind(asked: Question) -> str:
    """Return what the question says of the direction behind its order."""
    if asked.sorted:
        return asked.text[asked.sorted.end() : asked.sorted.end() + 40]
    found = _DIRECTION.search(asked.text)
    return found[0] if found else ""
