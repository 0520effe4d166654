"""The parts of a form that was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contracts.exchanges import Request

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_NAME = re.compile(rb'[; ]name="([^"]*)"', re.IGNORECASE)


def read_parts(request: Request) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of each part of a multipart body, nothing for any other body."""
    content_type = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        return
    for part in request.body.split(b"--" + boundary[1].encode("latin-1"))[1:]:
        head, found, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if found and name is not None:
            yield name[1].decode("utf-8", "replace"), content.removesuffix(b"\r\n")
