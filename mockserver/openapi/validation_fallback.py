"""Validation by jsonschema, for schemas that jsonschema-rs refuses; imported only when one turns up."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

import jsonschema
import jsonschema.exceptions
import jsonschema.validators

from mockserver.errors import InvalidSchema
from mockserver.openapi.validation import Schema, Violation, pointer

_DRAFTS: dict[str, Any] = {
    "4": jsonschema.Draft4Validator,
    "6": jsonschema.Draft6Validator,
    "7": jsonschema.Draft7Validator,
    "2019-09": jsonschema.Draft201909Validator,
    "2020-12": jsonschema.Draft202012Validator,
}


class Interpreted:
    """A validator that walks the schema for every value."""

    def __init__(self, schema: Schema, draft: str) -> None:
        kind: Any = jsonschema.validators.validator_for(schema, default=_DRAFTS[draft])
        try:
            kind.check_schema(schema)
            self._validator = kind(schema, format_checker=kind.FORMAT_CHECKER)
            self._validator.is_valid(None)  # finds dangling references at the root
        except jsonschema.exceptions.SchemaError as error:
            where = pointer(error.absolute_path)
            raise InvalidSchema(f"{error.message} at {where or 'the root'}") from None
        except Exception as error:  # referencing's own errors share no base class
            raise InvalidSchema(str(error)) from None

    def is_valid(self, value: Any) -> bool:
        """Say whether `value` is valid; a schema that cannot be evaluated finds nothing valid."""
        return not self.violations(value, every=False)

    def violations(self, value: Any, *, every: bool = True) -> list[Violation]:
        """Return the violations in `value`, only the first one unless `every` is set."""
        try:
            return [_violation(error) for error in islice(self._validator.iter_errors(value), None if every else 1)]
        except (re.error, RecursionError) as error:
            return [Violation("", "schema", f"the schema cannot be evaluated: {error}")]
        except Exception as error:
            return [Violation("", "$ref", f"the schema cannot be evaluated: {error}")]


def _violation(error: jsonschema.exceptions.ValidationError) -> Violation:
    return Violation(
        pointer=pointer(error.absolute_path),
        keyword=str(error.validator),
        message=error.message,
        expected=error.validator_value,
        value=error.instance,
        branches=(tuple(_violation(inner) for inner in error.context),) if error.context else (),
    )
