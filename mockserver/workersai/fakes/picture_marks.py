"""A mark in the pixels: what a picture shows, as a faint pattern along its lower edge.

Metadata are lost as soon as somebody saves a picture anew. The mark survives that, and JPEG down to a quality of
about 50: it is made of squares of four pixels, in line with JPEG's blocks, that are a little brighter or darker than
their ground. A picture of one of the usual widths may have been made smaller or larger: it is looked at in each of
them. The mark does not survive a crop at the top or left, or a turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from zlib import crc32

from mockserver.workersai.fakes.pictures import Colour, cells, from_cells

if TYPE_CHECKING:
    from mockserver.workersai.fakes.pictures import Picture

SIDE = 4
"""Pixels of a square."""

_WIDTHS = (256, 320, 384, 448, 512, 576, 640, 704, 768, 832, 896, 960, 1024, 1088, 1152, 1216, 1280, 1344, 1408, 1472,
           1536, 1600, 1664, 1728, 1792, 1856, 1920, 1984, 2048)  # fmt: skip
"""Widths that pictures are drawn in; most models take nothing else."""
_STEP = 10  # brightness above and below the ground
_MAGIC = b"\xa5\x9c"
_HEAD = 6  # magic, length, checksum; two bytes each
_LARGEST_PART = 5  # at most one part in five of a picture's height


def put(image: Picture, text: str, ground: Colour) -> None:
    """Mark a picture with a text, or with as much of its beginning as there is room for; a tiny one stays as it is."""
    across, down = image.width // SIDE, image.height // SIDE
    room = across * (down // _LARGEST_PART) // 8 - _HEAD
    said = text.encode("utf-8", "replace")[: max(0, min(room, 0xFFFF))].decode("utf-8", "ignore").encode()
    if not said:
        return
    message = _MAGIC + len(said).to_bytes(2, "big") + (crc32(said) & 0xFFFF).to_bytes(2, "big") + said
    bits = _bits(message)
    bits += [0] * (-len(bits) % across)
    rows = len(bits) // across
    # the first row is the lowest one
    greys = [
        128 + _STEP if bit else 128 - _STEP for row in range(rows - 1, -1, -1) for bit in bits[row * across :][:across]
    ]
    image.paste(from_cells(across, bytes(greys), ground, SIDE), (0, (down - rows) * SIDE))


def get(image: Picture) -> str | None:
    """Return the text that a picture is marked with, None when there is no mark or too little is left of it."""
    return _read(image) or next(filter(None, map(_read, _as_drawn(image))), None)


def _as_drawn(image: Picture) -> Iterator[Picture]:
    """Yield a picture in the sizes that it may have had before it was scaled: those in which a mark begins."""
    for width in _WIDTHS:
        height = SIDE * round(image.height * width / image.width / SIDE)
        if width == image.width or not SIDE <= height <= 2 * _WIDTHS[-1]:
            continue
        lowest = (0, (height - SIDE) * image.height / height, 16 * SIDE * image.width / width, image.height)
        _, _, greys = cells(image.resize((16 * SIDE, SIDE), box=lowest), SIDE)
        threshold = _threshold(greys[:16])
        if threshold is not None and _bytes(greys[:16], threshold) == _MAGIC:
            yield image.resize((width, height))


def _read(image: Picture) -> str | None:
    across, down, greys = cells(image, SIDE)
    if across * (down // _LARGEST_PART) // 8 <= _HEAD:
        return None
    rows = (greys[row * across : (row + 1) * across] for row in range(down - 1, -1, -1))
    stream = b"".join(row for row, _ in zip(rows, range(down // _LARGEST_PART), strict=False))
    threshold = _threshold(stream[:16])
    if threshold is None or _bytes(stream[:16], threshold) != _MAGIC:
        return None
    head = _bytes(stream[: 8 * _HEAD], threshold)
    length = int.from_bytes(head[2:4], "big")
    said = _bytes(stream[8 * _HEAD : 8 * (_HEAD + length)], threshold)
    if len(said) != length or (crc32(said) & 0xFFFF).to_bytes(2, "big") != head[4:6]:
        return None
    return said.decode("utf-8", "replace") or None


def _threshold(first: bytes) -> float | None:
    """Return the brightness between ones and noughts as the magic bytes show it, None when they do not differ."""
    ones = [grey for grey, bit in zip(first, _bits(_MAGIC), strict=True) if bit]
    noughts = [grey for grey, bit in zip(first, _bits(_MAGIC), strict=True) if not bit]
    high, low = sum(ones) / len(ones), sum(noughts) / len(noughts)
    return (high + low) / 2 if high - low > _STEP / 2 else None


def _bits(message: bytes) -> list[int]:
    return [byte >> shift & 1 for byte in message for shift in range(7, -1, -1)]


def _bytes(greys: bytes, threshold: float) -> bytes:
    bits = "".join(["1" if grey > threshold else "0" for grey in greys])
    return int("0" + bits, 2).to_bytes(len(greys) // 8, "big")
