"""Text models with a trade (`kind` in the catalogue): what they say instead of an answer in prose."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from mockserver.workersai.conversation import Conversation

TRADES: Mapping[str, str] = {
    "guard": "guard",
    "sql": "sql",
    "code": "code",
    "completion": "completion",
    "tongue": "tongues",
}
"""A kind of model and the module below `fakes` that speaks for it, imported when it is first asked."""


def write(kind: str, conversation: Conversation, seed: bytes) -> str | None:
    """Return the text of a model of some kind, None where it answers like any other."""
    if kind not in TRADES:
        return None
    said: str | None = _module(kind).write(conversation, seed)
    return said


def value(kind: str, conversation: Conversation) -> dict[str, Any] | None:
    """Return the JSON of a model of some kind that was asked for an object without a schema, None for any object."""
    found: dict[str, Any] | None = None
    if kind in TRADES and hasattr(_module(kind), "value"):
        found = _module(kind).value(conversation)
    return found


@cache
def _module(kind: str) -> Any:
    return import_module(f"mockserver.workersai.fakes.{TRADES[kind]}")
