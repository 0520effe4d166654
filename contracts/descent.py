"""Validators of `jsonschema` that are made once for each part of a schema, and look a reference up once.

The library does both anew for each member of each value, which takes most of the time of judging. What is wrong with a
value is said by its keywords here, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

Keyword = Callable[[Any, Any, Any, Any], Iterable[ValidationError] | None]

_PLAINLY = {
    ("string", str),
    ("object", dict),
    ("array", list),
    ("boolean", bool),
    ("null", type(None)),
    ("integer", int),
    ("number", int),
    ("number", float),
}
"""Types of Python whose values are of a type of JSON Schema without a closer look."""

_REMEMBERED = 50_000
"""Parts of schemas that are remembered: more than large contracts have, and an end where schemas make new ones."""


def kind(keywords: dict[str, Any]) -> Any:
    """Return a class of validators with some keywords of its own, that says what one of `extend` says, sooner."""
    descent = _Descent()
    own = {"type": _type, "$ref": descent.refer, **keywords}
    made: Any = extend(Draft202012Validator, own)  # type: ignore[no-untyped-call]
    made.descend = descent.descend
    return made


class _Descent:
    """Knows the validator of each part of each schema that one class of validators met."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, int, bool], tuple[Any, list[tuple[Keyword, str, Any]], Any, Any, Any]] = {}
        self._looked_up: dict[tuple[int, str], tuple[Any, Any]] = {}

    def refer(self, validator: Any, reference: str, instance: Any, schema: Any) -> Iterable[ValidationError]:
        """Follow a reference; the library tells of one that leads nowhere."""
        resolver = validator._resolver
        known = self._looked_up.get((id(resolver), reference))
        if known is None:
            try:
                known = resolver, resolver.lookup(reference)
            except Unresolvable:
                return Draft202012Validator.VALIDATORS["$ref"](  # type: ignore[no-any-return]
                    validator, reference, instance, schema
                )
            if len(self._looked_up) >= _REMEMBERED:
                self._looked_up.clear()
            self._looked_up[id(resolver), reference] = known
        found = known[1]
        return validator.descend(instance, found.contents, resolver=found.resolver)  # type: ignore[no-any-return]

    @property
    def descend(self) -> Callable[..., Iterator[ValidationError]]:
        """The method of validators: yields what is wrong with a part of a value, by the part of the schema for it."""

        def descend(
            validator: Any, instance: Any, schema: Any, path: Any = None, schema_path: Any = None, resolver: Any = None
        ) -> Iterator[ValidationError]:
            if schema is True:
                return iter(())
            if schema is False:
                return validator.evolve(schema=False).iter_errors(instance)  # type: ignore[no-any-return]
            evolved, keywords = self._validator(validator, schema, resolver)
            found: list[ValidationError] = []
            for judge, name, value in keywords:
                for error in judge(evolved, value, instance, schema) or ():
                    error._set(  # type: ignore[attr-defined]
                        validator=name,
                        validator_value=value,
                        instance=instance,
                        schema=schema,
                        type_checker=evolved.TYPE_CHECKER,
                    )
                    if name not in {"if", "$ref"}:
                        error.schema_path.appendleft(name)
                    if path is not None:
                        error.path.appendleft(path)
                    if schema_path is not None:
                        error.schema_path.appendleft(schema_path)
                    found.append(error)
            return iter(found)

        return descend

    def _validator(self, validator: Any, schema: Any, resolver: Any) -> tuple[Any, list[tuple[Keyword, str, Any]]]:
        """Return the validator of a part, and its keywords; what makes it that one is kept, so that ids stay theirs."""
        base = validator._resolver if resolver is None else resolver
        key = id(base), id(schema), id(validator.format_checker), resolver is None
        known = self._known.get(key)
        if known is None:
            if resolver is None:
                resolver = base.in_subresource(DRAFT202012.create_resource(schema))
            evolved = validator.evolve(schema=schema, _resolver=resolver)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = evolved, list(_keywords(evolved, schema)), base, schema, validator.format_checker
            self._known[key] = known
        return known[0], known[1]


def _keywords(validator: Any, schema: dict[str, Any]) -> Iterator[tuple[Keyword, str, Any]]:
    for name, value in schema.items():
        if name in validator.VALIDATORS:
            yield validator.VALIDATORS[name], name, value


def _type(validator: Any, types: Any, instance: Any, schema: Any) -> Iterable[ValidationError] | None:
    """Judge the type of a value, at a glance where it is plainly the one that is asked for."""
    if types.__class__ is str and (types, instance.__class__) in _PLAINLY:
        return ()
    return Draft202012Validator.VALIDATORS["type"](validator, types, instance, schema)  # type: ignore[no-any-return]
