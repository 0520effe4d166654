"""Contract tests: cases, target, exchanges, checks, events, reporters.

>>> report = contracts.check("https://api.cloudflare.com/client/v4", quick=True)  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.events import Event
from contracts.findings import Finding, Found, Severity
from contracts.kit import Kit
from contracts.limits import Limits
from contracts.report import Outcome, Report

if TYPE_CHECKING:
    from contracts.run import check

__all__ = ["Event", "Finding", "Found", "Kit", "Limits", "Outcome", "Report", "Severity", "check"]


def __getattr__(name: str) -> Any:
    # Importing the engine takes most of a second and needs the extra; looking at a report needs neither.
    if name == "check":
        try:
            from contracts.run import check
        except ModuleNotFoundError as error:
            if str(error.name).startswith(("contracts", "mockserver")):
                raise
            raise ImportError("contracts.check needs the extra: pip install 'mockflare[contracts]'") from error
        return check
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
