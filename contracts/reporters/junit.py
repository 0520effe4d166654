"""A report as JUnit XML, which most CI systems show."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from contracts.report import Looked, Report

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def render_junit(report: Report) -> str:
    """Return the report as JUnit XML: a suite per operation, a case per check that applied to it.

    What fails the run is a failure, other findings are noted.
    """
    root = ElementTree.Element("testsuites", {"name": f"mockflare {report.command}"})
    for looked in report.operations:
        root.append(_suite(report, looked))
    for reason in filter(None, (report.stopped, *report.broken)):
        name = _clean(report.target)
        counts = {"tests": "1", "failures": "0", "errors": "1", "skipped": "0"}
        suite = ElementTree.SubElement(root, "testsuite", {"name": name, **counts})
        case = ElementTree.SubElement(suite, "testcase", {"name": "could not look", "classname": name})
        ElementTree.SubElement(case, "error", {"message": _clean(reason)})
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(report: Report, looked: Looked) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", {"name": _clean(looked.operation)})
    failures = 0
    of_operation = [finding for finding in report.findings if finding.operation == looked.operation]
    names = dict.fromkeys([*(each.check for each in looked.checks), *(each.check for each in of_operation)])
    if not names and not looked.could_not_look:
        names = {report.command: None}  # a suite without a case is an error to some readers
    for name in names:
        case = ElementTree.SubElement(suite, "testcase", {"name": _clean(name), "classname": _clean(looked.operation)})
        for finding in of_operation:
            if finding.check != name:
                continue
            text = _clean(
                f"{finding.request}\nseed {finding.seed}, {finding.times} times, "
                f"shown in {finding.shown} of {finding.tries} tries"
            )
            if finding.severity.rank <= report.fail_on.rank:
                element = ElementTree.SubElement(
                    case, "failure", {"type": finding.severity, "message": _clean(finding.message)}
                )
                element.text = text
            else:
                noted = ElementTree.SubElement(case, "system-out")
                noted.text = _clean(f"{finding.severity}: {finding.message}\n{text}")
        failures += case.find("failure") is not None
    if looked.could_not_look:
        case = ElementTree.SubElement(
            suite, "testcase", {"name": "could not look", "classname": _clean(looked.operation)}
        )
        word = "error" if looked.expected else "skipped"
        ElementTree.SubElement(case, word, {"message": _clean(looked.could_not_look)})
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    return suite


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
