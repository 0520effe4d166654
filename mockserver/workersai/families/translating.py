"""Translation: one text between many languages, or texts from English into the languages of India."""

from __future__ import annotations

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, refuse
from mockserver.workersai.catalogue import Model
from mockserver.workersai.dialects import native
from mockserver.workersai.fakes.lexicon import code_of
from mockserver.workersai.fakes.translation import translate
from mockserver.workersai.inputs import given, missing

_ENGLISH = "en"
_FEW = "en, fr or german"


def between(invocation: Invocation, model: Model) -> Answer:
    """Answer with `{translated_text}`; the source is English unless told."""
    body = given(invocation)
    text, target, source = body.get("text"), body.get("target_lang"), body.get("source_lang", _ENGLISH)
    if not isinstance(text, str):
        raise missing("text")
    if not isinstance(target, str) or not isinstance(source, str):
        raise missing("target_lang")
    source, target = _language("source_lang", source, model), _language("target_lang", target, model)
    return Answer(200, native.envelope({"translated_text": translate(text, source, target)}))


def _language(member: str, called: str, model: Model) -> str:
    """Return the code of a language however it is called; raises Refusal for one that the model does not know."""
    known = model.facts.get("translates") or {}
    folded = called.strip().lower()
    code = next((code for code, name in known.items() if folded in (code, name)), code_of(called))
    if known and code not in known:
        reason = f"{member} is {called[:40]!r}; a language like {_FEW} is taken"
        raise refuse("invalid-input", 400, reason, reason=reason)
    return code


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
