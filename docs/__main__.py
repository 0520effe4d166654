"""Rewrite what is made of data: `python -m docs`. Whole pages, tables within pages, and pictures.

With `--check` nothing is written: what would change is printed, and the exit code is then 1. A test asks for that.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
_TABLE = re.compile(r"(<!-- table: ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def quirks() -> str:
    """Return the page of the switches, made of spec/quirks.yml."""
    from mockserver import bundled
    from mockserver.workersai.quirks import Quirks

    lines = [
        "# Switches",
        "",
        "Where the facts about the service contradict each other, or nobody knows when a behaviour occurs, the mock",
        "lets you choose. The defaults are what most of the evidence speaks for and what hinders offline work least.",
        "",
        "```console",
        "$ mockflare serve --switch reasoning-field=reasoning --switch stream-usage=asked",
        "```",
        "",
        'In Python it is `Mock(switches={"reasoning-field": "reasoning"})`, in the environment',
        "`MOCKFLARE_SWITCHES=reasoning-field=reasoning,stream-usage=asked`, in `pyproject.toml` a table",
        "`[tool.mockflare.switches]`. An unknown name or value ends with the nearest known one.",
        "",
    ]
    for quirk in Quirks.from_content(bundled.quirks()).values():
        lines += [f"## {quirk.name}", "", quirk.summary, "", "| value | what the mock does |", "|---|---|"]
        for value, meaning in quirk.values.items():
            lines.append(f"| `{value}`{' (default)' if value == quirk.default else ''} | {meaning} |")
        lines += ["", f"Basis: {quirk.basis}.", ""]
    return "\n".join(lines)


PAGES: Mapping[str, Callable[[], str]] = {"quirks.md": quirks}
"""File below docs/ -> the function that makes it."""


def expected() -> Iterator[tuple[Path, str]]:
    """Yield every page and picture with the text it should have; raises KeyError for an unknown table."""
    from docs import check_pages
    from docs.picture import pictures
    from docs.tables import TABLES

    for path in (FOLDER.parent / "README.md", *sorted(FOLDER.glob("*.md"))):
        if path.name in PAGES:
            continue
        text = path.read_text("utf-8")
        yield path, _TABLE.sub(lambda place: f"{place[1]}\n{TABLES[place[2]]()}\n\n{place[3]}", text)
        for name, drawn in pictures(text).items():
            yield path.parent / name, drawn
    for name, make in PAGES.items():
        yield FOLDER / name, make()
    yield from check_pages.pages()


def differences() -> Iterator[str]:
    """Yield the lines by which files differ from what they should be, and the names of pages of what is no more."""
    from docs import check_pages

    for path in check_pages.stale():
        yield f"{path.name} is a page of what is no more"
    for path, text in expected():
        found = path.read_text("utf-8") if path.exists() else ""
        yield from difflib.unified_diff(found.splitlines(), text.splitlines(), path.name, "make docs", "", "", 0, "")


def main() -> None:
    """Write every file whose content has changed, and name it; take away pages of what is no more."""
    from docs import check_pages

    for path in check_pages.stale():
        path.unlink()
    for path, content in expected():
        if not path.exists() or path.read_text("utf-8") != content:
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, "utf-8")
            print(path.relative_to(FOLDER.parent))


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        main()
    elif changes := "\n".join(differences()):
        sys.exit(changes)
