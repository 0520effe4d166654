"""What the caller asks for: the `Prefer` header (RFC 7240)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mockserver.engine.values import Refusal, refuse

_PREFERENCE = re.compile(r'\s*([!#$%&\'*+.^_`|~\w-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^,;\s]*))?[^,]*(?:,|$)')
_ITEMS = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")
_SEED = re.compile(r"-?[0-9]{1,18}")
SIZES = ("minimal", "typical", "maximal")


@dataclass(frozen=True, slots=True)
class Preference:
    """The answer that a caller would rather have."""

    code: int | None = None
    example: str | None = None
    dynamic: bool | None = None
    seed: int | None = None
    items: tuple[int, int] | None = None
    """How many items arrays have, at least and at most."""
    fields: str | None = None
    """Which optional members are there: minimal, typical or maximal."""

    @property
    def chooses(self) -> bool:
        """Whether it says which answer is wanted; a seed only changes the one that is given anyway."""
        return (self.code, self.example, self.items, self.fields) != (None,) * 4 or self.dynamic is not None

    @property
    def is_dynamic(self) -> bool:
        """Whether the answer is to be made from the schema."""
        return bool(self.dynamic) or ((self.items or self.fields) is not None and self.example is None)

    @property
    def applied(self) -> str:
        """The value of `Preference-Applied`."""
        given = (
            f"code={self.code}" if self.code else "",
            f"example={self.example}" if self.example else "",
            "" if self.dynamic is None else f"dynamic={str(self.dynamic).lower()}",
            "" if self.seed is None else f"seed={self.seed}",
            "" if self.items is None else f"items={spelled(self.items)}",
            f"fields={self.fields}" if self.fields else "",
        )
        return ", ".join(part for part in given if part)


def parse(header: str) -> Preference | None:
    """Return the preferences that a mock can follow, None when there are none.

    Raises Refusal for a value that cannot be: a status that is none, a seed that is no number.
    """
    found: dict[str, str] = {}
    for name, value in _PREFERENCE.findall(header):
        found.setdefault(name.lower(), value.strip('"').replace("\\", ""))
    code = found.get("code")
    if code is not None and not (len(code) == 3 and code.isdecimal() and "100" <= code <= "599"):
        raise refuse("invalid", 400, f"Prefer: code={code[:40]} is no HTTP status")
    seed = found.get("seed")
    if seed is not None and not _SEED.fullmatch(seed):
        raise _unfit("seed", seed, "a whole number")
    fields = found.get("fields")
    if fields is not None and fields not in SIZES:
        raise _unfit("fields", fields, " or ".join(SIZES))
    dynamic = {"true": True, "false": False, "": True}.get(found["dynamic"].lower()) if "dynamic" in found else None
    preference = Preference(
        int(code) if code else None,
        found.get("example") or None,
        dynamic,
        int(seed) if seed else None,
        items(found["items"]) if "items" in found else None,
        fields,
    )
    return preference if preference != Preference() else None


def items(text: str) -> tuple[int, int]:
    """Return how many items arrays have, of `3` or `2-5`; raises Refusal."""
    matched = _ITEMS.fullmatch(text)
    least = int(matched[1]) if matched else 0
    most = int(matched[2] or matched[1]) if matched else -1
    if least > most:
        raise _unfit("items", text, "a number, or two such as 2-5")
    return least, most


def spelled(bounds: tuple[int, int]) -> str:
    """Return how a number of items is written."""
    return str(bounds[0]) if bounds[0] == bounds[1] else f"{bounds[0]}-{bounds[1]}"


def _unfit(name: str, value: str, right: str) -> Refusal:
    return refuse("invalid", 400, f"Prefer: {name}={value[:40]}: {right} would be right")
