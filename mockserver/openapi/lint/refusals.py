"""What keeps lint from looking at a document at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockserver.openapi.lint.faults import Finding, Rule, kind, rule, shown
from mockserver.openapi.lint.subject import Subject

_MOST = 3_000_000
_DEEPEST = 400


@rule("not-openapi")
def not_openapi(subject: Subject) -> Iterator[Finding]:
    """The document is not OpenAPI 3.0 or 3.1.

    No other rule looks at it.
    """
    yield from ()  # `refused` finds it before there is a subject


@rule("document-unbounded")
def document_unbounded(subject: Subject) -> Iterator[Finding]:
    """The document holds itself, or its aliases unfold to millions of values.

    A YAML anchor may hold its own alias, and aliases of aliases double with every line. Such a document is no tree,
    and no other rule looks at it.
    """
    yield from ()  # `refused` finds it before there is a subject


def refused(content: Any) -> tuple[Rule, Finding] | None:
    """Return why no rule can look at `content`, None when they can."""
    if not isinstance(content, dict):
        return not_openapi, Finding((), "openapi", f"an OpenAPI document is an object, this is {kind(content)}")
    version = content.get("openapi")
    if not isinstance(version, str | float) or not str(version).startswith(("3.0", "3.1")):
        found = f"`openapi` is {shown(version, 40) if version is not None else 'missing'}"
        if "swagger" in content:
            found = f"this is swagger {shown(content['swagger'], 40)}"
        return not_openapi, Finding((), "openapi", f"{found}; OpenAPI 3.0 and 3.1 are read")
    size = _size(content, {}, 0)
    if size is None:
        return document_unbounded, Finding((), "", f"it holds itself, or is nested more than {_DEEPEST} deep")
    if size > _MOST:
        return document_unbounded, Finding((), "", f"its aliases unfold to {size} values; {_MOST} is the most")
    return None


def _size(node: Any, known: dict[int, int | None], depth: int) -> int | None:
    """Count the values that a node unfolds to, each shared part once; None when it holds itself or is too deep."""
    if not isinstance(node, dict | list):
        return 1
    if id(node) in known:
        return known[id(node)]
    known[id(node)] = None  # what is met again before it is counted holds itself
    total = 1
    for inner in node.values() if isinstance(node, dict) else node:
        size = _size(inner, known, depth + 1) if depth < _DEEPEST else None
        if size is None:
            return None
        total += size
    known[id(node)] = total
    return total


RULES: tuple[Rule, ...] = (not_openapi, document_unbounded)
