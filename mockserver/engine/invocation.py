"""A matched request on its way through the pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from mockserver.engine import seeds
from mockserver.engine.values import HttpRequest, Settings
from mockserver.openapi.operations import Operation

_NOTHING: Mapping[str, float] = MappingProxyType({})


class Invocation:
    """What a responder is given: the operation, its parameters, the parsed body, and a seed made of them."""

    __slots__ = (
        "_seed",
        "amounts",
        "applied",
        "body",
        "matched",
        "media_type",
        "notes",
        "operation",
        "parameters",
        "request",
        "settings",
        "source",
        "subject",
        "warnings",
    )

    def __init__(self, request: HttpRequest, settings: Settings) -> None:
        self.request = request
        self.settings = settings
        self.operation: Operation | None = None
        self.parameters: Mapping[str, str] = {}
        self.matched = b""
        """Operation and parameters as bytes."""
        self.body: Any = None
        """The parsed JSON body; bytes in another media type; None without a body."""
        self.media_type = ""
        self.subject: Any = None
        """What the service found the request to be about, e.g. the record of a model."""
        self.applied = ""
        """The part of `Prefer` that is followed whoever answers."""
        self.source = ""
        """Who answered."""
        self.amounts: Mapping[str, float] = _NOTHING
        """What the answer took beside what it tells itself, e.g. seconds of sound."""
        self.notes: list[tuple[str, tuple[Any, ...]]] = []
        self.warnings: list[str] = []
        self._seed: bytes | None = None

    def note(self, sentence: str, *values: Any) -> None:
        """Add a decision to the journal; `%s` in the sentence are filled in when somebody reads it."""
        self.notes.append((sentence, values))

    def warn(self, sentence: str) -> None:
        """Add a warning to the journal and to the response header `x-mockflare-warning`."""
        self.warnings.append(sentence[:1000])

    @property
    def seed(self) -> bytes:
        """32 bytes that depend on the mock's seed, the operation and the canonical request."""
        found = self._seed
        if found is None:
            found = self.reseed(self.settings.seed)
        return found

    def told(self, canonical: bytes) -> None:
        """Take the canonical form of the body from who has it at hand."""
        if self._seed is None:
            self._seed = seeds.request_digest(self.settings.seed, self.matched, self.request.query, canonical)

    def reseed(self, seed: int) -> bytes:
        """Answer as a mock with this seed would; return the seed of the request that follows from it."""
        request, body = self.request, self.body
        if isinstance(body, dict | list):
            said = seeds.canonical(seeds.without_nulls(body) if b"null" in request.body else body, request.body)
        else:
            said = request.body
        matched = self.matched or f"{request.method} {request.path}".encode("utf-8", "surrogatepass")
        self._seed = seeds.request_digest(seed, matched, request.query, said)
        return self._seed
