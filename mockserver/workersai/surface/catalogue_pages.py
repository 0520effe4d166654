"""Catalogue pages: which models there are, what they take, what they are for, who made them."""

from __future__ import annotations

from datetime import date
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, refuse
from mockserver.openapi.document import Document
from mockserver.openapi.operations import Operation
from mockserver.workersai.catalogue import Catalogue, Model
from mockserver.workersai.dialects.native import envelope
from mockserver.workersai.expansion import CATCH_ALL, operation_id, without_batches
from mockserver.workersai.quirks import position
from mockserver.workersai.surface.operations import Surface
from mockserver.workersai.surface.query import read_query
from mockserver.workersai.surface.records import identifier, model_record, openrouter_record, task_record

_MONTHS = 3


def search_models(invocation: Invocation, surface: Surface) -> Answer:
    """Answer with one page of the models that meet every condition; a page past the end is empty."""
    query = read_query(invocation)
    models = [model for model in listed(surface.catalogue, query["include_deprecated"]) if _meets(model, query)]
    page, size = query["page"], query["per_page"]
    shown = models[(page - 1) * size : page * size]
    if position(invocation, "models-paging") == "ignored":
        shown = models if page == 1 else []  # without an end, the lists of the SDKs would have none
    if query.get("format") == "openrouter":
        return Answer(200, {"data": [openrouter_record(model) for model in shown]})
    body = envelope([model_record(model, surface.catalogue) for model in shown])
    body["result_info"] = {"count": len(shown), "page": page, "per_page": size, "total_count": len(models)}
    return Answer(200, body)


def listed(catalogue: Catalogue, include_deprecated: bool) -> list[Model]:
    """Return the models that the service lists, in the order of the catalogue.

    A retired model is listed on request for three months. The mock has no today: it counts back from the last
    retirement that the catalogue knows of, so that the answer is the same next year.
    """
    models = list(catalogue.values())
    retired = [model.deprecated_on for model in models if model.status == "retired" and model.deprecated_on]
    first = _months_before(max(retired), _MONTHS) if retired and include_deprecated else None
    return [model for model in models if model.active or (first and (model.deprecated_on or "") >= first)]


def search_tasks(invocation: Invocation, surface: Surface) -> Answer:
    """Answer with the tasks that a listed model has."""
    wanted = {model.task for model in listed(surface.catalogue, include_deprecated=False)}
    return Answer(
        200, envelope([task_record(task) for name, task in surface.catalogue.tasks.items() if name in wanted])
    )


def search_authors(invocation: Invocation, surface: Surface) -> Answer:
    """Answer with the authors of the listed models, in alphabetical order."""
    authors = sorted({model.author for model in listed(surface.catalogue, include_deprecated=False)})
    return Answer(200, envelope([{"id": identifier("author", name), "name": name} for name in authors]))


def show_schema(invocation: Invocation, surface: Surface) -> Answer:
    """Answer with the JSON Schemas of a model's input and output, as its own path has them."""
    name = read_query(invocation).get("model", "")
    model = surface.catalogue.find(name)
    if model is None:
        raise refuse("no-such-model", 400, f"{name!r} is not in the catalogue", model=name)
    assert invocation.operation is not None
    document = invocation.operation.document
    operation = document.operations.get(operation_id(model.name)) or _catch_all(document)
    schemas = {
        "input": _described(_input(operation), f"Input of {model.name}."),
        "output": _described(_output(operation), f"Output of {model.name}."),
    }
    return Answer(200, {"result": schemas, "success": True})


def _meets(model: Model, query: dict[str, Any]) -> bool:
    words = query.get("search", "").lower()
    return (
        query.get("task", model.task) == model.task
        and query.get("author", model.author) == model.author
        and query.get("source", model.source) == model.source
        and not (query["hide_experimental"] and "beta" in model.capabilities)
        and (words in model.name.lower() or words in model.description.lower())
    )


def _months_before(day: str, months: int) -> str:
    """Return the first day that lies within `months` months before a day.

    >>> _months_before("2026-05-30", 3)
    '2026-02-28'
    """
    moment = date.fromisoformat(day)
    count = moment.year * 12 + moment.month - 1 - months
    return date(count // 12, count % 12 + 1, min(moment.day, 28)).isoformat()


def _catch_all(document: Document) -> Operation:
    return next(each for each in document.operations.values() if each.path == CATCH_ALL)


def _input(operation: Operation) -> Any:
    content = (operation.request_body or {}).get("content") or {}
    media_type = next((name for name in content if name == "application/json"), next(iter(content), ""))
    return operation.document.standalone(without_batches((content.get(media_type) or {}).get("schema", True)))


def _output(operation: Operation) -> Any:
    """Return the schema of `result`; of a bare body where the model has no envelope."""
    response = operation.response(200)
    content: dict[str, Any] = (response.raw.get("content") if response else None) or {}
    document = operation.document
    schema = document.resolve((content.get("application/json") or {}).get("schema", {}))
    result = without_batches(schema.get("properties", {}).get("result")) if isinstance(schema, dict) else None
    if result is not None:
        return document.standalone(result)
    media_type = next((name for name in content if name != "application/json"), "application/octet-stream")
    return {"type": "string", "contentMediaType": media_type, "format": "binary"}


def _described(schema: Any, description: str) -> dict[str, Any]:
    """Return a schema with `type`, `description` and `additionalProperties` at its top, where clients look."""
    schema = dict(schema) if isinstance(schema, dict) else {}
    definitions = schema.pop("$defs", {})
    schema = _unwrapped(schema, definitions)
    kinds = list(dict.fromkeys(_kinds(schema, definitions))) or ["object"]
    top = {
        "type": kinds[0] if len(kinds) == 1 else kinds,
        "description": description,
        "additionalProperties": schema.get("additionalProperties") is not False,
    }
    rest = {key: value for key, value in schema.items() if key not in top}
    return {**top, **rest, **({"$defs": definitions} if definitions else {})}


def _unwrapped(schema: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return what a schema that is no more than a reference refers to."""
    for _ in range(len(definitions) + 1):
        if not isinstance(schema, dict) or list(schema) != ["$ref"]:
            break
        schema = definitions.get(schema["$ref"].removeprefix("#/$defs/").replace("~1", "/").replace("~0", "~"), {})
    return schema if isinstance(schema, dict) else {}


def _kinds(schema: dict[str, Any], definitions: dict[str, Any], depth: int = 0) -> list[str]:
    """Return the JSON types that a schema allows, as far as it says so near its top."""
    said = schema.get("type")
    if said:
        return [said] if isinstance(said, str) else list(said)
    branches = [each for word in ("anyOf", "oneOf") for each in schema.get(word) or ()]
    if not branches or depth > 4:
        return ["object"]
    return [kind for each in branches for kind in _kinds(_unwrapped(each, definitions), definitions, depth + 1)]
