"""Listeners: moments of a sound that is still coming in, and the words that were said by then.

All times are those of the sound, in milliseconds. Speech of ours is known word for word; of other sound the loud parts
are taken for speech, and get words as they go on. What is heard depends on the sound and the seed alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mockserver.engine.seeds import digest
from mockserver.workersai.fakes import speech
from mockserver.workersai.fakes.sound_transcripts import SENTENCES, Word

WINDOW = 50
"""Milliseconds of sound from one moment to the next."""

_PACE = 400  # milliseconds a word
_GAP = 300  # milliseconds of quiet that end what somebody says
_TOLERANCE = 50  # milliseconds by which speech of ours may be shorter than its text would have it
_ENDS = (".", "!", "?", "…", "。", "！", "？")


@dataclass(frozen=True, slots=True)
class Moment:
    """What has been heard up to a moment."""

    now: int
    words: tuple[Word, ...] = ()
    """The words that were finished since the last moment."""
    began: int | None = None
    """When somebody began to speak, if that was since the last moment."""
    quiet: int | None = None
    """How long nobody has spoken; None while somebody speaks, and before anybody has."""
    sure: bool = False
    """Whether what was said last is known to be all of it."""


class Listener:
    """Turns windows of sound, loud or not, and texts that begin somewhere, into moments."""

    def __init__(self, seed: int, kind: str) -> None:
        self._seed, self._kind = seed, kind
        self._known: list[Word] = []
        """Words of our own speech that are still to come."""
        self._known_end = 0
        """When our own speech is over, with its pause."""
        self._last: int | None = None
        """When the last word ended."""
        self._sure = False
        self._foreign: Iterator[str] | None = None
        """The words of a stranger who is speaking."""
        self._since = self._loud_at = 0
        """When the stranger's next word began, and when the stranger was heard last."""
        self._began: int | None = None
        self._due: list[Word] = []
        """Words that the next moment tells of."""

    def begin(self, text: str, start: int) -> None:
        """Take up speech of ours that begins now; whatever was being said before is over."""
        self._due += self._last_word(start)
        self._known = list(_words(text, start))
        self._known_end = start + round(speech.seconds(text) * 1000)
        if self._known:
            self._began, self._sure = start, True

    def is_within(self, time: int) -> bool:
        """Say whether speech of ours goes on at a time."""
        return time < self._known_end - _TOLERANCE

    def pass_on(self, now: int, loud: bool, samples: bytes = b"") -> Moment:
        """Return the moment at the end of a window; `samples` tell one stranger from another."""
        if now - WINDOW < self._known_end or self._known:
            self._hear_known(now)
        else:
            self._due += self._hear_stranger(now, loud, samples)
        return self._moment(now)

    def stop(self, now: int) -> Moment:
        """Return the moment at the end of all sound: a word that is nearly over is over."""
        self._hear_known(now + _TOLERANCE)
        self._due += self._last_word(now)
        return self._moment(now)

    def _moment(self, now: int) -> Moment:
        words, self._due = tuple(self._due), []
        began, self._began = self._began, None
        if words:
            self._last = words[-1].end
        speaking = bool(self._known) or self._foreign is not None
        quiet = None if speaking or self._last is None else max(0, now - self._last)
        return Moment(now, words, began, quiet, self._sure)

    def _hear_known(self, now: int) -> None:
        while self._known and self._known[0].end <= now:
            self._due.append(self._known.pop(0))

    def _hear_stranger(self, now: int, loud: bool, samples: bytes) -> Iterator[Word]:
        if loud:
            if self._foreign is None:
                self._foreign = _sentences(digest("utterance", self._seed, self._kind, samples))
                self._since = self._began = now - WINDOW
                self._sure = False
            self._loud_at = now
            if now - self._since >= 2 * _PACE:  # one word is kept back: it may be the last
                yield Word(next(self._foreign), self._since, self._since + _PACE)
                self._since += _PACE
        elif self._foreign is not None and now - self._loud_at >= _GAP:
            yield from self._last_word(self._loud_at)

    def _last_word(self, end: int) -> Iterator[Word]:
        """Yield the last word of a stranger, as the last one of a sentence."""
        if self._foreign is not None:
            text = next(self._foreign)
            self._foreign = None
            yield Word(text if text.endswith(_ENDS) else text.rstrip(",") + ".", self._since, max(end, self._since))


def _words(text: str, start: int) -> Iterator[Word]:
    """Yield the words of speech of ours that begins at a time: letters come at an even pace."""
    place = 0
    for word in text.split():
        place = text.index(word, place)
        end = place + len(word)
        yield Word(word, start + place * 1000 // speech.PACE, start + end * 1000 // speech.PACE)
        place = end


def _sentences(draws: bytes) -> Iterator[str]:
    number = 0
    while True:
        yield from SENTENCES[(draws[number % 32] + number // 32) % len(SENTENCES)]
        number += 1
