"""Embeddings: unit vectors that depend on model and text alone, similar texts closer together.

A text is a bag of features (its words, their beginnings, neighbouring pairs), each feature a pseudo-random vector;
their sum is the text's vector. Texts that share words so share direction.
"""

from __future__ import annotations

import re
from array import array
from functools import lru_cache
from hashlib import shake_128
from itertools import pairwise
from math import hypot
from sys import byteorder

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|[^\W_]+|[^\w\s]")
_READ = 200_000
"""Characters of a text that decide its vector; no model reads further."""
_LANE = 32
_RANDOM = 0x7FFF
"""The random bits in a lane: the others hold the carries when up to 65,536 features are summed."""
_FEATURES = 60_000


def embed(model: str, text: str, dimensions: int) -> list[float]:
    """Return the vector of a text: `dimensions` numbers, Euclidean norm 1.

    The same in every process, alone or in a batch. Texts that share words point in similar directions.
    """
    words = _WORD.findall(text[:_READ].lower()) or [f"={text[:_READ]}"]  # white space and emptiness have a place, too
    direction = _direction
    others = ["^" + word[:4] for word in words if len(word) > 4]
    others += [f"{first} {second}" for first, second in pairwise(words)]
    total, weight = 0, 0
    for factor, features in ((2, words), (1, others)):  # a word weighs twice its beginning or a pair
        del features[_FEATURES // 4 :]
        total += factor * sum([direction(model, feature, dimensions) for feature in features])
        weight += factor * len(features)
    # sums of lanes are taken to signed numbers around zero for all lanes at once
    ones = _ones(dimensions)
    signed = (total + ((1 << 31) - weight * (_RANDOM // 2)) * ones) ^ (ones << 31)
    numbers = array("i", signed.to_bytes(4 * dimensions, byteorder))
    norm = hypot(*numbers) or 1.0
    return [number / norm for number in numbers]


@lru_cache(maxsize=1024)
def _direction(model: str, feature: str, dimensions: int) -> int:
    """Return a feature's vector as one integer, a lane of 32 bits a number: sums are then single additions."""
    seed = f"{model}\0{feature}".encode("utf-8", "surrogatepass")
    return int.from_bytes(shake_128(seed).digest(4 * dimensions), byteorder) & (_RANDOM * _ones(dimensions))


@lru_cache(maxsize=16)
def _ones(dimensions: int) -> int:
    """Return an integer that holds 1 in every lane."""
    return int.from_bytes((1).to_bytes(4, byteorder) * dimensions, byteorder)
