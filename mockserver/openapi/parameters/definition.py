"""One parameter as a document defines it, compiled on first use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mockserver.errors import InvalidSchema, UnresolvedReference
from mockserver.openapi.document import Document
from mockserver.openapi.operations import Operation
from mockserver.openapi.parameters.kinds import Shape
from mockserver.openapi.parameters.styles import DEFAULTS, STYLES
from mockserver.openapi.validation import Schema, Validator, compiled

_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))
"""Header parameters of these names mean nothing, OpenAPI says."""


@dataclass(frozen=True)
class Parameter:
    """What a document says of one parameter."""

    document: Document
    raw: Mapping[str, Any]
    name: str
    location: str
    """path, query, header or cookie."""
    pointer: str
    """Where the operation stands that has it."""

    @property
    def required(self) -> bool:
        """Whether a request without it is refused."""
        return self.raw.get("required") is True or self.location == "path"

    @property
    def allows_empty(self) -> bool:
        """Whether `?name=` is right whatever the schema says."""
        return self.raw.get("allowEmptyValue") is True and self.location == "query"

    @property
    def style(self) -> str:
        """The style in force; one that the location does not know is its default."""
        named = self.raw.get("style")
        return named if named in STYLES[self.location] else DEFAULTS[self.location]

    @property
    def explode(self) -> bool:
        """Whether items and members are written apart."""
        named = self.raw.get("explode")
        return named if isinstance(named, bool) else self.style == "form"

    @cached_property
    def media_type(self) -> str | None:
        """The media type of a parameter that has `content` instead of a schema."""
        content = self.raw.get("content")
        if "schema" in self.raw or not isinstance(content, dict) or not content:
            return None
        return str(next(iter(content))).split(";", 1)[0].strip().lower()

    @cached_property
    def schema(self) -> Schema:
        """The schema as a self-contained JSON Schema; `True`, with a diagnostic, where it cannot be used."""
        node: Any = self.raw.get("schema", True)
        if self.media_type is not None:
            entry = next(iter(self.raw["content"].values()))
            node = entry.get("schema", True) if isinstance(entry, dict) else True
        try:
            schema, _, complaints = self.document.tolerated(node, direction="request")
        except (UnresolvedReference, InvalidSchema) as error:
            schema, complaints = True, [f"not checked: {error}"]
        for complaint in complaints:
            self.document.report(self.pointer, f"the {self.location} parameter {self.name}: {complaint}")
        return schema

    @cached_property
    def validator(self) -> Validator:
        """The compiled schema."""
        return compiled(self.schema)

    @cached_property
    def shape(self) -> Shape:
        """What the schema says about types."""
        return Shape.of(self.schema)


def parameters_of(operation: Operation) -> tuple[Parameter, ...]:
    """Return the parameters of an operation that mean something, those of its path included.

    One without a name or a known location costs itself, with a diagnostic.
    """
    found = []
    for raw in operation.parameters:
        name, location = raw.get("name"), raw.get("in")
        if not isinstance(name, str) or location not in DEFAULTS:
            told = f"the parameter {name!r} in {location!r} is left out: in is one of {', '.join(DEFAULTS)}"
            operation.document.report(operation.pointer, told)
        elif location != "header" or name.lower() not in _IGNORED_HEADERS:
            found.append(Parameter(operation.document, raw, name, location, operation.pointer))
    return tuple(found)
