"""Embeddings: unit vectors that depend on model and text alone, similar texts closer together.

A text is a bag of features: its words, how they begin, and which stand side by side. Each feature picks rows of a
pseudo-random table; the sum of the rows is the text's vector. Texts that share words so share direction.
"""

from __future__ import annotations

import re
from array import array
from functools import lru_cache
from hashlib import shake_128
from itertools import pairwise
from math import hypot
from sys import byteorder
from zlib import crc32

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|[^\W_]+|[^\w\s]")
_READ = 200_000
"""Characters of a text that decide its vector; no model reads further."""
_ROWS = 512
_RANDOM = 0x7FFF
"""The random bits in a lane of 32: the others hold the carries when up to 65,536 rows are summed."""
_MOST = 16_000
"""Words that are summed: four rows each."""


def embed(model: str, text: str, dimensions: int) -> list[float]:
    """Return the vector of a text: `dimensions` numbers, Euclidean norm 1.

    The same in every process, alone or in a batch. Texts that share words point in similar directions.
    """
    words = _WORD.findall(text[:_READ].lower()) or [f"={text[:_READ]}"]  # white space and emptiness have a place, too
    del words[_MOST:]
    row = _table(model, dimensions)
    # a word has a row of its own, which counts twice, and shares one with words that begin alike
    own = sum([row(crc32(word.encode("utf-8", "surrogatepass")) % _ROWS) for word in words])
    shared = sum([row(crc32(word[:3].encode("utf-8", "surrogatepass")) % _ROWS + _ROWS) for word in words])
    beside = sum(
        [row(crc32(f"{first} {second}".encode("utf-8", "surrogatepass")) % _ROWS) for first, second in pairwise(words)]
    )
    weight = 4 * len(words) - 1
    # the sums are taken to signed numbers around zero in all lanes at once
    ones = _ones(dimensions)
    signed = (2 * own + shared + beside + ((1 << 31) - weight * (_RANDOM // 2)) * ones) ^ (ones << 31)
    numbers = array("i", signed.to_bytes(4 * dimensions, byteorder))
    # hypot's last bits differ between versions of Python: they are cut off, so that vectors do not
    norm = float(f"{hypot(*numbers):.11e}") or 1.0
    return [number / norm for number in numbers]


@lru_cache(maxsize=8)
def _table(model: str, dimensions: int) -> _Table:
    return _Table(model, dimensions)


class _Table:
    """The rows of a model, made when they are first asked for.

    A row is one integer with a lane of 32 bits for each number: a sum of rows is then a single addition.
    """

    def __init__(self, model: str, dimensions: int) -> None:
        self._model, self._dimensions = model, dimensions
        self._mask = _RANDOM * _ones(dimensions)
        self._rows: list[int | None] = [None] * (2 * _ROWS)

    def __call__(self, number: int) -> int:
        row = self._rows[number]
        if row is None:
            random = shake_128(f"{self._model}\0{number}".encode()).digest(4 * self._dimensions)
            row = self._rows[number] = int.from_bytes(random, byteorder) & self._mask
        return row


@lru_cache(maxsize=16)
def _ones(dimensions: int) -> int:
    """Return an integer that holds 1 in every lane."""
    return int.from_bytes((1).to_bytes(4, byteorder) * dimensions, byteorder)
