"""How checks show what came."""

from __future__ import annotations

import json
from typing import Any

_LONGEST = 120
_FEW = 24


def shown(value: Any) -> str:
    """Return a value of JSON on one line, at most 120 characters; bytes as `quoted` does."""
    if isinstance(value, bytes):
        return quoted(value)
    return shortened(json.dumps(value, ensure_ascii=False, default=str))


def quoted(content: bytes) -> str:
    """Return bytes as quoted text, at most 120 characters; of what is no text the first few, and how many there are."""
    try:
        return repr(shortened(content.decode()))
    except UnicodeDecodeError:
        text = repr(content[:_FEW])
        return f"{text[:-1]}…{text[-1]} ({len(content)} bytes)" if len(content) > _FEW else text


def shortened(text: str) -> str:
    """Return the start of a text, marked where it was cut."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
