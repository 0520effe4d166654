"""What pictures and speech cost: processor time of one answer in process, a new request every time."""

from __future__ import annotations

import base64
import json
import statistics
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from benchmarks.measurement import Measurement
from mockserver.app import Mock
from mockserver.effective import catalogue
from mockserver.engine.values import HttpRequest

TARGET = 100.0  # milliseconds for a megapixel, and for ten seconds of sound
SECONDS = 10
CHARACTERS = 15 * SECONDS  # what is spoken in that time
SYLLABLES = ("fo", "ka", "len", "mi", "ru", "so", "ta", "vel")


def media(rounds: int) -> Iterator[Measurement]:
    """Yield what a picture of 1024x1024 costs in each file type, ten seconds of speech, hearing and seeing them."""
    mock = Mock()
    painters = {
        model.facts["image"]["media_type"]: model
        for model in catalogue().select(task="Text-to-Image", status="active")
        if model.facts["image"]["request"] == "application/json" and "size_range" in model.facts["image"]
    }
    speaker = catalogue().select(family="text-to-speech-deepgram", status="active")[0].name
    whisper = catalogue().select(family="speech-recognition-whisper", status="active")[0].name
    detector = catalogue().select(family="object-detection", status="active")[0].name
    pictures: list[bytes] = []
    sounds: list[bytes] = []

    def paint(model: str) -> Callable[[int], None]:
        def once(number: int) -> None:
            asked = {"prompt": words(number, 8), "width": 1024, "height": 1024}
            pictures.append(_file(_ask(mock, model, asked)))

        return once

    def speak(encoding: str) -> Callable[[int], None]:
        def once(number: int) -> None:
            text = words(number, 50)[:CHARACTERS]
            sounds.append(_ask(mock, speaker, {"text": text, "encoding": encoding}))

        return once

    for media_type, model in sorted(painters.items()):
        yield _measured(f"picture of 1024x1024, {media_type}", paint(model.name), rounds, model.name)
    for encoding in ("mp3", "linear16", "flac", "opus", "aac"):
        yield _measured(f"{SECONDS} s of speech, {encoding}", speak(encoding), rounds, speaker)
    yield _measured(
        f"transcript of {SECONDS} s", lambda number: _use(_ask(mock, whisper, sounds[number])), rounds, whisper
    )
    yield _measured(
        "things in 1024x1024", lambda number: _use(_ask(mock, detector, pictures[number])), rounds, detector
    )


def words(seed: int, count: int) -> str:
    """Return words that were not there before."""
    random = Random(seed)
    return " ".join("".join(random.choice(SYLLABLES) for _ in range(random.randint(2, 3))) for _ in range(count))


def _measured(name: str, once: Callable[[int], None], rounds: int, detail: str) -> Measurement:
    """Measure processor time; the first call, which imports and loads, does not count."""
    once(0)
    spent = []
    for number in range(1, rounds + 1):
        begun = time.process_time()
        once(number)
        spent.append(time.process_time() - begun)
    return Measurement(name, 1000 * statistics.median(spent), "ms", TARGET, f"processor time, {detail}")


def _ask(mock: Mock, model: str, body: Any) -> bytes:
    raw = isinstance(body, bytes)
    request = HttpRequest(
        "POST",
        f"/client/v4/accounts/{mock.account_id}/ai/run/{model}",
        headers=[
            (b"authorization", b"Bearer " + mock.token.encode()),
            (b"content-type", b"application/octet-stream" if raw else b"application/json"),
        ],
        body=body if raw else json.dumps(body).encode(),
    )
    response = mock.handle(request)
    if response.status != 200:
        raise SystemExit(f"{model} answers {response.status}: {response.body[:200]!r}")
    return response.body


def _file(body: bytes) -> bytes:
    """Return the picture in an answer, bare or as base64 in JSON."""
    return base64.b64decode(json.loads(body)["result"]["image"]) if body.startswith(b"{") else body


def _use(answer: bytes) -> None:
    """Read an answer; anything else than a result stops the benchmark."""
    json.loads(answer)["result"]
