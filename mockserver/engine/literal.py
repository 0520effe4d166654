"""The document's word where it counts more than the service's: fidelity `document`."""

from __future__ import annotations

from dataclasses import replace

from mockserver.engine.binding import Binding
from mockserver.engine.invocation import Invocation
from mockserver.engine.reception import summary
from mockserver.engine.values import Answer, Problem, Refusal

_BLAME_NOBODY = frozenset((401, 403, 404, 409, 429))
"""Refusals of requests that are as the document wants them: no schema says who may ask, and what is there."""


def check(invocation: Invocation, binding: Binding) -> None:
    """Raise Refusal when the query or the headers are not as the document has them; paths were matched."""
    request = invocation.request
    found = binding.declared_parameters.read(request.path, request.query, request.headers)
    violations = tuple(each for each in found.violations if each.location != "path")
    if violations:
        raise Refusal(Problem("invalid", 400, summary(violations), violations))


def instead(refused: Answer, problem: Problem, invocation: Invocation, binding: Binding) -> Answer | None:
    """Return what the document answers to a request that it allows, and that the service calls wrong; else None.

    No schema can say which bytes are a picture, or which adapters there are. So the service refuses requests that are
    valid for their schemas, and tools that know the schemas alone call that a fault. Where the document has no answer
    but refusals, there is nothing.
    """
    if problem.asked or not 400 <= refused.status < 500 or refused.status in _BLAME_NOBODY:
        return None
    invocation.warn(f"the service refuses this: {problem.detail or problem.kind}")
    if binding.operation.success >= 400:
        return replace(refused, status=404) if binding.operation.response(404) else None
    try:
        return binding.answer(invocation, candidates=binding.documentary)
    except Refusal:
        return None
