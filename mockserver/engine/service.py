"""What a kind of API adds to the pipeline: who may ask, how refusals read, who answers an operation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from mockserver.engine.invocation import Invocation
from mockserver.engine.sessions import Session
from mockserver.engine.values import Answer, Event, HttpRequest, Problem, Refusal, refuse
from mockserver.errors import UnknownName
from mockserver.openapi.operations import Operation

if TYPE_CHECKING:
    from mockserver.openapi.security import Credentials, Guard

Responder = Callable[[Invocation], "Answer | None"]
"""Makes the answer to an invocation; None leaves it to the next in line."""


class Service:
    """Any API that nothing special is known of: RFC 9457 problem details, credentials asked for.

    They are compared with `tokens` where there are any.
    """

    follows_document = True
    """Whether requests and answers follow the document in everything: every parameter is judged, `Accept` chooses,
    declared headers are made, refusals have the shape that is declared for them."""

    greedy_paths: Collection[str] = ()
    """Path templates whose last parameter takes slashes."""

    def __init__(self, tokens: Sequence[str] = ()) -> None:
        self._guards: dict[str, Guard] = {}
        self._told_tokens = tuple(tokens)

    def locate(self, request: HttpRequest) -> str:
        """Return the path that a request is matched by: its own, or the one that it is another spelling of."""
        return request.path

    def authorise(self, invocation: Invocation) -> None:
        """Raise Refusal unless the request carries credentials for one of the operation's security requirements."""
        operation, request = invocation.operation, invocation.request
        if operation is None:
            return
        guard = self._guard(operation)
        if guard.is_open:
            return
        from mockserver.openapi.security import shown

        sent = shown(request.query, request.headers)
        if not guard.admits(sent, self._told_tokens):
            told = f"credentials are missing or of the wrong form; {guard.wanted} would be right"
            if guard.admits(sent):
                told = f"the token is none of those that this mock was told; {guard.wanted} with one would be right"
            challenges = tuple(("WWW-Authenticate", challenge) for challenge in guard.challenges)
            raise Refusal(Problem("unauthenticated", 401, told, headers=challenges))

    def _guard(self, operation: Operation) -> Guard:
        if operation.id not in self._guards:
            from mockserver.openapi.security import Guard

            self._guards[operation.id] = Guard(operation)
        return self._guards[operation.id]

    def credentials(self, operation: Operation) -> Credentials | None:
        """Return credentials that an operation takes, None where the service has its own way."""
        return self._guard(operation).credentials(*self._told_tokens[:1]) if self.follows_document else None

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

    def is_bare(self, request: HttpRequest, operation: Operation) -> bool:
        """Say whether a body that is no JSON, though it was read as that, is taken as the bytes that it is."""
        return False

    def responder(self, operation: Operation) -> Responder | None:
        """Return who answers an operation, None when nobody special does."""
        return None

    def read_upgrade(self, request: HttpRequest) -> HttpRequest:
        """Return a request for a WebSocket with path and credentials where other requests have them."""
        return request

    def converses(self, operation: Operation) -> bool:
        """Say whether there are WebSockets at the path of an operation."""
        return False

    def session(self, invocation: Invocation) -> Session:
        """Return the session that an admitted request for a WebSocket opens; raises Refusal when there is none."""
        raise refuse("invalid", 400, "nobody speaks WebSocket here")

    def deliver(self, answer: Answer, invocation: Invocation) -> Answer:
        """Return an answer that somebody wrote beforehand in the way that the request asks for, e.g. as a stream."""
        return answer

    def problem(self, problem: Problem, invocation: Invocation) -> Answer:
        """Return the answer that a refusal becomes."""
        from mockserver.engine import refusals

        status = refusals.declared_status(problem, invocation.operation)
        declared = refusals.declared_answer(problem, status, invocation)
        if declared is not None:
            invocation.warn(problem.detail)
            return declared
        return Answer(status, refusals.problem_details(problem, status), refusals.PROBLEM_JSON)

    def stream_failure(self, operation: Operation, message: str) -> Event | None:
        """Return the event by which clients of an operation know that its stream failed, None without such a custom."""
        return None

    def headers(self, invocation: Invocation, answer: Answer) -> Sequence[tuple[bytes, bytes]]:
        """Return the headers that this API adds to every answer."""
        return ()
