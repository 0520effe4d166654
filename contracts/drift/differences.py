"""What differs between two runs and the document, and whose turn it is, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contracts.event_stream import MEDIA_TYPE
from contracts.exchanges import Exchange
from contracts.findings import Severity


class Party(StrEnum):
    """Who can have moved."""

    DOCUMENT = "document"
    A = "A"
    B = "B"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs."""

    party: Party
    name: str
    """How reports call it: "mock", "live", or where it comes from."""
    is_mock: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it is elsewhere, of one operation."""

    operation: str
    aspect: str
    """One of status, media-type, transfer, member, type, value, order, header, statistic, contract."""
    where: str
    """A JSON Pointer into the body or the events, or "" for the whole answer."""
    answer: str
    """The answers it is about, such as "200 application/json"."""
    a: str
    b: str
    """What A and B show."""
    a_agrees: bool
    b_agrees: bool
    """Whether the document agrees with each."""
    sample: tuple[Exchange, Exchange]
    """The smallest case that shows it, at A and at B."""
    times: int = 1
    """In how many cases it shows."""
    addition: bool = False
    """Whether it is something that nobody documented, rather than something else than was documented."""

    @property
    def moved(self) -> tuple[Party, ...]:
        """Who is not where the document is; the document, when the runs agree against it; nobody, when all may."""
        if self.a == self.b:
            return (Party.DOCUMENT,)
        return tuple(party for party, agrees in ((Party.A, self.a_agrees), (Party.B, self.b_agrees)) if not agrees)

    @property
    def severity(self) -> Severity:
        """Breaking, unless it is an addition (additive) or the document allows what both show (cosmetic)."""
        if self.a_agrees and self.b_agrees:
            one_succeeds = self.aspect == "status" and (self.a < "300") != (self.b < "300")
            one_streams = self.aspect == "media-type" and MEDIA_TYPE in (self.a, self.b)
            return Severity.BREAKING if one_succeeds or one_streams else Severity.COSMETIC
        return Severity.ADDITIVE if self.addition else Severity.BREAKING


def turn(difference: Difference, a: Side, b: Side) -> tuple[str, ...]:
    """Return who has to change: names of sides, and "document"; nobody where the truth is as documented.

    Against the mock the live side is the truth. Of two live runs the later one is, B: the earlier one is over, and
    nobody can change it. Of two mocks neither is: the document is. A server error is never the truth.
    """
    if a.is_mock and b.is_mock:
        agreeing = ((a, difference.a_agrees), (b, difference.b_agrees))
        return tuple(side.name for side, agrees in agreeing if not agrees)
    truth_is_a = b.is_mock
    truth, other = (a, b) if truth_is_a else (b, a)
    if difference.aspect == "status" and (difference.a if truth_is_a else difference.b) >= "500":
        return (truth.name,)
    behind = [] if (difference.a_agrees if truth_is_a else difference.b_agrees) else [Party.DOCUMENT.value]
    if other.is_mock and difference.a != difference.b:
        behind.append(other.name)
    return tuple(behind)
