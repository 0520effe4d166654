"""What one model makes, another finds there again: two hundred texts each way, in all scripts, over `/ai/run`."""

from __future__ import annotations

import base64
import json
from random import Random
from typing import Any

import pytest
from hypothesis import strategies as st
from sending import ACCOUNT, RUN, Asked, Got, Sender, every

from mockserver.effective import catalogue

SPEAKERS = [model.name for model in catalogue().select(task="Text-to-Speech", status="active")]
LISTENERS = {
    model.name: model.family
    for model in catalogue().select(task="Automatic Speech Recognition")
    if model.family != "speech-recognition-streaming"
}
PAINTERS = catalogue().select(task="Text-to-Image", status="active")
SIZED = [model.name for model in PAINTERS if "steps" in model.facts["image"] and "size_range" in model.facts["image"]]
CAPTIONER = catalogue().select(task="Image-to-Text")[0].name
CLASSIFIER, DETECTOR = (
    catalogue().select(task=f"{task}")[0].name for task in ("Image Classification", "Object Detection")
)
TRANSLATOR = catalogue().select(family="translation-m2m")[0].name
LANGUAGES = ("fr", "german", "es", "ja", "hi", "ru", "arabic", "pt-BR")
ENCODED = (None, "linear16", "flac", "opus", "aac", "mulaw")

SCRIPTS = (
    "The quick brown fox jumps over the lazy dog, don't you think?",
    "Größe, naïve façade: œuvre à 3,50 €",
    "Съешь ещё этих мягких французских булок",
    "כל אדם נולד חופשי مرحبا بالعالم",
    "色は匂へど 散りぬるを 東京タワー",
    "यह एक परीक्षण वाक्य है।",
    "안녕하세요 세계",
    "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301 \U0001f600 \U00020000",
    "ﬁ ﬂ ½ № ™ a\u0300\u0301\u0302 \u200d \u202etxet\u202c",
    "1 2 3 -> 4 & <5> \"six\" 'seven' \\eight\\ {nine}",
)
words = st.one_of(st.sampled_from([word for text in SCRIPTS for word in text.split()]), st.text(min_size=1, max_size=9))
texts = st.lists(words, min_size=1, max_size=12).map(" ".join).filter(lambda text: text.strip())


def run(sender: Sender, model: str, body: Any, media_type: str = "application/json") -> Got:
    got = sender.send(Asked(RUN, body, {"account_id": ACCOUNT, "model": model}, media_type))
    assert 200 == got.status, got.body[:500]
    return got


def result(got: Got) -> Any:
    return got.json["result"]


def file_of(got: Got, member: str) -> bytes:
    """The picture or the recording in an answer, whatever its transport."""
    if got.media_type == "application/json":
        return base64.b64decode(result(got)[member], validate=True)
    return got.body


def heard(sender: Sender, model: str, sound: bytes) -> str:
    """What a model says that a recording says."""
    family = LISTENERS[model]
    if family in ("speech-recognition-whisper-turbo", "speech-recognition-nemotron"):
        return result(run(sender, model, {"audio": base64.b64encode(sound).decode()}))["text"]
    said = result(run(sender, model, sound, "audio/mpeg"))
    if family == "speech-recognition-nova":
        return said["results"]["channels"][0]["alternatives"][0]["transcript"]
    return said["text"]


def test_speech_is_transcribed_to_what_was_said(sender: Sender) -> None:
    """Whichever model speaks, in whichever encoding, whichever model listens: the text is the text."""

    def check(drawn: tuple[str, int]) -> None:
        text, turn = drawn
        speaker = SPEAKERS[turn % len(SPEAKERS)]
        encoding = ENCODED[turn % len(ENCODED)]
        body: dict[str, Any] = {"prompt": text, "text": text}
        if encoding and catalogue()[speaker].facts["audio"]["input_field"] == "text":
            body |= {"encoding": encoding} | ({"container": "wav"} if encoding in ("linear16", "mulaw") else {})
        sound = file_of(run(sender, speaker, body), "audio")
        assert text == heard(sender, list(LISTENERS)[turn % len(LISTENERS)], sound)

    assert 200 <= every(st.tuples(texts, st.integers(0, 10_000)), 200, check).total()


def test_a_drawn_picture_is_captioned_as_its_prompt(sender: Sender) -> None:
    """The caption is the prompt; labels and things are words of it, where it has words for things."""

    def check(drawn: tuple[str, int]) -> None:
        prompt, turn = drawn
        asked = {"prompt": prompt, "width": 256, "height": 256, "num_steps": 1 + turn % 3}
        picture = file_of(run(sender, SIZED[turn % len(SIZED)], asked), "image")
        seen = result(run(sender, CAPTIONER, picture, "application/octet-stream"))["description"]
        assert prompt == seen
        found = result(run(sender, DETECTOR, picture, "image/png"))
        assert all(thing["label"] in prompt.lower() for thing in found), (prompt, found)
        labels = [each["label"] for each in result(run(sender, CLASSIFIER, picture, "image/png"))]
        assert 5 == len(set(labels))
        assert {thing["label"].upper() for thing in found[:5]} <= set(labels)

    assert 200 <= every(st.tuples(texts, st.integers(0, 10_000)), 200, check).total()


def test_a_picture_of_a_form_is_captioned_as_its_prompt(sender: Sender) -> None:
    """What a model draws after a form, in its smallest size, says its prompt as well."""
    painter = next(model.name for model in PAINTERS if model.facts["image"]["request"] == "multipart/form-data")

    def check(prompt: str) -> None:
        fields = {"prompt": prompt, "width": 256, "height": 256}
        parts = [
            f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        form = ("".join(parts) + "--edge--\r\n").encode()
        picture = file_of(run(sender, painter, form, "multipart/form-data; boundary=edge"), "image")
        assert prompt == result(run(sender, CAPTIONER, picture, "application/octet-stream"))["description"]

    every(texts.filter(lambda text: "edge" not in text), 30, check)


@pytest.mark.parametrize("source", ["en", "fr"])
def test_a_translation_is_translated_back(source: str, sender: Sender) -> None:
    """There and back is the text again."""

    def check(drawn: tuple[str, str]) -> None:
        text, language = drawn
        there = result(run(sender, TRANSLATOR, {"text": text, "source_lang": source, "target_lang": language}))[
            "translated_text"
        ]
        back = run(sender, TRANSLATOR, {"text": there, "source_lang": language, "target_lang": source})
        assert text == result(back)["translated_text"], (language, there)

    assert 200 <= every(st.tuples(texts, st.sampled_from(LANGUAGES)), 200, check).total()


def test_a_recording_cut_anywhere_still_has_an_answer(sender: Sender) -> None:
    """Half a recording is answered or refused, never a failure of the mock."""
    sound = file_of(run(sender, SPEAKERS[0], {"text": SCRIPTS[0]}), "audio")
    draw = Random(5)
    for _ in range(40):
        piece = sound[draw.randrange(len(sound)) : draw.randrange(len(sound))]
        got = sender.send(Asked(RUN, piece, {"account_id": ACCOUNT, "model": next(iter(LISTENERS))}, "audio/mpeg"))
        assert got.status in (200, 400), got.body
        assert isinstance(json.loads(got.body), dict)
