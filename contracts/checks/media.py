"""Pictures and speech that come back: whether they are what they are called, and can be decoded."""

from __future__ import annotations

import base64
import struct
from typing import Any

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import shown
from contracts.context import Context
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.frames import fault_of
from contracts.said import is_whole
from contracts.sent_media import size_of

_ROUNDED = 16
"""Pixels by which a side may be rounded: models work in blocks."""
_PICTURES = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/webp": (b"RIFF",),
    "image/gif": (b"GIF8",),
}
_SOUNDS = {
    "audio/mpeg": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"),
    "audio/mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa"),
    "audio/wav": (b"RIFF",),
    "audio/x-wav": (b"RIFF",),
    "audio/ogg": (b"OggS",),
    "audio/flac": (b"fLaC",),
}
_ENCODED = {
    "mp3": _SOUNDS["audio/mpeg"],
    "flac": _SOUNDS["audio/flac"],
    "opus": _SOUNDS["audio/ogg"],
    "opus in ogg": _SOUNDS["audio/ogg"],
    "aac": (b"ID3", b"\xff\xf1", b"\xff\xf9", b"\xff\xf0", b"\xff\xf8"),
    **{f"{each} in wav": _SOUNDS["audio/wav"] for each in ("linear16", "mulaw", "alaw")},
}
"""How recordings begin, by their encoding and their container."""


@check("picture-decodes", Severity.BREAKING, kind="semantics", source="Cloudflare")
def picture_decodes(exchange: Exchange, context: Context) -> list[Found] | None:
    """A picture can be decoded to its last line, is of the kind it is called, and as large as was asked for.

    Finds pictures that were cut off, base64 that is not, another format behind `image/png`, and sizes not looked at.
    """
    kind = context.response.media_type
    content: bytes | None
    if not context.response.succeeded or context.dialect is not Dialect.RUN:
        return None
    if kind.startswith("image/"):
        content, where = context.response.body, "/"
    else:
        value = context.answer.get("image") if isinstance(context.answer, dict) else None
        if value is None or not _makes(context, "text-to-image"):
            return None
        content, where = _decoded(value), "/image"
        if content is None:
            return [Found("base64", shown(value), where)]
    size = size_of(content)
    if size is None:
        return [Found("a picture that can be decoded to its end", f"{len(content)} bytes: {content[:12]!r}", where)]
    if kind in _PICTURES and not content.startswith(_PICTURES[kind]):
        return [Found(kind, repr(content[:12]), where)]
    for name, came in zip(("width", "height"), size, strict=True):
        wanted = _whole(context.asked.get(name)) or 0  # schemas begin at 0, which no picture can be
        if wanted > 0 and abs(came - wanted) > (0 if wanted % 64 == 0 else _ROUNDED):
            return [Found(f"a {name} of {wanted} pixels", str(came), f"{where} {name}")]
    return []


@check("speech-decodes", Severity.BREAKING, kind="semantics", source="Cloudflare")
def speech_decodes(exchange: Exchange, context: Context) -> list[Found] | None:
    """Speech is a recording of the kind it is called, with sound in it, at the rate that was asked for.

    Finds empty recordings and those that were cut within a frame, MP3 that is called WAV or came in place of another
    encoding, and headers that do not tell of their data.
    """
    kind = context.response.media_type
    content: bytes | None
    if not context.response.succeeded or context.dialect is not Dialect.RUN:
        return None
    if kind.startswith("audio/"):
        content, where = context.response.body, "/"
    else:
        value = context.answer.get("audio") if isinstance(context.answer, dict) else None
        if value is None or not _makes(context, "text-to-speech"):
            return None
        content, where = _decoded(value), "/audio"
        if content is None:
            return [Found("base64", shown(value), where)]
    if len(content) < 100:
        return [Found("a recording", f"{len(content)} bytes", where)]
    if kind in _SOUNDS and not content.startswith(_SOUNDS[kind]):
        return [Found(kind, repr(content[:12]), where)]
    if kind not in _SOUNDS and where == "/audio" and not content.startswith(sum(_SOUNDS.values(), ())):
        return [Found("a recording", repr(content[:12]), where)]
    wanted = _ENCODED.get(_encoding(context))
    if wanted is not None and not content.startswith(wanted):
        return [Found(f"{_encoding(context)}, as was asked for", repr(content[:12]), f"{where} encoding")]
    if _encoding(context).endswith("16 in none") and content.startswith(_SOUNDS["audio/wav"]):
        return [Found("samples without a header, as container is none", repr(content[:12]), f"{where} container")]
    if content.startswith(b"RIFF"):
        fault = _wav_fault(content, context)
        return [Found("a WAV file whose header is true", fault, where)] if fault else []
    fault = fault_of(content)
    return [Found("a recording that ends where its last frame does", fault, where)] if fault else []


def _wav_fault(content: bytes, context: Context) -> str | None:
    """Return what is wrong with a WAV file; sizes of 0 and of all bits set are those of a stream."""
    if content[8:12] != b"WAVE":
        return f"{content[:12]!r}"
    rate, per_second, plain, place, data = 0, 0, 0, 12, -1
    while place + 8 <= len(content) and data < 0:
        name, size = content[place : place + 4], struct.unpack_from("<I", content, place + 4)[0]
        if name == b"fmt " and place + 22 <= len(content):
            form, _, rate, per_second, block = struct.unpack_from("<HHIIH", content, place + 8)
            plain = rate * block if form == 1 else 0
        if name == b"data":
            left = len(content) - place - 8
            data = size
            if size not in (0, 0xFFFFFFFF, 0x7FFFFFFF) and size < 0x7FFF0000 and size > left:
                return f"{left} bytes of data, where the header says {size}"
            data = left
        place += 8 + size + size % 2
    if data <= 0:
        return "no data"
    wanted = _whole(context.asked.get("sample_rate"))
    if not 4000 <= rate <= 400_000:
        return f"a rate of {rate}"
    if plain and per_second != plain:
        return f"{per_second} bytes a second, where its rate makes {plain}"
    usual = wanted is not None and 8000 <= wanted <= 48_000  # others exist for no encoding: the nearest will do
    return f"a rate of {rate}, where {wanted} was asked for" if usual and rate != wanted else None


def _encoding(context: Context) -> str:
    """Return the encoding that was asked for, with its container; those that do not go together mean nothing."""
    parts = [context.asked.get(name) for name in ("encoding", "container")]
    return " in ".join(str(each) for each in parts if each is not None)


def _makes(context: Context, family: str) -> bool:
    return context.model is not None and context.model.family.startswith(family)


def _decoded(value: Any) -> bytes | None:
    if not isinstance(value, str):
        return None
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        return None


def _whole(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    return value if is_whole(value) else None


CHECKS: tuple[AnyCheck, ...] = (picture_decodes, speech_decodes)
