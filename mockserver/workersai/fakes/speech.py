"""Speech: a text becomes sound of proportionate length, in any encoding, and carries the text with it.

It is no language that anybody understands: each word has about as many syllables as it would have when spoken, each
syllable the vowel of its letters, and pauses fill the rest. Fifteen characters take a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from mockserver.engine.seeds import digest
from mockserver.workersai.fakes import sound_bank, sound_containers, sound_marks
from mockserver.workersai.fakes.sound_companding import COMPANDERS
from mockserver.workersai.fakes.sound_syllables import PITCHES, UNIT, UNITS, VOWELS, little_endian, syllable

PACE = 15
"""Characters per second."""
PAUSE = 0.3
"""Seconds of silence at the end."""
LONGEST = 5000
"""Characters that are spoken at once."""

_SYLLABLE = 3  # characters
_LEAD = 0.1  # seconds that a syllable may come late; later ones are swallowed
_ENDS = ".!?…。！？"

Piece = TypeVar("Piece")


@dataclass(frozen=True, slots=True)
class Format:
    """How sound is written down."""

    encoding: str
    """linear16, mulaw, alaw, flac, mp3, opus or aac."""
    container: str
    """wav, ogg or none."""
    sample_rate: int
    bit_rate: int | None = None
    """Bits per second; the nearest one that the encoding has here is taken."""

    @property
    def media_type(self) -> str:
        """The media type, with what a player has to know of sound without a header."""
        if self.container == "wav":
            return "audio/wav"
        raw = {"linear16": "audio/l16", "mulaw": "audio/mulaw", "alaw": "audio/alaw"}.get(self.encoding)
        if raw:
            return f"{raw};rate={self.sample_rate};channels=1"
        return {"mp3": "audio/mpeg", "opus": "audio/ogg", "aac": "audio/aac", "flac": "audio/flac"}[self.encoding]


@dataclass(frozen=True, slots=True)
class Sound:
    """A syllable of a text."""

    start: float
    """Seconds from the beginning."""
    vowel: str
    contour: int
    """0 within a word, 1 at the end of one."""


def speak(text: str, speaker: str, form: Format) -> bytes:
    """Return a text spoken by a speaker: the same bytes every time."""
    pitch = PITCHES[digest("speaker", speaker)[0] % len(PITCHES)]
    if form.encoding in COMPANDERS or form.encoding == "linear16":
        samples = bytearray(b"".join(laid_out(text, _samples(pitch, form), 1 / UNIT)))
        sound_marks.engrave(samples, 2 if form.encoding == "linear16" else 1, text)
        if form.container == "none":
            return bytes(samples)
        return sound_containers.wav(form.encoding, form.sample_rate, samples)
    mark = sound_marks.mark(text)
    if form.encoding == "flac":
        blocks = laid_out(text, _blocks(pitch, form.sample_rate), 1 / UNIT)
        return sound_containers.flac(blocks, form.sample_rate // UNIT, form.sample_rate, mark)
    codec = _codec(form)
    silence = (codec.silence,)
    clips = {None: silence} | {
        (vowel, contour): codec.syllables[f"{pitch}{vowel}{contour}"] for vowel in VOWELS for contour in (0, 1)
    }
    frames = laid_out(text, clips.__getitem__, codec.samples / codec.sample_rate)
    if form.encoding == "opus":
        return sound_containers.ogg_opus(frames, codec.samples, codec.sample_rate, mark)
    return sound_containers.id3(mark) + b"".join(frames)


def seconds(text: str) -> float:
    """Return how long a text takes."""
    return len(text) / PACE + PAUSE


def sounds(text: str) -> Iterator[Sound]:
    """Yield the syllables of a text in order."""
    place = 0
    for word in text.split():
        place = text.index(word, place)
        count = max(1, round(len(word) / _SYLLABLE))
        for number in range(count):
            start = place + number * len(word) // count
            letters = text[start : place + (number + 1) * len(word) // count].lower()
            vowel = next((each for each in letters if each in VOWELS), None) or VOWELS[sum(map(ord, letters)) % 5]
            yield Sound(start / PACE, vowel, int(number == count - 1))
        place += len(word)


def laid_out(text: str, clip: Callable[[tuple[str, int] | None], Sequence[Piece]], length: float) -> list[Piece]:
    """Return the pieces of sound of a text, each `length` seconds; the clip for None is one piece of silence."""
    (silence,) = clip(None)
    pieces: list[Piece] = []
    for sound in sounds(text):
        behind = round(sound.start / length) - len(pieces)
        if behind * length > -_LEAD:
            pieces += [silence] * behind
            pieces += clip((sound.vowel, sound.contour))
    pieces += [silence] * (max(round(seconds(text) / length), len(pieces) + round(PAUSE / length)) - len(pieces))
    return pieces


def _samples(pitch: int, form: Format) -> Callable[[tuple[str, int] | None], Sequence[bytes]]:
    """Return what gives the samples of a syllable in an encoding without a codec."""

    def clip(sound: tuple[str, int] | None) -> Sequence[bytes]:
        return _coded(pitch, sound, form.sample_rate, form.encoding)

    return clip


@lru_cache(maxsize=1024)
def _coded(pitch: int, sound: tuple[str, int] | None, rate: int, encoding: str) -> tuple[bytes, ...]:
    unit = rate // UNIT
    samples = syllable(pitch, *sound, rate) if sound else syllable(pitch, "a", 0, rate)[:1] * unit
    coded = COMPANDERS[encoding](samples) if encoding in COMPANDERS else little_endian(samples)
    units = UNITS if sound else 1
    step = len(coded) // len(samples) * unit  # what a rate leaves over is less than a sample for each unit
    return tuple(coded[place * step : (place + 1) * step] for place in range(units))


def _blocks(pitch: int, rate: int) -> Callable[[tuple[str, int] | None], Sequence[sound_containers.Block]]:
    def clip(sound: tuple[str, int] | None) -> Sequence[sound_containers.Block]:
        return _lossless(pitch, sound, rate)

    return clip


@lru_cache(maxsize=512)
def _lossless(pitch: int, sound: tuple[str, int] | None, rate: int) -> tuple[sound_containers.Block, ...]:
    blocks = []
    for unit in _coded(pitch, sound, rate, "linear16"):
        swapped = bytearray(unit)
        swapped[::2], swapped[1::2] = unit[1::2], unit[::2]
        blocks.append(sound_containers.Block(bytes(swapped)))
    return tuple(blocks)


def _codec(form: Format) -> sound_bank.Codec:
    codecs = sound_bank.codecs()[form.encoding]
    return min(codecs, key=lambda codec: abs(codec.bit_rate - (form.bit_rate or codecs[-1].bit_rate)))
