"""Cases: requests that a run is going to send, and why. They hold no credentials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from contracts.exchanges import Intent

if TYPE_CHECKING:
    from contracts.exchanges import Exchange

PHASES = ("free", "smoke", "streams", "sequences", "search")
"""The phases of the kit's own cases, in the order of sending; those of the engine follow."""

OWN = "own"
"""The credential of the run, as it is."""
NONE = "none"
"""No credential at all."""


@dataclass(frozen=True, slots=True)
class Case:
    """One request to be sent: what, for which operation, and the reason for people."""

    operation: str
    method: str
    path: str
    """Below the base of the target, path parameters filled in and encoded."""
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    """Without credentials."""
    body: bytes = b""
    phase: str = "search"
    reason: str = ""
    """One phrase: "temperature at its maximum"."""
    intent: Intent = Intent.VALID
    negated: tuple[str, ...] = ()
    """The parts that are invalid on purpose: "body", "path", "query", "header"."""
    credential: str = OWN
    """Which credential goes with it: OWN, NONE, or a name in `contracts.credentials.NEAR_MISSES`."""
    group: str = ""
    """A key shared by the cases of one operation that are judged together; "" for a case of its own."""
    role: str = ""
    """What it is within its group: "alone", "together", "first", "again", "streamed", "parallel-3"."""
    at_once: bool = False
    """Whether it is sent at the same time as the other cases of its group that say so."""
    then: Callable[[Exchange], Case | None] | None = field(default=None, compare=False, repr=False)
    """Makes the next case from the answer to this one (the second turn of a conversation), within the same group."""
    following: int = 1
    """How many cases may follow where there is one."""
    follows: bool = False
    """Whether it was made from the answer to another case."""

    @property
    def requests(self) -> int:
        """How many requests it takes, with those that follow from its answer."""
        return 1 + (0 if self.then is None else self.following)

    @property
    def key(self) -> tuple[str, str]:
        """What its exchanges are gathered by."""
        return self.operation, self.group
