"""How well texts fit a query: the words they share with it."""

from __future__ import annotations

import re

from mockserver.engine import seeds
from mockserver.workersai.fakes import text

_WORD = re.compile(r"[^\W_]+")
_STEM = 4
"""Letters that two words have to share to count as related."""
_RELATED = 0.6


def fit(query: str, context: str) -> float:
    """Return how well a context fits a query, from 0 to 1: about 0 when they share no word, near 1 for all of them.

    >>> fit("How do foxes hunt?", "Foxes hunt mice.") > fit("How do foxes hunt?", "A fox sleeps.")
    True
    """
    wanted = list(dict.fromkeys(word.lower() for word in text.keywords(query))) or _words(query)
    found = set(_words(context))
    stems = {word[:_STEM] for word in found if len(word) >= _STEM}
    met = 0.0
    for word in wanted:
        if word in found:
            met += 1
        elif word[:_STEM] in stems or word.removesuffix("es").removesuffix("s") in found:
            met += _RELATED
    draw = int.from_bytes(seeds.digest("ranking", query, context)[:4], "big") / 2**32
    return round(0.0005 + 0.975 * met / max(1, len(wanted)) + 0.02 * draw, 9)


def _words(said: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(said[:20_000])]
