"""Refusals in the shape that a document declares for them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from mockserver.engine import seeds
from mockserver.engine.invocation import Invocation
from mockserver.engine.negotiation import is_json
from mockserver.engine.values import Answer, Problem
from mockserver.errors import InvalidSchema, UnresolvedReference
from mockserver.openapi.operations import MediaType, Operation, Response
from mockserver.openapi.sampling.values import MISSING
from mockserver.openapi.validation import each

PROBLEM_JSON = "application/problem+json"

_TEXTS = frozenset("message msg detail details description error_description errormessage error_message reason".split())
"""Members, in lower case, that hold the reason in most APIs."""
_TITLES = frozenset("title error error_type name status_text".split())
_STATUSES = frozenset("status statuscode status_code httpstatus http_status code".split())
_DEEPEST = 4
_MOST_ERRORS = 100
_LONGEST = 500


def problem_details(problem: Problem, status: int) -> dict[str, Any]:
    """Return a problem as RFC 9457 says it; `errors` names every violation with its place."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": problem.detail,
    }
    if problem.allowed:
        body["detail"] = f"{problem.detail} is not answered here; {', '.join(problem.allowed)} would be right"
    if problem.violations:
        body["errors"] = [
            {
                "location": found.location,
                **({"name": found.name} if found.name else {}),
                "pointer": found.pointer,
                "keyword": found.keyword,
                "detail": found.message if len(found.message) <= _LONGEST else found.message[:_LONGEST] + "...",
                **({"expected": found.expected} if _is_short(found.expected) else {}),
            }
            for found in list(each(problem.violations))[:_MOST_ERRORS]
        ]
    return body


def declared_status(problem: Problem, operation: Operation | None) -> int:
    """Return the status of a refusal: 422 instead of 400 where only that is declared for what breaks a schema."""
    if problem.status == 400 and operation is not None and not problem.asked:
        declared = operation.responses
        if "400" not in declared and "422" in declared:
            return 422
    return problem.status


def declared_answer(problem: Problem, status: int, invocation: Invocation) -> Answer | None:
    """Return a refusal in the document's own words and shape, None where it declares none.

    It is the declared example, else a value by the declared schema, with the reason and the status where such a body
    usually has them.
    """
    operation = invocation.operation or problem.beside
    if operation is problem.beside and operation is not None and str(status) not in operation.responses:
        return None  # what another method of the path says of failures in general is not about this one
    response = operation.response(status) if operation is not None else None
    if response is None or not response.content:
        return None
    media_type = _described(response)
    if media_type is None:
        return _as_text(problem, status, response)
    details = problem_details(problem, status)
    if media_type.name == PROBLEM_JSON and _is_valid(media_type, details):
        return Answer(status, details, PROBLEM_JSON)
    value = _value(media_type, details, invocation)
    return None if value is MISSING else Answer(status, value, media_type.name)


def _value(media_type: MediaType, details: Mapping[str, Any], invocation: Invocation) -> Any:
    from mockserver.openapi.sampling import Unsatisfiable

    random = seeds.generator(seeds.digest(invocation.seed, "refusal", details["status"]))
    try:
        example = media_type.default_example
        base = example.value if example else media_type.sampler.sample(random)
        told = _with_reason(base, details, 0)
        return told if media_type.validator.is_valid(told) else media_type.sampler.sample(random, like=told)
    except (Unsatisfiable, UnresolvedReference, InvalidSchema):
        return MISSING


def _with_reason(value: Any, details: Mapping[str, Any], depth: int) -> Any:
    """Return an error body with our reason in place of that of its example."""
    if depth > _DEEPEST:
        return value
    if isinstance(value, list):
        return [_with_reason(each, details, depth + 1) for each in value[:1]] + value[1:]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for name, inner in value.items():
        folded = name.lower()
        if isinstance(inner, str) and folded in _TEXTS:
            found[name] = details["detail"] or details["title"]
        elif isinstance(inner, str) and folded in _TITLES and " " in inner:
            found[name] = details["title"]
        elif isinstance(inner, int) and not isinstance(inner, bool) and folded in _STATUSES:
            found[name] = details["status"] if folded != "code" or 100 <= inner <= 599 else inner
        else:
            found[name] = _with_reason(inner, details, depth + 1)
    return found


def _described(response: Response) -> MediaType | None:
    for name in sorted(response.content, key=lambda name: name != "application/json"):
        if is_json(name) and "schema" in response.content[name].raw:
            return response.content[name]
    return next((response.content[name] for name in response.content if is_json(name)), None)


def _as_text(problem: Problem, status: int, response: Response) -> Answer | None:
    """Return the reason as plain text where that is what is declared."""
    media_type = response.content.get("text/plain")
    if media_type is None or not _is_valid(media_type, problem.detail):
        return None
    return Answer(status, problem.detail.encode("utf-8", "replace"), "text/plain")


def _is_valid(media_type: MediaType, value: Any) -> bool:
    try:
        return media_type.validator.is_valid(value)
    except (UnresolvedReference, InvalidSchema, ValueError):
        return False


def _is_short(expected: Any) -> bool:
    return expected is not None and len(repr(expected)) <= _LONGEST
