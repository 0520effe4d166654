"""Native inference, `/ai/run/{model}`: the answer of a model by its family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer
from mockserver.workersai.catalogue import Model

Family = Callable[[Invocation, Model], Answer]

FAMILIES: Mapping[str, str] = {
    "text-generation-native": "text_generation.answer_natively",
    "text-generation-chat": "text_generation.answer_as_chat",
    "text-embeddings": "text_embeddings.embed",
    "text-embeddings-m3": "text_embeddings.embed_or_score",
    "text-embeddings-qwen3": "text_embeddings.embed_by_role",
    "text-classification": "classifying.classify",
    "rerank": "classifying.rerank",
    "translation-m2m": "translating.between",
    "translation-indic": "translating.from_english",
    "summarization": "summarizing.summarize",
    "decisions": "deciding.decide",
    "text-to-image-json": "pictures.draw_in_json",
    "text-to-image-multipart": "pictures.draw_in_json",
    "text-to-image-binary": "pictures.draw_bare",
    "image-to-text": "seeing.caption",
    "image-classification": "seeing.classify",
    "object-detection": "seeing.detect",
    "text-to-speech-deepgram": "speaking.speak",
    "text-to-speech-melotts": "speaking.speak_in_json",
    "speech-recognition-whisper": "hearing.transcribe_words",
    "speech-recognition-whisper-turbo": "hearing.transcribe_segments",
    "speech-recognition-nova": "hearing.transcribe_channels",
    "speech-recognition-nemotron": "hearing.transcribe_shortly",
    "speech-recognition-streaming": "hearing.decline",
    "voice-activity-detection": "hearing.detect_turn",
}
"""Who answers for a family (a file in spec/tasks): a function below `families`, imported when it is first asked."""


def respond(invocation: Invocation) -> Answer | None:
    """Answer as the model's family does; None for a family that only its schema is known of."""
    model = invocation.subject
    if not isinstance(model, Model) or model.family not in FAMILIES:
        return None
    return _family(model.family)(invocation, model)


@cache
def _family(name: str) -> Family:
    module, function = FAMILIES[name].split(".")
    family: Family = getattr(import_module(f"mockserver.workersai.families.{module}"), function)
    return family
