"""Reports as files, one module for each format. A reporter is `start`, `handle` for every event, and `finish`."""

from __future__ import annotations

import os
from pathlib import Path

from contracts.reporters.archive import ArchiveReporter
from contracts.reporters.github import render_github
from contracts.reporters.json_file import render_json
from contracts.reporters.junit import render_junit
from contracts.reporters.markdown import render_markdown
from contracts.reporters.page import render_page
from contracts.reporters.registry import STANDARD_OUTPUT, SUMMARY_VARIABLE, Factory, FileReporter, Reporter, registry
from contracts.reporters.sarif import render_sarif
from contracts.reporters.text import render_text
from mockserver.errors import UsageError
from mockserver.registry import Registry

__all__ = ["Factory", "FileReporter", "Reporter", "builtin", "install", "make_reporter"]

_RENDERERS = {
    "github": render_github,
    "html": render_page,
    "json": render_json,
    "junit": render_junit,
    "markdown": render_markdown,
    "sarif": render_sarif,
    "text": render_text,
}


def install(registry: Registry[Factory]) -> None:
    """Add the built-in formats."""
    for name, render in _RENDERERS.items():
        registry.add(name, lambda path, render=render: FileReporter(path, render))  # type: ignore[misc]
    registry.add("har", ArchiveReporter)


def builtin() -> Registry[Factory]:
    """Return a registry of the built-in formats."""
    formats = registry()
    install(formats)
    return formats


def make_reporter(text: str, formats: Registry[Factory]) -> Reporter:
    """Return the reporter that `FORMAT=PATH` asks for.

    The path `-` is standard output. `github` alone goes there, `markdown` alone to the file that
    GITHUB_STEP_SUMMARY names. Raises UsageError.
    """
    name, _, path = text.partition("=")
    if not path:
        path = {"github": str(STANDARD_OUTPUT), "markdown": os.environ.get(SUMMARY_VARIABLE, "")}.get(name, "")
    if not path:
        raise UsageError(f"--report {text} names no file; FORMAT=PATH like junit=report.xml would be right")
    return formats[name](Path(path))
