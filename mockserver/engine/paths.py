"""Spellings of an operation's path: Microcks' (`/rest/{title}/{version}/...`), and the document's own."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, unquote_plus

from mockserver.engine.invocation import Invocation
from mockserver.openapi.document import Document

_PARAMETER = re.compile(r"\{[^{}/]+\}")
_PREFIXES = ("rest", "rest-valid")


def path_below(path: str, document: Document) -> str | None:
    """Return what follows title and version in a raw path of Microcks' form, None for any other path.

    The title is read with `+` and with `%20` for blanks.

    >>> path_below("/rest/Beer+Catalog/1.0/beers/Orval", document)
    '/beers/Orval'
    """
    parts = path.split("/", 4)
    if len(parts) < 4 or parts[0] or parts[1] not in _PREFIXES:
        return None
    info = document.content.get("info")
    version = str(info.get("version", "")) if isinstance(info, dict) else ""
    if document.title not in (unquote_plus(parts[2]), unquote(parts[2])):
        return None
    if version not in (unquote_plus(parts[3]), unquote(parts[3])):
        return None
    return "/" + (parts[4] if len(parts) > 4 else "")


def own_path(invocation: Invocation) -> str:
    """Return the raw path of a request without the base that it was asked for under: the operation's, filled in."""
    operation = invocation.operation
    if operation is None:
        return invocation.request.path
    values = {"{" + name + "}": quote(value, safe="") for name, value in invocation.parameters.items()}
    return _PARAMETER.sub(lambda found: values.get(found[0], found[0]), operation.path)
