"""What was given to a model, and the refusals of what was not."""

from __future__ import annotations

import json
import re
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Problem, Refusal
from mockserver.openapi.operations import EVENT_STREAM
from mockserver.openapi.validation import Violation

_WITH_SCHEMAS = frozenset(("tools", "functions", "response_format", "guided_json", "text"))
"""Members in which a caller may send a JSON Schema, whose numbers the answer has to match."""
_LONG_NUMBER = re.compile(rb"[0-9]{19}")


def given(invocation: Invocation) -> dict[str, Any]:
    """Return the members of the body that were given: null means "not given"."""
    body = invocation.body
    if not isinstance(body, dict):
        return {}
    if not _WITH_SCHEMAS.isdisjoint(body) and _LONG_NUMBER.search(invocation.request.body):
        body = _exact(invocation)
    return {name: value for name, value in body.items() if value is not None} if None in body.values() else body.copy()


def _exact(invocation: Invocation) -> dict[str, Any]:
    """Return the body with every whole number as it was written: those past 64 bits are read as fractions otherwise."""
    try:
        body = json.loads(invocation.request.body)
    except (ValueError, RecursionError):
        return invocation.body  # type: ignore[no-any-return]
    read: dict[str, Any] = invocation.body
    return {name: body.get(name, value) if name in _WITH_SCHEMAS else value for name, value in read.items()}


def without_stream(invocation: Invocation) -> dict[str, Any]:
    """Return the given members, without `stream` where the contract describes answers and no event stream."""
    body = given(invocation)
    if "stream" in body and body["stream"] is True and invocation.operation is not None:
        response = invocation.operation.response(200)
        if response is not None and response.content and EVENT_STREAM not in response.content:
            invocation.note("not streamed: the contract declares no %s here", EVENT_STREAM)
            del body["stream"]
    return body


def missing(*names: str) -> Refusal:
    """Return the refusal of a body that has none of the alternatives."""
    if len(names) == 1:
        return invalid(Violation("", "required", "", names[0]))
    branches = tuple((Violation("", "required", "", name),) for name in names)
    return invalid(Violation("", "oneOf", "", branches=branches))


def invalid(*violations: Violation) -> Refusal:
    """Return the refusal of a body that is no input of the model (5006)."""
    return Refusal(Problem("invalid", 400, "the body is no input of the model", violations))
