"""Ears: sound that comes in pieces is heard word for word, whatever the pieces."""

from __future__ import annotations

import math
import random
import struct
from typing import Any

import pytest

from mockserver.workersai.fakes import speech
from mockserver.workersai.fakes.sound_headers import NotAudio
from mockserver.workersai.realtime.ears import FileEar, SampleEar
from mockserver.workersai.realtime.listeners import Moment

TEXT = "Once upon a time, a fox ran home. Über Flüsse und Brücken!"


def spoken(text: str, encoding: str = "linear16", container: str = "none", rate: int = 16000) -> bytes:
    return speech.speak(text, "luna", speech.Format(encoding, container, rate))


def heard(ear: Any, data: bytes, size: int) -> list[Moment]:
    moments = [moment for start in range(0, len(data), size) for moment in ear.hear(data[start : start + size])]
    return moments + list(ear.finish())


def words(moments: list[Moment]) -> list[str]:
    return [word.text for moment in moments for word in moment.words]


def tone(seconds: float, rate: int = 16000, loud: float = 0.5) -> bytes:
    samples = [round(32767 * loud * math.sin(index / 7)) & ~1 for index in range(int(seconds * rate))]
    return struct.pack(f"<{len(samples)}h", *samples)


@pytest.mark.parametrize(
    ("encoding", "rate"),
    [("linear16", 8000), ("linear16", 16000), ("linear16", 48000), ("mulaw", 8000), ("alaw", 16000)],
)
def test_own_speech_is_understood(encoding: str, rate: int) -> None:
    """Speech of ours in samples gives its words in every encoding without a codec."""
    moments = heard(SampleEar(encoding, rate, 0), spoken(TEXT, encoding, rate=rate), 1000)
    assert TEXT.split() == words(moments)


@pytest.mark.parametrize("size", [1, 7, 640, 4801, 1 << 20])
def test_pieces_do_not_matter(size: int) -> None:
    """The same samples give the same moments in pieces of every size, half samples included."""
    data = spoken("Hi. ") + tone(1.5) + bytes(16000) + spoken("And so on, and so on.")
    assert heard(SampleEar("linear16", 16000, 0), data, 3000) == heard(SampleEar("linear16", 16000, 0), data, size)


def test_200_texts_in_order() -> None:
    """Texts spoken one after the other are heard in order, Unicode and repetitions included."""
    draw = random.Random(7)
    letters = "abcdefghij klmno pqrst uvwxyz äöüß éèñ 漢字 かな привет 🙂 ,.!? "
    texts = ["".join(draw.choices(letters, k=draw.randint(1, 60))) for _ in range(200)]
    texts[50:53] = [texts[50]] * 3
    data = b"".join(spoken(text, rate=8000) for text in texts)
    assert " ".join(texts).split() == words(heard(SampleEar("linear16", 8000, 0), data, 5000))


def test_times_are_those_of_the_sound() -> None:
    """Words come in order, after they ended and not long after, and fit the sound."""
    data = bytes(32000) + spoken(TEXT) + tone(3) + bytes(32000)
    now = 0
    for moment in heard(SampleEar("linear16", 16000, 0), data, 2000):
        assert now <= moment.now
        now = moment.now
        for word in moment.words:
            assert word.start <= word.end <= moment.now
            assert moment.now - word.end <= 1000
    assert len(data) // 32 == now


def test_speech_that_breaks_off() -> None:
    """Of a speech that is cut only the words before the cut are heard, and what follows is heard as usual."""
    half = spoken("one two three four five six seven eight nine ten")
    data = half[: len(half) // 2 // 2 * 2] + spoken("Something else.")
    said = words(heard(SampleEar("linear16", 16000, 0), data, 999))
    assert ["Something", "else."] == said[-2:]
    assert "one two three four five six".split()[: len(said) - 2] == said[:-2]
    assert 3 <= len(said) - 2 <= 6


def test_strangers() -> None:
    """Other sound gets words as long as it is loud, sentences when it pauses, and none for silence."""
    moments = heard(SampleEar("linear16", 16000, 0), bytes(32000) + tone(2) + bytes(32000) + tone(2), 1600)
    said = words(moments)
    assert 8 <= len(said) <= 12
    assert said[-1].endswith((".", "?"))
    assert [1000, 4000] == [moment.began for moment in moments if moment.began is not None]
    assert [] == words(heard(SampleEar("linear16", 16000, 0), bytes(64000), 1600))


def test_the_seed_and_the_sound_decide_what_strangers_say() -> None:
    """The same sound is the same words; another seed gives others."""
    said = [words(heard(SampleEar("linear16", 16000, seed), tone(8), 1600)) for seed in (1, 1, 2)]
    assert said[0] == said[1] != said[2]


@pytest.mark.parametrize("encoding", ["mp3", "flac", "opus", "aac", "linear16", "mulaw"])
@pytest.mark.parametrize("size", [20, 500, 1 << 20])
def test_files(encoding: str, size: int) -> None:
    """Files of our speech are understood from their bytes, whatever their format and pieces."""
    form = speech.Format(encoding, "ogg" if encoding == "opus" else "wav", {"opus": 48000}.get(encoding, 8000))
    data = speech.speak(TEXT, "luna", form)
    assert TEXT.split() == words(heard(FileEar(0, 1 << 24), data, size))


def test_200_files() -> None:
    """Files of 200 texts in every format, in pieces of any size, are understood and nothing is added."""
    draw = random.Random(3)
    forms = [("mp3", "none", 22050), ("flac", "none", 16000), ("opus", "ogg", 48000), ("aac", "none", 22050)]
    forms += [("linear16", "wav", 24000), ("alaw", "wav", 8000)]
    for _ in range(200):
        text = "".join(draw.choices("abcdefg hijkl mnop äöü 漢字 🙂 ,.!? ", k=draw.randint(1, 200)))
        data = speech.speak(text, "luna", speech.Format(*draw.choice(forms)))
        assert text.split() == words(heard(FileEar(0, 1 << 24), data, draw.choice([33, 200, 999, 5000])))


def test_files_in_a_row() -> None:
    """One MP3 behind the other is heard in order."""
    form = speech.Format("mp3", "none", 22050, 48000)
    data = b"".join(speech.speak(text, "luna", form) for text in ("One thing.", "Another thing.", "A third."))
    assert "One thing. Another thing. A third.".split() == words(heard(FileEar(0, 1 << 24), data, 900))


def test_no_sound_at_all() -> None:
    """Bytes that are no sound are refused at the end, or when there are many of them."""
    with pytest.raises(NotAudio):
        heard(FileEar(0, 1 << 24), b"no sound" * 10, 100)
    with pytest.raises(NotAudio):
        list(FileEar(0, 1 << 24).hear(b"no sound" * 10_000))
    with pytest.raises(NotAudio):
        list(FileEar(0, 100).hear(b"RIFF" * 100))


def test_broken_marks_cost_little() -> None:
    """Signatures without a mark behind them are given up soon; what follows is sound like any other."""
    from mockserver.workersai.fakes import sound_marks

    digits = sound_marks.DIGITS + b"0" * 16 + b"1" * 15
    data = b"".join(b"%c\x10" % (digit & 1) for digit in digits) * 3000
    moments = heard(SampleEar("linear16", 16000, 0), data, 4000)
    assert len(data) // 32 == moments[-1].now
