"""The sampler, keyword by keyword; jsonschema is the judge of what it draws."""

from __future__ import annotations

import json
import random as global_random
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest

from mockserver.openapi.sampling import Sampler, Unsatisfiable
from mockserver.openapi.sampling.work import LIMIT

JUDGES: dict[str, Any] = {
    "4": jsonschema.Draft4Validator,
    "7": jsonschema.Draft7Validator,
    "2019-09": jsonschema.Draft201909Validator,
    "2020-12": jsonschema.Draft202012Validator,
}


def judged(schema: Any, value: Any, draft: str = "2020-12") -> bool:
    kind = JUDGES[draft]
    return bool(kind(schema, format_checker=kind.FORMAT_CHECKER).is_valid(value))


TREE = {"type": "object", "required": ["left"], "properties": {"left": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}}

SATISFIABLE = {
    "true": True,
    "empty": {},
    "type": {"type": "integer"},
    "types": {"type": ["null", "array"]},
    "const": {"const": {"a": [1, None]}},
    "enum": {"enum": ["a", 2, None, {"b": 1}], "type": ["object", "integer"]},
    "bounds": {"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 1.001},
    "huge integer": {"type": "integer", "minimum": 10**30, "multipleOf": 7},
    "tiny step": {"type": "number", "multipleOf": 0.01, "minimum": 0.005, "maximum": 0.02},
    "steps together": {"type": "integer", "allOf": [{"multipleOf": 4}, {"multipleOf": 6}], "minimum": 1},
    "negative": {"type": "integer", "maximum": -50},
    "lengths": {"type": "string", "minLength": 37, "maxLength": 37},
    "pattern": {"type": "string", "pattern": "^[A-Z]{3}-\\d{4}(?:-[a-f]+)?$"},
    "pattern and lengths": {"type": "string", "pattern": "^[a-z]+(-[a-z]+)*$", "minLength": 60, "maxLength": 64},
    "patterns": {"type": "string", "allOf": [{"pattern": "[A-Z]"}, {"pattern": "\\d"}, {"pattern": "[!?]"}]},
    "looking ahead": {"type": "string", "pattern": "^(?=.*[A-Z])(?=.*\\d)[A-Za-z\\d]{8,12}$"},
    "not looking at": {"type": "string", "pattern": "^(?!admin)[a-z]{5}$"},
    "backreference": {"type": "string", "pattern": "^(['\"])[a-z]+\\1$"},
    "format and pattern": {"type": "string", "format": "email", "pattern": "@acme\\.com$", "maxLength": 20},
    "format and length": {"type": "string", "format": "date-time", "minLength": 28},
    "short format": {"type": "string", "format": "email", "maxLength": 6},
    "properties": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a", "b"]},
    "closed object": {"properties": {"a": {}}, "additionalProperties": False, "minProperties": 1, "type": "object"},
    "pattern properties": {"patternProperties": {"^x-": {"type": "null"}}, "minProperties": 3, "type": "object",
                           "additionalProperties": False},
    "property names": {"type": "object", "propertyNames": {"pattern": "^[a-c]{4}$"}, "minProperties": 2},
    "few properties": {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "maxProperties": 1},
    "dependent required": {"type": "object", "required": ["a"], "dependentRequired": {"a": ["b"], "b": ["c"]}},
    "dependent schemas": {"type": "object", "required": ["a"], "dependentSchemas": {"a": {"required": ["z"]}}},
    "items": {"type": "array", "items": {"type": "boolean"}, "minItems": 5},
    "prefix items": {"type": "array", "prefixItems": [{"const": 1}, {"const": 2}], "items": False, "minItems": 2},
    "contains": {"type": "array", "items": {"type": "integer"}, "contains": {"minimum": 900}, "minContains": 2,
                 "maxContains": 3, "minItems": 6},
    "contains beside a prefix": {"type": "array", "prefixItems": [{"type": "array"}], "contains": {"const": 7}},
    "unique items": {"type": "array", "items": {"enum": list(range(60))}, "uniqueItems": True, "minItems": 60},
    "unique pairs": {"type": "array", "uniqueItems": True, "minItems": 2, "items": {"type": "boolean"}},
    "all of": {"allOf": [{"type": "object", "required": ["a"]}, {"properties": {"a": {"minimum": 5}}}]},
    "any of": {"anyOf": [False, {"type": "integer", "minimum": 9}]},
    "one of": {"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "type": "object",
               "properties": {"a": {}, "b": {}}},
    "one of overlapping": {"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 10}]},
    "one of many": {"oneOf": [*({"type": "integer", "minimum": n} for n in range(30))]},
    "not": {"not": {"type": ["string", "object", "number"]}},
    "not required": {"type": "object", "properties": {"a": {}}, "not": {"required": ["a"]}},
    "not not": {"not": {"not": {"type": "array", "minItems": 2}}},
    "if then": {"type": "object", "required": ["k"], "properties": {"k": {"enum": ["a", "b"]}},
                "if": {"properties": {"k": {"const": "a"}}}, "then": {"required": ["x"]}, "else": {"required": ["y"]}},
    "unevaluated properties": {"allOf": [{"properties": {"a": {"type": "string"}}}], "properties": {"b": {}},
                               "unevaluatedProperties": False, "type": "object"},
    "unevaluated items": {"type": "array", "allOf": [{"prefixItems": [{"type": "null"}]}],
                          "unevaluatedItems": {"type": "integer"}, "minItems": 3},
    "reference with siblings": {"$ref": "#/$defs/a", "maximum": 3, "$defs": {"a": {"type": "integer", "minimum": 3}}},
    "escaped pointer": {"$ref": "#/$defs/a~1b%25", "$defs": {"a/b%": {"type": "null"}}},
    "anchor": {"$ref": "#here", "$defs": {"a": {"$anchor": "here", "type": "null"}}},
    "embedded id": {"$id": "http://x.test/root", "$ref": "item", "$defs": {"i": {"$id": "item", "type": "null"}}},
    "tree": TREE,
    "dynamic reference": {"$id": "http://x.test/tree", "$dynamicAnchor": "node", "type": "object",
                          "properties": {"children": {"type": "array", "items": {"$dynamicRef": "#node"}}}},
    "expression": {"$ref": "#/$defs/e", "$defs": {"e": {"oneOf": [{"type": "number"}, {"type": "object", "required":
                   ["l", "r"], "properties": {"l": {"$ref": "#/$defs/e"}, "r": {"$ref": "#/$defs/e"}}}]}}},
}  # fmt: skip


@pytest.mark.parametrize("size", ["minimal", "typical", "maximal"])
@pytest.mark.parametrize("schema", SATISFIABLE.values(), ids=SATISFIABLE)
def test_samples_are_valid(schema: Any, size: str) -> None:
    """Each keyword is met, whatever the size and the seed."""
    sampler = Sampler(schema)

    for seed in range(5):
        assert judged(schema, sampler.sample(Random(seed), size=size))


OLDER = {
    "exclusive bounds of draft 4": ("4", {"type": "integer", "minimum": 1, "exclusiveMinimum": True, "maximum": 2}),
    "definitions": ("4", {"$ref": "#/definitions/a", "definitions": {"a": {"type": "null"}}}),
    "id of draft 4": (
        "4",
        {"id": "http://x.test/r", "allOf": [{"$ref": "b"}], "definitions": {"b": {"id": "b", "type": "null"}}},
    ),
    "siblings of $ref are void": (
        "7",
        {"$ref": "#/definitions/a", "type": "string", "definitions": {"a": {"type": "null"}}},
    ),
    "items as a list": ("7", {"type": "array", "items": [{"type": "null"}], "additionalItems": False, "minItems": 1}),
    "dependencies": (
        "7",
        {"type": "object", "required": ["a"], "dependencies": {"a": ["b"], "b": {"required": ["c"]}}},
    ),
    "recursive reference": ("2019-09", {"$recursiveAnchor": True, "type": "array", "items": {"$recursiveRef": "#"}}),
}


@pytest.mark.parametrize(("draft", "schema"), OLDER.values(), ids=OLDER)
def test_older_drafts(draft: str, schema: Any) -> None:
    """Older drafts mean what they meant."""
    assert judged(schema, Sampler(schema, draft=draft).sample(Random(1)), draft)


def test_keywords_of_later_drafts_mean_nothing() -> None:
    """A keyword that a draft does not know asks for nothing, whatever stands under it."""
    schema = {"type": "array", "prefixItems": "?", "minContains": {}, "dependentRequired": 3, "unevaluatedItems": "no"}

    assert [] == Sampler(schema, draft="7").sample(Random(0), size="minimal")


def test_schema_keyword_wins() -> None:
    """A `$schema` keyword wins over the draft that was given."""
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "items": [{"const": 1}],
        "type": "array",
        "minItems": 1,
    }

    assert 1 == Sampler(schema, draft="2020-12").sample(Random(0))[0]


FORMATS = ["date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6",
           "uri", "uri-reference", "iri", "iri-reference", "uuid", "uri-template", "json-pointer",
           "relative-json-pointer", "regex", "byte", "binary", "password", "unheard-of"]  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_formats(name: str) -> None:
    """Each format is met, alone and together with a minimum length; an unknown one asks for nothing."""
    for schema in ({"type": "string", "format": name}, {"type": "string", "format": name, "minLength": 12}):
        if name in ("date", "uuid") and "minLength" in schema:
            schema["minLength"] = 10
        assert judged(schema, Sampler(schema).sample(Random(3)))


@pytest.mark.parametrize(("form", "limit"), [("int32", 2**31), ("int64", 2**63)], ids=["int32", "int64"])
def test_integer_formats(form: str, limit: int) -> None:
    """OpenAPI's integer formats bound the integer."""
    sampled = Sampler({"type": "integer", "format": form, "minimum": limit - 5}).sample(Random(0))

    assert limit - 5 <= sampled < limit


def test_multiples_hold_in_floating_point_too() -> None:
    """A multiple of a small step is one for validators that divide in binary floating point."""
    schema = {"type": "number", "multipleOf": 0.0001}

    assert all(judged(schema, Sampler(schema).sample(Random(seed))) for seed in range(200))


UNSATISFIABLE = {
    "false": False,
    "contradiction": {"type": "integer", "minimum": 5, "maximum": 3},
    "not anything": {"not": {}},
    "minLength": {"type": "string", "minLength": 10**9},
    "minItems": {"type": "array", "minItems": 10**9},
    "minProperties": {"type": "object", "minProperties": 10**9},
    "minContains": {"type": "array", "contains": {}, "minContains": 10**9},
    "three different booleans": {"type": "array", "minItems": 3, "uniqueItems": True, "items": {"type": "boolean"}},
    "endless object": {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}},
    "endless array": {"type": "array", "minItems": 3, "items": {"$ref": "#"}},
    "itself refused": {"not": {"$ref": "#"}},
    "exactly one of two equals": {"oneOf": [{"type": "string"}] * 2},
    "immense pattern": {"type": "string", "pattern": "^(((a{1000}){1000}){1000})$"},
    "dangling": {"$ref": "#/nowhere"},
    "unreadable pattern": {"type": "string", "pattern": "(("},
}  # fmt: skip


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    return schema


def doubled(levels: int, inner: Any) -> dict[str, Any]:
    names = {f"a{n}": inner({"$ref": f"#/$defs/a{n - 1}"}) for n in range(1, levels)}
    return {"$ref": f"#/$defs/a{levels - 1}", "$defs": {"a0": {"type": "string"}, **names}}


HOSTILE = {
    "900 levels": nested(900),
    "200 levels": nested(200),
    "2^40 schemas": doubled(40, lambda ref: {"allOf": [ref, ref]}),
    "2^40 values": doubled(
        40, lambda ref: {"type": "object", "required": ["l", "r"], "properties": {"l": ref, "r": ref}}
    ),
}


@pytest.mark.parametrize("schema", [*UNSATISFIABLE.values(), *HOSTILE.values()], ids=[*UNSATISFIABLE, *HOSTILE])
def test_unsatisfiable_and_hostile_schemas_end(schema: Any, ends: Any) -> None:
    """What has no instance, or none within reason, ends in Unsatisfiable, within the work allowed to one sample."""
    sampler = Sampler(schema)

    with ends(), pytest.raises(Unsatisfiable) as caught:
        sampler.sample(Random(0))

    assert str(caught.value)
    assert sampler.spent < 2 * LIMIT


def test_endless() -> None:
    """A schema that requires itself says so."""
    tree = {
        "$ref": "#/$defs/T",
        "$defs": {"T": {"required": ["up"], "type": "object", "properties": {"up": {"$ref": "#/$defs/T"}}}},
    }
    with pytest.raises(Unsatisfiable, match="leads back to it"):
        Sampler(tree).sample(Random(1))


OPEN = {"type": "object", "properties": {"q": {"type": "string"}, "n": {"type": "number"}, "tags": {"type": "array"}}}


def test_same_seed_same_value() -> None:
    """The same random state gives the same value, from a new sampler and from a used one."""
    used = Sampler(OPEN)
    used.sample(Random(99))

    assert used.sample(Random(4)) == Sampler(OPEN).sample(Random(4))


@pytest.mark.parametrize("schema", [OPEN, {"type": "string"}, {"type": "integer"}, {}, SATISFIABLE["pattern"]])
def test_different_seeds_differ(schema: Any) -> None:
    """An open schema gives many values for many seeds."""
    assert len({json.dumps(Sampler(schema).sample(Random(seed))) for seed in range(20)}) > 5


def test_global_random_is_left_alone() -> None:
    """Sampling neither reads nor changes the global random generator."""
    before = global_random.getstate()

    Sampler(OPEN).sample(Random(0))

    assert before == global_random.getstate()


def test_hash_seed_does_not_matter() -> None:
    """Values do not depend on PYTHONHASHSEED."""
    program = (
        "import json, random; from mockserver.openapi.sampling import Sampler;"
        f"schemas = json.loads({json.dumps(json.dumps(list(SATISFIABLE.values())))});"
        "print(json.dumps([Sampler(s).sample(random.Random(1)) for s in schemas]))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            cwd=Path(__file__).parents[2],
        ).stdout
        for seed in ("1", "2")
    }

    assert 1 == len(outputs)


def test_words_and_numbers_are_used() -> None:
    """Words and numbers of the caller stand where the schema leaves room for them."""
    schema = {"type": "object", "required": ["query", "days"], "properties": {
        "query": {"type": "string"}, "days": {"type": "integer", "minimum": 1, "maximum": 9}}}  # fmt: skip
    sampled = Sampler(schema).sample(Random(2), words=["sunny", "harbour"], numbers=[400, 3], size="minimal")

    assert set(sampled["query"].lower().split()) <= {"sunny", "harbour"}
    assert 3 == sampled["days"]


def test_names_of_places_come_from_the_words() -> None:
    """A city is one of the capitalised words, when there is one."""
    words = "what is the weather in Paris".split()

    assert (
        "Paris"
        == Sampler({"properties": {"city": {"type": "string"}}, "required": ["city"]}).sample(
            Random(0), words=words, size="minimal"
        )["city"]
    )


@pytest.mark.parametrize(("name", "format_"), [("email", "email"), ("homepageUrl", "uri"), ("created_at", "date-time")])
def test_property_names_suggest_values(name: str, format_: str) -> None:
    """Without words, a property's name says what a plausible value is."""
    sampled = Sampler({"type": "object", "properties": {name: {"type": "string"}}}).sample(Random(0), size="maximal")

    assert judged({"format": format_}, sampled[name])


def test_valid_candidate_is_returned() -> None:
    """A candidate that is valid comes back, as a copy."""
    like = {"q": "keep", "tags": [1]}
    sampled = Sampler(OPEN).sample(Random(0), like=like)

    assert like == sampled
    assert like["tags"] is not sampled["tags"]


def test_valid_parts_of_a_candidate_are_kept() -> None:
    """Of an invalid candidate only what breaks the schema is drawn anew."""
    schema = {"type": "object", "required": ["data", "model"], "properties": {"model": {"type": "string"}, "data": {
        "type": "array", "items": {"type": "object", "properties": {"index": {"type": "integer"},
        "vector": {"type": "array", "items": {"type": "number"}}}}}}}  # fmt: skip
    like = {"model": "bge", "data": [{"index": 0, "vector": [{}, 0.5]}, {"index": "one"}], "more": True}

    sampled = Sampler(schema).sample(Random(0), like=like)

    assert judged(schema, sampled)
    assert ("bge", True, 0, 0.5) == (sampled["model"], sampled["more"], sampled["data"][0]["index"],
                                     sampled["data"][0]["vector"][1])  # fmt: skip
    assert 2 == len(sampled["data"])


def test_a_candidate_chooses_its_branch() -> None:
    """Among branches, the one that keeps most of the candidate is taken."""
    schema = {"oneOf": [
        {"type": "object", "properties": {"kind": {"const": "a"}, "x": {"type": "integer"}}, "required": ["kind", "x"]},
        {"type": "object", "properties": {"kind": {"const": "b"}, "y": {"type": "integer"}}, "required": ["kind", "y"]},
    ]}  # fmt: skip
    sampled = Sampler(schema).sample(Random(0), like={"kind": "b", "y": "seven"})

    assert "b" == sampled["kind"]
    assert isinstance(sampled["y"], int)


def test_sizes() -> None:
    """Minimal leaves out what is optional; maximal has all of it."""
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "array"}, "b": {}, "c": {}, "d": {}}}

    assert {"a": []} == Sampler(schema).sample(Random(0), size="minimal")
    assert {"a", "b", "c", "d"} == set(Sampler(schema).sample(Random(0), size="maximal"))


def test_unknown_size_is_refused() -> None:
    """A size that is not one of the three is an error that names them."""
    with pytest.raises(ValueError, match="minimal, typical, maximal"):
        Sampler(True).sample(Random(0), size="big")


def test_unsatisfiable_names_the_keyword() -> None:
    """The error says which keyword could not be met, and where."""
    schema = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "minLength": 10**9}}}

    with pytest.raises(Unsatisfiable, match=r"minLength 1000000000 .*'name'"):
        Sampler(schema).sample(Random(0))


def test_unicode_property_escapes() -> None:
    """`\\p{L}` means any letter."""
    sampled = Sampler({"type": "string", "pattern": "^\\p{Lu}\\p{L}{3}$"}).sample(Random(0))

    assert sampled.isalpha()
    assert sampled[0].isupper()
    assert 4 == len(sampled)


def test_import_is_light() -> None:
    """Importing the sampler brings in neither jsonschema nor Hypothesis."""
    program = "import sys, mockserver.openapi.sampling; print({'jsonschema', 'hypothesis', 'regex'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)

    assert "set()" == found.stdout.strip()
