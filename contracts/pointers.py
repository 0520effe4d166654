"""Names in JSON Pointers (RFC 6901), which findings use for places."""

from __future__ import annotations


def escaped(name: str) -> str:
    """Return a member's name as a part of a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def unescaped(part: str) -> str:
    """Return the member's name that a part of a pointer stands for."""
    return part.replace("~1", "/").replace("~0", "~")
