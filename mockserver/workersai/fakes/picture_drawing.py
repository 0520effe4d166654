"""Drawing a prompt: a scene of its own for every prompt and seed, the prompt in letters, a mark that says it again."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import shake_128
from typing import TYPE_CHECKING

from mockserver.workersai.fakes import picture_colours, picture_marks, pictures
from mockserver.workersai.fakes.pictures import Colour

if TYPE_CHECKING:
    from mockserver.workersai.fakes.pictures import Picture

_MOST_SHAPES = 24
_LARGEST_SCALE = 4  # of letters
_SHOWN = 1200  # characters of a prompt that are drawn at most
_LEAST_FOR_LETTERS = 48  # pixels of the smaller side
_PAPER, _INK = (20, 20, 26), (250, 250, 248)


@dataclass(frozen=True, slots=True)
class Order:
    """A picture to be drawn."""

    prompt: str
    size: tuple[int, int]
    """Width and height in pixels."""
    seed: bytes
    """What the scene depends on, besides the prompt's colours."""
    media_type: str = "image/png"
    """image/png or image/jpeg."""
    steps: int = 4
    """More steps, more detail in the same scene."""
    avoided: str = ""
    """What is not wanted; its colours are left out."""
    given: tuple[Picture, ...] = ()
    """Pictures to start from."""
    mask: Picture | None = None
    """Where the first given picture is painted over: white for new, black for what stays."""
    strength: float = 1.0
    """How much is changed of a given picture, 0 to 1."""


def draw(order: Order) -> bytes:
    """Return the picture as a file."""
    if order.given and order.mask is not None:
        image = _repainted(order, order.given[0], order.mask)
    else:
        image = _scene(order, order.size)
        if order.given:
            # something of either is seen at any strength
            image = pictures.blended(_collage(order.given, order.size), image, 0.2 + 0.5 * order.strength)
        _letter(image, order.prompt)
        tint = _ground(image)
        picture_marks.put(image, order.prompt, tint)
    return pictures.write(image, order.media_type, order.prompt)


def _repainted(order: Order, given: Picture, mask: Picture) -> Picture:
    """Return the given picture, with the scene in the place that the mask shows; the rest keeps its pixels."""
    image = pictures.fitted(given, order.size).copy()
    where = pictures.fitted(mask, order.size).convert("L")
    box = where.getbbox()
    if box is not None:
        size = (box[2] - box[0], box[3] - box[1])
        part = pictures.blended(image.crop(box), _scene(order, size), 0.2 + 0.8 * order.strength)
        _letter(part, order.prompt)
        image.paste(part, box, where.crop(box))
    return image


def _scene(order: Order, size: tuple[int, int]) -> Picture:
    """Return a sky, and shapes on it: discs, hills and towers."""
    draws = shake_128(order.seed).digest(8 + 8 * _MOST_SHAPES)
    palette = _palette(order, draws[:8])
    width, height = size
    image = pictures.gradient(size, palette[0], palette[1])
    for number in range(max(3, min(_MOST_SHAPES, 3 + order.steps))):
        kind, across, down, wide, high, hue, firm, shade = draws[8 + 8 * number : 16 + 8 * number]
        colour = _shaded(palette[-1] if number == 0 else palette[2 + hue % (len(palette) - 2)], shade)
        extent = max(2, width * (24 + wide // 2) // 400), max(2, height * (24 + high // 2) // 400)
        left, top = width * across // 256 - extent[0] // 2, height * down // 256 - extent[1] // 2
        strength = 120 + firm // 2
        if kind % 3 == 0:
            side = min(extent)
            image.paste(colour, (left, top), pictures.disc((side, side), strength))
        elif kind % 3 == 1:
            hill = (2 * extent[0], 2 * extent[1])
            image.paste(colour, (left - extent[0] // 2, height - extent[1]), pictures.disc(hill, strength))
        else:
            image.paste(colour, (left, max(0, height - 2 * extent[1]), left + max(1, extent[0] // 2), height))
    return image


def _palette(order: Order, draws: bytes) -> list[Colour]:
    """Return the colours of the sky, above and below, and of the shapes, as often those of the prompt as others.

    The last one is that of the first shape, which is always there.
    """
    avoided = set(picture_colours.meant(order.avoided))
    named = [name for name in picture_colours.meant(order.prompt) if name not in avoided]
    others = [name for name in picture_colours.NAMES if name not in avoided and name not in named]
    chosen = named[:4]
    for draw in draws[:6]:
        if others and len(chosen) < 6:
            chosen.append(others.pop(draw % len(others)))
    found = [picture_colours.NAMES[name] for name in chosen or picture_colours.NAMES]
    wanted = found[: len(named)]
    above, below = _shaded(found[1 % len(found)], draws[7]), _shaded(found[0], draws[6])
    others_found = found[2:] or found
    return [above, below, *others_found, *wanted * max(1, len(others_found) // max(1, len(wanted)))]


def _shaded(colour: Colour, draw: int) -> Colour:
    """Return a colour a little darker or lighter."""
    change = draw % 49 - 24
    red, green, blue = (max(0, min(255, part + change)) for part in colour)
    return red, green, blue


def _collage(given: Sequence[Picture], size: tuple[int, int]) -> Picture:
    """Return one picture made of up to four, side by side and below each other."""
    if len(given) == 1:
        return pictures.fitted(given[0], size)
    width, height = size
    middle = width // 2, height // 2
    whole = pictures.plain(size, _PAPER)
    rows = [given[:2], given[2:4]] if len(given) > 2 else [given[:2]]
    for number, row in enumerate(rows):
        top, bottom = (0, height) if len(rows) == 1 else ((0, middle[1]), (middle[1], height))[number]
        for column, each in enumerate(row):
            left, right = (0, width) if len(row) == 1 else ((0, middle[0]), (middle[0], width))[column]
            if right > left and bottom > top:
                whole.paste(pictures.fitted(each, (right - left, bottom - top)), (left, top))
    return whole


def _letter(image: Picture, prompt: str) -> None:
    """Write the prompt on a dark panel, as large as it goes; a tiny picture stays as it is."""
    text = " ".join(prompt[:_SHOWN].split())
    if min(image.size) < _LEAST_FOR_LETTERS or not text:
        return
    width, height = image.size
    margin = max(3, width // 40)
    for scale in range(max(1, min(_LARGEST_SCALE, width // 128)), 0, -1):
        columns = (width - 4 * margin) // (pictures.LETTER[0] * scale)
        rows = max(1, (height * 2 // 5 - 2 * margin) // (pictures.LETTER[1] * scale))
        lines = textwrap.wrap(text, max(4, columns))
        if len(lines) <= rows:
            break
    else:
        lines = [*lines[: rows - 1], lines[rows - 1][: max(1, columns - 3)] + "..."]
    mask = pictures.lettering(lines, scale)
    tall, wide = mask.height + 2 * margin, min(width, mask.width + 2 * margin)
    left, top = (width - wide) // 2, max(0, height * 3 // 4 - tall)
    box = (left, top, left + wide, min(height, top + tall))
    panel = pictures.plain((box[2] - box[0], box[3] - box[1]), _PAPER)
    image.paste(pictures.blended(image.crop(box), panel, 0.75), box)
    image.paste(_INK, (left + margin, top + margin), mask)


def _ground(image: Picture) -> Colour:
    """Return the colour of the lower edge, away from black and white so that a mark shows on it."""
    below = image.crop((0, image.height * 9 // 10, image.width, image.height))
    red, green, blue = (max(40, min(215, part)) for part in pictures.pixels(below, (1, 1))[0])
    return red, green, blue
