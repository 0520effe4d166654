"""A page for each check of the contract kit: its docstring, and the report of a flaw that it finds."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs.tables import table

FOLDER = Path(__file__).resolve().parent / "checks"
EXAMPLES = FOLDER / "examples.json"
"""Check -> `flaw`, what the server did, and `report`, what was said; `python -m docs.check_examples` writes it."""

_SOURCES = {
    "document": "the OpenAPI document",
    "HTTP": "the standards of HTTP, JSON and event streams",
    "OpenAI": "the OpenAI API, which these endpoints follow",
    "Cloudflare": "what Cloudflare documents, and what its service is known to do",
    "baseline": "what was seen before",
}


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the path and the text of the list of checks and of every check's page."""
    from contracts.checks import builtin

    checks = list(builtin().values())
    yield FOLDER / "README.md", _list(checks)
    examples = json.loads(EXAMPLES.read_text("utf-8")) if EXAMPLES.exists() else {}
    for check in checks:
        yield FOLDER / f"{check.name}.md", _page(check, examples.get(check.name))


def stale() -> list[Path]:
    """Return the pages of checks that are no more."""
    made = {path for path, _ in pages()}
    return sorted(path for path in FOLDER.glob("*.md") if path not in made)


def _list(checks: list[Any]) -> str:
    parts = ["# Checks", "", "What the [contract kit](../check.md) judges, class by class.", ""]
    for kind in dict.fromkeys(check.kind for check in checks):
        rows = [
            (f"[`{each.name}`]({each.name}.md)", each.severity, each.promise) for each in checks if each.kind == kind
        ]
        parts += [f"## {kind}", "", table(("check", "severity", "what is promised"), rows), ""]
    return "\n".join(parts)


def _page(check: Any, example: dict[str, str] | None) -> str:
    rows = [
        ("class", check.kind),
        ("severity", check.severity),
        ("source", _SOURCES[check.source]),
        ("judges", "a group of exchanges" if "Group" in type(check).__name__ else "each exchange"),
    ]
    parts = [f"# {check.name}", "", inspect.cleandoc(check.about), "", table(("", ""), rows), ""]
    if example is not None:
        parts += ["## An example", "", f"A server with this flaw: {example['flaw']}", ""]
        parts += ["```text", example["report"].rstrip(), "```", ""]
    return "\n".join([*parts, "[All checks](README.md), [how they are used](../check.md)", ""])
