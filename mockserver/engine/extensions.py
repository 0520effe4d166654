"""The extensions of Microcks in a document: whether they ask for anything, and what of it cannot be followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.errors import DocumentError, nearest
from mockserver.openapi.document import Document
from mockserver.openapi.extensions import EXAMPLES, INFO, MEMBERS, OPERATION
from mockserver.openapi.operations import Operation

_EFFECTIVE = ("delay", "dispatcherRules", "parameterConstraints")


def is_effective(operation: Operation) -> bool:
    """Say whether an operation's extensions ask for more than a dispatcher without rules."""
    extension = operation.raw.get(OPERATION)
    return EXAMPLES in operation.raw or (
        isinstance(extension, Mapping) and any(extension.get(member) for member in _EFFECTIVE)
    )


def is_for_microcks(document: Document) -> bool:
    """Say whether a document was written for Microcks: labels, extensions of operations, or imported examples."""
    info = document.content.get("info")
    if isinstance(info, dict) and INFO in info:
        return True
    return any(OPERATION in each.raw or EXAMPLES in each.raw for each in document.operations.values())


def complaints(document: Document) -> Iterator[tuple[str, str]]:
    """Yield pointer and message of everything in the operations' extensions that cannot be followed."""
    for operation in document.operations.values():
        extension: Any = operation.raw.get(OPERATION)
        if extension is None:
            continue
        pointer = f"{operation.pointer}/{OPERATION}"
        if not isinstance(extension, Mapping):
            yield pointer, f"{operation.id}: {OPERATION} is an object, not {extension!r:.60}; it is passed over"
            continue
        for member in extension:
            if member not in MEMBERS and not str(member).startswith("x-"):
                near = nearest(str(member), MEMBERS)
                hint = f"; did you mean {near!r}?" if near else ""
                yield pointer, f"{operation.id}: {OPERATION} has no member {member!r}{hint}"
        if is_effective(operation) or extension.get("dispatcher") not in (None, "", "FALLBACK"):
            from mockserver.engine.authored import Authored  # not needed for a document without extensions

            try:
                faults = Authored(operation, for_microcks=True).check()
            except DocumentError:
                continue  # the operation cannot be served, and says so itself
            for fault in faults:
                yield pointer, f"{operation.id}: {fault.removeprefix(f'{operation.id}: ')}; it is passed over"
