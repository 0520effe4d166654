"""Reading documents as YAML 1.2 and JSON read."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.errors import UnreadableDocument
from mockserver.openapi.source import dump_yaml, parse, read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("on", "on"), ("2020-01-01", "2020-01-01"), ("=", "="), ("true", True), ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"), ("012", 12), ("1e3", 1000.0), (".5", 0.5), ("~", None), ("", None), ("1:30", "1:30"),
        ("{200: a, no: b}", {"200": "a", "no": "b"}), ('{"a": [1, 2.5]}', {"a": [1, 2.5]}), ("[a, b]", ["a", "b"]),
        ("a: !secret x", {"a": "x"}), ("a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}),
        ("a: &x {b: 1}\nc: {<<: *x, d: 2}", {"a": {"b": 1}, "c": {"b": 1, "d": 2}}),
    ],
)  # fmt: skip
def test_values(text: str, value: object) -> None:
    """Words, dates and numbers are what YAML 1.2 says they are; keys are text as written."""
    assert value == parse(text, "x.yaml")


def test_characters_that_libyaml_refuses() -> None:
    """A C1 control character or a tab in a text block does not cost the document."""
    assert {"a": "xy"} == parse("a: x\x80y", "x.yaml")


@pytest.mark.parametrize("text", ["a: [", "a: b: c", "\t- x", "{" * 3, "a: *nowhere"])
def test_unreadable(text: str) -> None:
    """What cannot be read is one line with file and position."""
    with pytest.raises(UnreadableDocument) as told:
        parse(text, "x.yaml")
    assert str(told.value).startswith("x.yaml")
    assert "\n" not in str(told.value)


def test_missing_file(tmp_path: Path) -> None:
    """A misspelt file is answered with the nearest one beside it."""
    (tmp_path / "petstore.yaml").write_text("{}")
    with pytest.raises(UnreadableDocument, match=r"did you mean .*petstore\.yaml"):
        read(tmp_path / "petstor.yaml")
    with pytest.raises(UnreadableDocument, match="Is a directory"):
        read(tmp_path)
    (tmp_path / "b").write_bytes(b"\xff\xfe")
    with pytest.raises(UnreadableDocument, match="not UTF-8"):
        read(tmp_path / "b")


def test_nested_too_deeply() -> None:
    """A document that nests without end is refused, not a crash."""
    with pytest.raises(UnreadableDocument, match="nested too deeply"):
        parse("[" * 100_000, "x.yaml")


def test_written_yaml_reads_back() -> None:
    """What is written in YAML is read back the same."""
    value = {"a": ["no", "1", 1, None, "2020-01-01", "x\ny", {"": []}], "é": 1.5}
    assert value == parse(dump_yaml(value), "x.yaml")
