"""Whether the contract itself allows or forbids a request.

Requests are made from a narrowed copy: a value that the copy forbids may well be allowed. And the catch-all path with
the model as a parameter describes the bodies of all models at once: there, what the model's own path says decides.
The generic run has the model and its input in the body, and leaves the input open; nothing decides there.

That bytes are a picture or a recording no schema can tell: they are when they are real ones.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from contracts.exchanges import Exchange
from contracts.form_parts import read_parts
from contracts.judge import Judge
from contracts.media import is_real, kind_of_body, kind_of_schema
from contracts.media_schemas import is_form
from contracts.models import model_of
from mockserver.openapi.document import Document
from mockserver.openapi.operations import Operation

ACCOUNT = "account_id"
"""The path parameter that is known before the run."""
_GENERIC = "/ai/run"
_CATCH_ALL = ("/ai/run/{model}", _GENERIC)


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
        if not promises_success(operation):
            return False
        if not exchange.request.body and (operation.request_body or {}).get("required") is True:
            return False  # a body of no bytes is no body
        if self._media(operation, exchange) is False or not self._parts_allowed(operation, exchange):
            return False
        allowed = self._body_allowed(operation, exchange)
        return allowed is True or (allowed is None and operation.id == exchange.operation)

    def may_succeed(self, exchange: Exchange) -> bool:
        """Return whether nothing in the contract speaks against a request that was generated as a valid one."""
        return self._deciding(exchange) is None or (
            self.is_allowed(exchange) and self.allows_body(exchange) is not False
        )

    def allows_body(self, exchange: Exchange) -> bool | None:
        """Return whether the contract allows the JSON body of a request; None when it cannot be said."""
        operation = self._deciding(exchange)
        return None if operation is None else self._body_allowed(operation, exchange)

    def is_forbidden(self, exchange: Exchange) -> bool:
        """Return whether the contract clearly forbids a request that was generated as an invalid one."""
        if "body" in exchange.negated:
            operation = self._deciding(exchange)
            if operation is None:
                return self._breaks_the_frame(exchange)
            if self._media(operation, exchange) is True and not _is_form(exchange):
                return False  # the engine has no broken ones
            allowed = self._body_allowed(operation, exchange)
            return allowed is False or (allowed is None and operation.id == exchange.operation)
        others = set(exchange.negated)
        if _takes_any_path(self._judge.operation(exchange.operation)):
            others.discard("path")  # any name is a name there; that nothing has it is no breach
        return bool(others)

    def _breaks_the_frame(self, exchange: Exchange) -> bool:
        """Return whether a body of the generic run lacks what the operation itself asks for, whatever the model."""
        operation = self._judge.operation(exchange.operation)
        return operation.path.endswith(_GENERIC) and self._body_allowed(operation, exchange) is False

    def _deciding(self, exchange: Exchange) -> Operation | None:
        """Return the operation whose request schema decides; None when no schema does."""
        operation = self._judge.operation(exchange.operation)
        if not _is_catch_all(operation):
            return operation
        path = unquote(urlsplit(exchange.request.url).path)
        return self._by_model.get(path.partition("/ai/run/")[2])

    def _body_allowed(self, operation: Operation, exchange: Exchange) -> bool | None:
        return self._judge.accepts_request(operation, _media_type(exchange), exchange.request.body)

    def _media(self, operation: Operation, exchange: Exchange) -> bool | None:
        """Return whether the pictures and recordings of the body are real ones; None when there are none."""
        content = {name: media_type.raw for name, media_type in operation.request_content.items()}
        name = _media_type(exchange)
        if not is_form(name):
            kind = kind_of_body(content, name)
            return None if kind is None else is_real(exchange.request.body, kind)
        members = _members(operation, name)
        real: bool | None = None
        for part, value in read_parts(exchange.request):
            kind = kind_of_schema(operation.document.resolve(members.get(part)))
            if kind is not None:
                real = real is not False and is_real(value, kind)
        return real

    def _parts_allowed(self, operation: Operation, exchange: Exchange) -> bool:
        """Return whether the parts of a form are what their schemas say; the engine fills some in without looking.

        That bytes are a file of some format no schema can tell; those of the kit's own cases are.
        """
        members = _members(operation, _media_type(exchange))
        if exchange.case is None and any(
            part in members and _is_file(operation, members[part]) for part, _ in read_parts(exchange.request)
        ):
            return False
        return all(
            self._judge.accepts_text(members[part], value.decode("utf-8", "replace"))
            for part, value in read_parts(exchange.request)
            if part in members
        )


def _members(operation: Operation, media_type: str) -> dict[str, Any]:
    """Return the schemas of the members of a body of this media type, {} when there are none."""
    content = operation.request_content.get(media_type)
    schema = operation.document.resolve(content.raw.get("schema")) if content else None
    return (schema.get("properties") if isinstance(schema, dict) else None) or {}


def _is_file(operation: Operation, member: Any) -> bool:
    """Return whether a part is a file of a kind that the schema does not name."""
    schema = operation.document.resolve(member)
    if not isinstance(schema, dict) or kind_of_schema(schema) is not None:
        return False
    nodes = [schema, *(operation.document.resolve(each) for each in schema.get("anyOf") or ())]
    items = [operation.document.resolve(node.get("items")) for node in nodes if isinstance(node, dict)]
    return any(isinstance(node, dict) and node.get("format") == "binary" for node in (*nodes, *items))


def promises_success(operation: Operation) -> bool:
    """Return whether the contract promises that a request can succeed: it declares a 2xx, or does not say."""
    statuses = [str(status).lower() for status in operation.responses]
    return not statuses or any(status.startswith("2") or status == "default" for status in statuses)


def has_own_address(operation: Operation) -> bool:
    """Return whether the path names nothing that may be missing, besides the account and the model."""
    named = {each.get("name") for each in operation.parameters if each.get("in") == "path"}
    return named <= {ACCOUNT, "model"}


def _media_type(exchange: Exchange) -> str:
    named = {name.lower(): value for name, value in exchange.request.headers}.get("content-type", "")
    return named.split(";")[0].strip().lower()


def _is_form(exchange: Exchange) -> bool:
    return is_form(_media_type(exchange))


def _takes_any_path(operation: Operation) -> bool:
    """Return whether every parameter in the path, but for the account, is text without a further rule."""
    schemas = [
        operation.document.resolve(each.get("schema"))
        for each in operation.parameters
        if each.get("in") == "path" and each.get("name") != ACCOUNT
    ]
    return bool(schemas) and all(isinstance(schema, dict) and set(schema) <= {"type"} for schema in schemas)


def _is_catch_all(operation: Operation) -> bool:
    return operation.path.endswith(_CATCH_ALL)
