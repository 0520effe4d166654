"""Turns of a conversation (Flux): sound in, what is said and when a turn is over out; Deepgram's /v2/listen."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.seeds import digest
from mockserver.engine.sessions import Close, Said
from mockserver.workersai import moments
from mockserver.workersai.catalogue import Model
from mockserver.workersai.fakes.sound_transcripts import Word
from mockserver.workersai.realtime.ears import SampleEar
from mockserver.workersai.realtime.listeners import Moment
from mockserver.workersai.realtime.messages import Exchange, Wrong, write
from mockserver.workersai.realtime.options import Options

_UPDATE = 250  # milliseconds of sound between two messages in which nothing happens
_HALF_SURE, _HALF_UNSURE = 100, 300  # milliseconds of quiet in which half of the doubt goes away
_LEAST, _MOST = 0.05, 0.95
_LONGEST_TURN = 60_000  # milliseconds after which a turn ends at the next occasion
_RATES = 8000, 48000


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a turn is over."""

    eager_eot_threshold: float | None
    """How sure the end has to be for an EagerEndOfTurn; None for none."""
    eot_threshold: float
    eot_timeout_ms: int
    """Milliseconds of quiet after which a turn is over however unsure that is."""


class Turns:
    """One session."""

    idle = 600.0

    def __init__(self, invocation: Invocation, model: Model, options: Options) -> None:
        """Raises Refusal for options that the model does not take."""
        options.required("encoding", "sample_rate")
        encoding = options.one_of("encoding", ("linear16",), "linear16")
        rate = options.whole("sample_rate", 0, *_RATES)
        options.flag("mip_opt_out")
        eager = options.values.get("eager_eot_threshold")
        self._thresholds = Thresholds(
            options.fraction("eager_eot_threshold", 0, 0.3, 0.9) if eager else None,
            options.fraction("eot_threshold", 0.7, 0.5, 1.0),
            options.whole("eot_timeout_ms", 5000, 500, 60_000),
        )
        self._seed = invocation.settings.seed
        self._ear = SampleEar(encoding, rate, self._seed)
        self._request = moments.uuid(invocation.seed.hex())
        self._sequence = self._turn = 0
        self._words: list[dict[str, Any]] = []
        self._transcript = ""
        self._window_start = self._now = self._told = 0
        self._confidence = _LEAST
        self._is_eager = False
        self._messages = Exchange(
            {"CloseStream": self._finish, "Configure": self._configure, "ForceEndTurn": self._force},
            lambda wrong: self._write("Error", code=wrong.code, description=str(wrong)),
        )

    def open(self) -> Iterable[Said]:
        """Say that it listens."""
        yield self._write("Connected")

    def hear(self, message: str | bytes) -> Iterable[Said]:
        """Answer sound with what is heard in it, and text messages."""
        if isinstance(message, str):
            yield from self._messages.answer(message)
            return
        for moment in self._ear.hear(message):
            yield from self._take(moment)

    def interrupts(self, message: str | bytes) -> bool:
        """Say no: what was heard is told to its end."""
        return False

    def wait(self) -> Iterable[Said]:
        """End the session."""
        yield Close(1011, "NET-0001: no message within the timeout window")

    def _take(self, moment: Moment) -> Iterable[Said]:
        """Say what a moment changes."""
        self._now = moment.now
        self._confidence = _confidence(moment)
        if self._is_eager and (moment.words or moment.quiet is None):
            self._is_eager = False
            self._add(moment.words)
            yield self._info("TurnResumed")
        elif moment.words:
            begun = bool(self._words)
            self._add(moment.words)
            if not begun:
                yield self._info("StartOfTurn")
        is_long = self._now - self._window_start > _LONGEST_TURN
        if self._words and moment.quiet is not None:
            limits = self._thresholds
            eager, surely = limits.eager_eot_threshold, self._confidence >= limits.eot_threshold
            if eager is not None and not self._is_eager and self._confidence >= eager:
                self._is_eager = True
                yield self._info("EagerEndOfTurn")
            if surely or moment.quiet >= limits.eot_timeout_ms or is_long:
                yield from self._end()
        elif moment.words and is_long and not moment.sure:
            yield from self._end()  # who never pauses is cut short: each message repeats the whole turn
        if self._now - self._told >= _UPDATE:
            yield self._info("Update")

    def _end(self) -> Iterable[Said]:
        yield self._info("EndOfTurn")
        self._turn += 1
        self._words, self._transcript = [], ""
        self._is_eager, self._window_start = False, self._now

    def _add(self, words: Iterable[Word]) -> None:
        for word in words:
            sureness = 0.9 + digest("word", self._seed, word.text, word.start)[0] / 2570
            self._words.append({"word": word.text, "confidence": round(sureness, 4)})
            self._transcript += f" {word.text}" if self._transcript else word.text

    def _finish(self, content: dict[str, Any]) -> Iterable[Said]:
        for moment in self._ear.finish():
            yield from self._take(moment)
        if self._words:
            yield from self._end()
        yield Close()

    def _force(self, content: dict[str, Any]) -> Iterable[Said]:
        if self._words:
            yield from self._end()

    def _configure(self, content: dict[str, Any]) -> Iterable[Said]:
        """Take new thresholds for what comes after."""
        given = content.get("thresholds", {})
        limits = {"eager_eot_threshold": (0.3, 0.9), "eot_threshold": (0.5, 1.0), "eot_timeout_ms": (500, 60_000)}
        if not isinstance(given, dict):
            raise Wrong("INVALID_CONFIGURATION", "`thresholds` is an object")
        for name, value in given.items():
            least, most = limits.get(name, (0, 0))
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if name not in limits:
                raise Wrong("INVALID_CONFIGURATION", f"{name[:40]!r} is no threshold; known: {', '.join(limits)}")
            if value is None and name == "eager_eot_threshold":
                continue
            if not number or not least <= value <= most:
                raise Wrong("INVALID_CONFIGURATION", f"`{name}` lies between {least} and {most}")
        self._thresholds = replace(self._thresholds, **given)
        limits_now = self._thresholds
        yield self._write(
            "ConfigureSuccess",
            thresholds={
                "eager_eot_threshold": limits_now.eager_eot_threshold,
                "eot_threshold": limits_now.eot_threshold,
                "eot_timeout_ms": limits_now.eot_timeout_ms,
            },
        )

    def _info(self, event: str) -> str:
        self._told = self._now
        return self._write(
            "TurnInfo",
            event=event,
            turn_index=self._turn,
            audio_window_start=self._window_start / 1000,
            audio_window_end=self._now / 1000,
            transcript=self._transcript,
            words=self._words,
            end_of_turn_confidence=self._confidence,
        )

    def _write(self, kind: str, **members: Any) -> str:
        self._sequence += 1
        return write(type=kind, request_id=self._request, sequence_id=self._sequence - 1, **members)


def _confidence(moment: Moment) -> float:
    """Return how sure it is that a turn is over: the longer the quiet the surer."""
    if moment.quiet is None:
        return _LEAST
    half = _HALF_SURE if moment.sure else _HALF_UNSURE
    return round(_MOST - (_MOST - _LEAST) * math.pow(0.5, moment.quiet / half), 4)
