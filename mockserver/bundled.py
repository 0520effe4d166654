"""Where the bundled contract is: in the package when installed, beside it in a checkout. Only this module knows."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from mockserver.openapi.source import read

_HERE = Path(__file__).resolve().parent


@cache
def folder() -> Path:
    """Return the folder that holds the upstream document, the overlay, the catalogue and the task files."""
    packaged = _HERE / "_spec"
    return packaged if packaged.is_dir() else _HERE.parent / "spec"


def upstream_path() -> Path:
    """Return the path of the upstream OpenAPI document."""
    return folder() / "cloudflare-workers-ai-openapi.yml"


def overlay_path() -> Path:
    """Return the path of the overlay that mends and widens the upstream document."""
    return folder() / "overlays" / "workers-ai.yml"


def surface_path() -> Path:
    """Return the path of the overlay that adds the operations beside inference; it comes second."""
    return folder() / "overlays" / "surface.yml"


def models() -> Any:
    """Return the content of the catalogue file."""
    return read(folder() / "models.yml")


def tasks() -> dict[str, Any]:
    """Return the content of every task file by its family."""
    return {path.stem: read(path) for path in sorted((folder() / "tasks").glob("*.yml"))}


def errors() -> Any:
    """Return the content of the table of error cases."""
    return read(folder() / "errors.yml")


def quirks() -> Any:
    """Return the content of the file of switches."""
    return read(folder() / "quirks.yml")
