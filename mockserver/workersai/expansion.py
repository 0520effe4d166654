"""Expansion: one literal path for each active model, with the schemas of its family and the figures of its record."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.errors import MockflareError, UnknownName
from mockserver.workersai.catalogue import Catalogue, Model

CATCH_ALL = "/accounts/{account_id}/ai/run/{model}"
"""The templated operation that gives the literal ones their parameters and error responses."""

INPUTS = "x-mockflare-inputs"
"""Where the catch-all has the JSON inputs of the models without a path of their own, schemas by name."""

Facts = Mapping[str, Any]
"""What a placeholder may name: the record of a model, and its slug, author and source."""

_MODEL_PARAMETER = "model"
_PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][\w.-]*)\}")
_SCHEMA_REFERENCE = re.compile(r"#/components/schemas/([\w.-]+)")
_ABSENT: Any = object()
_COPIED = ("tags", "security", "servers")
_ERRORS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["code", "message"],
        "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
    },
}
_MESSAGES = {"type": "array", "items": {"type": ["string", "object"]}}
_BATCH = "async_batch"
_BATCH_REQUEST = {"$ref": "#/components/schemas/BatchRequest"}
_BATCH_RESULT = {"$ref": "#/components/schemas/BatchResult"}


def expand(
    document: dict[str, Any], catalogue: Catalogue, families: Mapping[str, Any], *, also: Collection[str] = ()
) -> dict[str, Any]:
    """Return `document` with one path for each active model of the catalogue; `document` itself stays as it is.

    The models named in `also` have theirs whether they are active or not. `families` maps a family's name to the
    content of its task file. A path or component schema that the document has already stays, so an overlay may replace
    any of them. The catch-all says what the other models take (`x-mockflare-inputs`). A document without the catch-all
    operation comes back unchanged. Parts that do not depend on a model are shared between the paths: do not write into
    the result.
    Raises MockflareError when a record names an unknown family or a task file is malformed.
    """
    paths = document.get("paths") or {}
    catch_all = (paths.get(CATCH_ALL) or {}).get("post")
    if catch_all is None:
        return document
    expansion = _Expansion(_Frame.around(document, catch_all), families)
    with_path = (model for model in map(catalogue.__getitem__, catalogue) if model.active or model.name in also)
    literal = {f"/accounts/{{account_id}}/ai/run/{model.name}": model for model in with_path}
    items = {path: expansion.path_item(model) for path, model in literal.items() if path not in paths}
    others = (model for model in map(catalogue.__getitem__, catalogue) if not model.active and model.family in families)
    inputs = {model.name: schema for model in others if (schema := expansion.input(model)) is not None}
    if inputs:
        items[CATCH_ALL] = {**paths[CATCH_ALL], "post": {**catch_all, INPUTS: inputs}}
    components = document.get("components") or {}
    return {
        **document,
        "paths": {**paths, **items},
        "components": {
            **components,
            "schemas": _merged(components.get("schemas") or {}, expansion.schemas),
        },
    }


def operation_id(name: str) -> str:
    """Return the operationId of a model's path.

    >>> operation_id("@cf/meta/llama-3.2-1b-instruct")
    'run-cf-meta-llama-3-2-1b-instruct'
    """
    return "run-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def without_batches(schema: Any) -> Any:
    """Return a request's or result's schema of a model as its task file has it: without the forms of a batch.

    None for the result of a model that answers in JSON only to batches.
    """
    if schema == _BATCH_RESULT:
        return None
    branches = schema.get("anyOf") if isinstance(schema, dict) and len(schema) == 1 else None
    if isinstance(branches, list) and branches[1:] in ([_BATCH_REQUEST], [_BATCH_RESULT]):
        return branches[0]
    return schema


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the literal operations take over from the catch-all."""

    copied: dict[str, Any]
    parameters: list[Any]
    failures: dict[str, Any]
    headers: Any
    describes_batches: bool

    @classmethod
    def around(cls, document: dict[str, Any], operation: dict[str, Any]) -> _Frame:
        item = document["paths"][CATCH_ALL]
        parameters = [*(item.get("parameters") or ()), *(operation.get("parameters") or ())]
        responses = operation.get("responses") or {}
        return cls(
            copied={key: operation[key] for key in _COPIED if key in operation},
            parameters=[each for each in parameters if not _names_model(document, each)],
            failures={str(status): answer for status, answer in responses.items() if not str(status).startswith("2")},
            headers=(responses.get("200") or {}).get("headers"),
            describes_batches="BatchRequest" in ((document.get("components") or {}).get("schemas") or {}),
        )


@dataclass(frozen=True, slots=True)
class _Variant:
    """A family as its models with certain capabilities see it, ready to be filled with facts."""

    body: _Template
    success: _Template
    """The responses for success by status; none for a family whose models are asked over a WebSocket only."""


class _Expansion:
    """The path items of one document, and the component schemas they refer to."""

    def __init__(self, frame: _Frame, families: Mapping[str, Any]) -> None:
        self._frame = frame
        self._families = families
        self._specific: dict[str, dict[str, Any]] = {}
        self._variants: dict[tuple[Any, ...], _Variant] = {}
        self.schemas: dict[str, Any] = {}

    def path_item(self, model: Model) -> dict[str, Any]:
        """Return the path item of one model."""
        variant = self._variant(model)
        facts = {**model.facts, "slug": model.slug, "author": model.author, "source": model.source}
        return {
            "post": {
                "operationId": operation_id(model.name),
                "summary": f"Run {model.name}",
                "description": model.description,
                **self._frame.copied,
                "parameters": self._frame.parameters,
                "requestBody": variant.body.fill(facts),
                "responses": {**variant.success.fill(facts), **self._frame.failures},
                "x-mockflare-model": model.name,
            }
        }

    def input(self, model: Model) -> Any:
        """Return the schema of one model's JSON input, None when it takes no JSON."""
        facts = {**model.facts, "slug": model.slug, "author": model.author, "source": model.source}
        content = self._variant(model).body.fill(facts)["content"]
        return content.get("application/json", {}).get("schema")

    def _variant(self, model: Model) -> _Variant:
        family = self._family(model)
        conditions = family.get("when") or {}
        met = tuple(capability for capability in conditions if capability in model.capabilities)
        streams = "streaming" in model.capabilities
        batches = self._frame.describes_batches and _BATCH in model.capabilities
        key = (model.family, streams, met, batches)
        if key not in self._variants:
            for capability in met:
                family = {**family, **conditions[capability]}
            specific = self._specific[model.family]
            success = {"200": _success(family, self._frame.headers, streams=streams, batches=batches)}
            if family.get("websocket_only") and self._frame.failures:  # an operation has at least one response
                success = {}
            self._variants[key] = _Variant(
                body=_template(_request_body(family, batches=batches), specific), success=_template(success, specific)
            )
        return self._variants[key]

    def _family(self, model: Model) -> Any:
        """Return the content of a model's task file; take its schemas in when it is met first."""
        try:
            family = self._families[model.family]
        except KeyError:
            raise MockflareError(f"{model.name}: {UnknownName('family', model.family, self._families)}") from None
        if model.family not in self._specific:
            if not isinstance(family, Mapping) or not isinstance(family.get("request"), Mapping):
                raise MockflareError(f"family {model.family}: a task file has at least `family` and `request`")
            if "result" not in family and "binary" not in family:
                raise MockflareError(f"family {model.family}: says neither `result` nor `binary`, one is needed")
            schemas = family.get("schemas") or {}
            self._specific[model.family] = specific = _specific(schemas)
            for name, schema in schemas.items():
                if name in self.schemas:
                    raise MockflareError(f"family {model.family}: another family has a schema {name!r}; prefix it")
                if name not in specific:
                    self.schemas[name] = schema
        return family


def _request_body(family: Mapping[str, Any], *, batches: bool) -> dict[str, Any]:
    content = dict(family["request"])
    if batches and "application/json" in content:
        media_type = content["application/json"]
        content["application/json"] = {**media_type, "schema": {"anyOf": [media_type["schema"], _BATCH_REQUEST]}}
    if "example" in family:
        first = next(iter(content))
        content[first] = {**content[first], "example": family["example"]}
    return {"required": True, "content": content}


def _success(family: Mapping[str, Any], headers: Any, *, streams: bool, batches: bool) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if "result" in family:
        result = {"anyOf": [family["result"], _BATCH_RESULT]} if batches else family["result"]
        content["application/json"] = {"schema": _envelope(result)}
    elif batches:
        content["application/json"] = {"schema": _envelope(_BATCH_RESULT)}
    if "stream" in family and streams:
        content["text/event-stream"] = {"schema": {}, "x-itemSchema": family["stream"]}
    for media_type in family.get("binary") or ():
        content[media_type] = {"schema": {"contentMediaType": media_type}}
    answer = {"description": family.get("summary") or "The model's answer.", "content": content}
    return answer if headers is None else {**answer, "headers": headers}


def _envelope(result: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["result", "success", "errors", "messages"],
        "properties": {"result": result, "success": {"const": True}, "errors": _ERRORS, "messages": _MESSAGES},
    }


def _specific(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schemas that differ from model to model: with a placeholder, or referring to one that has it."""
    # Looking through the text of a schema is many times faster than walking it, and start-up waits for this.
    texts = {name: repr(schema) for name, schema in schemas.items()}
    specific = {name: schemas[name] for name, text in texts.items() if "${" in text}
    references = {name: set(_SCHEMA_REFERENCE.findall(text)) for name, text in texts.items()} if specific else {}
    while True:
        more = {
            name: schemas[name]
            for name, targets in references.items()
            if name not in specific and not targets.isdisjoint(specific)
        }
        if not more:
            return specific
        specific.update(more)


def _names_model(document: Mapping[str, Any], parameter: Any) -> bool:
    name = _reference(parameter, "parameters")
    if name is not None:
        parameter = ((document.get("components") or {}).get("parameters") or {}).get(name) or {}
    return bool(parameter.get("in") == "path" and parameter.get("name") == _MODEL_PARAMETER)


def _merged(own: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    return {**own, **{name: schema for name, schema in added.items() if name not in own}}


@dataclass(frozen=True, slots=True)
class _Template:
    """Data to fill; `constant` tells that filling gives the same shared data for everyone."""

    _fill: Callable[[Facts], Any] | None
    _value: Any = None

    @property
    def constant(self) -> bool:
        """Whether nothing in it is substituted."""
        return self._fill is None

    def fill(self, facts: Facts) -> Any:
        """Return the data with each placeholder replaced by the fact it names.

        A key or list item whose fact is missing is dropped; a placeholder that is the whole data gives None then.
        """
        value = self._value if self._fill is None else self._fill(facts)
        return None if value is _ABSENT else value


def _template(node: Any, inlined: Mapping[str, Any], _within: tuple[str, ...] = ()) -> _Template:
    """Compile `node`. A `$ref` to a component schema in `inlined` is replaced by that schema.

    Raises MockflareError when an inlined schema leads back to itself.
    """
    if isinstance(node, str):
        match = _PLACEHOLDER.fullmatch(node)
        return _Template(_look_up(match[1].split("."))) if match else _Template(None, node)
    if isinstance(node, dict):
        name = _reference(node, "schemas")
        if name in inlined:
            return _inlined(name, node, inlined, _within)
        keys = {key: _template(key, inlined) for key in node}
        values = {key: _template(value, inlined, _within) for key, value in node.items()}
        if all(part.constant for part in (*keys.values(), *values.values())):
            return _Template(None, node)
        return _Template(_mapping([(keys[key], values[key]) for key in node]))
    if isinstance(node, list):
        items = [_template(item, inlined, _within) for item in node]
        return _Template(None, node) if all(item.constant for item in items) else _Template(_sequence(items))
    return _Template(None, node)


def _reference(node: Any, kind: str) -> str | None:
    """Return the name of the component of that kind that `node` refers to, None when it is no such reference.

    >>> _reference({"$ref": "#/components/schemas/Pet"}, "schemas")
    'Pet'
    """
    target = node.get("$ref") if isinstance(node, dict) else None
    prefix = f"#/components/{kind}/"
    return target.removeprefix(prefix) if isinstance(target, str) and target.startswith(prefix) else None


def _inlined(name: Any, node: dict[str, Any], inlined: Mapping[str, Any], within: tuple[str, ...]) -> _Template:
    if name in within:
        raise MockflareError(
            f"schema {name}: takes figures from the model and leads back to itself"
            f" ({' -> '.join((*within, name))}); keep the recursive part free of placeholders"
        )
    target = _template(inlined[name], inlined, (*within, name))
    beside = {key: value for key, value in node.items() if key != "$ref"}
    if not beside:
        return target
    rest = [(_template(key, inlined), _template(value, inlined, within)) for key, value in beside.items()]
    return _Template(_mapping([(_Template(None, "allOf"), _Template(_sequence([target]))), *rest]))


def _look_up(path: list[str]) -> Callable[[Facts], Any]:
    def fill(facts: Facts) -> Any:
        value: Any = facts
        for part in path:
            value = value.get(part) if isinstance(value, Mapping) else None
        return _ABSENT if value is None else value

    return fill


def _mapping(entries: list[tuple[_Template, _Template]]) -> Callable[[Facts], Any]:
    def fill(facts: Facts) -> Any:
        filled = ((_given(key, facts), _given(value, facts)) for key, value in entries)
        return {key: value for key, value in filled if key is not _ABSENT and value is not _ABSENT}

    return fill


def _sequence(items: list[_Template]) -> Callable[[Facts], Any]:
    def fill(facts: Facts) -> Any:
        filled = (_given(item, facts) for item in items)
        return [value for value in filled if value is not _ABSENT]

    return fill


def _given(part: _Template, facts: Facts) -> Any:
    return part._value if part._fill is None else part._fill(facts)
