"""Finetunes: registering adapters, uploading their files, and whether a request may use one."""

from __future__ import annotations

from typing import Any

import orjson

from mockserver.engine import forms
from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, refuse
from mockserver.workersai import moments
from mockserver.workersai.catalogue import Model
from mockserver.workersai.quirks import position
from mockserver.workersai.surface.adapters import CONFIG, FILES, MOST, Adapter
from mockserver.workersai.surface.operations import Surface
from mockserver.workersai.surface.query import read_query
from mockserver.workersai.surface.records import identifier, timestamp

CAPABILITY = "lora"
_PUBLIC = "/accounts/{account_id}/ai/finetunes/public"
_KINDS = ("mistral", "gemma", "llama")
_RANK, _MOST_RANK = 8, 32
_BUCKET = "finetunes"


def list_own(invocation: Invocation, surface: Surface) -> Answer:
    """Answer with the adapters of the account, the oldest first."""
    records = [adapter.record for adapter in surface.adapters.of(_account(invocation))]
    form = position(invocation, "finetune-list")
    if form == "one" and records:
        return Answer(200, {"result": records[0], "success": True})
    return Answer(200, {"result": [records] if form == "nested" else records, "success": True})


def list_public(invocation: Invocation, surface: Surface) -> Answer:
    """Answer with the adapters that everybody may use: those of the contract's example."""
    query = read_query(invocation)
    records = public_records(invocation)
    column = query.get("orderBy")
    if column is not None and all(column in record for record in records):
        records = sorted(records, key=lambda record: str(record[column]))
    elif column is not None:
        invocation.warn(f"adapters have no {column!r} to be ordered by")
    first = int(query.get("offset", 0))
    return _listed(records[first : first + int(query.get("limit", len(records)))])


def public_records(invocation: Invocation) -> list[dict[str, Any]]:
    """Return the public adapters, as the contract lists them."""
    assert invocation.operation is not None
    operations = invocation.operation.document.operations.values()
    operation = next((each for each in operations if each.path == _PUBLIC), None)
    response = operation.response(200) if operation else None
    media_type = response.content.get("application/json") if response else None
    example = media_type.default_example if media_type else None
    return list(example.value["result"]) if example else []


def create(invocation: Invocation, surface: Surface) -> Answer:
    """Register an adapter for a model that takes adapters; the same model and name are the same adapter."""
    body, account = invocation.body, _account(invocation)
    model = surface.catalogue.find(body["model"])
    if model is None:
        raise refuse("no-such-model", 400, f"{body['model']!r} is not in the catalogue", model=body["model"])
    check_model(model)
    invocation.subject = None  # nothing is run here
    name = identifier("adapter", account, model.name, body["name"])
    known = surface.adapters.find(account, name)
    if known is None and len(surface.adapters.of(account)) >= MOST:
        raise refuse("refused", 403, f"an account has at most {MOST} adapters")
    moment = timestamp(moments.milliseconds(invocation))
    record = {
        "id": name,
        "model": model.name,
        "name": body["name"],
        "description": body.get("description", ""),
        "created_at": known.record["created_at"] if known else moment,
        "modified_at": max(known.record["modified_at"], moment) if known else moment,
        "public": body.get("public", False),
    }
    surface.adapters.add(Adapter(account, record, known.files if known else set()))
    return Answer(200, {"result": record, "success": True})


def upload(invocation: Invocation, surface: Surface) -> Answer:
    """Take a file of an adapter of the account; a configuration with a wrong rank or model_type is refused."""
    name = invocation.parameters["finetune_id"]
    adapter = surface.adapters.find(_account(invocation), name)
    if adapter is None:
        raise refuse("refused", 404, f"{name!r} is no adapter of this account")
    file = invocation.body["file_name"]
    if file == CONFIG:
        content_type = invocation.request.header(b"content-type") or ""
        parts = [part for part in forms.parts(content_type, invocation.request.body) if part.name == "file"]
        _check_config(parts[-1].content if parts else b"", invocation)
    adapter.files.add(file)
    if position(invocation, "finetune-asset") == "absent":
        return Answer(200, {"success": True})
    moment = timestamp(moments.milliseconds(invocation))
    record = {
        "id": identifier("asset", adapter.record["id"], file),
        "finetune_id": adapter.record["id"],
        "file_name": file,
        "bucket_name": _BUCKET,
        "created_at": moment,
        "modified_at": moment,
    }
    return Answer(200, {"result": record, "success": True})


def check_use(invocation: Invocation, surface: Surface, model: Model, name: str) -> None:
    """Raise Refusal unless a request may use the adapter of that id or name with a model.

    A model without LoRA is 5005; an adapter that is unknown or lacks one of its files is 3039.
    """
    check_model(model)
    public = next((each for each in public_records(invocation) if name in (each["id"], each["name"])), None)
    adapter = surface.adapters.find(_account(invocation), name) if public is None else None
    if public is None and (adapter is None or not adapter.complete):
        missing = [file for file in FILES if adapter is not None and file not in adapter.files]
        reason = f"lacks {' and '.join(missing)}" if adapter else "was never registered"
        invocation.warn(f"adapter {name!r} {reason}")
        raise refuse("lora-files-missing", 400, f"adapter {name!r} {reason}")
    made_for = public["model"] if public else adapter.record["model"] if adapter else model.name
    if made_for != model.name:
        invocation.warn(f"adapter {name!r} was made for {made_for}")


def check_model(model: Model) -> None:
    """Raise Refusal (5005) for a model that takes no adapters."""
    if CAPABILITY not in model.capabilities:
        raise refuse("lora-unsupported", 405, f"{model.name} takes no adapters", model=model.name)


def _check_config(content: bytes, invocation: Invocation) -> None:
    try:
        config = orjson.loads(content)
    except orjson.JSONDecodeError:
        config = None
    if not isinstance(config, dict):
        if invocation.settings.fidelity == "strict":
            raise refuse("invalid", 400, f"{CONFIG} is no JSON object")
        invocation.warn(f"{CONFIG} is no JSON object; the service would not load this adapter")
        return
    rank, kind = config.get("r"), config.get("model_type")
    if isinstance(rank, int) and rank > _MOST_RANK:
        raise refuse("invalid", 400, f"{CONFIG}: the rank r is {rank}; {_RANK} is taken, on some models {_MOST_RANK}")
    if isinstance(rank, int) and rank > _RANK:
        invocation.warn(f"{CONFIG}: only some models take a rank above {_RANK}")
    if kind not in (None, *_KINDS):
        raise refuse("invalid", 400, f"{CONFIG}: model_type is {kind!r}; {', '.join(_KINDS)} are taken")
    if kind is None:
        invocation.warn(f"{CONFIG} has no model_type; the service asks for one of {', '.join(_KINDS)}")


def _account(invocation: Invocation) -> str:
    return invocation.parameters.get("account_id", "")


def _listed(records: list[dict[str, Any]]) -> Answer:
    return Answer(200, {"result": records, "success": True})
