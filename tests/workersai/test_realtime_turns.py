"""Sessions of Flux: turns, their events, and what decides when one is over."""

from __future__ import annotations

import itertools
import math
import struct
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from mockserver.app import Mock
from mockserver.workersai.fakes import speech

FLUX = "@cf/deepgram/flux"
OPTIONS = {"encoding": "linear16", "sample_rate": 16000}
CLOSE = {"type": "CloseStream"}
Opener = Callable[..., Any]


def spoken(text: str) -> bytes:
    return speech.speak(text, "luna", speech.Format("linear16", "none", 16000))


def silence(seconds: float) -> bytes:
    return bytes(int(seconds * 16000) * 2)


def tone(seconds: float) -> bytes:
    samples = [round(9000 * math.sin(index / 5)) & ~1 for index in range(int(seconds * 16000))]
    return struct.pack(f"<{len(samples)}h", *samples)


def infos(answers: list[Any]) -> list[dict[str, Any]]:
    return [each for each in answers if isinstance(each, dict) and each["type"] == "TurnInfo"]


def events(answers: list[Any]) -> list[str]:
    return [info["event"] for info in infos(answers) if info["event"] != "Update"]


def test_a_turn(talk: Opener) -> None:
    """Speech is a turn: it starts with the first word and ends with all of them, in the pause behind it."""
    session = talk(FLUX, **OPTIONS)
    assert '"Connected"' in session.said[0]
    answers = infos(session.send(silence(1), spoken("I need to cancel my order, please."), silence(1)))
    assert ["StartOfTurn", "EndOfTurn"] == [each["event"] for each in answers if each["event"] != "Update"]
    start = next(each for each in answers if each["event"] == "StartOfTurn")
    end = next(each for each in answers if each["event"] == "EndOfTurn")
    assert "I" == start["transcript"]
    assert "I need to cancel my order, please." == end["transcript"]
    assert end["transcript"].split() == [word["word"] for word in end["words"]]
    assert end["end_of_turn_confidence"] >= 0.7 > start["end_of_turn_confidence"]


def test_two_turns_in_order(talk: Opener) -> None:
    """Each utterance behind a pause is a turn of its own; the index counts them, and windows follow one another."""
    session = talk(FLUX, **OPTIONS)
    answers = session.send(spoken("First one."), silence(1), spoken("Second one."), CLOSE)
    ends = [info for info in infos(answers) if info["event"] == "EndOfTurn"]
    assert [(0, "First one."), (1, "Second one.")] == [(end["turn_index"], end["transcript"]) for end in ends]
    assert ends[0]["audio_window_end"] == ends[1]["audio_window_start"]


def test_the_manner_of_events(talk: Opener) -> None:
    """Numbers go up by one, windows only forward, and a quarter of a second never passes without a message."""
    session = talk(FLUX, eager_eot_threshold=0.4, **OPTIONS)
    answers = infos(session.send(tone(2), silence(0.5), tone(1), silence(2), spoken("Yes."), CLOSE))
    assert list(range(1, len(answers) + 1)) == [info["sequence_id"] for info in answers]
    ends = [info["audio_window_end"] for info in answers]
    assert all(0 <= later - earlier <= 0.25001 for earlier, later in itertools.pairwise(ends))
    assert {"Update", "StartOfTurn", "EagerEndOfTurn", "TurnResumed", "EndOfTurn"} == {
        info["event"] for info in answers
    }


def test_events_keep_to_their_schema(talk: Opener, usual: Mock) -> None:
    """Every TurnInfo is what the task file describes."""
    schema = usual.document.content["components"]["schemas"]["SpeechRecognitionStreamingOutput"]
    answers = infos(
        talk(FLUX, eager_eot_threshold=0.4, **OPTIONS).send(tone(2), silence(1), spoken("Yes, please."), CLOSE)
    )
    for info in answers:
        jsonschema.validate(info, {**schema, "required": list(schema["properties"])})


def test_eager_ends_are_taken_back(talk: Opener) -> None:
    """Who goes on speaking after an eager end resumes the turn; an end has the transcript of the eager one before."""
    session = talk(FLUX, eager_eot_threshold=0.4, **OPTIONS)
    answers = infos(session.send(tone(2), silence(0.4), tone(1), silence(2)))
    assert ["StartOfTurn", "EagerEndOfTurn", "TurnResumed", "EagerEndOfTurn", "EndOfTurn"] == events(answers)
    eager, end = [info for info in answers if info["event"] in ("EagerEndOfTurn", "EndOfTurn")][-2:]
    assert eager["transcript"] == end["transcript"]
    assert eager["turn_index"] == end["turn_index"] == 0


def test_without_a_threshold_nothing_is_eager(talk: Opener) -> None:
    """EagerEndOfTurn and TurnResumed come only when `eager_eot_threshold` is set."""
    answers = talk(FLUX, **OPTIONS).send(tone(2), silence(0.4), tone(1), silence(2))
    assert ["StartOfTurn", "EndOfTurn"] == events(answers)


@pytest.mark.parametrize(("threshold", "at_least"), [(0.5, 0.25), (0.7, 0.5), (0.9, 1.0)])
def test_the_threshold_decides_when(talk: Opener, threshold: float, at_least: float) -> None:
    """The higher the threshold, the longer the quiet before a turn ends."""
    answers = infos(talk(FLUX, eot_threshold=threshold, **OPTIONS).send(tone(1), silence(3)))
    end = next(info for info in answers if info["event"] == "EndOfTurn")
    assert at_least <= end["audio_window_end"] - 1.0 <= at_least + 0.5
    assert end["end_of_turn_confidence"] >= threshold


def test_the_timeout_ends_what_nothing_else_does(talk: Opener) -> None:
    """With a threshold of 1 the time of quiet ends a turn, or the client does."""
    options = {**OPTIONS, "eot_threshold": 1.0, "eot_timeout_ms": 2000}
    answers = infos(talk(FLUX, **options).send(spoken("Well."), silence(4)))
    end = next(info for info in answers if info["event"] == "EndOfTurn")
    assert end["audio_window_end"] == pytest.approx(2.35, abs=0.05)
    forced = talk(FLUX, **options).send(spoken("Well."), silence(0.5), {"type": "ForceEndTurn"})
    assert ["StartOfTurn", "EndOfTurn"] == events(forced)


def test_configure(talk: Opener) -> None:
    """Thresholds can be changed under way; impossible ones are refused with an error message, and nothing changes."""
    session = talk(FLUX, **OPTIONS)
    (done,) = session.send({"type": "Configure", "thresholds": {"eot_threshold": 0.9}})
    assert ("ConfigureSuccess", 0.9, 5000) == (
        done["type"],
        done["thresholds"]["eot_threshold"],
        done["thresholds"]["eot_timeout_ms"],
    )
    for thresholds in (
        {"eot_threshold": 7},
        {"eot_thresold": 0.7},
        {"eot_threshold": None},
        [],
        {"eot_timeout_ms": "x"},
    ):
        (error,) = session.send({"type": "Configure", "thresholds": thresholds})
        assert ("Error", "INVALID_CONFIGURATION") == (error["type"], error["code"])


def test_the_end(talk: Opener) -> None:
    """CloseStream ends the turn that is open and the session."""
    *_, end, closed = talk(FLUX, **OPTIONS).send(spoken("Bye then")[:-9000], CLOSE)
    assert "EndOfTurn" == end["event"]
    assert 1000 == closed.code


def test_who_never_pauses_is_cut_short(talk: Opener) -> None:
    """A turn without a pause ends after a minute all the same, and no word gets lost."""
    options = {**OPTIONS, "eot_threshold": 1.0, "eot_timeout_ms": 60000}
    answers = infos(talk(FLUX, **options).send(tone(150), CLOSE))
    ends = [info for info in answers if info["event"] == "EndOfTurn"]
    assert [0, 1, 2] == [end["turn_index"] for end in ends]
    assert all(end["audio_window_end"] - end["audio_window_start"] <= 61 for end in ends)
    assert 370 <= sum(len(end["words"]) for end in ends) <= 376
    assert answers[-1]["audio_window_end"] == pytest.approx(150, abs=0.25)
