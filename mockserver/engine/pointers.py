"""JSON Pointers (RFC 6901) into the values of a request."""

from __future__ import annotations

from typing import Any, Final


class Missing:
    """The type of MISSING."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()
"""What a pointer finds where there is nothing; unlike None it is no JSON value."""


_DIGITS = 10  # of an index; a longer one is past the end of any list


def find(value: Any, pointer: str) -> Any:
    """Return what is at a JSON Pointer, MISSING where there is nothing.

    >>> find({"books": [{"title": "Emma"}]}, "/books/0/title")
    'Emma'
    """
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name, MISSING)
        elif isinstance(value, list) and name.isascii() and name.isdecimal() and len(name) < _DIGITS:
            value = value[int(name)] if int(name) < len(value) else MISSING
        else:
            return MISSING
    return value
