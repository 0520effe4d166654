"""Where a question speaks of tables and columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mockserver.workersai.fakes.sql_plan import Ref, Schema
from mockserver.workersai.fakes.sql_tables import Table, is_form, singular, stems
from mockserver.workersai.fakes.sql_words import ACTS, SMALL, hinted

WORD = re.compile(r"[^\W\d_]+")
_VERBS = {verb: tuple(tables.split()) for tables, verbs in ACTS.items() for verb in verbs.split()}


class Mention(NamedTuple):
    """A place where a table is spoken of."""

    table: Table
    start: int
    end: int
    noun: bool
    """Whether it is named, not only meant by a verb (`ordered`)."""
    plural: bool


class Named(NamedTuple):
    """A place where a column is spoken of."""

    ref: Ref
    start: int
    end: int
    whole: bool
    """Whether all words of its name are there."""


def mentions(text: str, tables: Sequence[Table]) -> list[Mention]:
    """Return where a text speaks of tables, in its order.

    >>> from mockserver.workersai.fakes.sql_tables import tables_in
    >>> found = mentions("customers who never ordered", tables_in("customers(id, name), orders(id, customer_id)"))
    >>> [(each.table.name, each.noun, each.plural) for each in found]
    [('customers', True, True), ('orders', False, False)]
    """
    words = list(WORD.finditer(text.lower()))
    found: list[Mention] = []
    position = 0
    while position < len(words):
        best = max(
            (_mentioned(words, position, table) for table in tables), key=lambda each: each[0], default=(0, None)
        )
        length, mention = best
        if mention is not None:
            found.append(mention)
        position += max(1, length // 10)
    return found


def _mentioned(words: Sequence[re.Match[str]], position: int, table: Table) -> tuple[int, Mention | None]:
    """Return how well a table fits the words at a position, ten for each word of its name, and the mention."""
    word = words[position]
    said = [each[0] for each in words[position : position + len(table.words)]]
    if table.words and tuple(map(singular, said)) == table.words:
        last = words[position + len(said) - 1]
        return 10 * len(said), Mention(table, word.start(), last.end(), True, last[0] != table.words[-1])
    if not table.words or word[0] in SMALL:
        return 0, None
    last_stem = table.words[-1]
    if singular(word[0]) == last_stem:
        return 5, Mention(table, *word.span(), True, word[0] != last_stem)
    if last_stem in _VERBS.get(word[0], ()) or (len(table.words) == 1 and is_form(word[0], last_stem)):
        return 3, Mention(table, *word.span(), False, False)
    return 0, None


def columns(text: str, schema: Schema, tables: Sequence[Table], kinds: Sequence[str] = ()) -> list[Named]:
    """Return where a text speaks of columns, each of the table that it seems to mean; earlier tables come first.

    Keys that lead to another table are left to that table's name.
    """
    spoken_of = mentions(text, schema.tables)
    words = list(WORD.finditer(text.lower()))
    leading = {(link.many.name, link.key) for link in schema.links}
    known = [
        (Ref(table, name), tuple(stem for stem in stems(name) if stem not in SMALL) or stems(name))
        for table in tables
        for name in (table.of_kind(*kinds) if kinds else table.columns)
        if (table.name, name) not in leading
    ]
    found: list[Named] = []
    position = 0
    while position < len(words):
        candidates = list(_candidates(words, position, known, spoken_of))
        if not candidates:
            position += 1
            continue
        best = max(length for length, _, _ in candidates)
        chosen = [(ref, whole) for length, ref, whole in candidates if length == best]
        last = words[position + max(1, int(best)) - 1]
        owner = _owner(text, words[position].start(), last.end(), spoken_of)
        ref, whole = next((each for each in chosen if each[0].table is owner), chosen[0])
        found.append(Named(ref, words[position].start(), last.end(), whole))
        position += max(1, int(best))
    return found


def _candidates(
    words: Sequence[re.Match[str]],
    position: int,
    known: Sequence[tuple[Ref, tuple[str, ...]]],
    spoken_of: Sequence[Mention],
) -> Iterator[tuple[float, Ref, bool]]:
    word = words[position]
    inside = next((each for each in spoken_of if each.start <= word.start() < each.end), None)
    for ref, parts in known:
        said = tuple(singular(each[0]) for each in words[position : position + len(parts)])
        if said == parts and (inside is None or len(parts) > 1):
            yield len(parts), ref, True
        elif inside is None and word[0] not in SMALL and any(_part(word[0], part, ref.table) for part in parts):
            yield 0.5, ref, len(parts) == 1


def _part(word: str, part: str, table: Table) -> bool:
    return is_form(word, part) and part not in table.words


def hinted_column(text: str, tables: Sequence[Table]) -> Ref | None:
    """Return the column of numbers that words speak of without naming it: `earns` of a salary."""
    for meant in hinted(set(WORD.findall(text.lower()))):
        for table in tables:
            for name in table.of_kind("number"):
                if meant in stems(name):
                    return Ref(table, name)
    return None


def _owner(text: str, start: int, end: int, spoken_of: Sequence[Mention]) -> Table | None:
    """Return the table that a column belongs to: `customer names`, `employee's name`, `names of customers`."""
    for each in spoken_of:
        if each.noun and each.end <= start and re.fullmatch(r"\W{0,2}(?:s\b)?\W{0,2}", text[each.end : start]):
            return each.table
    for each in spoken_of:
        if (
            each.noun
            and each.start >= end
            and re.fullmatch(
                r"s?\s+(?:of|for|from)\s+(?:the\s+|all\s+|each\s+|every\s+|our\s+|any\s+)*(?:[a-z]+\s)?",
                text[end : each.start],
                re.I,
            )
        ):
            return each.table
    return None
