"""What nobody documented: members of answers, and headers that mean something."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import shown
from contracts.context import Context
from contracts.dialects import Dialect, dialect_of
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.judge import is_json
from contracts.pointers import escaped
from mockserver.openapi.document import Document

_ITEM_SCHEMAS = ("x-itemSchema", "itemSchema")
_MOST = 24
"""Entries of a list, and events of a stream, that are looked at: the first and the last."""
_DEEPEST = 12
_OPEN = ("not", "dependentSchemas", "unevaluatedProperties")
"""Keywords by which a schema may allow members that it does not list."""
_OF_THE_SERVICE = re.compile(r"(cf-ai-|cf-aig-|openai-|x-ai-).+")
"""Headers by which services like this one tell something; those of proxies and browsers mean nothing here."""
_KNOWN = frozenset(
    (
        "cf-ai-neurons",
        "cf-ai-req-id",
        *(f"cf-aig-{each}" for each in ("cache-status", "event-id", "log-id", "model", "provider", "request-id")),
        *(f"cf-aig-{each}" for each in ("routed-model", "routing-decision-id", "routing-reason", "run-id", "step")),
        *(f"openai-{each}" for each in ("model", "organization", "processing-ms", "project", "version")),
    )
)
_ANY_MODEL = ("/ai/run/{model}", "/ai/run")
"""What models answer there, their own paths describe."""
_OF_OPENAI = ("/logprobs", "/name", "/obfuscation")
"""Members of events that OpenAI's reference has, and SDKs read, where a document may be silent."""
_FORMS = {
    "response": Dialect.RESPONSES,
    "chat.completion": Dialect.CHAT,
    "text_completion": Dialect.COMPLETIONS,
}
_SCHEMA_WORDS = {
    "type",
    "additionalProperties",
    "properties",
    "required",
    "items",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "$defs",
    "enum",
}
_PROBLEM = "application/problem+json"
_NOTICES = ("deprecation", "sunset")


@check("undocumented-member", Severity.ADDITIVE, kind="additive", source="document")
def undocumented_member(exchange: Exchange, context: Context) -> list[Found] | None:
    """An answer has the members that the document lists, and no others.

    Finds new members of answers, of errors, of the entries of lists and of the events of streams: nothing breaks, and
    somebody may want to use them, or to document them.
    """
    promise = context.promise
    if promise is None or exchange.request.method == "HEAD" or context.operation.path.endswith(_ANY_MODEL):
        return None
    document = context.world.document
    found: dict[str, Found] = {}
    if context.is_stream:
        schema = next((promise.raw[name] for name in _ITEM_SCHEMAS if name in promise.raw), None)
        values = _ends(list(context.pieces))
    elif context.response.media_type == _PROBLEM:
        return None  # RFC 9457 lets problem details say more, and whoever reads them passes over what they do not know
    elif is_json(context.response.media_type) and context.json is not None:
        schema, values = promise.raw.get("schema"), [context.json]
    else:
        return None
    if not _lists_members(document, schema):
        return None
    elsewhere = _strange_elsewhere(context)
    for value in values:
        for place, member in _strangers(document, [schema], value, ""):
            if elsewhere is not None and place.startswith("/result/") and place not in elsewhere:
                continue
            if context.is_stream and context.dialect is Dialect.RESPONSES and place in _OF_OPENAI:
                continue
            found.setdefault(place, Found("the documented members", f"{place}: {shown(member)}", place))
    return list(found.values())


@check("undocumented-header", Severity.ADDITIVE, kind="additive", source="Cloudflare")
def undocumented_header(exchange: Exchange, context: Context) -> list[Found] | None:
    """The headers by which the service tells something are documented ones; none announces an end.

    Finds new headers of the service, and `Deprecation` and `Sunset`, which say that an operation is going to go.
    """
    declared = (
        set() if context.declared is None else {str(name).lower() for name in context.declared.raw.get("headers") or ()}
    )
    looked, found = False, []
    for name, value in context.response.headers:
        if name in declared:
            continue
        if _OF_THE_SERVICE.fullmatch(name):
            looked = True
            if name not in _KNOWN:
                found.append(Found("documented headers", f"{name}: {value}", name))
        elif name in _NOTICES:
            found.append(Found("an operation that stays", f"{name}: {value}", name))
    return found if looked or found else None


def _strange_elsewhere(context: Context) -> Collection[str] | None:
    """Return the places of a native answer in OpenAI's form that the document does not describe at OpenAI's own path.

    None for other answers. Some models answer so, and their pages describe only a part of it.
    """
    answer = context.answer
    form = (
        _FORMS.get(str(answer.get("object"))) if context.dialect is Dialect.RUN and isinstance(answer, dict) else None
    )
    for operation in context.world.document.operations.values() if form is not None else ():
        response = operation.response(200) if dialect_of(operation.path) is form else None
        if response is not None and "application/json" in response.content:
            schema = response.content["application/json"].raw.get("schema")
            return {place for place, _ in _strangers(context.world.document, [schema], answer, "/result")}
    return None


def _ends(values: list[Any]) -> list[Any]:
    return values if len(values) <= _MOST else [*values[: _MOST // 2], *values[-_MOST // 2 :]]


def _lists_members(document: Document, schema: Any) -> bool:
    return any(node.get("properties") or node.get("items") for node in _nodes(document, schema))


def _strangers(document: Document, schemas: list[Any], value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield the places and values of members that none of the schemas of a value lists."""
    if place.count("/") > _DEEPEST or not isinstance(value, dict | list):
        return
    nodes = [node for schema in schemas for node in _nodes(document, schema)]
    if isinstance(value, dict):  # of alternatives those that it can be one of
        nodes = [node for node in nodes if value.keys() >= set(node.get("required") or ())] or nodes
    if isinstance(value, list):
        items = [node["items"] for node in nodes if isinstance(node.get("items"), Mapping)]
        for each in _ends(value) if items else ():
            yield from _strangers(document, items, each, f"{place}/*")
        return
    if any(_is_open(node) for node in nodes) or not any(_names_members(node) for node in nodes):
        return
    others = [node["additionalProperties"] for node in nodes if isinstance(node.get("additionalProperties"), Mapping)]
    for name, each in value.items():
        known = [node["properties"][name] for node in nodes if name in (node.get("properties") or {})] or others
        if not known and any(_tells_apart(node, name) for node in nodes):
            continue
        if known:
            yield from _strangers(document, known, each, f"{place}/{escaped(name)}")
        elif each is not None:  # which tells nothing
            yield f"{place}/{escaped(name)}", each


def _tells_apart(node: Mapping[str, Any], name: str) -> bool:
    discriminator = node.get("discriminator")
    return isinstance(discriminator, Mapping) and discriminator.get("propertyName") == name


def _is_open(node: Mapping[str, Any]) -> bool:
    """Return whether a schema describes members by something else than their names."""
    if any(keyword in node for keyword in (*_OPEN, "patternProperties")):
        return True
    if len(_SCHEMA_WORDS & (node.get("properties") or {}).keys()) > 1:
        return True  # it describes JSON Schemas, which have many more words
    if node.get("additionalProperties") == {}:
        return True
    listed = any(node.get(each) for each in ("properties", "additionalProperties", "allOf", "anyOf", "oneOf"))
    return not listed and node.get("type") in ("object", None) and not _says_what_else(node)


def _names_members(node: Mapping[str, Any]) -> bool:
    return bool(node.get("properties")) or isinstance(node.get("additionalProperties"), Mapping)


def _says_what_else(node: Mapping[str, Any]) -> bool:
    """Return whether a schema without members is about something else: an addition to others, or other values."""
    return "required" in node or "enum" in node or "const" in node or bool(node.get("items"))


def _nodes(document: Document, schema: Any) -> list[Mapping[str, Any]]:
    """Return a schema and its alternatives, resolved; found once for each schema of a document."""
    known = _known.setdefault(document, {})
    if id(schema) not in known:
        known[id(schema)] = schema, _alternatives(document, schema)
    return known[id(schema)][1]


_known: WeakKeyDictionary[Document, dict[int, tuple[Any, list[Mapping[str, Any]]]]] = WeakKeyDictionary()


def _alternatives(document: Document, schema: Any, depth: int = 0) -> list[Mapping[str, Any]]:
    resolved = document.resolve(schema)
    if not isinstance(resolved, Mapping) or depth > 6:
        return []
    found: list[Mapping[str, Any]] = [resolved]
    for keyword in ("allOf", "anyOf", "oneOf"):
        for branch in resolved.get(keyword) or ():
            found += _alternatives(document, branch, depth + 1)
    for keyword in ("if", "then", "else"):
        found += _alternatives(document, resolved.get(keyword), depth + 1)
    return found


CHECKS: tuple[AnyCheck, ...] = (undocumented_member, undocumented_header)
