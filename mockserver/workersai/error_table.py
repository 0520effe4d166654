"""The error table: every failure the service is known to answer with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.errors import MockflareError, UnknownName

LAYERS = ("model", "platform", "gateway")
_BODIES = ("json", "text")
_ASSUMED = "assumed"
_VALUE = re.compile(r"\$\{(\w+)\}")
_KNOWN = frozenset(
    (
        "code",
        "status",
        "status_basis",
        "alternate_statuses",
        "document_status",
        "layer",
        "message",
        "message_basis",
        "basis",
        "body",
        "note",
    )
)


@dataclass(frozen=True, slots=True)
class ErrorCase:
    """One failure: what the service sends when it happens."""

    name: str
    """Our own name for the case, e.g. "no-such-model"."""
    code: int | None
    """errors[].code on the wire, None where it is not established."""
    status: int
    """HTTP status."""
    layer: str
    """model (`result` is {}), platform (`result` is null) or gateway (its own shape)."""
    message: str
    """Text on the wire; `${name}` stands for a value to fill in."""
    basis: str
    """How sure it is: documented, observed or reported."""
    status_assumed: bool = False
    """Whether the status is ours, none being established."""
    message_assumed: bool = False
    """Whether the message is ours, none having been captured."""
    alternate_statuses: tuple[int, ...] = ()
    """Statuses that were seen as well."""
    document_status: int | None = None
    """The status that the upstream document has for it, where that is another."""
    body: str = "json"
    """json, or text when the answer is the bare message."""
    note: str | None = None

    @classmethod
    def from_record(cls, name: str, record: Any) -> ErrorCase:
        """Return the case of one record of the errors file; a malformed one raises MockflareError."""
        if not isinstance(record, Mapping):
            raise MockflareError(f"errors, {name}: a case is a mapping, this is {record!r}")
        for key in record:
            if key not in _KNOWN:
                raise MockflareError(f"errors, {name}: {UnknownName('key', str(key), _KNOWN)}")
        for key, expected in (("status", int), ("layer", str), ("message", str), ("basis", str)):
            if not isinstance(record.get(key), expected):
                wanted = "a number" if expected is int else "text"
                raise MockflareError(f"errors, {name}: `{key}` is {wanted}, found {record.get(key)!r}")
        if not isinstance(record.get("code"), int | None):
            raise MockflareError(f"errors, {name}: `code` is a number or null, found {record['code']!r}")
        for key, allowed, found in (("layer", LAYERS, record["layer"]), ("body", _BODIES, record.get("body", "json"))):
            if found not in allowed:
                raise MockflareError(f"errors, {name}: {UnknownName(key, str(found), allowed)}")
        return cls(
            name=name,
            code=record.get("code"),
            status=record["status"],
            layer=record["layer"],
            message=record["message"],
            basis=record["basis"],
            status_assumed=record.get("status_basis") == _ASSUMED,
            message_assumed=record.get("message_basis") == _ASSUMED,
            alternate_statuses=tuple(record.get("alternate_statuses") or ()),
            document_status=record.get("document_status"),
            body=record.get("body", "json"),
            note=record.get("note"),
        )

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The names of the values that `render` needs, in the order of the message."""
        return tuple(dict.fromkeys(_VALUE.findall(self.message)))

    def render(self, **values: object) -> str:
        """Return the message with its values filled in; values it does not name are ignored.

        Raises MockflareError when one is missing.
        """
        missing = [name for name in self.placeholders if name not in values]
        if missing:
            raise MockflareError(
                f"error {self.name}: the message needs {', '.join(self.placeholders)}; missing: {', '.join(missing)}"
            )
        return _VALUE.sub(lambda match: str(values[match[1]]), self.message)


class ErrorTable(Mapping[str, ErrorCase]):
    """The cases by name, in the order of the file; an unknown name fails with the nearest known one."""

    def __init__(self, cases: Mapping[str, ErrorCase]) -> None:
        self._cases = dict(cases)
        self._by_code = {case.code: case for case in reversed(self._cases.values()) if case.code is not None}

    @classmethod
    def from_content(cls, content: Any) -> ErrorTable:
        """Read a parsed errors file; a malformed one raises MockflareError."""
        if not isinstance(content, Mapping):
            raise MockflareError(f"an errors file maps names to cases, this is {type(content).__name__}")
        return cls({str(name): ErrorCase.from_record(str(name), record) for name, record in content.items()})

    def by_code(self, code: int) -> ErrorCase:
        """Return the case with that code on the wire, the first of the file when several have it.

        Raises UnknownName when no case has it.
        """
        try:
            return self._by_code[code]
        except KeyError:
            raise UnknownName("error code", str(code), map(str, self._by_code)) from None

    def __getitem__(self, name: str) -> ErrorCase:
        try:
            return self._cases[name]
        except KeyError:
            raise UnknownName("error", name, self._cases) from None

    def get(self, name: str, default: Any = None) -> Any:
        """Return the case of that name or `default`, without an error."""
        return self._cases.get(name, default)

    def __contains__(self, name: object) -> bool:
        return name in self._cases

    def __iter__(self) -> Iterator[str]:
        return iter(self._cases)

    def __len__(self) -> int:
        return len(self._cases)
