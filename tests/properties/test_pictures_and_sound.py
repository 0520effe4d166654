"""Media hold what their requests promise: sizes, formats, lengths, times inside the clip, boxes inside the picture."""

from __future__ import annotations

import base64
import io
import math
import re
import wave
from array import array
from random import Random
from typing import Any

import av
import pytest
from hypothesis import strategies as st
from PIL import Image
from sending import ACCOUNT, RUN, Asked, Got, Sender, every

from mockserver.effective import catalogue
from mockserver.workersai.families.speaking import ENCODINGS

PAINTERS = {model.name: model.facts["image"] for model in catalogue().select(task="Text-to-Image", status="active")}
SIZED = [name for name, facts in PAINTERS.items() if "size_range" in facts]
SEEING = {family: catalogue().select(family=family)[0].name for family in ("image-classification", "object-detection")}
POINTER = catalogue().select(family="image-to-text", capability="streaming")[0].name
WHISPER, TURBO, SHORT = (
    catalogue().select(family=f"speech-recognition-{name}")[0].name for name in ("whisper", "whisper-turbo", "nemotron")
)
SPEAKER = catalogue().select(family="text-to-speech-deepgram")[0].name
CHARACTERS = 15  # a second
CUE = re.compile(r"(?:(\d\d):)?(\d\d):(\d\d\.\d{3}) --> (?:(\d\d):)?(\d\d):(\d\d\.\d{3})\n[^\n]+")


def run(sender: Sender, model: str, body: Any, media_type: str = "application/json") -> Got:
    got = sender.send(Asked(RUN, body, {"account_id": ACCOUNT, "model": model}, media_type))
    assert 200 == got.status, got.body[:500]
    return got


def form(fields: dict[str, Any]) -> bytes:
    parts = [f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{fields[name]}\r\n' for name in fields]
    return ("".join(parts) + "--edge--\r\n").encode()


def painted(sender: Sender, model: str, body: dict[str, Any]) -> Image.Image:
    facts = PAINTERS[model]
    if facts["request"] == "multipart/form-data":
        got = run(sender, model, form(body), "multipart/form-data; boundary=edge")
    else:
        got = run(sender, model, body)
    data = got.body if facts["response"] == "binary" else base64.b64decode(got.json["result"]["image"], validate=True)
    image = Image.open(io.BytesIO(data))
    image.load()
    assert facts["media_type"] == Image.MIME[image.format or ""]
    if facts["response"] == "binary":
        assert facts["media_type"] == got.media_type
    return image


@pytest.mark.parametrize("model", SIZED)
def test_odd_sizes_are_kept(model: str, sender: Sender) -> None:
    """Every size between the bounds, odd and lopsided ones included, is the size of the picture."""
    low = max(1, PAINTERS[model]["size_range"][0])
    sides = st.one_of(st.integers(low, low + 90), st.sampled_from([257, 301, 383, 511]))

    def check(drawn: tuple[int, int, str]) -> None:
        width, height, prompt = drawn
        image = painted(sender, model, {"prompt": prompt or "x", "width": width, "height": height})
        assert (width, height) == image.size

    every(st.tuples(sides, sides, st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)), 8, check)


encodings = st.sampled_from(
    [(name, box, rate) for name, each in ENCODINGS.items() for box in each.containers for rate in each.sample_rates]
)
_RAW = {"linear16": "s16le", "mulaw": "mulaw", "alaw": "alaw"}
_NAMES = {"mp3": "mp3", "flac": "flac", "opus": "ogg", "aac": "aac"}


def test_any_text_is_spoken_in_any_encoding(sender: Sender) -> None:
    """FFmpeg decodes the format that was asked for, at its rate; the length goes with the text."""

    def check(drawn: tuple[str, tuple[str, str, int]]) -> None:
        text, (encoding, container, rate) = drawn
        body = {"text": text, "encoding": encoding, "container": container, "sample_rate": rate}
        sound = run(sender, SPEAKER, body).body
        raw = _RAW.get(encoding) if container == "none" else None
        options = {"sample_rate": str(rate), "ch_layout": "mono"} if raw else {}
        samples = 0
        with av.open(io.BytesIO(sound), format=raw, options=options) as opened:
            if not raw:
                assert ("wav" if container == "wav" else _NAMES[encoding]) == opened.format.name
            stream = opened.streams.audio[0]
            assert (rate, 1) == (stream.rate, stream.channels)
            for frame in opened.decode(stream):
                samples += frame.samples
        expected = len(text) / CHARACTERS
        assert 0.4 * expected < samples / rate < 1.6 * expected + 1.5

    said = st.text(st.characters(codec="utf-8"), min_size=1, max_size=120).filter(lambda text: text.strip())
    every(st.tuples(said, encodings), 150, check)


def clip(seconds: float, rate: int, channels: int, seed: int) -> bytes:
    """A recording that somebody else made: noise with pauses."""
    draw = Random(seed)
    count = max(1, int(seconds * rate))
    noise = array("h", [draw.randrange(-9000, 9000) for _ in range(997)])
    samples = array("h")
    for _ in range(0, count * channels, 997):
        samples += noise if draw.random() < 0.8 else array("h", bytes(2 * 997))
    file = io.BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setparams((channels, 2, rate, 0, "NONE", ""))
        opened.writeframes(samples[: count * channels].tobytes())
    return file.getvalue()


def cues(vtt: str) -> list[tuple[float, float]]:
    """The times of the captions, in seconds; AssertionError when it is no WebVTT."""
    signature, *blocks = vtt.split("\n\n")
    assert "WEBVTT" == signature
    found = [CUE.fullmatch(block.rstrip("\n")) for block in blocks]
    assert all(found), vtt
    return [
        (int(each[1] or 0) * 3600 + int(each[2]) * 60 + float(each[3]),
         int(each[4] or 0) * 3600 + int(each[5]) * 60 + float(each[6]))
        for each in found if each
    ]  # fmt: skip


def ordered(times: list[tuple[float, float]], seconds: float) -> None:
    """Assert that times follow one another within the clip."""
    end = 0.0
    for first, last in times:
        assert end <= first <= last <= math.ceil(seconds * 1000) / 1000, (times, seconds)
        end = last


def test_times_lie_in_the_clip(sender: Sender) -> None:
    """Words, segments and captions of any recording follow one another and end when it does."""

    def check(drawn: tuple[float, int, int, int]) -> None:
        seconds, rate, channels, seed = drawn
        sound = clip(seconds, rate, channels, seed)
        seconds = max(1, int(seconds * rate)) / rate
        heard = run(sender, WHISPER, sound, "audio/wav").json["result"]
        ordered([(word["start"], word["end"]) for word in heard["words"]], seconds)
        ordered(cues(heard["vtt"]), seconds)
        assert heard["word_count"] == len(heard["words"]) == len(heard["text"].split())
        encoded = {"audio": base64.b64encode(sound).decode()}
        told = run(sender, TURBO, encoded).json["result"]
        ordered([(each["start"], each["end"]) for each in told["segments"]], seconds)
        ordered(cues(told["vtt"]), seconds)
        words = [word for each in told["segments"] for word in each["words"]]
        ordered([(word["start"], word["end"]) for word in words], seconds)
        assert told["text"] == " ".join(word["word"] for word in words)
        assert seconds == pytest.approx(told["transcription_info"]["duration"], abs=0.002)
        assert seconds == pytest.approx(run(sender, SHORT, encoded).json["result"]["duration"], abs=0.002)

    seconds = st.one_of(st.floats(0.001, 6), st.sampled_from([0.05, 1.0, 59.9995, 61.0]))
    every(st.tuples(seconds, st.sampled_from([8000, 16000, 44100]), st.integers(1, 2), st.integers(0, 99)), 40, check)


def foreign(width: int, height: int, seed: int) -> Image.Image:
    """A picture that was not drawn here: patches of colours."""
    draw = Random(seed)
    image = Image.new("RGB", (width, height), tuple(draw.randrange(256) for _ in range(3)))
    for _ in range(draw.randrange(6)):
        left, top = draw.randrange(width), draw.randrange(height)
        patch = (left, top, min(width, left + 1 + draw.randrange(width)), min(height, top + 1 + draw.randrange(height)))
        image.paste(tuple(draw.randrange(256) for _ in range(3)), patch)
    return image


def test_boxes_lie_inside_and_scores_are_in_order(sender: Sender) -> None:
    """Boxes of any picture have an area within it; scores fall, and those of five labels are at most 1 together."""

    def check(drawn: tuple[int, int, int, str]) -> None:
        width, height, seed, kind = drawn
        file = io.BytesIO()
        foreign(width, height, seed).save(file, kind)
        picture = file.getvalue()
        found = run(sender, SEEING["object-detection"], picture, "application/octet-stream").json["result"]
        for thing in found:
            box = thing["box"]
            assert 0 <= box["xmin"] < box["xmax"] <= width
            assert 0 <= box["ymin"] < box["ymax"] <= height
        assert [each["score"] for each in found] == sorted([each["score"] for each in found], reverse=True)
        labels = run(sender, SEEING["image-classification"], picture, "application/octet-stream").json["result"]
        scores = [each["score"] for each in labels]
        assert 5 == len({each["label"] for each in labels})
        assert scores == sorted(scores, reverse=True)
        assert sum(scores) <= 1.000001
        url = f"data:image/{kind.lower()};base64,{base64.b64encode(picture).decode()}"
        asked = {"task": "detect", "image": url, "stream": False}
        for box in run(sender, POINTER, asked).json["result"]["objects"]:
            assert 0 <= box["x_min"] < box["x_max"] <= 1
            assert 0 <= box["y_min"] < box["y_max"] <= 1

    sides = st.one_of(st.integers(10, 90), st.sampled_from([10, 11, 333, 640]))
    kinds = st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP"])
    every(st.tuples(sides, sides, st.integers(0, 999), kinds), 80, check)
