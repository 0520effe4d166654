"""Text to speech: sound as the body of the answer, or as base64 inside the envelope."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, refuse
from mockserver.openapi.validation import Violation
from mockserver.workersai.catalogue import Model
from mockserver.workersai.costs import SECONDS
from mockserver.workersai.dialects import native
from mockserver.workersai.fakes import speech
from mockserver.workersai.fakes.speech import Format
from mockserver.workersai.inputs import given, invalid, missing
from mockserver.workersai.quirks import position


@dataclass(frozen=True, slots=True)
class Choices:
    """What goes with an encoding; the first of each is what comes when nothing is asked for."""

    containers: tuple[str, ...]
    sample_rates: tuple[int, ...]
    bit_rates: tuple[int, ...] = ()
    """The bit rates that may be chosen; empty where there is nothing to choose."""
    bit_range: tuple[int, int] | None = None
    """The lowest and the highest bit rate, where any between them may be chosen."""
    rate_range: tuple[int, int] | None = None
    """The lowest and the highest sample rate that can be made beside those documented."""


ENCODINGS: Mapping[str, Choices] = {
    "mp3": Choices(("none",), (22050,), (48000, 32000)),
    "linear16": Choices(("wav", "none"), (24000, 8000, 16000, 32000, 48000), rate_range=(8000, 48000)),
    "mulaw": Choices(("wav", "none"), (8000, 16000), rate_range=(8000, 48000)),
    "alaw": Choices(("wav", "none"), (8000, 16000), rate_range=(8000, 48000)),
    "flac": Choices(("none",), (48000, 8000, 16000, 22050, 32000), rate_range=(8000, 48000)),
    "opus": Choices(("ogg",), (48000,), (12000,), (4000, 650_000)),
    "aac": Choices(("none",), (22050,), (48000,), (4000, 192_000)),
}
"""Which encodings go with which containers, sample rates (Hz) and bit rates (bit/s), as Deepgram documents them."""

_DEFAULT = "mp3"


def speak(invocation: Invocation, model: Model) -> Answer:
    """Answer with a text as sound, in the encoding that was asked for."""
    body = given(invocation)
    text = _text(body, "text")
    speaker = speaker_of(body, model, invocation)
    form = form_of(body, invocation)
    return Answer(200, speech.speak(text, speaker, form), form.media_type)


def speak_in_json(invocation: Invocation, model: Model) -> Answer:
    """Answer with a text as MP3 in base64; as plain MP3 to whoever accepts sound and no JSON."""
    body = given(invocation)
    text = _text(body, "prompt")
    language = body.get("lang", "en")
    sound = speech.speak(text, f"{model.name} {language}", form_of({}, invocation))
    invocation.amounts = {SECONDS: speech.seconds(text)}
    accepted = invocation.request.header(b"accept") or "*/*"
    if "audio/" in accepted and "json" not in accepted and "*/*" not in accepted:
        return Answer(200, sound, "audio/mpeg")
    return Answer(200, native.envelope({"audio": b64encode(sound).decode()}))


def speaker_of(body: Mapping[str, Any], model: Model, invocation: Invocation) -> str:
    """Return the voice that a body asks for; raises Refusal for one that the model has not."""
    voices = model.facts.get("audio", {})
    known = voices.get("voices") or [model.name]
    known = (voices.get("default_voice") or known[0], *known)
    if "speaker" not in body and position(invocation, "speech-voice") == "voice":
        return str(_chosen(body, "voice", known))
    return str(_chosen(body, "speaker", known))


def _text(body: dict[str, Any], member: str) -> str:
    text = body.get(member)
    if not isinstance(text, str):
        raise missing(member) if text is None else invalid(Violation(f"/{member}", "type", "", "string", text))
    if len(text) > speech.LONGEST:
        raise refuse("too-large", 413, f"{len(text)} characters; {speech.LONGEST} are spoken at most")
    return text


def form_of(body: Mapping[str, Any], invocation: Invocation) -> Format:
    """Return the format that a body asks for; raises Refusal for a member that is none of its kind.

    Members that do not go together are refused where the switch `speech-combinations` says so; else a container or
    a bit rate that the encoding has not is passed over, and a rate is the nearest that can be had, with a warning.
    """
    encoding = _chosen(body, "encoding", (_DEFAULT, *ENCODINGS))
    choices = ENCODINGS[encoding]
    strict = invocation.settings.fidelity == "strict" or position(invocation, "speech-combinations") == "refused"
    for misfit in _misfits(body, choices):
        if strict:
            raise invalid(misfit)
        invocation.warn(f"{misfit.pointer[1:]} {misfit.value!r} does not go with {encoding}; Deepgram refuses it")
    container = body.get("container")
    return Format(
        encoding,
        container if container in choices.containers else choices.containers[0],
        _sample_rate(body.get("sample_rate"), choices),
        _bit_rate(body.get("bit_rate"), choices),
    )


def _misfits(body: Mapping[str, Any], choices: Choices) -> Iterator[Violation]:
    """Yield what of a body does not go with its encoding; raises Refusal for what goes with none."""
    boxes = tuple(dict.fromkeys(box for each in ENCODINGS.values() for box in each.containers))
    container = _chosen(body, "container", (None, *boxes))
    if container not in (None, *choices.containers):
        yield Violation("/container", "enum", "", list(choices.containers), container)
    rate, bit_rate = _number(body, "sample_rate"), _number(body, "bit_rate")
    if rate is not None and rate not in choices.sample_rates:
        yield Violation("/sample_rate", "enum", "", list(choices.sample_rates), rate)
    if bit_rate is None or bit_rate in choices.bit_rates:
        return
    if choices.bit_range is None:
        yield Violation("/bit_rate", "enum", "", list(choices.bit_rates), bit_rate)
        return
    lowest, highest = choices.bit_range
    if bit_rate < lowest:
        yield Violation("/bit_rate", "minimum", "", lowest, bit_rate)
    elif bit_rate > highest:
        yield Violation("/bit_rate", "maximum", "", highest, bit_rate)


def _sample_rate(asked: float | None, choices: Choices) -> int:
    """Return the sample rate asked for, or the nearest one that can be made."""
    if asked is None:
        return choices.sample_rates[0]
    if choices.rate_range is not None:
        lowest, highest = choices.rate_range
        return int(min(highest, max(lowest, asked)))
    return min(choices.sample_rates, key=lambda rate: abs(rate - asked))


def _bit_rate(asked: float | None, choices: Choices) -> int | None:
    """Return the bit rate asked for; the usual one where nothing is asked, none where there is nothing to choose."""
    if asked is None or not choices.bit_rates:
        return next(iter(choices.bit_rates), None)
    return int(asked)


def _number(body: Mapping[str, Any], member: str) -> float | None:
    value = body.get(member)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise invalid(Violation(f"/{member}", "type", "", "number", value))
    return value


def _chosen(body: Mapping[str, Any], member: str, choices: tuple[Any, ...]) -> Any:
    """Return what a body chooses, the first choice when it says nothing; raises Refusal for anything else."""
    value = body.get(member)
    if value is None:
        return choices[0] if choices else None
    if isinstance(value, bool | list | dict) or value not in choices:
        known = [each for each in dict.fromkeys(choices) if each is not None]
        raise invalid(Violation(f"/{member}", "enum", "", known, value))
    return value
