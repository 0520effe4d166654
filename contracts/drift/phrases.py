"""How both sides of a difference are put into words."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.context import Context
from contracts.drift.portraits import Portrait
from contracts.findings import Found
from contracts.judge import is_json

_STEADY = 0.01
"""Lengths of vectors that differ by less are the same."""


def presence(portrait: Portrait, where: str) -> str:
    """Return how often a place is there, in one word."""
    if where not in portrait.places:
        return "never"
    return "always" if portrait.always(where) else "sometimes"


def breach(found: Found) -> str:
    """Return what came against which promise."""
    return f"{found.came}, where {found.promised} is documented"


def transfer(context: Context) -> str:
    """Return whether an answer arrived whole, and is JSON where it says so."""
    response = context.response
    if response.faults:
        return response.faults[0]
    if is_json(response.media_type) and context.json is None and response.body.strip() not in (b"null", b""):
        return "it is no JSON"
    return "whole"


def order_shown(order: Sequence[str], context: Context) -> str:
    """Return the kinds of the events, and what is wrong with the stream."""
    violation = f", line {context.violations[0].line}: {context.violations[0].message}" if context.violations else ""
    return (" → ".join(order) or "no events") + violation


def size_range(values: Sequence[int]) -> str:
    """Return how many items there are, from the least to the most."""
    low, high = min(values), max(values)
    return f"{low} to {high} items" if low != high else f"{low} item{'' if low == 1 else 's'}"


def length_range(norms: Sequence[float]) -> str:
    """Return the least and the largest length of vectors."""
    return f"vectors of length {min(norms):.4g}" + (
        "" if max(norms) - min(norms) < _STEADY else f" to {max(norms):.4g}"
    )
