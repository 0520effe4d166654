"""What words of a question mean to a database: functions, ranks, directions, and columns that they speak of."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import NamedTuple


class Rank(NamedTuple):
    """A word for the first of something."""

    kind: str
    """What kind of column rows are ordered by: number or date."""
    way: str
    column: str = ""
    """Words of the column that it speaks of, nothing for any."""


AGGREGATES = {
    "average": "AVG", "avg": "AVG", "mean": "AVG", "total": "SUM", "sum": "SUM", "maximum": "MAX", "max": "MAX",
    "minimum": "MIN", "min": "MIN",
}  # fmt: skip
_MOST, _LEAST = Rank("number", "DESC"), Rank("number", "")
RANKS: Mapping[str, tuple[Rank, ...]] = {
    **dict.fromkeys("most top highest best largest biggest greatest".split(), (_MOST,)),
    **dict.fromkeys("lowest smallest least fewest worst".split(), (_LEAST,)),
    "oldest": (Rank("number", "DESC", "age"), Rank("date", "")),
    "youngest": (Rank("number", "", "age"), Rank("date", "DESC")),
    **dict.fromkeys("newest latest recent".split(), (Rank("date", "DESC"), Rank("number", "DESC", "year"))),
    "earliest": (Rank("date", ""), Rank("number", "", "year")),
    "cheapest": (Rank("number", "", "price cost amount fee"),),
    "expensive": (Rank("number", "DESC", "price cost amount fee"),),
    "longest": (Rank("number", "DESC", "length duration page"),),
    "shortest": (Rank("number", "", "length duration page height"),),
    "heaviest": (Rank("number", "DESC", "weight"),),
    "lightest": (Rank("number", "", "weight"),),
    "tallest": (Rank("number", "DESC", "height"),),
    "richest": (Rank("number", "DESC", "salary income balance wealth"),),
}
"""What rows are ordered by, the first that a table has."""
EXTREMES = {"highest": "MAX", "largest": "MAX", "biggest": "MAX", "greatest": "MAX", "lowest": "MIN", "smallest": "MIN"}
MONEY = frozenset("revenue turnover spent spend sales".split())
"""Words that ask for a sum by themselves."""
ORDINALS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
DOWN = frozenset(
    "desc descending decreasing highest largest biggest greatest newest latest recent reverse most high".split()
)
UP = frozenset("asc ascending increasing lowest smallest least oldest earliest cheapest alphabetically low".split())
HINTS: Mapping[str, str] = {
    "older younger old": "age",
    "cheaper costing cost costs priced expensive": "price cost",
    "longer shorter": "length duration",
    "heavier lighter": "weight",
    "taller": "height",
    "earn earns earning earned paid wage": "salary income pay wage",
    "spent spend spends spending": "total amount price",
    "sold sells": "quantity",
    "revenue sales turnover": "revenue total amount price",
    "populous": "population",
}
"""Words that speak of a column without naming it."""
ACTS: Mapping[str, str] = {
    "order purchase sale transaction": "buy buys bought purchase purchased order ordered sell sold spend spent selling",
    "loan": "borrow borrowed lent",
    "enrollment registration": "enrolled enroll registered",
    "rental": "rented rent",
    "visit": "visited",
    "review rating": "reviewed rated",
    "payment": "paid",
    "booking reservation": "booked reserved",
}
"""Tables that verbs speak of."""
STATES = frozenset(
    "paid unpaid open closed pending shipped cancelled canceled completed active inactive delivered returned failed "
    "draft approved rejected refunded processing published archived overdue".split()
)
"""Values that a column of states mostly has."""
STATE_COLUMNS = frozenset("status state stage phase".split())
PLACES = frozenset("country city town region state location place continent address".split())
SMALL = frozenset("at by has in is of on to up the a an and or for per from with".split())


def hinted(words: Set[str]) -> list[str]:
    """Return the words of columns that words speak of, the likeliest first.

    >>> hinted({"cheaper"})
    ['price', 'cost']
    """
    return [meant for said, column in HINTS.items() if words & set(said.split()) for meant in column.split()]
