"""The kit's own checks. Each is a function; a module holds those of one kind and lists them in its `CHECKS`."""

from __future__ import annotations

from contracts.checks import (
    additive,
    auth,
    choices,
    conversions,
    document,
    envelope,
    error_bodies,
    http,
    identity,
    json_text,
    listings,
    media,
    methods,
    queues,
    responses,
    results,
    schemas,
    scores,
    stability,
    stream_arrival,
    stream_chunks,
    stream_likeness,
    stream_native,
    stream_responses,
    streams,
    structured,
    texts,
    tools,
    transcripts,
    usage,
    validation,
    vectors,
)
from contracts.checks.registry import AnyCheck, Check, GroupCheck, check, group_check, registry
from mockserver.registry import Registry

__all__ = ["AnyCheck", "Check", "GroupCheck", "builtin", "check", "group_check", "install"]

_MODULES = (
    document,
    http,
    json_text,
    methods,
    error_bodies,
    validation,
    additive,
    stability,
    streams,
    auth,
    usage,
    identity,
    choices,
    texts,
    tools,
    structured,
    envelope,
    vectors,
    scores,
    media,
    transcripts,
    results,
    listings,
    conversions,
    schemas,
    queues,
    responses,
    stream_chunks,
    stream_likeness,
    stream_native,
    stream_responses,
    stream_arrival,
)


def install(checks: Registry[AnyCheck]) -> None:
    """Add the built-in checks."""
    for module in _MODULES:
        for each in module.CHECKS:
            checks.add(each.name, each)


def builtin() -> Registry[AnyCheck]:
    """Return a registry of the built-in checks."""
    checks = registry()
    install(checks)
    return checks
