"""The contract made ready for generation: placeholders and media are real, answers stay short, the selected is left.

The prepared copy is only what requests are made from. What comes back is judged by the contract itself.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from contracts.media_schemas import example_of, is_form, put_real_members, put_real_parts, with_real_bodies
from contracts.models import is_current, model_of, names_for, read_models, select_models
from contracts.validity import ACCOUNT
from mockserver.errors import UnknownName, UsageError
from mockserver.openapi.document import Document
from mockserver.openapi.operations import Operation
from mockserver.workersai.catalogue import Model

MOST_TOKENS = 16
"""Upper bound of `max_tokens` in generated requests: answers cost money and time."""

_CATCH_ALL = "/ai/run/{model}"
_EXISTING = ("finetune_id",)
"""Path parameters that name what has to be there: only their example does, registered by the example of another
operation."""
_ADAPTERS = "/ai/finetunes"
_BATCH = "#/components/schemas/BatchRequest"
_NEVER_MADE = (ACCOUNT, "queueRequest")
"""Parameters that are given, or left out: only the models that take batches may be asked to queue them."""
_OF_BATCHES = ("requests", "request_id")
"""Members left out: a batch wants `queueRequest=true`, which no schema can ask for, and only the service knows ids."""
_TOKEN_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens", "max_length")
_LANGUAGES = ("source_lang", "target_lang")
"""Members that are free text in the schema, and a language to the model: only those of the example are one for sure."""
_PICTURES = {"width": 256, "height": 256, "steps": 1, "num_steps": 1}
"""What makes a picture dear, and the smallest that models take."""
ALWAYS_GIVEN = (*_TOKEN_LIMITS, *_PICTURES)
"""Members that generated requests always have, where the contract knows them: without them, answers are large."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document to generate requests from, and where its operations come from."""

    content: dict[str, Any]
    origins: Mapping[tuple[str, str], str]
    """Operation ids of the contract by method and path of the prepared document."""
    models: tuple[Model, ...] = ()
    """The models that this run asks."""
    spare: frozenset[str] = frozenset()
    """The ids of operations that a target need not have: of retired and unlisted models that nobody named."""

    @property
    def operations(self) -> tuple[str, ...]:
        """The ids of the selected operations, in the order of the document."""
        return tuple(self.origins.values())


def prepare(
    document: Document,
    *,
    account: str,
    operations: Sequence[str] = (),
    models: Sequence[str] = (),
    instead: Sequence[str] = (),
) -> Prepared:
    """Return the contract ready for generation.

    `operations` are operation ids; without any, all are selected, of the paths per model one for each family.
    `models` narrows both these paths and the `model` members; `instead` are the models that stand for their families,
    where not the first of the catalogue do. Raises UnknownName, or UsageError for an operation that takes none of the
    models: another one, that nobody named, may be dear.
    """
    for name in operations:
        if name not in document.operations:
            raise UnknownName("operation", name, document.operations)
    workers_ai = any(_is_workers_ai(path) for path in document.content.get("paths") or ())
    chosen = select_models(read_models(), models or instead) if workers_ai else ()
    if models and not workers_ai:
        raise UnknownName("model", models[0], ())
    for name in operations if models else ():
        _refuse_without_model(document, document.operations[name], chosen)
    selected = [
        each for each in document.operations.values() if _is_selected(each, document, operations, models, chosen)
    ]
    content = _copied(document.content, {operation.path for operation in selected})
    content.pop("security", None)  # credentials go with every request, and are judged by a check of their own
    copied = Document(content, document.name)
    paths: dict[str, Any] = {}
    spare = set()
    origins: dict[tuple[str, str], str] = {}
    for operation in selected:
        path = operation.path.replace("{" + ACCOUNT + "}", quote(account, safe=""))
        prepared = _prepared_operation(copied, operation, chosen)
        paths.setdefault(path, {})[operation.method.lower()] = prepared
        origins[operation.method, path] = operation.id
        if not operations and not models and not is_current(operation):
            spare.add(operation.id)
    content["paths"] = paths
    return Prepared(content, origins, tuple(chosen), frozenset(spare))


def _copied(content: Mapping[str, Any], paths: Collection[str]) -> dict[str, Any]:
    """Return a document to make changes in, of its paths in these; references may lead to the others."""
    items = content.get("paths")
    rest = copy.deepcopy({name: each for name, each in content.items() if name != "paths"})
    if not isinstance(items, Mapping):
        return rest
    return {**rest, "paths": {path: copy.deepcopy(item) if path in paths else item for path, item in items.items()}}


def _is_workers_ai(path: str) -> bool:
    return path.startswith("/accounts/{account_id}/ai/")


def _is_selected(
    operation: Operation, document: Document, names: Sequence[str], models: Sequence[str], chosen: Sequence[Model]
) -> bool:
    if names:
        return operation.id in names
    model = model_of(operation.path, operation.raw, document.content["paths"][operation.path])
    if model is not None:
        return any(each.name == model for each in chosen)
    if models:
        return bool(names_for(operation.path, chosen))
    return True


def _refuse_without_model(document: Document, operation: Operation, chosen: Sequence[Model]) -> None:
    """Raise UsageError where an operation asks a model, and none of those that are chosen."""
    own = model_of(operation.path, operation.raw, document.content["paths"][operation.path])
    taken = names_for(operation.path, chosen) if own is None else [each.name for each in chosen if each.name == own]
    if taken == []:
        listed = " or ".join(each.name for each in chosen)
        asked = f"asks {own}" if own else "takes other models"
        raise UsageError(f"{operation.id} {asked}, not {listed}; leave one of the two names out")


def _prepared_operation(copied: Document, operation: Operation, chosen: Sequence[Model]) -> dict[str, Any]:
    item = copied.content["paths"][operation.path]
    raw: dict[str, Any] = copied.resolve(item)[operation.method.lower()]
    raw.pop("security", None)
    names = names_for(operation.path, chosen)
    parameters = [copy.deepcopy(dict(each)) for each in operation.parameters if each.get("name") not in _NEVER_MADE]
    for parameter in parameters:
        if parameter.get("name") == "model" and names:
            _pin(parameter, names)
        elif parameter.get("name") in _EXISTING and "example" in parameter:
            _pin(parameter, [parameter["example"]])
    raw["parameters"] = parameters
    body = copied.resolve(raw.get("requestBody"))
    if isinstance(body, dict) and isinstance(body.get("content"), dict):
        raw["requestBody"] = {**body, "content": _prepared_content(copied, operation.path, body["content"], names)}
    return raw


def _prepared_content(
    copied: Document, path: str, content: dict[str, Any], names: Sequence[str] | None
) -> dict[str, Any]:
    """Return the media types of a request, what they hold narrowed to what can succeed."""
    if path.endswith(_CATCH_ALL) and "application/json" in content:
        content = {"application/json": content["application/json"]}  # text models take nothing else
    prepared = copy.deepcopy(with_real_bodies(content))
    for name, media_type in prepared.items():
        if not isinstance(media_type, dict) or not isinstance(media_type.get("schema"), dict):
            continue
        example = example_of(copied, media_type)
        if path.endswith(_ADAPTERS) and isinstance(example, dict) and "model" in example:
            names = [example["model"]]  # few models take adapters
        media_type["schema"] = _narrowed(copied, media_type["schema"], names, batches="/ai/run/" not in path)
        if is_form(name):
            put_real_parts(copied, media_type)
        else:
            put_real_members(copied, media_type["schema"], example)
            _pin_languages(copied, media_type["schema"], example)
    return prepared


def _pin_languages(copied: Document, schema: dict[str, Any], example: Any) -> None:
    given = example if isinstance(example, dict) else {}
    for node in _alternatives(copied, schema):
        properties = node.get("properties")
        if isinstance(properties, dict):
            for name in _LANGUAGES:
                if name in properties and isinstance(given.get(name), str):
                    properties[name] = {"enum": [given[name]]}


def _pin(parameter: dict[str, Any], names: Sequence[str]) -> None:
    for key in ("example", "examples"):
        parameter.pop(key, None)
    parameter["schema"] = {"type": "string", "enum": list(names)}


def _narrowed(
    copied: Document, schema: dict[str, Any], names: Sequence[str] | None, *, batches: bool
) -> dict[str, Any]:
    """Return the schema with real model names and small limits in the members of the body and its alternatives.

    Without `batches` the forms of a batch are left out.
    """
    schema = copy.deepcopy(copied.resolve(schema))
    if not batches:
        _leave_out_batches(schema)
    for node in _alternatives(copied, schema):
        properties = node.get("properties")
        if not isinstance(properties, dict):
            continue
        if names and "model" in properties and "const" not in properties["model"]:
            properties["model"] = {"type": "string", "enum": list(names)}
        for limit in _TOKEN_LIMITS:
            if isinstance(properties.get(limit), dict):
                properties[limit] = _small(copied.resolve(properties[limit]))
        if {"width", "height"} <= properties.keys():
            properties |= {name: {"enum": [least]} for name, least in _PICTURES.items() if name in properties}
        _always_given(node, properties)
    return dict(schema)


def _always_given(node: dict[str, Any], properties: Mapping[str, Any]) -> None:
    """Require of requests what keeps their answers small; of several limits of tokens only the first."""
    limits = [name for name in _TOKEN_LIMITS if name in properties]
    small = [*limits[:1], *(name for name in _PICTURES if properties.get(name, {}).get("enum") == [_PICTURES[name]])]
    if small:
        node["required"] = list(dict.fromkeys([*(node.get("required") or ()), *small]))


def _leave_out_batches(schema: dict[str, Any]) -> None:
    branches = schema.get("anyOf")
    if isinstance(branches, list):
        schema["anyOf"] = [branch for branch in branches if branch != {"$ref": _BATCH}]
    for name in _OF_BATCHES:
        if isinstance(schema.get("properties"), dict):
            schema["properties"].pop(name, None)


def _alternatives(copied: Document, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    for keyword in ("allOf", "anyOf", "oneOf"):
        branches = schema.get(keyword)
        if not isinstance(branches, list):
            continue
        for index, branch in enumerate(branches):
            if isinstance(branch, dict):
                branches[index] = copy.deepcopy(copied.resolve(branch))
                yield from _alternatives(copied, branches[index])


def _small(schema: dict[str, Any]) -> dict[str, Any]:
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    low = schema.get("minimum", 1)
    if "integer" not in kinds and "number" not in kinds:
        return schema
    bounds = {"minimum": max(low, 1), "maximum": max(MOST_TOKENS, low)}
    return {**schema, **bounds} if schema.get("maximum", MOST_TOKENS) >= MOST_TOKENS else schema
