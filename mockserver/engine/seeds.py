"""Seeds: the only module that makes random generators, from the seed and the inputs that decide a piece."""

from __future__ import annotations

import json
import random
from hashlib import blake2b
from typing import Any

import orjson

_NULLS_DEPTH = 20
_SORTED = orjson.OPT_SORT_KEYS


def digest(*parts: bytes | str | int) -> bytes:
    """Return 32 bytes that depend on every part and on where each ends; the same on every machine."""
    if len(parts) == 1 and isinstance(parts[0], bytes):
        return blake2b(parts[0], digest_size=32).digest()
    encoded = [part if isinstance(part, bytes) else str(part).encode("utf-8", "surrogatepass") for part in parts]
    if len(encoded) > 1:
        encoded.insert(0, b",".join([b"%d" % len(part) for part in encoded]))
    return blake2b(b"\0".join(encoded), digest_size=32).digest()


def canonical(value: Any, raw: bytes = b"") -> bytes:
    """Return the bytes that stand for a JSON value whatever the order of its members.

    `raw` stands for a value that is nested past what Python can walk (about 900 levels).
    """
    try:
        return orjson.dumps(value, option=_SORTED)
    except orjson.JSONEncodeError:  # nested past orjson's 254 levels, or integers past 64 bits
        try:
            return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
                "utf-8", "surrogatepass"
            )
        except RecursionError:
            return raw


def without_nulls(value: Any, depth: int = 0) -> Any:
    """Return a JSON value without members that are null: a member that is null and one left out say the same.

    Twenty levels deep; below, values stay as they are.
    """
    if depth > _NULLS_DEPTH:
        return value
    if isinstance(value, dict):
        return {name: without_nulls(each, depth + 1) for name, each in value.items() if each is not None}
    return [without_nulls(each, depth + 1) for each in value] if isinstance(value, list) else value


def request_digest(seed: int, matched: bytes, query: str, body: bytes) -> bytes:
    """Return what every answer to a request depends on.

    `matched` stands for the operation and its parameters, `body` is canonical already.
    """
    if not query:
        return blake2b(b"%d\0%b\0\0%b" % (seed, matched, body), digest_size=32).digest()
    ordered = "&".join(sorted(query.split("&"))).encode("utf-8", "surrogatepass")
    return blake2b(b"\0".join((str(seed).encode(), matched, ordered, body)), digest_size=32).digest()


def generator(seed: bytes) -> random.Random:
    """Return a random generator that depends on the seed alone."""
    return random.Random(seed)
