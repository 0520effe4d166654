"""Made-up embeddings behave like embeddings."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from array import array
from math import hypot
from operator import mul

import pytest

from mockserver.workersai.fakes.vectors import embed

SENTENCE = "The quick brown fox jumps over the lazy dog near the river bank"
WORDS = SENTENCE.split()


def cosine(first: str, second: str, dimensions: int = 768) -> float:
    return sum(map(mul, embed("m", first, dimensions), embed("m", second, dimensions)))


@pytest.mark.parametrize("dimensions", [1, 2, 3, 4, 5, 7, 8, 384, 768, 1023, 1024, 1536])
@pytest.mark.parametrize("text", ["", " ", "a", SENTENCE, "日本語のテキスト", "\ud800", "x " * 50_000, "\n\0\n"])
def test_a_vector_has_norm_one(text, dimensions):
    """Whatever the text, so many numbers and length 1."""
    vector = embed("m", text, dimensions)
    assert dimensions == len(vector)
    assert pytest.approx(1, abs=1e-6) == hypot(*vector)


@pytest.mark.parametrize("text", ["a", "a a a a", SENTENCE, "x " * 1000, ""])
def test_numbers_do_not_repeat(text):
    """Hardly two numbers of a vector are alike, in size or in order of signs."""
    vector = embed("m", text, 1024)
    assert len({abs(number) for number in vector}) > 1015
    assert 400 < sum(number > 0 for number in vector) < 624


@pytest.mark.parametrize("dimensions", [384, 768, 1024])
@pytest.mark.parametrize("at", range(len(WORDS)))
def test_one_other_word_is_near(at, dimensions):
    """A sentence with a word changed, added or left out is nearer than another sentence."""
    stranger = cosine(SENTENCE, "Quarterly revenue grew faster than analysts had expected this summer", dimensions)
    assert abs(stranger) < 0.25
    for changed in (
        [*WORDS[:at], "piano", *WORDS[at + 1 :]],
        [*WORDS[:at], "piano", *WORDS[at:]],
        WORDS[:at] + WORDS[at + 1 :],
    ):
        near = cosine(SENTENCE, " ".join(changed), dimensions)
        assert stranger + 0.25 < near < 0.999


def test_unrelated_texts_are_at_right_angles():
    """Texts without a common word have a cosine near 0."""
    found = [cosine(f"alpha{n} beta{n} gamma{n}", f"{n}delta {n}epsilon {n}zeta") for n in range(60)]
    assert max(map(abs, found)) < 0.3
    assert abs(sum(found) / len(found)) < 0.05


def test_words_that_begin_alike_are_near():
    """A plural is nearer to its singular than another word."""
    assert cosine("cat", "cats") > 0.2 + abs(cosine("cat", "submarine"))


def test_the_order_of_words_matters_a_little():
    """The same words in another order are another vector, close by."""
    assert 0.9 < cosine("dog bites man", "man bites dog") < 0.9999


def test_a_late_word_counts():
    """Long texts that differ in one word differ."""
    text = " ".join(f"word{number}" for number in range(3000))
    assert embed("m", text + " end", 384) != embed("m", text + " fin", 384)


def test_models_see_differently():
    """Vectors of two models have nothing in common."""
    assert abs(sum(map(mul, embed("one", SENTENCE, 768), embed("two", SENTENCE, 768)))) < 0.2


def test_numbers_have_single_precision():
    """Base64, which carries single precision, loses nothing."""
    vector = embed("m", SENTENCE, 768)
    assert vector == array("f", vector).tolist()


GOLDEN = "57d6fb51a92cbe6a2ecd43913734b0aeacda5acb97e561038b27c14bb695ca2f"


def test_vectors_are_the_same_everywhere():
    """A change of these bytes changes what users stored: it belongs into the changelog."""
    numbers = array("f", embed("@cf/baai/bge-base-en-v1.5", SENTENCE, 768))
    if sys.byteorder == "big":
        numbers.byteswap()
    assert GOLDEN == hashlib.sha256(numbers.tobytes()).hexdigest()


def test_vectors_do_not_depend_on_the_process():
    """Another process with another hash seed says the same."""
    program = f"from mockserver.workersai.fakes.vectors import embed; print(embed('m', {SENTENCE!r}, 384))"
    said = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True
    )
    assert str(embed("m", SENTENCE, 384)) == said.stdout.strip()
