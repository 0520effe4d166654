"""How checks show what came."""

from __future__ import annotations

import json
from typing import Any

_LONGEST = 120


def shown(value: Any) -> str:
    """Return a value of JSON on one line, at most 120 characters."""
    return shortened(json.dumps(value, ensure_ascii=False, default=str))


def quoted(content: bytes) -> str:
    """Return bytes as quoted text, at most 120 characters."""
    return repr(shortened(content.decode("utf-8", "replace")))


def shortened(text: str) -> str:
    """Return the start of a text, marked where it was cut."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
