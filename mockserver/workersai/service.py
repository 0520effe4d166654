"""Workers AI as a service: who may ask, which model is meant, who answers, how refusals read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from hmac import compare_digest
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.service import Responder, Service
from mockserver.engine.sessions import Session
from mockserver.engine.values import Answer, Event, HttpRequest, Problem, refuse
from mockserver.openapi.operations import Operation
from mockserver.openapi.validation import Violation
from mockserver.workersai import access, limits, moments, run
from mockserver.workersai.catalogue import Catalogue, Model
from mockserver.workersai.complaints import complain
from mockserver.workersai.costs import Costs
from mockserver.workersai.dialects import authored, chat, completions, embeddings, responses
from mockserver.workersai.dialects.plain_chat import PlainChat
from mockserver.workersai.error_table import ErrorCase, ErrorTable
from mockserver.workersai.inputs import given, without_stream
from mockserver.workersai.surface.operations import Surface, without_batch_forms

RUN = "/accounts/{account_id}/ai/run/{model}"
MODEL_EXTENSION = "x-mockflare-model"
_V1 = "/accounts/{account_id}/ai/v1/"
_GATEWAY = "/v1/"  # what paths in the manner of the AI gateway begin with
_PROVIDER = "workers-ai/"  # what the gateway's clients put before a model's name

_NO_METHOD = "/ai/v1/models"  # known to the service's router, and for no method at all

_MODEL_NAME = re.compile(r"@[a-z]+/[^/\s]+/[^/\s]+")

CASES: Mapping[str, str] = {
    "unknown-path": "no-route",
    "method-not-allowed": "method-not-supported",
    "unauthenticated": "unauthorized",
    "too-large": "request-too-large",
    "body-missing": "incomplete-request",
    "body-malformed": "invalid-input",
    "media-type": "invalid-input",
    "invalid": "invalid-input",
    "unanswerable": "internal-error",
    "internal": "internal-error",
}
"""How the service's error table calls the engine's kinds of problem; other kinds are its own names."""

_TEXTUAL = ("text-generation-native", "text-generation-chat")
_EMBEDDING = ("text-embeddings", "text-embeddings-m3", "text-embeddings-qwen3")
_BAD_INPUT, _UNKNOWN_CODE = 5006, 8005  # for cases whose code was never captured
_KNOWN: tuple[str, tuple[Any, ...]] = ("the token is known", ())
_BINARY = ("audio/", "image/", "video/")
_FORM_WANTED = 'with the fields themselves; {"multipart": ...} is what the binding of a Worker takes'
_OCTETS, _FORM = "application/octet-stream", "multipart/form-data"
_UNTOLD = ("", "application/x-www-form-urlencoded", "text/plain")
"""What clients send when nobody told them a type."""
_QUOTA = "daily-allocation"
_OLD_CAPACITY = "No more data centers to forward the request to"
_FILLED_IN: Mapping[str, Callable[[Invocation], str]] = {
    "method": lambda invocation: invocation.request.method,
    "request_id": lambda invocation: moments.uuid(invocation.seed.hex()),
}
"""What the service writes into messages of its own accord."""


class WorkersAI(Service):
    """Cloudflare Workers AI."""

    follows_document = False  # the service ignores parameters that it does not know, and `Accept`
    greedy_paths = (RUN,)

    def __init__(
        self,
        catalogue: Catalogue,
        errors: Callable[[], ErrorTable],
        *,
        tokens: Sequence[str],
        default_token: str,
        switches: Mapping[str, str],
    ) -> None:
        self.catalogue = catalogue
        self.switches = switches
        self._demanding = access.demanding(switches)
        self.costs = Costs()
        self._admitted: set[bytes] = set()
        """Matches of paths that have no model in them and an account as it should be."""
        self._plain: dict[str, tuple[Model, tuple[str, tuple[Any, ...]]]] = {}
        """Models of which nothing is to be said but their family, with that note."""
        self._agreed: set[str] = set()  # accounts and the models whose terms they accepted
        self._plain_chat = PlainChat()
        self._load_errors = errors
        self._surface = Surface(catalogue, self.problem)
        self._tokens = [token.encode() for token in tokens]
        self._bearers = frozenset(b"Bearer " + token for token in self._tokens)  # the usual spelling, found at once
        self._hint = f"; this mock takes {default_token!r}" if default_token in tokens else ""

    @cached_property
    def errors(self) -> ErrorTable:
        """The table of error cases; read when the first request is refused."""
        return self._load_errors()

    def names(self) -> Sequence[str]:
        """Return the names of all models."""
        return list(self.catalogue)

    def named_problem(self, name: int | str) -> Problem:
        """Return the problem for a code or a name of the error table."""
        text = str(name)
        if text in (_QUOTA, "429"):
            text = self.switches["quota-code"]
        case = self._with_status(int(text)) if text.isdecimal() and len(text) == 3 else None
        if case is None:
            case = self.errors.by_code(int(text)) if text.isdecimal() else self.errors[text]
        return Problem(case.name, case.status, f"{case.name} was asked for", asked=True)

    def reset(self) -> None:
        """Forget which accounts accepted the terms of a model, and their adapters and batches."""
        self._agreed.clear()
        self._surface.reset()

    def _with_status(self, status: int) -> ErrorCase | None:
        return next((case for case in self.errors.values() if case.status == status), None)

    # who may ask ----------------------------------------------------------------------------------------------

    def authorise(self, invocation: Invocation) -> None:
        """Ask for a bearer token or `X-Auth-Email` and `X-Auth-Key`, and compare it."""
        request = invocation.request
        raw = request.by_name.get(b"authorization")
        if raw in self._bearers:
            invocation.notes.append(_KNOWN)
            return
        header = None if raw is None else raw.decode("latin-1")
        if header is not None and header[:7].lower() == "bearer " and header[7:].strip():
            given = header[7:].strip()
        elif request.header(b"x-auth-email") and request.header(b"x-auth-key"):
            given = request.header(b"x-auth-key") or ""
        elif header is not None and self.switches["unreadable-credentials"] == "10000":
            raise refuse("unauthenticated", 401, "the Authorization header is unreadable")
        else:
            raise refuse("missing-authorization", 400, "credentials are missing or unreadable")
        secret = given.encode("latin-1", "replace")
        if not any(compare_digest(secret, token) for token in self._tokens):
            invocation.warn("unknown token" + self._hint)
            raise refuse("unauthenticated", 401, "the token is unknown")
        invocation.notes.append(_KNOWN)

    def admit(self, invocation: Invocation) -> None:
        """Check the account id and the model in the path."""
        if self._demanding:
            access.check_rights(invocation)
        if invocation.matched in self._admitted:
            return
        access.check_account(invocation)
        operation = invocation.operation
        name = operation.raw.get(MODEL_EXTENSION) if operation else None
        if name is None:
            name = invocation.parameters.get("model")
            if name is not None and not _MODEL_NAME.fullmatch(name):
                raise refuse("invalid-model-id", 404, f"{name!r} is no model name", model=name)
        if name is not None:
            self._recognise(name, invocation)
            self._surface.admit(invocation)
        elif not invocation.warnings and len(self._admitted) < 1024:
            self._admitted.add(invocation.matched)

    def recognise(self, invocation: Invocation) -> None:
        """Find the model that the body names."""
        body = invocation.body
        if not isinstance(body, dict):
            return
        if invocation.subject is None and "model" in body:
            self._recognise(str(body["model"]), invocation)
        if "lora" in body:
            self._surface.check_adapter(invocation)

    def _recognise(self, name: str, invocation: Invocation) -> None:
        plain = self._plain.get(name)
        if plain is not None:
            invocation.subject, note = plain
            invocation.notes.append(note)
            return
        if name.startswith(_PROVIDER) and isinstance(invocation.body, dict):
            name = invocation.body["model"] = name.removeprefix(_PROVIDER)  # the answer is the one without it
        model = self.catalogue.find(name)
        strict = invocation.settings.fidelity == "strict"
        if model is None:
            near = self.catalogue.nearest(name)
            if near:
                invocation.warn(f"unknown model; did you mean {near}?")
            raise refuse("no-such-model", 400, f"{name!r} is not in the catalogue", model=name)
        if model.status == "retired":
            if strict and not model.alias_to:
                raise refuse("no-such-model", 400, f"{name} was retired on {model.deprecated_on}", model=name)
            invocation.warn(f"{name} was retired on {model.deprecated_on}")
        if model.requires_workers_paid:
            if strict:
                raise refuse("paid-plan-required", 403, f"{name} requires a paid plan")
            invocation.warn(f"{name} requires a paid plan (5035)")
        if strict:
            limits.enter(model, invocation, self._agreed)
        note = ("about %s of the family %s", (model.name, model.family))
        invocation.subject = model
        invocation.notes.append(note)
        if name == model.name and model.active and not model.requires_workers_paid and not strict:
            self._plain[name] = model, note

    # who answers ----------------------------------------------------------------------------------------------

    def body_media_type(self, declared: str, operation: Operation) -> str:
        """Read a body as JSON whatever its type says, unless that names sound, pictures, bytes or a form."""
        if declared.startswith(_BINARY) or declared in (_OCTETS, _FORM):
            return declared
        taken = operation.request_content
        if declared in _UNTOLD and _OCTETS in taken and "application/json" not in taken:
            return _OCTETS
        return "application/json"

    def is_bare(self, request: HttpRequest, operation: Operation) -> bool:
        """Take bytes whose type nobody told: curl calls every `--data-binary` a form.

        A body that begins as a JSON object is meant to be one, and JSON that was declared is held to it.
        """
        declared = (request.header(b"content-type") or "").split(";", 1)[0].strip().lower()
        begins = request.body[:64].lstrip()[:1]
        return declared in _UNTOLD and _OCTETS in operation.request_content and begins != b"{"

    def responder(self, operation: Operation) -> Responder | None:
        """Return the dialect of an operation."""
        if operation.path == RUN or MODEL_EXTENSION in operation.raw:
            return self._run
        if operation.path.startswith(_V1):
            respond = {
                "chat/completions": self._chat,
                "completions": self._completions,
                "embeddings": self._embeddings,
                "responses": self._responses,
            }.get(operation.path.removeprefix(_V1))
            return respond if operation.method == "POST" else None
        return self._surface.responder(operation)

    def locate(self, request: HttpRequest) -> str:
        """Return where a path in the manner of the AI gateway leads."""
        if not request.path.startswith(_GATEWAY):
            return request.path
        from mockserver.workersai.surface.gateway import path_of

        return path_of(request.path)

    def read_upgrade(self, request: HttpRequest) -> HttpRequest:
        """Return a request for a WebSocket with the model in the path and the token in `Authorization`."""
        from mockserver.workersai.realtime import handshakes

        return handshakes.read(request)

    def _upgrade_wanted(self, invocation: Invocation) -> Problem | None:
        """Return what a plain GET lacks where a WebSocket could be had."""
        if invocation.request.method != "GET" or invocation.settings.fidelity == "document":
            return None  # no document has the GET of a WebSocket
        from mockserver.workersai.realtime import handshakes

        return handshakes.wanted(self.locate(invocation.request), self.catalogue)

    def converses(self, operation: Operation) -> bool:
        """Say whether an operation runs a model."""
        return operation.path == RUN or MODEL_EXTENSION in operation.raw

    def session(self, invocation: Invocation) -> Session:
        """Return the session of a realtime model; raises Refusal for others, and for options that it has not."""
        from mockserver.workersai.realtime import handshakes

        return handshakes.open_session(invocation)

    def _run(self, invocation: Invocation) -> Answer | None:
        self._surface.check_input(invocation)
        return self._surface.batch(invocation) or run.respond(invocation)

    def deliver(self, answer: Answer, invocation: Invocation) -> Answer:
        """Stream a completion that somebody wrote beforehand, if a stream was asked for."""
        body, model = without_stream(invocation), invocation.subject
        if answer.status != 200 or body.get("stream") is not True or not isinstance(model, Model):
            return answer
        streamed = authored.stream(answer.value, body, model, invocation)
        if streamed is None:
            invocation.warn("a stream was asked for, and this answer cannot be made one")
        return streamed or answer

    def _chat(self, invocation: Invocation) -> Answer:
        model = self._of_kind(invocation, _TEXTUAL)
        answer = self._plain_chat.answer(model, invocation)
        if answer is None:
            answer = chat.answer(chat.hear(without_stream(invocation), model, invocation), invocation)
        return answer

    def _completions(self, invocation: Invocation) -> Answer:
        model = self._of_kind(invocation, _TEXTUAL)
        return completions.answer(without_stream(invocation), model, invocation)

    def _embeddings(self, invocation: Invocation) -> Answer:
        return embeddings.openai(given(invocation), self._of_kind(invocation, _EMBEDDING))

    def _responses(self, invocation: Invocation) -> Answer:
        model = self._of_kind(invocation, _TEXTUAL)
        if "responses" not in model.capabilities:
            if invocation.settings.fidelity == "strict":
                raise refuse("no-such-model", 400, f"{model.name} has no Responses form", model=model.name)
            invocation.warn(
                f"the service takes Responses only for models with that capability, {model.name} has it not"
            )
        body = without_stream(invocation)
        limits.heed(body, model, invocation, chat=True)
        return responses.answer(body, model, invocation)

    def _of_kind(self, invocation: Invocation, families: Sequence[str]) -> Model:
        """Return the model of the request if it can do what the endpoint is for."""
        model = invocation.subject
        if not isinstance(model, Model) or model.family not in families:
            name = model.name if isinstance(model, Model) else ""
            raise refuse("no-such-model", 400, f"{name!r} is not a model for this endpoint", model=name)
        return model

    # how refusals read ----------------------------------------------------------------------------------------

    def problem(self, problem: Problem, invocation: Invocation) -> Answer:
        """Return the envelope of a failure, in the key order of the layer that refuses."""
        if problem.kind == "unknown-path" and invocation.request.path.rstrip("/").endswith(_NO_METHOD):
            problem = Problem("method-not-allowed", 405, invocation.request.method)
        if problem.kind == "method-not-allowed" and (wanted := self._upgrade_wanted(invocation)):
            answer = self.problem(wanted, invocation)
            answer.headers = wanted.headers
            return answer
        if problem.kind == "invalid":
            problem = limits.reworded(problem, invocation)
        case = self._case(problem)
        values = dict(problem.values)
        if case.name == "invalid-input" and "reason" not in values:
            violations = without_batch_forms(problem.violations, invocation)
            if problem.kind == "media-type" and _takes_forms_alone(invocation.operation):
                # the service hands such a model a form under this name, and says so to whoever sends none
                violations = (Violation("", "required", "", "multipart"),)
                invocation.warn(f"{problem.detail}, {_FORM_WANTED}")
            values["reason"] = complain(violations) if violations else problem.detail
        for name in case.placeholders:
            values.setdefault(name, _FILLED_IN[name](invocation) if name in _FILLED_IN else problem.detail)
        message = case.render(**values)
        status = case.status
        if invocation.settings.fidelity == "document" and not problem.asked:
            status = case.document_status or status
        code = case.code or (_UNKNOWN_CODE if case.status >= 500 else _BAD_INPUT)
        if case.name == "out-of-capacity" and self.switches["capacity-text"] == "old":
            message = _OLD_CAPACITY
        elif problem.status in case.alternate_statuses:
            status = problem.status
        elif case.name == "no-route":
            status = int(self.switches["unknown-path-status"])
        elif not problem.asked and not _declares(invocation.operation, status):
            status = 400  # a bare document knows few statuses; a fault, which somebody asked for, keeps its own
        if case.body == "text":
            return Answer(status, message.encode(), "text/plain")
        said: int | str = code if self.switches["error-code-type"] == "number" else str(code)
        if case.layer == "gateway":
            body: dict[str, Any] = {
                "success": False,
                "result": [],
                "messages": [],
                "error": [{"code": said, "message": message}],
                "name": "AiGatewayError",
                "httpCode": status,
                "internalCode": code,
                "message": message,
                "description": case.name.replace("-", " "),
            }
        elif case.layer == "model":
            body = {
                "errors": [{"message": message, "code": said}],
                "success": False,
                "result": {},
                "messages": [],
            }
        else:
            body = {
                "result": None,
                "success": False,
                "errors": [{"code": said, "message": message}],
                "messages": [],
            }
        return Answer(status, body)

    def _case(self, problem: Problem) -> ErrorCase:
        name = CASES.get(problem.kind, problem.kind)
        if name == "refused":
            return replace(self.errors["engine-refusal"], status=problem.status)  # in the words of the detail
        return self.errors.get(name) or self._with_status(problem.status) or self.errors["internal-error"]

    def stream_failure(self, operation: Operation, message: str) -> Event | None:
        """Return the event that OpenAI's clients raise as an error."""
        if operation.path.removeprefix(_V1) not in ("chat/completions", "completions"):
            return None
        return Event({"error": {"message": message, "type": "server_error", "param": None, "code": None}})

    def headers(self, invocation: Invocation, answer: Answer) -> Sequence[tuple[bytes, bytes]]:
        """Return `cf-ray`, and on what reached a model `cf-ai-req-id` and, where it is known, its `cf-ai-neurons`."""
        digits = invocation.seed.hex()
        ray = (b"cf-ray", f"{digits[:16]}-MCK".encode())
        model = invocation.subject
        if model is None:
            return (ray,)
        identity = (b"cf-ai-req-id", moments.uuid(digits).encode())
        priced = answer.status == 200 and isinstance(model, Model)
        cost = self.costs.header(model, invocation, answer) if priced else None
        return (ray, identity) if cost is None else (ray, identity, (b"cf-ai-neurons", cost))


def _takes_forms_alone(operation: Operation | None) -> bool:
    """Say whether a model of the catalogue takes its input as a form only."""
    return operation is not None and MODEL_EXTENSION in operation.raw and list(operation.request_content) == [_FORM]


def _declares(operation: Operation | None, status: int) -> bool:
    """Say whether a refusal may have a status: a server's failure, or one that the contract declares, if any."""
    if operation is None or status >= 500 or operation.response(status) is not None:
        return True
    return operation.response(400) is None


def is_workers_ai(operations: Mapping[str, Operation]) -> bool:
    """Say whether a document is about Workers AI."""
    return any(operation.path == RUN or operation.path.startswith(_V1) for operation in operations.values())
