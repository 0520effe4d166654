"""Every model of the catalogue answers as that model does, by the schemas published for it and by our own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from model_answers import (
    Answered,
    Sent,
    contract_faults,
    in_base64,
    picture_fault,
    published_faults,
    send,
    sound_seconds,
)
from real_values import known_for, picture, recording
from schema_exceptions import FILES, UNANSWERED, excused, members_for, narrowed_for
from schema_forms import Forms

from mockserver import bundled
from mockserver.app import Mock
from mockserver.effective import catalogue, effective
from mockserver.workersai.catalogue import Catalogue, Model
from mockserver.workersai.expansion import expand, without_batches
from tests.glance import Validator

PUBLISHED = Path(__file__).parents[3] / "shared" / "facts" / "model-schemas"
KINDS = ("published", "typed")
QUEUED = "queueRequest=true"

Judge = Callable[[Any], list[str]]
"""What is wrong with a result, or with one event."""


@cache
def mock() -> Mock:
    return Mock()


@cache
def schemas_of(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((PUBLISHED / name).read_text())
    return content


def published(*, answered: bool) -> Iterator[Any]:
    """The files with published schemas, where they lie beside the checkout: of models that answer a POST, or others."""
    for path in sorted(PUBLISHED.glob("*.json")):
        for kind in KINDS:
            family = catalogue()[schemas_of(path.name)["model"]].family
            if kind in schemas_of(path.name) and answered is (family not in UNANSWERED):
                yield pytest.param(path.name, kind, id=f"{path.stem}-{kind}")
    if not PUBLISHED.is_dir():
        reason = "the published schemas are not part of the checkout"
        yield pytest.param("", "", marks=pytest.mark.skip(reason=reason))


@cache
def contract() -> dict[str, Any]:
    """The effective contract with a path for every model of the catalogue, retired and unlisted ones included."""
    content = bundled.models()
    every = {**content, "models": [{**record, "status": "active"} for record in content["models"]]}
    return expand(effective().content, Catalogue.from_content(every), bundled.tasks())


def operation_of(model: Model) -> dict[str, Any]:
    operation: dict[str, Any] = contract()["paths"]["/accounts/{account_id}/ai/run/" + model.name]["post"]
    return operation


# requests -----------------------------------------------------------------------------------------------------------


def bare_bodies(model: Model) -> list[Sent]:
    """A picture or a recording as the body itself."""
    if "Image" in model.task or "Object" in model.task:
        return [Sent(picture(), "application/octet-stream"), Sent(picture("JPEG"), "image/jpeg")]
    return [Sent(recording(), "application/octet-stream"), Sent(recording(8000), "audio/wav")]


def published_requests(model: Model, schema: Any, forms: Forms) -> list[Sent]:
    """The smallest and the fullest requests that a published schema allows."""
    if model.facts.get("image", {}).get("request") == "multipart/form-data":
        return []  # the types describe what a Worker hands over; the form that goes over the wire is in our contract
    branches = forms.branches(schema)
    sent = bare_bodies(model) if any(branch.get("format") == "binary" for branch in branches) else []
    for branch in branches:
        if branch.get("format") != "binary":
            sent += [Sent(body) for body in [*forms.minimal(branch), *forms.maximal(branch)]]
    return [Sent(each.body, query=QUEUED) if is_batch(each.body) else each for each in sent]


def contract_requests(model: Model, forms: Forms) -> list[Sent]:
    """The smallest and the fullest requests that our own contract allows, in every media type it names."""
    content = operation_of(model)["requestBody"]["content"]
    sent = bare_bodies(model) if "application/octet-stream" in content else []
    for media_type in ("application/json", "multipart/form-data"):
        if media_type in content:
            schema = without_batches(content[media_type]["schema"])
            validator = Validator({**schema, "components": contract()["components"]})
            for body in [*forms.minimal(schema), *forms.maximal(schema)]:
                assert not contract_faults(body, validator), f"the enumeration is wrong: {body}"
                sent.append(Sent(with_files(body) if "multipart" in media_type else body, media_type))
    return sent


def with_files(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a form with pictures where it takes files."""
    return {name: picture() if name.startswith("input_image") else value for name, value in fields.items()}


def is_batch(body: Any) -> bool:
    return isinstance(body, dict) and isinstance(body.get("requests"), list)


# answers ------------------------------------------------------------------------------------------------------------


def wrongs(model: Model, sent: Sent, result: Judge, event: Judge, files: set[str]) -> list[str]:
    """Return what is wrong with the answer to a request: status, source, cost, media type, schema, content."""
    answered = send(mock(), model.name, sent)
    if (200, "responder") != (answered.status, answered.source):
        return [f"{answered.status} by {answered.source}: {answered.body[:600]!r}"]
    if model.facts.get("price") and not sent.query and not float(answered.neurons or -1) >= 0:
        return [f"the price is published, and the cost told is {answered.neurons}"]
    if "text/event-stream" == answered.media_type:
        return [fault for each in answered.events for fault in event(each)]
    if "application/json" == answered.media_type:
        return wrongs_of_json(model, sent, answered, result)
    if answered.media_type not in files and not {FILES.get(name) for name in files} - {None}:
        return [f"{answered.media_type}, where {files} are declared"]
    return wrongs_of_file(model, sent.body, answered.body, answered.media_type)


def wrongs_of_json(model: Model, sent: Sent, answered: Answered, result: Judge) -> list[str]:
    envelope = answered.json
    assert {"result", "success", "errors", "messages"} == envelope.keys()
    assert (True, [], []) == (envelope["success"], envelope["errors"], envelope["messages"])
    found = result(envelope["result"])
    if sent.query == QUEUED:
        return found + wrongs_of_batch(model, sent, envelope["result"], result)
    for member in ("image", "audio"):
        if isinstance(envelope["result"], dict) and member in envelope["result"]:
            file, facts = in_base64(envelope["result"][member]), model.facts.get(member, {})
            found += wrongs_of_file(model, sent.body, file, facts["media_type"])
    return found


def wrongs_of_batch(model: Model, sent: Sent, queued: Any, result: Judge) -> list[str]:
    """Poll a batch until it is done: every input of it has a valid answer."""
    for _ in range(5):
        said = send(mock(), model.name, Sent({"request_id": queued["request_id"]}, query=QUEUED)).json["result"]
        if "responses" in said:
            break
    assert list(range(len(sent.body["requests"]))) == sorted(each["id"] for each in said["responses"])
    return [fault for each in said["responses"] for fault in [*result(each["result"])] + [""] * (not each["success"])]


def wrongs_of_file(model: Model, body: Any, file: bytes, media_type: str) -> list[str]:
    """Return what is wrong with a picture or a recording, decoded by Pillow or FFmpeg."""
    if media_type.startswith("image/"):
        fault = picture_fault(file, media_type, asked_size(model, body))
        return [fault] if fault else []
    seconds, text = sound_seconds(file, media_type), str(body.get("text") or body.get("prompt"))
    return [] if 0.03 * len(text) < seconds < 0.15 * len(text) + 1 else [f"{seconds} s for {len(text)} characters"]


def asked_size(model: Model, body: Mapping[str, Any]) -> tuple[int, int] | None:
    """The size of the picture that was asked for; None where a given picture decides."""
    if any(body.get(name) for name in ("image", "image_b64")) and model.facts["image"].get("start_from"):
        return None
    width, height = (int(body.get(name) or size) for name, size in
                     zip(("width", "height"), model.facts["image"]["default_size"], strict=True))  # fmt: skip
    known = Forms(known_for(model), contract()).branches(
        next(iter(operation_of(model)["requestBody"]["content"].values()))["schema"]
    )
    return (width, height) if any("width" in branch["properties"] for branch in known) else None


# tests --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), list(published(answered=True)))
def test_published_schemas_are_met(name: str, kind: str) -> None:
    """Requests by a published schema are answered, and what is answered is valid by it and decodable."""
    schemas = schemas_of(name)
    model = catalogue()[schemas["model"]]
    forms = Forms(known_for(model), {}, narrowed_for(model))
    output = schemas[kind]["output"]
    files = {str(branch.get("contentMediaType") or branch.get("contentType")) for branch in forms.branches(output)}
    accepts = Validator(schemas[kind]["input"])

    def result(value: Any) -> list[str]:
        return [fault for fault in published_faults(value, output, forms) if not excused(fault)]

    event = event_judge(model)
    for sent in published_requests(model, schemas[kind]["input"], forms):
        assert isinstance(sent.body, bytes) or not contract_faults(without_base64(sent.body), accepts), sent
        assert [] == wrongs(model, sent, result, event, files), sent


def without_base64(body: Any) -> Any:
    """The body with the stream of the binding in place of the base64 that stands for it."""
    audio = body.get("audio")
    return {**body, "audio": {**audio, "body": {}}} if isinstance(audio, dict) and "body" in audio else body


@pytest.mark.parametrize(("name", "kind"), list(published(answered=False)))
def test_published_sessions_are_met(talk: Callable[..., Any], name: str, kind: str) -> None:
    """For a model that is asked over a WebSocket the input is its options, the output each message about a turn."""
    schemas = schemas_of(name)
    model = catalogue()[schemas["model"]]
    forms = Forms(known_for(model))
    for options in [*forms.minimal(schemas[kind]["input"]), *forms.maximal(schemas[kind]["input"])]:
        assert not contract_faults(options, Validator(schemas[kind]["input"]))
        said = talk(model.name, **options).send(*[recording()[44:]] * 4, bytes(64_000), {"type": "CloseStream"})
        turns = [each for each in said if isinstance(each, dict) and each.pop("type") == "TurnInfo"]  # Deepgram's word
        assert {"StartOfTurn", "EndOfTurn"} <= {each["event"] for each in turns}
        assert [] == [fault for each in turns for fault in published_faults(each, schemas[kind]["output"], forms)]


@pytest.mark.parametrize("name", list(catalogue()))
def test_contract_is_met(name: str) -> None:
    """Requests by the contract are answered by every model of the catalogue, validly and decodably."""
    model = catalogue()[name]
    forms = Forms(known_for(model), contract(), members_for(model))
    if model.family in UNANSWERED:
        assert {"400"} <= operation_of(model)["responses"].keys()
        assert 400 == send(mock(), model.name, Sent({})).status
        return
    files = set(operation_of(model)["responses"]["200"]["content"])
    result, event = result_judge(model), event_judge(model)
    for sent in contract_requests(model, forms):
        assert [] == wrongs(model, sent, result, event, files), sent


def result_judge(model: Model) -> Judge:
    """Judges results by the contract's answer of a model."""
    return _judge(
        operation_of(model)["responses"]["200"]["content"].get("application/json", {}).get("schema"), "result"
    )


def event_judge(model: Model) -> Judge:
    """Judges events by the contract's stream of a model."""
    return _judge(operation_of(model)["responses"]["200"]["content"].get("text/event-stream", {}).get("x-itemSchema"))


def _judge(schema: Any, member: str | None = None) -> Judge:
    if schema is None:
        return lambda value: ["nothing of this kind is declared"]
    declared = schema["properties"][member] if member else schema
    validator = Validator({**declared, "components": contract()["components"]})
    return lambda value: contract_faults(value, validator)
