"""The mock: one pipeline from a request to a response."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from inspect import iscoroutinefunction
from typing import Any

import orjson

from mockserver.engine import dispatchers, preferences
from mockserver.engine.binding import Binding, Candidate
from mockserver.engine.faults import Fault, Faults
from mockserver.engine.invocation import Invocation
from mockserver.engine.journal import Journal
from mockserver.engine.service import Responder, Service
from mockserver.engine.values import (
    JSON,
    Answer,
    Event,
    HttpRequest,
    HttpResponse,
    Problem,
    Refusal,
    Settings,
    refuse,
    to_json,
)
from mockserver.errors import UnknownName, UsageError
from mockserver.openapi.document import Diagnostic, Document
from mockserver.openapi.operations import EVENT_STREAM, Operation
from mockserver.openapi.routing import Router

logger = logging.getLogger("mockflare")

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_EXPLAINED_BODY = 32 * 1024
"""Bytes of a body up to which every violation is told; of a longer one only the first, to bound the work."""
_AUTHORED = ("preference", "stub")
_MOST_WARNINGS, _LONGEST_WARNING = 8, 300
_BODYLESS = frozenset((204, 304))
_CONTENT_TYPES = {name: name.encode() for name in (JSON, EVENT_STREAM)}


class Mock:
    """Answers requests as a document says. `handle` never raises.

    Who answers, in order: what the caller asked for or a fault; a stub; the example that a dispatcher chose; the
    responder of the operation; the default example; a value made from the schema. An answer that departs from the
    contract falls to the next in line, with a note in the journal.
    """

    def __init__(self, document: Document, settings: Settings, service: Service | None = None) -> None:
        self.document, self.settings, self.service = document, settings, service or Service()
        self.journal = Journal(settings.journal_size, *_secrets(document))
        self.faults = Faults()
        self.router = Router(
            document.operations.values(), base_paths=document.base_paths, greedy=self.service.greedy_paths
        )
        self._dispatchers = self._dispatchers_of(document)
        self._bindings: dict[str, Binding] = {}
        self._stubs: dict[str, list[Responder]] = {}

    # the pipeline ---------------------------------------------------------------------------------------------

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        invocation = Invocation(request, self.settings)
        try:
            binding = self._match(invocation)
            self._authorise(invocation)
            self.service.admit(invocation)
            self._validate(invocation, binding)
            self.service.recognise(invocation)
            response = self._render(self._respond(invocation, binding), invocation)
        except Refusal as refusal:
            response = self._render(self._refuse(refusal.problem, invocation), invocation)
        except Exception as error:  # the last line of defence: a defect of ours or of a user's responder
            logger.exception("%s %s failed", request.method, request.path)
            invocation.note("failed: %s: %s", type(error).__name__, str(error))
            internal = Problem("internal", 500, f"{type(error).__name__} in the mock")
            response = self._render(self._refuse(internal, invocation), invocation)
        self.journal.record(invocation, response)
        return response

    def _match(self, invocation: Invocation) -> Binding:
        request = invocation.request
        match = self.router.match(request.method, self.service.locate(request))
        if match is None:
            raise refuse("unknown-path", 404, f"{request.method} {request.path} is no path of {self.document.title}")
        if match.operation is None:
            raise Refusal(Problem("method-not-allowed", 405, request.method, allowed=match.allowed))
        invocation.operation = match.operation
        invocation.parameters = match.parameters
        invocation.matched = match.key
        binding = self._bindings.get(match.operation.id) or self._bind(match.operation)
        if binding.defect:
            raise refuse("unanswerable", 501, f"{match.operation.id} cannot be served: {binding.defect}")
        invocation.notes.append(binding.matched)
        return binding

    def _authorise(self, invocation: Invocation) -> None:
        if self.settings.auth:
            self.service.authorise(invocation)

    def _validate(self, invocation: Invocation, binding: Binding) -> None:
        request = invocation.request
        if request.too_large:
            raise refuse("too-large", 413, f"the body is longer than {self.settings.max_body} bytes")
        for where, name in binding.required_parameters:
            self._require(where, name, request)
        if not binding.takes_body:
            return
        if not request.body:
            if binding.body_required:
                raise refuse("body-missing", 400, "body", what="body")
            return
        media_type, body_type = binding.reading(request.header(b"content-type") or "", self.service)
        invocation.media_type = media_type
        if body_type is None:
            known = ", ".join(binding.operation.request_content)
            raise refuse("media-type", 415, f"{media_type} is not taken here; {known} would be right")
        if media_type == JSON or media_type.endswith("+json"):
            try:
                invocation.body = orjson.loads(request.body)
            except orjson.JSONDecodeError as error:
                raise refuse("body-malformed", 400, str(error)) from None
        elif media_type in FORMS:
            from mockserver.engine import forms  # the standard library's e-mail parser costs start-up time

            invocation.body = forms.parse(request.header(b"content-type") or "", request.body, body_type.schema)
        else:
            invocation.body = request.body
            return
        try:
            if not body_type.validator.is_valid(invocation.body):
                every = len(request.body) <= _EXPLAINED_BODY
                violations = tuple(body_type.validator.violations(invocation.body, every=every))
                raise Refusal(Problem("invalid", 400, "the body breaks its schema", violations))
        except ValueError:  # the validator's own limit, about 250 levels
            raise refuse("body-malformed", 400, "the body is nested too deeply") from None
        invocation.note("the body is valid")

    @staticmethod
    def _require(where: str, name: str, request: HttpRequest) -> None:
        present = (
            request.header(name.lower().encode()) is not None
            if where == "header"
            else any(pair.split("=", 1)[0] == name for pair in request.query.split("&"))
        )
        if not present:
            raise refuse("invalid", 400, f"the {where} parameter {name} is missing")

    def _respond(self, invocation: Invocation, binding: Binding) -> Answer:
        answer = binding.answer(invocation, self._asked_for(invocation, binding))
        if invocation.source in _AUTHORED and answer.events is None:
            delivered = self.service.deliver(answer, invocation)
            wrong = binding.wrong_with(delivered)
            if wrong is None:
                return delivered
            invocation.note("not delivered as it was asked for: %s", wrong)
        return answer

    def _asked_for(self, invocation: Invocation, binding: Binding) -> list[Candidate]:
        """Return who answers before everybody else: what the caller prefers, a fault, the user's stubs."""
        prefer = invocation.request.header(b"prefer")
        if not (prefer or self.faults or self._stubs):
            return []
        first: list[Candidate] = []
        if prefer and (preference := preferences.parse(prefer)):
            preferred = binding.preferred(invocation, preference)
            preferred.headers = [*preferred.headers, ("preference-applied", preference.applied)]
            first.append(("preference", lambda _: preferred))
        names = (binding.operation.id, getattr(invocation.subject, "name", None))
        if problem := self.faults.take(*names):
            # a client that retries must not keep a test waiting
            at_once = (("retry-after-ms", "1"), ("retry-after", "0"))
            raise Refusal(replace(problem, headers=(*problem.headers, *at_once), asked=True))
        for name in names:
            first += [("stub", stub) for stub in reversed(self._stubs.get(name or "", ()))]
        return first

    def _refuse(self, problem: Problem, invocation: Invocation) -> Answer:
        invocation.source = "refusal"
        invocation.note("refused: %s", problem.detail or problem.kind)
        answer = self.service.problem(problem, invocation)
        answer.headers = [*answer.headers, *problem.headers]
        if problem.allowed:
            answer.headers.append(("allow", ", ".join(problem.allowed)))
        return answer

    def _render(self, answer: Answer, invocation: Invocation) -> HttpResponse:
        headers: list[tuple[bytes, bytes]] = []
        frames = weights = None
        body = b""
        if answer.events is not None:
            frames, weights = [frame(event) for event in answer.events], [event.tokens for event in answer.events]
        elif isinstance(answer.value, bytes):
            body = answer.value
        else:
            body = to_json(answer.value)
        if answer.media_type:
            kind = answer.media_type
            headers.append((b"content-type", _CONTENT_TYPES.get(kind) or kind.encode("latin-1")))
        headers += self.service.headers(invocation, answer)
        headers.append((b"x-mockflare-source", invocation.source.encode()))
        for name, value in answer.headers:
            headers.append((name.lower().encode("latin-1"), value.encode("latin-1", "replace")))
        for warning in invocation.warnings[:_MOST_WARNINGS]:
            headers.append((b"x-mockflare-warning", _header_text(warning)))
        if frames is None and answer.status not in _BODYLESS:
            headers.append((b"content-length", b"%d" % len(body)))
        if invocation.request.method == "HEAD":
            frames, body = None, b""
        return HttpResponse(answer.status, headers, body, frames, weights)

    # what users change ----------------------------------------------------------------------------------------

    def on(self, target: str) -> Callable[[Callable[[Invocation], Any]], Callable[[Invocation], Any]]:
        """Register a responder for an operation or a model; the newest is asked first, None passes on.

        >>> @mock.on("createEmbeddings")
        ... def busy(invocation):
        ...     return {"object": "list", "data": [], "model": invocation.body["model"]}

        The responder returns an Answer, or any JSON value for a 200. Raises UnknownName for an unknown target.
        """
        known = self.targets()
        if target not in known:
            raise UnknownName("operation or model", target, known)

        def register(responder: Callable[[Invocation], Any]) -> Callable[[Invocation], Any]:
            if iscoroutinefunction(responder):
                raise UsageError(f"the responder for {target} is asynchronous; a plain function would be right")

            def respond(invocation: Invocation) -> Answer | None:
                said = responder(invocation)
                return said if said is None or isinstance(said, Answer) else Answer(200, said)

            self._stubs.setdefault(target, []).append(respond)
            return responder

        return register

    def fail(self, target: str, problem: Problem, times: int = 1) -> None:
        """Answer the next `times` requests to an operation, a model or "*" with a problem; -1 is all of them."""
        if times != -1 and times < 1:
            raise UsageError(f"times is {times}; it is 1 or more, or -1 for all requests")
        known = self.targets()
        if target != "*" and target not in known:
            raise UnknownName("operation or model", target, known)
        self.faults.add(Fault(target, problem, times))

    def targets(self) -> set[str]:
        """Return the names that stubs and faults may be registered for."""
        return {*self.document.operations, *self.service.names()}

    def reset(self) -> None:
        """Forget the journal, every stub and every fault."""
        self.journal.clear()
        self.faults.clear()
        self._stubs.clear()
        self.service.reset()

    def binding(self, operation: Operation) -> Binding:
        """Return what serving an operation needs."""
        return self._bindings.get(operation.id) or self._bind(operation)

    def _bind(self, operation: Operation) -> Binding:
        binding = self._bindings[operation.id] = Binding(
            operation, self.service.responder(operation), self._dispatchers.get(operation.id)
        )
        return binding

    @staticmethod
    def _dispatchers_of(document: Document) -> dict[str, dispatchers.Dispatcher]:
        """Return the dispatchers by operation; an unknown name or rule is a diagnostic, and chooses nothing."""
        known = dispatchers.built_in()
        found: dict[str, dispatchers.Dispatcher] = {}
        for operation in document.operations.values():
            try:
                dispatcher = dispatchers.dispatcher_of(operation, known)
            except UsageError as error:
                document.diagnostics.append(Diagnostic(operation.pointer, f"{error}; it chooses nothing"))
                continue
            if dispatcher is not None:
                found[operation.id] = dispatcher
        return found


def _header_text(text: str) -> bytes:
    """Return a text as a header takes it: ASCII without control characters, and short."""
    shown = text if len(text) <= _LONGEST_WARNING else text[:_LONGEST_WARNING] + "..."
    return "".join([each if each.isprintable() else " " for each in shown]).encode("ascii", "backslashreplace")


def _secrets(document: Document) -> tuple[list[str], list[str]]:
    """Return the names of headers and of query parameters in which a document wants credentials."""
    components = document.content.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    found: tuple[list[str], list[str]] = ([], [])
    for scheme in schemes.values() if isinstance(schemes, dict) else ():
        if isinstance(scheme, dict) and scheme.get("in") in ("header", "query"):
            found[scheme["in"] == "query"].append(str(scheme.get("name", "")).lower())
    return found


def frame(event: Event) -> bytes:
    """Return an event as it goes over the wire."""
    data = event.data.encode() if isinstance(event.data, str) else to_json(event.data)
    if event.name is None:
        return b"data: " + data + b"\n\n"
    return b"event: " + event.name.encode() + b"\ndata: " + data + b"\n\n"
