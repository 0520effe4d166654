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


def _document() -> bytes:
    document, file = docx.Document(), io.BytesIO()
    document.add_heading("Tides", 1)
    document.add_paragraph("The moon pulls.")
    document.add_paragraph("spring", style="List Bullet")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "high", "low"
    document.save(file)
    return file.getvalue()


def _pdf() -> bytes:
    writer, file = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(72, 72)
    writer.write(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("extension", "content", "markdown"),
    [
        ("html", b"<h1>Tides</h1><p>The <b>moon</b></p><script>x()</script>", "# Tides\n\nThe **moon**"),
        ("csv", b"a,b\n1,\"x|y\"\n", "| a | b |\n| --- | --- |\n| 1 | x\\|y |"),
        ("csv", "ä;b\n1;2".encode(), "| ä | b |\n| --- | --- |\n| 1 | 2 |"),
        ("xml", b"<a><b/></a>", "```xml\n<a><b/></a>\n```"),
        ("xlsx", _workbook(), "## Prices\n\n| fruit | price |\n| --- | --- |\n| pear | 3 |\n| a\\|b |  |"),
        ("docx", _document(), "# Tides\n\nThe moon pulls.\n\n- spring\n\n| high | low |\n| --- | --- |"),
        ("pdf", _pdf(), "### Page 1"),
    ],
)  # fmt: skip
def test_formats(extension: str, content: bytes, markdown: str) -> None:
    """What each format becomes."""
    assert markdown == to_markdown(extension, f"a.{extension}", content)


@pytest.mark.parametrize("extension", ["pdf", "docx", "xlsx", "png", "xml", "svg", "numbers", "exe", ""])
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
    for extension, content in (("html", b"<p>" * 200_000), ("xlsx", packed.getvalue()), ("html", b"<div>" * 5000)):
        with pytest.raises(Unconvertible):
            to_markdown(extension, "a", content)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the extra; formats that need no library are converted all the same."""
    monkeypatch.setitem(sys.modules, "markdownify", None)

    with pytest.raises(Unconvertible, match=r"mockflare\[markdown\]"):
        to_markdown("html", "a.html", b"<p>Hi</p>")
    assert to_markdown("csv", "a.csv", b"a,b")


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
