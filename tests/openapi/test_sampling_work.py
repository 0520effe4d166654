"""What a sample costs is bounded, whatever schema a client sends."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from mockserver.openapi.sampling import Sampler, Unsatisfiable
from mockserver.openapi.sampling.work import LIMIT


def integers(count: int, keyword: str) -> list[dict[str, Any]]:
    return [{"type": "integer", keyword: number} for number in range(1, count + 1)]


def nested(levels: int) -> dict[str, Any]:
    """Return a chain of definitions, each of which requires the next."""
    parts: dict[str, Any] = {
        f"d{level}": {"type": "object", "properties": {"in": {"$ref": f"#/$defs/d{level + 1}"}}, "required": ["in"]}
        for level in range(levels)
    }
    return {"$ref": "#/$defs/d0", "$defs": {**parts, f"d{levels}": {"type": "integer"}}}


HOSTILE: dict[str, dict[str, Any]] = {
    "oneOf, many minimums": {"oneOf": integers(500, "minimum")},
    "oneOf, many factors": {"oneOf": integers(400, "multipleOf")},
    "oneOf, the same again": {"oneOf": [{"type": "string"} for _ in range(2000)]},
    "items of oneOf": {"type": "array", "minItems": 1000, "items": {"oneOf": integers(50, "minimum")}},
    "allOf, many not": {"type": "integer", "allOf": [{"not": {"const": number}} for number in range(4000)]},
    "enum of objects that are barred": {"enum": [{"a": number} for number in range(8000)], "required": ["b"]},
    "more properties than names": {
        "type": "object",
        "properties": {f"p{number}": {"type": "integer"} for number in range(3000)},
        "additionalProperties": False,
        "minProperties": 3001,
    },
    "many names and many patterns": {
        "type": "object",
        "properties": {f"a{number}": {} for number in range(1500)},
        "patternProperties": {f"a.*{number}$": {"minimum": number} for number in range(1500)},
        "required": [f"a{number}" for number in range(1500)],
    },
    "dependentSchemas, many": {
        "type": "object",
        "properties": {f"p{number}": {} for number in range(1000)},
        "dependentSchemas": {f"p{number}": {"properties": {"p0": {"type": "integer"}}} for number in range(1000)},
    },
    "unique items that run out": {"type": "array", "items": {"enum": list(range(1000))}, "uniqueItems": True,
                                  "minItems": 1001},
    "contains, many": {"type": "array", "maxItems": 200, "allOf": [{"contains": {"const": n}} for n in range(300)]},
    "pattern, either": {"type": "string", "pattern": "^(a|aa)+b$", "minLength": 50_000},
    "pattern, empty repeats": {"type": "string", "pattern": "^(((|){1000}){1000}){1000}$"},
    "pattern, many optional parts": {"type": "string", "pattern": "^" + "a?" * 20_000 + "$", "minLength": 10_000},
    "pattern, a wide class often": {"pattern": "^[^" + "".join(map(chr, range(300, 40_000, 2))) + "]{5000}$"},
    "pattern, back references": {"type": "string", "pattern": r"^(a+)+\1b\1c(?=d)$", "minLength": 1000},
    "many patterns": {"type": "string", "allOf": [{"pattern": f"^w{number}$"} for number in range(2000)]},
    "long format": {"type": "string", "minLength": 90_000, "format": "email"},
    "unevaluated, nested": {"allOf": [{"unevaluatedProperties": False}]},
    "many resources": {
        "$ref": "r0",
        "$id": "http://example.com/",
        "$defs": {f"d{n}": {"$id": f"r{n}", "allOf": [{"$ref": f"r{(n + 1) % 700}"}]} for n in range(700)},
    },
    "endless": {"type": "object", "properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}, "required": ["a", "b"]},
}  # fmt: skip
for _level in range(60):
    HOSTILE["unevaluated, nested"] = {"allOf": [HOSTILE["unevaluated, nested"]], "unevaluatedProperties": False}


@pytest.mark.parametrize("name", HOSTILE)
def test_every_schema_ends(name, ends):
    """A hostile schema gives a value or is refused, within the work allowed to one sample."""
    sampler = Sampler(HOSTILE[name])
    with ends(), suppress(Unsatisfiable):
        sampler.sample(Random(1))
    # The last step may pass the limit; it cannot pass it by much.
    assert sampler.spent < 2 * LIMIT


@pytest.mark.parametrize("keyword", ["minimum", "maximum"])
def test_exclusive_branch_is_found_among_many(keyword):
    """Of many branches that overlap, the one that has room beside the others is found."""
    sampler = Sampler({"oneOf": integers(200, keyword)})
    assert {1 if keyword == "minimum" else 200} == {sampler.sample(Random(seed)) for seed in range(3)}


@pytest.mark.parametrize("levels", [60, 125, 200])
def test_deep_values_are_built(levels):
    """Two hundred levels of required properties are built, and leave the recursion limit as it was."""
    before = sys.getrecursionlimit()
    value, depth = Sampler(nested(levels)).sample(Random(1)), 0
    while isinstance(value, dict):
        value, depth = value["in"], depth + 1
    assert (levels, before) == (depth, sys.getrecursionlimit())


def test_work_does_not_depend_on_earlier_samples():
    """A sample costs the same work whether or not others were drawn before it."""
    schema = {"type": "object", "properties": {f"p{n}": {"oneOf": integers(20, "maximum")} for n in range(9)}}
    fresh, used = Sampler(schema), Sampler(schema)
    for seed in range(5):
        used.sample(Random(seed))
    assert fresh.sample(Random(7)) == used.sample(Random(7))
    assert fresh.spent == used.spent > 0


def test_work_does_not_depend_on_hash_seeds():
    """A sample costs the same work in every process."""
    program = (
        "from random import Random; from mockserver.openapi.sampling import Sampler;"
        "s = Sampler({'oneOf': [{'type': 'integer', 'minimum': n} for n in range(200)]});"
        "print(s.sample(Random(1)), s.spent)"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert 1 == len(said)
