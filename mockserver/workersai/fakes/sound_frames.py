"""Frames of MPEG audio: MP3, its older layers, and AAC in a transport stream. Walked, never trusted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_MOST = 500_000
"""Frames that are walked: more than three hours of MP3."""
_SEARCHED = 1 << 16
"""Bytes in which the first frame has to begin."""

_RATES = (44100, 48000, 32000)
_BIT_RATES = {  # kbit/s by (version 1, layer)
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_ADTS_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)


@dataclass(frozen=True, slots=True)
class Frame:
    """The header of a frame."""

    place: int
    size: int
    samples: int
    rate: int
    channels: int
    layer: int
    """1 to 3; 0 for AAC."""
    version: int
    """1 for MPEG 1; 2 for the halved and quartered rates."""


def after_id3(data: bytes) -> int:
    """Return where the sound begins after ID3v2 tags; past the end when a tag says so."""
    place = 0
    for _ in range(8):
        head = data[place : place + 10]
        if len(head) < 10 or head[:3] != b"ID3" or max(head[6:]) > 0x7F:
            break
        size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        place += 10 + size + (10 if head[5] & 0x10 else 0)
    return place


def walk(data: bytes, start: int = 0) -> Iterator[Frame]:
    """Yield the frames from `start` on; what is no frame is passed over, and the last may be cut.

    Nothing comes unless two frames follow one another, or one frame ends where the data ends.
    """
    place = _first(data, start)
    for _ in range(_MOST):
        frame = _frame(data, place)
        if frame is None:
            place = data.find(b"\xff", place + 1)
            if place < 0:
                return
            continue
        yield frame
        place += frame.size


def loudness(data: bytes, frame: Frame) -> float:
    """Return about how loud a frame of MP3 is, by its side information: 0 for silence, 1 for full scale."""
    start = frame.place + (4 if data[frame.place + 1] & 1 else 6)
    side = int.from_bytes(data[start : start + 8].ljust(8, b"\0"), "big")
    if frame.version == 1:
        first = 9 + (5 + 4 if frame.channels == 1 else 3 + 8)
    else:
        first = 8 + (1 if frame.channels == 1 else 2)
    length, gain = side >> 64 - first - 12 & 0xFFF, side >> 64 - first - 29 & 0xFF
    return 0.0 if length < 16 else min(1.0, 2.0 ** ((gain - 180) / 4))


def _first(data: bytes, start: int) -> int:
    """Return where frames begin; the end of the data when there are none."""
    place = data.find(b"\xff", start, start + _SEARCHED)
    while place >= 0:
        frame = _frame(data, place)
        if frame is not None:
            following = _frame(data, place + frame.size)
            alike = following is not None and (frame.layer, frame.rate) == (following.layer, following.rate)
            if alike or place + frame.size == len(data):
                return place
        place = data.find(b"\xff", place + 1, start + _SEARCHED)
    return len(data)


def _frame(data: bytes, place: int) -> Frame | None:
    head = data[place : place + 7]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return _adts(head, place)
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    bit_rate, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer == 4 or not 0 < bit_rate < 15 or rate == 3:
        return None
    first = version == 3
    hertz = _RATES[rate] >> (0 if first else 1 if version == 2 else 2)
    samples = 384 if layer == 1 else 1152 if first or layer == 2 else 576
    bits = _BIT_RATES[first, layer][bit_rate - 1] * 1000
    padding = head[2] >> 1 & 1
    size = (12 * bits // hertz + padding) * 4 if layer == 1 else samples // 8 * bits // hertz + padding
    channels = 1 if head[3] >> 6 == 3 else 2
    return Frame(place, size, samples, hertz, channels, layer, 1 if first else 2)


def _adts(head: bytes, place: int) -> Frame | None:
    if len(head) < 7 or head[2] >> 2 & 15 >= len(_ADTS_RATES):
        return None
    size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    if size < 7:
        return None
    channels = (head[2] & 1) << 2 | head[3] >> 6
    blocks = (head[6] & 3) + 1
    return Frame(place, size, 1024 * blocks, _ADTS_RATES[head[2] >> 2 & 15], channels or 1, 0, 2)
