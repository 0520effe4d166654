"""One call of each family as a program would make it, and what its answer has to be; every SDK is held to these."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import Any

import av
from PIL import Image

from mockserver.workersai.catalogue import Catalogue, Model

SPOKEN = "the harbour closes at nine tonight"
DRAWN = "a red fox asleep in the snow"


@dataclass(frozen=True)
class Media:
    """A recording in which SPOKEN is said, and a picture that shows DRAWN."""

    speech: bytes
    picture: bytes

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return Image.open(io.BytesIO(self.picture)).size

    @property
    def seconds(self) -> float:
        """The length of the recording."""
        return length_of(self.speech)


@dataclass(frozen=True)
class Said:
    """What an SDK handed over: the value of an answer in JSON, or bytes with their media type."""

    value: Any = None
    content: bytes = b""
    media_type: str = "application/json"


@dataclass(frozen=True)
class Call:
    """What goes in, and the judge of what comes out."""

    inputs: Callable[[Media], Any]
    """The members of a JSON body or of a form, or the bytes of a recording."""
    judge: Callable[[Said, Media, Model], None]
    form: str = "json"
    """How the inputs travel: json, bytes or form."""
    streams: bool = False
    model: str | None = None
    """The model to ask, where the inputs fit only some of the family."""


def length_of(content: bytes) -> float:
    """Return the seconds that a decoder finds in a recording."""
    with av.open(io.BytesIO(content)) as opened:
        return sum(frame.samples / frame.sample_rate for frame in opened.decode(audio=0))


def text64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def model_of(family: str, catalogue: Catalogue) -> Model:
    """Return the model that the call of a family is for: the first, an active one if there is any."""
    named = CALLS[family].model if family in CALLS else None
    if named:
        return catalogue[named]
    known = catalogue.select(family=family)
    return next((model for model in known if model.active), known[0])


# judges -----------------------------------------------------------------------------------------------------------


def is_text(said: Said, media: Media, model: Model) -> None:
    assert "tides" in said.value["response"]
    adds_up(said.value["usage"])


def is_completion(said: Said, media: Media, model: Model) -> None:
    (choice,) = said.value["choices"]
    assert ("chat.completion", model.name) == (said.value["object"], said.value["model"])
    assert ("assistant", "stop") == (choice["message"]["role"], choice["finish_reason"])
    assert "tides" in choice["message"]["content"]
    adds_up(said.value["usage"])


def adds_up(usage: Mapping[str, int]) -> None:
    assert usage["prompt_tokens"] + usage["completion_tokens"] == usage["total_tokens"]
    assert usage["completion_tokens"] > 0


def is_decision(said: Said, media: Media, model: Model) -> None:
    answers = said.value["answers"]
    assert ["urgent", "team"] == list(answers)
    assert 0 <= answers["urgent"]["noul"] <= 1
    probabilities = answers["team"]["probabilities"]
    assert {"billing", "support"} == set(probabilities)
    assert abs(1 - sum(probabilities.values())) < 0.01
    assert max(probabilities, key=probabilities.__getitem__) == answers["team"]["choice"]


def are_vectors(said: Said, media: Media, model: Model) -> None:
    vectors, dimensions = said.value["data"], model.embedding["dimensions"]
    assert [len(vectors), dimensions] == list(said.value["shape"])
    assert {dimensions} == {len(vector) for vector in vectors}
    assert all(abs(1 - hypot(*vector)) < 0.01 for vector in vectors)


def is_ranking(said: Said, media: Media, model: Model) -> None:
    found = said.value["response"]
    assert [1, 0] == [each["id"] for each in found]
    assert found[0]["score"] > found[1]["score"]


def is_sentiment(said: Said, media: Media, model: Model) -> None:
    assert ["POSITIVE", "NEGATIVE"] == sorted((each["label"] for each in said.value), reverse=True)
    assert abs(1 - sum(each["score"] for each in said.value)) < 0.01
    assert "NEGATIVE" == max(said.value, key=lambda each: each["score"])["label"]


def is_summary(said: Said, media: Media, model: Model) -> None:
    summary = said.value["summary"]
    assert 0 < len(summary) < len(STORY)
    assert set(re.findall(r"\w+", summary.lower())) <= set(re.findall(r"\w+", STORY.lower()))


def is_translation(said: Said, media: Media, model: Model) -> None:
    text = said.value.get("translated_text") or said.value["translations"][0]
    assert text
    assert "The fox sleeps." != text


def are_labels(said: Said, media: Media, model: Model) -> None:
    assert "fox" in said.value[0]["label"].lower()
    assert 0 < len(said.value) <= 5
    assert all(0 <= after["score"] <= before["score"] <= 1 for before, after in pairwise(said.value))


def are_boxes(said: Said, media: Media, model: Model) -> None:
    width, height = media.size
    assert said.value
    for found in said.value:
        box = found["box"]
        assert 0 <= box["xmin"] < box["xmax"] <= width
        assert 0 <= box["ymin"] < box["ymax"] <= height


def is_caption(said: Said, media: Media, model: Model) -> None:
    assert "fox" in said.value["description"]


def is_transcript(said: Said, media: Media, model: Model) -> None:
    assert SPOKEN == plain(said.value["text"])


def are_words(said: Said, media: Media, model: Model) -> None:
    is_transcript(said, media, model)
    times = [time for word in said.value["words"] for time in (word["start"], word["end"])]
    assert len(SPOKEN.split()) == said.value["word_count"] == len(said.value["words"])
    assert sorted(times) == times
    assert 0 <= times[0] <= times[-1] <= media.seconds + 0.01
    assert said.value["vtt"].startswith("WEBVTT")


def are_segments(said: Said, media: Media, model: Model) -> None:
    is_transcript(said, media, model)
    assert SPOKEN == plain(" ".join(each["text"] for each in said.value["segments"]))
    assert abs(media.seconds - said.value["transcription_info"]["duration"]) < 0.1
    assert "en" == said.value["transcription_info"]["language"]


def are_channels(said: Said, media: Media, model: Model) -> None:
    (channel,) = said.value["results"]["channels"]
    (alternative,) = channel["alternatives"]
    assert SPOKEN == plain(alternative["transcript"])
    assert SPOKEN.split() == [plain(word["word"]) for word in alternative["words"]]


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def is_turn(said: Said, media: Media, model: Model) -> None:
    assert isinstance(said.value["is_complete"], bool)
    assert 0 <= said.value["probability"] <= 1
    assert said.value["is_complete"] == (said.value["probability"] > 0.5)


def is_picture(said: Said, media: Media, model: Model) -> None:
    content = said.content or base64.b64decode(said.value["image"])
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        assert image.size == ((512, 320) if model.family != "text-to-image-json" else (1024, 1024))
        if said.content:
            assert Image.MIME[str(image.format)] == said.media_type


def is_speech(said: Said, media: Media, model: Model) -> None:
    if said.content:
        assert "audio/mpeg" == said.media_type
    assert 1 < length_of(said.content or base64.b64decode(said.value["audio"])) < 10


# calls ------------------------------------------------------------------------------------------------------------

STORY = (
    "The fox slept all day under the old barn. At night it crossed the frozen field. It caught a mouse near the "
    "river and carried it home. In the morning the farmer found its tracks in the snow."
)
QUESTION = [{"role": "user", "content": "How do tides follow the moon?"}]
TEXTS = ["a story about a red fox", "a recipe for lentil soup"]
FOX = [{"text": "Lentils need no soaking."}, {"text": "Foxes hunt mice under the snow."}]
DRAW = {"prompt": DRAWN, "width": 512, "height": 320}
DECIDE = {
    "model": "clef",
    "state": "The customer cannot log in since the update.",
    "questions": {
        "urgent": {"type": "noul", "instructions": "Does this need an answer within the hour?"},
        "team": {
            "type": "choice",
            "instructions": "Who takes it?",
            "criteria": {"billing": "Invoices", "support": "?"},
        },
    },
}

CALLS: Mapping[str, Call] = {
    "decisions": Call(lambda media: DECIDE, is_decision, model="@cf/cloudflare/clef"),
    "image-classification": Call(lambda media: {"image": list(media.picture)}, are_labels),
    "image-to-text": Call(
        lambda media: {"image": list(media.picture), "prompt": "What is this?", "max_tokens": 64}, is_caption
    ),
    "object-detection": Call(lambda media: {"image": list(media.picture)}, are_boxes),
    "rerank": Call(lambda media: {"query": "How do foxes hunt?", "contexts": FOX}, is_ranking),
    "speech-recognition-nemotron": Call(lambda media: {"audio": text64(media.speech)}, is_transcript),
    "speech-recognition-nova": Call(lambda media: media.speech, are_channels, form="bytes"),
    "speech-recognition-whisper": Call(lambda media: {"audio": list(media.speech)}, are_words),
    "speech-recognition-whisper-turbo": Call(lambda media: {"audio": text64(media.speech)}, are_segments),
    "summarization": Call(lambda media: {"input_text": STORY, "max_length": 40}, is_summary),
    "text-classification": Call(lambda media: {"text": "The soup was cold and awful."}, is_sentiment),
    "text-embeddings": Call(lambda media: {"text": TEXTS}, are_vectors),
    "text-embeddings-m3": Call(lambda media: {"text": TEXTS}, are_vectors),
    "text-embeddings-qwen3": Call(lambda media: {"documents": TEXTS}, are_vectors),
    "text-generation-chat": Call(lambda media: {"messages": QUESTION}, is_completion, streams=True),
    "text-generation-native": Call(lambda media: {"messages": QUESTION}, is_text, streams=True),
    "text-to-image-binary": Call(lambda media: DRAW, is_picture),
    "text-to-image-json": Call(lambda media: {"prompt": DRAWN, "steps": 4}, is_picture),
    "text-to-image-multipart": Call(lambda media: DRAW, is_picture, form="form"),
    "text-to-speech-deepgram": Call(lambda media: {"text": SPOKEN}, is_speech),
    "text-to-speech-melotts": Call(lambda media: {"prompt": SPOKEN, "lang": "en"}, is_speech),
    "translation-indic": Call(
        lambda media: {"text": ["The fox sleeps."], "target_language": "hin_Deva"}, is_translation
    ),
    "translation-m2m": Call(
        lambda media: {"text": "The fox sleeps.", "source_lang": "en", "target_lang": "fr"}, is_translation
    ),
    "voice-activity-detection": Call(lambda media: {"audio": text64(media.speech), "dtype": "uint8"}, is_turn),
}
"""The families whose models answer requests; the one that is missing converses over a WebSocket only."""


def joined(family: str, events: list[Any]) -> str:
    """Return the text that a stream's events make up."""
    if family == "text-generation-native":
        return "".join(event.get("response") or "" for event in events)
    return "".join(
        choice["delta"].get("content") or "" for event in events for choice in event.get("choices", ()) if event
    )
