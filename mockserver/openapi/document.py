"""An OpenAPI document: its operations, its references, and its schemas as self-contained JSON Schemas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mockserver.errors import DocumentError, InvalidSchema, UnresolvedReference
from mockserver.openapi.bundling import Bundle, escape, kind
from mockserver.openapi.files import Files, Stamp, split
from mockserver.openapi.identities import NOWHERE, Place, identities, joined
from mockserver.openapi.operations import METHODS, Operation
from mockserver.openapi.servers import base_paths
from mockserver.openapi.validation import Schema, Validator, compiled


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something that is wrong with a document, and what it costs."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}" if self.pointer else self.message


class Document:
    """A parsed OpenAPI 3.0 or 3.1 document.

    Reading it is cheap: operations are listed, everything else happens on first use. What cannot be resolved
    costs the operation that needs it; `diagnostics` says which and why. References lead into the document itself
    and, with `files`, into files beside it.
    """

    def __init__(self, content: Any, name: str = "document", files: Files | None = None) -> None:
        if not isinstance(content, dict):
            raise DocumentError(f"{name}: an OpenAPI document is an object, this is {kind(content)}")
        version = content.get("openapi")
        if not isinstance(version, str | int | float) or not str(version).startswith(("3.0", "3.1")):
            found = f"swagger {content['swagger']}" if "swagger" in content else f"openapi {version!r}"
            raise DocumentError(f"{name}: this is {found}; OpenAPI 3.0 and 3.1 are read")
        if not isinstance(content.get("paths", {}), dict):
            raise DocumentError(f"{name}: `paths` is {kind(content['paths'])}, it has to be an object")
        self.content: dict[str, Any] = content
        self.name = name
        self.version = str(version)[:3]
        self.diagnostics: list[Diagnostic] = []
        self.listener: Callable[[Diagnostic], None] | None = None
        """Is told what is found from now on, which is most of it: parts are read on first use."""
        self._files = files

    def report(self, pointer: str, message: str) -> None:
        """Note a diagnostic, once."""
        diagnostic = Diagnostic(pointer, message)
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)
            if self.listener is not None:
                self.listener(diagnostic)

    def containing(self, content: Any) -> Document:
        """Return a document of this name, beside the same files, with other content."""
        return Document(content, self.name, self._files)

    @property
    def other_files(self) -> dict[Path, Stamp | None]:
        """The files beside the document that its references have led to so far, as they were then."""
        return {} if self._files is None else dict(self._files.places)

    def read_files_of(self, other: Document) -> None:
        """Read the files beside the document that another version of it has read; raises UnresolvedReference."""
        if self._files is not None and other._files is not None:
            self._files.read_again(other._files)

    @property
    def title(self) -> str:
        """The API's title."""
        info = self.content.get("info")
        return str(info.get("title", self.name)) if isinstance(info, dict) else self.name

    @cached_property
    def base_paths(self) -> tuple[str, ...]:
        """The paths of the document's servers, without a trailing slash, "" left out."""
        return base_paths(self.content.get("servers"))

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """Every operation by its id; one without an operationId is called `METHOD /path`."""
        found: dict[str, Operation] = {}
        webhooks = self.content.get("webhooks")
        if isinstance(webhooks, dict) and webhooks:
            told = f"{len(webhooks)} webhooks are not served: they are requests that a client answers"
            self.report("/webhooks", told)
        for path, item in (self.content.get("paths") or {}).items():
            pointer = "/paths/" + escape(path)
            try:
                beside = {name: each for name, each in item.items() if name != "$ref"} if isinstance(item, dict) else {}
                item = self.resolve(item)
                if beside and isinstance(item, dict):
                    item = {**item, **beside}  # a path item may refer to another and add to it
            except UnresolvedReference as error:
                self.report(pointer, str(error))
                continue
            if not isinstance(item, dict):
                self.report(pointer, f"a path item is an object, this is {kind(item)}")
                continue
            for method in METHODS:
                if method in item and not isinstance(item[method], dict):
                    self.report(f"{pointer}/{method}", f"an operation is an object, this is {kind(item[method])}")
                elif method in item:
                    operation = Operation(self, path, method.upper(), item[method], item, f"{pointer}/{method}")
                    if operation.id in found:
                        self.report(operation.pointer, f"the operationId {operation.id!r} is taken already")
                        operation.id = f"{operation.method} {path}"
                    found[operation.id] = operation
        return found

    def at(self, pointer: str) -> Any:
        """Return the node at a JSON Pointer; raises UnresolvedReference."""
        return _pointed(self.content, pointer, "#" + pointer)

    def resolve(self, node: Any, place: Place = NOWHERE) -> Any:
        """Follow `$ref`, from a node that stands at `place`, until something else is found.

        Raises UnresolvedReference.
        """
        seen = set()
        while isinstance(node, dict) and isinstance(node.get("$ref"), str):
            reference = node["$ref"]
            if reference in seen:
                raise UnresolvedReference(f"{reference} refers to itself")
            seen.add(reference)
            node, place = self.located(reference, place)
            if isinstance(node, dict) and isinstance(node.get("$id"), str):
                place = Place(node, joined(place.base, node["$id"]))
        return node

    def find(self, reference: str) -> Any:
        """Return what a reference leads to; raises UnresolvedReference."""
        return self.located(reference, NOWHERE)[0]

    def located(self, reference: str, place: Place) -> tuple[Any, Place]:
        """Return what a reference leads to that stands at `place`, and where that is. Raises UnresolvedReference."""
        file, fragment = split(reference)
        is_pointer = not fragment or fragment.startswith("/")
        if not file and is_pointer:
            return _pointed(self.content if place.home is None else place.home, fragment, reference), place
        if (named := self._named(reference, place)) is not None:
            return named
        if not file:
            raise UnresolvedReference(f"{reference} is an anchor that no schema has; `#/...` is a JSON Pointer")
        if self._files is None:
            raise UnresolvedReference(f"{reference} is not in this document; only local references are followed")
        content = self._files.content(file)
        if not is_pointer:
            raise UnresolvedReference(f"{reference} is an anchor in another file; a JSON Pointer would be right")
        return _pointed(content, fragment, reference), NOWHERE

    def file(self, name: str) -> bytes:
        """Return the bytes of a file beside the document; raises UnresolvedReference."""
        if self._files is None:
            raise UnresolvedReference(f"{name} is not in this document")
        return self._files.data(split(name)[0])

    def _named(self, reference: str, place: Place) -> tuple[Any, Place] | None:
        """Return the schema that calls itself so, None when there is none."""
        for name in (joined(place.base, reference), reference):
            if name in self._identities:
                return self._identities[name]
            base, _, pointer = name.partition("#")
            if pointer.startswith("/") and base in self._identities:
                node, inner = self._identities[base]
                return _pointed(node, split("#" + pointer)[1], reference), inner
        return None

    @cached_property
    def _identities(self) -> dict[str, tuple[Any, Place]]:
        return identities(self.content)

    @cached_property
    def dynamic_anchors(self) -> dict[str, dict[str, tuple[Any, Place]]]:
        """The schemas with a `$dynamicAnchor`, by the address of the schema with an `$id` around them and by name."""
        found: dict[str, dict[str, tuple[Any, Place]]] = {}
        for key, (node, place) in self._identities.items():
            base, _, name = key.partition("#")
            if base and node.get("$dynamicAnchor") == name:
                found.setdefault(base, {})[name] = node, place
        return found

    def standalone(self, node: Any, *, direction: str = "", for_samples: bool = False) -> Schema:
        """Return the schema at `node` as a self-contained JSON Schema 2020-12.

        References become `#/$defs/...`; OpenAPI 3.0's dialect is translated. With `direction` "request" a
        readOnly property is not required, with "response" a writeOnly one is not. `for_samples` bars such
        properties, and asks for the values of discriminators. Raises UnresolvedReference or InvalidSchema.
        """
        return Bundle(self, direction, for_samples=for_samples).schema(node)

    def tolerated(self, node: Any, *, direction: str = "") -> tuple[Schema, Validator, list[str]]:
        """Return the schema at `node` without the parts that cannot be read, compiled, and what those parts are.

        Raises UnresolvedReference or InvalidSchema where nothing of it can be used.
        """
        bundle = Bundle(self, direction, tolerant=True)
        schema = bundle.schema(node)
        try:
            return schema, compiled(schema), bundle.complaints
        except InvalidSchema:
            from mockserver.openapi.tolerance import mended

            mild, complaints = mended(schema)
            if not complaints:
                raise
            return mild, compiled(mild), [*bundle.complaints, *complaints]


def _pointed(node: Any, pointer: str, reference: str) -> Any:
    """Follow a JSON Pointer; raises UnresolvedReference."""
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and part in node:
            node = node[part]
        elif isinstance(node, list) and part.isdecimal() and int(part) < len(node):
            node = node[int(part)]
        else:
            raise UnresolvedReference(f"nothing at {reference}")
    return node
