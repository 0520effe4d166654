"""Syllables in encodings that need a codec: encoded beforehand, so that every machine answers with the same bytes.

The bank is made by `tests/workersai/make_sound_bank.py`. Frames of MP3 and AAC and packets of Opus stand for themselves
here (no bit reservoir, silence at both ends), so speech is made by putting them one after the other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate, pairwise

BANK = "sound_bank.bin"


@dataclass(frozen=True, slots=True)
class Codec:
    """The frames of one encoding at one bit rate."""

    sample_rate: int
    samples: int
    """Samples in a frame."""
    bit_rate: int
    silence: bytes
    """A frame of silence."""
    syllables: dict[str, tuple[bytes, ...]]
    """The frames of each syllable, by pitch, vowel and contour: "98a0"."""


@cache
def codecs() -> dict[str, tuple[Codec, ...]]:
    """Return the codecs of each encoding, the lowest bit rate first."""
    head, _, data = files(__package__).joinpath(BANK).read_bytes().partition(b"\n")
    found: dict[str, tuple[Codec, ...]] = {}
    position = 0
    for record in json.loads(head):
        clips: dict[str, tuple[bytes, ...]] = {}
        for name, sizes in record["clips"].items():
            edges = accumulate(sizes, initial=position)
            clips[name] = tuple(data[start:end] for start, end in pairwise(edges))
            position += sum(sizes)
        silence = clips.pop("silence")[0]
        codec = Codec(record["sample_rate"], record["samples"], record["bit_rate"], silence, clips)
        found[record["encoding"]] = (*found.get(record["encoding"], ()), codec)
    return found
