"""Syllables as sound: vowels made of harmonics under formants, with a contour of pitch and an envelope."""

from __future__ import annotations

import math
import sys
from array import array
from functools import lru_cache

PITCHES = (98, 124, 176, 220)
"""The voices, by the frequency that they speak at, in Hz."""
VOWELS = "aeiou"
CONTOURS = (1.0, 1.06, 0.97), (1.04, 0.99, 0.92)
"""How the pitch of a syllable moves: up and back, or down."""
UNIT = 50
"""Units per second: speech is laid out in steps of 20 ms."""
UNITS = 6
"""Units of a syllable."""

_FORMANTS = {  # three resonances of a vowel, in Hz
    "a": (730, 1090, 2440),
    "e": (530, 1840, 2480),
    "i": (270, 2290, 3010),
    "o": (570, 840, 2410),
    "u": (300, 870, 2240),
}
_STRENGTH = 1.0, 0.5, 0.22  # of the three resonances
_WIDTH = 110.0
_HIGHEST = 3800  # Hz: nothing above matters to a voice, and 8 kHz can hold it
_LOUDEST = 15000


@lru_cache(maxsize=256)
def syllable(pitch: int, vowel: str, contour: int, rate: int) -> array[int]:
    """Return 120 ms of a voice as signed 16-bit samples; the first and the last are zero."""
    length = rate * UNITS // UNIT
    samples: array[int] = array("h")
    factors = CONTOURS[contour]
    while len(samples) < length:
        period = _period(round(rate / (pitch * factors[3 * len(samples) // length])), vowel, rate)
        middle = (len(samples) + len(period) / 2) / length
        loudness = min(1.0, middle / 0.22, max(0.0, 1.0 - middle) / 0.3)
        samples.extend([round(loudness * each) for each in period])
    return samples[:length]


def little_endian(samples: array[int]) -> bytes:
    """Return 16-bit samples as bytes, the lower one first."""
    if sys.byteorder == "big":
        samples = samples[:]
        samples.byteswap()
    return samples.tobytes()


@lru_cache(maxsize=64)
def _period(length: int, vowel: str, rate: int) -> list[float]:
    """Return one period of a vowel, `length` samples that begin near zero."""
    pitch = rate / length
    sine = [math.sin(2 * math.pi * each / length) for each in range(length)]
    wave = [0.0] * length
    for number in range(1, int(min(_HIGHEST, 0.45 * rate) / pitch) + 1):
        strength = sum(
            share / (1 + ((number * pitch - formant) / _WIDTH) ** 2)
            for formant, share in zip(_FORMANTS[vowel], _STRENGTH, strict=True)
        )
        strength = (strength + 0.02) / math.sqrt(number)
        wave = [
            each + strength * sine[place % length]
            for each, place in zip(wave, range(0, number * length, number), strict=True)
        ]
    peak = max(max(wave), -min(wave))
    return [_LOUDEST * each / peak for each in wave]
