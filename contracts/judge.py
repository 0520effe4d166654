"""Whether a body is what the document promises. An independent judge: `jsonschema`, not the mock's validator."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError, best_match

from contracts.findings import Found
from contracts.undecided import Undecided
from mockserver.errors import DocumentError
from mockserver.openapi.document import Document
from mockserver.openapi.operations import MediaType, Operation

_ITEM_SCHEMAS = ("x-itemSchema", "itemSchema")
_LONGEST = 200
_REMEMBERED = 4096
"""Bodies of which it is remembered whether they are allowed: they are asked about when made, and when judged."""


class Judge:
    """Judges messages against one document; validators are made once and kept."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._validators: dict[tuple[str, str], Draft202012Validator | None] = {}
        self._texts: dict[int, tuple[Any, Draft202012Validator | None]] = {}
        self._undecided = Undecided()
        self._unread: dict[str, str] = {}
        self._said: dict[str, None] = {}
        self._accepted: dict[tuple[str, str, bytes], bool | None] = {}
        self.blind = False
        """Whether, since `look_away`, a schema that cannot be read kept a body from being judged at all."""

    def operation(self, name: str) -> Operation:
        """Return an operation of the document by its id."""
        return self._document.operations[name]

    def look_away(self) -> list[str]:
        """Start anew with an exchange; return what of the contract could not be read, in a sentence each, once."""
        self.blind = False
        said = [
            *(f"a schema cannot be read, and judges nothing: {where}: {why}" for where, why in self._unread.items()),
            *(
                f"the pattern {_shortened(pattern)} cannot be read, and is not judged: {why}"
                for pattern, why in self._undecided.patterns.items()
            ),
        ]
        new = [each for each in said if each not in self._said]
        self._said.update(dict.fromkeys(new))
        return new

    def promise(self, operation: Operation, status: int, media_type: str) -> MediaType | None:
        """Return what the document says of an answer of this status and type; None when it is silent."""
        response = operation.response(status)
        return None if response is None else _matching(response.content, media_type)

    def breaches(self, promise: MediaType, value: Any) -> list[Found] | None:
        """Return where a body breaks its schema, the outermost and most telling breach of each place.

        None when the schema cannot be read.
        """
        return self._breaches(promise, "schema", value)

    def event_breaches(self, promise: MediaType, value: Any) -> list[Found] | None:
        """Return where the data of an event breaks the schema for events; None when no such schema can be read."""
        key = _item_schema(promise)
        return None if key is None else self._breaches(promise, key, value)

    def reads_events(self, promise: MediaType) -> bool:
        """Say whether there is a schema for events that can be read."""
        key = _item_schema(promise)
        if key is None:
            return False
        readable = self._validator(promise, key) is not None
        self.blind = self.blind or not readable
        return readable

    def accepts_request(self, operation: Operation, media_type: str, body: bytes) -> bool | None:
        """Return whether the document allows this JSON body; None when it cannot be said."""
        key = operation.id, media_type, body
        if key not in self._accepted:
            if len(self._accepted) >= _REMEMBERED:
                self._accepted.clear()
            self._accepted[key] = self._accepts(operation, media_type, body)
        return self._accepted[key]

    def _accepts(self, operation: Operation, media_type: str, body: bytes) -> bool | None:
        promise = _matching(operation.request_content, media_type)
        if promise is None or not is_json(media_type):
            return None
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return False
        validator = self._validator(promise, "schema")
        return None if validator is None else self._decides(validator, value)

    def accepts_text(self, schema: Any, text: str) -> bool:
        """Return whether a schema that wants text, and nothing else, allows this one; true for other schemas."""
        resolved = self._document.resolve(schema)
        if not isinstance(resolved, dict) or resolved.get("type") != "string":
            return True
        if id(resolved) not in self._texts:
            self._texts[id(resolved)] = resolved, self._reader(resolved)
        validator = self._texts[id(resolved)][1]
        return validator is None or self._decides(validator, text) is not False

    def _reader(self, schema: dict[str, Any]) -> Draft202012Validator | None:
        try:
            return self._undecided.validator(self._document.standalone(schema))
        except (DocumentError, SchemaError):
            return None

    def _decides(self, validator: Draft202012Validator, value: Any) -> bool | None:
        before = self._undecided.times
        if not validator.is_valid(value):
            return False
        return True if self._undecided.times == before else None

    def _breaches(self, promise: MediaType, key: str, value: Any) -> list[Found] | None:
        validator = self._validator(promise, key)
        if validator is None:
            self.blind = self.blind or key in promise.raw
            return None
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
            return self._undecided.validator(schema)
        except (DocumentError, SchemaError) as error:
            self._unread[promise.pointer] = str(error).split("\n", 1)[0]
            return None


def _item_schema(promise: MediaType) -> str | None:
    return next((key for key in _ITEM_SCHEMAS if key in promise.raw), None)


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
