"""Parsed YAML is kept, and found again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mockserver.openapi.parsed import through_cache
from mockserver.openapi.source import read


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOCKFLARE_CACHE", str(tmp_path / "kept"))
    return tmp_path / "kept"


def test_second_reading(folder: Path) -> None:
    """The same text is parsed once; another text is parsed."""
    parsed: list[Any] = []

    def parse() -> Any:
        parsed.append(1)
        return {"a": [1, None, "x"]}

    assert [{"a": [1, None, "x"]}] * 2 == [through_cache("a", parse), through_cache("a", parse)]
    through_cache("b", parse)
    assert 2 == len(parsed)


def test_values_that_json_cannot_hold(folder: Path) -> None:
    """Infinity and integers past 64 bits come back as they are: they are not kept."""
    for value in (float("inf"), 10**30):
        assert [value] * 2 == [through_cache(str(value), lambda value=value: value) for _ in range(2)]  # type: ignore[misc]
    assert not list(folder.glob("*.json"))


def test_damage(folder: Path) -> None:
    """A damaged file is parsed again and mended."""
    through_cache("a", lambda: 1)
    (file,) = folder.glob("*.json")
    file.write_bytes(b"{")
    assert 2 == through_cache("a", lambda: 2)
    assert b"2" == file.read_bytes()


def test_folder_that_cannot_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a usable folder everything works as before."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MOCKFLARE_CACHE", str(tmp_path / "file" / "below"))
    assert 1 == through_cache("a", lambda: 1)
    monkeypatch.setenv("MOCKFLARE_CACHE", "")
    assert 1 == through_cache("a", lambda: 1)


def test_bounded(folder: Path) -> None:
    """The oldest texts make room."""
    for number in range(220):
        through_cache(str(number), lambda number=number: number)  # type: ignore[misc]
    assert 200 == len(list(folder.glob("*.json")))


def test_changed_file(folder: Path, tmp_path: Path) -> None:
    """A file that changed is read anew."""
    file = tmp_path / "x.yaml"
    found = []
    for text in ("a: 1", "a: 2", "a: 1"):
        file.write_text(text)
        found.append(read(file)["a"])
    assert [1, 2, 1] == found
