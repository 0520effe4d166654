"""The text of error 5006: what is wrong with a body, in the manner of the service's validator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from mockserver.openapi.validation import Violation

_MOST = 40
_SHOWN = 60
_LONGEST = 8000
_NUMBER = re.compile(r"[-+]?\d{1,30}(\.\d{1,30})?")


def complain(violations: Sequence[Violation]) -> str:
    """Return one text with every violation and its JSON Pointer.

    >>> complain([Violation("/messages/0", "required", "", expected="content")])
    "required properties at '/messages/0' are 'content'"
    """
    reasons = list(dict.fromkeys(_reasons(violations)))
    more = len(reasons) - _MOST
    text = ", ".join(reasons[:_MOST]) + (f", and {more} more" if more > 0 else "")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _reasons(violations: Sequence[Violation]) -> Iterator[str]:
    missing: dict[str, list[str]] = {}
    for violation in violations:
        if violation.keyword == "required":
            missing.setdefault(violation.pointer, []).append(str(violation.expected))
    for pointer, names in missing.items():
        yield f"required properties at '{pointer or '/'}' are '{','.join(names)}'"
    for violation in violations:
        if violation.keyword != "required":
            yield _reason(violation)


def _reason(violation: Violation) -> str:
    where = violation.pointer or "/"
    keyword, expected = violation.keyword, violation.expected
    if violation.branches:
        reasons = list(dict.fromkeys(islice(_of_branches(violation), _MOST)))
        if len(violation.branches) > 1 == _told(violation):
            return ", ".join(reasons)
        # the service's own schemas say oneOf where ours, which allow a little more, say anyOf
        return f"oneOf at '{where}' not met, 0 matches: {', '.join(reasons)}"
    if keyword == "type":
        return f"Type mismatch of '{where}', '{kind_of(violation.value)}' not in '{_listed(expected, 'null')}'"
    if keyword == "enum" and isinstance(expected, list):
        return f"enum at '{where}' not met, {_shown(violation.value)} not in '{_listed(expected, None)}'"
    if expected is None or isinstance(expected, list | dict):
        return f"{keyword} at '{where}' not met"
    return f"{keyword} at '{where}' not met, {_shown(violation.value)} against {_shown(expected)}"


def _listed(expected: Any, null: str | None) -> str:
    """Return what was allowed without null: it stands for "not given", and the service's schemas do not list it."""
    allowed = expected if isinstance(expected, list) else [expected]
    return ",".join(map(str, [each for each in allowed if each != null] or ["null"]))


def _of_branches(violation: Violation) -> Iterator[str]:
    wants_number = any(_mismatched(branch) & {"integer", "number"} for branch in violation.branches)
    for branch in violation.branches:
        if _is_null(branch):
            continue
        if wants_number and len(branch) == 1 and branch[0].keyword == "pattern":
            # a field of a form, where numbers are text: the expression is ours, and tells nobody what is wrong
            if _NUMBER.fullmatch(str(branch[0].value)):
                yield f"{_shown(branch[0].value)} at '{branch[0].pointer or '/'}' is out of range"
            continue
        yield from _reasons(branch)


def _mismatched(branch: Sequence[Violation]) -> set[str]:
    """Return the types that a branch wanted in vain."""
    told = branch[0] if len(branch) == 1 and branch[0].keyword == "type" else None
    expected = told.expected if told is not None else []
    return set(expected if isinstance(expected, list) else [expected])


def _told(violation: Violation) -> int:
    """Return how many branches the service's schemas have, too."""
    return sum(not _is_null(branch) for branch in violation.branches)


def _is_null(branch: Sequence[Violation]) -> bool:
    """Say whether a branch is there for null only: it stands for "not given", and the service does not list it."""
    return len(branch) == 1 and branch[0].keyword == "type" and branch[0].expected in ("null", ["null"])


def kind_of(value: Any) -> str:
    """Name the JSON type of a value."""
    for kind, name in ((bool, "boolean"), (str, "string"), (dict, "object"), (list, "array"), (int, "integer"),
                       (float, "number")):  # fmt: skip
        if isinstance(value, kind):
            return name
    return "null"


def _shown(value: Any) -> str:
    if isinstance(value, list | dict):
        return str(len(value))
    text = repr(value) if isinstance(value, str) else "null" if value is None else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
