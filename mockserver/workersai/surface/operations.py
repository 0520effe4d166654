"""Who answers the operations beside inference, and what their requests leave behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from mockserver.engine.invocation import Invocation
from mockserver.engine.service import Responder
from mockserver.engine.values import Answer, Problem
from mockserver.openapi.operations import Operation
from mockserver.openapi.validation import Violation
from mockserver.workersai.catalogue import Catalogue, Model
from mockserver.workersai.expansion import INPUTS, without_batches

if TYPE_CHECKING:
    from mockserver.workersai.surface.adapters import Adapters
    from mockserver.workersai.surface.batch import Batches
    from mockserver.workersai.surface.nested import Nested

Page = Callable[[Invocation, "Surface"], Answer]

OPERATIONS: Mapping[tuple[str, str], str] = {
    ("GET", "models/search"): "catalogue_pages.search_models",
    ("GET", "models/schema"): "catalogue_pages.show_schema",
    ("GET", "tasks/search"): "catalogue_pages.search_tasks",
    ("GET", "authors/search"): "catalogue_pages.search_authors",
    ("POST", "run"): "generic.run_model",
    ("GET", "finetunes"): "finetunes.list_own",
    ("POST", "finetunes"): "finetunes.create",
    ("GET", "finetunes/public"): "finetunes.list_public",
    ("POST", "finetunes/{finetune_id}/finetune-assets"): "finetunes.upload",
    ("POST", "tomarkdown"): "markdown.convert",
    ("GET", "tomarkdown/supported"): "markdown.list_formats",
}
"""Who answers, by method and path below `/ai/`: a function of this package, imported when it is first asked."""

BATCHES = "async_batch"
"""The capability of the models that take batches."""

_BELOW = "/accounts/{account_id}/ai/"


class Surface:
    """The operations beside inference of one mock; adapters and batches live in its memory until it is reset."""

    def __init__(self, catalogue: Catalogue, problem: Callable[[Problem, Invocation], Answer]) -> None:
        self.catalogue = catalogue
        self.problem = problem
        """Says how the service words a refusal."""

    @cached_property
    def adapters(self) -> Adapters:
        """The adapters that were registered."""
        from mockserver.workersai.surface.adapters import Adapters

        return Adapters()

    @cached_property
    def batches(self) -> Batches:
        """The batches that were queued."""
        from mockserver.workersai.surface.batch import Batches

        return Batches()

    @cached_property
    def nested(self) -> Nested:
        """Runs models on behalf of requests that hold the inputs of others."""
        from mockserver.workersai.surface.nested import Nested

        return Nested()

    def responder(self, operation: Operation) -> Responder | None:
        """Return who answers an operation, None when it is none of these."""
        name = OPERATIONS.get((operation.method, operation.path.removeprefix(_BELOW)))
        return None if name is None else lambda invocation: _page(name)(invocation, self)

    def admit(self, invocation: Invocation) -> None:
        """Raise Refusal for a request to queue that its model, or its size, does not allow."""
        if "queueRequest" in invocation.request.query:
            from mockserver.workersai.surface import batch

            batch.admit(invocation)

    def check_input(self, invocation: Invocation) -> None:
        """Raise Refusal for a JSON input that a model without a path of its own does not take."""
        operation, body = invocation.operation, invocation.body
        if operation is not None and INPUTS in operation.raw and isinstance(body, dict):
            self.nested.check_pathless(operation, invocation.parameters.get("model", ""), body)

    def batch(self, invocation: Invocation) -> Answer | None:
        """Answer to inputs to queue, or to the id of a batch; None for an ordinary input."""
        body = invocation.body
        if not isinstance(body, dict) or not ("requests" in body or "request_id" in body):
            return None
        from mockserver.workersai.surface import batch

        return batch.answer(invocation, self)

    def check_adapter(self, invocation: Invocation) -> None:
        """Raise Refusal when a request names an adapter that it may not use (3039, 5005)."""
        body, model = invocation.body, invocation.subject
        if isinstance(body, dict) and isinstance(body.get("lora"), str) and isinstance(model, Model):
            from mockserver.workersai.surface import finetunes

            finetunes.check_use(invocation, self, model, body["lora"])

    def reset(self) -> None:
        """Forget the adapters and batches."""
        for state in ("adapters", "batches"):
            self.__dict__.pop(state, None)


@cache
def _page(name: str) -> Page:
    module, function = name.split(".")
    page: Page = getattr(import_module(f"mockserver.workersai.surface.{module}"), function)
    return page


def without_batch_forms(violations: tuple[Violation, ...], invocation: Invocation) -> tuple[Violation, ...]:
    """Return what is wrong with an ordinary input, where the contract allows the forms of a batch as well."""
    first, body, operation = (violations or (None,))[0], invocation.body, invocation.operation
    if first is None or first.keyword != "anyOf" or first.pointer or operation is None:
        return violations
    if isinstance(body, dict) and ("requests" in body or "request_id" in body):
        return violations
    content = (operation.request_body or {}).get("content") or {}
    schema = (content.get("application/json") or {}).get("schema")
    return first.branches[0] if first.branches and without_batches(schema) is not schema else violations
