"""Switches: checked at the door, each of them changes what it says, and the page about them is current."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mockserver import bundled
from mockserver.app import Mock
from mockserver.errors import MockflareError, UnknownName
from mockserver.settings import Settings
from mockserver.workersai.quirks import Quirks

ROOT = Path(__file__).resolve().parents[2]
NATIVE, CHAT, GPT = "@cf/meta/llama-3.3-70b-instruct-fp8-fast", "@cf/zai-org/glm-4.7-flash", "@cf/openai/gpt-oss-120b"
QUESTION = [{"role": "user", "content": "Tides?"}]
ANY_OF = {"type": "object", "properties": {"a": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}}
TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}]
KNOWN = Quirks.from_content(bundled.quirks())

CHAT_PATH, RUN = "v1/chat/completions", f"run/{NATIVE}"
ASKED: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "error-code-type": ("v1/nothing", {}, {}),
    "unknown-path-status": ("v1/nothing", {}, {}),
    "unreadable-credentials": (RUN, {"prompt": "x"}, {"authorization": "Basic eDp5"}),
    "tool-choice-any": (f"run/{CHAT}", {"messages": QUESTION, "tools": TOOLS, "tool_choice": "any"}, {}),
    "tools-without-flag": (
        "run/@cf/google/gemma-2b-it-lora",
        {"messages": QUESTION, "tools": TOOLS},
        {},
    ),
    "any-of-in-schema": (
        RUN,
        {"prompt": "x", "response_format": {"type": "json_schema", "json_schema": ANY_OF}},
        {},
    ),
    "capacity": (RUN, {"prompt": "x", "options": {"rejectIfBusy": True}}, {}),
    "reasoning-field": (CHAT_PATH, {"model": CHAT, "messages": QUESTION}, {}),
    "disputed-thinking": (CHAT_PATH, {"model": "@cf/google/gemma-4-26b-a4b-it", "messages": QUESTION}, {}),
    "empty-content": (CHAT_PATH, {"model": CHAT, "messages": QUESTION, "max_tokens": 3}, {}),
    "chat-id": (CHAT_PATH, {"model": NATIVE, "messages": QUESTION}, {}),
    "model-echo": (CHAT_PATH, {"model": "@cf/moonshotai/kimi-k2.5", "messages": QUESTION}, {}),
    "stream-usage": (CHAT_PATH, {"model": NATIVE, "messages": QUESTION, "stream": True}, {}),
    "response-beside-calls": (RUN, {"messages": QUESTION, "tools": TOOLS}, {}),
    "empty-tool-calls": (RUN, {"messages": QUESTION}, {}),
    "responses-stream": ("v1/responses", {"model": GPT, "input": "Tides?", "stream": True}, {}),
}
FAULTS: dict[str, str] = {"quota-code": "daily-allocation", "capacity-text": "out-of-capacity"}
ELSEWHERE = {
    *("cost-basis", "batch-clock", "batch-result", "markdown-tokens", "speech-combinations", "speech-voice"),
    *("account-id", "token-permission", "gateway-header", "models-paging", "finetune-list", "finetune-asset"),
    *("disputed-price", "disputed-picture-type", "disputed-vision", "disputed-context"),
}
"""Tested beside what they switch, and in test_disputed.py."""


def test_every_switch_is_tried() -> None:
    """No switch without a request that shows it."""
    assert set(KNOWN) == {*ASKED, *FAULTS, *ELSEWHERE}


@pytest.mark.parametrize("name", ASKED)
def test_each_position_differs(ask: Any, name: str) -> None:
    """Every position of a switch answers the same request in its own way; the default is what an unset switch does."""
    path, body, headers = ASKED[name]
    said = {}
    for value in KNOWN[name].values:
        answer = ask(path, body, of=Mock(switches={name: value}), **headers)
        said[value] = (answer.status, answer.text)

    alike = {"model", "milliseconds"} if name == "chat-id" else {"model", "reasoning_content"}
    kept = [text for value, text in said.items() if value not in alike or value == KNOWN[name].default]
    assert len(kept) == len(set(kept)), said
    usual = ask(path, body, **headers)
    assert said[KNOWN[name].default] == (usual.status, usual.text)


@pytest.mark.parametrize("name", FAULTS)
def test_faults_by_switch(ask: Any, name: str) -> None:
    """The words and codes of failures that a fault names follow the switch."""
    said = set()
    for value in KNOWN[name].values:
        mock = Mock(switches={name: value})
        mock.fail("*", FAULTS[name])
        answer = ask(RUN, {"prompt": "x"}, of=mock)
        assert 429 == answer.status
        said.add(answer.text)
        if name == "quota-code":
            assert int(value) == answer.code
            mock.fail("*", 3036)
            assert 3036 == ask(RUN, {"prompt": "x"}, of=mock).code, "a code names itself"
        else:
            assert KNOWN[name].values[value] == answer.message

    assert len(KNOWN[name].values) == len(said)


def test_refusing_switch_with_text_body(ask: Any) -> None:
    """Some failures are plain text."""
    path, body, _ = ASKED["any-of-in-schema"]
    answer = ask(path, body, of=Mock(switches={"any-of-in-schema": "refused"}))

    assert (500, "text/plain", "error code: 1031") == (answer.status, answer.headers["content-type"], answer.text)


@pytest.mark.parametrize(
    ("switches", "near"),
    [({"reasoning-feld": "both"}, "reasoning-field"), ({"reasoning-field": "reasonin"}, "'reasoning'")],
)
def test_checked_at_the_door(switches: dict[str, str], near: str) -> None:
    """An unknown name or value fails when the mock is made, with the nearest known one."""
    with pytest.raises(UnknownName, match=near):
        Mock(Settings(switches=switches))


def test_values_are_text() -> None:
    """A number from a configuration file means its text."""
    assert "3036" == Mock(switches={"quota-code": 3036}).settings.switches["quota-code"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", CHAT, '{"prompt": "x"}', "--switch", "reasoning-feld=both"], "reasoning-field"),
        (["explain", "GET", "/", "--switch", "capacity=bussy"], "busy"),
        (["serve", "--port", "0", "--switch", "capacity"], "NAME=VALUE"),
    ],
)
def test_command_line(arguments: list[str], said: str) -> None:
    """A wrong switch is a usage error in one line; exit 2."""
    run = subprocess.run([sys.executable, "-m", "mockserver", *arguments], capture_output=True, text=True, cwd=ROOT)

    assert 2 == run.returncode
    assert said in run.stderr
    assert 1 == run.stderr.count("\n")


def test_command_line_switch() -> None:
    """A switch reaches the answer."""
    body = '{"prompt": "tides"}'
    run = subprocess.run(
        [sys.executable, "-m", "mockserver", "ask", CHAT, body, "--switch", "reasoning-field=reasoning"],
        capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip

    assert '"reasoning":' in run.stdout


@pytest.mark.parametrize(
    "record",
    [
        "x",
        {"summary": "s", "values": {"a": "A"}, "default": "b", "basis": "b"},
        {"summary": "s", "values": {"a": 1}, "default": "a", "basis": "b"},
        {"summary": "s", "values": {"a": "A"}, "default": "a"},
        {"summary": "s", "values": {"a": "A"}, "default": "a", "basis": "b", "more": "x"},
    ],
)
def test_malformed_file(record: Any) -> None:
    """A malformed record names its switch."""
    with pytest.raises(MockflareError, match="odd"):
        Quirks.from_content({"odd": record})


def test_pages_are_current() -> None:
    """The pages made of data are what `python -m docs` writes."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("docs_pages", ROOT / "docs" / "__main__.py")
    assert spec
    assert spec.loader
    pages = module_from_spec(spec)
    spec.loader.exec_module(pages)

    for name, make in pages.PAGES.items():
        assert make() == (ROOT / "docs" / name).read_text("utf-8"), f"run `python -m docs` for docs/{name}"
