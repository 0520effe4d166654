"""What a benchmark says: a figure, what it may be at most, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure; without a target it is only for information."""

    name: str
    value: float
    unit: str
    target: float | None = None
    detail: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the figure is within its target; None without one."""
        return None if self.target is None else self.value <= self.target
