"""Servers with one flaw each: what a contract kit has to find."""

from __future__ import annotations

from types import ModuleType

from tests.contracts.flaws import (
    additive,
    auth,
    conversation,
    corners,
    document,
    http,
    models,
    neglected,
    overlooked,
    stability,
    streams,
    validation,
)
from tests.contracts.flaws.flaw import KINDS, Flaw
from tests.contracts.flaws.server import Tampered, serve

__all__ = ["FLAWS", "KINDS", "Flaw", "Tampered", "serve"]


def _flaws_of(module: ModuleType) -> list[Flaw]:
    return [value for value in vars(module).values() if isinstance(value, Flaw)]


FLAWS: tuple[Flaw, ...] = tuple(
    flaw
    for module in (
        document,
        http,
        auth,
        validation,
        conversation,
        models,
        streams,
        stability,
        additive,
        corners,
        overlooked,
        neglected,
    )
    for flaw in _flaws_of(module)
)
