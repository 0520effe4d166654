"""The parts of a form that was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.exchanges import Request

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_NAME = re.compile(rb'[; ]name="([^"]*)"', re.IGNORECASE)
_FILE = re.compile(rb'[; ]filename="([^"]*)"', re.IGNORECASE)
_TYPE = re.compile(rb"^content-type:\s*([^;\s]+)", re.IGNORECASE | re.MULTILINE)


def read_parts(request: Request) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of each part of a multipart body, nothing for any other body."""
    for head, content in _parts(request):
        name = _NAME.search(head)
        if name is not None:
            yield name[1].decode("utf-8", "replace"), content


def read_files(request: Request) -> Iterator[tuple[str, bytes]]:
    """Yield the file name and content of each file of a multipart body."""
    for head, content in _parts(request):
        name = _FILE.search(head)
        if name is not None:
            yield name[1].decode("utf-8", "replace"), content


def read_file_types(request: Request) -> Iterator[tuple[str, str]]:
    """Yield the file name of each file of a multipart body, and the media type that it was sent with, "" for none."""
    for head, _ in _parts(request):
        name, kind = _FILE.search(head), _TYPE.search(head)
        if name is not None:
            yield name[1].decode("utf-8", "replace"), "" if kind is None else kind[1].decode("latin-1").lower()


def _parts(request: Request) -> Iterator[tuple[bytes, bytes]]:
    content_type = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        return
    for part in request.body.split(b"--" + boundary[1].encode("latin-1"))[1:]:
        head, found, content = part.partition(b"\r\n\r\n")
        if found:
            yield head, content.removesuffix(b"\r\n")
