"""Dispatchers that help where another one finds nothing, and those that let another server answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from mockserver.engine.dispatchers.decisions import Decision, Dispatcher, Forward, Maker, Making
from mockserver.engine.invocation import Invocation


def fallback(rules: Any, making: Making) -> Dispatcher | None:
    """Choose the example called `fallback` where the inner dispatcher finds none; without rules never choose."""
    members = making.members(rules)
    if not members:
        return None
    name = making.known(members.get("fallback"), "FALLBACK: the fallback")
    inner, pairs = making.inner(members), making.pairs
    if inner is None:
        return lambda invocation: (name,)

    def dispatch(invocation: Invocation) -> Decision:
        decided = inner(invocation)
        if isinstance(decided, Forward):
            return decided
        return tuple(each for each in decided if each in pairs) or (name,)

    return dispatch


def proxy(rules: Any, making: Making) -> Dispatcher | None:
    """Let the server at a base URL answer every request."""
    forward = Forward(_base_url(rules, making, "PROXY: the rules are"))
    return lambda invocation: forward


def proxy_fallback(rules: Any, making: Making) -> Dispatcher | None:
    """Let the server at `proxyUrl` answer where the inner dispatcher finds no example."""
    members = making.members(rules)
    forward = Forward(_base_url(members.get("proxyUrl"), making, "PROXY_FALLBACK: proxyUrl is"))
    inner, pairs = making.inner(members), making.pairs
    if inner is None:
        return lambda invocation: forward

    def dispatch(invocation: Invocation) -> Decision:
        decided = inner(invocation)
        if isinstance(decided, Forward):
            return decided
        return tuple(each for each in decided if each in pairs) or forward

    return dispatch


MAKERS: dict[str, Maker] = {"FALLBACK": fallback, "PROXY": proxy, "PROXY_FALLBACK": proxy_fallback}


def _base_url(written: Any, making: Making, role: str) -> str:
    try:
        parts = urlsplit(written.strip()) if isinstance(written, str) else None
        sound = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise making.refusal(f"{role} a base URL like https://api.example.com/v1, this is {written!r:.80}")
    return str(written).strip().rstrip("/")
