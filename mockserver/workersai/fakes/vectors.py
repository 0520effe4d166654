"""Embeddings: unit vectors that depend on model and text alone, similar texts closer together.

A vector is a row of small blocks, and each block is owned by one feature of the text: a word, or the way a word
begins. Features claim places on a ring and own it up to the next claim, so that a changed word changes the blocks of
that word and leaves the others alone: the cosine of two texts is about the part of their words that they share. Every
block has the same norm in every row, which makes each mixture of rows a unit vector without any arithmetic.

Rows are made of a stock of blocks, a few for each place, so that a vector is put together from numbers that are there
already, and its JSON from text that is there already: making and writing a thousand numbers for each answer would take
longer than everything else.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from functools import lru_cache
from hashlib import shake_128
from itertools import accumulate, chain, pairwise
from math import sqrt
from sys import byteorder
from typing import NamedTuple
from zlib import crc32

import orjson

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|[^\W_]+|[^\w\s]")
_READ = 200_000
"""Characters of a text that decide its vector; no model reads further."""
_ROWS = 256
"""Rows for words, and as many for beginnings of words."""
_BLOCK = 4
"""Numbers in a block; the last block of a row takes what is left over, too."""
_TWICE = 4
"""The longest words claim a second place: they say most, and a text of one word is not at the mercy of a single one."""
_CHOICE = 64
"""Blocks for each place of a vector: unrelated texts agree in one place of so many."""


def embed(model: str, text: str, dimensions: int) -> list[float]:
    """Return the vector of a text: `dimensions` numbers of single precision, Euclidean norm 1.

    The same in every process, alone or in a batch. Texts that share words point in similar directions.
    """
    vector: list[float] = []
    for (numbers, _, _), begin, end in _parts(model, text, dimensions):
        vector += numbers[begin * _BLOCK : end * _BLOCK]
    vector += numbers[end * _BLOCK :]  # of the last block, which may be longer
    return vector


def written(model: str, text: str, dimensions: int) -> bytes:
    """Return the vector of a text as a JSON array."""
    parts = _parts(model, text, dimensions)
    numbers = b"".join([text[starts[begin] : starts[end]] for (_, text, starts), begin, end in parts])
    return b"[%b]" % numbers[:-1]


def _parts(model: str, text: str, dimensions: int) -> list[_Part]:
    """Return the parts that the vector of a text is put together from, in order."""
    words = _WORD.findall(text[:_READ].lower()) or [f"={text[:_READ]}"]  # white space and emptiness have a place, too
    rows = _rows(model, dimensions)
    places = max(1, dimensions // _BLOCK)
    joined = "\n".join(words).encode("utf-8", "surrogatepass")
    begun = "\n".join([word[:3] for word in words]).encode("utf-8", "surrogatepass")
    owners: dict[int, _Row] = {}
    for word in sorted(sorted(words), key=len)[-_TWICE:]:
        number = crc32(word[:3].encode("utf-8", "surrogatepass"))
        owners[(number >> 5) % places] = rows[_ROWS + number % _ROWS]
        number = crc32(word.encode("utf-8", "surrogatepass"))
        owners[(number >> 9) % places] = rows[number % _ROWS]
    # sorted, so that no place depends on the order of the words; what words share yields to what is their own
    for number in sorted(map(crc32, begun.split(b"\n"))):
        owners[(number >> 14) % places] = rows[_ROWS + number % _ROWS]
    for number in sorted(map(crc32, joined.split(b"\n"))):
        owners[(number >> 18) % places] = rows[number % _ROWS]
    claims = sorted(owners)
    if places > 1:  # one block belongs to the text as a whole: the same words in another order are another text
        number = crc32(joined)
        place = (number >> 9) % (places - 1)
        owners.setdefault(place + 1, owners[claims[bisect_right(claims, place + 1) - 1]])
        owners[place] = rows[number % _ROWS]
        claims = sorted(owners)
    return [
        (owners[claims[-1]], 0, claims[0]),
        *[(owners[begin], begin, end) for begin, end in pairwise([*claims, places])],
    ]


class _Row(NamedTuple):
    """A vector that parts are taken of."""

    numbers: tuple[float, ...]
    text: bytes
    """The numbers as JSON, each with a comma behind it."""
    starts: tuple[int, ...]
    """Where the text of each block begins, and where the last one ends."""


_Part = tuple[_Row, int, int]
"""A row, and the first block that is taken of it, and the first that is not."""


@lru_cache(maxsize=8)
def _rows(model: str, dimensions: int) -> _Rows:
    return _Rows(model, dimensions)


class _Rows(dict[int, _Row]):
    """The pseudo-random rows of a model, made when they are first asked for."""

    def __init__(self, model: str, dimensions: int) -> None:
        super().__init__()
        self._model, self._stock = model, _stock(dimensions)

    def __missing__(self, number: int) -> _Row:
        stock = self._stock
        drawn = shake_128(f"{self._model}\0{number}".encode()).digest(stock.places)
        chosen = [stock[place * _CHOICE + each % _CHOICE] for place, each in enumerate(drawn)]
        # tuples of numbers: the garbage collector would look through lists of them again and again
        numbers = tuple(chain.from_iterable([block for block, _ in chosen]))
        texts = [text for _, text in chosen]
        row = self[number] = _Row(numbers, b"".join(texts), (0, *accumulate(map(len, texts))))
        return row


class _Stock(dict[int, tuple[tuple[float, ...], bytes]]):
    """The blocks for each place of a vector, each with its part of the norm, and as the text of a row.

    They are made when they are first asked for.
    """

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.places = max(1, dimensions // _BLOCK)
        self._dimensions = dimensions
        self._drawn = array("i", shake_128(b"%d" % dimensions).digest(4 * _CHOICE * dimensions))
        if byteorder == "big":
            self._drawn.byteswap()

    def __missing__(self, number: int) -> tuple[tuple[float, ...], bytes]:
        place, choice = divmod(number, _CHOICE)
        size = _BLOCK if place < self.places - 1 else self._dimensions - place * _BLOCK
        begin = place * _BLOCK * _CHOICE + choice * size
        block = self._drawn[begin : begin + size]
        # whole numbers are squared and summed exactly: the same vector on every machine
        scale = sqrt(size / self._dimensions) / sqrt(sum([each * each for each in block]) or 1)
        numbers = tuple(array("f", [each * scale for each in block]))
        made = self[number] = numbers, orjson.dumps(numbers)[1:-1] + b","
        return made


_stock = lru_cache(maxsize=8)(_Stock)
