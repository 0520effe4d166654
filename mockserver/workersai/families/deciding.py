"""Typed decisions: questions about a state answered with probabilities, or fields filled from it."""

from __future__ import annotations

from typing import Any

from mockserver.engine import seeds
from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, refuse
from mockserver.workersai import limits
from mockserver.workersai.catalogue import Model
from mockserver.workersai.dialects import native
from mockserver.workersai.fakes import decisions
from mockserver.workersai.fakes.sound_headers import NotAudio
from mockserver.workersai.inputs import given
from mockserver.workersai.tokens import count

_EXTRACTION = "extraction"
_ATTACHMENTS = ("images", "audio", "videos")
_PERCEIVED = ("images", "audio")
_ATTACHMENT_TOKENS = 258  # ours: what a picture or a clip counts as


def decide(invocation: Invocation, model: Model) -> Answer:
    """Answer every question or field under its own name; the body has to name the model of the path (422)."""
    body = given(invocation)
    named = body.get("model")
    if not isinstance(named, str) or named.strip() not in (model.slug, model.name):
        raise limits.field_error("model", f"expected {model.slug!r}, the model of the path, got {named!r}")
    member = "fields" if _EXTRACTION in model.capabilities else "questions"
    asked = body.get(member)
    if not isinstance(asked, dict):
        raise limits.field_error(member, f"{member} is an object with an entry for each answer")
    if "state" not in body:
        raise limits.field_error("state", "state is what to decide about")
    state = decisions.in_words(body["state"])
    read = count(state) + count(decisions.in_words(asked)) + _ATTACHMENT_TOKENS * _attachments(body)
    state = "\n".join([state, *_perceived(body, invocation)])
    limits.fit(read, model)
    answers = {name: _answer(name, each, state, body, member, invocation) for name, each in asked.items()}
    usage = {"input_tokens": read, "output_tokens": 0}
    return Answer(200, native.envelope({"model": named.strip(), "answers": answers, "usage": usage}))


def _answer(name: str, asked: Any, state: str, body: dict[str, Any], member: str, invocation: Invocation) -> Any:
    """Return one answer; it depends on the mock's seed, its own question and the state, not on its neighbours."""
    seed = seeds.digest(invocation.settings.seed, "decision", name, seeds.canonical(asked), state)
    if member == "fields":
        reference = body.get("reference_date")
        return decisions.field(name, asked, state, seed, reference if isinstance(reference, str) else None)
    return decisions.answer(asked if isinstance(asked, dict) else {}, state, seed)


def _perceived(body: dict[str, Any], invocation: Invocation) -> list[str]:
    """Return what the pictures of a request show and its recordings say; raises Refusal for what cannot be read."""
    found = []
    for name in _PERCEIVED:
        for position, value in enumerate(body[name] if isinstance(body.get(name), list) else ()):
            data = value.get("base64") if isinstance(value, dict) else value
            found.append(_perceive(name, data, f"/{name}/{position}", invocation.settings.seed))
    return found


def _perceive(name: str, data: Any, where: str, seed: int) -> str:
    from mockserver.workersai.fakes import picture_inputs

    if name == "images":
        return picture_inputs.caption_of(data, where).text
    from mockserver.workersai.fakes import sound_recordings, sound_transcripts

    try:
        recording = sound_recordings.read(picture_inputs.bytes_of(data, where))
    except NotAudio as error:
        raise refuse("invalid-input", 400, str(error), reason=f"audio cannot be decoded: {error}") from None
    return sound_transcripts.transcribe(recording, seed).text


def _attachments(body: dict[str, Any]) -> int:
    return sum([len(body[name]) for name in _ATTACHMENTS if isinstance(body.get(name), list)])
