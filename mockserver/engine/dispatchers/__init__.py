"""Dispatchers: which named example answers a request, in Microcks' words (`x-microcks-operation`)."""

from __future__ import annotations

from mockserver.engine.dispatchers import chances, fallbacks, fingerprints, json_body, scripts
from mockserver.engine.dispatchers.decisions import Decision, Dispatcher, Forward, Maker, Making
from mockserver.engine.dispatchers.inference import INFERRED, inferred
from mockserver.engine.pairs import Pairs
from mockserver.errors import UnknownName, UsageError
from mockserver.openapi.extensions import OPERATION
from mockserver.openapi.operations import Operation
from mockserver.registry import Registry

__all__ = [
    "INFERRED",
    "Decision",
    "Dispatcher",
    "Forward",
    "Maker",
    "Making",
    "built_in",
    "dispatcher_of",
    "inferred",
]


def built_in() -> Registry[Maker]:
    """Return the dispatchers that come with the mock."""
    modules = (fingerprints, json_body, chances, fallbacks, scripts)
    return Registry("dispatcher", {name: maker for module in modules for name, maker in module.MAKERS.items()})


def dispatcher_of(operation: Operation, pairs: Pairs, makers: Registry[Maker]) -> Dispatcher | None:
    """Return the dispatcher that an operation asks for, None when it asks for none or its rules are empty.

    Raises UsageError for a name that is not known and for rules that cannot be followed.
    """
    asked = operation.raw.get(OPERATION)
    name = asked.get("dispatcher") if isinstance(asked, dict) else None
    if not isinstance(asked, dict) or not name:
        return None
    try:
        return Making(operation, pairs, makers).make(name, asked.get("dispatcherRules"))
    except UnknownName as error:
        raise UsageError(f"{operation.id}: {error}") from None
