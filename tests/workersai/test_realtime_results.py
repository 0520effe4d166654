"""Sessions of Nova: interim and final results, utterances, and what the options change."""

from __future__ import annotations

import hashlib
import itertools
import math
import struct
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.workersai.fakes import speech

NOVA = "@cf/deepgram/nova-3"
OPTIONS = {"encoding": "linear16", "sample_rate": 16000}
CLOSE = {"type": "CloseStream"}
Opener = Callable[..., Any]


def spoken(text: str, encoding: str = "linear16", rate: int = 16000) -> bytes:
    return speech.speak(text, "luna", speech.Format(encoding, "none", rate, 48000 if encoding == "mp3" else None))


def tone(seconds: float) -> bytes:
    samples = [round(9000 * math.sin(index / 5)) & ~1 for index in range(int(seconds * 16000))]
    return struct.pack(f"<{len(samples)}h", *samples)


def silence(seconds: float) -> bytes:
    return bytes(int(seconds * 16000) * 2)


def results(answers: list[Any], final: bool = True) -> list[dict[str, Any]]:
    return [
        each for each in answers if isinstance(each, dict) and each["type"] == "Results" and each["is_final"] is final
    ]


def transcript(answers: list[Any]) -> str:
    said = [each["channel"]["alternatives"][0]["transcript"] for each in results(answers)]
    return " ".join(each for each in said if each)


def kinds(answers: list[Any]) -> list[str]:
    return [each["type"] if isinstance(each, dict) else "Close" for each in answers]


def test_what_was_spoken(talk: Opener) -> None:
    """Speech of ours comes back as final results, with times; then a summary, then the end."""
    session = talk(NOVA, **OPTIONS)
    assert [] == session.said
    answers = session.send(spoken("Good morning to everybody."), silence(1), spoken("And good night."), CLOSE)
    assert "Good morning to everybody. And good night." == transcript(answers)
    assert ["Metadata", "Close"] == kinds(answers)[-2:]
    assert 1000 == answers[-1].code
    words = [word for each in results(answers) for word in each["channel"]["alternatives"][0]["words"]]
    assert all(earlier["end"] <= later["start"] for earlier, later in itertools.pairwise(words))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"numerals": "true"}, "Damn, pay 900 to Bob."),
        ({"profanity_filter": "true", "replace": "bob:Ann"}, "****, pay nine hundred to Ann."),
        ({"redact": "name"}, "Damn, pay nine hundred to [NAME_1]."),
    ],
)
def test_wordings(talk: Opener, options: dict[str, str], said: str) -> None:
    """Options word live transcripts as they do those of whole recordings."""
    answers = talk(NOVA, **OPTIONS, **options).send(spoken("Damn, pay nine hundred to Bob."), CLOSE)

    assert said == transcript(answers)


def test_results_tile_the_sound(talk: Opener) -> None:
    """Each final result begins where the one before ended, and together they cover all of the sound."""
    data = spoken("One.") + silence(7) + tone(13) + silence(0.5) + spoken("Two words.")
    answers = talk(NOVA, **OPTIONS).send(data[:50_001], data[50_001:], CLOSE)
    place = 0.0
    for each in results(answers):
        assert each["start"] == pytest.approx(place)
        place = each["start"] + each["duration"]
        for word in each["channel"]["alternatives"][0]["words"]:
            assert each["start"] - 0.5 <= word["start"] <= word["end"] <= place + 0.001
    assert len(data) / 32000 == pytest.approx(place, abs=0.001)


def test_interim_results(talk: Opener) -> None:
    """With `interim_results` a result grows until it is final; without, there are only final ones."""
    data = spoken("It was a bright cold day in April, and the clocks were striking thirteen.")
    answers = talk(NOVA, interim_results="true", **OPTIONS).send(data, CLOSE)
    growing = [each["channel"]["alternatives"][0]["transcript"] for each in results(answers, final=False)]
    assert len(growing) >= 3
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(growing[:3]))
    assert not any(each["speech_final"] for each in results(answers, final=False))
    assert [] == results(talk(NOVA, **OPTIONS).send(data, CLOSE), final=False)


def test_pauses(talk: Opener) -> None:
    """A pause as long as `endpointing` makes speech final; `false` leaves that to the end of the sound."""
    data = tone(1) + silence(0.6) + tone(1) + silence(3)
    patient, eager = ({**OPTIONS, "endpointing": each} for each in (1000, 100))
    assert 2 == sum(each["speech_final"] for each in results(talk(NOVA, **eager).send(data)))
    assert 1 == sum(each["speech_final"] for each in results(talk(NOVA, **patient).send(data)))
    assert 0 == sum(each["speech_final"] for each in results(talk(NOVA, endpointing="false", **OPTIONS).send(data)))


def test_events_on_request(talk: Opener) -> None:
    """SpeechStarted and UtteranceEnd come when they are asked for, once for each utterance."""
    data = silence(1) + spoken("Hello?") + silence(2) + spoken("Anybody?") + silence(2)
    asked = talk(NOVA, vad_events="true", utterance_end_ms=1000, interim_results="true", **OPTIONS).send(data)
    found = [each for each in asked if each["type"] in ("SpeechStarted", "UtteranceEnd")]
    assert ["SpeechStarted", "UtteranceEnd"] * 2 == [each["type"] for each in found]
    assert 1.0 == found[0]["timestamp"]
    last = [each["channel"]["alternatives"][0]["words"] for each in results(asked)]
    assert last[0][-1]["end"] == found[1]["last_word_end"]
    assert {"Results"} == set(kinds(talk(NOVA, **OPTIONS).send(data)))


def test_finalize_and_keep_alive(talk: Opener) -> None:
    """Finalize makes final at once what was heard, KeepAlive says nothing, and the session goes on."""
    session = talk(NOVA, endpointing="false", **OPTIONS)
    first = session.send(spoken("Up to here")[:-8000], {"type": "KeepAlive"}, {"type": "Finalize"})
    assert [True] == [each["from_finalize"] for each in results(first)]
    assert "Up to here" == transcript(first)
    assert "And on." == transcript(session.send(spoken("And on."), {"type": "Finalize"}))


def test_metadata(talk: Opener) -> None:
    """The summary tells the length and the checksum of the sound that came, however it came."""
    data = spoken("Some sound.")
    for pieces in ([data], [data[:1001], data[1001:]]):
        summary = talk(NOVA, **OPTIONS).send(*pieces, CLOSE)[-2]
        assert hashlib.sha256(data).hexdigest() == summary["sha256"]
        assert len(data) / 32000 == pytest.approx(summary["duration"], abs=0.001)
        assert 1 == summary["channels"]


def test_channels(talk: Opener) -> None:
    """With `multichannel` each channel is transcribed for itself; without, the first one is."""
    left, right = spoken("This is the left one."), spoken("And here the right")
    size = max(len(left), len(right))
    pairs = zip(left.ljust(size, b"\0")[::1], right.ljust(size, b"\0"), strict=True)
    raw = list(pairs)
    both = bytes(byte for at in range(0, size, 2) for byte in (raw[at][0], raw[at + 1][0], raw[at][1], raw[at + 1][1]))
    options = {**OPTIONS, "channels": 2}
    answers = talk(NOVA, multichannel="true", **options).send(both[:999], both[999:], CLOSE)
    said = {
        index: transcript([each for each in results(answers) if each["channel_index"] == [index, 2]])
        for index in (0, 1)
    }
    assert {0: "This is the left one.", 1: "And here the right"} == said
    assert "This is the left one." == transcript(talk(NOVA, **options).send(both, CLOSE))


def test_punctuation_is_an_option(talk: Opener) -> None:
    """With `punctuate` words come bare, and as they are written beside."""
    (result,) = results(talk(NOVA, punctuate="true", **OPTIONS).send(spoken("Well, yes."), CLOSE))[:1]
    assert [("well", "Well,"), ("yes", "yes.")] == [
        (word["word"], word["punctuated_word"]) for word in result["channel"]["alternatives"][0]["words"]
    ]


def test_files_need_no_options(talk: Opener) -> None:
    """Without `encoding` the sound is a file whose header tells everything."""
    data = spoken("Straight from the other model.", "mp3", 22050)
    assert "Straight from the other model." == transcript(talk(NOVA).send(data[:2000], data[2000:], CLOSE))


def test_what_is_no_sound(talk: Opener) -> None:
    """Bytes that are no sound end the session with DATA-0000."""
    *_, error, closed = talk(NOVA).send(b"no sound at all", CLOSE)
    assert ("Error", "DATA-0000", 1008) == (error["type"], error["variant"], closed.code)


def test_an_empty_message_is_the_end(talk: Opener) -> None:
    """An empty binary message closes the stream, as older clients do it."""
    assert ["Metadata", "Close"] == kinds(talk(NOVA, **OPTIONS).send(b""))
