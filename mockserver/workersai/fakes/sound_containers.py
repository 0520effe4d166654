"""Files around sound: WAV, an ID3 tag, Ogg pages, FLAC."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache

OWNER = b"mockflare"
_PCM, _A_LAW, _MU_LAW = 1, 6, 7
_FORMATS = {"linear16": _PCM, "alaw": _A_LAW, "mulaw": _MU_LAW}


def wav(encoding: str, rate: int, samples: bytes | bytearray) -> bytes:
    """Return a WAV file with one channel of linear16, mulaw or alaw."""
    width = 2 if encoding == "linear16" else 1
    form = struct.pack("<HHIIHH", _FORMATS[encoding], 1, rate, rate * width, width, 8 * width)
    chunks = [(b"fmt ", form)]
    if encoding != "linear16":  # formats other than PCM say the size of their extension and count their samples
        chunks = [(b"fmt ", form + bytes(2)), (b"fact", struct.pack("<I", len(samples)))]
    head = b"WAVE" + b"".join(name + struct.pack("<I", len(data)) + data for name, data in chunks)
    head += b"data" + struct.pack("<I", len(samples))
    padding = bytes(len(samples) % 2)
    return b"".join((b"RIFF", struct.pack("<I", len(head) + len(samples) + len(padding)), head, samples, padding))


def id3(data: bytes) -> bytes:
    """Return an ID3v2.4 tag with a private frame, to stand before frames of MP3 or AAC."""
    content = OWNER + b"\0" + data
    frame = b"PRIV" + _syncsafe(len(content)) + bytes(2) + content
    return b"ID3\x04\x00\x00" + _syncsafe(len(frame)) + frame


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


# Ogg --------------------------------------------------------------------------------------------------------------

_SERIAL = 0x6D6F636B
_PACKETS = 50
"""Packets on a page: one second of Opus."""
PRE_SKIP = 312
"""Samples at 48 kHz that a decoder drops, as libopus asks for."""


def ogg_opus(packets: Sequence[bytes], samples: int, rate: int, comment: bytes) -> bytes:
    """Return an Ogg file of Opus packets with `samples` samples each; `comment` goes behind its tags."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, PRE_SKIP, rate, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", len(OWNER)) + OWNER + struct.pack("<I", 0) + b"\x01" + comment
    pages = [_page([head], 0, 0, 2), _page([tags], 1, 0, 0)]
    last = max(0, len(packets) - 1) // _PACKETS
    for number in range(last + 1):
        some = packets[number * _PACKETS : (number + 1) * _PACKETS]
        granule = min(len(packets), (number + 1) * _PACKETS) * samples
        pages.append(_page(some, number + 2, granule, 4 if number == last else 0))
    return b"".join(pages)


def _page(packets: Sequence[bytes], number: int, granule: int, flags: int) -> bytes:
    """Return one page; the packets must fit: 255 segments of 255 bytes."""
    lacing = b"".join(b"\xff" * (len(each) // 255) + bytes((len(each) % 255,)) for each in packets)
    head = b"OggS" + struct.pack("<BBqIII", 0, flags, granule, _SERIAL, number, 0) + bytes((len(lacing),)) + lacing
    page = head + b"".join(packets)
    return page[:22] + struct.pack("<I", checksum(page, 0x04C11DB7, 32)) + page[26:]


# FLAC -------------------------------------------------------------------------------------------------------------


class Block:
    """Samples as a subframe that any frame can hold; its checksum is counted once."""

    __slots__ = ("checksum", "data")

    def __init__(self, samples: bytes) -> None:
        """Take 16-bit samples, the higher byte first; silence is told in three bytes."""
        self.data = b"\x02" + samples if any(samples) else b"\0\0\0"
        self.checksum = checksum(self.data, 0x8005, 16)


def flac(blocks: Sequence[Block], samples: int, rate: int, application: bytes) -> bytes:
    """Return a FLAC file of blocks of `samples` samples each, one channel; `application` is kept in a block."""
    total = len(blocks) * samples
    packed = rate << 44 | 15 << 36 | total
    info = struct.pack(">HH6xQ16x", samples, samples, packed)
    extra = b"mckf" + application
    parts = [b"fLaC", _metadata(0, info), _metadata(0x80 | 2, extra)]
    for number, block in enumerate(blocks):
        head = b"\xff\xf8\x70\x08" + _coded(number) + struct.pack(">H", samples - 1)
        head += bytes((checksum(head, 0x07, 8),))
        # a checksum is linear: that of head and block is that of the head, moved past the block, and the block's own
        end = _moved(checksum(head, 0x8005, 16), len(block.data)) ^ block.checksum
        parts += (head, block.data, struct.pack(">H", end))
    return b"".join(parts)


def _metadata(kind: int, data: bytes) -> bytes:
    return bytes((kind,)) + len(data).to_bytes(3, "big") + data


def _coded(number: int) -> bytes:
    """Return a frame's number as FLAC writes it: like UTF-8."""
    return chr(number).encode("utf-8", "surrogatepass")


def _moved(value: int, length: int) -> int:
    """Return a 16-bit checksum after `length` bytes of zero."""
    result = 0
    for bit, moved in enumerate(_moves(length)):
        if value >> bit & 1:
            result ^= moved
    return result


@cache
def _moves(length: int) -> tuple[int, ...]:
    return tuple(checksum(bytes(length), 0x8005, 16, 1 << bit) for bit in range(16))


@cache
def _table(polynomial: int, width: int) -> tuple[int, ...]:
    top, mask = 1 << width - 1, (1 << width) - 1
    table = []
    for value in range(256):
        value <<= width - 8
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & mask
        table.append(value)
    return tuple(table)


def checksum(data: bytes, polynomial: int, width: int, value: int = 0) -> int:
    """Return a checksum with its highest bit first, as Ogg (32 bits) and FLAC (8 and 16 bits) count it."""
    table, mask, shift = _table(polynomial, width), (1 << width) - 1, width - 8
    for byte in data:
        value = (value << 8 & mask) ^ table[value >> shift ^ byte]
    return value
