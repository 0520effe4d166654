"""Companding (ITU-T G.711): 16-bit samples as one byte each, µ-law and A-law."""

from __future__ import annotations

from array import array
from collections.abc import Callable

_MU_BIAS, _MU_CLIP = 0x84, 32635
_A_CLIP = 32767


def mu_law(samples: array[int]) -> bytes:
    """Return samples as µ-law."""
    return bytes(map(_mu_law, samples))


def a_law(samples: array[int]) -> bytes:
    """Return samples as A-law."""
    return bytes(map(_a_law, samples))


COMPANDERS: dict[str, Callable[[array[int]], bytes]] = {"mulaw": mu_law, "alaw": a_law}


def _mu_law(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), _MU_CLIP) + _MU_BIAS
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | magnitude >> exponent + 3 & 0x0F) & 0xFF


def _a_law(sample: int) -> int:
    sign = 0x80 if sample >= 0 else 0
    magnitude = min(sample if sample >= 0 else ~sample, _A_CLIP) >> 4
    exponent = max(0, magnitude.bit_length() - 4)
    mantissa = magnitude >> (exponent - 1 if exponent else 0) & 0x0F
    return (sign | exponent << 4 | mantissa) ^ 0x55
