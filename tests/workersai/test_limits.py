"""What a request may not ask."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mockserver.app import Mock

NATIVE, CHAT, LORA = (
    "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
    "@cf/zai-org/glm-4.7-flash",
    "@cf/mistral/mistral-7b-instruct-v0.2-lora",
)
VISION = "@cf/meta/llama-3.2-11b-vision-instruct"
QUESTION = [{"role": "user", "content": "Tides?"}]


@pytest.fixture(scope="module")
def strict() -> Mock:
    return Mock(fidelity="strict")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"run/{NATIVE}", {"prompt": "x", "max_tokens": 24_000}),
        (f"run/{NATIVE}", {"prompt": "x", "max_tokens": 24_000, "stream": True}),
        (f"run/{NATIVE}", {"prompt": "word " * 24_000}),
        ("v1/chat/completions", {"model": NATIVE, "messages": QUESTION, "max_tokens": 10**9}),
        ("v1/completions", {"model": NATIVE, "prompt": ["x", "word " * 24_000]}),
        ("v1/responses", {"model": "@cf/openai/gpt-oss-120b", "input": "x", "max_output_tokens": 128_000}),
        (f"run/{CHAT}", {"prompt": "x", "max_completion_tokens": 131_072}),
    ],
)
def test_context_window(ask: Any, path: str, body: Any) -> None:
    """Prompt and limit together have to fit: 413 and 5021, with the numbers and the id of the request."""
    answer = ask(path, body)

    assert (413, 5021) == (answer.status, answer.code)
    found = re.fullmatch(
        r"AiError: Ai: The estimated number of input and maximum output tokens \((\d+)\) exceeded this model context "
        r"window limit \((\d+)\)\. \(([0-9a-f-]{36})\)",
        answer.message,
    )
    assert found
    assert int(found[1]) > int(found[2])
    assert answer.headers["cf-ai-req-id"] == found[3]


def test_just_fits(ask: Any) -> None:
    """The whole window may be used."""
    read = ask(f"run/{NATIVE}", {"prompt": "x"}).result["usage"]["prompt_tokens"]

    assert 200 == ask(f"run/{NATIVE}", {"prompt": "x", "max_tokens": 24_000 - read}).status
    assert 413 == ask(f"run/{NATIVE}", {"prompt": "x", "max_tokens": 24_001 - read}).status


def test_lora(ask: Any) -> None:
    """An adapter on a model without them is 405 and 5005, an unknown one 400 and 3039; null is not given."""
    refused = ask(f"run/{CHAT}", {"prompt": "x", "lora": "my-adapter"})

    assert (405, 5005) == (refused.status, refused.code)
    assert f"The model {CHAT} does not support LoRa inference" == refused.message
    unknown = ask(f"run/{LORA}", {"prompt": "x", "lora": "nobody's"})
    assert (400, 3039) == (unknown.status, unknown.code)
    assert 200 == ask(f"run/{LORA}", {"prompt": "x", "lora": "cf-public-magicoder"}).status
    assert 200 == ask(f"run/{CHAT}", {"prompt": "x", "lora": None}).status


@pytest.mark.parametrize("path", ["v1/chat/completions", f"run/{CHAT}"])
def test_tool_choice_any(ask: Any, path: str) -> None:
    """`tool_choice` "any" is 400 and 8001 in chat requests; older models on `/ai/run` take it for "required"."""
    tools = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}]
    body = {"model": CHAT, "messages": QUESTION, "tools": tools, "tool_choice": "any"}

    assert (400, 8001) == (ask(path, body).status, ask(path, body).code)
    assert ask(f"run/{NATIVE}", body).result["tool_calls"]
    lenient = ask(path, body, of=Mock(switches={"tool-choice-any": "required"}))
    assert (400 if path.startswith("v1") else 200) == lenient.status


def test_busy(ask: Any) -> None:
    """When the models are busy, only those who would rather fail than wait are refused."""
    busy = Mock(switches={"capacity": "busy"})
    body = {"prompt": "x", "options": {"rejectIfBusy": True}}

    assert (429, 3040) == (ask(f"run/{NATIVE}", body, of=busy).status, ask(f"run/{NATIVE}", body, of=busy).code)
    assert 200 == ask(f"run/{NATIVE}", {"prompt": "x"}, of=busy).status
    assert 200 == ask(f"run/{NATIVE}", {"prompt": "x", "options": {"rejectIfBusy": False}}, of=busy).status
    assert 200 == ask(f"run/{NATIVE}", body).status


def test_agreement(ask: Any, strict: Mock) -> None:
    """Strictly, the terms of a model are accepted once per account, until the next reset."""
    strict.reset()
    path = f"run/{VISION}"
    other = f"/client/v4/accounts/{'f' * 32}/ai/{path}"

    refused = ask(path, {"prompt": "x"}, of=strict)
    assert (403, 5016) == (refused.status, refused.code)
    assert 200 == ask(path, {"prompt": "agree"}, of=strict).status
    assert 200 == ask(path, {"prompt": "x"}, of=strict).status
    assert 200 == ask("v1/chat/completions", {"model": VISION, "messages": QUESTION}, of=strict).status
    assert 403 == ask(other, {"prompt": "x"}, of=strict).status
    strict.reset()
    assert 403 == ask(path, {"prompt": "x"}, of=strict).status
    assert 403 == ask(path, b"{", of=strict).status
    assert 200 == ask(path, {"prompt": "x"}).status


@pytest.mark.parametrize(
    ("model", "status", "code"),
    [("@cf/swiss-ai/apertus-v1.5-8b", 403, 5018), ("@cf/zai-org/glm-5.2", 403, 5035), (CHAT, 200, None)],
)
def test_access(ask: Any, strict: Mock, model: str, status: int, code: int | None) -> None:
    """Strictly, models on request and models of the paid plan are refused; leniently all of them answer."""
    answer = ask(f"run/{model}", {"prompt": "x"}, of=strict)

    assert status == answer.status
    assert code is None or code == answer.code
    assert 200 == ask(f"run/{model}", {"prompt": "x"}).status
