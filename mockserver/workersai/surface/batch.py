"""Batches: inputs queued under an id (`queueRequest=true`), and asked for with it."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, Refusal, refuse
from mockserver.workersai.catalogue import Model
from mockserver.workersai.dialects.native import envelope
from mockserver.workersai.quirks import position
from mockserver.workersai.surface.nested import as_result
from mockserver.workersai.surface.operations import BATCHES, Surface
from mockserver.workersai.surface.records import identifier
from mockserver.workersai.tokens import count

_SECONDS = 2.0
"""How long a batch takes when the switch `batch-clock` says that it takes time."""
_MOST_BYTES = 10_000_000
_MOST_KEPT, _MOST_KEPT_BYTES = 100, 64 * 1024 * 1024
_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")


@dataclass(slots=True)
class Batch:
    """Inputs that wait, and how far they are."""

    account: str
    model: str
    requests: list[dict[str, Any]]
    size: int
    """Bytes of the request that queued them."""
    queued_at: float
    polls: int = 0


class Batches:
    """The batches by id; the oldest are forgotten when there are more than a hundred, or more than 64 MB of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Batch] = OrderedDict()
        self._size = 0

    def add(self, name: str, batch: Batch) -> None:
        """Keep a batch; one of that id begins anew."""
        self._forget(name)
        self._kept[name] = batch
        self._size += batch.size
        while len(self._kept) > _MOST_KEPT or (self._size > _MOST_KEPT_BYTES and len(self._kept) > 1):
            self._forget(next(iter(self._kept)))

    def get(self, name: str) -> Batch | None:
        """Return the batch of that id, None when there is none."""
        return self._kept.get(name)

    def _forget(self, name: str) -> None:
        batch = self._kept.pop(name, None)
        self._size -= batch.size if batch else 0


def is_asked_for(invocation: Invocation) -> bool:
    """Say whether the query says `queueRequest=true`."""
    return dict(parse_qsl(invocation.request.query)).get("queueRequest", "").lower() == "true"


def admit(invocation: Invocation) -> None:
    """Raise Refusal for a request to queue that the model, or its size, does not allow."""
    model = invocation.subject
    if not isinstance(model, Model) or not is_asked_for(invocation):
        return
    if BATCHES not in model.capabilities:
        raise refuse("invalid", 400, f"{model.name} takes no batches; queueRequest=true is for models with async_queue")
    if len(invocation.request.body) >= _MOST_BYTES:
        raise refuse("too-large", 413, f"a batch has less than {_MOST_BYTES} bytes")


def answer(invocation: Invocation, surface: Surface) -> Answer | None:
    """Answer to a batch form; None for an ordinary input.

    A batch form without `queueRequest=true` is a batch all the same unless fidelity is strict, with a warning.
    """
    model, body = invocation.subject, invocation.body
    assert isinstance(model, Model)
    asked = is_asked_for(invocation)
    if BATCHES not in model.capabilities:
        return None
    if not asked:
        assert invocation.operation is not None
        judge = surface.nested.input_of(invocation.operation)
        if judge.is_valid(body):
            return None
        if invocation.settings.fidelity == "strict":
            raise refuse("invalid", 400, "required query parameters are 'queueRequest' for a batch")
        invocation.warn("the service takes a batch with queueRequest=true only")
    if isinstance(body.get("requests"), list):
        return _queue(invocation, surface, model, body["requests"])
    if isinstance(body.get("request_id"), str):
        return _poll(invocation, surface, model, body["request_id"])
    return None


def _queue(invocation: Invocation, surface: Surface, model: Model, requests: list[dict[str, Any]]) -> Answer:
    name = identifier("batch", invocation.seed.hex())
    account = invocation.parameters.get("account_id", "")
    size = len(invocation.request.body)
    surface.batches.add(name, Batch(account, model.name, requests, size, time.monotonic()))
    return Answer(200, envelope({"status": "queued", "request_id": name, "model": model.name}))


def _poll(invocation: Invocation, surface: Surface, model: Model, name: str) -> Answer:
    batch = surface.batches.get(name)
    if batch is None or (batch.account, batch.model) != (invocation.parameters.get("account_id", ""), model.name):
        raise refuse("refused", 404, f"{name!r} is no batch of {model.name} here")
    batch.polls += 1
    if status := _pending(batch, invocation):
        return Answer(200, envelope({"status": status, "request_id": name}))
    responses, usage = [], dict.fromkeys(_COUNTS, 0)
    for number, request in enumerate(batch.requests):
        responses.append(_one(number, request, invocation, surface, model, usage))
    return Answer(200, envelope({"responses": responses, "usage": usage}))


def _pending(batch: Batch, invocation: Invocation) -> str | None:
    """Return the state of a batch that is not done: by the number of polls, or by the time since it was queued."""
    if position(invocation, "batch-clock") == "polls":
        return "running" if batch.polls == 1 else None
    passed = time.monotonic() - batch.queued_at
    if passed >= _SECONDS:
        return None
    return "queued" if passed < _SECONDS / 2 else "running"


def _one(
    number: int, request: dict[str, Any], invocation: Invocation, surface: Surface, model: Model, usage: dict[str, int]
) -> dict[str, Any]:
    """Return the answer to one input of a batch, and add what it used to `usage`."""
    body = {name: value for name, value in request.items() if name not in ("external_reference", "stream")}
    reference = request.get("external_reference")
    said: dict[str, Any] = {"id": number, "result": {}, "success": True, "external_reference": reference}
    try:
        said["result"] = as_result(surface.nested.run(invocation, model, body))
    except Refusal as refusal:
        failure = surface.problem(refusal.problem, invocation).value
        errors = failure.get("errors", []) if isinstance(failure, dict) else []
        return {**said, "success": False, "errors": errors}
    _add(usage, said["result"], body)
    if position(invocation, "batch-result") == "nested":
        said["result"] = {"result": said["result"]}
    return said


def _add(usage: dict[str, int], result: Any, body: dict[str, Any]) -> None:
    used = result.get("usage") if isinstance(result, dict) else None
    if isinstance(used, dict):
        for name in _COUNTS:
            usage[name] += int(used.get(name) or 0)
        return
    texts = body.get("text")
    said = [texts] if isinstance(texts, str) else list(texts or ())
    said += [body.get("query"), *(each.get("text") for each in body.get("contexts") or () if isinstance(each, dict))]
    read = sum(count(text) for text in said if isinstance(text, str))
    usage["prompt_tokens"] += read
    usage["total_tokens"] += read
