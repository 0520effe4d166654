"""The source lines of a YAML or JSON text: where each node of the parsed document was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from mockserver.openapi.source import CLoader, PureLoader
from mockserver.openapi.validation import pointer as pointer_of

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A key that a mapping holds more than once; a parser keeps the last."""

    pointer: str
    """JSON Pointer of the member."""
    first: int
    """The line of the first occurrence."""
    line: int
    """The line of this later one."""


class Lines:
    """The line of every node of a YAML or JSON text; the text is parsed on first use.

    A text that cannot be parsed has line 1 everywhere: reading it is what says why.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self._text = text
        self._members: dict[int, dict[str, tuple[int, Any]]] = {}

    def line(self, pointer: str) -> int:
        """Return the line, counted from 1, of the key or the item at a JSON Pointer.

        A pointer that leads nowhere has the line of the nearest ancestor that exists.
        """
        node = self._root
        line = _line(node) if node is not None else 1
        for part in pointer.split("/")[1:]:
            found = self._child(node, part.replace("~1", "/").replace("~0", "~"))
            if found is None:
                break
            line, node = found
        return line

    @cached_property
    def duplicates(self) -> tuple[Duplicate, ...]:
        """Every repeated key of every mapping, in the order of the text."""
        return tuple(sorted(_duplicates(self._root), key=lambda found: (found.line, found.pointer)))

    def _child(self, node: Any, part: str) -> tuple[int, Any] | None:
        """Return the line and the node of a member or item, None when there is none."""
        if isinstance(node, yaml.SequenceNode):
            if part.isdecimal() and part.isascii() and int(part) < len(node.value):
                item = node.value[int(part)]
                return _line(item), item
            return None
        if not isinstance(node, yaml.MappingNode):
            return None
        if id(node) not in self._members:
            self._members[id(node)] = dict(_members(node, 0))
        return self._members[id(node)].get(part)

    @cached_property
    def _root(self) -> Any:
        text = self._text
        if text.lstrip()[:1] in ("{", "["):
            # YAML readers stumble over two things that are fine in JSON: tabs between tokens, surrogate pairs
            text = _SURROGATE.sub(r"\\uFFFD", text.replace("\t", " "))
        text = _UNREADABLE.sub("\ufffd", text)
        for loader in (CLoader, PureLoader):
            try:
                return yaml.compose(text, Loader=loader)
            except (yaml.YAMLError, RecursionError):
                continue
        return None


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _members(node: Any, depth: int) -> Iterator[tuple[str, tuple[int, Any]]]:
    """Yield the members of a mapping; of several with one name the last counts, an own one before a merged one."""
    for key, value in reversed(node.value if depth < _DEEPEST else ()):
        if _is_merge(key):
            for merged in reversed(value.value if isinstance(value, yaml.SequenceNode) else [value]):
                if isinstance(merged, yaml.MappingNode):
                    yield from _members(merged, depth + 1)
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode) and not _is_merge(key):
            yield key.value, (_line(key), value)


def _is_merge(key: Any) -> bool:
    return bool(key.tag == "tag:yaml.org,2002:merge")


def _duplicates(root: Any) -> Iterator[Duplicate]:
    seen: set[int] = set()  # an alias leads to the node of its anchor: once is enough, and a cycle ends
    waiting: list[tuple[Any, tuple[str | int, ...]]] = [(root, ())]
    while waiting:
        node, path = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += ((item, (*path, index)) for index, item in enumerate(node.value))
        elif isinstance(node, yaml.MappingNode):
            first: dict[str, int] = {}
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode) or _is_merge(key):
                    continue
                if key.value in first:
                    yield Duplicate(pointer_of((*path, key.value)), first[key.value], _line(key))
                first.setdefault(key.value, _line(key))
                waiting.append((value, (*path, key.value)))
