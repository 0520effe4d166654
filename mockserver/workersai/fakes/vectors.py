"""Embeddings: unit vectors that depend on model and text alone, similar texts closer together.

A vector is a row of small blocks, and each block is owned by one feature of the text: a word, or the way a word
begins. Features claim places on a ring and own it up to the next claim, so that a changed word changes the blocks of
that word and leaves the others alone: the cosine of two texts is about the part of their words that they share. Every
block has the same norm in every row, which makes each mixture of rows a unit vector without any arithmetic.
"""

from __future__ import annotations

import re
from array import array
from functools import lru_cache
from hashlib import shake_128
from itertools import pairwise
from math import sqrt
from sys import byteorder
from zlib import crc32

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|[^\W_]+|[^\w\s]")
_READ = 200_000
"""Characters of a text that decide its vector; no model reads further."""
_ROWS = 512
_BLOCK = 4
"""Numbers in a block; the last block of a row takes what is left over, too."""
_WIDTH = 4 * _BLOCK  # in bytes: the numbers have single precision, as models compute them


def embed(model: str, text: str, dimensions: int) -> list[float]:
    """Return the vector of a text: `dimensions` numbers of single precision, Euclidean norm 1.

    The same in every process, alone or in a batch. Texts that share words point in similar directions.
    """
    words = _WORD.findall(text[:_READ].lower()) or [f"={text[:_READ]}"]  # white space and emptiness have a place, too
    rows = _rows(model, dimensions)
    places = max(1, dimensions // _BLOCK)
    joined = "\n".join(words).encode("utf-8", "surrogatepass")
    begun = "\n".join([word[:3] for word in words]).encode("utf-8", "surrogatepass")
    owners: dict[int, bytes] = {}
    # sorted, so that no place depends on the order of the words; what words share yields to what is their own
    for number in sorted(map(crc32, begun.split(b"\n"))):
        row = rows[_ROWS + number % _ROWS]
        owners[(number >> 5) % places * _WIDTH] = row
        owners[(number >> 14) % places * _WIDTH] = row
    for number in sorted(map(crc32, joined.split(b"\n"))):
        row = rows[number % _ROWS]
        owners[(number >> 9) % places * _WIDTH] = row
        owners[(number >> 18) % places * _WIDTH] = row
    claims = sorted(owners)
    lanes = bytearray(owners[claims[-1]][: claims[0]])
    lanes += b"".join([owners[begin][begin:end] for begin, end in pairwise([*claims, 4 * dimensions])])
    if places > 1:  # one block belongs to the text as a whole: the same words in another order are another text
        number = crc32(joined)
        begin = (number >> 9) % (places - 1) * _WIDTH
        lanes[begin : begin + _WIDTH] = rows[number % _ROWS][begin : begin + _WIDTH]
    return array("f", bytes(lanes)).tolist()


@lru_cache(maxsize=8)
def _rows(model: str, dimensions: int) -> _Rows:
    return _Rows(model, dimensions)


class _Rows(dict[int, bytes]):
    """The pseudo-random rows of a model, made when they are first asked for."""

    def __init__(self, model: str, dimensions: int) -> None:
        super().__init__()
        self._model, self._dimensions = model, dimensions

    def __missing__(self, number: int) -> bytes:
        dimensions = self._dimensions
        random = array("i", shake_128(f"{self._model}\0{number}".encode()).digest(4 * dimensions))
        if byteorder == "big":
            random.byteswap()
        numbers: list[float] = []
        last = max(0, dimensions - dimensions % _BLOCK - _BLOCK)
        for begin in range(0, last + 1, _BLOCK):
            block = random[begin : begin + _BLOCK if begin < last else dimensions]
            # whole numbers are squared and summed exactly: the same vector on every machine
            scale = sqrt(len(block) / dimensions) / sqrt(sum([each * each for each in block]) or 1)
            numbers += [each * scale for each in block]
        row = self[number] = array("f", numbers).tobytes()
        return row
