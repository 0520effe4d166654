"""Files as Markdown: one entry for each file of the form, an `error` entry where it cannot be converted."""

from __future__ import annotations

from typing import Any

import orjson

from mockserver.engine import forms
from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, refuse
from mockserver.workersai.quirks import position
from mockserver.workersai.surface.operations import Surface
from mockserver.workersai.surface.records import identifier
from mockserver.workersai.tokens import count

FORMATS = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "html": "text/html",
    "htm": "text/html",
    "xml": "application/xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsm": "application/vnd.ms-excel.sheet.macroenabled.12",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    "xls": "application/vnd.ms-excel",
    "et": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "csv": "text/csv",
    "numbers": "application/vnd.apple.numbers",
}
"""Media types by extension, as the service lists them."""

_FIELDS = ("files", "files[]")
_UNTOLD = ("", "application/octet-stream")
_OUTPUTS = ("markdown", "text")


def list_formats(invocation: Invocation, surface: Surface) -> Answer:
    """Answer with the extensions and media types that the service converts."""
    formats = [{"extension": f".{extension}", "mimeType": kind} for extension, kind in FORMATS.items()]
    return Answer(200, {"result": formats, "success": True})


def convert(invocation: Invocation, surface: Surface) -> Answer:
    """Answer with an entry for each file, in their order."""
    output = _output(invocation)
    content_type = invocation.request.header(b"content-type") or ""
    files = [part for part in forms.parts(content_type, invocation.request.body) if part.name in _FIELDS]
    entries = [_entry(number, part, output, invocation) for number, part in enumerate(files)]
    return Answer(200, {"result": entries, "success": True})


def _output(invocation: Invocation) -> str:
    """Return the format that `conversionOptions` ask for; raises Refusal for text that is no JSON object."""
    text = invocation.body.get("conversionOptions") or "{}"
    try:
        options = orjson.loads(text)
    except (orjson.JSONDecodeError, TypeError):
        options = None
    if not isinstance(options, dict):
        raise refuse("invalid", 400, "conversionOptions is no JSON object")
    asked = options["output"].get("format") if isinstance(options.get("output"), dict) else None
    if asked is not None and asked not in _OUTPUTS:
        invocation.warn(f"conversionOptions: output.format is {asked!r}; {' and '.join(_OUTPUTS)} are known")
    return asked if asked in _OUTPUTS else _OUTPUTS[0]


def _entry(number: int, part: forms.Part, output: str, invocation: Invocation) -> dict[str, Any]:
    from mockserver.workersai.surface.conversion import Unconvertible, to_markdown, to_text

    name = part.file_name or f"file-{number}"
    extension, kind = _kind(name, part.media_type)
    entry = {"id": identifier("conversion", number, name, part.content.hex()), "name": name, "mimeType": kind}
    try:
        data = to_markdown(extension, name, part.content)
    except Unconvertible as error:
        return {**entry, "format": "error", "error": str(error)}
    data = to_text(data) if output == "text" else data
    tokens: int | str = count(data)
    if position(invocation, "markdown-tokens") == "text":
        tokens = str(tokens)
    return {**entry, "format": output, "tokens": tokens, "data": data}


def _kind(name: str, told: str) -> tuple[str, str]:
    """Return extension and media type of a file: by its name, else by the type that the client gave it."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension in FORMATS:
        return extension, FORMATS[extension]
    by_type = next((known for known, kind in FORMATS.items() if kind == told), "")
    return by_type or extension, told if told not in _UNTOLD else "application/octet-stream"
