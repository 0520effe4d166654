"""Schemas that no validator would compile, without the keywords that are to blame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mockserver.errors import InvalidSchema
from mockserver.openapi.validation import Schema, compiled, refused_at

_TYPES = frozenset("string number integer boolean object array null".split())
_MEANT = {
    "file": "string", "text": "string", "str": "string", "date": "string", "datetime": "string", "uuid": "string",
    "int": "integer", "long": "integer", "float": "number", "double": "number", "decimal": "number",
    "bool": "boolean", "list": "array", "map": "object", "dict": "object", "hash": "object",
}  # fmt: skip
"""What is meant by types that are none."""

_ONE = (
    "additionalProperties contains contentSchema else if items not propertyNames then unevaluatedItems "
    "unevaluatedProperties"
)
_MANY = "allOf anyOf oneOf prefixItems"
_NAMED = "$defs definitions dependentSchemas patternProperties properties"


_MOST_REMOVALS = 50


def readable(schema: Schema) -> Schema:
    """Return a schema without the parts that no validator reads; the schema itself where all of it can be used."""
    try:
        compiled(schema)
    except InvalidSchema:
        return mended(schema)[0]
    return schema


def mended(schema: Schema) -> tuple[Schema, list[str]]:
    """Return a schema without the keywords that cannot be read, and a sentence about each.

    >>> mended({"type": "file", "pattern": "("})
    ({'type': 'string'}, ["type 'file' is read as string", "pattern '(' is left out"])
    """
    complaints: list[str] = []
    found = _mended(schema, complaints)
    for _ in range(_MOST_REMOVALS):  # what has no rule here: whatever the validator names
        at = refused_at(found)
        if not at or not _removed(found, at, complaints):
            break
    return found, complaints


def _removed(schema: Any, at: Sequence[str | int], complaints: list[str]) -> bool:
    """Remove the member of a schema that a path leads to; it is ours to change, being a copy."""
    for part in at[:-1]:
        schema = schema[part]
    if not isinstance(schema, dict) or at[-1] not in schema:
        return False
    complaints.append(f"{at[-1]} {_shown(schema.pop(at[-1]))} is left out")
    return True


def _mended(schema: Any, complaints: list[str]) -> Schema:
    if isinstance(schema, bool):
        return schema
    if not isinstance(schema, dict):
        complaints.append(f"{_shown(schema)} is left out: a schema is an object or a boolean")
        return True
    found: dict[str, Any] = {}
    for keyword, value in schema.items():
        rule = _RULES.get(keyword)
        if rule is None:
            found[keyword] = value
            continue
        for kept in rule(keyword, value, complaints):
            found[keyword] = kept
    return found


Rule = Callable[[str, Any, list[str]], Iterator[Any]]
"""Yields the value that a keyword may keep, nothing when it has to go."""


def _keep_if(fits: Callable[[Any], bool]) -> Rule:
    def rule(keyword: str, value: Any, complaints: list[str]) -> Iterator[Any]:
        if fits(value):
            yield value
        else:
            complaints.append(f"{keyword} {_shown(value)} is left out")

    return rule


def _type(keyword: str, value: Any, complaints: list[str]) -> Iterator[Any]:
    named = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    kinds = []
    for name in named:
        meant = name if name in _TYPES else _MEANT.get(name.lower()) if isinstance(name, str) else None
        if meant is None:
            complaints.append(f"type {_shown(name)} is left out")
        else:
            if meant != name:
                complaints.append(f"type {_shown(name)} is read as {meant}")
            kinds.append(meant)
    if kinds:
        yield kinds[0] if isinstance(value, str) else list(dict.fromkeys(kinds))
    elif not named:
        complaints.append(f"type {_shown(value)} is left out")


def _number(keyword: str, value: Any, complaints: list[str]) -> Iterator[Any]:
    if _is_number(value):
        yield value
        return
    try:
        number = float(value)
    except (TypeError, ValueError):
        complaints.append(f"{keyword} {_shown(value)} is left out")
        return
    complaints.append(f"{keyword} {_shown(value)} is read as a number")
    yield number


def _required(keyword: str, value: Any, complaints: list[str]) -> Iterator[Any]:
    names = [name for name in value if isinstance(name, str)] if isinstance(value, list) else None
    if names is None or len(names) < len(value):
        complaints.append(f"{keyword} {_shown(value)} is not a list of names")
    once = list(dict.fromkeys(names or ()))
    if names is not None and len(once) < len(names):
        twice = next(name for name in once if names.count(name) > 1)
        complaints.append(f"{keyword} names {twice!r} more than once")
    yield once


def _one(keyword: str, value: Any, complaints: list[str]) -> Iterator[Any]:
    yield _mended(value, complaints)


def _many(keyword: str, value: Any, complaints: list[str]) -> Iterator[Any]:
    if isinstance(value, list) and value:
        yield [_mended(each, complaints) for each in value]
    else:
        complaints.append(f"{keyword} {_shown(value)} is left out")


def _named(keyword: str, value: Any, complaints: list[str]) -> Iterator[Any]:
    if not isinstance(value, dict):
        complaints.append(f"{keyword} {_shown(value)} is left out")
        return
    found = {}
    for name, each in value.items():
        if keyword == "patternProperties" and not _is_pattern(name):
            complaints.append(f"{keyword} {_shown(name)} is left out")
        else:
            found[name] = _mended(each, complaints)
    yield found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_pattern(value: Any) -> bool:
    try:
        compiled({"pattern": value})
    except InvalidSchema:
        return False
    return isinstance(value, str)


def _is_count(value: Any) -> bool:
    return _is_number(value) and value >= 0 and float(value).is_integer()


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "..."


_RULES: dict[str, Rule] = {
    "type": _type,
    "required": _required,
    "enum": _keep_if(lambda value: isinstance(value, list) and bool(value)),
    "pattern": _keep_if(_is_pattern),
    "format": _keep_if(lambda value: isinstance(value, str)),
    "uniqueItems": _keep_if(lambda value: isinstance(value, bool)),
    "multipleOf": _keep_if(lambda value: _is_number(value) and value > 0),
    "dependentRequired": _keep_if(lambda value: isinstance(value, dict)),
    "dependencies": _keep_if(lambda value: isinstance(value, dict)),
    "$schema": _keep_if(lambda value: isinstance(value, str) and "json-schema.org" in value),
    **dict.fromkeys("maximum minimum exclusiveMaximum exclusiveMinimum".split(), _number),
    **dict.fromkeys(
        "maxLength minLength maxItems minItems maxProperties minProperties maxContains minContains".split(),
        _keep_if(_is_count),
    ),
    **dict.fromkeys(_ONE.split(), _one),
    **dict.fromkeys(_MANY.split(), _many),
    **dict.fromkeys(_NAMED.split(), _named),
}
