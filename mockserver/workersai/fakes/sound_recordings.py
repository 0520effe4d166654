"""Recordings: sound that somebody sent, as far as it can be known without a decoder."""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from mockserver.engine.seeds import digest
from mockserver.workersai.fakes import sound_frames, sound_headers, sound_marks, speech
from mockserver.workersai.fakes.sound_headers import Header, NotAudio
from mockserver.workersai.fakes.sound_marks import Found

_LONGEST = 24 * 3600
_THINNEST = 10
"""Bytes per second below which a header's length is no longer believed."""
_WINDOW = 0.05  # seconds
_LOOKED_AT = 400  # windows, spread over a recording; the last second is always among them
_SILENT = 0.002
_SPOKEN_RATES = (8000, 16000, 24000, 32000, 48000)

Item = TypeVar("Item")
Numbers = TypeVar("Numbers", "array[int]", "array[float]")


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording of known length."""

    header: Header
    data: bytes
    said: str | None
    """What is spoken, for sound that carries its text."""

    @property
    def milliseconds(self) -> int:
        """How long it is, rounded down."""
        return int(self.header.seconds * 1000)

    @property
    def identity(self) -> bytes:
        """32 bytes that depend on the sound alone, not on the file around its samples."""
        header = self.header
        if header.samples:
            return digest("samples", header.encoding, header.rate, header.channels, header.samples)
        return digest("recording", self.data)

    def levels(self) -> list[float] | None:
        """Return how loud it is, 0 to 1, in windows in order; the last cover the last second.

        None for encodings that only a decoder could tell it of.
        """
        header = self.header
        if header.samples:
            return _levels(header)
        if header.kind == "mp3":
            frames = list(sound_frames.walk(self.data, sound_frames.after_id3(self.data)))
            return [sound_frames.loudness(self.data, frame) for frame in _spread(frames, 50)]
        return None

    @property
    def silent(self) -> bool:
        """Whether nothing is to be heard."""
        if not self.header.samples:
            return False
        return max(self.levels() or [1.0]) < _SILENT


def read(data: bytes, unpacked: tuple[str, int, int] | None = None) -> Recording:
    """Return a recording. `unpacked` are encoding, rate and channels of samples without a header, when they are known.

    Raises NotAudio for what cannot be heard. Samples of our own speech need nothing told.
    """
    if not data:
        raise NotAudio("the recording is empty")
    found = sound_marks.find(data)
    try:
        header = sound_headers.read(data)
    except NotAudio:
        if unpacked is None:
            unpacked = _our_own(data, found)
        if unpacked is None:
            raise
        header = sound_headers.raw(data, *unpacked)
    if header.seconds > _LONGEST or header.seconds > 10 + len(data) / _THINNEST:
        raise NotAudio(f"{header.kind}: {header.seconds:.0f} seconds of sound in {len(data)} bytes")
    return Recording(header, data, found.text if found else None)


def _our_own(data: bytes, found: Found | None) -> tuple[str, int, int] | None:
    """Return encoding, rate and channels of samples that speech of ours is written in, None for other data."""
    if found is None or not found.width:
        return None
    rate = len(data) / found.width / speech.seconds(found.text)
    return ("linear16" if found.width == 2 else "mulaw"), min(_SPOKEN_RATES, key=lambda each: abs(each - rate)), 1


def _levels(header: Header) -> list[float]:
    block = sound_headers.width(header.encoding) * header.channels
    step = max(1, int(header.rate * _WINDOW)) * block
    starts = _spread(range(0, len(header.samples), step), 20)
    return [level(header.samples[start : start + step], header.encoding) for start in starts]


def _spread(items: Sequence[Item], last: int) -> list[Item]:
    """Return the last items and as many others, evenly spread, as are looked at."""
    head, tail = items[:-last], items[-last:]
    return [*head[:: max(1, len(head) // _LOOKED_AT)], *tail]


def level(samples: bytes, encoding: str) -> float:
    """Return the highest magnitude of samples."""
    if encoding in ("float32", "float64"):
        numbers = _in_order(array("f" if encoding == "float32" else "d", samples))
        return min(1.0, max((abs(each) for each in numbers if math.isfinite(each)), default=0.0))
    if encoding in ("uint8", "mulaw", "alaw"):
        flipped = {"uint8": 0x80, "mulaw": 0x7F, "alaw": 0x55}[encoding]
        if encoding == "uint8":
            return max(max(samples) - flipped, flipped - min(samples)) / 128
        magnitude = max((each ^ flipped) & 0x7F for each in samples)
        return ((16 + (magnitude & 15)) << (magnitude >> 4)) / 4096 if magnitude > 1 else 0.0
    size = sound_headers.width(encoding)
    high = bytearray(len(samples) // size * 2)
    high[::2], high[1::2] = samples[size - 2 :: size], samples[size - 1 :: size]
    values = _in_order(array("h", bytes(high)))
    return max(max(values), -min(values)) / 32768


def _in_order(values: Numbers) -> Numbers:
    """Return numbers that were read with the lower byte first."""
    if sys.byteorder == "big":
        values.byteswap()
    return values
