"""How each keyword of a schema adds to a view."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import gcd
from typing import Any

from mockserver.openapi.sampling import formats
from mockserver.openapi.sampling.faults import Dead
from mockserver.openapi.sampling.references import Located, References
from mockserver.openapi.sampling.values import canonical
from mockserver.openapi.sampling.views import Branch, Choice, ItemRest, Opens, Rest, View

# Keywords of our own, for schemas that this package makes itself; no document can spell them.
ONLY = "\0only"
EXCLUDED = "\0excluded"
FORBIDDEN = "\0forbidden"
SOME_PATTERN = "\0somePattern"
SOME_NAME = "\0someName"

SHUT: Opens = ((), ())
_LIMIT = 20_000


class Absorber:
    """Adds schemas, and all that they include, to a view."""

    def __init__(self, references: References) -> None:
        self.references = references
        self._made: dict[Any, tuple[Any, Any]] = {}

    def absorb(self, view: View, branch: Branch, opens: Opens = SHUT) -> None:
        """Add every schema of `branch` to `view`. Raises Dead when nothing can meet them together."""
        pending = [(located, opens) for located in reversed(branch)]
        while pending:
            at, opens = pending.pop()
            schema = at.schema
            if schema is True:
                continue
            if schema is False:
                raise Dead("the schema is false")
            key = (at.key, opens)
            if key in view.seen:
                continue
            view.seen.add(key)
            view.sources.append(at)
            if len(view.seen) > _LIMIT:
                raise Dead("allOf or $ref includes too many schemas")
            assert isinstance(schema, dict)
            opens = self._absorb_rests(view, schema, at, opens)
            if "$ref" in schema and isinstance(schema["$ref"], str):
                pending.append((self.references.resolve(schema["$ref"], at), opens))
                if self.references.overriding:
                    continue
            if "$dynamicRef" in schema:
                pending.append((self.references.resolve_dynamic(schema["$dynamicRef"], at), opens))
            if "$recursiveRef" in schema:
                pending.append((self.references.resolve_recursive(at), opens))
            for inner in reversed(schema.get("allOf", ())):
                pending.append((self.references.inside(at, inner), opens))
            for keyword, value in schema.items():
                if rule := _RULES.get(keyword):
                    rule(view, value, schema)
                elif place := _PLACES.get(keyword):
                    place(self, view, value, at, opens)
        view.narrow()

    def made(self, at: Located, mark: str, schema: dict[str, Any]) -> Located:
        """Return a schema of our own, the same object each time, so that what is known about it is kept."""
        key = (at.key, mark)
        if key not in self._made:
            self._made[key] = (at, at.beside(schema))
        found: Located = self._made[key][1]
        return found

    def refused(self, at: Located) -> Located:
        """Return the schema that holds where `at` does not."""
        return self.made(at, "not", {"not": at.schema})

    def _absorb_rests(self, view: View, schema: dict[str, Any], at: Located, opens: Opens) -> Opens:
        """Note what the schema evaluates; return the rests that its in-place subschemas are to tell, too."""
        properties, items = opens
        if "unevaluatedProperties" in schema:
            view.rests.append(Rest(self.references.inside(at, schema["unevaluatedProperties"])))
            inner_properties = (*properties, len(view.rests) - 1)
            view.risky = True
        else:
            inner_properties = properties
        for index in inner_properties:
            rest = view.rests[index]
            rest.names.update(schema.get("properties", ()))
            rest.patterns.extend(schema.get("patternProperties", ()))
            rest.void |= "additionalProperties" in schema
        for index in properties:
            view.rests[index].void |= "unevaluatedProperties" in schema
        if "additionalProperties" in schema:
            rest = Rest(self.references.inside(at, schema["additionalProperties"]))
            rest.names.update(schema.get("properties", ()))
            rest.patterns.extend(schema.get("patternProperties", ()))
            view.rests.append(rest)
        tuples = schema.get("prefixItems")
        after = schema.get("items")
        if isinstance(after, list):
            tuples, after = after, schema.get("additionalItems")
        inner_items = items
        if "unevaluatedItems" in schema:
            view.item_rests.append(ItemRest(self.references.inside(at, schema["unevaluatedItems"])))
            inner_items = (*items, len(view.item_rests) - 1)
            view.risky = True
        for index in inner_items:
            item_rest = view.item_rests[index]
            item_rest.start = max(item_rest.start, len(tuples or ()))
            item_rest.void |= after is not None
            if "contains" in schema:
                item_rest.contained.append(self.references.inside(at, schema["contains"]))
        for index in items:
            view.item_rests[index].void |= "unevaluatedItems" in schema
        for position, inner in enumerate(tuples or ()):
            while len(view.prefix) <= position:
                view.prefix.append([])
            view.prefix[position].append(self.references.inside(at, inner))
        if after is not None:
            view.item_rests.append(ItemRest(self.references.inside(at, after), len(tuples or ())))
        return inner_properties, inner_items


def exact(number: float) -> Fraction:
    """Return a number as it is written, not as binary floating point rounds it."""
    return Fraction(number) if isinstance(number, int) else Fraction(Decimal(repr(number)))


def common_multiple(one: Fraction, other: Fraction) -> Fraction:
    """Return the least number that is a multiple of both."""
    numerator = one.numerator * other.denominator
    second = other.numerator * one.denominator
    return Fraction(numerator * second // gcd(numerator, second), one.denominator * other.denominator)


_NAMED = {"number": {"integer", "fraction"}, "integer": {"integer"}}


def types_named(value: str | list[str]) -> set[str]:
    """Return the TYPES that a `type` keyword allows."""
    names = [value] if isinstance(value, str) else value
    return set().union(*(_NAMED.get(name, {name}) for name in names))


def _type(view: View, value: Any, schema: dict[str, Any]) -> None:
    view.types &= types_named(value)


def _only(view: View, value: Any, schema: dict[str, Any]) -> None:
    view.types &= set(value)


def _enum(view: View, value: list[Any], schema: dict[str, Any]) -> None:
    if view.enum is None:
        view.enum = list(value)
    else:
        allowed = {canonical(each) for each in value}
        view.enum = [each for each in view.enum if canonical(each) in allowed]


def _const(view: View, value: Any, schema: dict[str, Any]) -> None:
    _enum(view, [value], schema)


def _raise_low(view: View, value: float, open_ended: bool) -> None:
    limit = exact(value)
    if view.low is None or limit > view.low:
        view.low, view.low_open = limit, open_ended
    elif limit == view.low:
        view.low_open |= open_ended
    view.implied.setdefault("number")


def _lower_high(view: View, value: float, open_ended: bool) -> None:
    limit = exact(value)
    if view.high is None or limit < view.high:
        view.high, view.high_open = limit, open_ended
    elif limit == view.high:
        view.high_open |= open_ended
    view.implied.setdefault("number")


def _minimum(view: View, value: float, schema: dict[str, Any]) -> None:
    _raise_low(view, value, schema.get("exclusiveMinimum") is True)


def _maximum(view: View, value: float, schema: dict[str, Any]) -> None:
    _lower_high(view, value, schema.get("exclusiveMaximum") is True)


def _exclusive_minimum(view: View, value: Any, schema: dict[str, Any]) -> None:
    if not isinstance(value, bool):
        _raise_low(view, value, True)


def _exclusive_maximum(view: View, value: Any, schema: dict[str, Any]) -> None:
    if not isinstance(value, bool):
        _lower_high(view, value, True)


def _multiple_of(view: View, value: float, schema: dict[str, Any]) -> None:
    step = exact(value)
    view.step = step if view.step is None else common_multiple(view.step, step)
    view.implied.setdefault("number")


def _at_least(name: str, kind: str) -> Callable[[View, Any, dict[str, Any]], None]:
    def raise_limit(view: View, value: Any, schema: dict[str, Any]) -> None:
        setattr(view, name, max(getattr(view, name), int(value)))
        view.implied.setdefault(kind)

    return raise_limit


def _at_most(name: str, kind: str) -> Callable[[View, Any, dict[str, Any]], None]:
    def lower_limit(view: View, value: Any, schema: dict[str, Any]) -> None:
        found = getattr(view, name)
        setattr(view, name, int(value) if found is None else min(found, int(value)))
        view.implied.setdefault(kind)

    return lower_limit


def _pattern(view: View, value: str, schema: dict[str, Any]) -> None:
    if value not in view.patterns:
        view.patterns.append(value)
    view.implied.setdefault("string")


def _format(view: View, value: str, schema: dict[str, Any]) -> None:
    if value not in view.formats:
        view.formats.append(value)
    if value not in ("int32", "int64", "float", "double"):
        view.implied.setdefault("string")


def _content(view: View, value: Any, schema: dict[str, Any]) -> None:
    in_base64 = schema.get("contentEncoding") == "base64"
    in_json = schema.get("contentMediaType") == "application/json"
    if in_json or in_base64:
        name = formats.JSON_BASE64 if in_json and in_base64 else formats.JSON if in_json else "byte"
        _format(view, name, schema)


def _required(view: View, value: Any, schema: dict[str, Any]) -> None:
    if isinstance(value, list):
        view.required.update(dict.fromkeys(value))
        view.implied.setdefault("object")


def _forbidden(view: View, value: list[str], schema: dict[str, Any]) -> None:
    view.forbidden.update(dict.fromkeys(value))


def _excluded(view: View, value: list[Any], schema: dict[str, Any]) -> None:
    view.excluded.extend(value)


def _some_pattern(view: View, value: str, schema: dict[str, Any]) -> None:
    view.some_patterns.append(value)


def _unique(view: View, value: bool, schema: dict[str, Any]) -> None:
    view.unique |= value
    view.implied.setdefault("array")


def _examples(view: View, value: Any, schema: dict[str, Any]) -> None:
    view.examples.extend(value if isinstance(value, list) else [])


def _example(view: View, value: Any, schema: dict[str, Any]) -> None:
    view.examples.append(value)


def _dependent_required(view: View, value: dict[str, list[str]], schema: dict[str, Any]) -> None:
    view.dependents.extend(value.items())
    view.implied.setdefault("object")


def _object(view: View, value: Any, schema: dict[str, Any]) -> None:
    view.implied.setdefault("object")


def _array(view: View, value: Any, schema: dict[str, Any]) -> None:
    view.implied.setdefault("array")


_RULES: dict[str, Callable[[View, Any, dict[str, Any]], None]] = {
    ONLY: _only,
    EXCLUDED: _excluded,
    FORBIDDEN: _forbidden,
    SOME_PATTERN: _some_pattern,
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _exclusive_minimum,
    "exclusiveMaximum": _exclusive_maximum,
    "multipleOf": _multiple_of,
    "minLength": _at_least("min_length", "string"),
    "maxLength": _at_most("max_length", "string"),
    "pattern": _pattern,
    "format": _format,
    "contentEncoding": _content,
    "contentMediaType": _content,
    "required": _required,
    "minProperties": _at_least("min_properties", "object"),
    "maxProperties": _at_most("max_properties", "object"),
    "additionalProperties": _object,
    "unevaluatedProperties": _object,
    "minItems": _at_least("min_items", "array"),
    "maxItems": _at_most("max_items", "array"),
    "uniqueItems": _unique,
    "items": _array,
    "prefixItems": _array,
    "unevaluatedItems": _array,
    "dependentRequired": _dependent_required,
    "examples": _examples,
    "example": _example,
    "default": _example,
}


def _properties(absorber: Absorber, view: View, value: dict[str, Any], at: Located, opens: Opens) -> None:
    view.implied.setdefault("object")
    for name, inner in value.items():
        if inner is False:
            view.forbidden.setdefault(name)
        view.properties.setdefault(name, []).append(absorber.references.inside(at, inner))


def _pattern_properties(absorber: Absorber, view: View, value: dict[str, Any], at: Located, opens: Opens) -> None:
    view.implied.setdefault("object")
    for pattern, inner in value.items():
        view.pattern_properties.append((pattern, absorber.references.inside(at, inner)))


def _property_names(absorber: Absorber, view: View, value: Any, at: Located, opens: Opens) -> None:
    view.implied.setdefault("object")
    view.property_names.append(absorber.references.inside(at, value))


def _some_name(absorber: Absorber, view: View, value: Any, at: Located, opens: Opens) -> None:
    view.some_names.append(at.beside(value))


def _contains(absorber: Absorber, view: View, value: Any, at: Located, opens: Opens) -> None:
    view.implied.setdefault("array")
    schema = at.schema if isinstance(at.schema, dict) else {}
    least = schema.get("minContains", 1)
    most = schema.get("maxContains")
    view.contains.append((absorber.references.inside(at, value), int(least), None if most is None else int(most)))
    if value is True and most is not None:
        view.max_items = int(most) if view.max_items is None else min(view.max_items, int(most))
    view.risky |= most is not None or "minContains" in schema


def _any_of(absorber: Absorber, view: View, value: list[Any], at: Located, opens: Opens) -> None:
    options: list[Branch] = [(absorber.references.inside(at, inner),) for inner in value]
    view.choices.append(Choice("anyOf", options, opens))


def _one_of(absorber: Absorber, view: View, value: list[Any], at: Located, opens: Opens) -> None:
    options: list[Branch] = [(absorber.references.inside(at, inner),) for inner in value]
    view.choices.append(Choice("oneOf", options, opens))
    view.risky |= len(options) > 1


def _not(absorber: Absorber, view: View, value: Any, at: Located, opens: Opens) -> None:
    from mockserver.openapi.sampling.negations import negations

    view.risky = True
    options = negations(absorber, absorber.references.inside(at, value))
    if not options:
        raise Dead("not bars everything")
    view.choices.append(Choice("not", options, SHUT, rank=1))


def _if(absorber: Absorber, view: View, value: Any, at: Located, opens: Opens) -> None:
    schema = at.schema if isinstance(at.schema, dict) else {}
    if not ("then" in schema or "else" in schema or opens != SHUT):
        return
    test = absorber.references.inside(at, value)
    view.risky = True
    then, otherwise = (absorber.references.inside(at, schema.get(word, True)) for word in ("then", "else"))
    view.choices.append(Choice("if", [(test, then), (absorber.refused(test), otherwise)], opens, rank=2))


def _dependent_schemas(absorber: Absorber, view: View, value: dict[str, Any], at: Located, opens: Opens) -> None:
    view.implied.setdefault("object")
    for name, inner in value.items():
        if isinstance(inner, list):
            view.dependents.append((name, inner))
            continue
        present = absorber.made(at, f"present {name}", {"required": [name]})
        absent = absorber.made(at, f"absent {name}", {FORBIDDEN: [name]})
        options: list[Branch] = [(present, absorber.references.inside(at, inner)), (absent,)]
        view.choices.append(Choice("dependentSchemas", options, opens, rank=3))
        view.risky = True


def _dependencies(absorber: Absorber, view: View, value: dict[str, Any], at: Located, opens: Opens) -> None:
    listed = {name: [inner] if isinstance(inner, str) else inner for name, inner in value.items()}
    _dependent_schemas(absorber, view, listed, at, opens)


_PLACES: dict[str, Callable[[Absorber, View, Any, Located, Opens], None]] = {
    SOME_NAME: _some_name,
    "properties": _properties,
    "patternProperties": _pattern_properties,
    "propertyNames": _property_names,
    "contains": _contains,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
    "dependentSchemas": _dependent_schemas,
    "dependencies": _dependencies,
}
