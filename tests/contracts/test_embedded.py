"""Whether two vectors are alike is told by their first numbers, and is what their cosine says."""

from __future__ import annotations

from random import Random

import pytest

from contracts.embedded import are_alike, likeness

_LEAST = 0.99999


def _vector(random: Random, size: int) -> list[float]:
    return [random.gauss(0, 1) for _ in range(size)]


@pytest.mark.parametrize("size", [1, 3, 32, 33, 384])
@pytest.mark.parametrize("noise", [0.0, 1e-9, 1e-4, 4e-3, 5e-3, 1e-2, 1.0])
def test_alike_is_what_the_cosine_says(size: int, noise: float) -> None:
    """For vectors that are nearly the same, and others; for small and large numbers."""
    random = Random(size)
    for scale in (1e-6, 1.0, 1e6):
        one = [scale * each for each in _vector(random, size)]
        other = [each + noise * scale * more for each, more in zip(one, _vector(random, size), strict=True)]

        assert (likeness(one, other) > _LEAST) is are_alike(one, other, _LEAST)


@pytest.mark.parametrize(
    ("one", "other"),
    [([0.0] * 64, [1.0] * 64), ([0.0] * 64, [0.0] * 64), ([1.0] * 32 + [0.0] * 9, [1.0] * 32 + [1.0] * 9)],
    ids=["zero", "zeroes", "same start"],
)
def test_vectors_that_are_not_alike(one: list[float], other: list[float]) -> None:
    """Those without a direction are like none; those that start alike may go on differently."""
    assert not are_alike(one, other, _LEAST)
    assert not are_alike(one, [*one, 1.0], _LEAST)
