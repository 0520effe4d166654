"""Whatever schema has an instance: the sampler finds one, and an independent judge agrees that it is valid.

The schemas are grown around a witness, so each of them is known to have an instance.
"""

from __future__ import annotations

from random import Random
from typing import Any

import jsonschema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mockserver.openapi.sampling import Sampler
from tests.examples import TIMES

JUDGE = jsonschema.Draft202012Validator

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1000, 1000),
    st.integers(-100, 100).map(lambda quarter: quarter / 4),
    st.sampled_from(["", "a", "blue", "2024-05-06", "ada@example.com", "a-1", "x" * 30, "AB12"]),
)
names = st.sampled_from(["id", "kind", "name", "x-1", "x-2", "city"])
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=8,
)


def judged(schema: Any, value: Any) -> bool:
    return bool(JUDGE(schema, format_checker=JUDGE.FORMAT_CHECKER).is_valid(value))


def kind(value: Any) -> str:
    for name in ("null", "boolean", "integer", "number", "string", "array", "object"):
        if judged({"type": name}, value):
            return name
    raise AssertionError(value)


@st.composite
def around_string(draw: Any, value: str) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    if draw(st.booleans()):
        schema["minLength"] = max(0, len(value) - draw(st.integers(0, 3)))
    if draw(st.booleans()):
        schema["maxLength"] = len(value) + draw(st.integers(0, 5))
    patterns = ["^[a-z]+$", "^\\d{4}-", "[A-Z]{2}\\d+", "^x*$", "a|b", "^.{0,40}$", "e$", "^(?=.*\\d).+$", "\\W"]
    fitting = [pattern for pattern in patterns if judged({"pattern": pattern}, value)]
    if fitting and draw(st.booleans()):
        schema["pattern"] = draw(st.sampled_from(fitting))
    fitting = [each for each in ("date", "email", "uuid", "unheard-of") if judged({"format": each}, value)]
    if draw(st.integers(0, 3)) == 0:
        schema["format"] = draw(st.sampled_from(fitting))
    return schema


@st.composite
def around_number(draw: Any, value: float) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    if draw(st.booleans()):
        schema["minimum"] = value - draw(st.integers(0, 10))
    elif draw(st.booleans()):
        schema["exclusiveMinimum"] = value - draw(st.integers(1, 10))
    if draw(st.booleans()):
        schema["maximum"] = value + draw(st.integers(0, 10))
    elif draw(st.booleans()):
        schema["exclusiveMaximum"] = value + 0.5
    steps = [step for step in (0.25, 0.5, 1, 2, 3, 7) if judged({"multipleOf": step}, value)]
    if steps and draw(st.booleans()):
        schema["multipleOf"] = draw(st.sampled_from(steps))
    return schema


@st.composite
def around_array(draw: Any, value: list[Any], depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    if draw(st.booleans()):
        schema["minItems"] = max(0, len(value) - draw(st.integers(0, 2)))
    if draw(st.booleans()):
        schema["maxItems"] = len(value) + draw(st.integers(0, 2))
    if judged({"uniqueItems": True}, value) and draw(st.booleans()):
        schema["uniqueItems"] = True
    start = 0
    if value and draw(st.booleans()):
        start = draw(st.integers(1, len(value)))
        schema["prefixItems"] = [draw(around(item, depth + 1)) for item in value[:start]]
    rest = value[start:]
    if draw(st.booleans()):
        options = [draw(around(item, depth + 1)) for item in rest[:3]]
        if len(rest) <= 3:
            schema["items"] = False if not options else options[0] if len(options) == 1 else {"anyOf": options}
    if value and draw(st.integers(0, 2)) == 0:
        schema["contains"] = draw(around(draw(st.sampled_from(value)), depth + 1))
        count = sum(judged(schema["contains"], item) for item in value)
        if draw(st.booleans()):
            schema["maxContains"] = count
            schema["minContains"] = draw(st.integers(0, count))
    return schema


@st.composite
def around_object(draw: Any, value: dict[str, Any], depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    declared = [name for name in value if draw(st.integers(0, 3))]
    if declared or draw(st.booleans()):
        schema["properties"] = {name: draw(around(value[name], depth + 1)) for name in declared}
        for name in draw(st.lists(names, max_size=2)):
            if name not in value:
                schema["properties"][name] = draw(st.sampled_from([True, False, {"type": "string"}, {"enum": [1, 2]}]))
    if value and draw(st.booleans()):
        schema["required"] = draw(st.lists(st.sampled_from(sorted(value)), unique=True))
    if draw(st.booleans()):
        schema["minProperties"] = max(0, len(value) - draw(st.integers(0, 2)))
    if draw(st.booleans()):
        schema["maxProperties"] = len(value) + draw(st.integers(0, 2))
    if draw(st.integers(0, 3)) == 0 and not any(name.startswith("x-") for name in value):
        schema["patternProperties"] = {"^x-": draw(around(draw(scalars), depth + 1))}
    others = [item for name, item in value.items() if name not in schema.get("properties", {})]
    if "patternProperties" not in schema and draw(st.booleans()):
        keyword = draw(st.sampled_from(["additionalProperties", "unevaluatedProperties"]))
        if not others:
            schema[keyword] = draw(st.sampled_from([False, {"type": "integer"}]))
        elif len(others) == 1:
            schema[keyword] = draw(around(others[0], depth + 1))
    if draw(st.integers(0, 3)) == 0:
        schema["propertyNames"] = {"maxLength": draw(st.integers(4, 6))}
    if draw(st.integers(0, 3)) == 0:
        first, second = draw(names), draw(names)
        if first not in value or second in value:
            schema["dependentRequired"] = {first: [second]}
    if draw(st.integers(0, 4)) == 0:
        name = draw(names)
        inner = (
            draw(around(value, depth + 1)) if name in value else draw(st.sampled_from([False, {"minProperties": 3}]))
        )
        schema["dependentSchemas"] = {name: inner}
    return schema


@st.composite
def around(draw: Any, value: Any, depth: int = 0) -> Any:
    """Return a schema that `value` meets."""
    found = kind(value)
    if depth > 3 or draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from([True, {}, {"type": found}, {"const": value}, {"enum": [value, "other", 7]}]))
    schema: dict[str, Any] = {}
    if draw(st.integers(0, 4)):
        schema["type"] = draw(st.sampled_from([found, sorted({found, "null"}), sorted({found, "string"})]))
    if isinstance(value, str):
        schema |= draw(around_string(value))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        schema |= draw(around_number(value))
    elif isinstance(value, list):
        schema |= draw(around_array(value, depth))
    elif isinstance(value, dict):
        schema |= draw(around_object(value, depth))
    match draw(st.integers(0, 11)):
        case 0:
            schema["allOf"] = [draw(around(value, depth + 1)), draw(around(value, depth + 1))]
        case 1:
            schema["anyOf"] = [draw(around(draw(values), depth + 1)), draw(around(value, depth + 1))]
        case 2:
            options = [draw(around(draw(values), depth + 1)), draw(around(value, depth + 1))]
            schema["oneOf" if judged({"oneOf": options}, value) else "anyOf"] = options
        case 3:
            other = draw(around(draw(values), depth + 1))
            if not judged(other, value):
                schema["not"] = other
        case 4:
            test = draw(around(draw(values), depth + 1))
            schema["if"] = test
            schema["then" if judged(test, value) else "else"] = draw(around(value, depth + 1))
    assert judged(schema, value), (schema, value)
    return schema


@given(schema=values.flatmap(around), seed=st.integers(0, 3), size=st.sampled_from(["minimal", "typical", "maximal"]))
@settings(
    max_examples=100 * TIMES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # shrinking grown schemas takes minutes; the first failing one says enough
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_a_satisfiable_schema_gets_an_instance(schema: Any, seed: int, size: str) -> None:
    """Every schema that has an instance gets one, which jsonschema calls valid, and the same one again."""
    used = Sampler(schema)
    used.sample(Random(seed + 1))
    sample = used.sample(Random(seed), size=size)

    assert judged(schema, sample)
    assert sample == Sampler(schema).sample(Random(seed), size=size)
