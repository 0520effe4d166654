"""Text to speech: sound as the body of the answer, or as base64 inside the envelope."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, refuse
from mockserver.openapi.validation import Violation
from mockserver.workersai.catalogue import Model
from mockserver.workersai.dialects import native
from mockserver.workersai.fakes import speech
from mockserver.workersai.fakes.speech import Format
from mockserver.workersai.inputs import given, invalid, missing


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be asked for beside an encoding; the first of each is what comes when nothing is asked for."""

    containers: tuple[str, ...]
    sample_rates: tuple[int, ...]
    bit_rates: tuple[int, ...] = ()
    """The bit rates that may be chosen; empty where there is nothing to choose."""
    bit_range: tuple[int, int] | None = None
    """The lowest and the highest bit rate, where any between them may be chosen."""


ENCODINGS: Mapping[str, Choices] = {
    "mp3": Choices(("none",), (22050,), (48000, 32000)),
    "linear16": Choices(("wav", "none"), (24000, 8000, 16000, 32000, 48000)),
    "mulaw": Choices(("wav", "none"), (8000, 16000)),
    "alaw": Choices(("wav", "none"), (8000, 16000)),
    "flac": Choices(("none",), (48000, 8000, 16000, 22050, 32000)),
    "opus": Choices(("ogg",), (48000,), (12000,), (4000, 650_000)),
    "aac": Choices(("none",), (22050,), (48000,), (4000, 192_000)),
}
"""Which encodings go with which containers, sample rates (Hz) and bit rates (bit/s), as Deepgram documents them.

`spec/tasks/text-to-speech-deepgram.yml` says the same as a schema.
"""

_DEFAULT = "mp3"


def speak(invocation: Invocation, model: Model) -> Answer:
    """Answer with a text as sound, in the encoding that was asked for."""
    body = given(invocation)
    text = _text(body, "text")
    speaker = speaker_of(body, model)
    form = form_of(body)
    return Answer(200, speech.speak(text, speaker, form), form.media_type)


def speak_in_json(invocation: Invocation, model: Model) -> Answer:
    """Answer with a text as MP3 in base64; as plain MP3 to whoever accepts sound and no JSON."""
    body = given(invocation)
    text = _text(body, "prompt")
    language = body.get("lang", "en")
    sound = speech.speak(text, f"{model.name} {language}", form_of({}))
    accepted = invocation.request.header(b"accept") or "*/*"
    if "audio/" in accepted and "json" not in accepted and "*/*" not in accepted:
        return Answer(200, sound, "audio/mpeg")
    return Answer(200, native.envelope({"audio": b64encode(sound).decode()}))


def speaker_of(body: Mapping[str, Any], model: Model) -> str:
    """Return the voice that a body asks for; raises Refusal for one that the model has not."""
    voices = model.facts.get("audio", {})
    known = voices.get("voices") or [model.name]
    return str(_chosen(body, "speaker", (voices.get("default_voice") or known[0], *known)))


def _text(body: dict[str, Any], member: str) -> str:
    text = body.get(member)
    if not isinstance(text, str):
        raise missing(member) if text is None else invalid(Violation(f"/{member}", "type", "", "string", text))
    if len(text) > speech.LONGEST:
        raise refuse("too-large", 413, f"{len(text)} characters; {speech.LONGEST} are spoken at most")
    return text


def form_of(body: Mapping[str, Any]) -> Format:
    """Return the format that a body asks for; raises Refusal for one that does not exist."""
    encoding = _chosen(body, "encoding", (_DEFAULT, *ENCODINGS))
    choices = ENCODINGS[encoding]
    container = _chosen(body, "container", choices.containers)
    sample_rate = int(_chosen(body, "sample_rate", choices.sample_rates))
    bit_rate = body.get("bit_rate")
    if bit_rate is None:
        return Format(encoding, container, sample_rate, choices.bit_rates[0] if choices.bit_rates else None)
    if choices.bit_range is None:
        return Format(encoding, container, sample_rate, int(_chosen(body, "bit_rate", choices.bit_rates)))
    lowest, highest = choices.bit_range
    if isinstance(bit_rate, bool) or not isinstance(bit_rate, int | float):
        raise invalid(Violation("/bit_rate", "type", "", "number", bit_rate))
    for keyword, limit, kept in (("minimum", lowest, bit_rate >= lowest), ("maximum", highest, bit_rate <= highest)):
        if not kept:
            raise invalid(Violation("/bit_rate", keyword, "", limit, bit_rate))
    return Format(encoding, container, sample_rate, int(bit_rate))


def _chosen(body: Mapping[str, Any], member: str, choices: tuple[Any, ...]) -> Any:
    """Return what a body chooses, the first choice when it says nothing; raises Refusal for anything else."""
    value = body.get(member)
    if value is None:
        return choices[0] if choices else None
    if isinstance(value, bool | list | dict) or value not in choices:
        raise invalid(Violation(f"/{member}", "enum", "", list(dict.fromkeys(choices)), value))
    return value
