"""Reports as files. A reporter is `start`, `handle` for every event, and `finish`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Protocol
from xml.etree import ElementTree

from contracts.events import Event, RunFinished
from contracts.report import Looked, Report
from mockserver.errors import UsageError
from mockserver.registry import Registry

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Reporter(Protocol):
    """Listens to a run."""

    def start(self) -> None:
        """Get ready; called before the run, so that a path that cannot be written fails early (UsageError)."""

    def handle(self, event: Event) -> None:
        """Take an event."""

    def finish(self) -> None:
        """Write what is left to write."""


class FileReporter:
    """Writes the report of a run to a file when it is over."""

    def __init__(self, path: Path, render: Callable[[Report], str]) -> None:
        self._path, self._render = path, render
        self._report: Report | None = None

    def start(self) -> None:
        """Create the file, and the folders above it."""
        self._write("")

    def handle(self, event: Event) -> None:
        """Keep the report when it comes."""
        if isinstance(event, RunFinished):
            self._report = event.report

    def finish(self) -> None:
        """Write the file."""
        if self._report is not None:
            self._write(self._render(self._report))

    def _write(self, text: str) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(text, "utf-8")
        except OSError as error:
            raise UsageError(f"the report {self._path} cannot be written: {error.strerror or error}") from None


Factory = Callable[[Path], Reporter]


def install(registry: Registry[Factory]) -> None:
    """Add the built-in formats."""
    registry.add("json", lambda path: FileReporter(path, render_json))
    registry.add("junit", lambda path: FileReporter(path, render_junit))


def builtin() -> Registry[Factory]:
    """Return a registry of the built-in formats."""
    registry = Registry[Factory]("report format")
    install(registry)
    return registry


def render_json(report: Report) -> str:
    """Return the report as JSON: `outcome`, `exit_code`, and the members of Report by their names."""
    content = {
        "outcome": report.outcome().name.lower().replace("_", "-"),
        "exit_code": report.exit_code,
        "requests": report.requests,
        **asdict(report),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def render_junit(report: Report) -> str:
    """Return the report as JUnit XML: a suite per operation, a case per check that applied to it."""
    root = ElementTree.Element("testsuites", {"name": "mockflare check"})
    for looked in report.operations:
        root.append(_suite(report, looked))
    if report.stopped:
        suite = ElementTree.SubElement(root, "testsuite", {"name": report.target, "tests": "1", "errors": "1"})
        case = ElementTree.SubElement(suite, "testcase", {"name": "could not look", "classname": report.target})
        ElementTree.SubElement(case, "error", {"message": _clean(report.stopped)})
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(report: Report, looked: Looked) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", {"name": looked.operation})
    failures = 0
    for applied in looked.checks:
        case = ElementTree.SubElement(suite, "testcase", {"name": applied.check, "classname": looked.operation})
        for finding in report.findings:
            if (finding.operation, finding.check) == (looked.operation, applied.check):
                element = ElementTree.SubElement(
                    case, "failure", {"type": finding.severity, "message": _clean(finding.message)}
                )
                element.text = _clean(f"{finding.request}\nseed {finding.seed}, {finding.times} times")
        failures += case.find("failure") is not None
    if looked.could_not_look:
        case = ElementTree.SubElement(suite, "testcase", {"name": "could not look", "classname": looked.operation})
        ElementTree.SubElement(case, "error", {"message": _clean(looked.could_not_look)})
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", str(int(looked.could_not_look is not None)))
    return suite


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
