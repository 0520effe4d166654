"""Whether a body is what the document promises. An independent judge: `jsonschema`, not the mock's validator."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError, best_match

from contracts.findings import Found
from mockserver.errors import DocumentError
from mockserver.openapi.document import Document
from mockserver.openapi.operations import MediaType, Operation

_ITEM_SCHEMAS = ("x-itemSchema", "itemSchema")
_LONGEST = 200


class Judge:
    """Judges messages against one document; validators are made once and kept."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._validators: dict[tuple[str, str], Draft202012Validator | None] = {}

    def operation(self, name: str) -> Operation:
        """Return an operation of the document by its id."""
        return self._document.operations[name]

    def promise(self, operation: Operation, status: int, media_type: str) -> MediaType | None:
        """Return what the document says of an answer of this status and type; None when it is silent."""
        response = operation.response(status)
        return None if response is None else _matching(response.content, media_type)

    def breaches(self, promise: MediaType, value: Any) -> list[Found]:
        """Return where a body breaks its schema, the outermost and most telling breach of each place."""
        return self._breaches(promise, "schema", value)

    def event_breaches(self, promise: MediaType, value: Any) -> list[Found] | None:
        """Return where the data of an event breaks the schema for events; None when there is no such schema."""
        key = next((key for key in _ITEM_SCHEMAS if key in promise.raw), None)
        return None if key is None else self._breaches(promise, key, value)

    def accepts_request(self, operation: Operation, media_type: str, body: bytes) -> bool | None:
        """Return whether the document allows this JSON body; None when it cannot be said."""
        promise = _matching(operation.request_content, media_type)
        if promise is None or not is_json(media_type):
            return None
        try:
            value = json.loads(body)
        except ValueError:
            return False
        validator = self._validator(promise, "schema")
        return None if validator is None else bool(validator.is_valid(value))

    def accepts_text(self, schema: Any, text: str) -> bool:
        """Return whether a schema that wants text, and nothing else, allows this one; true for other schemas."""
        resolved = self._document.resolve(schema)
        if not isinstance(resolved, dict) or resolved.get("type") != "string":
            return True
        return bool(Draft202012Validator(self._document.standalone(resolved)).is_valid(text))

    def _breaches(self, promise: MediaType, key: str, value: Any) -> list[Found]:
        validator = self._validator(promise, key)
        if validator is None:
            return []
        found: dict[str, Found] = {}
        for error in sorted(validator.iter_errors(value), key=lambda error: [str(part) for part in error.path]):
            place = _place(error)
            found.setdefault(place, Found(_promised(error), _came(error), place))
        return list(found.values())

    def _validator(self, promise: MediaType, key: str) -> Draft202012Validator | None:
        known = promise.pointer, key
        if known not in self._validators:
            self._validators[known] = self._compiled(promise, key)
        return self._validators[known]

    def _compiled(self, promise: MediaType, key: str) -> Draft202012Validator | None:
        if key not in promise.raw:
            return None
        try:
            schema = self._document.standalone(promise.raw[key], direction=promise.direction)
            Draft202012Validator.check_schema(schema)
        except (DocumentError, SchemaError):
            return None
        return Draft202012Validator(schema)


def is_json(media_type: str) -> bool:
    """Return whether bodies of this media type are JSON."""
    return media_type == "application/json" or media_type.endswith("+json")


def _matching(content: dict[str, MediaType], media_type: str) -> MediaType | None:
    main = media_type.partition("/")[0]
    return content.get(media_type) or content.get(f"{main}/*") or content.get("*/*")


def _innermost(error: ValidationError) -> ValidationError:
    return best_match([error]) or error


def _place(error: ValidationError) -> str:
    return "/" + "/".join("*" if isinstance(part, int) else str(part) for part in _innermost(error).absolute_path)


def _promised(error: ValidationError) -> str:
    inner = _innermost(error)
    return _shortened(f"{inner.validator}: {json.dumps(inner.validator_value, ensure_ascii=False, default=str)}")


def _came(error: ValidationError) -> str:
    inner = _innermost(error)
    if inner.validator == "required" and isinstance(inner.instance, dict):
        return f"members {', '.join(map(str, inner.instance)) or 'none'}"
    return _shortened(json.dumps(inner.instance, ensure_ascii=False, default=str))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
