"""Constraints that a document puts on parameters in Microcks' words (`parameterConstraints`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from mockserver.engine.invocation import Invocation
from mockserver.engine.pairs import HEADER_NAME
from mockserver.engine.values import one_line, refuse
from mockserver.errors import UsageError, nearest

_PLACES = ("header", "query", "path")
_MEMBERS = ("name", "in", "required", "recopy", "mustMatchRegexp")
_LONGEST_VALUE = 8192
_MOST_FIELDS = 1000


@dataclass(frozen=True, slots=True)
class Constraint:
    """What is asked of one parameter."""

    name: str
    where: str
    """header, query or path."""
    required: bool = False
    recopy: bool = False
    """Whether the answer sends it back as a header."""
    pattern: re.Pattern[str] | None = None
    """What the whole value has to match."""


def constraint(raw: Any) -> Constraint:
    """Return one of `parameterConstraints`; raises UsageError for what cannot be followed."""
    if not isinstance(raw, Mapping):
        raise UsageError(f"a parameter constraint is an object, this is {raw!r:.60}")
    for member in raw:
        if member not in _MEMBERS:
            near = nearest(str(member), _MEMBERS)
            raise UsageError(
                f"a parameter constraint has no {member!r}" + (f"; did you mean {near!r}?" if near else "")
            )
    name, where, pattern = raw.get("name"), raw.get("in"), raw.get("mustMatchRegexp")
    if not isinstance(name, str) or not name:
        raise UsageError("a parameter constraint has no name")
    if raw.get("recopy") is True and not HEADER_NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot be sent back: it is no name of a header")
    if where not in _PLACES:
        raise UsageError(f"the constraint on {name!r} is in {where!r}; header, query or path would be right")
    try:
        compiled = re.compile(str(pattern), re.DOTALL) if pattern else None
    except (re.error, RecursionError, OverflowError) as error:
        raise UsageError(f"the constraint on {name!r} has no regular expression: {pattern!r:.80}: {error}") from None
    return Constraint(name, where, raw.get("required") is True, raw.get("recopy") is True, compiled)


def constraints(raw: Any, faults: list[str]) -> tuple[Constraint, ...]:
    """Return all of `parameterConstraints`; what cannot be followed is left out, and `faults` says why."""
    found = []
    if raw is not None and not isinstance(raw, list):
        faults.append(f"parameterConstraints are a list, this is {raw!r:.60}")
    for each in raw if isinstance(raw, list) else ():
        try:
            found.append(constraint(each))
        except UsageError as error:
            faults.append(str(error))
    return tuple(found)


def enforce(asked: Sequence[Constraint], invocation: Invocation) -> None:
    """Raise Refusal with status 400 for the first constraint that a request breaks."""
    for each, value in _values(asked, invocation):
        if value is None:
            if each.required:
                raise refuse("invalid", 400, f"the {each.where} parameter {each.name} is required here")
        elif each.pattern and not (len(value) <= _LONGEST_VALUE and each.pattern.fullmatch(value)):
            wanted = each.pattern.pattern
            raise refuse("invalid", 400, f"the {each.where} parameter {each.name} has to match {wanted}")


def copied(asked: Sequence[Constraint], invocation: Invocation) -> list[tuple[str, str]]:
    """Return the headers that send parameters back (`recopy`)."""
    return [
        (each.name, one_line(value))
        for each, value in _values([each for each in asked if each.recopy], invocation)
        if value is not None
    ]


def _values(asked: Sequence[Constraint], invocation: Invocation) -> Iterator[tuple[Constraint, str | None]]:
    query: dict[str, str] = {}
    if any(each.where == "query" for each in asked):
        try:
            pairs = parse_qsl(invocation.request.query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError:
            pairs = []
        query = dict(reversed(pairs))
    for each in asked:
        if each.where == "header":
            yield each, invocation.request.header(each.name.lower().encode("latin-1", "replace"))
        else:
            yield each, query.get(each.name) if each.where == "query" else invocation.parameters.get(each.name)
