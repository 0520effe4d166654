"""What the headers of sound files say: how long, how fast, how many channels, and where the samples are.

A header is a claim. Sizes are cut to what is there, walks end, and figures that cannot be raise NotAudio.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from mockserver.workersai.fakes import sound_frames
from mockserver.workersai.fakes.sound_containers import checksum

_RATES = range(100, 1_000_000)
_CHANNELS = range(1, 33)
_CHUNKS = 1000
_EXTENSIBLE = 0xFFFE
_ENCODINGS = {  # of WAV, by format and bits
    (1, 8): "uint8",
    (1, 16): "linear16",
    (1, 24): "linear24",
    (1, 32): "linear32",
    (3, 32): "float32",
    (3, 64): "float64",
    (6, 8): "alaw",
    (7, 8): "mulaw",
}


class NotAudio(ValueError):
    """Raised for what cannot be heard; the text says what was found."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a recording says of itself."""

    kind: str
    """wav, mp3, aac, flac, ogg, mp4, webm, aiff; raw for samples alone."""
    seconds: float
    rate: int
    channels: int
    samples: bytes = b""
    """Its samples, where they are written out."""
    encoding: str = ""
    """Their encoding: linear16, uint8, ..."""


def read(data: bytes) -> Header:
    """Return what a sound file says of itself; raises NotAudio."""
    for matches, kind, reader in _READERS:
        if matches(data):
            return reader(data, kind)
    raise NotAudio(f"{len(data)} bytes in no known format; WAV, MP3, AAC, FLAC, Ogg, MP4, WebM and AIFF are known")


def width(encoding: str) -> int:
    """Return the bytes of one sample."""
    return {"linear16": 2, "linear24": 3, "linear32": 4, "float32": 4, "float64": 8}.get(encoding, 1)


def raw(data: bytes, encoding: str, rate: int, channels: int) -> Header:
    """Return the header that samples alone would have; raises NotAudio for impossible figures and half samples."""
    _check("raw", rate, channels)
    block = width(encoding) * channels
    samples = data[: len(data) // block * block]
    if not samples:
        raise NotAudio(f"{len(data)} bytes hold no sample of {encoding} in {channels} channels")
    return Header("raw", len(samples) / block / rate, rate, channels, samples, encoding)


def _check(kind: str, rate: int, channels: int) -> None:
    if rate not in _RATES:
        raise NotAudio(f"{kind}: a sample rate of {rate} Hz; {_RATES[0]} to {_RATES[-1]} would be possible")
    if channels not in _CHANNELS:
        raise NotAudio(f"{kind}: {channels} channels; {_CHANNELS[0]} to {_CHANNELS[-1]} would be possible")


def _wav(data: bytes, kind: str) -> Header:
    place, form = 12, b""
    for _ in range(_CHUNKS):
        name, size = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        if len(name) < 4 or name == b"data":
            break
        if name == b"fmt ":
            form = data[place + 8 : place + 8 + min(size, 40)]
        place += 8 + size + size % 2
    if len(form) < 16:
        raise NotAudio("wav: no format chunk")
    if data[place : place + 4] != b"data":
        raise NotAudio("wav: no data chunk")
    code, channels, rate, _, block, bits = struct.unpack_from("<HHIIHH", form)
    if code == _EXTENSIBLE and len(form) >= 26:
        code = int.from_bytes(form[24:26], "little")
    _check("wav", rate, channels)
    content = data[place + 8 :]
    if size < len(content) and size:
        content = content[:size]  # a larger size is that of a file that was cut, or of a stream
    encoding = _ENCODINGS.get((code, bits))
    if encoding is None:
        if not content or not block:
            raise NotAudio(f"wav: format {code} with {bits} bits in blocks of {block} bytes")
        average = int.from_bytes(form[8:12], "little")
        return Header(kind, len(content) / (average or rate * channels * (bits or 8) / 8), rate, channels)
    samples = raw(content, encoding, rate, channels)
    return Header(kind, samples.seconds, rate, channels, samples.samples, encoding)


def _aiff(data: bytes, kind: str) -> Header:
    place = data.find(b"COMM", 12, 1 << 16)
    common = data[place + 8 : place + 26]
    if place < 0 or len(common) < 18:
        raise NotAudio("aiff: no common chunk")
    channels, count, bits, exponent, mantissa = struct.unpack(">HIHHQ", common)
    rate = mantissa >> 63 - (exponent - 16383) if 16383 <= exponent <= 16383 + 63 else 0
    _check(kind, rate, channels)
    count = min(count, len(data) * 8 // max(1, channels * max(bits, 1)))
    return Header(kind, count / rate, rate, channels)


def _flac(data: bytes, kind: str) -> Header:
    if len(data) < 26:
        raise NotAudio("flac: the stream information is cut")
    packed = int.from_bytes(data[18:26], "big")
    rate, channels, bits, total = packed >> 44, (packed >> 41 & 7) + 1, (packed >> 36 & 31) + 1, packed & (1 << 36) - 1
    _check(kind, rate, channels)
    there = _flac_samples(data, int.from_bytes(data[10:12], "big"))
    if there is None:
        there = total or int(len(data) * 8 / (0.6 * channels * bits))
    return Header(kind, (min(total, there) if total else there) / rate, rate, channels)


def _flac_samples(data: bytes, block: int) -> int | None:
    """Return the samples up to the end of the last frame, by its number; None when no frame is found.

    What the header says is the length before a file was cut, or nothing for a stream.
    """
    place = len(data)
    for _ in range(_CHUNKS):
        place = data.rfind(b"\xff", 42, place)
        if place < 0:
            return None
        head = data[place : place + 16]
        if len(head) < 6 or head[1] & 0xFE != 0xF8 or head[2] >> 4 == 0 or head[2] & 15 == 15 or head[3] & 1:
            continue
        lead = head[4]
        size = 1 if lead < 0x80 else next((each for each in range(2, 8) if not lead >> 7 - each & 1), 8)
        end = 4 + size + {6: 1, 7: 2}.get(head[2] >> 4, 0) + {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)
        if size > 7 or end >= len(head) or checksum(head[:end], 0x07, 8) != head[end]:
            continue
        number = lead if size == 1 else lead & (1 << 7 - size) - 1
        for byte in head[5 : 4 + size]:
            number = number << 6 | byte & 0x3F
        return number + block if head[1] & 1 else (number + 1) * block
    return None


def _ogg(data: bytes, kind: str) -> Header:
    place = 27 + data[26] if len(data) > 26 else 0
    first = data[place : place + 64]
    skipped = 0
    if first[:8] == b"OpusHead" and len(first) >= 19:
        rate, channels, skipped = 48000, first[9], int.from_bytes(first[10:12], "little")
    elif first[:7] == b"\x01vorbis" and len(first) >= 16:
        channels, rate = first[11], int.from_bytes(first[12:16], "little")
    elif first[:5] == b"\x7fFLAC" and len(first) >= 35:
        packed = int.from_bytes(first[27:35], "big")
        rate, channels = packed >> 44, (packed >> 41 & 7) + 1
    elif first[:8] == b"Speex   " and len(first) >= 52:
        rate, channels = struct.unpack_from("<I8xI", first, 36)
    else:
        raise NotAudio("ogg: the first packet is none of Opus, Vorbis, FLAC, Speex")
    _check(kind, rate, channels)
    end = len(data)
    for _ in range(_CHUNKS):
        page = data.rfind(b"OggS", 0, end)
        granule = int.from_bytes(data[page + 6 : page + 14], "little") if 0 < page <= len(data) - 14 else 0
        if page <= 0 or granule >> 63 == 0:
            break
        end = page
    if granule <= skipped:
        raise NotAudio("ogg: no page with sound")
    return Header(kind, (granule - skipped) / rate, rate, channels)


def _mp4(data: bytes, kind: str) -> Header:
    place = data.find(b"mvhd")
    if place < 0:
        raise NotAudio("mp4: no movie header")
    version = data[place + 4 : place + 5]
    fields = data[place + 4 : place + 36].ljust(32, b"\0")
    form, start = (">IQ", 20) if version == b"\x01" else (">II", 12)
    scale, length = struct.unpack_from(form, fields, start)
    if not scale:
        raise NotAudio("mp4: a time scale of zero")
    return Header(kind, length / scale if length else len(data) / 8000, 44100, 1)


def _webm(data: bytes, kind: str) -> Header:
    """Read the duration, else the time of the last cluster: a browser that records does not know the duration."""
    found = data.find(b"\x2a\xd7\xb1", 0, 1 << 16)
    scale = (_number(data, found + 3) if found > 0 else 0) or 1_000_000
    for head, form in ((b"\x44\x89\x88", ">d"), (b"\x44\x89\x84", ">f")):
        place = data.find(head, 0, 1 << 16)
        if 0 < place <= len(data) - 11:
            length = struct.unpack_from(form, data, place + 3)[0]
            if 0 < length < 1e15:
                return Header(kind, length * scale / 1e9, 48000, 1)
    cluster = data.rfind(b"\x1f\x43\xb6\x75")
    time = data.find(b"\xe7", cluster, cluster + 20) if cluster > 0 else -1
    if time < 0 or time + 2 > len(data):
        raise NotAudio("webm: neither a duration nor a cluster")
    return Header(kind, _number(data, time + 1) * scale / 1e9 + (len(data) - cluster) / 4000, 48000, 1)


def _number(data: bytes, place: int) -> int:
    """Return an unsigned integer of Matroska: its size, then its bytes."""
    size = int.from_bytes(data[place : place + 1], "big") & 15
    return int.from_bytes(data[place + 1 : place + 1 + size], "big")


def _mpeg(data: bytes, kind: str) -> Header:
    ticks: dict[int, int] = {}
    first = None
    for frame in sound_frames.walk(data, sound_frames.after_id3(data)):
        first = first or frame
        ticks[frame.rate] = ticks.get(frame.rate, 0) + frame.samples
    if first is None:
        raise NotAudio(f"{len(data)} bytes without two frames of MP3 or AAC in a row")
    kind = "mp3" if first.layer else "aac"
    return Header(kind, sum(count / rate for rate, count in ticks.items()), first.rate, first.channels)


def _is_mpeg(data: bytes) -> bool:
    return data[:3] == b"ID3" or (len(data) > 3 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0)


_READERS: tuple[tuple[Callable[[bytes], bool], str, Callable[[bytes, str], Header]], ...] = (
    (lambda data: data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE", "wav", _wav),
    (_is_mpeg, "mp3", _mpeg),
    (lambda data: data[:4] == b"OggS", "ogg", _ogg),
    (lambda data: data[:4] == b"fLaC", "flac", _flac),
    (lambda data: data[4:8] == b"ftyp", "mp4", _mp4),
    (lambda data: data[:4] == b"\x1a\x45\xdf\xa3", "webm", _webm),
    (lambda data: data[:4] == b"FORM" and data[8:12] in (b"AIFF", b"AIFC"), "aiff", _aiff),
)
