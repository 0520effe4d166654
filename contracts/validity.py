"""Whether the contract itself allows or forbids a request.

Requests are made from a narrowed copy: a value that the copy forbids may well be allowed. And the catch-all path with
the model as a parameter describes the bodies of all models at once: there, what the model's own path says decides.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from contracts.exchanges import Exchange
from contracts.judge import Judge
from contracts.models import model_of
from mockserver.openapi.document import Document
from mockserver.openapi.operations import Operation

_CATCH_ALL = "/ai/run/{model}"


class Validity:
    """Judges requests by one contract."""

    def __init__(self, document: Document, judge: Judge) -> None:
        self._judge = judge
        self._by_model = {
            model: operation
            for operation in document.operations.values()
            if "{model}" not in operation.path and (model := model_of(operation.path, operation.raw))
        }

    def is_allowed(self, exchange: Exchange) -> bool:
        """Return whether the contract clearly allows a request that was generated as a valid one."""
        operation = self._deciding(exchange)
        if operation is None:
            return False
        if not exchange.request.body and (operation.request_body or {}).get("required") is True:
            return False  # a body of no bytes is no body
        if operation.id == exchange.operation:
            return True
        return self._body_allowed(operation, exchange) is True

    def is_forbidden(self, exchange: Exchange) -> bool:
        """Return whether the contract clearly forbids a request that was generated as an invalid one."""
        if "body" in exchange.negated:
            operation = self._deciding(exchange)
            if operation is None:
                return False
            allowed = self._body_allowed(operation, exchange)
            return allowed is False or (allowed is None and operation.id == exchange.operation)
        others = set(exchange.negated)
        if _is_catch_all(self._judge.operation(exchange.operation)):
            others.discard("path")  # any name is a name there; that a model is not known is no breach
        return bool(others)

    def _deciding(self, exchange: Exchange) -> Operation | None:
        """Return the operation whose request schema decides; None when no schema does."""
        operation = self._judge.operation(exchange.operation)
        if not _is_catch_all(operation):
            return operation
        path = unquote(urlsplit(exchange.request.url).path)
        return self._by_model.get(path.partition("/ai/run/")[2])

    def _body_allowed(self, operation: Operation, exchange: Exchange) -> bool | None:
        media_type = {name.lower(): value for name, value in exchange.request.headers}.get("content-type", "")
        return self._judge.accepts_request(operation, media_type.split(";")[0].strip().lower(), exchange.request.body)


def _is_catch_all(operation: Operation) -> bool:
    return operation.path.endswith(_CATCH_ALL)
