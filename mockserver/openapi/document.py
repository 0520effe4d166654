"""An OpenAPI document: its operations, its references, and its schemas as self-contained JSON Schemas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from mockserver.errors import DocumentError, InvalidSchema, UnresolvedReference
from mockserver.openapi.operations import METHODS, Operation
from mockserver.openapi.validation import Schema

_ONE = frozenset(
    "additionalItems additionalProperties contains contentSchema else if items not propertyNames then "
    "unevaluatedItems unevaluatedProperties".split()
)
_MANY = frozenset("allOf anyOf oneOf prefixItems".split())
_NAMED = frozenset("$defs definitions dependentSchemas patternProperties properties".split())
_ANNOTATIONS = frozenset("example examples discriminator xml externalDocs deprecated nullable".split())


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something that is wrong with a document, and what it costs."""

    pointer: str
    message: str


class Document:
    """A parsed OpenAPI 3.0 or 3.1 document.

    Reading it is cheap: operations are listed, everything else happens on first use. What cannot be resolved
    costs the operation that needs it; `diagnostics` says which and why.
    """

    def __init__(self, content: Any, name: str = "document") -> None:
        if not isinstance(content, dict):
            raise DocumentError(f"{name}: an OpenAPI document is an object, this is {_kind(content)}")
        version = content.get("openapi")
        if not isinstance(version, str | int | float) or not str(version).startswith(("3.0", "3.1")):
            found = f"swagger {content['swagger']}" if "swagger" in content else f"openapi {version!r}"
            raise DocumentError(f"{name}: this is {found}; OpenAPI 3.0 and 3.1 are read")
        if not isinstance(content.get("paths", {}), dict):
            raise DocumentError(f"{name}: `paths` is {_kind(content['paths'])}, it has to be an object")
        self.content: dict[str, Any] = content
        self.name = name
        self.version = str(version)[:3]
        self.diagnostics: list[Diagnostic] = []

    @property
    def title(self) -> str:
        """The API's title."""
        info = self.content.get("info")
        return str(info.get("title", self.name)) if isinstance(info, dict) else self.name

    @cached_property
    def base_paths(self) -> tuple[str, ...]:
        """The paths of the document's servers, without a trailing slash, "" left out."""
        found: dict[str, None] = {}
        for server in self.content.get("servers") or ():
            if isinstance(server, dict) and isinstance(server.get("url"), str):
                url = server["url"]
                for variable, setting in (server.get("variables") or {}).items():
                    url = url.replace("{" + variable + "}", str((setting or {}).get("default", "")))
                found[urlsplit(url).path.rstrip("/")] = None
        return tuple(path for path in found if path)

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Every operation by its id; one without an operationId is called `METHOD /path`."""
        found: dict[str, Operation] = {}
        for path, item in (self.content.get("paths") or {}).items():
            pointer = "/paths/" + _escape(path)
            try:
                item = self.resolve(item)
            except UnresolvedReference as error:
                self.diagnostics.append(Diagnostic(pointer, str(error)))
                continue
            if not isinstance(item, dict):
                self.diagnostics.append(Diagnostic(pointer, f"a path item is an object, this is {_kind(item)}"))
                continue
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    operation = Operation(self, path, method.upper(), item[method], item, f"{pointer}/{method}")
                    if operation.id in found:
                        self.diagnostics.append(
                            Diagnostic(operation.pointer, f"the operationId {operation.id!r} is taken already")
                        )
                        operation.id = f"{operation.method} {path}"
                    found[operation.id] = operation
        return found

    def at(self, pointer: str) -> Any:
        """Return the node at a JSON Pointer; raises UnresolvedReference."""
        node: Any = self.content
        for part in pointer.split("/")[1:]:
            part = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, dict) and part in node:
                node = node[part]
            elif isinstance(node, list) and part.isdecimal() and int(part) < len(node):
                node = node[int(part)]
            else:
                raise UnresolvedReference(f"nothing at #{pointer}")
        return node

    def resolve(self, node: Any) -> Any:
        """Follow `$ref` until something else is found; raises UnresolvedReference."""
        seen = set()
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            if reference in seen:
                raise UnresolvedReference(f"{reference} refers to itself")
            seen.add(reference)
            node = self.at(_local(reference))
        return node

    def standalone(self, node: Any, *, direction: str = "") -> Schema:
        """Return the schema at `node` as a self-contained JSON Schema 2020-12.

        References become `#/$defs/...`; OpenAPI 3.0's dialect is translated. With `direction` "request" a
        readOnly property is not required, with "response" a writeOnly one is not. Raises UnresolvedReference
        or InvalidSchema.
        """
        return _Bundle(self, direction).schema(node)


class _Bundle:
    """One schema and everything it refers to."""

    def __init__(self, document: Document, direction: str) -> None:
        self._document = document
        self._hidden = {"request": "readOnly", "response": "writeOnly"}.get(direction, "")
        self._siblings_count = document.version != "3.0"
        self._names: dict[str, str] = {}
        self._definitions: dict[str, Any] = {}

    def schema(self, node: Any) -> Schema:
        try:
            schema = self._translate(node)
        except RecursionError:
            raise InvalidSchema("the schema is nested too deeply") from None
        if not self._definitions or isinstance(schema, bool):
            return schema
        definitions = {**schema.get("$defs", {}), **self._definitions}
        return {**schema, "$defs": definitions}

    def _translate(self, node: Any) -> Schema:
        if isinstance(node, bool):
            return node
        if not isinstance(node, dict):
            raise InvalidSchema(f"a schema is an object or a boolean, this is {_kind(node)}")
        if isinstance(node.get("$ref"), str):
            reference = {"$ref": "#/$defs/" + _escape(self._define(node["$ref"]))}
            if not self._siblings_count or len(node) == 1:
                return reference
            return {**reference, **dict(self._members(node, skip="$ref"))}
        schema = dict(self._members(node))
        if node.get("nullable") is True:
            _allow_null(schema)
        return schema

    def _members(self, node: dict[str, Any], skip: str = "") -> Iterator[tuple[str, Any]]:
        for key, value in node.items():
            if key == skip or key in _ANNOTATIONS or key.startswith("x-"):
                continue
            if key in _ONE and not isinstance(value, list):
                yield key, self._translate(value)
            elif key in _MANY or key == "items":
                if isinstance(value, list) and key == "items":
                    key = "prefixItems"
                if not isinstance(value, list):
                    raise InvalidSchema(f"{key} takes a list, this is {_kind(value)}")
                yield key, [self._translate(each) for each in value]
            elif key in _NAMED and isinstance(value, dict):
                yield key, {name: self._translate(each) for name, each in value.items()}
            elif key == "dependencies" and isinstance(value, dict):
                yield key, {name: each if isinstance(each, list) else self._translate(each)
                            for name, each in value.items()}  # fmt: skip
            elif key == "required":
                if isinstance(value, list):  # `required: true` beside a property is a relic of draft 3
                    yield key, self._required(node, value)
            elif key in ("exclusiveMinimum", "exclusiveMaximum") and isinstance(value, bool):
                bound = node.get(key[9:].lower())
                if value and isinstance(bound, int | float):
                    yield key, bound
            else:
                yield key, value

    def _required(self, node: dict[str, Any], names: list[Any]) -> list[Any]:
        properties = node.get("properties")
        if not self._hidden or not isinstance(properties, dict):
            return names
        return [name for name in names if not self._is_hidden(properties.get(name))]

    def _is_hidden(self, node: Any) -> bool:
        try:
            node = self._document.resolve(node)
        except UnresolvedReference:
            return False
        return isinstance(node, dict) and node.get(self._hidden) is True

    def _define(self, reference: str) -> str:
        pointer = _local(reference)
        if pointer not in self._names:
            name = base = pointer.rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~") or "root"
            number = 1
            while name in self._definitions:
                number += 1
                name = f"{base}-{number}"
            self._names[pointer] = name
            self._definitions[name] = True  # taken: a recursive reference finds the name
            self._definitions[name] = self._translate(self._document.at(pointer))
        return self._names[pointer]


def _allow_null(schema: dict[str, Any]) -> None:
    """Say in JSON Schema what `nullable: true` says in OpenAPI 3.0."""
    kind = schema.get("type")
    if isinstance(kind, str):
        schema["type"] = [kind, "null"]
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    if kind is None and "allOf" in schema:
        inner = {key: schema.pop(key) for key in list(schema) if key not in ("title", "description", "default")}
        schema["anyOf"] = [inner, {"type": "null"}]


def _local(reference: str) -> str:
    """Return the JSON Pointer of a local reference."""
    if not reference.startswith("#"):
        raise UnresolvedReference(f"{reference} is not in this document; only local references are followed")
    fragment = unquote(reference[1:])
    if fragment and not fragment.startswith("/"):
        raise UnresolvedReference(f"{reference} is an anchor; a local reference is a JSON Pointer, #/...")
    return fragment


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _kind(value: Any) -> str:
    """Name the JSON type of a value for a message."""
    names = {dict: "an object", list: "an array", str: "text", bool: "a boolean", type(None): "nothing"}
    return names.get(type(value), "a number")
