"""What lint found, for programs."""

from __future__ import annotations

import json

import pytest

from mockserver.openapi.lint import RULES, lint, reports
from mockserver.openapi.source import parse

DOCUMENT = """\
openapi: 3.1.0
info: {title: Tea, version: "1"}
paths:
  /teas:
    get:
      operationId: listTeas
      responses:
        "204": {description: No teas}
        "2OO": {description: A slip of the shift key, content: {}}
        "404": {description: Not described}
"""


@pytest.fixture
def faults():
    return lint(parse(DOCUMENT, "tea.yml"), DOCUMENT, "tea.yml")


def test_text_has_a_line_for_each_fault(faults):
    """The file and the line come first, as editors take them."""
    lines = reports.as_text(faults, RULES, "1").splitlines()
    assert ["tea.yml:9: status-invalid", "tea.yml:10: response-without-content"] == [
        " ".join(line.split()[:2]) for line in lines
    ]


def test_json_has_every_member_of_a_fault(faults):
    """Counts add up to the faults."""
    said = json.loads(reports.as_json(faults, RULES, "1"))
    assert {"error": 1, "warning": 1} == said["counts"]
    assert ["status-invalid", "response-without-content"] == [fault["code"] for fault in said["faults"]]
    assert {"code", "pointer", "keyword", "reason", "severity", "line", "file"} == said["faults"][0].keys()


def test_sarif_names_rule_place_and_line(faults):
    """Every result leads to a rule of the log, and to the line."""
    log = json.loads(reports.as_sarif(faults, RULES, "1"))
    [run] = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert list(RULES) == [rule["id"] for rule in rules]
    for fault, result in zip(faults, run["results"], strict=True):
        [place] = result["locations"]
        assert (fault.code, fault.severity) == (rules[result["ruleIndex"]]["id"], result["level"])
        assert fault.line == place["physicalLocation"]["region"]["startLine"]
        assert fault.pointer == place["logicalLocations"][0]["fullyQualifiedName"]


@pytest.mark.parametrize("code", list(RULES))
def test_every_rule_is_explained(code):
    """The explanation begins with the code and says more than the summary of other rules."""
    said = reports.explain(RULES[code])
    assert said.startswith(f"{code} (")
    assert RULES[code].summary in said
