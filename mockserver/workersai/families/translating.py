"""Translation: one text between many languages, or texts from English into the languages of India."""

from __future__ import annotations

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer
from mockserver.workersai.catalogue import Model
from mockserver.workersai.dialects import native
from mockserver.workersai.fakes.translation import translate
from mockserver.workersai.inputs import given, missing

_ENGLISH = "en"


def between(invocation: Invocation, model: Model) -> Answer:
    """Answer with `{translated_text}`; the source is English unless told."""
    body = given(invocation)
    text, target, source = body.get("text"), body.get("target_lang"), body.get("source_lang", _ENGLISH)
    if not isinstance(text, str):
        raise missing("text")
    if not isinstance(target, str) or not isinstance(source, str):
        raise missing("target_lang")
    return Answer(200, native.envelope({"translated_text": translate(text, source, target)}))


def from_english(invocation: Invocation, model: Model) -> Answer:
    """Answer with `{translations}`, one for each text, in their order."""
    body = given(invocation)
    asked, target = body.get("text"), body.get("target_language")
    texts = [asked] if isinstance(asked, str) else asked
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        raise missing("text")
    if not isinstance(target, str):
        raise missing("target_language")
    return Answer(200, native.envelope({"translations": [translate(text, _ENGLISH, target) for text in texts]}))
