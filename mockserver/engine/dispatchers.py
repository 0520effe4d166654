"""Dispatchers: which named example answers a request, in Microcks' words (`x-microcks-operation`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.errors import UnknownName, UsageError
from mockserver.openapi.operations import Operation
from mockserver.registry import Registry

Dispatcher = Callable[[Invocation], "str | None"]
"""Returns the name of an example, None when it chooses nothing."""

Maker = Callable[[Mapping[str, Any]], "Dispatcher | None"]
"""Makes a dispatcher from an operation's `dispatcherRules`; None for rules that never choose."""

EXTENSION = "x-microcks-operation"


def fallback(rules: Mapping[str, Any]) -> Dispatcher | None:
    """Choose the example called `fallback`; without rules nothing is chosen."""
    name = rules.get("fallback")
    return (lambda invocation: name) if isinstance(name, str) else None


def built_in() -> Registry[Maker]:
    """Return the dispatchers that come with the mock."""
    return Registry("dispatcher", {"FALLBACK": fallback})


def dispatcher_of(operation: Operation, makers: Registry[Maker]) -> Dispatcher | None:
    """Return the dispatcher that an operation asks for; raises UsageError for a name or rules that are not known."""
    asked = operation.raw.get(EXTENSION)
    if not isinstance(asked, Mapping) or not isinstance(asked.get("dispatcher"), str):
        return None
    try:
        make = makers[asked["dispatcher"]]
    except UnknownName as error:
        raise UsageError(f"{operation.id}: {error}") from None
    return make(_rules(asked.get("dispatcherRules"), operation))


def _rules(written: Any, operation: Operation) -> Mapping[str, Any]:
    """Return dispatcher rules, which are an object or JSON text that holds one."""
    if written is None:
        return {}
    if isinstance(written, str):
        import orjson

        try:
            written = orjson.loads(written)
        except orjson.JSONDecodeError:
            return {"exp": written}
    if not isinstance(written, Mapping):
        raise UsageError(f"{operation.id}: dispatcherRules are an object or text, this is {type(written).__name__}")
    return written
