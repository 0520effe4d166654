"""Ways to break a schema: for each keyword, the schemas that hold where it does not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, pairwise
from typing import Any

from mockserver.openapi.sampling.absorbing import SOME_NAME, Absorber
from mockserver.openapi.sampling.keywords import EXCLUDED, FORBIDDEN, ONLY, SOME_PATTERN, types_named
from mockserver.openapi.sampling.references import Located
from mockserver.openapi.sampling.values import TYPES
from mockserver.openapi.sampling.views import Branch

_NUMBER = ["integer", "fraction"]


def negations(absorber: Absorber, at: Located) -> list[Branch]:
    """Return branches, each of which breaks the schema at `at`; none when it cannot be broken.

    A branch may promise a little less than it says (a random string seldom matches a pattern by chance);
    whoever takes one looks at the outcome.
    """
    at = absorber.relevant(at)
    schema = at.schema
    if isinstance(schema, bool):
        return [] if schema else [()]
    if "$ref" in schema and absorber.references.overriding:
        return [(absorber.refused(absorber.references.resolve(schema["$ref"], at)),)]
    found: list[Branch] = []
    for keyword, value in schema.items():
        if place := _PLACES.get(keyword):
            found.extend(place(absorber, value, at))
        elif way := _WAYS.get(keyword):
            for number, broken in enumerate(way(value, schema)):
                found.append((absorber.made(at, f"not {keyword} {number}", broken),))
    return found


Broken = list[dict[str, Any]]


def _type(value: Any, schema: dict[str, Any]) -> Broken:
    others = [kind for kind in TYPES if kind not in types_named(value)]
    return [{ONLY: others}] if others else []


def _minimum(value: Any, schema: dict[str, Any]) -> Broken:
    return [{ONLY: _NUMBER, "maximum" if schema.get("exclusiveMinimum") is True else "exclusiveMaximum": value}]


def _maximum(value: Any, schema: dict[str, Any]) -> Broken:
    return [{ONLY: _NUMBER, "minimum" if schema.get("exclusiveMaximum") is True else "exclusiveMinimum": value}]


def _below(keyword: str, kind: str) -> Callable[[Any, dict[str, Any]], Broken]:
    return lambda value, schema: [{ONLY: [kind], keyword: value - 1}] if value > 0 else []


def _above(keyword: str, kind: str) -> Callable[[Any, dict[str, Any]], Broken]:
    return lambda value, schema: [{ONLY: [kind], keyword: value + 1}]


def _property(value: dict[str, Any], schema: dict[str, Any]) -> Broken:
    return [
        {ONLY: ["object"], "required": [name], "properties": {name: {"not": inner}}}
        for name, inner in value.items()
        if inner is not True and inner != {}
    ]


def _pattern_property(value: dict[str, Any], schema: dict[str, Any]) -> Broken:
    return [
        {ONLY: ["object"], SOME_PATTERN: pattern, "patternProperties": {pattern: {"not": inner}}}
        for pattern, inner in value.items()
        if inner is not True
    ]


def _additional(value: Any, schema: dict[str, Any]) -> Broken:
    if value is True:
        return []
    # A long and a short name: either may be refused by what else holds for names.
    names = [name for name in ("extra", "other", "z", "q") if name not in schema.get("properties", {})]
    some = {ONLY: ["object"], "minProperties": 1}  # what stands under declared names may break it, too
    return [*({ONLY: ["object"], "required": [name], "properties": {name: {"not": value}}} for name in names), some]


def _items(value: Any, schema: dict[str, Any]) -> Broken:
    if isinstance(value, list):
        return _prefix(value, schema)
    if value is True:
        return []
    start = len(schema.get("prefixItems", ()))
    return [{ONLY: ["array"], "prefixItems": [*[True] * start, {"not": value}], "minItems": start + 1}]


def _prefix(value: list[Any], schema: dict[str, Any]) -> Broken:
    return [
        {ONLY: ["array"], "prefixItems": [*[True] * position, {"not": inner}], "minItems": position + 1}
        for position, inner in enumerate(value)
        if inner is not True
    ]


def _contains(value: Any, schema: dict[str, Any]) -> Broken:
    least, most = schema.get("minContains", 1), schema.get("maxContains")
    broken: Broken = [{ONLY: ["array"], "items": {"not": value}}] if least else []
    if most is not None:
        broken.append({ONLY: ["array"], "contains": value, "minContains": most + 1})
    return broken


def _dependent_required(value: dict[str, Any], schema: dict[str, Any]) -> Broken:
    return [
        {ONLY: ["object"], "required": [trigger], FORBIDDEN: [name]}
        for trigger, names in value.items()
        if isinstance(names, list)
        for name in names
        if name != trigger
    ]


def _dependent_schemas(value: dict[str, Any], schema: dict[str, Any]) -> Broken:
    broken = _dependent_required(value, schema)
    for trigger, inner in value.items():
        if not isinstance(inner, list):
            broken.append({ONLY: ["object"], "required": [trigger], "not": inner})
    return broken


_WAYS: dict[str, Callable[[Any, dict[str, Any]], Broken]] = {
    ONLY: lambda value, schema: [{ONLY: [kind for kind in TYPES if kind not in value]}],
    EXCLUDED: lambda value, schema: [{"enum": value}],
    FORBIDDEN: lambda value, schema: [{ONLY: ["object"], "required": [name]} for name in value],
    "type": _type,
    "const": lambda value, schema: [{EXCLUDED: [value]}],
    "enum": lambda value, schema: [{EXCLUDED: value}],
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": lambda value, schema: [] if isinstance(value, bool) else [{ONLY: _NUMBER, "maximum": value}],
    "exclusiveMaximum": lambda value, schema: [] if isinstance(value, bool) else [{ONLY: _NUMBER, "minimum": value}],
    "multipleOf": lambda value, schema: [{ONLY: ["fraction"] if value == 1 else _NUMBER}],
    "minLength": _below("maxLength", "string"),
    "maxLength": _above("minLength", "string"),
    "pattern": lambda value, schema: [{ONLY: ["string"]}],
    "format": lambda value, schema: [{ONLY: ["string"]}],
    "minItems": _below("maxItems", "array"),
    "maxItems": _above("minItems", "array"),
    "uniqueItems": lambda value, schema: (
        [{ONLY: ["array"], "prefixItems": [{"enum": [same]}] * 2, "minItems": 2} for same in (0, "a", True, None)]
        if value
        else []
    ),
    "items": _items,
    "prefixItems": _prefix,
    "unevaluatedItems": lambda value, schema: [] if value is True else [{ONLY: ["array"], "minItems": 1}],
    "contains": _contains,
    "minProperties": _below("maxProperties", "object"),
    "maxProperties": _above("minProperties", "object"),
    "required": lambda value, schema: (
        [{ONLY: ["object"], FORBIDDEN: [name]} for name in value] if isinstance(value, list) else []
    ),
    "properties": _property,
    "patternProperties": _pattern_property,
    "additionalProperties": _additional,
    "unevaluatedProperties": _additional,
    "propertyNames": lambda value, schema: [{ONLY: ["object"], SOME_NAME: {"not": value}}],
    "dependentRequired": _dependent_required,
    "dependentSchemas": _dependent_schemas,
    "dependencies": _dependent_schemas,
}


def _reference(absorber: Absorber, value: str, at: Located) -> list[Branch]:
    return [(absorber.refused(absorber.references.resolve(value, at)),)]


def _dynamic(absorber: Absorber, value: str, at: Located) -> list[Branch]:
    return [(absorber.refused(absorber.references.resolve_dynamic(value, at)),)]


def _not(absorber: Absorber, value: Any, at: Located) -> list[Branch]:
    return [(absorber.references.inside(at, value),)]


def _all_of(absorber: Absorber, value: list[Any], at: Located) -> list[Branch]:
    return [(absorber.refused(absorber.references.inside(at, inner)),) for inner in value]


def _any_of(absorber: Absorber, value: list[Any], at: Located) -> list[Branch]:
    return [tuple(absorber.refused(absorber.references.inside(at, inner)) for inner in value)]


def _one_of(absorber: Absorber, value: list[Any], at: Located) -> list[Branch]:
    inner = [absorber.references.inside(at, each) for each in value]
    return [*_any_of(absorber, value, at), *islice(pairwise(inner), 8)]


def _if(absorber: Absorber, value: Any, at: Located) -> list[Branch]:
    schema = at.schema if isinstance(at.schema, dict) else {}
    test = absorber.references.inside(at, value)
    found: list[Branch] = []
    if "then" in schema:
        found.append((test, absorber.refused(absorber.references.inside(at, schema["then"]))))
    if "else" in schema:
        found.append((absorber.refused(test), absorber.refused(absorber.references.inside(at, schema["else"]))))
    return found


_PLACES: dict[str, Callable[[Absorber, Any, Located], list[Branch]]] = {
    "$ref": _reference,
    "$dynamicRef": _dynamic,
    "not": _not,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "if": _if,
}
