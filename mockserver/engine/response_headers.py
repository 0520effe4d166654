"""The headers that a document declares for its responses, made by their schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from mockserver.engine.values import is_name, to_json
from mockserver.errors import InvalidSchema, UnresolvedReference
from mockserver.openapi.operations import MediaType, Response
from mockserver.openapi.sampling import MISSING, Unsatisfiable
from mockserver.openapi.validation import Schema, Validator

_OURS = frozenset(
    "connection content-encoding content-length content-type date keep-alive proxy-connection te trailer "
    "transfer-encoding upgrade".split()
)
"""Headers that say how the message itself is sent: no document decides about them."""

_ELSEWHERE = "/redirected"
"""Where redirections lead whose document says nothing: a path of the mock, and not the one that was asked for."""


@dataclass(frozen=True)
class Header:
    """One declared header."""

    name: str
    raw: Mapping[str, Any]
    described: MediaType
    """Schema and examples, as those of a body."""

    @property
    def required(self) -> bool:
        """Whether every answer has it."""
        return self.raw.get("required") is True

    @cached_property
    def _parts(self) -> tuple[Schema, Validator] | None:
        try:
            return self.described.schema, self.described.validator
        except (UnresolvedReference, InvalidSchema) as error:
            self.described.document.report(self.described.pointer, f"the header {self.name}: {error}")
            return None

    def text(self, random: Random) -> str | None:
        """Return a value of the header, None where none can be made."""
        if self._parts is None:
            return None
        validator = self._parts[1]
        examples = self.described.examples.values()
        value: Any = next((each.value for each in examples if validator.is_valid(each.value)), MISSING)
        if value is MISSING and self.name.lower() == "location" and validator.is_valid(_ELSEWHERE):
            value = _ELSEWHERE
        if value is MISSING:
            try:
                value = self.described.sampler.sample(random)
            except Unsatisfiable as error:
                self.described.document.report(self.described.pointer, f"the header {self.name}: {error}")
                return None
        return _line(to_json(value).decode() if "content" in self.raw else self._spelled(value))

    def _spelled(self, value: Any) -> str:
        """Return a value in style simple."""
        if isinstance(value, dict):
            between = "=" if self.raw.get("explode") is True else ","
            return ",".join(f"{name}{between}{_plain(inner)}" for name, inner in value.items())
        return ",".join(map(_plain, value)) if isinstance(value, list) else _plain(value)


class ResponseHeaders:
    """The headers of one declared response."""

    def __init__(self, response: Response) -> None:
        self._headers = list(_declared(response))

    def is_idle(self, status: int) -> bool:
        """Say whether answers with this status never lack anything."""
        return not self._headers and status not in _REDIRECTIONS

    def made(
        self, status: int, present: set[str], random: Random, *, required_only: bool = False
    ) -> Iterator[tuple[str, str]]:
        """Yield the headers that an answer lacks; `present` are the names it has, in lower case.

        A redirection has a Location whether one is declared or not.
        """
        for header in self._headers:
            if header.name.lower() in present or (required_only and not header.required):
                continue
            text = header.text(random)
            if text is not None:
                present.add(header.name.lower())
                yield header.name, text
        if status in _REDIRECTIONS and "location" not in present:
            yield "Location", _ELSEWHERE


_REDIRECTIONS = (301, 302, 303, 307, 308)


def _declared(response: Response) -> Iterator[Header]:
    declared = response.raw.get("headers")
    for name, raw in declared.items() if isinstance(declared, dict) else ():
        pointer = f"{response.pointer}/headers/{name}"
        try:
            raw = response.document.resolve(raw)
        except UnresolvedReference as error:
            response.document.report(pointer, f"the header is left out: {error}")
            continue
        if not is_name(name):
            response.document.report(pointer, f"the header is left out: {name!r} is no name of a header")
            continue
        if not isinstance(raw, dict) or name.lower() in _OURS:
            continue
        content = raw.get("content")
        described = next(iter(content.values())) if isinstance(content, dict) and content else raw
        if isinstance(described, dict):
            yield Header(name, raw, MediaType(response.document, "application/json", described, "response", pointer))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else to_json(value).decode()


def _line(text: str) -> str:
    """Return a text as a header takes it: one line of printable characters, escaped beyond Latin-1."""
    printable = "".join(each if each.isprintable() else " " for each in text)
    return printable.encode("latin-1", "backslashreplace").decode("latin-1").strip()
