"""How an operation is spoken to, by its path: the families of endpoints that share manners."""

from __future__ import annotations

import re
from enum import StrEnum


class Dialect(StrEnum):
    """The manners of an operation."""

    CHAT = "chat"
    COMPLETIONS = "completions"
    RESPONSES = "responses"
    EMBEDDINGS = "embeddings"
    RUN = "run"
    """Native: `/ai/run`, with an envelope of `result`, `success`, `errors` and `messages` around most answers."""
    OTHER = "other"


_PATHS = (
    (re.compile(r"/v1/chat/completions$"), Dialect.CHAT),
    (re.compile(r"/v1/completions$"), Dialect.COMPLETIONS),
    (re.compile(r"/v1/responses$"), Dialect.RESPONSES),
    (re.compile(r"/v1/embeddings$"), Dialect.EMBEDDINGS),
    (re.compile(r"/ai/run(/|$)"), Dialect.RUN),
)


def dialect_of(path: str) -> Dialect:
    """Return the dialect of a path of the document.

    >>> dialect_of("/accounts/{account_id}/ai/v1/embeddings").value
    'embeddings'
    """
    return next((dialect for pattern, dialect in _PATHS if pattern.search(path)), Dialect.OTHER)
