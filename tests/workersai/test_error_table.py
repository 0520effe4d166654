"""The errors file and its reader."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.errors import MockflareError, UnknownName
from mockserver.workersai.error_table import ErrorTable

SPEC = Path(__file__).parents[2] / "spec"


@pytest.fixture(scope="module")
def table() -> ErrorTable:
    return ErrorTable.from_content(
        yaml.load((SPEC / "errors.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    )


def test_all_cases_are_there(table: ErrorTable) -> None:
    """41 cases, five of them without a code, no code twice."""
    codes = [case.code for case in table.values()]

    assert 41 == len(table)
    assert 5 == codes.count(None)
    assert 37 == len(set(codes))


@pytest.mark.parametrize(
    ("code", "name", "status", "layer"),
    [
        (5007, "no-such-model", 400, "model"),
        (3042, "invalid-model-id", 404, "model"),
        (5006, "invalid-input", 400, "model"),
        (5021, "context-window-exceeded", 413, "model"),
        (5016, "model-agreement", 403, "model"),
        (3036, "daily-allocation-documented", 429, "model"),
        (4006, "daily-allocation", 429, "model"),
        (3040, "out-of-capacity", 429, "model"),
        (10000, "unauthorized", 401, "platform"),
        (9106, "missing-authorization", 400, "platform"),
        (7003, "bad-object-identifier", 404, "platform"),
        (7001, "method-not-supported", 405, "platform"),
        (2009, "gateway-unauthorized", 401, "gateway"),
    ],
)
def test_codes(table: ErrorTable, code: int, name: str, status: int, layer: str) -> None:
    """The codes that clients tell apart, with status and layer."""
    case = table.by_code(code)

    assert (name, status, layer) == (case.name, case.status, case.layer)
    assert case is table[name]


def test_a_message_is_filled_in(table: ErrorTable) -> None:
    """Values replace their placeholders; what the message does not name is ignored."""
    said = table["context-window-exceeded"].render(tokens=9000, limit=8192, request_id="0-1", other="x")

    assert said == (
        "AiError: Ai: The estimated number of input and maximum output tokens (9000) exceeded "
        "this model context window limit (8192). (0-1)"
    )
    assert "Authentication error" == table["unauthorized"].render()


def test_a_value_is_not_filled_in_again(table: ErrorTable) -> None:
    """A value that looks like a placeholder comes out as it is."""
    assert "No such model ${model} or task" == table["no-such-model"].render(model="${model}")


def test_a_missing_value_is_named(table: ErrorTable) -> None:
    """A message that is not filled never leaves."""
    with pytest.raises(MockflareError, match=r"error context-window-exceeded: .* missing: limit, request_id"):
        table["context-window-exceeded"].render(tokens=1)


def test_what_is_assumed_is_marked(table: ErrorTable) -> None:
    """Statuses and messages that nobody established are told apart."""
    assert {3030, 3025, 1031, 7009, 2001, 8001, 8005} == {case.code for case in table.values() if case.status_assumed}
    assert {3030, 2001, 2009, 2044} == {case.code for case in table.values() if case.message_assumed}
    assert "text" == table["infrastructure-failure"].body
    assert (403,) == table["unauthorized"].alternate_statuses


def test_unknown_names_fail(table: ErrorTable) -> None:
    """Subscription and codes raise with the nearest, `get` and `in` do not."""
    with pytest.raises(UnknownName, match=r"did you mean 'rate-limited'"):
        table["rate-limit"]
    with pytest.raises(UnknownName, match=r"unknown error code '5008'"):
        table.by_code(5008)

    assert table.get("rate-limit") is None
    assert "rate-limit" not in table


RIGHT: dict[str, Any] = {"code": 1, "status": 400, "layer": "model", "message": "m", "basis": "observed"}


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        ("text", r"errors, bad: a case is a mapping"),
        ({**RIGHT, "status": "400"}, r"`status` is a number, found '400'"),
        ({**RIGHT, "code": "1"}, r"`code` is a number or null, found '1'"),
        ({**RIGHT, "message": None}, r"`message` is text, found None"),
        ({**RIGHT, "layer": "modal"}, r"unknown layer 'modal'; did you mean 'model'"),
        ({**RIGHT, "body": "xml"}, r"unknown body 'xml'; known: json, text"),
        ({**RIGHT, "basics": "x"}, r"unknown key 'basics'; did you mean 'basis'"),
    ],
)
def test_a_malformed_case_says_what_is_right(record: Any, complaint: str) -> None:
    """Which case, what was found, what would have been right."""
    with pytest.raises(MockflareError, match=complaint):
        ErrorTable.from_content({"bad": record})


def test_an_errors_file_is_a_mapping() -> None:
    """A list is refused."""
    with pytest.raises(MockflareError, match=r"this is list"):
        ErrorTable.from_content([])
