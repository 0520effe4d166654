"""The mock: one pipeline from a request to a response."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

import orjson

from mockserver.engine import extensions, literal, preferences, reception, rendering
from mockserver.engine.answers import Answers
from mockserver.engine.binding import Binding, Candidate
from mockserver.engine.faults import Fault, Faults
from mockserver.engine.invocation import Invocation
from mockserver.engine.journal import Journal
from mockserver.engine.service import Responder, Service
from mockserver.engine.sessions import Conversation
from mockserver.engine.values import (
    JSON,
    Answer,
    Chosen,
    Entrance,
    HttpRequest,
    HttpResponse,
    Problem,
    Refusal,
    Settings,
    refuse,
)
from mockserver.errors import UnknownName, UsageError
from mockserver.openapi.document import Document
from mockserver.openapi.operations import Operation
from mockserver.openapi.routing import Match, Router

if TYPE_CHECKING:
    from mockserver.engine.authored import Authored, Egress

logger = logging.getLogger("mockflare")

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
OCTETS = "application/octet-stream"
_EXPLAINED_BODY = 32 * 1024
"""Bytes of a body up to which every violation is told; of a longer one only the first, to bound the work."""
_AUTHORED = ("preference", "stub")
_VALID: tuple[str, tuple[Any, ...]] = ("the body is valid", ())


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
        self._is_literal = settings.fidelity == "document"
        self.router = Router(
            document.operations.values(),
            base_paths=document.base_paths,
            greedy=self.service.greedy_paths,
            splits=not self._is_literal,
        )
        self.egress: Egress | None = None
        """Sends requests on to other servers for the dispatchers PROXY; None refuses them."""
        self._is_for_microcks = settings.microcks != "off" and extensions.is_for_microcks(document)
        if self._is_for_microcks:
            for pointer, message in extensions.complaints(document):
                document.report(pointer, message)
        self._bindings: dict[str, Binding] = {}
        self._stubs: dict[str, list[Responder]] = {}

    # the pipeline ---------------------------------------------------------------------------------------------

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        invocation = Invocation(request, self.settings)
        received = None
        try:
            entrance = request.entrance
            if entrance is not None and entrance.mock is self:
                binding = entrance.binding
                invocation.operation = binding.operation
                invocation.parameters, invocation.matched = entrance.parameters, entrance.matched
                invocation.notes += entrance.notes
            else:
                binding = self._match(invocation)
                if self.settings.auth:
                    self.service.authorise(invocation)
                self.service.admit(invocation)
                if entrance is not None:
                    self._remember(entrance, binding, invocation)
            if binding.parameters is None:
                self._validate(invocation, binding)
            else:
                self._receive(invocation, binding)
            if self._is_literal:
                literal.check(invocation, binding)
            received = binding
            self.service.recognise(invocation)
            response = self._render(self._respond(invocation, binding), invocation)
        except Refusal as refusal:
            answer = self._refuse(refusal.problem, invocation)
            if received is not None and self._is_literal:
                answer = self._instead(answer, refusal.problem, invocation, received)
            response = self._render(answer, invocation)
        except Exception as error:  # the last line of defence: a defect of ours or of a user's responder
            response = self._render(self._refuse(_defect(error, invocation), invocation), invocation)
        self.journal.record(invocation, response)
        return response

    def _remember(self, entrance: Entrance, binding: Binding, invocation: Invocation) -> None:
        """Keep what came of the head of a request, unless it was about a model: those are admitted one by one."""
        if invocation.subject is None and not invocation.warnings:
            entrance.mock, entrance.binding = self, binding
            entrance.notes = [*invocation.notes]
            entrance.parameters, entrance.matched = invocation.parameters, invocation.matched

    def _instead(self, refused: Answer, problem: Problem, invocation: Invocation, binding: Binding) -> Answer:
        """Return what the document answers in place of a refusal, or the refusal."""
        try:
            return literal.instead(refused, problem, invocation, binding) or refused
        except Exception as error:
            return self._refuse(_defect(error, invocation), invocation)

    def examine(self, request: HttpRequest) -> tuple[Invocation, Problem | None]:
        """Match and judge a request that somebody else answers; the problem says how it breaks the contract."""
        invocation = Invocation(request, self.settings)
        try:
            binding = self._match(invocation)
            if self.settings.auth and self.service.follows_document:
                self.service.authorise(invocation)
            self._receive(invocation, binding)
        except Refusal as refusal:
            return invocation, refusal.problem
        except Exception as error:
            _defect(error, invocation)  # told in the journal: not the client's fault
        return invocation, None

    def refused(self, problem: Problem, invocation: Invocation) -> HttpResponse:
        """Return the response that a problem with a request becomes."""
        return self._render(self._refuse(problem, invocation), invocation)

    def converse(self, request: HttpRequest) -> Conversation | HttpResponse:
        """Answer a request for a WebSocket: a conversation to have, or the response that refuses it."""
        request = self.service.read_upgrade(request)
        match = self.router.match("POST", self.service.locate(request))
        if match is None or match.operation is None or not self.service.converses(match.operation):
            return self.handle(request)  # a GET like any other
        invocation = Invocation(request, self.settings)
        invocation.operation, invocation.parameters, invocation.matched = match.operation, match.parameters, match.key
        session = None
        try:
            if self.settings.auth:
                self.service.authorise(invocation)
            self.service.admit(invocation)
            self._fail_if_asked(match.operation.id, getattr(invocation.subject, "name", None))
            session = self.service.session(invocation)
            invocation.source = "responder"
            response = self._render(Answer(101, b"", ""), invocation)
            response.headers = [header for header in response.headers if header[0] != b"content-length"]
        except Refusal as refusal:
            response = self._render(self._refuse(refusal.problem, invocation), invocation)
        except Exception as error:
            response = self._render(self._refuse(_defect(error, invocation), invocation), invocation)
        self.journal.record(invocation, response)
        if session is None or response.status != 101:
            return response
        return Conversation(session, invocation, response.headers)

    def _match(self, invocation: Invocation) -> Binding:
        request = invocation.request
        match = self.router.match(request.method, self.service.locate(request), request.query)
        match = match or self._match_by_title(request)
        if match is None:
            raise refuse("unknown-path", 404, f"{request.method} {request.path} is no path of {self.document.title}")
        if match.operation is None:
            raise Refusal(
                Problem("method-not-allowed", 405, request.method, allowed=match.allowed, beside=match.beside)
            )
        invocation.operation = match.operation
        invocation.parameters = match.parameters
        invocation.matched = match.key
        binding = self._bindings.get(match.operation.id) or self._bind(match.operation)
        if binding.defect:
            raise refuse("unanswerable", 501, f"{match.operation.id} cannot be served: {binding.defect}")
        invocation.notes.append(binding.matched)
        return binding

    def _match_by_title(self, request: HttpRequest) -> Match | None:
        """Return where a path in Microcks' form leads: below `/rest/`, title and version."""
        if not request.path.startswith("/rest"):
            return None
        from mockserver.engine.paths import path_below

        path = path_below(request.path, self.document)
        return None if path is None else self.router.match(request.method, path, request.query)

    def _receive(self, invocation: Invocation, binding: Binding) -> None:
        if binding.parameters is None:
            self._validate(invocation, binding)
        else:
            reception.check(invocation, binding.parameters, lambda: self._validate(invocation, binding))

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
        media_type, body_type = binding.reading(request.by_name.get(b"content-type", b""), self.service)
        invocation.media_type = media_type
        if body_type is None:
            if not binding.operation.request_content:
                invocation.body = request.body
                return
            known = ", ".join(binding.operation.request_content)
            raise refuse("media-type", 415, f"{media_type} is not taken here; {known} would be right")
        if media_type == JSON or media_type.endswith("+json"):
            try:
                invocation.body = orjson.loads(request.body)
            except orjson.JSONDecodeError as error:
                if not self.service.is_bare(request, binding.operation):
                    raise refuse("body-malformed", 400, str(error)) from None
                invocation.media_type, invocation.body = OCTETS, request.body
                return
        elif media_type in FORMS:
            from mockserver.engine import forms  # the standard library's e-mail parser costs start-up time

            invocation.body = forms.parse(request.header(b"content-type") or "", request.body, body_type)
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
        invocation.notes.append(_VALID)

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
        if not (self.faults.active or self._stubs or b"prefer" in invocation.request.by_name):
            return binding.answer(invocation)
        answer = binding.answer(invocation, self._asked_for(invocation, binding))
        if (applied := invocation.applied) and invocation.source != "preference":
            answer = replace(answer, headers=[*answer.headers, ("preference-applied", applied)])
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
        first: list[Candidate] = []
        if prefer and (preference := preferences.parse(prefer)):
            if preference.seed is not None:
                invocation.reseed(preference.seed)
                invocation.applied = f"seed={preference.seed}"
            if preference.chooses or (preference.dynamic is False and binding.answers.dynamic):
                preferred = binding.preferred(invocation, preference)
                preferred.headers = [*preferred.headers, ("preference-applied", preference.applied)]
                first.append(("preference", lambda _: preferred))
        names = (binding.operation.id, getattr(invocation.subject, "name", None))
        self._fail_if_asked(*names)
        for name in names:
            first += [("stub", stub) for stub in reversed(self._stubs.get(name or "", ()))]
        return first

    def _fail_if_asked(self, *names: str | None) -> None:
        """Raise Refusal when a fault is switched on for one of the names."""
        if problem := self.faults.take(*names):
            # a client that retries must not keep a test waiting
            at_once = (("retry-after-ms", "1"), ("retry-after", "0"))
            raise Refusal(replace(problem, headers=(*problem.headers, *at_once), asked=True))

    def _refuse(self, problem: Problem, invocation: Invocation) -> Answer:
        invocation.source = "refusal"
        invocation.note("refused: %s", problem.detail or problem.kind)
        answer = self.service.problem(problem, invocation)
        answer.headers = [*answer.headers, *problem.headers]
        if problem.allowed:
            answer.headers.append(("allow", ", ".join(problem.allowed)))
        return answer

    def _render(self, answer: Answer, invocation: Invocation) -> HttpResponse:
        return rendering.render(answer, invocation, self.service.headers(invocation, answer))

    # what users change ----------------------------------------------------------------------------------------

    def on(self, target: str) -> Callable[[Callable[[Invocation], Any]], Callable[[Invocation], Any]]:
        """Register a responder for an operation or a model; the newest is asked first, None passes on.

        >>> @mock.on("createEmbeddings")
        ... def busy(invocation):
        ...     return {"object": "list", "data": [], "model": invocation.body["model"]}

        The responder returns an Answer, any JSON value for a 200, or the Chosen example of the document. Raises
        UnknownName for an unknown target.
        """
        known = self.targets()
        if target not in known:
            raise UnknownName("operation or model", target, known)

        def register(responder: Callable[[Invocation], Any]) -> Callable[[Invocation], Any]:
            if iscoroutinefunction(responder):
                raise UsageError(f"the responder for {target} is asynchronous; a plain function would be right")

            def respond(invocation: Invocation) -> Answer | None:
                said = responder(invocation)
                if isinstance(said, Chosen) and invocation.operation is not None:
                    return self.binding(invocation.operation).chosen(said.example, invocation)
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

    def adopt(self, other: Mock) -> None:
        """Share the journal, the stubs and the faults of another mock; those of targets that are gone never apply."""
        self.journal, self.faults, self._stubs = other.journal, other.faults, other._stubs
        self.egress = other.egress or self.egress  # the older one has connections
        self.journal.keep_secret(*_secrets(self.document))

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
        responder = self.service.responder(operation)
        answers = Answers(operation, self.settings, negotiates=self.service.follows_document)
        binding = self._bindings[operation.id] = Binding(
            operation, responder, self._authored(operation, responder is not None), answers
        )
        if binding.defect:
            logger.warning("%s cannot be served: %s", operation.id, binding.defect)
        return binding

    def _authored(self, operation: Operation, has_responder: bool) -> Authored | None:
        """Return what an operation's authors wrote for mocks, None where it changes nothing."""
        mode = self.settings.microcks
        if mode == "off" or (has_responder and not extensions.is_effective(operation)):
            return None
        if operation.defect:
            return None
        strict = mode == "strict"
        if not (self._is_for_microcks or strict):
            from mockserver.engine.pairs import Pairs

            pairs = Pairs(operation)
            if not pairs.complete and not pairs.may_be_templates:
                return None
        from mockserver.engine.authored import Authored  # Workers AI and most other documents do without it

        found = Authored(
            operation,
            for_microcks=self._is_for_microcks,
            strict=strict,
            has_responder=has_responder,
            egress=self._send_on,
        )
        return None if found.is_idle else found

    def _send_on(self, request: HttpRequest, base_url: str) -> HttpResponse:
        """Return the response of another server; raises Refusal where nothing may leave."""
        if self.egress is None:
            raise refuse("unanswerable", 501, f"this request would go to {base_url}, and nothing may leave this mock")
        return self.egress(request, base_url)


def _defect(error: Exception, invocation: Invocation) -> Problem:
    """Return what a request comes to that something of ours, or a user's responder, fails at."""
    logger.exception("%s %s failed", invocation.request.method, invocation.request.path)
    invocation.note("failed: %s: %s", type(error).__name__, str(error))
    return Problem("internal", 500, f"{type(error).__name__} in the mock")


def _secrets(document: Document) -> tuple[list[str], list[str]]:
    """Return the names of headers and of query parameters in which a document wants credentials."""
    components = document.content.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    found: tuple[list[str], list[str]] = ([], [])
    for scheme in schemes.values() if isinstance(schemes, dict) else ():
        if isinstance(scheme, dict) and scheme.get("in") in ("header", "query"):
            found[scheme["in"] == "query"].append(str(scheme.get("name", "")).lower())
    return found
