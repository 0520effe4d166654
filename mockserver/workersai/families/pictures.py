"""Text to image: a drawn picture, bare or as base64 in JSON."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from mockserver.engine.invocation import Invocation
from mockserver.engine.seeds import digest
from mockserver.engine.values import Answer, refuse
from mockserver.openapi.validation import Violation
from mockserver.workersai.catalogue import Model
from mockserver.workersai.conversation import whole
from mockserver.workersai.dialects import native
from mockserver.workersai.fakes import picture_inputs
from mockserver.workersai.fakes.picture_drawing import Order, draw
from mockserver.workersai.inputs import given, invalid, missing

if TYPE_CHECKING:
    from mockserver.workersai.fakes.pictures import Picture

TRIGGERS: Mapping[str, tuple[str, ...]] = {
    "prompt-refused": ("nsfw",),
    "output-flagged": ("flag this output",),
}
"""Words in a prompt that lead to an error of the service's table, so that it can be met on purpose."""

_DEFAULT_SIZE = (1024, 1024)
_PROMPT_MEMBERS = ("prompt", "description", "scene", "text", "caption")
"""Where a prompt that is JSON text says first what is to be drawn."""


def draw_bare(invocation: Invocation, model: Model) -> Answer:
    """Answer with the bytes of a picture."""
    order = _order(given(invocation), model, invocation)
    return Answer(200, draw(order), order.media_type)


def draw_in_json(invocation: Invocation, model: Model) -> Answer:
    """Answer with a picture as base64; the request is JSON or a form."""
    order = _order(given(invocation), model, invocation)
    field = str(_facts(model).get("field") or "image")
    return Answer(200, native.envelope({field: b64encode(draw(order)).decode()}))


def _order(body: dict[str, Any], model: Model, invocation: Invocation) -> Order:
    prompt = _prompt(body.get("prompt"))
    for case, words in TRIGGERS.items():
        if any(word in prompt.casefold() for word in words):
            raise refuse(case, 400, f"the prompt contains a word that stands for {case}")
    facts = _facts(model)
    found = tuple(_given(body, model, invocation))
    mask = picture_inputs.image_of(body["mask"], "/mask") if found and "mask" in body else None
    avoided = body.get("negative_prompt")
    avoided = avoided if isinstance(avoided, str) else ""
    strength = body.get("strength")
    steps = facts.get("steps") or {}
    names = str(steps.get("param") or "steps").split("|")
    asked = next((_whole(body[name]) for name in names if name in body), None)
    return Order(
        prompt,
        _size(body, model, found),
        digest(invocation.settings.seed, model.name, prompt, str(body.get("seed")), avoided),
        str(facts.get("media_type") or "image/jpeg"),
        (asked if asked is not None else steps.get("default")) or 4,
        avoided,
        found,
        mask,
        max(0.0, min(1.0, strength)) if isinstance(strength, int | float) else 1.0,
    )


def _prompt(value: Any) -> str:
    """Return what is to be drawn; a prompt may be JSON text whose leaves say it."""
    if not isinstance(value, str) or not value:
        raise missing("prompt")
    if value.lstrip()[:1] != "{":
        return value
    try:
        parsed = orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
    leaves = [parsed[name] for name in _PROMPT_MEMBERS if isinstance(parsed.get(name), str)]
    return ", ".join(dict.fromkeys([*leaves, *_texts(parsed)])) or value


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts in a JSON value, in order."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and value.strip():
            yield value
        elif isinstance(value, dict | list):
            waiting += reversed(list(value.values()) if isinstance(value, dict) else value)


def _given(body: dict[str, Any], model: Model, invocation: Invocation) -> Iterator[Picture]:
    """Yield the pictures to start from: the first member that has one, or the files of a form."""
    for name in _facts(model).get("start_from") or ():
        if body.get(name):
            yield picture_inputs.image_of(body[name], f"/{name}")
            return
    inputs = _facts(model).get("input_images") or {}
    for name in inputs.get("fields") or ():
        value = body.get(name)
        if value is None or value == "":
            continue
        if isinstance(value, str) and value[:5] != "data:":
            value = value.encode("latin-1", "replace")  # a file in a form is text with a character for each byte
        image = picture_inputs.image_of(value, f"/{name}")
        _check_side(name, image, inputs.get("max_side"), invocation)
        yield image


def _check_side(name: str, image: Picture, most: int | None, invocation: Invocation) -> None:
    if most is None or max(image.size) <= most:
        return
    sentence = f"{name} has {image.width} by {image.height} pixels; the model takes up to {most} by {most}"
    if invocation.settings.fidelity == "strict":
        raise refuse("engine-refusal", 400, sentence, reason=f"Invalid data for image, reason {sentence}")
    invocation.warn(sentence)


def _size(body: dict[str, Any], model: Model, found: tuple[Picture, ...]) -> tuple[int, int]:
    """Return width and height: those asked for, else those of the picture to start from, else the model's own."""
    facts = _facts(model)
    low, high = facts.get("size_range") or (1, 2048)
    own = facts.get("default_size") or _DEFAULT_SIZE
    if found and "input_images" not in facts:
        own = tuple(max(low, min(high, side)) for side in found[0].size)
    width, height = (_side(body, name, low, high) for name in ("width", "height"))
    return width or own[0], height or own[1]


def _side(body: dict[str, Any], name: str, low: int, high: int) -> int:
    """Return the pixels asked for, 0 when the model may choose."""
    if name not in body:
        return 0
    side = _whole(body[name])
    if side is None:
        raise invalid(Violation(f"/{name}", "type", "", "integer", body[name]))
    if side < low:
        raise invalid(Violation(f"/{name}", "minimum", "", low, side))
    if side > high:
        raise invalid(Violation(f"/{name}", "maximum", "", high, side))
    return side


def _whole(value: Any) -> int | None:
    """Return a whole number, given as one or, in a form, as text."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else None
    return whole(value)


def _facts(model: Model) -> Mapping[str, Any]:
    return model.facts.get("image") or {}
