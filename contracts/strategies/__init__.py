"""The kit's own cases. A strategy is a function; a module holds those of one kind and lists them in `STRATEGIES`.

Where the budget of an operation does not hold everything, strategies take turns, in the order of this list.
"""

from __future__ import annotations

from contracts.strategies import (
    batches,
    conversations,
    credentials,
    crowds,
    families,
    listings,
    malformed,
    media,
    methods,
    parameters,
    paths,
    queries,
    queues,
    repetitions,
    sequences,
    smoke,
    streams,
    tooling,
    violations,
)
from contracts.strategies.registry import Strategy, registry, strategy
from mockserver.registry import Registry

__all__ = ["Strategy", "builtin", "install", "strategy"]

_MODULES = (
    smoke,
    credentials,
    listings,
    streams,
    sequences,
    repetitions,
    parameters,
    queries,
    paths,
    violations,
    malformed,
    methods,
    conversations,
    tooling,
    batches,
    families,
    media,
    crowds,
    queues,
)


def install(strategies: Registry[Strategy]) -> None:
    """Add the built-in strategies."""
    for module in _MODULES:
        for each in module.STRATEGIES:
            strategies.add(each.name, each)


def builtin() -> Registry[Strategy]:
    """Return a registry of the built-in strategies."""
    strategies = registry()
    install(strategies)
    return strategies
