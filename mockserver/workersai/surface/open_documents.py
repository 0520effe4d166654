"""OpenDocument files (text and spreadsheets) as blocks of Markdown; nothing but the standard library is needed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from xml.etree import ElementTree

from mockserver.workersai.surface import markup

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE = "{" + _NAMES + "text:1.0}", "{" + _NAMES + "table:1.0}"
_CONTENT = "content.xml"
_DEEPEST = 100
_SPACES = 100

Table = Callable[[Iterator[Sequence[str]]], str]
"""Writes rows of cells as a table."""


def blocks(content: bytes, table: Table, *, columns: int, rows: int) -> Iterator[str]:
    """Yield headings, paragraphs, lists and tables in order, tables with at most so many columns and rows.

    Raises what the standard library raises for a file that is none of these.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        written = archive.read(_CONTENT)
    markup.check(written)
    root = ElementTree.fromstring(written)
    yield from _blocks(root, table, columns, rows, "", 0)


def _blocks(
    element: ElementTree.Element, table: Table, columns: int, rows: int, mark: str, depth: int
) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    for each in element:
        if each.tag == f"{_TEXT}h":
            level = each.get(f"{_TEXT}outline-level", "1")
            yield f"{'#' * min(6, int(level) if level.isdecimal() else 1)} {_said(each)}"
        elif each.tag == f"{_TEXT}p":
            said = _said(each)
            if said:
                yield mark + said
        elif each.tag == f"{_TEXT}list-item":
            yield from _blocks(each, table, columns, rows, "- ", depth + 1)
        elif each.tag == f"{_TABLE}table":
            name = each.get(f"{_TABLE}name")
            written = table(_rows(each, columns, rows))
            if written:
                yield f"## {name}\n\n{written}" if name else written
        else:
            yield from _blocks(each, table, columns, rows, mark, depth + 1)


def _rows(table: ElementTree.Element, columns: int, rows: int) -> Iterator[Sequence[str]]:
    for row in table.iter(f"{_TABLE}table-row"):
        cells: list[str] = []
        for cell in row:
            if not cell.tag.startswith(_TABLE):
                continue
            said = " ".join(_said(each) for each in cell.iter(f"{_TEXT}p"))
            cells += [said] * min(_repeated(cell, "columns"), columns - len(cells))
        for _ in range(min(_repeated(row, "rows"), rows) if any(cells) else 0):
            yield cells


def _repeated(element: ElementTree.Element, what: str) -> int:
    said = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(said) if said.isdecimal() and len(said) < 8 else 1


def _said(element: ElementTree.Element) -> str:
    """Return the text in an element, with the spaces, tabs and line breaks that are elements there."""
    parts: list[str] = []
    for each in element.iter():
        if each.tag == f"{_TEXT}s":
            count = each.get(f"{_TEXT}c", "1")
            parts.append(" " * min(_SPACES, int(count) if count.isdecimal() and len(count) < 8 else 1))
        elif each.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            parts.append(" ")
        parts.append(each.text or "")
        if each is not element:
            parts.append(each.tail or "")
    return "".join(parts).strip()
