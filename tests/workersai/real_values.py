"""Real values for the members of model requests: pictures, recordings, names; nothing a schema could make up."""

from __future__ import annotations

import base64
import io
import math
import wave
from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from PIL import Image
from schema_forms import Path

from mockserver.workersai.catalogue import Model

SPEECH_SECONDS = 0.5
_WEATHER = {"type": "object", "properties": {"city": {"type": "string", "description": "Where"}}, "required": ["city"]}
_LONGEST = 120
"""Tokens of an answer: long ones only cost time here."""


@cache
def picture(kind: str = "PNG", side: int = 16) -> bytes:
    """A picture of two colours."""
    image = Image.new("RGB", (side, side), (40, 90, 200))
    image.paste((200, 60, 40), (0, 0, side // 2, side))
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


@cache
def recording(rate: int = 16000) -> bytes:
    """Half a second of a buzzing tone, as WAV with 16 bits."""
    samples = array("h", [9000 if number // 40 % 2 else -9000 for number in range(int(rate * SPEECH_SECONDS))])
    file = io.BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setparams((1, 2, rate, 0, "NONE", ""))
        opened.writeframes(samples.tobytes())
    return file.getvalue()


def text64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def url(data: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{text64(data)}"


_VIDEO = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"
_ATTACHED = {
    "images": ("image/png", picture),
    "audio": ("audio/wav", recording),
    "videos": ("video/mp4", lambda: _VIDEO),
}
_IMAGE_FILES = ("PNG", "JPEG")

_NAMED: Mapping[str, tuple[Any, ...]] = {
    "prompt": ("A red fox asleep in the snow",),
    "text": ("The fox sleeps in the snow.",),
    "query": ("How do foxes hunt?",),
    "question": ("What colours are there?",),
    "input_text": ("The fox slept all day. At night it crossed the field. It caught a mouse and went home.",),
    "instructions": ("Is this urgent?",),
    "state": ("The customer cannot log in since the update.", {"customer": 7, "plan": "free"}),
    "source_lang": ("en", "english"),
    "target_lang": ("fr", "german"),
    "lang": ("en", "fr"),
    "language": ("en", "fr"),
    "url": (url(picture(), "image/png"),),
    "file_data": (url(picture(), "image/png"),),
    "data": (text64(recording()),),
    "image_b64": tuple(text64(picture(kind)) for kind in _IMAGE_FILES),
    "reference_date": ("2026-11-24",),
    "sample_rate": ("16000",),
    "lora": ("cf-public-magicoder",),
    "eot_timeout_ms": ("5000",),
    "eot_threshold": ("0.7", "0.5"),
    "eager_eot_threshold": ("0.4",),
    "name": ("get_weather",),
    "code": ("return 'sunny'",),
    "arguments": ('{"city": "Rome"}',),
}
_COUNTED: Mapping[str, tuple[Any, ...]] = {
    "max_tokens": (_LONGEST, 60),
    "max_completion_tokens": (_LONGEST, 60),
    "max_output_tokens": (_LONGEST, 60),
    "temperature": (0, 0.7, 1.9),
    "top_p": (0.001, 1),
    "top_k": (1, 50),
    "n": (1, 2),
    "top_logprobs": (0, 3, 20),
    "seed": (1, 9999999999),
    "guidance": (2, 10),
    "steps": (1, 8),
    "num_steps": (1, 20),
    "strength": (0, 0.5, 1),
    "width": (300, 512),
    "height": (512, 257),
    "channels": (1,),
    "sample_rate": (16000,),
}
_FREE: Mapping[str, tuple[Any, ...]] = {
    "json_schema": (_WEATHER,),
    "guided_json": (_WEATHER,),
    "schema": (_WEATHER,),
    "parameters": (_WEATHER,),
    "logit_bias": ({"1734": -100},),
    "metadata": ({"ticket": "7"},),
    "function_call": ({"name": "get_weather", "arguments": '{"city": "Rome"}'},),
    "prediction": ({"type": "content", "content": "sunny"},),
    "audio": ({"voice": "luna", "format": "mp3"},),
    "input_audio": ({"data": text64(recording()), "format": "wav"},),
    "file": ({"filename": "fox.png", "file_data": url(picture(), "image/png")},),
    "fields": ({"amount": {"type": "number", "instructions": "The sum to pay."}, "payer": {"type": "string"}},),
}
"""Values for objects whose members a schema leaves open."""

_TYPED: Mapping[tuple[str, str], tuple[Any, ...]] = {
    ("type", "response_format"): ("text", "json_object", "json_schema"),
    ("type", "parameters"): ("object",),
    ("type", "*"): ("string",),
    ("type", "[]"): ("function",),
    ("role", "[]"): ("system", "user", "assistant"),
}
"""Literals that some schemas leave as free text, by the member and the one that it belongs to."""


def known_for(model: Model) -> Callable[[Path, Mapping[str, Any]], Sequence[Any] | None]:
    """Return where to look real values up for requests to a model."""

    def known(path: Path, node: Mapping[str, Any]) -> Sequence[Any] | None:
        if not path or "enum" in node or "const" in node or any(key in node for key in ("anyOf", "oneOf", "$ref")):
            return None
        name = path[-1] if path[-1] != "[]" else path[-2] if len(path) > 1 else ""
        kinds = node.get("type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        nulls: tuple[Any, ...] = (None,) if "null" in kinds else ()
        for kind in kinds:
            values = _value(path, name, kind, node, model)
            if values is not None:
                return (*values, *nulls)
        return None

    return known


def _value(path: Path, name: str, kind: str | None, node: Mapping[str, Any], model: Model) -> Sequence[Any] | None:
    parent = path[-2] if len(path) > 1 else ""
    if (name, parent) in _TYPED:
        return _TYPED[name, parent]
    attached = next((_ATTACHED[each] for each in reversed(path[:-1]) if each in _ATTACHED), None)
    if name == "model":
        return (model.slug,)
    if kind == "array":
        items = node.get("items") or {}
        return _bytes(path) if items.get("type") in ("number", "integer") else None
    if kind == "string":
        return _text(path, name, node, attached)
    if kind in ("integer", "number"):
        return _within(_COUNTED.get(name), kind, node)
    if path == ("audio", "body") and kind is None:
        return (text64(recording()), list(recording()))
    if kind in ("object", None) and not node.get("properties"):
        return _FREE.get(name) or (_NAMED.get(name) if kind is None else None)
    return None


def _bytes(path: Path) -> Sequence[Any] | None:
    if path in (("image",), ("mask",)):
        return tuple(list(picture(kind)) for kind in _IMAGE_FILES)
    return (list(recording()),) if path == ("audio",) else None


def _text(path: Path, name: str, node: Mapping[str, Any], attached: Any) -> Sequence[Any] | None:
    if path == ("image",):
        return tuple(text64(picture(kind)) for kind in _IMAGE_FILES)
    if path in (("audio",), ("audio", "body")):
        return (text64(recording()),)
    if path == ("audio", "contentType"):
        return ("audio/wav",)
    if path == ("image_url",):
        return _NAMED["url"]
    if attached and path[-1] == "[]":
        return (url(attached[1](), attached[0]),)
    if attached and name == "base64":
        return (text64(attached[1]()),)
    if attached and name == "content_type":
        return (attached[0],)
    if name in _COUNTED and name not in _NAMED:
        return tuple(str(value) for value in _COUNTED[name])  # a figure in a form
    longest = node.get("maxLength")
    found = _NAMED.get(name)
    if name in ("text", "queries", "documents") and path[-1] == "[]":
        return ("The fox sleeps.", "Il pleut à Paris 🌧.", "狐が眠る。")
    if found and longest is not None:
        return (*found, "x" * min(longest, 3000))  # the longest itself belongs to the tests of limits
    return found


def _within(values: Sequence[Any] | None, kind: str, node: Mapping[str, Any]) -> Sequence[Any] | None:
    """Return the bounds that a schema gives (of sizes, where large ones cost time, one of them), else the values."""
    bounds = [node[keyword] for keyword in ("minimum", "maximum") if keyword in node]
    if not values:
        return None
    low, high = node.get("minimum", -math.inf), node.get("maximum", math.inf)
    kept = [value for value in values if low <= value <= high and (kind == "number" or value == int(value))]
    small = [value for value in bounds if abs(value) <= 10_000 or value == 9999999999]
    return list(dict.fromkeys([*kept, *small])) or None
