"""Makes mockserver/workersai/fakes/sound_bank.bin: `python tests/workersai/make_sound_bank.py`; needs PyAV (`av`)."""

from __future__ import annotations

import json
from pathlib import Path

import av

from mockserver.workersai.fakes import sound_bank
from mockserver.workersai.fakes.sound_syllables import CONTOURS, PITCHES, VOWELS, little_endian, syllable

CODECS = [  # encoding, encoder, its options, sample rate, bit rate, samples in a frame, frames of a syllable
    ("mp3", "libmp3lame", {"reservoir": "0", "compression_level": "2"}, 22050, 32000, 576, 7),
    ("mp3", "libmp3lame", {"reservoir": "0", "compression_level": "2"}, 22050, 48000, 576, 7),
    ("aac", "aac", {"aac_coder": "twoloop", "aac_pns": "0"}, 22050, 48000, 1024, 5),
    ("opus", "libopus", {"vbr": "off", "application": "voip", "frame_duration": "20"}, 48000, 12000, 960, 7),
    ("opus", "libopus", {"vbr": "off", "application": "voip", "frame_duration": "20"}, 48000, 32000, 960, 7),
]


def encode(pcm: bytes, encoder: str, options: dict[str, str], rate: int, bit_rate: int) -> list[bytes]:
    context = av.CodecContext.create(encoder, "w")
    context.sample_rate, context.bit_rate, context.layout, context.options = rate, bit_rate, "mono", options
    context.format = context.codec.audio_formats[0]
    context.open()
    fifo, resampler = av.AudioFifo(), av.AudioResampler(format=context.format, layout="mono", rate=rate)
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(pcm) // 2)
    frame.planes[0].update(pcm)
    frame.sample_rate = rate
    for each in resampler.resample(frame):
        each.pts = None
        fifo.write(each)
    packets = []
    while (block := fifo.read(context.frame_size)) is not None:
        packets += context.encode(block)
    return [bytes(packet) for packet in [*packets, *context.encode(None)]]


def adts(packet: bytes) -> bytes:
    """Put the header of an AAC transport stream before a packet: low complexity, 22050 Hz, one channel."""
    size = len(packet) + 7
    head = (0xFFF1 << 40) | (0b01 << 38) | (7 << 34) | (1 << 30) | (size << 13) | (0x7FF << 2)
    return head.to_bytes(7, "big") + packet


def main() -> None:
    records, data = [], b""
    for encoding, encoder, options, rate, bit_rate, samples, frames in CODECS:
        clips: dict[str, list[bytes]] = {}
        for pitch in PITCHES:
            for vowel in VOWELS:
                for contour in range(len(CONTOURS)):
                    pcm = little_endian(syllable(pitch, vowel, contour, rate)) + bytes(2 * rate)
                    clips[f"{pitch}{vowel}{contour}"] = encode(pcm, encoder, options, rate, bit_rate)[:frames]
        clips["silence"] = encode(bytes(2 * rate), encoder, options, rate, bit_rate)[10:11]
        if encoding == "aac":
            clips = {name: [adts(packet) for packet in clip] for name, clip in clips.items()}
        sizes = {name: [len(packet) for packet in clip] for name, clip in clips.items()}
        records.append({"encoding": encoding, "sample_rate": rate, "samples": samples, "bit_rate": bit_rate,
                        "clips": sizes})  # fmt: skip
        data += b"".join(packet for clip in clips.values() for packet in clip)
    path = Path(sound_bank.__file__).with_name(sound_bank.BANK)
    path.write_bytes(json.dumps(records, separators=(",", ":")).encode() + b"\n" + data)
    print(f"{path}: {len(records)} codecs, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
