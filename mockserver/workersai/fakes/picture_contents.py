"""What a picture shows: its prompt when it was drawn here, else what its pixels tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from mockserver.engine.seeds import digest
from mockserver.workersai.fakes import picture_colours, picture_marks, pictures
from mockserver.workersai.fakes.picture_vocabulary import CLASSIFIED, DETECTED, NO_THINGS
from mockserver.workersai.fakes.text import keywords

if TYPE_CHECKING:
    from mockserver.workersai.fakes.pictures import Picture

_LABELS = 5
_MOST_OBJECTS = 4
"""Names of what is found in a picture at most."""
_MOST_BOXES = 12
_LONGEST_LABEL = 48
_LONGEST_QUESTION = 2000
_CLASSES = frozenset(
    name.casefold() for name in (*DETECTED, *(label for each in CLASSIFIED.values() for label in each))
)

_GENERIC = re.compile(
    r"\b(describe|description|caption|what('s| is) (in|on|this|that|it|shown)|what (do|can) you see|what does .* show|"
    r"tell me (what|about))\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"\bhow (many|much)\b", re.IGNORECASE)
_COLOURS = re.compile(r"\bcolou?rs?\b", re.IGNORECASE)
_SIZES = re.compile(r"\b(resolution|dimensions?|pixels|(what|which) size|how (big|large|wide|high))\b", re.IGNORECASE)
_READS = re.compile(r"\b(text|words?|written|read|say|says|letters|lettering|ocr|transcribe)\b", re.IGNORECASE)
_YES_OR_NO = re.compile(r"\s*(is|are|was|were|do|does|did|can|could|has|have)\b", re.IGNORECASE)
_WORDS_FOR = "two three four five six seven eight nine".split()
_NUMBERS = {name: number for number, word in enumerate(_WORDS_FOR, 2) for name in (word, str(number))}
_NUMBER = re.compile(r"\b(\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|twelve)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Caption:
    """What is known of a picture."""

    text: str
    """What it shows, in words."""
    drawn: bool
    """Whether `text` is the prompt that it was drawn from."""
    size: tuple[int, int]
    """Width and height in pixels; (0, 0) when only its address is known."""
    colours: tuple[str, ...]
    """Names of its main colours, at least one, the most frequent first."""
    seed: bytes
    """What answers about it depend on."""

    @property
    def words(self) -> list[str]:
        """The telling words of the text; for a drawn picture never none."""
        found = keywords(self.text)
        return found or [self.text.strip()[:_LONGEST_LABEL] or "picture"]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in a picture, and where."""

    label: str
    score: float
    """0 to 1."""
    box: tuple[int, int, int, int]
    """Left, top, right and bottom in pixels; left < right, top < bottom."""


def describe(data: bytes) -> Caption:
    """Return what a picture shows; raises UnreadablePicture for bytes that are no picture to look at.

    A picture that was drawn here is recognised by its metadata, or by the mark in its pixels when those are lost.
    """
    image, said = pictures.read(data)
    grid = pictures.pixels(image, (16, 16))
    seen = tuple(picture_colours.seen(grid)[:3])
    said = said or picture_marks.get(image)
    if said is not None:
        return Caption(said, True, image.size, seen, digest("drawn", said, *image.size))
    return Caption(_in_words(image, grid, seen), False, image.size, seen, digest(bytes(sum(grid, ())), *image.size))


def describe_address(address: str) -> Caption:
    """Return what a picture shows that is known by its address alone: what the words of its path say."""
    path = unquote(urlsplit(address).path)
    name = re.sub(r"\.\w{2,5}$", "", path.rstrip("/").rsplit("/", 1)[-1])
    words = re.findall(r"[^\W\d_]{2,}", name)
    seed = digest("address", address)
    colours = tuple(picture_colours.meant(" ".join(words))) or (list(picture_colours.NAMES)[seed[0] % 13],)
    return Caption(" ".join(words) or f"a picture in {colours[0]}", bool(words), (0, 0), colours, seed)


def answer(caption: Caption, question: str) -> str:
    """Return what is said about a picture when somebody asks; without a question it is the caption.

    >>> answer(describe(picture), "Which colours are there?")
    'The picture is mostly red and white.'
    """
    question = question[-_LONGEST_QUESTION:]
    if not question.strip() or _GENERIC.search(question):
        return caption.text
    if _COUNTS.search(question):
        counted = [
            _number_of(word, caption.text) for word in keywords(question) if _stem(word) in caption.text.casefold()
        ]
        named = [word for word in keywords(question) if word.lower() not in _ANYTHING]
        if caption.drawn and named and not counted:
            return f"I see no {named[0].lower()}."
        return f"I count {counted[0] if counted else _number_of('', caption.text)}."
    if _COLOURS.search(question):
        told = _coloured(caption, question)
        if told is not None:
            return told
        return f"The picture is mostly {_listed(caption.colours)}."
    if _SIZES.search(question) and caption.size[0]:
        return f"The picture has {caption.size[0]} by {caption.size[1]} pixels."
    if _READS.search(question):
        return f'It says "{caption.text}".' if caption.drawn else "I cannot make out any text in the picture."
    shown = f"the picture shows {_inside(caption.text)}"
    if _YES_OR_NO.match(question):
        asked = [word for word in keywords(question) if word.lower() not in _ABOUT_PICTURES]
        known = caption.text.casefold()
        yes = any(_stem(word) in known for word in asked) if asked else caption.seed[1] % 2 == 0
        return f"{'Yes' if yes else 'No'}, {shown}."
    return f"{shown[0].upper()}{shown[1:]}."


def _coloured(caption: Caption, question: str) -> str | None:
    """Return the colour that a caption gives the thing somebody asks about, None where it says nothing of it."""
    for word in keywords(question):
        before = re.search(
            rf"((?:[\w-]+\s+){{1,3}}){re.escape(_stem(word))}s?\b", caption.text[:_LONGEST_QUESTION], re.IGNORECASE
        )
        colours = picture_colours.meant(before[1]) if before and not _COLOURS.match(word) else []
        if colours:
            is_one = word.casefold() == _stem(word)
            return f"The {word.lower()} {'is' if is_one else 'are'} {colours[-1]}."
    return None


def _number_of(thing: str, text: str) -> str:
    """Return how many of a thing a text speaks of, as it says it; "one" where it names no number.

    >>> _number_of("cats", "two black cats and three dogs")
    'two'
    """
    near = rf"{_NUMBER.pattern}(?=(?:\s+[\w-]+){{0,2}}\s+{re.escape(_stem(thing))})" if thing else _NUMBER.pattern
    found = re.search(near, text[:_LONGEST_QUESTION], re.IGNORECASE)
    return found[1].lower() if found else "one"


def classes(caption: Caption) -> list[tuple[str, float]]:
    """Return five labels in capital letters with scores: the highest first, at most 1 together."""
    labels = [_label(word).upper() for word in _subjects(caption)] if caption.drawn else []
    colours = [*caption.colours, *CLASSIFIED]
    start = caption.seed[2]
    for colour in colours:
        found = CLASSIFIED[colour]
        labels += [found[(start + step) % len(found)] for step in range(len(found))]
    chosen = list(dict.fromkeys(labels))[:_LABELS]
    scores, rest = [], 0.999
    for place in range(len(chosen)):
        share = 0.5 + 0.4 * caption.seed[3 + place] / 255
        scores.append(round(rest * share, 6))
        rest -= rest * share
    return list(zip(chosen, sorted(scores, reverse=True), strict=True))


def things(caption: Caption) -> list[Thing]:
    """Return what is found in a picture and where, the surest first; at least one thing."""
    if caption.drawn:
        labels = [_label(word).lower() for word in _subjects(caption)[:_MOST_OBJECTS]]
        counts = {label: _NUMBERS.get(_number_of(label, caption.text), 1) for label in labels}
    else:
        number = 1 + caption.seed[8] % 3
        labels = [DETECTED[(caption.seed[9] + 37 * step) % len(DETECTED)] for step in range(number)]
        counts = {}
    single = list(dict.fromkeys(labels))
    more = [(label, number) for label in single for number in range(1, counts.get(label, 1))]
    return [
        Thing(label, score, box_of(caption, label, number))
        for (label, number), score in zip(
            [*((each, 0) for each in single), *more], _sinking(caption.seed), strict=False
        )
    ]


def find(caption: Caption, wanted: str) -> list[Thing]:
    """Return where something is that somebody asks for: nowhere when a drawn picture says nothing of it."""
    words = keywords(wanted) or [wanted]
    known = caption.text.casefold()
    if caption.drawn and not any(_stem(word) in known for word in words):
        return []
    return [Thing(wanted, next(iter(_sinking(caption.seed))), box_of(caption, wanted))]


def box_of(caption: Caption, label: str, number: int = 0) -> tuple[int, int, int, int]:
    """Return where a picture shows something, in pixels; in thousandths when its size is not known.

    Of several things of one name `number` tells which.
    """
    width, height = caption.size if caption.size[0] else (1000, 1000)
    draws = digest(caption.seed, label, *([number] if number else []))
    across, down = _span(width, draws[0], draws[1]), _span(height, draws[2], draws[3])
    return across[0], down[0], across[1], down[1]


_ANYTHING = frozenset(
    "many much animal animals thing things object objects people persons person items picture image".split()
)
_ABOUT_PICTURES = frozenset("picture image photo photograph there visible shown see seen".split())


def _span(length: int, extent: int, start: int) -> tuple[int, int]:
    """Return where a stretch of a fifth to four fifths of a length begins and ends."""
    size = max(1, length * (51 + extent * 153 // 255) // 256)
    first = (length - size) * start // 255
    return first, first + size


def _sinking(seed: bytes) -> list[float]:
    """Return scores from about 0.99 down."""
    scores, score = [], 0.999 - seed[16] / 25_500
    for draw in seed[17 : 17 + _MOST_OBJECTS]:
        scores.append(round(score, 6))
        score -= 0.01 + draw / 1500
    while len(scores) < _MOST_BOXES:
        scores.append(round(scores[-1] * 0.95, 6))
    return scores


def _subjects(caption: Caption) -> list[str]:
    """Return the words that name things, those of known classes first; colours only when there is nothing else."""
    words = caption.words
    telling = [word for word in words if not picture_colours.is_name(word)] or words
    telling = [word for word in telling if word.casefold() not in NO_THINGS] or telling
    singular = [_stem(word) if _stem(word) in _CLASSES else word for word in telling]
    return sorted(dict.fromkeys(singular), key=lambda word: word.casefold() not in _CLASSES)


def _label(word: str) -> str:
    return word[:_LONGEST_LABEL]


def _stem(word: str) -> str:
    """Return a word without an English plural ending."""
    word = word.casefold()
    if (
        len(word) > 4
        and word.endswith(("xes", "ses", "shes", "ches"))
        and not word.endswith(("oses", "nses", "rses", "uses"))
    ):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _inside(text: str) -> str:
    """Return a caption as it stands within a sentence."""
    text = text.strip().rstrip(".!? ")
    return text[:1].lower() + text[1:] if text.partition(" ")[0] in ("A", "An", "The", "Two", "Three", "Some") else text


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}"


def _in_words(image: Picture, grid: Sequence[pictures.Colour], colours: Sequence[str]) -> str:
    """Return a caption that says no more than the pixels do: format, light, colours, and what is where."""
    greys = [(299 * red + 587 * green + 114 * blue) // 1000 for red, green, blue in grid]
    mean = sum(greys) // len(greys)
    spread = sum(abs(grey - mean) for grey in greys) // len(greys)
    light = "dark" if mean < 70 else "bright" if mean > 185 else "softly lit"
    shape = "square" if 9 * image.width < 10 * image.height and 9 * image.height < 10 * image.width else (
        "wide" if image.width > image.height else "tall"
    )  # fmt: skip
    structure = "plain" if spread < 8 else "calm" if spread < 40 else "lively"
    half = len(greys) // 2
    above, below = sum(greys[:half]) // half, sum(greys[half:]) // half
    where = ", brighter at the top" if above > below + 24 else ", brighter at the bottom" if below > above + 24 else ""
    return f"a {light}, {shape} and {structure} picture in {_listed(colours)}{where}"
