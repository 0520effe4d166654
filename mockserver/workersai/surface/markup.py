"""Markup of strangers: parsed without the entities that a document declares, which may expand to anything."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat


class EntityDeclared(ValueError):
    """A document declares an entity."""


def parser(*, namespaces: bool = False) -> Any:
    """Return a parser that raises EntityDeclared where a document declares an entity, before it stands anywhere."""
    made = expat.ParserCreate(namespace_separator=" " if namespaces else None)
    made.EntityDeclHandler = _refuse
    return made


def check(content: bytes) -> None:
    """Raise ExpatError for what is no XML, and EntityDeclared."""
    parser().Parse(content, True)


def _refuse(name: str, *declared: Any) -> None:
    raise EntityDeclared(f"the entity {name[:40]!r} is declared")
