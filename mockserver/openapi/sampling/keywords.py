"""How the keywords that hold no schemas add to a view."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import gcd
from typing import Any

from mockserver.openapi.sampling import formats
from mockserver.openapi.sampling.values import canonical, exact, is_json
from mockserver.openapi.sampling.views import View

# Keywords of our own, for schemas that this package makes itself; no document can spell them.
ONLY = "\0only"
EXCLUDED = "\0excluded"
FORBIDDEN = "\0forbidden"
SOME_PATTERN = "\0somePattern"


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
    if isinstance(value, list):
        view.examples.extend(each for each in value if is_json(each))


def _example(view: View, value: Any, schema: dict[str, Any]) -> None:
    if is_json(value):
        view.examples.append(value)


def _dependent_required(view: View, value: dict[str, list[str]], schema: dict[str, Any]) -> None:
    view.dependents.extend(value.items())
    view.implied.setdefault("object")


def _object(view: View, value: Any, schema: dict[str, Any]) -> None:
    view.implied.setdefault("object")


def _array(view: View, value: Any, schema: dict[str, Any]) -> None:
    view.implied.setdefault("array")


RULES: dict[str, Callable[[View, Any, dict[str, Any]], None]] = {
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
