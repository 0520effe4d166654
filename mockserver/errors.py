"""The exceptions of the project.

MockflareError                 everything a user can cause; its text is meant for a terminal line
├── UsageError                 a wrong flag, setting or name
│   └── UnknownName            a name that is not registered; says the nearest known one
├── EgressError                a request to another server that came to nothing
│   ├── ForbiddenAddress       it would have gone where nothing may go
│   └── Unreachable            nobody there, or no answer that could be read, or none in time
└── DocumentError              a document that cannot be used
    ├── UnreadableDocument     not found, not text, not YAML or JSON
    ├── OverlayError           an overlay that is malformed, or an action that hits nothing
    ├── UnresolvedReference    a $ref that leads nowhere
    └── InvalidSchema          a JSON Schema that no validator can compile
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class MockflareError(Exception):
    """Something a user can mend; the text says what was asked, what was found and what would have been right."""


class UsageError(MockflareError):
    """A wrong flag, setting or name."""


class UnknownName(UsageError):
    """A name that is not registered."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        known = sorted(known)
        near = nearest(name, known)
        listed = ", ".join([*known[:12], *(["..."] if len(known) > 12 else [])])
        hint = f"; did you mean {near!r}?" if near else f"; known: {listed}" if known else ""
        super().__init__(f"unknown {kind} {name!r}{hint}")
        self.kind, self.name, self.nearest = kind, name, near


class EgressError(MockflareError):
    """A request to another server that came to nothing."""


class ForbiddenAddress(EgressError):
    """A place where nothing may go unless it is named."""


class Unreachable(EgressError):
    """A server that is not there, or whose answer cannot be read; `late` when the time ran out."""

    def __init__(self, text: str, *, late: bool = False) -> None:
        super().__init__(text)
        self.late = late


class DocumentError(MockflareError):
    """A document that cannot be used."""


class UnreadableDocument(DocumentError):
    """A file that is missing, not text, or neither YAML nor JSON."""


class OverlayError(DocumentError):
    """An overlay that is malformed, or an action of it that hits nothing."""


class UnresolvedReference(DocumentError):
    """A $ref that leads nowhere."""


class InvalidSchema(DocumentError):
    """A JSON Schema that no validator can compile."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that resembles `name` most, or None when none comes close.

    Names with slashes, as those of models, are known by their last part, too.
    """
    known = list(known)
    by_folded = {candidate.rsplit("/", 1)[-1].casefold(): candidate for candidate in known}
    by_folded |= {candidate.casefold(): candidate for candidate in known}
    if len(name) > 2 and (longer := [each for each in by_folded if each.startswith(name.casefold())]):
        return by_folded[min(longer, key=len)]  # a name that was cut short
    close = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None
