"""What a kind of API adds to the pipeline: who may ask, how refusals read, who answers an operation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from http import HTTPStatus
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, HttpRequest, Problem, refuse
from mockserver.errors import UnknownName
from mockserver.openapi.operations import Operation
from mockserver.openapi.validation import each

Responder = Callable[[Invocation], "Answer | None"]
"""Makes the answer to an invocation; None leaves it to the next in line."""


class Service:
    """Any API that nothing special is known of: RFC 9457 problem details, credentials asked for but not compared."""

    greedy_paths: Collection[str] = ()
    """Path templates whose last parameter takes slashes."""

    def locate(self, request: HttpRequest) -> str:
        """Return the path that a request is matched by: its own, or the one that it is another spelling of."""
        return request.path

    def authorise(self, invocation: Invocation) -> None:
        """Raise Refusal unless the request carries credentials for one of the operation's security requirements."""
        operation = invocation.operation
        requirements = operation.security if operation else []
        if not requirements or any(not requirement for requirement in requirements):
            return
        schemes = operation.document.content.get("components", {}).get("securitySchemes", {}) if operation else {}
        for requirement in requirements:
            if all(_presented(schemes.get(name), invocation) for name in requirement):
                return
        wanted = " or ".join(" and ".join(requirement) for requirement in requirements)
        raise refuse("unauthenticated", 401, f"credentials are missing; the operation asks for {wanted}")

    def admit(self, invocation: Invocation) -> None:
        """Raise Refusal when a request to a known operation is out of place, before its body is looked at."""

    def recognise(self, invocation: Invocation) -> None:
        """Find what a valid request is about (`invocation.subject`); raise Refusal when there is no such thing."""

    def names(self) -> Sequence[str]:
        """Return what requests can be about, e.g. models: stubs and faults are registered for these, too."""
        return ()

    def reset(self) -> None:
        """Forget what requests have left behind."""

    def named_problem(self, name: int | str) -> Problem:
        """Return the problem that a status, or an error's code or name, stands for; raises UnknownName."""
        if isinstance(name, int) and 400 <= name <= 599:
            return Problem("fault", name, "a fault that is switched on")
        raise UnknownName("error", str(name), [str(int(status)) for status in HTTPStatus if status >= 400])

    def body_media_type(self, declared: str, operation: Operation) -> str:
        """Return the media type that a body is read in; `declared` is the Content-Type without parameters."""
        if declared:
            return declared
        return next(iter(operation.request_content), "application/json")

    def responder(self, operation: Operation) -> Responder | None:
        """Return who answers an operation, None when nobody special does."""
        return None

    def deliver(self, answer: Answer, invocation: Invocation) -> Answer:
        """Return an answer that somebody wrote beforehand in the way that the request asks for, e.g. as a stream."""
        return answer

    def problem(self, problem: Problem, invocation: Invocation) -> Answer:
        """Return the answer that a refusal becomes."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(problem.status).phrase,
            "status": problem.status,
            "detail": problem.detail,
        }
        if problem.violations:
            body["errors"] = [
                {"pointer": found.pointer, "keyword": found.keyword, "detail": found.message}
                for found in each(problem.violations)
            ]
        return Answer(problem.status, body, "application/problem+json")

    def headers(self, invocation: Invocation, answer: Answer) -> Sequence[tuple[bytes, bytes]]:
        """Return the headers that this API adds to every answer."""
        return ()


def _presented(scheme: Any, invocation: Invocation) -> bool:
    """Say whether the request carries something for a security scheme."""
    if not isinstance(scheme, dict):
        return False
    request = invocation.request
    if scheme.get("type") == "apiKey":
        name = str(scheme.get("name", ""))
        where = scheme.get("in")
        if where == "query":
            return any(pair.split("=", 1)[0] == name for pair in request.query.split("&"))
        if where == "cookie":
            return name + "=" in (request.header(b"cookie") or "")
        return bool(request.header(name.lower().encode()))
    if scheme.get("type") == "mutualTLS":
        return True
    given = request.header(b"authorization") or ""
    kind = str(scheme.get("scheme", "bearer")).lower()
    return given.lower().startswith(kind + " ") and bool(given.split(None, 1)[1:])
