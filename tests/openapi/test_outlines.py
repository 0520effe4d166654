"""An outline that a schema plainly admits has no value that the schema refuses."""

from __future__ import annotations

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.openapi.outlines import Free, Outline, Some

PATTERN = {
    "id": Free.TEXT,
    "made": Free.COUNT,
    "kind": "list",
    "last": None,
    "rows": Some({"at": Free.COUNT, "vector": Some(Free.NUMBER)}),
    "pair": [0, Free.TEXT],
}
ROW = {"type": "object", "properties": {"at": {"type": "integer"}, "vector": {"items": {"type": "number"}}}}
MEMBERS = {
    "id": {"type": "string", "description": "Any."},
    "made": {"type": ["integer", "null"]},
    "kind": {"type": "string", "enum": ["list", "tree"], "const": "list"},
    "last": {"type": ["string", "null"]},
    "rows": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Row"}},
    "pair": {"type": "array", "items": {"type": ["integer", "string"]}},
}


def schema(**members: object) -> dict[str, object]:
    """Return a schema that admits the pattern, but for these members."""
    return {
        "type": "object",
        "required": ["id", "rows"],
        "properties": {**MEMBERS, **members},
        "additionalProperties": False,
        "$defs": {"Row": ROW},
    }


PLAIN = {
    "as it is": schema(),
    "anything": True,
    "a choice": schema(id={"anyOf": [{"type": "integer"}, {"type": "string"}]}),
    "numbers": schema(made={"type": "number"}),
    "untyped": schema(kind={}, last=True),
}
OTHERS = {
    "nothing": False,
    "a longest text": schema(id={"type": "string", "maxLength": 5}),
    "a pattern": schema(id={"pattern": "^a"}),
    "a format": schema(id={"type": "string", "format": "uuid"}),
    "a text of few": schema(id={"enum": ["a", "b"]}),
    "a least count": schema(made={"type": "integer", "minimum": 1}),
    "another type": schema(made={"type": "string"}),
    "another constant": schema(kind={"const": "tree"}),
    "a constant of another type": schema(pair={"items": {"enum": [False, "x"]}}),
    "no null": schema(last={"type": "string"}),
    "more rows": schema(rows={"type": "array", "minItems": 2}),
    "few rows": schema(rows={"type": "array", "maxItems": 2}),
    "whole numbers": schema(rows={"items": {"properties": {"vector": {"items": {"type": "integer"}}}}}),
    "different numbers": schema(rows={"items": {"properties": {"vector": {"uniqueItems": True}}}}),
    "a choice that bars": schema(id={"anyOf": [{"type": "string"}], "maxLength": 5}),
    "not": {**schema(), "not": {"required": ["made"]}},
    "a stranger": {**schema(), "required": ["other"]},
    "closed": {"type": "object", "properties": {"id": True}, "additionalProperties": False},
    "exactly one": {"oneOf": [schema(), {"required": ["never"]}]},
    "nowhere": {"$ref": "#/$defs/Nobody"},
    "endless": {"$ref": "#/$defs/Me", "$defs": {"Me": {"$ref": "#/$defs/Me"}}},
}


def values(pattern: object) -> st.SearchStrategy[object]:
    """Return any value of a pattern."""
    if isinstance(pattern, Free):
        free = {Free.TEXT: st.text(), Free.COUNT: st.integers(0), Free.NUMBER: st.floats(-1, 1)}
        return free[pattern]
    if isinstance(pattern, Some):
        return st.lists(values(pattern.each), min_size=1, max_size=3)
    if isinstance(pattern, dict):
        return st.fixed_dictionaries({name: values(each) for name, each in pattern.items()})
    return st.tuples(*map(values, pattern)).map(list) if isinstance(pattern, list) else st.just(pattern)


@pytest.mark.parametrize("name", PLAIN)
@settings(derandomize=True, deadline=None)
@given(value=values(PATTERN))
def test_what_is_plain_is_so(name, value):
    """Every value of an outline that is plainly admitted is valid."""
    assert Outline(PATTERN).is_within(PLAIN[name])
    jsonschema.Draft202012Validator(PLAIN[name]).validate(value)


@pytest.mark.parametrize("name", OTHERS)
def test_what_takes_a_closer_look_is_not_plain(name):
    """A schema that may refuse a value of the outline does not plainly admit it."""
    assert not Outline(PATTERN).is_within(OTHERS[name])
