"""The quicker validator of the tests says what the library's own says."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.glance import Validator

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "vector": {"type": "array", "items": {"type": "number"}},
        "picture": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 255}},
        "odd": {"type": "array", "items": {"type": "number", "multipleOf": 2}},
        "either": {"type": "array", "items": {"type": ["number", "null"]}},
        "pair": {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "number"}},
        "next": {"$ref": "#"},
        "named": {"$ref": "#/$defs/named"},
    },
    "$defs": {
        "named": {"$id": "urn:named", "$defs": {"inner": {"type": "string"}}, "items": {"$ref": "#/$defs/inner"}},
    },
}


@pytest.mark.parametrize(
    "value",
    [
        {"vector": [1, 2.5, -3], "picture": [0, 255], "odd": [2, 4.0], "either": [None, 1], "pair": ["a", 1]},
        {"vector": [], "picture": [], "next": {"next": {"vector": [0]}}},
        {"vector": [1, "2"]},
        {"vector": [1, True]},
        {"vector": [None]},
        {"picture": [0, 256]},
        {"picture": [-1, 3]},
        {"picture": [1.0, 2.0]},
        {"picture": [1.5]},
        {"odd": [2, 3]},
        {"either": [1, "a"]},
        {"pair": [1, 1]},
        {"pair": ["a", "b"]},
        {"vector": {"0": "a"}},
        {"next": {"next": {"vector": ["a"], "next": 3}}},
        {"named": ["a", "b"]},
        {"named": ["a", 3], "next": {"named": [4]}},
    ],
    ids=str,
)
def test_it_says_what_the_library_says(value: Any) -> None:
    """The same errors in the same places, for values that are right and wrong, the first time and again."""
    expected = [(error.json_path, error.message) for error in Draft202012Validator(SCHEMA).iter_errors(value)]
    validator = Validator(SCHEMA)

    for _ in range(2):
        assert expected == [(error.json_path, error.message) for error in validator.iter_errors(value)]
