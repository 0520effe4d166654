"""Times and ids of answers: made from the request, or of the machine's clock when that is asked for."""

from __future__ import annotations

import time

from mockserver.engine.invocation import Invocation

_FIRST = 1_767_225_600_000  # 2026-01-01T00:00:00Z
_MILLISECONDS = 300 * 86_400_000


def milliseconds(invocation: Invocation) -> int:
    """Return when an answer was made, in milliseconds since the epoch."""
    if invocation.settings.clock == "real":
        return time.time_ns() // 1_000_000
    return _FIRST + int.from_bytes(invocation.seed[:6], "big") % _MILLISECONDS


def hexadecimal(invocation: Invocation, start: int, length: int) -> str:
    """Return `length` hex digits that belong to this request; `start` tells several ids of it apart."""
    digits = invocation.seed.hex()
    return (digits + digits)[start : start + length]


def uuid(digits: str) -> str:
    """Return the uuid in 32 or more hex digits of a request's seed."""
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"
