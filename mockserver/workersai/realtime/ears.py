"""Ears: sound comes in as bytes, in whatever pieces, and moments go out, one for every 50 ms of sound."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from mockserver.workersai.fakes import sound_headers, sound_marks, sound_recordings, speech
from mockserver.workersai.fakes.sound_headers import NotAudio
from mockserver.workersai.realtime.listeners import WINDOW, Listener, Moment

_LEAST_LEVEL = 0.02  # of full scale: below it is no speech
_SHARE = 0.15  # of what was loudest lately
_DECAY = 0.98
_LONGEST_TAG = 65536 + 64  # bytes
_ATTEMPTS = 64  # broken marks after which no more are looked for


class Ear(Protocol):
    """Hears one channel."""

    def hear(self, data: bytes) -> Iterator[Moment]:
        """Yield the moments that have come with more sound; raises NotAudio for what cannot be heard."""
        ...

    def finish(self) -> Iterator[Moment]:
        """Yield the moments that were held back, up to the end of what has come."""
        ...


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
        self._length: float | None = None
        """Seconds that have come, by the last look."""
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
        before, self._length = self._length, header.seconds
        if not final and before in (None, header.seconds):
            return  # a length that does not grow with the sound is what the header announces
        self._find_marks(data, final)
        yield from self._pass(int(header.seconds * 1000), data[:512])

    def _find_marks(self, data: bytes, final: bool) -> None:
        """Take up the texts of tags, each when the one before is over."""
        while (place := data.find(sound_marks.SIGNATURE, self._marked)) >= 0:
            found = sound_marks.find(data[place : place + _LONGEST_TAG])
            if found is None and len(data) - place < _LONGEST_TAG and not final:
                break  # the rest of it may still come
            self._marked = place + 1
            if found is not None and not found.width:
                self._texts.append(found.text)

    def _pass(self, upto: int, identity: bytes) -> Iterator[Moment]:
        while self._heard + WINDOW <= upto:
            if self._texts and self._heard >= self._end:
                text = self._texts.pop(0)
                self._listener.begin(text, self._end)
                self._end += round(speech.seconds(text) * 1000)
            self._heard += WINDOW
            yield self._listener.pass_on(self._heard, not self._end, identity)  # a file is ours, or a stranger's


def _first_sample(data: bytes) -> int:
    """Return where the samples of a WAV file begin that has been read before."""
    place = 12
    while data[place : place + 4] != b"data":
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        place += 8 + size + size % 2
    return place + 8
