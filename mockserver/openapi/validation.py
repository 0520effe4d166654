"""Compiled JSON Schema validators: the one door to jsonschema-rs, and to jsonschema where that cannot serve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import jsonschema_rs

from mockserver.errors import InvalidSchema

Schema = dict[str, Any] | bool
"""A self-contained JSON Schema: every `$ref` in it is local (`#/...`)."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a value breaks its schema."""

    pointer: str
    """JSON Pointer to the offending value, "" for the whole value."""
    keyword: str
    """The JSON Schema keyword that failed, e.g. "required"."""
    message: str
    """One sentence in the validator's words."""
    expected: Any = None
    """What the keyword asks for: the missing name, the limit, the allowed types or values."""
    value: Any = None
    """The offending value."""
    branches: tuple[tuple[Violation, ...], ...] = ()
    """For oneOf and anyOf: why each branch failed."""
    location: str = "body"
    """Where in a request the value stands: "path", "query", "header", "cookie" or "body"."""
    name: str = ""
    """The name of the parameter, "" for the body; `pointer` then leads into the parameter's value."""


class Validator(Protocol):
    """A schema, ready to judge values."""

    def is_valid(self, value: Any) -> bool:
        """Say whether `value` is valid."""

    def violations(self, value: Any, *, every: bool = True) -> list[Violation]:
        """Return the violations in `value`, none when it is valid; only the first one unless `every` is set.

        Finding all of them costs about 40 microseconds each.
        """


def compiled(schema: Schema, *, draft: str = "2020-12") -> Validator:
    """Return a validator for a self-contained schema; formats are asserted.

    A `$schema` keyword wins over `draft` ("4", "6", "7", "2019-09" or "2020-12"). Raises InvalidSchema
    when neither library can compile the schema.
    """
    try:
        return _Compiled(schema, draft)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        refused = _first_line(error)
    from mockserver.openapi.validation_fallback import Interpreted

    try:
        return Interpreted(schema, draft)
    except InvalidSchema as error:
        raise InvalidSchema(f"{refused}; {error}") from None


def refused_at(schema: Schema) -> list[str | int]:
    """Return the path of a keyword that keeps a schema from being compiled, [] where none is to blame."""
    try:
        _Compiled(schema, "2020-12")
    except jsonschema_rs.ValidationError as error:
        return list(error.instance_path)
    except (jsonschema_rs.ReferencingError, ValueError):
        pass
    return []


class _Compiled:
    """A validator compiled by jsonschema-rs."""

    __slots__ = ("_validator", "is_valid")

    def __init__(self, schema: Schema, draft: str) -> None:
        options: dict[str, Any] = {"validate_formats": True, "offline": True}
        if isinstance(schema, dict) and "$schema" in schema:
            self._validator = jsonschema_rs.validator_for(schema, **options)
        else:
            self._validator = _DRAFTS[draft](schema, **options)
        self.is_valid = self._validator.is_valid  # bound once: this is the hot path

    def violations(self, value: Any, *, every: bool = True) -> list[Violation]:
        if every:
            return [_violation(error) for error in self._validator.iter_errors(value)]
        try:
            self._validator.validate(value)
        except jsonschema_rs.ValidationError as error:
            return [_violation(error)]
        return []


_DRAFTS: dict[str, Any] = {
    "4": jsonschema_rs.Draft4Validator,
    "6": jsonschema_rs.Draft6Validator,
    "7": jsonschema_rs.Draft7Validator,
    "2019-09": jsonschema_rs.Draft201909Validator,
    "2020-12": jsonschema_rs.Draft202012Validator,
}


def pointer(path: Iterable[str | int]) -> str:
    """Return the JSON Pointer (RFC 6901) of a path."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _violation(error: jsonschema_rs.ValidationError) -> Violation:
    details = error.kind.as_dict()
    context = details.pop("context", None) or ()
    return Violation(
        pointer=pointer(error.instance_path),
        keyword=error.kind.name,
        message=_first_line(error),
        expected=next(iter(details.values()), None),
        value=error.instance,
        branches=tuple(tuple(_violation(inner) for inner in branch) for branch in context),
    )


def _first_line(error: Exception) -> str:
    return str(getattr(error, "message", None) or error).split("\n", 1)[0]


def each(violations: Iterable[Violation]) -> Iterator[Violation]:
    """Yield the violations and, depth first, those of their branches."""
    for violation in violations:
        yield violation
        for branch in violation.branches:
            yield from each(branch)
