"""Room on the stack for deeply nested values."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

DEEPEST = 200
"""No value is nested deeper than this."""
USUAL = 60
"""The depth that the interpreter's usual recursion limit has room for."""
_FRAMES = (DEEPEST - USUAL) * 12

_lock = Lock()
_inside = 0
_before = 0


@contextmanager
def room() -> Iterator[None]:
    """Raise the recursion limit while values between USUAL and DEEPEST are built.

    The limit belongs to the whole process: the first one in raises it, the last one out puts it back.
    """
    global _inside, _before
    with _lock:
        if _inside == 0:
            _before = sys.getrecursionlimit()
            sys.setrecursionlimit(_before + _FRAMES)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                sys.setrecursionlimit(_before)
