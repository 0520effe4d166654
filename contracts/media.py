"""Pictures and recordings that are real: small files any decoder reads, and where a contract asks for them."""

from __future__ import annotations

import base64
import io
import struct
import wave
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

SENT_AS: Mapping[str, str] = {"image": "image/png", "audio": "audio/wav"}
"""The media type that samples of a kind have."""

BYTES = "application/octet-stream"

_SIGNATURES = (
    ("image", (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")),
    ("audio", (b"RIFF", b"ID3", b"\xff\xfb", b"\xff\xf3", b"OggS", b"fLaC")),
)
_SIDE = 16  # pixels: models refuse pictures of less than ten
_RATE = 8000  # samples a second
_LENGTHS = (800, 1600)  # a tenth and a fifth of a second
_LONG = 20_000


@cache
def samples(kind: str) -> tuple[bytes, ...]:
    """Return real files of a kind: two PNG pictures ("image") or two WAV recordings ("audio")."""
    if kind == "image":
        return tuple(_picture(shade) for shade in (96, 200))
    return tuple(_recording(length) for length in _LENGTHS)


@cache
def long_recording() -> bytes:
    """Return a WAV recording of some seconds, in which there is room for several words."""
    return _recording(_LONG)


def as_sent(content: bytes, like: Any) -> Any:
    """Return a file as a value of JSON, written like another one: an array of bytes, base64, a data URL, a list of it.

    >>> as_sent(b"RIFF", [137, 80, 78, 71]), as_sent(b"RIFF", "data:audio/wav;base64,SUQz")
    ([82, 73, 70, 70], 'data:audio/wav;base64,UklGRg==')
    """
    if isinstance(like, str):
        head, found, _ = like.partition(";base64,")
        return (head + found if found else "") + base64.b64encode(content).decode()
    return [as_sent(content, like[0])] if isinstance(like[0], str) else list(content)


def kind_of(media_type: Any) -> str | None:
    """Return "image" or "audio" for media types of these kinds, None for others.

    >>> kind_of("image/*"), kind_of("Audio/MPEG"), kind_of("text/plain")
    ('image', 'audio', None)
    """
    main = str(media_type).partition("/")[0].strip().lower()
    return main if main in SENT_AS else None


def kind_of_schema(schema: Any) -> str | None:
    """Return the kind of media that a schema, or one of its alternatives, says its values are."""
    if not isinstance(schema, Mapping):
        return None
    for node in (schema, *_branches(schema)):
        kind = kind_of(node.get("contentMediaType", ""))
        if kind is not None:
            return kind
    return None


def kind_of_value(value: Any) -> str | None:
    """Return the kind of media that a value of JSON is by its first bytes: an array of bytes, base64 or a data URL.

    A list of texts is what its first text is.

    >>> kind_of_value([137, 80, 78, 71]), kind_of_value("data:audio/mpeg;base64,SUQz"), kind_of_value("iVBORw==")
    ('image', 'audio', 'image')
    """
    if isinstance(value, list) and value and isinstance(value[0], str):
        value = value[0]
    try:
        if isinstance(value, str):
            start = base64.b64decode(value.partition(";base64,")[2][:16] or value[:16], validate=True)
        else:
            start = bytes(value[:16]) if isinstance(value, list) else b""
    except (ValueError, TypeError):
        return None
    if start.startswith(b"RIFF") and start[8:] == b"WEBP":
        return "image"
    return next((kind for kind, signatures in _SIGNATURES if start.startswith(signatures)), None)


def kind_of_body(content: Mapping[str, Any], media_type: str) -> str | None:
    """Return the kind of media that a bare body of this type has to be.

    `content` are the media types that an operation takes, by name. Bytes without a type of their own are what their
    schema says, else what the other types have in common; None when it cannot be said.
    """
    kind = kind_of(media_type)
    if kind is not None or media_type != BYTES:
        return kind
    declared = content.get(BYTES)
    said = kind_of_schema(declared.get("schema")) if isinstance(declared, Mapping) else None
    kinds = {kind_of(name) for name in content} - {None}
    return said or (kinds.pop() if len(kinds) == 1 else None)


def is_real(body: bytes, kind: str) -> bool:
    """Return whether bytes are one of the samples; of other bytes only a decoder could tell."""
    return body in samples(kind)


def _branches(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for keyword in ("anyOf", "oneOf", "allOf"):
        yield from (branch for branch in schema.get(keyword) or () if isinstance(branch, Mapping))


def _picture(shade: int) -> bytes:
    """Return a PNG of two greys, uncompressed: compressors differ from machine to machine."""
    row = b"\0" + bytes([shade, 255 - shade] * (_SIDE // 2))
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(row * _SIDE, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _recording(length: int) -> bytes:
    """Return a WAV of a square tone that fades, one channel of 16 bits."""
    tone = b"".join(
        struct.pack("<h", (6000 if index // 16 % 2 else -6000) * (length - index) // length) for index in range(length)
    )
    file = io.BytesIO()
    with wave.open(file, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(_RATE)
        recording.writeframes(tone)
    return file.getvalue()
