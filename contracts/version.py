"""Which version of the kit made a file."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed


def version() -> str:
    """Return the version of the distribution; "0" for sources that were never installed."""
    try:
        return installed("mockflare")
    except PackageNotFoundError:
        return "0"
