"""Converting one file to Markdown, within bounds. The libraries are the extra `markdown`, loaded when first needed."""

from __future__ import annotations

import codecs
import csv
import io
import logging
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

_MOST_BYTES = 8 * 1024 * 1024
_MOST_MARKUP = 512 * 1024
_MOST_UNPACKED = 64 * 1024 * 1024
_MOST_ROWS, _MOST_COLUMNS, _MOST_PAGES = 5_000, 100, 200
_PICTURES = ("jpeg", "jpg", "png", "webp", "gif", "bmp")
_UNREAD = ("xlsb", "xls", "et", "numbers")
_NO_END = b"\nstartxref\n0\n%%EOF\n"


class Unconvertible(Exception):
    """The file cannot be converted; the message is for the caller."""


def to_markdown(extension: str, name: str, content: bytes) -> str:
    """Return a file as Markdown; raises Unconvertible, whatever the bytes are."""
    if extension in _UNREAD:
        raise Unconvertible(f"this mock does not read .{extension} files, the service does")
    if extension in _PICTURES:
        return _picture(extension, name, content)
    convert = _CONVERTERS.get(extension)
    if convert is None:
        raise Unconvertible(f"{name}: files of this type are not supported")
    if len(content) > (_MOST_MARKUP if extension in _MARKUP else _MOST_BYTES):
        raise Unconvertible(f"{name} is too large to convert ({len(content)} bytes)")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return convert(content).strip()
    except Unconvertible:
        raise
    except ImportError as error:
        raise Unconvertible(
            f".{extension} files need {error.name or 'a library'}: pip install 'mockflare[markdown]'"
        ) from None
    except Exception as error:  # the libraries raise whatever a broken file makes them
        logging.getLogger(__name__).debug("%s: %s: %s", name, type(error).__name__, error)
        raise Unconvertible(f"{name} cannot be read as .{extension}: it is damaged, or of another format") from None


def to_text(markdown: str) -> str:
    """Return Markdown without its marks.

    >>> to_text("# Title")
    'Title'
    """
    text = re.sub(r"^(#{1,6}|[-*>]|\d+\.) +", "", markdown, flags=re.MULTILINE)
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)", r"\1", text)
    text = re.sub(r"^\|(?: *:?-+:? *\|)+\n?", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\| ?| ?\|$", "", text, flags=re.MULTILINE).replace(" | ", "\t")
    return re.sub(r"[*_`]{1,3}([^*_`\n]+)[*_`]{1,3}", r"\1", text)


def _html(content: bytes) -> str:
    from markdownify import MarkdownConverter

    class Converter(MarkdownConverter):
        def convert_script(self, element: Any, text: str, parent_tags: Any) -> str:
            return ""

        convert_style = convert_script

    # the parser of the standard library takes quadratic time for tags that never end; lxml comes with python-docx
    markdown: str = Converter(heading_style="ATX", bs4_options="lxml").convert(_decoded(content))
    return re.sub(r"\n{3,}", "\n\n", markdown)


def _xml(content: bytes) -> str:
    from mockserver.workersai.surface import markup

    markup.check(content)
    return f"```xml\n{_decoded(content).strip()}\n```"


def _csv(content: bytes) -> str:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    before = csv.field_size_limit(_MOST_BYTES)
    try:
        return _table(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    finally:
        csv.field_size_limit(before)


def _workbook(content: bytes) -> str:
    from openpyxl import load_workbook

    _check_archive(content)
    workbook: Any = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    parts = []
    for sheet in workbook.worksheets:
        rows = sheet.iter_rows(values_only=True, max_row=_MOST_ROWS, max_col=_MOST_COLUMNS)
        parts.append(
            f"## {sheet.title}\n\n{_table(['' if cell is None else str(cell) for cell in row] for row in rows)}"
        )
    return "\n\n".join(parts)


def _document(content: bytes) -> str:
    from docx import Document
    from docx.table import Table

    _check_archive(content)
    parts = []
    for block in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(block, Table):
            parts.append(_table(([cell.text for cell in row.cells] for row in block.rows), trimmed=False))
        elif block.text.strip():
            parts.append(_paragraph(block.text.strip(), (block.style.name or "") if block.style else ""))
    return "\n\n".join(parts)


def _paragraph(text: str, style: str) -> str:
    level = re.fullmatch(r"Heading (\d)", style)
    if style == "Title" or level:
        return f"{'#' * (int(level[1]) if level else 1)} {text}"
    if style.startswith("List"):
        return f"{'1.' if 'Number' in style else '-'} {text}"
    return text


def _pdf(content: bytes) -> str:
    from pypdf import PdfReader

    logging.getLogger("pypdf").addHandler(logging.NullHandler())  # its remarks on broken files are in the error entry
    if b"startxref" not in content[-2048:]:  # the library then looks for the objects itself, as viewers do
        content += _NO_END
    pages = PdfReader(io.BytesIO(content)).pages
    texts = [pages[number].extract_text().strip() for number in range(min(len(pages), _MOST_PAGES))]
    return "\n\n".join(f"### Page {number}\n\n{text}" for number, text in enumerate(texts, 1))


def _open_document(content: bytes) -> str:
    from mockserver.workersai.surface.open_documents import blocks

    _check_archive(content)
    return "\n\n".join(blocks(content, _table, columns=_MOST_COLUMNS, rows=_MOST_ROWS))


def _drawing(content: bytes) -> str:
    """Say what words a drawing has: its title and description, and those that are to be read in it."""
    from mockserver.workersai.surface import markup

    inside: list[str] = []
    found: dict[str, list[list[str]]] = {name: [] for name in ("svg", *_SVG_WORDS)}
    parser = markup.parser(namespaces=True)

    def begin(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        inside.append(name)
        if name in found:
            found[name].append([])

    def say(data: str) -> None:
        name = next((each for each in reversed(inside) if each in _SVG_WORDS), None)
        if name is not None:
            found[name][-1].append(data)

    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda tag: inside.pop()
    parser.CharacterDataHandler = say
    parser.Parse(content, True)
    if not found["svg"]:
        raise Unconvertible("there is no drawing in it")
    title, described, written = ([" ".join("".join(each).split()) for each in found[name]] for name in _SVG_WORDS)
    about = [each for each in (*title, *described) if each]
    said = f"A drawing: {'. '.join(about)}" if about else "A drawing"
    read = ", ".join(f'"{each}"' for each in written if each)
    return f"{said.rstrip('.')}. It says {read}." if read else f"{said.rstrip('.')}."


def _picture(extension: str, name: str, content: bytes) -> str:
    """Say what a picture shows, as the service has a model say it: its prompt, when it was drawn here."""
    from mockserver.workersai.fakes import picture_contents
    from mockserver.workersai.fakes.pictures import UnreadablePicture

    try:
        return picture_contents.describe(content).text
    except UnreadablePicture as error:
        raise Unconvertible(f"{name} cannot be read as .{extension} ({error})") from None


def _table(rows: Iterable[Iterable[str]], *, trimmed: bool = True) -> str:
    """Return rows as a table; `trimmed` leaves out what is empty: rows, and columns at the end, as sheets have them."""
    lines: list[list[str]] = []
    for row in rows:
        if len(lines) > _MOST_ROWS:
            break
        cells = [" ".join(cell.replace("|", "\\|").split()) for cell in list(row)[:_MOST_COLUMNS]]
        while trimmed and cells and not cells[-1]:
            cells.pop()
        if cells:
            lines.append(cells)
    if not lines:
        return ""
    width = max(len(line) for line in lines)
    lines = [line + [""] * (width - len(line)) for line in lines]
    written = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([written[0], "|" + " --- |" * width, *written[1:]])


def _check_archive(content: bytes) -> None:
    """Raise Unconvertible for an archive that unpacks to more than a document should."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > _MOST_UNPACKED:
        raise Unconvertible(f"unpacks to {size} bytes, more than are read")


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace").lstrip("\ufeff")
    nulls = content[:200].count(0)
    if 3 * nulls > len(content[:200]):  # UTF-16 without a mark: every other byte of Latin text is null
        return content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


_MARKS = ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SVG_WORDS = ("title", "desc", "text")
_MARKUP = ("html", "htm", "xml", "svg")
_CONVERTERS: dict[str, Callable[[bytes], str]] = {
    "html": _html,
    "htm": _html,
    "xml": _xml,
    "svg": _drawing,
    "csv": _csv,
    "xlsx": _workbook,
    "xlsm": _workbook,
    "docx": _document,
    "odt": _open_document,
    "ods": _open_document,
    "pdf": _pdf,
}
