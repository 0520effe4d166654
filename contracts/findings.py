"""What a run found, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Who is hurt by a finding."""

    BREAKING = "breaking"
    """A client that relies on the contract fails, or a stranger gets in."""
    LAX = "lax"
    """The target allows more than the contract does: no working client fails, a mistake goes unnoticed."""


@dataclass(frozen=True, slots=True)
class Found:
    """One breach in one exchange, as a check reports it."""

    promised: str
    came: str
    where: str = ""
    """The place within the message, as a JSON Pointer with `*` for any index, or another word that tells breaches
    apart; breaches of one check with the same `where` in one operation are one finding."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach of the contract, shown by the smallest request that caused it. Holds no credentials."""

    check: str
    severity: Severity
    operation: str
    promised: str
    came: str
    request: str
    """A curl command; token and account are variables in it."""
    seed: int
    where: str = ""
    times: int = 1
    """In how many exchanges it came up."""

    @property
    def message(self) -> str:
        """The finding in one line."""
        place = f" at {self.where}" if self.where.startswith("/") else ""
        return f"{self.operation}{place}: promised {self.promised}; came {self.came}"
