"""Looking at pictures: captions and answers, labels, boxes, points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, Event
from mockserver.openapi.operations import EVENT_STREAM
from mockserver.openapi.validation import Violation
from mockserver.workersai.catalogue import Model
from mockserver.workersai.conversation import text_of, whole
from mockserver.workersai.dialects import chat, native
from mockserver.workersai.fakes import picture_contents
from mockserver.workersai.fakes.picture_contents import Caption, Thing
from mockserver.workersai.fakes.picture_inputs import caption_of, is_address
from mockserver.workersai.inputs import given, invalid, missing
from mockserver.workersai.tokens import count, pieces

_PICTURE_TOKENS = 729
"""What a picture counts in the usage: the patches of 27 by 27 that small vision encoders make of one."""


def classify(invocation: Invocation, model: Model) -> Answer:
    """Answer with five labels and their scores."""
    found = picture_contents.classes(_caption(invocation, model))
    return Answer(200, native.envelope([{"label": label, "score": score} for label, score in found]))


def detect(invocation: Invocation, model: Model) -> Answer:
    """Answer with things and their boxes in pixels."""
    found = []
    for thing in picture_contents.things(_caption(invocation, model)):
        left, top, right, bottom = thing.box
        box = {"xmin": left, "ymin": top, "xmax": right, "ymax": bottom}
        found.append({"score": thing.score, "label": thing.label, "box": box})
    return Answer(200, native.envelope(found))


def caption(invocation: Invocation, model: Model) -> Answer:
    """Answer with a description, or do one of the tasks of a model that has several."""
    body = given(invocation)
    for name in model.facts.get("refuses") or ():
        if name in body:
            raise invalid(Violation(f"/{name}", "additionalProperties", "", None, body[name]))
    if "streaming" in model.capabilities:
        return _task(invocation, model)
    seen = _caption(invocation, model)
    said, _ = _within(picture_contents.answer(seen, _question(body)), body, model)
    return Answer(200, native.envelope({"description": "".join(said)}))


def _task(invocation: Invocation, model: Model) -> Answer:
    """Answer a query, a caption, points or objects; as events unless `stream` is false."""
    body = given(invocation)
    seen = _caption(invocation, model)
    task = body.get("task") or ("query" if _question(body) else "detect" if body.get("object") else "caption")
    question = "" if task == "caption" else _question(body)
    if task in ("point", "detect"):
        wanted = body.get("object") or question
        asked_for = isinstance(wanted, str) and wanted.strip()
        if not asked_for:
            invocation.warn(f"{task} names no object, so everything is found")
        found = picture_contents.find(seen, wanted) if asked_for else picture_contents.things(seen)
        said: list[str] = []
        result: dict[str, Any] = (
            {"points": _points(seen, found)} if task == "point" else {"objects": _objects(seen, found)}
        )
    else:
        said, finish = _within(picture_contents.answer(seen, question), body, model)
        result = {"caption" if task == "caption" else "answer": "".join(said), "finish_reason": finish}
    asked = _PICTURE_TOKENS + count(question)
    usage = {"prompt_tokens": asked, "completion_tokens": len(said), "total_tokens": asked + len(said)}
    if _streams(invocation):
        return Answer.stream(_events(said, result, usage))
    return Answer(200, native.envelope({**result, "usage": usage}))


def _streams(invocation: Invocation) -> bool:
    """Say whether the answer goes out as events: unless it is declined, where the contract has them."""
    if given(invocation).get("stream") is False:
        return False
    response = invocation.operation.response(200) if invocation.operation else None
    return response is None or not response.content or EVENT_STREAM in response.content


def _events(said: Sequence[str], result: dict[str, Any], usage: dict[str, int]) -> Iterator[Event]:
    """Yield the pieces of a text, or points and objects in one event; then the totals and `[DONE]`."""
    for piece in said:
        yield Event({"response": piece}, None, 1)
    if not said:
        yield Event({"response": "", **result})
    yield Event({"response": "", "usage": usage})
    yield chat.DONE


def _caption(invocation: Invocation, model: Model) -> Caption:
    """Return what the picture of a request shows; raises Refusal when there is none."""
    if isinstance(invocation.body, bytes):
        return caption_of(invocation.body, "")
    body = given(invocation)
    name = "image" if "image" in body else "image_url"
    value = body.get(name)
    if isinstance(value, dict):
        value, name = value.get("url"), f"{name}/url"
    if value is None:
        raise missing("image")
    if is_address(value):
        invocation.warn("the mock visits no address; what it sees is in the words of the address")
    return caption_of(value, f"/{name}")


def _question(body: dict[str, Any]) -> str:
    """Return what is asked about a picture: a question, a prompt, or what the user said last."""
    for name in ("question", "prompt"):
        if isinstance(body.get(name), str):
            return str(body[name])
    messages = body.get("messages")
    turns = [each for each in messages if isinstance(each, dict)] if isinstance(messages, list) else []
    return next((text_of(turn.get("content")) for turn in reversed(turns) if turn.get("role") == "user"), "")


def _within(text: str, body: dict[str, Any], model: Model) -> tuple[list[str], str]:
    """Return the tokens that the limit lets through, and why they end."""
    said = pieces(text)
    limit = whole(body.get("max_tokens"))
    limit = model.max_tokens_default if limit is None else limit
    if limit is not None and len(said) > limit:
        return said[: max(0, limit)], "length"
    return said, "stop"


def _points(seen: Caption, found: Sequence[Thing]) -> list[dict[str, float]]:
    """Return the middles of things, in parts of the picture's width and height."""
    width, height = _extent(seen)
    return [
        {"x": round((left + right) / 2 / width, 6), "y": round((top + bottom) / 2 / height, 6)}
        for left, top, right, bottom in (thing.box for thing in found)
    ]


def _objects(seen: Caption, found: Sequence[Thing]) -> list[dict[str, float]]:
    """Return the boxes of things, in parts of the picture's width and height."""
    width, height = _extent(seen)
    return [
        {
            "x_min": round(left / width, 6),
            "y_min": round(top / height, 6),
            "x_max": round(right / width, 6),
            "y_max": round(bottom / height, 6),
        }
        for left, top, right, bottom in (thing.box for thing in found)
    ]


def _extent(seen: Caption) -> tuple[int, int]:
    return seen.size if seen.size[0] else (1000, 1000)
