"""A view: everything that must hold at one place of a value, gathered from schemas that all apply there."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from mockserver.openapi.sampling.faults import Dead
from mockserver.openapi.sampling.references import Located
from mockserver.openapi.sampling.values import TYPES, canonical, type_of
from mockserver.openapi.validation import Schema

Branch = tuple[Located, ...]
"""Schemas that are taken together when one option of a choice is taken."""
Opens = tuple[tuple[int, ...], tuple[int, ...]]
"""Which rests (of properties, of items) are still open to what a subschema evaluates."""


@dataclass(slots=True)
class Choice:
    """A point where one of several branches has to be taken."""

    keyword: str
    options: list[Branch]
    opens: Opens
    rank: int = 0
    source: Located | None = None
    """The schema that a oneOf stands in."""


@dataclass(slots=True)
class Rest:
    """additionalProperties or unevaluatedProperties: what holds for names that nobody else has dealt with."""

    located: Located
    names: set[str] = field(default_factory=set)
    patterns: list[str] = field(default_factory=list)
    void: bool = False
    final: bool = False
    """Whether its names are all known: those of additionalProperties are, from the start."""

    def copy(self) -> Rest:
        """Return a copy that can be changed alone."""
        return Rest(self.located, set(self.names), list(self.patterns), self.void, self.final)

    def bars(self, name: str) -> bool:
        """Say whether no property may be called `name`, as far as that shows without reading patterns."""
        return self.final and self.located.schema is False and not self.patterns and name not in self.names


@dataclass(slots=True)
class ItemRest:
    """items or unevaluatedItems: what holds for items from `start` that nobody else has dealt with."""

    located: Located
    start: int = 0
    contained: list[Located] = field(default_factory=list)
    void: bool = False

    def copy(self) -> ItemRest:
        """Return a copy that can be changed alone."""
        return ItemRest(self.located, self.start, list(self.contained), self.void)


@dataclass(slots=True)
class View:
    """What must hold for one value."""

    types: set[str] = field(default_factory=lambda: set(TYPES))
    implied: dict[str, None] = field(default_factory=dict)
    enum: list[Any] | None = None
    excluded: list[Any] = field(default_factory=list)
    low: Fraction | None = None
    low_open: bool = False
    high: Fraction | None = None
    high_open: bool = False
    step: Fraction | None = None
    min_length: int = 0
    max_length: int | None = None
    patterns: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    properties: dict[str, list[Located]] = field(default_factory=dict)
    pattern_properties: list[tuple[str, Located]] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)
    property_names: list[Located] = field(default_factory=list)
    required: dict[str, None] = field(default_factory=dict)
    forbidden: dict[str, None] = field(default_factory=dict)
    some_patterns: list[str] = field(default_factory=list)
    some_names: list[Located] = field(default_factory=list)
    min_properties: int = 0
    max_properties: int | None = None
    dependents: list[tuple[str, list[str]]] = field(default_factory=list)
    prefix: list[list[Located]] = field(default_factory=list)
    item_rests: list[ItemRest] = field(default_factory=list)
    contains: list[tuple[Located, int, int | None]] = field(default_factory=list)
    unique: bool = False
    min_items: int = 0
    max_items: int | None = None
    examples: list[Any] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    sources: list[Located] = field(default_factory=list)
    seen: set[Any] = field(default_factory=set)
    risky: bool = False
    """Whether something was gathered that building alone does not guarantee."""

    @property
    def volume(self) -> int:
        """How much there is to copy."""
        return (
            len(self.seen)
            + len(self.choices)
            + len(self.required)
            + len(self.excluded)
            + 3 * len(self.properties)
            + 8 * len(self.rests)
            + sum(len(rest.names) for rest in self.rests)
        )

    def copy(self) -> View:
        """Return a copy that can be changed alone."""
        new = View.__new__(View)
        for name in _PLAIN:
            setattr(new, name, getattr(self, name))
        for name in _COPIED:
            setattr(new, name, getattr(self, name).copy())
        new.enum = self.enum
        new.properties = {name: list(nodes) for name, nodes in self.properties.items()}
        new.rests = [rest.copy() for rest in self.rests]
        new.item_rests = [rest.copy() for rest in self.item_rests]
        new.prefix = [list(nodes) for nodes in self.prefix]
        return new

    def bars(self, name: str) -> bool:
        """Say whether it shows at first sight that no property may be called `name`."""
        return (
            name in self.forbidden
            or any(rest.bars(name) for rest in self.rests)
            or any(_refuses(at.schema, name) for at in self.property_names)
        )

    def narrow(self) -> None:
        """Drop the types that the bounds rule out. Raises Dead when no type, or no listed value, is left."""
        types = self.types
        if self.max_length is not None and self.min_length > self.max_length:
            types.discard("string")
        if self.low is not None and self.high is not None:
            open_ended = self.low_open or self.high_open
            if self.low > self.high or (open_ended and self.low == self.high):
                types -= {"integer", "fraction"}
            elif math.floor(self.high) < self.low:
                types.discard("integer")
        if self.max_items is not None and self.min_items > self.max_items:
            types.discard("array")
        if self.max_properties is not None and max(self.min_properties, len(self.required)) > self.max_properties:
            types.discard("object")
        if "object" in types and any(map(self.bars, self.required)):
            types.discard("object")
        if self.step is not None and self.step.denominator == 1:
            types.discard("fraction")
        if self.enum is not None:
            barred = {canonical(value) for value in self.excluded}
            self.enum = [value for value in self.enum if type_of(value) in types and canonical(value) not in barred]
            if not self.enum:
                raise Dead("enum leaves no value")
        if not types:
            raise Dead("type leaves no type")


def _refuses(schema: Schema, name: str) -> bool:
    if isinstance(schema, bool):
        return not schema
    return (
        len(name) > schema.get("maxLength", len(name))
        or len(name) < schema.get("minLength", 0)
        or name not in schema.get("enum", [name])
    )


_PLAIN = (
    "low",
    "low_open",
    "high",
    "high_open",
    "step",
    "min_length",
    "max_length",
    "min_properties",
    "max_properties",
    "unique",
    "min_items",
    "max_items",
    "risky",
)
_COPIED = (
    "types",
    "implied",
    "excluded",
    "patterns",
    "formats",
    "pattern_properties",
    "property_names",
    "required",
    "forbidden",
    "some_patterns",
    "some_names",
    "dependents",
    "contains",
    "examples",
    "choices",
    "sources",
    "seen",
)
