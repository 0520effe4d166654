"""Lint on the bundled document, and what a fault looks like."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mockserver import bundled
from mockserver.openapi import source
from mockserver.openapi.lines import Lines
from mockserver.openapi.lint import RULES, Fault, lint

TEXT = source.read_text(bundled.upstream_path())
CONTENT = source.parse(TEXT, "upstream.yml")
FAULTS = lint(CONTENT, TEXT, "upstream.yml")
SCHEMAS = "/components/schemas"


def test_every_fault_of_the_bundled_document_is_found() -> None:
    expected = {
        "example-invalid": 4,
        "schema-example-invalid": 7,
        "response-without-content": 13,
        "dispatcher-without-rules": 5,
        "examples-not-paired": 3,
    }
    assert expected == Counter(fault.code for fault in FAULTS)


@pytest.mark.parametrize(
    ("pointer", "keyword", "said"),
    [
        (f"{SCHEMAS}/AiRunResponse/properties/result/example", "type", '"example_value" is not of type "object"'),
        (f"{SCHEMAS}/ChatCompletionRequest/properties/temperature/example", "maximum", "42.5 is greater than"),
        (f"{SCHEMAS}/ChatCompletionRequest/properties/top_p/example", "maximum", "the maximum of 1"),
        (f"{SCHEMAS}/ChatCompletionResponse/properties/object/example", "const", 'this is "example_value"'),
        (f"{SCHEMAS}/ChatCompletionResponse/properties/usage/example", "type", 'not of type "object"'),
        (f"{SCHEMAS}/EmbeddingResponse/properties/object/example", "const", '"list" was expected'),
        (f"{SCHEMAS}/EmbeddingResponse/properties/usage/example", "type", 'not of type "object"'),
    ],
)
def test_schema_example_is_reported_with_its_reason(pointer: str, keyword: str, said: str) -> None:
    [fault] = [fault for fault in FAULTS if fault.pointer == pointer]

    assert ("schema-example-invalid", keyword) == (fault.code, fault.keyword)
    assert said in fault.reason


def test_one_fault_names_every_violation_of_an_example() -> None:
    invalid = [fault for fault in FAULTS if fault.code == "example-invalid"]
    chat = next(fault for fault in invalid if "CreatechatcompletionRequestExample" in fault.pointer)
    vectors = next(fault for fault in invalid if "Createembeddings200Example" in fault.pointer)

    assert "/temperature maximum: 42.5 is greater than the maximum of 2; /top_p maximum: 42.5" in chat.reason
    assert "const,type" == vectors.keyword
    assert '/data/0/embedding/0 type: {} is not of type "number"' in vectors.reason


def test_faults_have_the_lines_of_the_source_and_come_in_their_order() -> None:
    written = TEXT.splitlines()
    pointer = f"{SCHEMAS}/ChatCompletionRequest/properties/temperature/example"
    temperature = next(fault for fault in FAULTS if fault.pointer == pointer)

    assert "example: 42.5" == written[temperature.line - 1].strip()
    assert sorted(FAULTS, key=lambda fault: (fault.line, fault.pointer)) == FAULTS
    assert [Lines(TEXT, "x").line(fault.pointer) for fault in FAULTS] == [fault.line for fault in FAULTS]
    for fault in FAULTS:
        if fault.code == "dispatcher-without-rules":
            assert "dispatcher: FALLBACK" == written[fault.line - 1].strip()


def test_text_of_a_fault_names_file_line_code_pointer_keyword_and_reason() -> None:
    fault = Fault("schema-invalid", "/components/schemas/A/type", "type", "'strin' is no type", "error", 7, "a.yml")

    assert "a.yml:7: schema-invalid /components/schemas/A/type type: 'strin' is no type" == str(fault)


def test_every_rule_explains_itself() -> None:
    for code, rule in RULES.items():
        assert code == rule.code
        assert rule.severity in ("error", "warning")
        assert rule.summary.endswith(".") or ":" in rule.summary
        assert rule.explanation.startswith(rule.summary)


def test_linting_grows_no_faster_than_the_document(steps: Any) -> None:
    """Twice as many paths are twice the work at most."""
    half, whole = (widened(times) for times in (2, 4))

    assert steps(lint, *whole) < 2.2 * steps(lint, *half)


def widened(times: int) -> tuple[Any, str, str]:
    """Return the bundled document with its paths so many times, its text and its name."""
    paths = {f"/{number}{path}": item for number in range(times) for path, item in CONTENT["paths"].items()}
    content = {**CONTENT, "paths": paths}
    return content, json.dumps(content, indent=1), "wide.json"


@pytest.mark.parametrize(
    "content", [None, [], "text", 3, {}, {"swagger": "2.0"}, {"openapi": "3.2.0"}, {"openapi": []}]
)
def test_what_is_no_openapi_document_is_one_fault(content: Any) -> None:
    assert ["not-openapi"] == [fault.code for fault in lint(content, "", "x")]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_sound_document_has_no_faults(version: str) -> None:
    text = Path(__file__).with_name("data_sound.yml").read_text("utf-8").replace("VERSION", version)

    assert [] == [str(fault) for fault in lint(source.parse(text, "x"), text, "x")]
