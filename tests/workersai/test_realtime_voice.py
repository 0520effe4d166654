"""Sessions of Aura: what is spoken, when, and how; and of smart-turn."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from mockserver.app import Mock
from mockserver.workersai.fakes import sound_recordings, speech

AURA = "@cf/deepgram/aura-1"
Opener = Callable[..., Any]


def say(text: str) -> dict[str, Any]:
    return {"type": "Speak", "text": text}


FLUSH, CLEAR, CLOSE = ({"type": each} for each in ("Flush", "Clear", "Close"))


def sound(answers: list[Any]) -> bytes:
    return b"".join(each for each in answers if isinstance(each, bytes))


def test_speak_and_flush(talk: Opener) -> None:
    """Pieces of text are spoken together at a Flush: sound, then Flushed."""
    session = talk(AURA)
    assert '"Metadata"' in session.said[0]
    assert [] == session.send(say("Hello "), say("world."))
    answers = session.send(FLUSH)
    assert {"type": "Flushed", "sequence_id": 0} == answers[-1]
    assert all(isinstance(each, bytes) for each in answers[:-1])
    recording = sound_recordings.read(sound(answers), ("linear16", 24000, 1))
    assert "Hello world." == recording.said
    assert abs(recording.milliseconds - 1000 * speech.seconds("Hello world.")) < 50


def test_clear_forgets(talk: Opener) -> None:
    """Clear drops what was not spoken; the numbers of landmarks go on."""
    session = talk(AURA)
    assert [{"type": "Cleared", "sequence_id": 0}] == session.send(say("Not this."), CLEAR)
    answers = session.send(say("But this."), FLUSH)
    assert "But this." == sound_recordings.read(sound(answers)).said
    assert 1 == answers[-1]["sequence_id"]
    assert [{"type": "Flushed", "sequence_id": 2}] == session.send(FLUSH)


def test_close_speaks_the_rest(talk: Opener) -> None:
    """Close has the rest spoken and ends the session."""
    answers = talk(AURA).send(say("The rest."), CLOSE)
    assert "The rest." == sound_recordings.read(sound(answers)).said
    assert 1000 == answers[-1].code


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"encoding": "mulaw", "sample_rate": 8000}, ("mulaw", 8000, 1)),
        ({"encoding": "linear16", "sample_rate": "16000", "container": "none"}, ("linear16", 16000, 1)),
        ({"encoding": "linear16", "container": "wav"}, None),
        ({"encoding": "mp3"}, None),
        ({"encoding": "opus", "container": "ogg", "bit_rate": "24000"}, None),
    ],
)
def test_encodings(talk: Opener, options: dict[str, Any], kind: Any) -> None:
    """Sound comes in the encoding that was asked for."""
    text = "In another encoding, please."
    recording = sound_recordings.read(sound(talk(AURA, **options).send(say(text), FLUSH)), kind)
    assert text == recording.said
    assert abs(recording.header.seconds - speech.seconds(text)) < 0.2


def test_voices_differ(talk: Opener) -> None:
    """Each speaker has a voice; the same one speaks the same bytes every time."""
    one, again, other = (
        sound(talk(AURA, speaker=speaker).send(say("A voice."), FLUSH)) for speaker in ("zeus", "zeus", "hera")
    )
    assert one == again != other


def test_too_much_text(talk: Opener) -> None:
    """Text past what is spoken at once is dropped with a warning."""
    session = talk(AURA)
    (warning,) = session.send(say("x" * (speech.LONGEST + 1)))
    assert "Warning" == warning["type"]
    assert "Short." == sound_recordings.read(sound(session.send(say("Short."), FLUSH))).said


@pytest.mark.parametrize(
    ("message", "hint"),
    [
        ("no JSON", "no JSON"),
        ("[]", "no JSON object"),
        ("{}", "no `type`"),
        ('{"type": 7}', "no `type`"),
        ('{"type": "Flsh"}', "did you mean 'Flush'?"),
        ('{"type": "Speak"}', "`text`"),
        ('{"type": "Speak", "text": 7}', "`text`"),
        (b"sound", "not binary"),
    ],
)
def test_wrong_messages(talk: Opener, message: str | bytes, hint: str) -> None:
    """A wrong message is answered with what would have been right, and the session goes on."""
    session = talk(AURA)
    (error,) = session.send(message)
    assert "Error" == error["type"]
    assert hint in error["description"]
    assert "Flushed" == session.send(say("Still here."), FLUSH)[-1]["type"]


def test_too_many_wrong_messages(talk: Opener) -> None:
    """After many wrong messages the session ends."""
    answers = talk(AURA).send(*["?"] * 32)
    assert 1008 == answers[-1].code
    assert 33 == len(answers)


def test_smart_turn(talk: Opener) -> None:
    """Each message is a recording, as sound or as the body of the HTTP form, and is judged by itself."""
    whole = speech.speak("That is all.", "luna", speech.Format("mp3", "none", 22050, 48000))
    session = talk("@cf/pipecat-ai/smart-turn-v2")
    body = {"audio": base64.b64encode(whole).decode()}
    finished, cut, same = session.send(whole, whole[: len(whole) // 2], body)
    assert finished == same
    assert finished["is_complete"] is True
    assert cut["is_complete"] is False
    (error,) = session.send(b"???")
    assert "Error" == error["type"]
    (error,) = session.send("no JSON")
    assert "audio" in error["description"]


def test_strict_sessions_wait_as_short_as_the_service(talk: Opener) -> None:
    """Only a strict mock hangs up after ten seconds of silence: breakpoints take longer."""
    assert 600 == talk("@cf/deepgram/nova-3")._session.idle
    assert 10 == talk("@cf/deepgram/nova-3", of=Mock(fidelity="strict"))._session.idle
