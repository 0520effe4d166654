"""Every case of the error table can be met: by a request where one leads there, else by a fault or by preference."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mockserver import bundled
from mockserver.app import Mock
from mockserver.effective import catalogue
from mockserver.workersai.error_table import ErrorCase, ErrorTable

PUBLISHED = Path(__file__).parents[3] / "shared" / "facts" / "error-codes.json"
TABLE = ErrorTable.from_content(bundled.errors())
NATIVE, CHAT, PAID = "@cf/meta/llama-3.3-70b-instruct-fp8-fast", "@cf/zai-org/glm-4.7-flash", "@cf/zai-org/glm-5.2"
VISION, REQUESTED = "@cf/meta/llama-3.2-11b-vision-instruct", "@cf/swiss-ai/apertus-v1.5-8b"
IMPOSSIBLE = {"type": "object", "required": ["a"], "properties": {"a": {"enum": []}}}
ANY_OF = {"type": "object", "properties": {"a": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}
MOST = 20_000


def run(body: Any, model: str = NATIVE, **more: Any) -> dict[str, Any]:
    return {"path": f"run/{model}", "body": body, **more}


def json_mode(schema: Any) -> Any:
    return {"prompt": "x", "response_format": {"type": "json_schema", "json_schema": schema}}


STRICT = {"fidelity": "strict"}
TRIGGERS: Mapping[str, dict[str, Any]] = {
    "no-such-model": run({"prompt": "x"}, "@cf/no/such"),
    "invalid-model-id": run({"prompt": "x"}, "llama"),
    "private-model": run({"prompt": "x"}, REQUESTED, settings=STRICT),
    "model-agreement": run({"prompt": "x"}, VISION, settings=STRICT),
    "paid-plan-required": run({"prompt": "x"}, PAID, settings=STRICT),
    "lora-unsupported": run({"prompt": "x", "lora": "mine"}, CHAT),
    "lora-files-missing": run({"prompt": "x", "lora": "mine"}, "@cf/mistral/mistral-7b-instruct-v0.2-lora"),
    "invalid-input": run({"temperature": 1}),
    "incomplete-request": run(None),
    "request-too-large": run({"prompt": "x" * MOST}, settings={"max_body": MOST}),
    "context-window-exceeded": run({"prompt": "x", "max_tokens": 10**6}),
    "engine-invalid-input": run({"prompt": "x", "tool_choice": "any"}, CHAT),
    "engine-refusal": run(
        {"messages": [{"role": "user", "content": "x"}, {"role": "system", "content": "y"}]},
        "@cf/qwen/qwen3.8-27b",
        settings=STRICT,
    ),
    "engine-internal-error": run(
        {
            "messages": [
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/svg+xml,<svg/>"}}]}
            ]
        },
        "@cf/google/gemma-4-26b-a4b-it",
    ),
    "invalid-base64": run({"audio": "?"}, "@cf/openai/whisper-large-v3-turbo"),
    "typed-model-invalid": run({"model": "other", "state": "", "questions": {}}, "@cf/cloudflare/clef"),
    "json-mode-failed": run(json_mode(IMPOSSIBLE)),
    "out-of-capacity": run(
        {"prompt": "x", "options": {"rejectIfBusy": True}}, settings={"switches": {"capacity": "busy"}}
    ),
    "infrastructure-failure": run(json_mode(ANY_OF), settings={"switches": {"any-of-in-schema": "refused"}}),
    "unauthorized": run({"prompt": "x"}, headers={"authorization": "Bearer nobody"}),
    "missing-authorization": run({"prompt": "x"}, headers={"authorization": ""}),
    "bad-object-identifier": {"path": f"/client/v4/accounts/mine/ai/run/{NATIVE}", "body": {}, "settings": STRICT},
    "no-route": {"path": "v1/nothing", "body": {}},
    "method-not-supported": {"path": "v1/models", "body": None, "method": "GET"},
}
"""The requests that lead to a case; the other cases are met by a fault."""


def shaped(case: ErrorCase, answer: Any) -> None:
    """Assert that an answer has status, code, text and shape of a case."""
    assert answer.status in (case.status, *case.alternate_statuses), answer.text
    pattern = re.sub(r"\\\$\\\{\w+\\\}", "(.*)", re.escape(case.message))
    if case.body == "text":
        assert "text/plain" == answer.headers["content-type"]
        assert re.fullmatch(pattern, answer.text, re.DOTALL)
        return
    assert "application/json" == answer.headers["content-type"]
    body = answer.json
    assert body["success"] is False
    if case.layer == "gateway":
        (error,) = body["error"]
        assert ("AiGatewayError", [], []) == (body["name"], body["result"], body["messages"])
        assert (case.status, case.code, error["message"]) == (body["httpCode"], body["internalCode"], body["message"])
    else:
        (error,) = body["errors"]
        order = ["errors", "success", "result", "messages"], ["result", "success", "errors", "messages"]
        assert order[case.layer == "platform"] == list(body)
        assert ({} if case.layer == "model" else None) == body["result"]
    assert isinstance(error["code"], int)
    assert case.code is None or case.code == error["code"]
    assert re.fullmatch(pattern, error["message"], re.DOTALL), error["message"]
    assert "${" not in error["message"]


def test_the_table_is_covered() -> None:
    """Triggers are cases of the table, and at least the 41 known failures are there."""
    assert set(TRIGGERS) <= set(TABLE)
    assert len(TABLE) >= 41


def matching(row: Mapping[str, Any]) -> str:
    """Return the case of the table that a published row is about: by code, layer, status, and the text in general."""
    layer = row["layer"].removeprefix("ai-")
    alike = [case for case in TABLE.values() if (case.code, case.layer) == (row["code"], layer)]
    alike = [case for case in alike if row["http"] in (None, case.status)]
    if not row["message"].startswith("("):  # those tell the sense of a text that nobody captured
        said = re.sub(r"\$\{\w+\}", "...", row["message"])
        alike = [
            case for case in alike if re.fullmatch(re.sub(r"\\\$\\\{\w+\\\}", "(.*)", re.escape(case.message)), said)
        ]
    return max(alike, key=lambda case: len(re.sub(r"\$\{\w+\}", "", case.message))).name


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="the published table is not part of the checkout")
def test_the_published_table_is_met(ask: Any) -> None:
    """Each published failure is one case of its own, with its code, its status and its text; there are no others."""
    rows = json.loads(PUBLISHED.read_text("utf-8"))["errors"]
    cases = [matching(row) for row in rows]
    assert (41, set(TABLE)) == (len(cases), set(cases))
    for row, name in zip(rows, cases, strict=True):
        mock = Mock()
        mock.fail("*", name)
        answer = ask(f"run/{NATIVE}", {"prompt": "x"}, of=mock)
        shaped(TABLE[name], answer)
        assert row["http"] in (None, answer.status), row
        if TABLE[name].body != "text" and row["code"] is not None:
            errors = answer.json["error" if TABLE[name].layer == "gateway" else "errors"]
            assert row["code"] == errors[0]["code"], row


@pytest.mark.parametrize("name", TRIGGERS)
def test_request_leads_to_the_case(ask: Any, name: str) -> None:
    """A request of the right kind of wrongness meets the case."""
    trigger = TRIGGERS[name]
    mock = Mock(**trigger.get("settings", {}))
    body = trigger["body"]
    content = json.dumps(body).encode() if body is not None else b""
    answer = ask(
        trigger["path"], content, of=mock, method=trigger.get("method", "POST"), **trigger.get("headers", {})
    ) if name != "request-too-large" else _too_large(mock, trigger["path"], content)  # fmt: skip

    shaped(TABLE[name], answer)
    if TABLE[name].layer == "platform":
        assert "cf-ai-req-id" not in answer.headers
    assert "retry-after" not in answer.headers


ARGUMENTS = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{no"}}
CALLED = {
    "messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": None, "tool_calls": [ARGUMENTS]}]
}


@pytest.mark.parametrize(
    ("model", "body", "words"),
    [
        ("@cf/zai-org/glm-5.2", CALLED, "Assistant tool call function.arguments must be valid JSON."),
        (
            "@cf/qwen/qwen3.8-27b",
            {"messages": [{"role": "user", "content": "x"}, {"role": "system", "content": "y"}]},
            "System message must be at the beginning.",
        ),
    ],
)
def test_engines_demand_what_they_demand(ask: Any, usual: Mock, model: str, body: Any, words: str) -> None:
    """What the engine of one model refuses is answered with a warning, and refused under strict fidelity only."""
    assert 200 == ask(f"run/{model}", body).status
    assert any(words in warning for warning in usual.journal[-1].warnings)
    assert 200 == ask(f"run/{CHAT}", body).status
    assert not any(words in warning for warning in usual.journal[-1].warnings)
    paid = {"requires_workers_paid"} & set(catalogue()[model].facts)
    strict = ask(f"run/{model}", body, of=Mock(fidelity="strict"))
    assert paid or (400, words) == (strict.status, strict.message)


def _too_large(mock: Mock, path: str, content: bytes) -> Any:
    """Send through ASGI's measure: the door says that a body is too large."""
    from mockserver.engine.values import HttpRequest

    request = HttpRequest(
        "POST",
        f"/client/v4/accounts/{mock.account_id}/ai/{path}",
        headers=[(b"authorization", b"Bearer " + mock.token.encode())],
        body=b"",
        too_large=len(content) > mock.settings.max_body,
    )
    response = mock.handle(request)

    class Answer:
        status, text = response.status, response.body.decode()
        headers = {name.decode(): value.decode() for name, value in response.headers}  # noqa: RUF012
        json = json.loads(text)

    return Answer


@pytest.mark.parametrize("name", TABLE)
def test_fault_is_the_case(ask: Any, usual: Mock, name: str) -> None:
    """Every case can be switched on by its name; clients are told to try again at once, and the next request passes."""
    usual.fail(NATIVE, name)

    answer = ask(f"run/{NATIVE}", {"prompt": "x"})

    shaped(TABLE[name], answer)
    assert ("1", "0") == (answer.headers["retry-after-ms"], answer.headers["retry-after"])
    assert "cf-ai-neurons" not in answer.headers
    assert 200 == ask(f"run/{NATIVE}", {"prompt": "x"}).status


@pytest.mark.parametrize("code", sorted({case.code for case in TABLE.values() if case.code is not None}))
def test_fault_by_code(ask: Any, usual: Mock, code: int) -> None:
    """A code names its case, too."""
    usual.fail("*", code)

    shaped(TABLE.by_code(code), ask(f"run/{NATIVE}", {"prompt": "x"}))


@pytest.mark.parametrize("status", sorted({case.status for case in TABLE.values() if case.status != 422}))
def test_preferred_status(ask: Any, status: int) -> None:
    """A caller gets a failure of any known status by preferring it."""
    answer = ask(f"run/{NATIVE}", {"prompt": "x"}, prefer=f"code={status}")

    assert status == answer.status
    assert answer.headers["preference-applied"] == f"code={status}"
