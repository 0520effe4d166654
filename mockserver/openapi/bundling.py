"""One schema of a document and everything it refers to, as a self-contained JSON Schema 2020-12."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from mockserver.errors import InvalidSchema, UnresolvedReference
from mockserver.openapi.identities import NOWHERE, Place, joined
from mockserver.openapi.validation import Schema

if TYPE_CHECKING:
    from mockserver.openapi.document import Document

_ONE = frozenset(
    "additionalItems additionalProperties contains contentSchema else if items not propertyNames then "
    "unevaluatedItems unevaluatedProperties".split()
)
_MANY = frozenset("allOf anyOf oneOf prefixItems".split())
_NAMED = frozenset("$defs definitions dependentSchemas patternProperties properties".split())
_ANNOTATIONS = frozenset(
    "example examples discriminator xml externalDocs deprecated nullable $id $anchor $dynamicAnchor "
    "$recursiveAnchor $recursiveRef".split()  # the last two are of draft 2019-09; documents of 3.1 have them
)
_PROSE = frozenset("title description $comment".split())
_DEEPEST_ALL_OF = 8


class Bundle:
    """Translates one schema of a document; what it refers to becomes its definitions.

    `direction` "request" makes readOnly properties optional, "response" writeOnly ones. A `tolerant` bundle takes
    anything where a part of the schema cannot be read, and keeps the reason in `complaints`. One `for_samples` bars
    properties that must not be sent, and asks for the discriminator's value of the branch that is taken.
    """

    def __init__(
        self, document: Document, direction: str = "", *, tolerant: bool = False, for_samples: bool = False
    ) -> None:
        self.complaints: list[str] = []
        self._document = document
        self._hidden = {"request": "readOnly", "response": "writeOnly"}.get(direction, "")
        self._siblings_count = document.version != "3.0"
        self._nullable = document.version == "3.0" or direction == "request"  # a relic in 3.1, which clients rely on
        self._tolerant, self._for_samples = tolerant, for_samples
        self._terse = tolerant or for_samples  # the prose of a large document is most of it
        self._names: dict[str, str] = {}
        self._definitions: dict[str, Any] = {}
        self._waiting: list[tuple[str, str, Any, Place, tuple[str, ...]]] = []
        """What is still to be translated: name, reference, node, where it stands, and on which way it was reached."""
        self._place = NOWHERE
        self._scope: tuple[str, ...] = ()
        """The schemas with an `$id` on the way here that have dynamic anchors, the outermost first."""
        self._recursive = ""
        """The definition that `$recursiveRef` leads to: the one in hand, where it has `$recursiveAnchor`."""

    def schema(self, node: Any) -> Schema:
        """Return the schema at `node`; raises UnresolvedReference or InvalidSchema."""
        try:
            if isinstance(node, dict) and isinstance(node.get("$ref"), str):
                self._document.find(node["$ref"])  # a schema that is nowhere is no schema, however tolerant
            schema = self._translate(node)
            while self._waiting:  # one after the other: chains of references are longer than Python's stack
                name, reference, target, self._place, self._scope = self._waiting.pop()
                self._recursive = name if isinstance(target, dict) and target.get("$recursiveAnchor") is True else ""
                self._definitions[name] = self._inheriting(target, reference, self._part(target))
        except RecursionError:
            raise InvalidSchema("the schema is nested too deeply") from None
        if not self._definitions or isinstance(schema, bool):
            return schema
        definitions = {**schema.get("$defs", {}), **self._definitions}
        return {**schema, "$defs": definitions}

    def _translate(self, node: Any, hidden: frozenset[str] = frozenset()) -> Schema:
        if isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            raise InvalidSchema(f"a schema is an object or a boolean, this is {kind(node)}")
        if not isinstance(node.get("$id"), str):
            return self._object(node, hidden)
        outer, scope = self._place, self._scope
        self._place = Place(node, joined(outer.base, node["$id"]))
        self._scope = self._widened(self._place)
        try:
            return self._object(node, hidden)
        finally:
            self._place, self._scope = outer, scope

    def _widened(self, place: Place) -> tuple[str, ...]:
        """Return the scope within a place."""
        base = place.base
        if not base or base in self._scope or base not in self._document.dynamic_anchors:
            return self._scope
        return (*self._scope, base)

    def _object(self, node: dict[str, Any], hidden: frozenset[str]) -> Schema:
        if "$recursiveRef" in node and self._recursive:
            return {"$ref": _pointer_to(self._recursive)}
        target, is_dynamic = node.get("$ref"), False
        if not isinstance(target, str) and isinstance(node.get("$dynamicRef"), str):
            target, is_dynamic = node["$dynamicRef"], True
        if isinstance(target, str):
            reference = {"$ref": _pointer_to(self._define(target, is_dynamic))}
            if not self._siblings_count or len(node) == 1:
                return reference
            return {**reference, **dict(self._members(node, hidden))}
        schema = dict(self._members(node, hidden))
        if node.get("nullable") is True and self._nullable:
            _allow_null(schema, strictly=self._for_samples)
        return schema

    def _part(self, node: Any, hidden: frozenset[str] = frozenset()) -> Schema:
        """Return the schema of a part; a tolerant bundle takes anything for one that cannot be read."""
        try:
            return self._translate(node, hidden)
        except (UnresolvedReference, InvalidSchema) as error:
            if not self._tolerant:
                raise
            self.complaints.append(str(error))
            return True

    def _members(self, node: dict[str, Any], hidden: frozenset[str]) -> Iterator[tuple[str, Any]]:
        barred = self._barred(node, hidden)
        branded = self._for_samples and isinstance(node.get("discriminator"), dict)
        for key, value in node.items():
            if key in _ANNOTATIONS or key.startswith("x-") or key in ("$ref", "$dynamicRef"):
                continue
            if self._terse and key in _PROSE:
                continue
            if key in _ONE and not isinstance(value, list):
                if key == "additionalItems" and isinstance(node.get("items"), list):
                    key = "items"  # as older drafts say what follows a list of schemas
                yield key, self._part(value)
            elif key in _MANY or key == "items":
                if isinstance(value, list) and key == "items":
                    key = "prefixItems"
                if not isinstance(value, list):
                    if self._tolerant:
                        self.complaints.append(f"{key} takes a list, this is {kind(value)}")
                        continue
                    raise InvalidSchema(f"{key} takes a list, this is {kind(value)}")
                parts = [self._part(each, barred if key == "allOf" else frozenset()) for each in value]
                if branded and key in ("oneOf", "anyOf"):
                    parts = [self._branded(node, each, part) for each, part in zip(value, parts, strict=True)]
                if key == "oneOf" and "anyOf" not in node and _tells_apart(node.get("discriminator")):
                    key = "anyOf"  # branches that overlap are why there is a discriminator
                yield key, parts
            elif key in _NAMED and isinstance(value, dict):
                yield key, {name: self._property(name, each, barred, key) for name, each in value.items()}
            elif key == "dependencies" and isinstance(value, dict):
                yield key, {name: each if isinstance(each, list) else self._part(each)
                            for name, each in value.items()}  # fmt: skip
            elif key == "required":
                if isinstance(value, list):  # `required: true` beside a property is a relic of draft 3
                    yield key, [name for name in value if name not in barred]
            elif key == "enum" and value == [] and (self._tolerant or self._for_samples):
                self.complaints.append("an enum without values is left out")
            elif key in ("exclusiveMinimum", "exclusiveMaximum") and isinstance(value, bool):
                bound = node.get(key[9:].lower())
                if value and isinstance(bound, int | float):
                    yield key, bound
            else:
                yield key, value

    def _property(self, name: str, node: Any, barred: frozenset[str], keyword: str) -> Schema:
        if self._for_samples and keyword == "properties" and name in barred:
            return False
        return self._part(node)

    # what is only written or only read ---------------------------------------------------------------------------

    def _barred(self, node: dict[str, Any], above: frozenset[str]) -> frozenset[str]:
        """Return the names of properties that do not travel in this direction, those of allOf's branches included."""
        if not self._hidden or not any(key in node for key in ("properties", "allOf", "required")):
            return frozenset()
        return above | frozenset(self._hidden_in(node, 0))

    def _hidden_in(self, node: Any, depth: int) -> Iterator[str]:
        try:
            node = self._document.resolve(node)
        except UnresolvedReference:
            return
        if not isinstance(node, dict) or depth > _DEEPEST_ALL_OF:
            return
        properties = node.get("properties")
        for name, inner in properties.items() if isinstance(properties, dict) else ():
            if self._is_hidden(inner):
                yield name
        for each in node["allOf"] if isinstance(node.get("allOf"), list) else ():
            yield from self._hidden_in(each, depth + 1)

    def _is_hidden(self, node: Any) -> bool:
        if isinstance(node, dict) and node.get(self._hidden) is True:
            return True
        try:
            node = self._document.resolve(node)
        except UnresolvedReference:
            return False
        return isinstance(node, dict) and node.get(self._hidden) is True

    # discriminators -----------------------------------------------------------------------------------------------

    def _branded(self, node: dict[str, Any], branch: Any, part: Schema) -> Schema:
        """Return a branch that also has the value by which the discriminator tells it from the others."""
        discriminator = node["discriminator"]
        name = discriminator.get("propertyName")
        reference = branch.get("$ref") if isinstance(branch, dict) else None
        if not isinstance(name, str) or not isinstance(reference, str):
            return part
        own = unquote(reference).rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~")
        mapping = discriminator.get("mapping")
        known = mapping.items() if isinstance(mapping, dict) else ()
        values = [value for value, target in known if target in (reference, own)]
        if not values and self._is_pinned(branch, name, 0):
            return {"allOf": [part, {"required": [name]}]}  # the schema says which value tells it, not its name
        return {"allOf": [part, {"required": [name], "properties": {name: {"enum": values or [own]}}}]}

    def _is_pinned(self, node: Any, name: str, depth: int) -> bool:
        """Say whether a schema lists the values that a property may have."""
        try:
            node = self._document.resolve(node)
            if not isinstance(node, dict) or depth > _DEEPEST_ALL_OF:
                return False
            properties = node.get("properties")
            if isinstance(properties, dict) and name in properties:
                inner = self._document.resolve(properties[name])
                return isinstance(inner, dict) and bool(inner.keys() & {"enum", "const"})
        except UnresolvedReference:
            return False
        above = node["allOf"] if isinstance(node.get("allOf"), list) else ()
        return any(self._is_pinned(each, name, depth + 1) for each in above)

    def _inheriting(self, node: Any, reference: str, part: Schema) -> Schema:
        """Return a schema that builds upon one with a discriminator with the value that tells it from others."""
        if not self._for_samples or not isinstance(node, dict) or not isinstance(node.get("allOf"), list):
            return part
        for each in node["allOf"]:
            try:
                above = self._document.resolve(each)
            except UnresolvedReference:
                continue
            if isinstance(above, dict) and above is not each and isinstance(above.get("discriminator"), dict):
                return self._branded(above, {"$ref": reference}, part)
        return part

    # definitions --------------------------------------------------------------------------------------------------

    def _define(self, reference: str, is_dynamic: bool) -> str:
        key = f"{id(self._place.home)}{self._place.base}{reference}" if self._place.home is not None else reference
        if is_dynamic or self._scope:
            key = f"{key} {is_dynamic} {self._scope}"  # what a dynamic reference in there means depends on the way
        if key not in self._names:
            node, place = self._document.located(reference, self._place)
            if is_dynamic:
                node, place = self._outermost(reference, node, place)
            name = base = unquote(reference).rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~") or "root"
            number = 1
            while name in self._definitions:
                number += 1
                name = f"{base}-{number}"
            self._names[key] = name
            self._definitions[name] = True  # taken
            self._waiting.append((name, reference, node, place, self._widened(place)))
        return self._names[key]

    def _outermost(self, reference: str, node: Any, place: Place) -> tuple[Any, Place]:
        """Return what a `$dynamicRef` leads to, given where it would lead as a `$ref`."""
        name = reference.partition("#")[2]
        if isinstance(node, dict) and node.get("$dynamicAnchor") == name:
            for base in self._scope:
                if (found := self._document.dynamic_anchors[base].get(name)) is not None:
                    return found
        return node, place


def _allow_null(schema: dict[str, Any], *, strictly: bool) -> None:
    """Say in JSON Schema what `nullable: true` says in OpenAPI 3.0.

    Strictly, that is next to a type and without an enum that leaves null out; authors mean more than that.
    """
    named = schema.get("type")
    if isinstance(named, str):
        schema["type"] = [named, "null"]
    if strictly:
        return
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    if named is None and "allOf" in schema:
        inner = {key: schema.pop(key) for key in list(schema) if key not in ("title", "description", "default")}
        schema["anyOf"] = [inner, {"type": "null"}]


def _tells_apart(discriminator: Any) -> bool:
    return isinstance(discriminator, dict) and isinstance(discriminator.get("propertyName"), str)


def _pointer_to(name: str) -> str:
    return "#/$defs/" + escape(name).replace("%", "%25")


def escape(part: str) -> str:
    """Return a part of a JSON Pointer, escaped."""
    return part.replace("~", "~0").replace("/", "~1")


def kind(value: Any) -> str:
    """Name the JSON type of a value for a message."""
    names = {dict: "an object", list: "an array", str: "text", bool: "a boolean", type(None): "nothing"}
    return names.get(type(value), "a number")
