"""Options of a session: the query string of its request, in which every value is text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from mockserver.openapi.validation import Violation
from mockserver.workersai.inputs import invalid, missing

_TRUE, _FALSE = ("true", "1"), ("false", "0", "")


class Options:
    """Values by name. Every reader raises Refusal (5006) for a value that is none of its kind."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def required(self, *names: str) -> None:
        """Raise Refusal unless all of the names are there."""
        for name in names:
            if not self.values.get(name):
                raise missing(name)

    def one_of(self, name: str, choices: Sequence[str], default: str) -> str:
        """Return one of some texts."""
        value = self.values.get(name) or default
        if value not in choices:
            raise invalid(Violation(f"/{name}", "enum", "", list(choices), value))
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Return whether something is switched on."""
        value = self.values.get(name, str(default)).lower()
        if value not in (*_TRUE, *_FALSE):
            raise invalid(Violation(f"/{name}", "type", "", "boolean", value))
        return value in _TRUE

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """Return a whole number between two others."""
        return int(self._number(name, default, least, most, whole=True))

    def fraction(self, name: str, default: float, least: float, most: float) -> float:
        """Return a number between two others."""
        return self._number(name, default, least, most, whole=False)

    def _number(self, name: str, default: float, least: float, most: float, *, whole: bool) -> float:
        text = self.values.get(name)
        if not text:
            return default
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or (whole and value != int(value)):
            raise invalid(Violation(f"/{name}", "type", "", "integer" if whole else "number", text))
        for keyword, limit, kept in (("minimum", least, value >= least), ("maximum", most, value <= most)):
            if not kept:
                raise invalid(Violation(f"/{name}", keyword, "", limit, text))
        return value
