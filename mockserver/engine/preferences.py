"""What the caller asks for: the `Prefer` header (RFC 7240)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mockserver.engine.values import refuse

_PREFERENCE = re.compile(r'\s*([!#$%&\'*+.^_`|~\w-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^,;\s]*))?[^,]*(?:,|$)')


@dataclass(frozen=True, slots=True)
class Preference:
    """The answer that a caller would rather have."""

    code: int | None = None
    example: str | None = None
    dynamic: bool = False

    @property
    def applied(self) -> str:
        """The value of `Preference-Applied`."""
        given = (
            f"code={self.code}" if self.code else "",
            f"example={self.example}" if self.example else "",
            "dynamic=true" if self.dynamic else "",
        )
        return ", ".join(part for part in given if part)


def parse(header: str) -> Preference | None:
    """Return the preferences that a mock can follow, None when there are none; raises Refusal for a bad code."""
    found: dict[str, str] = {}
    for name, value in _PREFERENCE.findall(header):
        found.setdefault(name.lower(), value.strip('"').replace("\\", ""))
    code = found.get("code")
    if code is not None and not (len(code) == 3 and code.isdecimal() and "100" <= code <= "599"):
        raise refuse("invalid", 400, f"Prefer: code={code[:40]} is no HTTP status")
    preference = Preference(
        int(code) if code else None, found.get("example") or None, found.get("dynamic", "").lower() == "true"
    )
    return preference if preference != Preference() else None
