"""Writing multipart forms, with a boundary that depends on their content alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a form; one with a file name is a file."""

    name: str
    content: bytes
    filename: str | None = None
    media_type: str | None = None


def write_form(parts: Sequence[Part]) -> tuple[str, bytes]:
    """Return the media type with its boundary, and the body."""
    boundary = hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()
    written = b""
    for part in parts:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{part.name}"'
        if part.filename is not None:
            head += f'; filename="{part.filename}"'
        if part.media_type is not None:
            head += f"\r\nContent-Type: {part.media_type}"
        written += head.encode() + b"\r\n\r\n" + part.content + b"\r\n"
    return f"multipart/form-data; boundary={boundary}", written + f"--{boundary}--\r\n".encode()
