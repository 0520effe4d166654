"""Ears: what is said in a sound that is still coming in. All times are those of the sound, in milliseconds.

An ear is fed bytes and yields moments, one for every 50 ms of sound, whatever pieces the bytes came in. Speech of ours
carries its text, and is heard word for word; of other sound the loud parts are taken for speech, and get words as they
go on. What is heard depends on the sound and the seed alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from mockserver.engine.seeds import digest
from mockserver.workersai.fakes import sound_headers, sound_marks, sound_recordings, speech
from mockserver.workersai.fakes.sound_headers import NotAudio
from mockserver.workersai.fakes.sound_transcripts import SENTENCES, Word

WINDOW = 50
"""Milliseconds of sound from one moment to the next."""

_LEAST_LEVEL = 0.02  # of full scale: below it is no speech
_SHARE = 0.15  # of what was loudest lately
_DECAY = 0.98
_PACE = 400  # milliseconds a word
_GAP = 300  # milliseconds of quiet that end what somebody says
_ATTEMPTS = 64  # broken marks after which no more are looked for
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


class Ear(Protocol):
    """Hears one channel."""

    def hear(self, data: bytes) -> Iterator[Moment]:
        """Yield the moments that have come with more sound; raises NotAudio for what cannot be heard."""
        ...

    def finish(self) -> Iterator[Moment]:
        """Yield the moments that were held back, up to the end of what has come."""
        ...


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


class SampleEar:
    """Hears samples without a header, of one channel."""

    def __init__(self, encoding: str, rate: int, seed: int) -> None:
        self._encoding, self._rate = encoding, rate
        self._width = sound_headers.width(encoding)
        self._listener = Listener(seed, f"{encoding} {rate}")
        self._samples = bytearray()
        """What has come and is not heard yet."""
        self._digits = bytearray()
        """The lowest bits of the same samples, and of those that may still belong to a mark before."""
        self._gone = 0
        """Samples before the first of those."""
        self._searched = 0
        """Digits in which no more marks are to be found."""
        self._attempts = _ATTEMPTS
        self._base = 0
        """Samples before the first that is not heard yet."""
        self._heard = 0
        """Windows that are heard."""
        self._peak = 0.0
        self._text = ""
        """What was found last: the same text within the same speech is a copy of the mark."""

    def hear(self, data: bytes) -> Iterator[Moment]:
        """Yield the moments that have come with more samples."""
        split = len(self._samples) % self._width
        self._samples += data
        fresh = self._samples[len(self._samples) - len(data) - split :]
        whole = len(fresh) // self._width * self._width
        self._digits += fresh[: whole : self._width].translate(sound_marks.TO_DIGITS)
        yield from self._advance(final=False)

    def finish(self) -> Iterator[Moment]:
        """Yield the moments that were held back, and one for the rest of a window."""
        yield from self._advance(final=True)
        end = self._gone + len(self._digits)
        yield self._listener.stop(self._time(end))

    def _advance(self, *, final: bool) -> Iterator[Moment]:
        """Hear every whole window before the first place where a mark may still turn out to be."""
        while True:
            open_at, found = self._search(final)
            upto = open_at if found is None else found[0]
            yield from self._windows(self._gone + upto)
            if found is None:
                break
            place, text, end = found
            start = self._time(self._gone + place)
            if not self._listener.is_within(start) or text != self._text:
                self._listener.begin(text, start)
                self._text = text
            self._searched = end
        self._trim()

    def _search(self, final: bool) -> tuple[int, tuple[int, str, int] | None]:
        """Return up to which digit it is known what they hold, and the next mark before it: place, text and end."""
        while self._attempts:
            place = self._digits.find(sound_marks.DIGITS, self._searched)
            if place < 0:
                break
            text, end = sound_marks.engraved_at(self._digits, place)
            if text is not None:
                return end, (place, text, end)
            if end > place and not final:
                return place, None
            self._attempts -= 1
            self._searched = place + 1
        kept = 0 if final or not self._attempts else len(sound_marks.DIGITS) - 1
        upto = max(self._searched, len(self._digits) - kept)
        self._searched = upto
        return upto, None

    def _windows(self, upto: int) -> Iterator[Moment]:
        """Hear the windows that end at or before a sample."""
        while (end := self._edge(self._heard + 1)) <= upto:
            begin = self._edge(self._heard)
            first = (begin - self._base) * self._width
            window = bytes(self._samples[first : first + (end - begin) * self._width])
            level = sound_recordings.level(window, self._encoding)
            self._peak = max(self._peak * _DECAY, level)
            self._heard += 1
            yield self._listener.pass_on(self._heard * WINDOW, level >= max(_LEAST_LEVEL, _SHARE * self._peak), window)

    def _edge(self, window: int) -> int:
        """Return the first sample of a window."""
        return window * WINDOW * self._rate // 1000

    def _trim(self) -> None:
        """Forget samples and digits that are done with."""
        done = self._edge(self._heard) - self._base
        del self._samples[: done * self._width]
        self._base += done
        spare = min(self._searched, self._base - self._gone)
        del self._digits[:spare]
        self._gone += spare
        self._searched -= spare

    def _time(self, sample: int) -> int:
        return sample * 1000 // self._rate


class FileEar:
    """Hears a sound file of any format, from its first byte on: samples behind a header, or frames."""

    def __init__(self, seed: int, largest: int) -> None:
        self._seed, self._largest = seed, largest
        self._data = bytearray()
        self._inner: SampleEar | None = None
        self._listener = Listener(seed, "file")
        self._next_look = 1
        """Bytes at which it is looked again at what has come."""
        self._heard = 0
        """Milliseconds that are heard."""
        self._marked = 0
        """Bytes in which all tags are found."""
        self._texts: list[str] = []
        """Texts of tags whose speech has not begun."""
        self._end = 0
        """When the speech of ours that began last is over."""

    def hear(self, data: bytes) -> Iterator[Moment]:
        """Yield the moments that have come with more bytes; raises NotAudio."""
        if self._inner is not None:
            yield from self._inner.hear(data)
            return
        self._data += data
        if len(self._data) > self._largest:
            raise NotAudio(f"more than {self._largest} bytes of a sound file")
        if len(self._data) >= self._next_look:
            # every look reads everything that has come: ever longer waits keep that in proportion
            self._next_look = len(self._data) * 5 // 4 + 4096
            yield from self._look(final=False)

    def finish(self) -> Iterator[Moment]:
        """Yield the rest; raises NotAudio when nothing could be heard at all."""
        if self._data:
            yield from self._look(final=True)
        if self._inner is not None:
            yield from self._inner.finish()
        else:
            yield self._listener.stop(self._heard)

    def _look(self, *, final: bool) -> Iterator[Moment]:
        data = bytes(self._data)
        try:
            header = sound_headers.read(data)
        except NotAudio:
            if final or len(data) > 65536:
                raise
            return
        if header.kind == "wav" and header.samples and header.channels == 1:
            self._inner = SampleEar(header.encoding, header.rate, self._seed)
            self._data.clear()
            yield from self._inner.hear(data[_first_sample(data) :])
            return
        self._find_marks(data)
        yield from self._pass(int(header.seconds * 1000), data[:512])

    def _find_marks(self, data: bytes) -> None:
        """Take up the texts of tags, each when the one before is over."""
        while (place := data.find(sound_marks.SIGNATURE, self._marked)) >= 0:
            self._marked = place + 1
            found = sound_marks.find(data[place : place + 65536 + 64])
            if found is not None and not found.width:
                self._texts.append(found.text)

    def _pass(self, upto: int, identity: bytes) -> Iterator[Moment]:
        while self._heard + WINDOW <= upto:
            if self._texts and self._heard >= self._end:
                text = self._texts.pop(0)
                self._listener.begin(text, self._end)
                self._end += round(speech.seconds(text) * 1000)
            self._heard += WINDOW
            yield self._listener.pass_on(self._heard, True, identity)


def _first_sample(data: bytes) -> int:
    """Return where the samples of a WAV file begin that has been read before."""
    place = 12
    while data[place : place + 4] != b"data":
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        place += 8 + size + size % 2
    return place + 8
