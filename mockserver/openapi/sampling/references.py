"""References between the parts of one schema: $ref, $dynamicRef, $recursiveRef, $id and anchors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urljoin

from mockserver.openapi.sampling.faults import Dead
from mockserver.openapi.validation import Schema

SINGLE = (
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
)
LISTS = ("allOf", "anyOf", "items", "oneOf", "prefixItems")
MAPS = ("$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties")


@dataclass(frozen=True, slots=True)
class Located:
    """A subschema, where it stands, and by which resources it was reached."""

    schema: Schema
    base: str = ""
    scope: tuple[str, ...] = ("",)

    def beside(self, schema: Schema) -> Located:
        """Return a schema of our own making that resolves its references from here."""
        return Located(schema, self.base, self.scope)

    @property
    def key(self) -> tuple[int, str, tuple[str, ...]]:
        """What tells it from others while its schema is alive."""
        return id(self.schema), self.base, self.scope


def subschemas(schema: dict[str, Any]) -> Iterator[Schema]:
    """Yield the schemas directly inside one."""
    for keyword in SINGLE:
        inner = schema.get(keyword)
        if isinstance(inner, (dict, bool)):
            yield inner
    for keyword in LISTS:
        if isinstance(inner := schema.get(keyword), list):
            yield from (each for each in inner if isinstance(each, (dict, bool)))
    for keyword in MAPS:
        if isinstance(inner := schema.get(keyword), dict):
            yield from (each for each in inner.values() if isinstance(each, (dict, bool)))


class References:
    """Finds what the references of one self-contained schema mean."""

    def __init__(self, root: Schema, draft: str) -> None:
        self._id = "id" if draft == "4" else "$id"
        self.overriding = draft in ("4", "6", "7")
        """Whether a $ref makes its siblings void."""
        self._root = root
        self._scoped = _is_dynamic(root)
        self.root = self.inside(Located(root), root)

    def inside(self, at: Located, schema: Schema) -> Located:
        """Return a subschema of `at`, with the base that its own $id gives it."""
        if isinstance(schema, dict) and isinstance(name := schema.get(self._id), str) and name[:1] not in ("#", ""):
            if self.overriding and "$ref" in schema:
                return Located(schema, at.base, at.scope)
            return self.entered(schema, joined(at.base, name.rstrip("#")), at.scope)
        return Located(schema, at.base, at.scope)

    def entered(self, schema: Schema, base: str, scope: tuple[str, ...]) -> Located:
        """Return a schema reached in the resource `base`.

        Only the first visit to a resource widens the scope, and only where some reference asks for the scope: without
        one, a schema that is reached by many ways is the same schema each time.
        """
        return Located(schema, base, scope if base in scope or not self._scoped else (*scope, base))

    def resolve(self, reference: str, at: Located) -> Located:
        """Return what `reference`, found in `at`, leads to. Raises Dead when it leads nowhere."""
        uri, _, fragment = reference.partition("#")
        base = joined(at.base, uri) if uri else at.base
        fragment = unquote(fragment)
        found = self.root if base == self.root.base else self._resources.get(base)
        if found is None:
            raise Dead(f"$ref {reference!r} leads outside the schema")
        start = self.entered(found.schema, base, at.scope)
        if not fragment:
            return start
        if fragment.startswith("/"):
            return self._pointed(start, fragment, reference)
        anchored = self._anchors.get((base, fragment))
        if anchored is None:
            raise Dead(f"$ref {reference!r} names an anchor that is not there")
        return Located(anchored, base, start.scope)

    def resolve_dynamic(self, reference: str, at: Located) -> Located:
        """Return what a $dynamicRef leads to: the outermost resource in scope with that dynamic anchor."""
        target = self.resolve(reference, at)
        name = reference.partition("#")[2]
        if isinstance(target.schema, dict) and name and target.schema.get("$dynamicAnchor") == name:
            for base in target.scope:
                if (base, name) in self._dynamic:
                    return Located(self._dynamic[base, name], base, target.scope)
        return target

    def resolve_recursive(self, at: Located) -> Located:
        """Return what a $recursiveRef leads to."""
        target = self.resolve("#", at)
        if isinstance(target.schema, dict) and target.schema.get("$recursiveAnchor") is True:
            for base in target.scope:
                found = self.root if base == self.root.base else self._resources.get(base)
                if found and isinstance(found.schema, dict) and found.schema.get("$recursiveAnchor") is True:
                    return self.entered(found.schema, base, target.scope)
        return target

    def _pointed(self, start: Located, fragment: str, reference: str) -> Located:
        at, value = start, start.schema
        for token in fragment[1:].split("/"):
            token = token.replace("~1", "/").replace("~0", "~")
            inner: Any
            if isinstance(value, dict) and token in value:
                inner = value[token]
            elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
                inner = value[int(token)]
            else:
                raise Dead(f"$ref {reference!r} leads nowhere")
            value = inner
            if isinstance(inner, dict):
                at = self.inside(at, inner)
        if not isinstance(value, (dict, bool)):
            raise Dead(f"$ref {reference!r} leads to something that is no schema")
        return Located(value, at.base, at.scope)

    @cached_property
    def _index(self) -> tuple[dict[str, Located], dict[tuple[str, str], Schema], dict[tuple[str, str], Schema]]:
        resources: dict[str, Located] = {}
        anchors: dict[tuple[str, str], Schema] = {}
        dynamic: dict[tuple[str, str], Schema] = {}
        pending, seen = [self.root], set()
        while pending:
            at = pending.pop()
            schema = at.schema
            if not isinstance(schema, dict) or id(schema) in seen:
                continue
            seen.add(id(schema))
            name = schema.get(self._id)
            if isinstance(name, str) and not (self.overriding and "$ref" in schema):
                if name.startswith("#"):
                    anchors[at.base, name[1:]] = schema
                else:
                    resources.setdefault(at.base, Located(schema, at.base, (at.base,)))
                    _, _, fragment = name.partition("#")
                    if fragment:
                        anchors[at.base, fragment] = schema
            for keyword, table in (("$anchor", anchors), ("$dynamicAnchor", anchors), ("$dynamicAnchor", dynamic)):
                if isinstance(anchor := schema.get(keyword), str):
                    table.setdefault((at.base, anchor), schema)
            pending.extend(self.inside(at, inner) for inner in subschemas(schema))
        return resources, anchors, dynamic

    @property
    def _resources(self) -> dict[str, Located]:
        return self._index[0]

    @property
    def _anchors(self) -> dict[tuple[str, str], Schema]:
        return self._index[1]

    @property
    def _dynamic(self) -> dict[tuple[str, str], Schema]:
        return self._index[2]


def _is_dynamic(root: Schema) -> bool:
    pending: list[Any] = [root]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if "$dynamicRef" in value or "$recursiveRef" in value:
                return True
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return False


def joined(base: str, uri: str) -> str:
    """Return `uri` as seen from `base`, without its fragment."""
    uri = uri.partition("#")[0]
    return urljoin(base, uri) if uri else base
