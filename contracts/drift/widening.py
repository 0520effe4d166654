"""An overlay that brings a contract up to what was seen: each action widens one place, and says why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from contracts.checks.additive import undocumented_member
from contracts.context import Context, World
from contracts.drift.inference import inferred
from contracts.exchanges import Exchange, Intent
from contracts.judge import Judge, is_json
from contracts.pointers import unescaped
from contracts.validity import Validity
from mockserver.errors import MockflareError
from mockserver.openapi.document import Document
from mockserver.openapi.overlay import apply_overlay, parse_overlay

Place = tuple[str | int, ...]
"""Steps from the root of the document."""

_EVENTS = ("x-itemSchema", "itemSchema")
_BOUNDS = (
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
    "format", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "const", "not", "if",
    "dependentRequired", "dependentSchemas", "propertyNames", "contains", "patternProperties", "unevaluatedProperties",
    "unevaluatedItems",
)  # fmt: skip
_MOST_STEPS = 200
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Change:
    """One action of an overlay."""

    place: Place
    description: str
    update: Any = None
    remove: bool = False
    item: str | None = None
    """The item of the array at `place` that is removed."""

    @property
    def content(self) -> dict[str, Any]:
        """The action as the overlay has it."""
        target = json_path(self.place) + (f"[?@ == {json.dumps(self.item)}]" if self.item is not None else "")
        action: dict[str, Any] = {"target": target, "description": self.description}
        return {**action, "remove": True} if self.remove else {**action, "update": self.update}


def widen(world: World, exchanges: Sequence[Exchange], source: str) -> dict[str, Any] | None:
    """Return an overlay after which the contract allows these answers; None when it allows all of them already.

    `source` is named in every description as where the answers were seen. What cannot be widened is left as it is.
    """
    changes: list[Change] = []
    seen = world
    for exchange in exchanges:
        for _ in range(_MOST_STEPS):
            change = _Widener(seen, exchange, source).next()
            if change is None or change in changes:
                break
            try:
                content = apply_overlay(
                    seen.document.content, parse_overlay(_overlay([change]), "the overlay of drift")
                )
            except MockflareError:
                break
            document = Document(content, world.document.name)
            judge = Judge(document)
            seen = replace(world, document=document, judge=judge, validity=Validity(document, judge))
            changes.append(change)
    return _overlay(changes) if changes else None


def _overlay(changes: Sequence[Change]) -> dict[str, Any]:
    info = {"title": "What drift saw that the contract does not say", "version": "1.0.0"}
    return {"overlay": "1.0.0", "info": info, "actions": [change.content for change in changes]}


class _Widener:
    """Finds the next thing to widen for one exchange."""

    def __init__(self, world: World, exchange: Exchange, source: str) -> None:
        self._document, self._exchange, self._source = world.document, exchange, source
        self._context = Context(exchange, world)

    def next(self) -> Change | None:
        """Return the next change; None when the contract allows the answer."""
        exchange, context = self._exchange, self._context
        if exchange.response is None or exchange.request.method != context.operation.method:
            return None
        is_answer = exchange.intent in (Intent.VALID, Intent.INVALID) and exchange.response.status < 500
        responses: Place = ("paths", context.operation.path, context.operation.method.lower(), "responses")
        if context.declared is None:
            return self._status(responses) if is_answer else None
        place = self._declared(responses)
        if place is None:
            return None
        media_type = context.response.media_type
        if context.promise is None:
            if not media_type or not is_answer:
                return None
            return Change(
                (*place, "content") if context.declared.content else place,
                f"{self._said()}: {media_type}, which is not documented for this status.",
                {media_type: self._media()} if context.declared.content else {"content": {media_type: self._media()}},
            )
        return self._body((*place, "content", self._content_key(place, media_type)))

    def _status(self, responses: Place) -> Change:
        response = self._context.response
        answer: dict[str, Any] = {"description": f"Seen at {self._source}."}
        if response.media_type:
            answer["content"] = {response.media_type: self._media()}
        said = f"{self._said()}, a status that is not documented."
        return Change(responses, said, {str(response.status): answer})

    def _media(self) -> dict[str, Any]:
        context = self._context
        if context.is_stream:
            return {"schema": {"type": "string"}, "x-itemSchema": inferred(list(context.pieces))}
        return {"schema": inferred([context.json])} if is_json(context.response.media_type) else {}

    def _declared(self, responses: Place) -> Place | None:
        """Return where the answer of this status is declared, references followed."""
        status = str(self._context.response.status)
        declared = self._at(responses)
        for name in (status, f"{status[0]}XX", f"{status[0]}xx", "default"):
            for key in (name, int(name) if name.isdecimal() else name):
                if isinstance(declared, dict) and key in declared:
                    return self._followed((*responses, key))
        return None

    def _content_key(self, place: Place, media_type: str) -> str:
        content = self._at((*place, "content"))
        main = media_type.partition("/")[0]
        named = {str(key).split(";")[0].strip().lower(): key for key in content}
        return str(next(named[key] for key in (media_type, f"{main}/*", "*/*") if key in named))

    def _body(self, place: Place) -> Change | None:
        context = self._context
        media = self._at(place)
        if context.is_stream:
            key = next((key for key in _EVENTS if key in media), None)
            values = list(context.pieces)
        else:
            key = "schema" if "schema" in media and is_json(context.response.media_type) else None
            values = [context.json]
        if key is None:
            return None
        for value in values:
            change = self._schema((*place, key), value, "", 0)
            if change is not None:
                return change
        return self._unlisted((*place, key), values)

    def _unlisted(self, place: Place, values: Sequence[Any]) -> Change | None:
        """Return what lists a member that nobody forbids and nobody documented; `check` tells of such ones."""
        for found in undocumented_member.judge(self._exchange, self._context) or ():
            steps = [unescaped(step) for step in found.where.split("/")[1:]]
            for value in values:
                change = self._listed(place, steps, value, found.where)
                if change is not None:
                    return change
        return None

    def _listed(self, place: Place, steps: Sequence[str], value: Any, where: str) -> Change | None:
        """Return what lists the member of a value that steps lead to, in the first schema that lists its neighbours."""
        followed = self._followed(place)
        schema = None if followed is None else self._at(followed)
        if followed is None or not isinstance(schema, dict) or len(place) > _DEEPEST:
            return None
        name, *rest = steps
        inner: list[tuple[Place, Sequence[str], Any]] = []
        if isinstance(value, list) and name == "*":
            inner = [((*followed, "items"), rest, each) for each in value if rest and "items" in schema]
        elif isinstance(value, dict) and name in value:
            known = schema.get("properties")
            if isinstance(known, dict) and not rest and name not in known:
                said = f"{self._said(where)}: a member that is not documented."
                return Change((*followed, "properties"), said, {name: inferred([value[name]])})
            if isinstance(known, dict) and rest and name in known:
                inner = [((*followed, "properties", name), rest, value[name])]
            elif isinstance(schema.get("additionalProperties"), dict) and rest:
                inner = [((*followed, "additionalProperties"), rest, value[name])]
        for key in ("allOf", "anyOf", "oneOf"):
            branches = enumerate(schema.get(key) or ())
            inner += [((*followed, key, index), steps, value) for index, each in branches if self._valid(each, value)]
        changes = (self._listed(*each, where) for each in inner)
        return next((change for change in changes if change is not None), None)

    def _schema(self, place: Place, value: Any, where: str, depth: int) -> Change | None:
        """Return the change that the schema at a place needs for a value; None when it needs none."""
        followed = self._followed(place)
        schema = None if followed is None else self._at(followed)
        if followed is None or not isinstance(schema, dict) or depth > _DEEPEST:
            return None
        change = self._own_words(followed, schema, value, where) or self._members(followed, schema, value, where, depth)
        if change is not None:
            return change
        for key in ("allOf",):
            for index, _ in enumerate(schema.get(key) or ()):
                change = self._schema((*followed, key, index), value, where, depth + 1)
                if change is not None:
                    return change
        return self._branches(followed, schema, value, where)

    def _own_words(self, place: Place, schema: Mapping[str, Any], value: Any, where: str) -> Change | None:
        """Look at the keywords that judge a value by itself."""
        kind = _kind(value)
        types = schema.get("type")
        if types is not None and not _allows({"type": types}, value):
            if schema.get("nullable") is True and value is None:
                return None
            said = f"{self._said(where)}: {kind}, where {json.dumps(types)} is documented."
            if isinstance(types, list):
                return Change((*place, "type"), said, [kind])
            return Change(place, said, {"type": [types, kind]})
        if isinstance(schema.get("enum"), list) and not _allows({"enum": schema["enum"]}, value):
            said = f"{self._said(where)}: {_shown(value)}, which is none of the documented values."
            return Change((*place, "enum"), said, [value])
        for key in _BOUNDS:
            if key in schema and not self._valid(
                {name: schema[name] for name in _together(key) if name in schema}, value
            ):
                said = f"{self._said(where)}: {_shown(value)}, against `{key}: {_shown(schema[key])}`."
                return Change((*place, key), said, remove=True)
        if isinstance(value, dict):
            for name in schema.get("required") or ():
                if name not in value:
                    said = f"{self._said(where)}: an object without `{name}`, which is required."
                    return Change((*place, "required"), said, remove=True, item=name)
        return None

    def _members(self, place: Place, schema: Mapping[str, Any], value: Any, where: str, depth: int) -> Change | None:
        if isinstance(value, list):
            return self._items(place, schema, value, where, depth)
        if not isinstance(value, dict):
            return None
        properties = schema.get("properties")
        known = properties if isinstance(properties, dict) else {}
        others = schema.get("additionalProperties")
        for name, each in value.items():
            below = f"{where}/{name}"
            change = None
            if name in known:
                change = self._schema((*place, "properties", name), each, below, depth + 1)
            elif others is False:
                said = f"{self._said(below)}: a member that is not documented."
                update = {name: inferred([each])}
                if isinstance(properties, dict):
                    return Change((*place, "properties"), said, update)
                return Change(place, said, {"properties": update})
            elif isinstance(others, dict):
                change = self._schema((*place, "additionalProperties"), each, below, depth + 1)
            if change is not None:
                return change
        return None

    def _items(
        self, place: Place, schema: Mapping[str, Any], value: list[Any], where: str, depth: int
    ) -> Change | None:
        prefix = schema.get("prefixItems") or []
        for index, each in enumerate(value):
            inner: Place = (*place, "prefixItems", index) if index < len(prefix) else (*place, "items")
            if inner[-1] == "items" and "items" not in schema:
                return None
            if schema.get("items") is False and inner[-1] == "items":
                return Change(inner, f"{self._said(where)}: more items than documented.", remove=True)
            change = self._schema(inner, each, f"{where}/*", depth + 1)
            if change is not None:
                return change
        return None

    def _branches(self, place: Place, schema: Mapping[str, Any], value: Any, where: str) -> Change | None:
        for key in ("anyOf", "oneOf"):
            branches = schema.get(key)
            if not isinstance(branches, list):
                continue
            fitting = sum(self._valid(branch, value) for branch in branches)
            if fitting == 0:
                said = f"{self._said(where)}: {_shown(value)}, which is none of the documented forms."
                return Change((*place, key), said, [inferred([value])])
            if key == "oneOf" and fitting > 1:
                said = f"{self._said(where)}: {_shown(value)}, which is several of the documented forms at once."
                return Change((*place, key), said, remove=True)
        return None

    def _valid(self, schema: Any, value: Any) -> bool:
        try:
            return _allows(self._document.standalone(schema, direction="response"), value)
        except (MockflareError, SchemaError):
            return True

    def _followed(self, place: Place) -> Place | None:
        """Return a place with references followed, as long as they stay within the document."""
        for _ in range(_DEEPEST):
            node = self._at(place)
            reference = node.get("$ref") if isinstance(node, dict) else None
            if not isinstance(reference, str):
                return place
            if not reference.startswith("#/"):
                return None
            place = self._stepped(reference)
        return None

    def _stepped(self, reference: str) -> Place:
        from urllib.parse import unquote

        node: Any = self._document.content
        steps: list[str | int] = []
        for part in unquote(reference[2:]).split("/"):
            name = unescaped(part)
            step: str | int = int(name) if isinstance(node, list) else name
            node = node[step]
            steps.append(step)
        return tuple(steps)

    def _at(self, place: Place) -> Any:
        node: Any = self._document.content
        for step in place:
            node = node[step]
        return node

    def _said(self, where: str = "") -> str:
        place = f" at {where}" if where else ""
        response = self._context.response
        return f"{self._exchange.operation}: {self._source} answered {response.status}{place}"


def json_path(place: Place) -> str:
    """Return the steps as a JSONPath."""
    parts = []
    for step in place:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        else:
            escaped = step.replace("\\", "\\\\").replace("'", "\\'")
            parts.append(f"['{escaped}']")
    return "$" + "".join(parts)


def _together(key: str) -> tuple[str, ...]:
    """Return the keywords that only mean something together."""
    return ("if", "then", "else") if key == "if" else (key, "properties", "allOf") if "unevaluated" in key else (key,)


def _allows(schema: Any, value: Any) -> bool:
    return bool(Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).is_valid(value))


def _kind(value: Any) -> str:
    names = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:79] + "…"
