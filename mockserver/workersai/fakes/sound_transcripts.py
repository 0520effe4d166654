"""Transcripts: what was said in a recording, word by word, and as WebVTT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mockserver.engine.seeds import digest
from mockserver.workersai.fakes.sound_recordings import Recording

_WORDS_PER_SECOND = 2.5
_MOST_WORDS = 10_000
_TAIL = 300
"""Milliseconds at the end in which nothing is said, as far as there is room."""
_SEGMENT = 14
"""Words of a segment at most."""
_ENDS = (".", "!", "?", "…", "。", "！", "？")

SENTENCES = tuple(
    sentence.split()
    for sentence in (
        "Good morning, and thank you for calling.",
        "I would like to go over the notes from last week.",
        "We can start as soon as everybody has arrived.",
        "The train was late again, so I walked the rest of the way.",
        "Could you send me the address before noon?",
        "There is a small café on the corner that opens early.",
        "Let me know if that works for you.",
        "The weather should be fine until Thursday.",
        "I have put the keys on the kitchen table.",
        "Nobody has heard from them since the meeting.",
        "It took us about two hours to get there.",
        "Please turn left after the second bridge.",
        "That is all I wanted to say for now.",
        "Do you remember what the doctor told us?",
        "The new version is easier to read than the old one.",
        "My sister is going to bring the photographs.",
    )
)
"""What is heard where nobody said what was spoken, word by word."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word and when it is said, in milliseconds."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """What is said in a recording."""

    text: str
    words: tuple[Word, ...]
    milliseconds: int
    """How long the recording is."""

    @property
    def segments(self) -> tuple[tuple[Word, ...], ...]:
        """The words in groups: sentences, or fourteen words of a long one."""
        found: list[tuple[Word, ...]] = []
        group: list[Word] = []
        for word in self.words:
            group.append(word)
            if word.text.endswith(_ENDS) or len(group) == _SEGMENT:
                found.append(tuple(group))
                group = []
        return (*found, tuple(group)) if group else tuple(found)

    @property
    def vtt(self) -> str:
        """The segments as WebVTT, without a line at the end."""
        return "\n\n".join(("WEBVTT", *map(_cue, self.segments)))


def transcribe(recording: Recording, seed: int) -> Transcript:
    """Return what is said in a recording: its own words, or words that fit its length, the same for the same sound."""
    length = recording.milliseconds
    if recording.said is not None:
        return Transcript(recording.said, _timed(recording.said.split(), length), length)
    words = () if recording.silent else tuple(_invented(recording, seed))
    return Transcript(" ".join(words), _timed(words, length), length)


def said_in(words: Sequence[Word]) -> str:
    """Return the words of a segment as text."""
    return " ".join(word.text for word in words)


def _invented(recording: Recording, seed: int) -> Iterator[str]:
    """Yield as many words as fit the recording, the last one with a full stop."""
    left = max(1, min(_MOST_WORDS, round(recording.header.seconds * _WORDS_PER_SECOND)))
    draws = digest("transcript", seed, recording.identity)
    number = 0
    while left:
        sentence = SENTENCES[(draws[number % 32] + number // 32) % len(SENTENCES)][:left]
        number += 1
        left -= len(sentence)
        yield from sentence[:-1]
        yield sentence[-1] if sentence[-1].endswith(_ENDS) else sentence[-1].rstrip(",") + "."


def _timed(words: Sequence[str], length: int) -> tuple[Word, ...]:
    """Give each word a time that is proportionate to its letters; no word ends after the recording."""
    characters = sum(map(len, words)) + max(0, len(words) - 1)
    if not characters:
        return ()
    spoken = length - min(_TAIL, length // 4)
    found, place = [], 0
    for word in words:
        end = place + len(word)
        found.append(Word(word, spoken * place // characters, spoken * end // characters))
        place = end + 1
    return tuple(found)


def _cue(words: tuple[Word, ...]) -> str:
    text = said_in(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{_clock(words[0].start)} --> {_clock(words[-1].end)}\n{text}"


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}" if hours else f"{minutes:02}:{seconds:02}.{rest:03}"
