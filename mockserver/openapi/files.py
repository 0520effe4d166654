"""The other files of a document: read on first use, and only from the document's own folder."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from mockserver.errors import UnreadableDocument, UnresolvedReference

_LARGEST = 64 * 1024 * 1024
_NAMES = frozenset(
    "properties patternProperties $defs definitions dependentSchemas schemas parameters responses requestBodies "
    "headers securitySchemes links callbacks pathItems content paths encoding variables".split()
)
"""Members whose own members are named by the author: `default` in there is a name, not the keyword."""
_VALUES = frozenset(("example", "default", "enum", "const", "value"))
"""Members that hold data: a `$ref` in there is data, too."""

Fetch = Callable[[str], bytes]
"""Returns the content of an address; raises UnresolvedReference."""


Stamp = tuple[int, int, int]


def stamp(path: Path) -> Stamp | None:
    """Return what changes when a file is written or replaced; None while there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class Files:
    """The files beside a document. A reference is written relative to the document: `schemas/pet.yaml#/Pet`."""

    def __init__(self, root: str | Path, fetch: Fetch | None = None) -> None:
        path = Path(root)
        self._folder, self._name = path.parent, path.name
        self._fetch = fetch
        self._read: dict[str, Any] = {}
        self.places: dict[Path, Stamp | None] = {}
        """The files that were asked for so far, as they were then; None for what was not there."""

    def content(self, file: str) -> Any:
        """Return the parsed content of a file, its references written as the document would write them.

        Raises UnresolvedReference for a file that is not there, not readable, or outside of the document's folder.
        """
        if file not in self._read:
            from mockserver.openapi.source import parse

            try:
                content = parse(self.data(file).decode("utf-8-sig"), file)
            except (UnreadableDocument, UnicodeDecodeError) as error:
                raise UnresolvedReference(f"{file} cannot be read: {error}") from None
            self._rebase(content, file)
            self._read[file] = content
        return self._read[file]

    def read_again(self, other: Files) -> None:
        """Read what another set of files has read; raises UnresolvedReference."""
        for file in other._read:
            self.content(file)

    def data(self, file: str) -> bytes:
        """Return the bytes of a file; raises UnresolvedReference."""
        if _is_remote(file):
            if self._fetch is None or not file.startswith(("http://", "https://")):
                raise UnresolvedReference(f"{file} is somewhere else; --allow HOST would let it be fetched")
            return self._fetch(file)
        place = self._place(file)
        self.places.setdefault(place, stamp(place))
        try:
            if not place.is_file():
                raise UnresolvedReference(f"{file}: no such file in the document's folder")
            if place.stat().st_size > _LARGEST:
                raise UnresolvedReference(f"{file} has more than {_LARGEST >> 20} MiB")
            return place.read_bytes()
        except (OSError, ValueError) as error:
            raise UnresolvedReference(f"{file} cannot be read: {error}") from None

    def _place(self, file: str) -> Path:
        """Return where a file is, links followed; raises UnresolvedReference outside of the document's folder."""
        try:
            folder = self._folder.resolve()
            place = (folder / file).resolve()
            inside = place.is_relative_to(folder)
        except (OSError, ValueError, RuntimeError) as error:
            raise UnresolvedReference(f"{file!r} names no file: {error}") from None
        if not inside or "\\" in file or Path(file).is_absolute():
            raise UnresolvedReference(f"{file} is outside of the document's folder; only files in there are read")
        return place

    def _rebase(self, content: Any, file: str) -> None:
        pending: list[tuple[Any, bool]] = [(content, False)]
        seen: set[int] = set()  # YAML aliases lead to one node twice
        while pending:
            node, named = pending.pop()
            if not isinstance(node, dict | list) or id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, list):
                pending += [(item, False) for item in node]
                continue
            for key, value in node.items():
                if key == "$ref" and isinstance(value, str) and not named:
                    node[key] = self.joined(file, value)
                elif named or key not in _VALUES:
                    pending.append((value, key in _NAMES and not named))

    def joined(self, file: str, reference: str) -> str:
        """Return a reference found in `file` as the document itself would write it."""
        path, _, fragment = reference.partition("#")
        if not path:
            target = file
        elif _is_remote(file) or _is_remote(path):
            target = urljoin(file, path) if _is_remote(file) else path
        else:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(path)))
        return f"{'' if target == self._name else target}#{fragment}"


def split(reference: str) -> tuple[str, str]:
    """Return the file that a reference names, "" for the document itself, and its fragment, both unescaped."""
    path, _, fragment = reference.partition("#")
    if not _is_remote(path):
        path = unquote(path)
        path = posixpath.normpath(path) if path else ""
    return path, unquote(fragment)


def _is_remote(path: str) -> bool:
    try:
        parts = urlsplit(path)
    except ValueError:
        return True
    return len(parts.scheme) > 1 or path.startswith("//")
