"""Switches: named behaviours where the facts about the service contradict each other (spec/quirks.yml)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.engine.invocation import Invocation
from mockserver.errors import MockflareError, UnknownName

_KEYS = ("summary", "values", "default", "basis")


@dataclass(frozen=True, slots=True)
class Quirk:
    """One switch."""

    name: str
    summary: str
    """What is switched, one sentence."""
    values: Mapping[str, str]
    """The values it takes, with what the mock then does."""
    default: str
    """The value in force when nobody sets another."""
    basis: str
    """Where the sides come from."""

    @classmethod
    def from_record(cls, name: str, record: Any) -> Quirk:
        """Return the switch of one record of the file; a malformed one raises MockflareError."""
        if not isinstance(record, Mapping):
            raise MockflareError(f"quirks, {name}: a switch is a mapping, this is {record!r}")
        for key in record:
            if key not in _KEYS:
                raise MockflareError(f"quirks, {name}: {UnknownName('key', str(key), _KEYS)}")
        for key in ("summary", "default", "basis"):
            if not isinstance(record.get(key), str):
                raise MockflareError(f"quirks, {name}: `{key}` is text, found {record.get(key)!r}")
        values = record.get("values")
        texts = isinstance(values, Mapping) and all(isinstance(each, str) for pair in values.items() for each in pair)
        if not isinstance(values, Mapping) or not texts:
            raise MockflareError(f"quirks, {name}: `values` maps texts to texts, found {values!r}")
        if record["default"] not in values:
            raise MockflareError(f"quirks, {name}: {UnknownName('default', record['default'], values)}")
        return cls(name, record["summary"], dict(values), record["default"], record["basis"])


class Quirks(Mapping[str, Quirk]):
    """The switches by name; an unknown name fails with the nearest known one."""

    def __init__(self, quirks: Mapping[str, Quirk]) -> None:
        self._quirks = dict(quirks)

    @classmethod
    def from_content(cls, content: Any) -> Quirks:
        """Read a parsed quirks file; a malformed one raises MockflareError."""
        if not isinstance(content, Mapping):
            raise MockflareError(f"a quirks file maps names to switches, this is {type(content).__name__}")
        return cls({str(name): Quirk.from_record(str(name), record) for name, record in content.items()})

    def positions(self, chosen: Mapping[str, str]) -> dict[str, str]:
        """Return the value of every switch: what was chosen, else its default.

        Raises UnknownName for a switch that does not exist and for a value that it does not take.
        """
        for name, value in chosen.items():
            quirk = self[name]
            if value not in quirk.values:
                raise UnknownName(f"value of the switch {name},", value, quirk.values)
        return {name: chosen.get(name, quirk.default) for name, quirk in self._quirks.items()}

    def __getitem__(self, name: str) -> Quirk:
        try:
            return self._quirks[name]
        except KeyError:
            raise UnknownName("switch", name, self._quirks) from None

    def __contains__(self, name: object) -> bool:
        return name in self._quirks

    def __iter__(self) -> Iterator[str]:
        return iter(self._quirks)

    def __len__(self) -> int:
        return len(self._quirks)


def position(invocation: Invocation, name: str) -> str:
    """Return the value of a switch for the mock that a request came to."""
    return invocation.settings.switches[name]
