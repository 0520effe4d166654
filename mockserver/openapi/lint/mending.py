"""Mending: the changes that rules propose, written as an OpenAPI Overlay."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from mockserver.openapi.lint.faults import Change, Path, shown

_ESCAPES = {"'": "\\'", "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL = re.compile(r"['\\\x00-\x1f]")


def target(path: Path) -> str:
    """Return the RFC 9535 query that selects the node at a path and nothing else.

    >>> target(("paths", "/it's", "get", "parameters", 0))
    "$['paths']['/it\\\\'s']['get']['parameters'][0]"
    """
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f"['{_escaped(step)}']" for step in path)


def actions(content: Any, change: Change, description: str) -> list[dict[str, Any]]:
    """Return the overlay actions that make a change to `content`; none when its place is not there."""
    parent: Any = content
    for step in change.path[:-1]:
        if not _holds(parent, step):
            return []
        parent = parent[step]
    if not change.path or not _is_text(change.path):
        return []
    name = change.path[-1]
    here, above = target(change.path), target(change.path[:-1])
    if change.remove:
        return [{"target": here, "description": description, "remove": True}] if _holds(parent, name) else []
    if isinstance(parent, list):
        if not _holds(parent, name):
            return []
        # an overlay can append to an array and cannot set an item: replace the items from here on
        follow = [{"target": here, "description": description, "remove": True} for _ in parent[int(name) :]]
        return [
            *follow,
            {"target": above, "description": description, "update": [change.value, *parent[int(name) + 1 :]]},
        ]
    if not isinstance(parent, dict):
        return []
    update = {"target": above, "description": description, "update": {name: change.value}}
    before = parent.get(str(name))
    if isinstance(before, dict | list) and isinstance(before, type(change.value)):
        # updating would merge the new value into the wrong one
        return [{"target": here, "description": description, "remove": True}, update]
    return [update]


class Touched:
    """The places that a round of mending has changed: what is above or below them waits for the next round."""

    def __init__(self) -> None:
        self._whole: set[Path] = set()
        self._above: set[Path] = set()

    def claim(self, changes: Iterable[Change]) -> bool:
        """Take the places of some changes; False, and nothing taken, when one is taken already."""
        paths = [_claimed(change) for change in changes]
        for path in paths:
            if path in self._above or any(path[:length] in self._whole for length in range(len(path) + 1)):
                return False
        for path in paths:
            self._whole.add(path)
            self._above.update(path[:length] for length in range(len(path)))
        return True


class Order:
    """Sorts places as the document has them, except that the later items of an array come first.

    Removing an item moves those after it; done from the end, every index stays true.
    """

    def __init__(self, content: Any) -> None:
        self._content = content
        self._positions: dict[int, dict[Any, int]] = {}

    def __call__(self, path: Path) -> tuple[int, ...]:
        """Return the key to sort a path by."""
        key = []
        node = self._content
        for step in path:
            if isinstance(node, dict) and step in node:
                if id(node) not in self._positions:
                    self._positions[id(node)] = {name: position for position, name in enumerate(node)}
                key.append(self._positions[id(node)][step])
                node = node[step]
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                key.append(-step)
                node = node[step]
            else:
                break
        return tuple(key)


def describe(code: str, reason: str, changes: Iterable[Change]) -> str:
    """Say which fault an action mends, and how."""
    ways = dict.fromkeys(f"{change.path[-1]} is {'removed' if change.remove else 'set'}" for change in changes)
    return f"{code}: {shown(reason, 300)}. Mended: {', '.join(ways)}."


def _claimed(change: Change) -> Path:
    """Return what a change takes: setting an item of an array takes the array."""
    is_item = isinstance(change.path[-1], int) and not change.remove
    return change.path[:-1] if is_item else change.path


def _holds(node: Any, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(node, list) and step < len(node)
    return isinstance(node, dict) and step in node


def _is_text(path: Path) -> bool:
    """Say whether a path can be written down: half a surrogate pair cannot."""
    try:
        "".join(map(str, path)).encode()
    except UnicodeEncodeError:
        return False
    return True


def _escaped(name: str) -> str:
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}", name)
