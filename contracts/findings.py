"""What a run found, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mockserver.errors import UnknownName

DRIFT = "drift"
"""The kind of findings that hold two runs against each other."""


class Severity(StrEnum):
    """Who is hurt by a finding; the worst first."""

    BREAKING = "breaking"
    """A client that relies on the contract fails, or a stranger gets in."""
    LAX = "lax"
    """The target allows more than the contract does: no working client fails, a mistake goes unnoticed."""
    ADDITIVE = "additive"
    """There is something that nobody documented: a field, a value, a status, a header. Nobody is hurt yet."""
    COSMETIC = "cosmetic"
    """It is not as it should be, and no program notices."""

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


def severity_named(name: str) -> Severity:
    """Return a severity by its name; raises UnknownName."""
    known = [each.value for each in Severity]
    if name not in known:
        raise UnknownName("severity", name, known)
    return Severity(name)


@dataclass(frozen=True, slots=True)
class Found:
    """One breach in one exchange, as a check reports it."""

    promised: str
    came: str
    where: str = ""
    """The place within the message, as a JSON Pointer with `*` for any index, or another word that tells breaches
    apart; breaches of one check with the same `where` in one operation are one finding."""
    severity: Severity | None = None
    """Where it differs from that of the check."""


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
    kind: str = ""
    """What the check looks after: "document", "http", "auth", "validation", "semantics", "stream", ..."""
    source: str = ""
    """Who promised: "document", "HTTP", "OpenAI", "Cloudflare", "baseline"."""
    reason: str = ""
    """Why the request was sent, in one phrase."""
    phase: str = ""
    shown: int = 1
    """In how many of `tries` it showed."""
    tries: int = 1
    """How often the request, or its group, was sent to see whether it shows again."""

    @property
    def message(self) -> str:
        """The finding in one line."""
        place = f" at {self.where}" if self.where.startswith("/") else ""
        words = ("seen ", "") if self.kind == DRIFT else ("promised ", "came ")
        return f"{self.operation}{place}: {words[0]}{self.promised}; {words[1]}{self.came}"
