"""Marks: the spoken text inside the sound itself, so that speech of ours can be understood again without a model.

A mark is a signature, a length, a checksum and the text as UTF-8. Files with room for such things hold it in a tag;
samples hold it in their lowest bits, one bit each, where nobody hears it.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

SIGNATURE = b"mckflr\x01\xa7"
_LENGTH, _CHECKSUM = 4, 4
_OVERHEAD = len(SIGNATURE) + _LENGTH + _CHECKSUM
_MOST = 1 << 16
"""Bytes of a text that are looked for."""
_ATTEMPTS = 64
"""Signatures that are looked at, should somebody send more."""
_COPIES = 4
"""Copies that samples hold where there is room, so that one survives when the sound is cut."""

TO_DIGITS = bytes(48 + (value & 1) for value in range(256))
"""Translates the lowest byte of a sample into the digit, "0" or "1", that it holds."""
_CLEARED = bytes(value & 0xFE for value in range(256))
_TO_BITS = bytes(value & 1 for value in range(256))
DIGITS = f"{int.from_bytes(SIGNATURE, 'big'):0{8 * len(SIGNATURE)}b}".encode()
"""The signature as samples hold it, a digit each."""


def mark(text: str) -> bytes:
    """Return the mark of a text."""
    said = text.encode("utf-8", "surrogatepass")
    return SIGNATURE + len(said).to_bytes(_LENGTH, "big") + crc32(said).to_bytes(_CHECKSUM, "big") + said


def engrave(samples: bytearray, width: int, text: str) -> None:
    """Write the mark of a text into the lowest bits of samples of `width` bytes (lower byte first), several times.

    Samples that have no room for it stay as they are.
    """
    said = mark(text)
    digits = f"{int.from_bytes(said, 'big'):0{8 * len(said)}b}".encode().translate(_TO_BITS)
    ones = int.from_bytes(digits, "big")
    room = len(samples) // width
    for copy in range(min(_COPIES, room // len(digits))):
        first = room * copy // _COPIES if room >= _COPIES * len(digits) else len(digits) * copy
        place = slice(first * width, (first + len(digits)) * width, width)
        cleared = int.from_bytes(samples[place].translate(_CLEARED), "big")
        samples[place] = (cleared | ones).to_bytes(len(digits), "big")


@dataclass(frozen=True, slots=True)
class Found:
    """A text that was found."""

    text: str
    width: int
    """Bytes of the samples that it was written into; 0 for a tag."""


def find(data: bytes) -> Found | None:
    """Return the first whole mark of a recording, in a tag or in samples of one or two bytes; None without one."""
    place = data.find(SIGNATURE)
    for _ in range(_ATTEMPTS):
        if place < 0:
            break
        text = _read(data[place : place + _OVERHEAD + _MOST])
        if text is not None:
            return Found(text, 0)
        place = data.find(SIGNATURE, place + 1)
    for lowest, width in ((data[::2], 2), (data[1::2], 2), (data, 1)):
        text = _engraved(lowest.translate(TO_DIGITS))
        if text is not None:
            return Found(text, width)
    return None


def _engraved(digits: bytes) -> str | None:
    place = digits.find(DIGITS)
    for _ in range(_ATTEMPTS):
        if place < 0:
            break
        text, _ = engraved_at(digits, place)
        if text is not None:
            return text
        place = digits.find(DIGITS, place + 1)
    return None


def engraved_at(digits: bytes | bytearray, place: int) -> tuple[str | None, int]:
    """Return the text of the mark whose signature stands at `place`, and where the mark ends.

    Without a text the mark is either not whole yet, and its end lies behind the digits, or none at all, and its end
    is its place.
    """
    start = place + len(DIGITS)
    length = digits[start : start + 8 * _LENGTH]
    if len(length) < 8 * _LENGTH:
        return None, place + 8 * _OVERHEAD
    size = int(length, 2)
    end = place + 8 * (_OVERHEAD + size)
    if size > _MOST:
        return None, place
    if end > len(digits):
        return None, end
    text = _read(int(digits[place:end], 2).to_bytes(_OVERHEAD + size, "big"))
    return text, place if text is None else end


def _read(found: bytes) -> str | None:
    """Return the text of the mark that `found` begins with, None when it is not whole."""
    size = int.from_bytes(found[len(SIGNATURE) : len(SIGNATURE) + _LENGTH], "big")
    checksum = found[_OVERHEAD - _CHECKSUM : _OVERHEAD]
    said = found[_OVERHEAD : _OVERHEAD + size]
    if len(said) < size or crc32(said) != int.from_bytes(checksum, "big"):
        return None
    try:
        return said.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
