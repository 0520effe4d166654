"""Validation that leaves undecided what it cannot read: patterns of ECMA-262 that Python's `re` does not know."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from contracts.descent import kind

Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError]]

_COMBINING = (
    "additionalProperties",
    "anyOf",
    "contains",
    "if",
    "not",
    "oneOf",
    "unevaluatedItems",
    "unevaluatedProperties",
)
"""Keywords that turn what a part of them said into something else: with one part undecided, they are."""

_TELLING_NOTHING = {"type", "title", "description", "example", "examples", "default"}
"""Keywords in the schema of a number that rule no number out, besides its type."""


class Undecided:
    """Makes validators that take an undecided keyword for fulfilled, and keeps what that happened to.

    So a breach that is reported is one, whatever the unread patterns mean.
    """

    def __init__(self) -> None:
        self.times = 0
        """How often something was left undecided."""
        self.patterns: dict[str, str] = {}
        """The patterns that cannot be read, and why."""
        keywords: dict[str, Keyword] = {name: self._combining(name) for name in _COMBINING}
        keywords |= {"pattern": self._pattern, "patternProperties": self._pattern_properties, "items": _items}
        self._kind = kind(keywords)

    def validator(self, schema: Any) -> Draft202012Validator:
        """Return a validator that asserts formats; raises SchemaError when the schema is none."""
        _check(schema)
        return self._kind(schema, format_checker=_formats())  # type: ignore[no-any-return]

    def _is_read(self, pattern: str) -> bool:
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as error:
            self.patterns.setdefault(pattern, str(error))
            self.times += 1
            return False
        return True

    def _pattern(self, validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if isinstance(instance, str) and self._is_read(pattern):
            yield from Draft202012Validator.VALIDATORS["pattern"](validator, pattern, instance, schema)

    def _pattern_properties(
        self, validator: Any, patterns: dict[str, Any], instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        if isinstance(instance, dict) and instance:
            read = {pattern: each for pattern, each in patterns.items() if self._is_read(pattern)}
            yield from Draft202012Validator.VALIDATORS["patternProperties"](validator, read, instance, schema)

    def _combining(self, name: str) -> Keyword:
        original: Keyword = Draft202012Validator.VALIDATORS[name]

        def combine(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
            before = self.times
            try:
                errors = list(original(validator, value, instance, schema))
            except re.error as error:  # of patternProperties, which these keywords read by themselves
                self.patterns.setdefault(str(error.pattern), str(error))
                self.times += 1
                return
            if self.times == before:
                yield from errors

        return combine


def _check(schema: Any) -> None:
    """Raise SchemaError when a schema is none; what many schemas have in common is looked at once."""
    shared = schema.get("$defs") if isinstance(schema, dict) else None
    shared = shared if isinstance(shared, dict) else {}
    parts = [{name: each for name, each in schema.items() if name != "$defs"} if shared else schema]
    for part in (*parts, *shared.values()):
        _check_text(json.dumps(part, sort_keys=True, default=str))


@lru_cache(maxsize=1024)
def _check_text(schema: str) -> None:
    """Raise SchemaError when what a text holds is no schema; remembered from run to run."""
    checker = FormatChecker(())  # patterns are read when met
    Draft202012Validator.check_schema(json.loads(schema), format_checker=checker)


def _items(validator: Any, items: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """Judge the entries of an array; of a vector, whose entries need only be numbers, all at a glance."""
    plain = isinstance(items, dict) and items.get("type") == "number" and items.keys() <= _TELLING_NOTHING
    if (
        plain
        and isinstance(instance, list)
        and "prefixItems" not in schema
        and set(map(type, instance)) <= {int, float}
    ):
        return
    yield from Draft202012Validator.VALIDATORS["items"](validator, items, instance, schema)


def _formats() -> FormatChecker:
    """Return the formats of the draft, but for `regex`: it means those of ECMA-262."""
    checker = FormatChecker(())
    checker.checkers = {
        name: check for name, check in Draft202012Validator.FORMAT_CHECKER.checkers.items() if name != "regex"
    }
    return checker
