"""Running a model for a request that holds its input: the answer is the one that the model's own path gives."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from mockserver.engine import seeds
from mockserver.engine.answers import Answers
from mockserver.engine.binding import Binding
from mockserver.engine.invocation import Invocation
from mockserver.engine.values import JSON, Answer, HttpRequest, Problem, Refusal, refuse
from mockserver.openapi.document import Document
from mockserver.openapi.operations import Operation
from mockserver.openapi.routing import Match, Router
from mockserver.openapi.validation import Validator, compiled
from mockserver.workersai import run
from mockserver.workersai.catalogue import Model
from mockserver.workersai.expansion import CATCH_ALL, INPUTS, without_batches

_JSON_TYPE = (b"content-type", b"application/json")


class Nested:
    """The paths of the models, and what serving them needs; made when a path is first asked for."""

    def __init__(self) -> None:
        self._router: Router | None = None
        self._bindings: dict[str, Binding] = {}
        self._inputs: dict[str, Validator] = {}

    def run(self, invocation: Invocation, model: Model, body: dict[str, Any]) -> Answer:
        """Return what `POST /ai/run/<model>` answers to a body; raises Refusal as it does.

        Times and ids are those of that request, whatever request the body came in.
        """
        match = self._match(invocation, model)
        assert match.operation is not None
        self._check(self.input_of(match.operation), body)
        self.check_pathless(match.operation, model.name, body)
        request = HttpRequest("POST", match.operation.path, headers=[_JSON_TYPE], body=seeds.canonical(body))
        inner = Invocation(request, invocation.settings)
        inner.operation, inner.parameters, inner.matched = match.operation, match.parameters, match.key
        inner.body, inner.media_type, inner.subject = body, JSON, model
        answer = self._answer(inner, match.operation)
        invocation.notes += inner.notes
        invocation.amounts = inner.amounts
        for warning in inner.warnings:
            invocation.warn(warning)
        return answer

    def input_of(self, operation: Operation) -> Validator:
        """Return the judge of one model's ordinary JSON inputs, batches apart."""
        validator = self._inputs.get(operation.id)
        if validator is None:
            content = (operation.request_body or {}).get("content") or {}
            schema = without_batches((content.get(JSON) or {}).get("schema", True))
            validator = compiled(operation.document.standalone(schema, direction="request"))
            self._inputs[operation.id] = validator
        return validator

    def check_pathless(self, operation: Operation, name: str, body: dict[str, Any]) -> None:
        """Raise Refusal for a JSON input that a model without a path of its own does not take; batches pass."""
        schema = (operation.raw.get(INPUTS) or {}).get(name)
        if schema is None:
            return
        validator = self._inputs.get(name)
        if validator is None:
            validator = compiled(operation.document.standalone(schema, direction="request"))
            self._inputs[name] = validator
        self._check(validator, body)

    def _check(self, validator: Validator, body: dict[str, Any]) -> None:
        if not validator.is_valid(body):
            violations = tuple(validator.violations(body))
            raise Refusal(Problem("invalid", 400, "the input breaks the schema of the model", violations))

    def _match(self, invocation: Invocation, model: Model) -> Match:
        assert invocation.operation is not None
        if self._router is None:
            self._router = Router(_paths_of_models(invocation.operation.document), greedy=(CATCH_ALL,))
        account = invocation.parameters.get("account_id", "")
        match = self._router.match("POST", f"/accounts/{quote(account, safe='')}/ai/run/{model.name}")
        if match is None or match.operation is None:
            raise refuse("no-such-model", 400, f"{model.name} has no path", model=model.name)
        return match

    def _answer(self, inner: Invocation, operation: Operation) -> Answer:
        binding = self._bindings.get(operation.id)
        if binding is None:
            answers = Answers(operation, inner.settings, negotiates=False)
            binding = self._bindings[operation.id] = Binding(operation, run.respond, None, answers)
        return binding.answer(inner)


def _paths_of_models(document: Document) -> list[Operation]:
    prefix = CATCH_ALL.removesuffix("{model}")
    return [each for each in document.operations.values() if each.method == "POST" and each.path.startswith(prefix)]


def as_result(answer: Answer) -> Any:
    """Return the result in an answer of a model: out of its envelope, bytes as base64 under their kind."""
    if isinstance(answer.value, bytes):
        from base64 import b64encode

        return {answer.media_type.split("/", 1)[0]: b64encode(answer.value).decode()}
    return answer.value.get("result") if isinstance(answer.value, dict) else answer.value
