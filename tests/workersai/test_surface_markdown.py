"""Files as Markdown."""

from __future__ import annotations

import io
import sys
import zipfile
from typing import Any

import cloudflare
import docx
import httpx
import openpyxl
import pypdf
import pytest
from PIL import Image

from mockserver.app import Mock
from mockserver.server import MockServer
from mockserver.workersai.surface.conversion import Unconvertible, to_markdown, to_text


def _workbook() -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Prices"
    for row in (["fruit", "price"], ["pear", 3], [None, None], ["a|b", None]):
        sheet.append(row)
    book.save(file)
    return file.getvalue()


def _document(*cells: str) -> bytes:
    document, file = docx.Document(), io.BytesIO()
    document.add_heading("Tides", 1)
    document.add_paragraph("The moon pulls.")
    document.add_paragraph("spring", style="List Bullet")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = cells or ("high", "low")
    document.save(file)
    return file.getvalue()


def _pdf() -> bytes:
    writer, file = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(72, 72)
    writer.write(file)
    return file.getvalue()


PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 42>>stream\nBT /F1 24 Tf 50 200 Td (High tide) Tj ET \nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>"
)
"""A file without a table of its objects, as some programs leave it."""


def _open_document(body: str, content: bytes | None = None) -> bytes:
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
                     for name in ("office", "text", "table"))  # fmt: skip
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        whole = f"<office:document-content {names}>{body}</office:document-content>"
        archive.writestr("content.xml", content or whole)
    return file.getvalue()


LETTER = _open_document(
    '<text:h text:outline-level="2">Tides</text:h><text:p>The <text:span>moon</text:span>'
    '<text:s text:c="2"/>pulls.</text:p>'
    "<text:list><text:list-item><text:p>spring</text:p></text:list-item></text:list><text:p/>"
)
SHEET = _open_document(
    '<table:table table:name="Prices"><table:table-row><table:table-cell><text:p>fruit</text:p></table:table-cell>'
    '<table:table-cell table:number-columns-repeated="2"><text:p>3</text:p></table:table-cell></table:table-row>'
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/>'
    "</table:table-row></table:table>"
)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><title>A harbour</title><text>High <tspan>tide</tspan></text></svg>"


def _picture(kind: str, colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (32, 16), colour).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    ("extension", "content", "markdown"),
    [
        ("html", b"<h1>Tides</h1><p>The <b>moon</b></p><script>x()</script>", "# Tides\n\nThe **moon**"),
        ("csv", b"a,b\n1,\"x|y\"\n", "| a | b |\n| --- | --- |\n| 1 | x\\|y |"),
        ("csv", "ä,b\n1,2".encode("utf-16"), "| ä | b |\n| --- | --- |\n| 1 | 2 |"),
        ("csv", "a,b\n1,2".encode("utf-16-le"), "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        ("csv", b'a,b\n"' + b"x" * 200_000 + b'",2', f"| a | b |\n| --- | --- |\n| {'x' * 200_000} | 2 |"),
        ("docx", _document("high", ""), "# Tides\n\nThe moon pulls.\n\n- spring\n\n| high |  |\n| --- | --- |"),
        ("csv", "ä;b\n1;2".encode(), "| ä | b |\n| --- | --- |\n| 1 | 2 |"),
        ("xml", b"<a><b/></a>", "```xml\n<a><b/></a>\n```"),
        ("xlsx", _workbook(), "## Prices\n\n| fruit | price |\n| --- | --- |\n| pear | 3 |\n| a\\|b |  |"),
        ("docx", _document(), "# Tides\n\nThe moon pulls.\n\n- spring\n\n| high | low |\n| --- | --- |"),
        ("pdf", _pdf(), "### Page 1"),
        ("pdf", PAGE, "### Page 1\n\nHigh tide"),
        ("odt", LETTER, "## Tides\n\nThe moon  pulls.\n\n- spring"),
        ("ods", SHEET, "## Prices\n\n| fruit | 3 | 3 |\n| --- | --- | --- |"),
        ("svg", SVG, 'A drawing: A harbour. It says "High tide".'),
        ("svg", b"<svg/>", "A drawing."),
        *((name, _picture(kind), "a softly lit, wide and plain picture in red")
          for name, kind in (("png", "PNG"), ("jpg", "JPEG"), ("webp", "WEBP"), ("gif", "GIF"), ("bmp", "BMP"))),
    ],
)  # fmt: skip
def test_formats(extension: str, content: bytes, markdown: str) -> None:
    """What each format becomes."""
    assert markdown == to_markdown(extension, f"a.{extension}", content)


@pytest.mark.parametrize(
    "extension", ["pdf", "docx", "xlsx", "odt", "ods", "png", "gif", "xml", "svg", "numbers", "exe", ""]
)
@pytest.mark.parametrize("content", [b"", b"junk", b"PK\x03\x04junk", b"<a><b></a>", b"%PDF-1.4\n%%EOF"])
def test_broken_files(extension: str, content: bytes) -> None:
    """They are errors, never a crash."""
    with pytest.raises(Unconvertible):
        to_markdown(extension, "a", content)


def test_work_is_bounded() -> None:
    """A large page, an archive that unpacks to more, and depth without end are errors."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (80 * 1024 * 1024))
    laughs = b"<!DOCTYPE svg [<!ENTITY a 'ha'>" + b"".join(
        b"<!ENTITY %c '%s'>" % (letter, b"&%c;" % (letter - 1) * 20) for letter in b"bcdefghi"
    ) + b"]><svg><title>&i;</title></svg>"  # fmt: skip
    for extension, content in (
        ("html", b"<p>" * 200_000),
        ("xlsx", packed.getvalue()),
        ("ods", packed.getvalue()),
        ("html", b"<div>" * 5000),
        ("svg", laughs),
        ("xml", laughs),
        ("odt", _open_document("", laughs)),
        ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\0\0\0\1\0\0\x08\x02\0\0\0"),
    ):
        with pytest.raises(Unconvertible):
            to_markdown(extension, "a", content)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the extra; formats that need no library are converted all the same."""
    monkeypatch.setitem(sys.modules, "markdownify", None)

    with pytest.raises(Unconvertible, match=r"mockflare\[markdown\]"):
        to_markdown("html", "a.html", b"<p>Hi</p>")
    assert to_markdown("csv", "a.csv", b"a,b")


def test_a_drawn_picture_is_its_prompt(ai: httpx.Client) -> None:
    """What a model drew is described as what it was drawn from."""
    asked = {"prompt": "a heron in the reeds", "width": 256, "height": 256}
    picture = ai.post("run/@cf/leonardo/phoenix-1.0", json=asked).content
    said = ai.post("tomarkdown", files=[("files", ("a.jpg", picture, "image/jpeg"))]).json()["result"][0]

    assert ("markdown", "a heron in the reeds") == (said["format"], said["data"])


def test_deep_documents_end() -> None:
    """Lists within lists without end are cut, not a failure."""
    nested = "<text:list><text:list-item>" * 3000 + "<text:p>x</text:p>" + "</text:list-item></text:list>" * 3000

    assert "" == to_markdown("odt", "a.odt", _open_document(nested))


def test_plain_text() -> None:
    """Marks are taken away, words stay."""
    assert "Tides\nThe moon and sun" == to_text("# Tides\nThe **moon** and [sun](x)")


def test_one_entry_for_each_file(ai: httpx.Client) -> None:
    """In their order, the broken ones as errors; the status stays 200."""
    files = [
        ("files", ("a.html", b"<h1>Title</h1>", "text/html")),
        ("files", ("b.pdf", b"junk", "application/pdf")),
        ("files", ("page", b"<p>Hi</p>", "text/html")),
    ]
    answer = ai.post("tomarkdown", files=files)
    good, bad, untitled = answer.json()["result"]

    assert (200, "responder") == (answer.status_code, answer.headers["x-mockflare-source"])
    assert ["success"] == [key for key in answer.json() if key != "result"]
    assert ("a.html", "text/html", "markdown", 2, "# Title") == tuple(good[key] for key in list(good)[1:])
    assert ("b.pdf", "error") == (bad["name"], bad["format"])
    assert "data" not in bad
    assert bad["error"]
    assert "Hi" == untitled["data"]


def test_options_that_are_no_json_are_refused(ai: httpx.Client) -> None:
    """Whoever sends options wants them obeyed; a format that nobody knows is named in a warning."""
    files = {"files": ("a.csv", b"a,b")}

    assert 400 == ai.post("tomarkdown", files=files, data={"conversionOptions": "{broken"}).status_code
    answer = ai.post("tomarkdown", files=files, data={"conversionOptions": '{"output": {"format": "docx"}}'})
    assert "'docx'" in answer.headers["x-mockflare-warning"]
    assert "markdown" == answer.json()["result"][0]["format"]


@pytest.mark.parametrize("extension", ["pdf", "docx", "xlsx", "ods"])
def test_what_cannot_be_read_is_said_in_words(extension: str) -> None:
    """An error is for the sender of a file, and names nothing of what is inside the mock."""
    with pytest.raises(Unconvertible) as caught:
        to_markdown(extension, f"file.{extension}", b"nothing of the kind")

    assert f"file.{extension} cannot be read as .{extension}: it is damaged, or of another format" == str(caught.value)


def test_output_as_text(ai: httpx.Client) -> None:
    """`conversionOptions` ask for text without marks."""
    options = {"conversionOptions": '{"output": {"format": "text"}}'}
    answer = ai.post("tomarkdown", files=[("files", ("a.html", b"<h1>Title</h1>", "text/html"))], data=options)

    assert [("text", "Title")] == [(each["format"], each["data"]) for each in answer.json()["result"]]


def test_a_form_without_files(ai: httpx.Client) -> None:
    """It is refused."""
    assert 400 == ai.post("tomarkdown", files={"other": ("a.html", b"")}).status_code


def test_tokens_by_switch() -> None:
    """The SDKs declare text."""
    with MockServer(Mock(switches={"markdown-tokens": "text"})) as server:
        answer = httpx.post(
            f"{server.base_url}/accounts/{server.account_id}/ai/tomarkdown",
            files=[("files", ("a.csv", b"a,b", "text/csv"))],
            headers={"authorization": f"Bearer {server.token}"},
        )

    assert isinstance(answer.json()["result"][0]["tokens"], str)


def test_by_the_sdk(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """The SDK lists the formats; its method for conversions fails before it sends, its client does not."""
    formats = list(flare.ai.to_markdown.supported(account_id=server.account_id))
    pair = ("a.html", b"<h1>Title</h1>", "text/html"), ("b.csv", b"a,b", "text/csv")
    files: Any = [("files[]", file) for file in pair]
    headers = {"Content-Type": "multipart/form-data"}
    path = f"/accounts/{server.account_id}/ai/tomarkdown"
    made: Any = flare.post(path, cast_to=object, body={}, files=files, options={"headers": headers})

    assert {".pdf", ".html", ".xlsx", ".docx"} <= {each.extension for each in formats}
    assert ["# Title", "| a | b |\n| --- | --- |"] == [each["data"] for each in made["result"]]
