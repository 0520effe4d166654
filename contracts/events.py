"""What happens during a run, as frozen values; reporters listen to them. None holds credentials."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.exchanges import Exchange
from contracts.report import Report


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The run begins; `operations` are the ids that are selected."""

    target: str
    contract: str
    seed: int
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExchangeDone:
    """A request was answered, or not, and judged; `failed` are the names of the checks that it failed."""

    exchange: Exchange
    failed: tuple[str, ...] = ()
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class OperationTroubled:
    """Requests for an operation could not be made or sent."""

    operation: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run is over."""

    report: Report


Event = RunStarted | ExchangeDone | OperationTroubled | RunFinished
