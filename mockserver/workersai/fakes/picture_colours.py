"""Colours with names: what a prompt asks for is what is drawn, and what is seen has a word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from mockserver.workersai.fakes.pictures import Colour

NAMES: Mapping[str, Colour] = {
    "red": (200, 44, 42),
    "orange": (236, 132, 38),
    "yellow": (242, 206, 60),
    "green": (62, 142, 74),
    "teal": (36, 138, 140),
    "blue": (48, 98, 188),
    "purple": (122, 66, 160),
    "pink": (236, 140, 172),
    "brown": (120, 78, 48),
    "beige": (222, 204, 170),
    "white": (246, 246, 244),
    "grey": (132, 134, 138),
    "black": (22, 22, 26),
}
"""A colour for each name."""

_OTHER_NAMES: Mapping[str, str] = {
    "gray": "grey", "gold": "yellow", "golden": "yellow", "violet": "purple", "turquoise": "teal", "cyan": "teal",
    "crimson": "red", "scarlet": "red", "silver": "grey", "navy": "blue", "snow": "white", "snowy": "white",
    "grass": "green", "forest": "green", "sky": "blue", "sea": "blue", "ocean": "blue", "night": "black",
    "sand": "beige", "desert": "beige", "sunset": "orange", "fire": "orange", "lemon": "yellow", "rose": "pink",
}  # fmt: skip
_WORDS = re.compile(r"[a-z]+")


def meant(text: str) -> list[str]:
    """Return the names of the colours that a text speaks of, in its order, each once.

    >>> meant("A red fox in the snow")
    ['red', 'white']
    """
    words = _WORDS.findall(text.lower()[:4000])
    known = [_OTHER_NAMES.get(word, word) for word in words]
    return list(dict.fromkeys(name for name in known if name in NAMES))


def is_name(word: str) -> bool:
    """Say whether a word names a colour and nothing else."""
    return word.lower() in NAMES or word.lower() == "gray"


def seen(colours: Sequence[Colour]) -> list[str]:
    """Return the names of the colours that make up at least a tenth of a grid of colours, the most frequent first."""
    counted = Counter(nearest(colour) for colour in colours)
    ranked = sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))
    return [name for place, (name, count) in enumerate(ranked) if place == 0 or 10 * count >= len(colours)]


def nearest(colour: Colour) -> str:
    """Return the name of the colour that comes closest."""
    red, green, blue = colour
    return min(
        NAMES,
        key=lambda name: 2 * (red - NAMES[name][0]) ** 2 + 4 * (green - NAMES[name][1]) ** 2
        + 3 * (blue - NAMES[name][2]) ** 2,
    )  # fmt: skip
