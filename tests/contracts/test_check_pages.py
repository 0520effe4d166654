"""Each check has a page that says what it finds, and shows it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from contracts.checks import builtin
from contracts.checks.registry import AnyCheck

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "checks"


@pytest.mark.parametrize("check", builtin().values(), ids=lambda check: check.name)
def test_every_check_says_what_it_finds(check: AnyCheck) -> None:
    """The docstring has the promise in its first paragraph and the flaw in its second: the page is made of both."""
    first, _, second = check.about.partition("\n\n")

    assert first.strip().endswith(".")
    assert second.strip()


def test_there_are_no_pages_of_checks_that_are_no_more() -> None:
    names = {path.stem for path in FOLDER.glob("*.md")} - {"README"}

    assert set() == names - set(builtin())


def test_every_check_shows_an_example() -> None:
    """An example was really found by its check, and holds no credentials."""
    examples = json.loads((FOLDER / "examples.json").read_text("utf-8"))

    assert set(builtin()) == set(examples)
    for name, example in examples.items():
        assert re.search(rf"^  (breaking|lax|additive|cosmetic) {re.escape(name)}\b", example["report"], re.MULTILINE)
        assert "mockflare-token" not in example["report"]
        assert "0123456789abcdef0123456789abcdef" not in example["report"]
