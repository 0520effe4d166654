"""Bodies that are not JSON: a value, written in the media type that a document declares."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import urlencode

from mockserver.engine import seeds
from mockserver.engine.blank_files import blank_file
from mockserver.engine.values import Answer, Event, to_json
from mockserver.openapi.operations import EVENT_STREAM, MediaType

_BOUNDARY = "mockflare"
_LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines",
          "application/json-lines", "application/x-json-stream")  # fmt: skip
_SEQUENCES = ("application/json-seq", "application/geo+json-seq")


def is_file(name: str) -> bool:
    """Say whether a media type holds bytes that no schema describes."""
    return name.startswith(("image/", "audio/", "video/", "font/")) or blank_file(name) is not None


def written(status: int, value: Any, name: str, media_type: MediaType, *, authored: bool = False) -> Answer:
    """Return the answer that says a JSON value in the media type `name`.

    Text that somebody wrote (`authored`) goes out as it is.
    """
    if name == EVENT_STREAM:
        return _stream(status, value, authored)
    if isinstance(value, str) and (authored or not is_file(name)):
        text = _page(value, media_type) if name == "text/html" and not authored else value
        if not (name.endswith(("/xml", "+xml")) and not authored and not text.lstrip().startswith("<")):
            return Answer(status, _octets(text), name)
    if name.startswith("multipart/"):
        return Answer(status, _multipart(value), f"{name}; boundary={_BOUNDARY}")
    if name.endswith(("/xml", "+xml")) and name != "image/svg+xml":
        from mockserver.engine import xml_bodies

        return Answer(status, xml_bodies.write(value, media_type.raw.get("schema"), media_type.document), name)
    return Answer(status, _encoded(value, name), name)


def _encoded(value: Any, name: str) -> bytes:
    if is_file(name):
        return blank_file(name) or _octets(value if isinstance(value, str) else "mockflare")
    write = _WRITERS.get(name)
    return write(value) if write else to_json(value)


def _octets(text: str) -> bytes:
    """Return text as UTF-8; text that somebody wrote for bytes stays text."""
    return text.encode("utf-8", "surrogatepass")


def _stream(status: int, value: Any, authored: bool) -> Answer:
    if authored and isinstance(value, str) and any(line.startswith("data:") for line in value.splitlines()):
        text = "\n".join(value.splitlines())
        return Answer(status, _octets(text.rstrip("\n") + "\n\n"), EVENT_STREAM)
    events = value if isinstance(value, list) else [value]
    return Answer(status, None, EVENT_STREAM, (), [Event(_one_line(each)) for each in events])


def _one_line(value: Any) -> Any:
    return " ".join(value.splitlines()) if isinstance(value, str) else value


def _page(text: str, media_type: MediaType) -> str:
    """Return a page that shows a text, if the schema allows that."""
    if "<" in text:
        return text
    page = f"<!DOCTYPE html><html><head><title>{escape(text)}</title></head><body><p>{escape(text)}</p></body></html>"
    return page if media_type.validator.is_valid(page) else text


def _multipart(value: Any) -> bytes:
    """Return a form, or for a list its items as parts."""
    fields = list(value.items()) if isinstance(value, dict) else [("", each) for each in _as_list(value)]
    found = []
    for name, content in fields:
        for each in content if isinstance(content, list) else [content]:
            head = f'content-disposition: form-data; name="{_quoted(name)}"\r\n' if name else ""
            kind = "text/plain; charset=utf-8" if isinstance(each, str) else "application/json"
            data = _octets(each) if isinstance(each, str) else to_json(each)
            found.append(f"--{_BOUNDARY}\r\n{head}content-type: {kind}\r\n\r\n".encode() + data + b"\r\n")
    return b"".join(found) + f"--{_BOUNDARY}--\r\n".encode()


def _quoted(name: str) -> str:
    return name.replace("\\", "%5C").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _lines(value: Any) -> bytes:
    return b"".join(to_json(each) + b"\n" for each in _as_list(value))


def _sequence(value: Any) -> bytes:
    return b"".join(b"\x1e" + to_json(each) + b"\n" for each in _as_list(value))


def _table(value: Any) -> bytes:
    """Return a list of objects as comma-separated lines under their names."""
    rows = [each if isinstance(each, dict) else {"value": each} for each in _as_list(value)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return _octets(text.getvalue())


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else to_json(value).decode()


def _plain(value: Any) -> bytes:
    return to_json(value)


def _html(value: Any) -> bytes:
    shown = escape(to_json(value).decode())
    return _octets(f"<!DOCTYPE html><html><head><title>Answer</title></head><body><pre>{shown}</pre></body></html>")


def _form(value: Any) -> bytes:
    if not isinstance(value, dict):
        return _octets(urlencode({"value": _cell(value)}))
    pairs = [(name, _cell(each)) for name, content in value.items() for each in _as_list(content)]
    return _octets(urlencode(pairs))


def _token(value: Any) -> bytes:
    """Return a JSON Web Token whose claims are the value; the signature is a digest without a key."""
    claims = value if isinstance(value, dict) else {"sub": _cell(value)}
    signed = b".".join(_base64(to_json(each)) for each in ({"alg": "HS256", "typ": "JWT"}, claims))
    return signed + b"." + _base64(seeds.digest(signed))


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


_WRITERS: dict[str, Callable[[Any], bytes]] = {
    "text/plain": _plain,
    "text/html": _html,
    "text/csv": _table,
    "application/csv": _table,
    "application/jwt": _token,
    "application/x-www-form-urlencoded": _form,
    **dict.fromkeys(_LINES, _lines),
    **dict.fromkeys(_SEQUENCES, _sequence),
}
