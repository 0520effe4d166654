"""Everything that is wrong with a request, at once: its parameters and its body."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mockserver.engine.invocation import Invocation
from mockserver.engine.negotiation import declared as declared_name
from mockserver.engine.values import Problem, Refusal
from mockserver.errors import nearest
from mockserver.openapi.validation import Violation

if TYPE_CHECKING:
    from mockserver.openapi.parameters import Parameters

_ABOUT_BODIES = {
    "invalid": ("", ""),
    "body-missing": ("required", "the body is missing"),
    "body-malformed": ("json", ""),
}
"""Problems with a body that are told beside those with parameters: the keyword and what is said."""
_MOST_WARNINGS, _LONGEST = 8, 300
_TEXT = "text/plain"


def check(invocation: Invocation, parameters: Parameters, check_body: Callable[[], None]) -> None:
    """Raise Refusal with every violation of a request; a name in the query that is not declared is a warning.

    `check_body` reads the body and raises what is wrong with it.
    """
    request = invocation.request
    found = parameters.read(request.path, request.query, request.headers)
    for name in found.unknown[:_MOST_WARNINGS]:
        near = nearest(name, parameters.query_names)
        hint = f"; did you mean {near!r}?" if near else ""
        invocation.warn(f"the query parameter {name!r} is not declared here{hint}")
    violations = [*found.violations, *_wrong_with_body(invocation, check_body)]
    if violations:
        raise Refusal(Problem("invalid", 400, summary(violations), tuple(violations)))


def _wrong_with_body(invocation: Invocation, check_body: Callable[[], None]) -> Sequence[Violation]:
    try:
        check_body()
    except Refusal as refusal:
        problem = refusal.problem
        if problem.kind not in _ABOUT_BODIES:
            raise
        if problem.kind == "body-missing" and (invocation.request.header(b"content-type") or "").startswith(_TEXT):
            invocation.media_type, invocation.body = _TEXT, b""  # a text without characters is one
            return _wrong_with_text(invocation)
        keyword, told = _ABOUT_BODIES[problem.kind]
        if keyword == "json" and (invocation.request.header(b"content-type") or "").lower().startswith("multipart/"):
            keyword = "multipart"
        return problem.violations or [Violation("", keyword, told or problem.detail)]
    return _wrong_with_text(invocation) if invocation.media_type == _TEXT else ()


def _wrong_with_text(invocation: Invocation) -> Sequence[Violation]:
    """Return what is wrong with a body of plain text, read as the number or boolean that its schema may ask for."""
    operation = invocation.operation
    content = operation.request_content if operation else {}
    declared = content.get(declared_name(content, _TEXT) or "")
    if declared is None or not isinstance(invocation.body, bytes):
        return ()
    from mockserver.openapi.parameters.kinds import Shape, typed

    shape = Shape.of(declared.schema)
    if not shape.kinds or shape.kinds & {"array", "object"}:
        return ()  # how that is written as text the document does not say
    text = invocation.body.decode("utf-8", "replace")
    readings = [typed(text, shape, as_text=as_text) for as_text in (True, False)]
    if any(declared.validator.is_valid(each) for each in readings):
        return ()
    return declared.validator.violations(readings[-1])


def summary(violations: Sequence[Violation]) -> str:
    """Return the first violation in one sentence, and how many there are beside it."""
    first = violations[0]
    where = f"the {first.location} parameter {first.name}" if first.name else f"the body{' at ' * bool(first.pointer)}"
    is_told = first.message.startswith(f"{where} ")  # by those of our messages that name the parameter themselves
    told = first.message if is_told else f"{where}{first.pointer}: {first.message}"
    told = told if len(told) <= _LONGEST else told[:_LONGEST] + "..."
    return told if len(violations) == 1 else f"{told}; and {len(violations) - 1} more"
