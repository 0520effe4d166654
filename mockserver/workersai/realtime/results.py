"""Live transcription (Nova): sound in, interim and final results out; Deepgram's /v1/listen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.seeds import digest
from mockserver.engine.sessions import Close, Said
from mockserver.workersai import moments
from mockserver.workersai.catalogue import Model
from mockserver.workersai.fakes.sound_headers import NotAudio
from mockserver.workersai.fakes.sound_transcripts import Transcript, Word, said_in
from mockserver.workersai.families import hearing
from mockserver.workersai.realtime.ears import Ear, FileEar, SampleEar
from mockserver.workersai.realtime.listeners import Moment
from mockserver.workersai.realtime.messages import Exchange, Wrong, write
from mockserver.workersai.realtime.options import Options

_RAW = ("linear16", "linear32", "mulaw", "alaw")
_FILES = ("flac", "amr-nb", "amr-wb", "opus", "ogg-opus", "speex", "g729")
_INTERIM = 1000  # milliseconds between interim results
_SEGMENT = 5000  # milliseconds after which a result is final whether anybody has paused or not
_TIMEOUT = "NET-0001: neither sound nor KeepAlive within the timeout window"
_OTHERS = "punctuate smart_format diarize multichannel interim_results vad_events no_delay numerals profanity_filter"


class Results:
    """One session; each channel is transcribed for itself when `multichannel` asks for that."""

    def __init__(self, invocation: Invocation, model: Model, options: Options) -> None:
        """Raises Refusal for options that the model does not take."""
        for name in _OTHERS.split():
            options.flag(name)
        encoding = options.one_of("encoding", (*_RAW, *_FILES), "file") if options.values.get("encoding") else "file"
        self._raw = encoding in _RAW
        if self._raw:
            options.required("sample_rate")
        rate = options.whole("sample_rate", 16000, 8000, 192_000)
        self._channels = options.whole("channels", 1, 1, 8) if self._raw else 1
        heard = self._channels if options.flag("multichannel") else 1
        self._width = {"linear16": 2, "linear32": 4}.get(encoding, 1)
        self._rest = b""
        seed, most = invocation.settings.seed, invocation.settings.max_body
        self._request = moments.uuid(invocation.seed.hex())
        self._created = moments.milliseconds(invocation)
        self._model, self._model_id = model, moments.uuid(digest("model", model.name).hex())
        metadata = {"request_id": self._request, "model_info": self._model_info(), "model_uuid": self._model_id}
        self._tracks = [
            _Track(
                SampleEar(encoding, rate, seed) if self._raw else FileEar(seed, most),
                options,
                seed,
                [number, heard],
                metadata,
            )
            for number in range(heard)
        ]
        self._sum = sha256()
        self.idle = 10.0 if invocation.settings.fidelity == "strict" else 600.0  # the service waits for ten seconds
        self._messages = Exchange(
            {"KeepAlive": lambda content: (), "Finalize": self._finalize, "CloseStream": self._close},
            lambda wrong: write(type="Error", description=str(wrong), message=wrong.code, variant=wrong.code),
        )

    def open(self) -> Iterable[Said]:
        """Say nothing: Deepgram waits for sound."""
        return ()

    def hear(self, message: str | bytes) -> Iterable[Said]:
        """Answer sound with what is heard in it, and text messages; an empty binary message ends the session."""
        try:
            if isinstance(message, str):
                yield from self._messages.answer(message)
            elif not message:
                yield from self._close({})
            else:
                self._sum.update(message)
                for track, sound in zip(self._tracks, self._parts(message), strict=True):
                    yield from track.hear(sound)
        except NotAudio as error:
            what = f"The payload cannot be decoded as audio: {error}"
            yield from self._messages.wrong(Wrong("DATA-0000", what))
            yield Close(1008, "DATA-0000")

    def interrupts(self, message: str | bytes) -> bool:
        """Say no: what was heard is told to its end."""
        return False

    def wait(self) -> Iterable[Said]:
        """End the session."""
        yield Close(1011, _TIMEOUT)

    def _parts(self, message: bytes) -> list[bytes]:
        """Return the sound of each channel that is heard."""
        if not self._raw or self._channels == 1:
            return [message]
        block, width = self._width * self._channels, self._width
        message = self._rest + message
        whole = len(message) // block * block
        self._rest = message[whole:]
        parts = []
        for channel in range(len(self._tracks)):
            part = bytearray(whole // self._channels)
            for byte in range(width):
                part[byte::width] = message[channel * width + byte : whole : block]
            parts.append(bytes(part))
        return parts

    def _finalize(self, content: dict[str, Any]) -> Iterable[Said]:
        channel = content.get("channel")
        for track in self._tracks:
            if channel is None or channel == track.index[0]:
                yield from track.finalize()

    def _close(self, content: dict[str, Any]) -> Iterable[Said]:
        for track in self._tracks:
            yield from track.close()
        yield write(
            type="Metadata",
            transaction_key="deprecated",
            request_id=self._request,
            sha256=self._sum.hexdigest(),
            created=datetime.fromtimestamp(self._created / 1000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            duration=max(track.now for track in self._tracks) / 1000,
            channels=self._channels,
            models=[self._model_id],
            model_info={self._model_id: self._model_info()},
        )
        yield Close()

    def _model_info(self) -> dict[str, str]:
        slug = self._model.slug
        return {"name": slug, "version": self._model.added or "", "arch": slug}


class _Track:
    """The transcript of one channel: results one behind the other, each beginning where the last final one ended."""

    def __init__(self, ear: Ear, options: Options, seed: int, index: list[int], metadata: dict[str, Any]) -> None:
        self.index, self._metadata = index, metadata
        self._ear, self._seed, self._options = ear, seed, options.values
        self._interim, self._vad = options.flag("interim_results"), options.flag("vad_events")
        endpointing = options.values.get("endpointing", "").lower()
        self._endpointing = None if endpointing == "false" else 10
        if endpointing not in ("", "true", "false"):
            self._endpointing = options.whole("endpointing", 10, 0, 60_000)
        self._gap = options.whole("utterance_end_ms", 0, 1, 60_000)
        self.now = 0
        self._start = self._told = 0
        self._words: list[Word] = []
        self._open_since: int | None = None
        """When the last word of an utterance ended that is not told to be over."""

    def hear(self, sound: bytes) -> Iterator[Said]:
        """Say what is heard."""
        for moment in self._ear.hear(sound):
            yield from self._take(moment)

    def finalize(self) -> Iterator[Said]:
        """Make everything final that has been heard."""
        for moment in self._ear.finish():
            yield from self._take(moment)
        yield self._result(self.now, final=True, over=True, finalized=True)

    def close(self) -> Iterator[Said]:
        """Say what is left."""
        for moment in self._ear.finish():
            yield from self._take(moment)
        if self.now > self._start or self._words:
            yield self._result(self.now, final=True, over=True)

    def _take(self, moment: Moment) -> Iterator[Said]:
        self.now = moment.now
        if moment.began is not None and self._vad:
            yield write(type="SpeechStarted", channel=self.index, timestamp=moment.began / 1000)
        self._words += moment.words
        if moment.words:
            self._open_since = moment.words[-1].end
        quiet = moment.quiet
        if self._words and quiet is not None and self._endpointing is not None and quiet >= self._endpointing:
            yield self._result(self.now, final=True, over=True)
        elif self.now - self._start >= _SEGMENT:
            yield self._result(self._words[-1].end if self._words else self.now, final=True, over=False)
        elif self._interim and self.now - self._told >= _INTERIM:
            yield self._result(self.now, final=False, over=False)
        if self._gap and self._open_since is not None and quiet is not None and quiet >= self._gap:
            yield write(type="UtteranceEnd", channel=self.index, last_word_end=self._open_since / 1000)
            self._open_since = None

    def _result(self, end: int, *, final: bool, over: bool, finalized: bool = False) -> str:
        options = self._options
        redact, replace = ([options[name]] if options.get(name) else [] for name in ("redact", "replace"))
        spoken = Transcript(said_in(self._words), tuple(self._words), end)
        heard = hearing.worded(spoken, options, redact, replace).words
        words = [hearing.deepgram_word(word, self._sureness(word), options) for word in heard]
        confidence = min((each["confidence"] for each in words), default=0.0)
        said = write(
            type="Results",
            channel_index=self.index,
            start=self._start / 1000,
            duration=(end - self._start) / 1000,
            is_final=final,
            speech_final=over,
            channel={
                "alternatives": [
                    {
                        "transcript": said_in(heard),
                        "confidence": confidence,
                        "words": words,
                    }
                ]
            },
            metadata=self._metadata,
            from_finalize=finalized,
        )
        self._told = self.now
        if final:
            self._start, self._words = end, []
        return said

    def _sureness(self, word: Word) -> float:
        return round(0.95 + digest("word", self._seed, word.text, word.start)[0] / 5140, 4)
