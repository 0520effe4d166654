"""Small files of kinds that no schema describes: they open, and there is next to nothing in them."""

from __future__ import annotations

import base64
import gzip
import struct
from collections.abc import Callable

_PICTURES = {
    "image/png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC",
    "image/gif": "R0lGODdhAQABAIEAAP///wAAAAAAAAAAACwAAAAAAQABAAAIBAABBAQAOw==",
    "image/webp": "UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEADMDOJaQAA3AA/uuuAAA=",
    "image/bmp": "Qk06AAAAAAAAADYAAAAoAAAAAQAAAAEAAAABABgAAAAAAAQAAADEDgAAxA4AAAAAAAAAAAAA////AA==",
    "image/jpeg": "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI/////////////"
    "/////////////////////"
    "//////////////////wAALCAABAAEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBR"
    "IhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4"
    "iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/ALtf/9k=",
}


def blank_file(media_type: str) -> bytes | None:
    """Return a file of a kind such as `image/png`, None for a kind that is not known here."""
    kind = _ALIKE.get(media_type, media_type)
    if kind in _PICTURES:
        return base64.b64decode(_PICTURES[kind])
    make = _MAKERS.get(kind)
    return make() if make else None


def _pdf() -> bytes:
    """Return one empty page: PDF 1.4 with a cross-reference table."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
    )
    data, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj%bendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + b"xref\n0 4\n0000000000 65535 f \n%btrailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(data),
    )


def _wav() -> bytes:
    """Return a tenth of a second of silence."""
    silence = b"\x80" * 800
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(silence), b"WAVE", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    return head + struct.pack("<4sI", b"data", len(silence)) + silence


_MAKERS: dict[str, Callable[[], bytes]] = {
    "application/pdf": _pdf,
    "audio/wav": _wav,
    "application/zip": lambda: b"PK\x05\x06" + bytes(18),
    "application/gzip": lambda: gzip.compress(b"", mtime=0),
    "image/svg+xml": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
}
_ALIKE = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "application/x-gzip": "application/gzip",
    "application/x-zip-compressed": "application/zip",
    "application/x-pdf": "application/pdf",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
}
