"""What reasoning models think: where it stands, what it counts, how it is switched, and that nothing else suffers."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from mockserver.app import Mock

QUESTION = [{"role": "user", "content": "How do tides follow the moon?"}]
TOGGLED, LEVELLED, GPT = "@cf/zai-org/glm-4.7-flash", "@cf/zai-org/glm-5.2", "@cf/openai/gpt-oss-120b"
STUBBORN, ALOUD, PLAIN = "@cf/zai-org/glm-5.3", "@cf/qwen/qwq-32b", "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
GEMMA = "@cf/google/gemma-4-26b-a4b-it"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"type": "function", "function": {"name": "get_tides", "parameters": SCHEMA}}


@pytest.fixture
def chat(ask: Any) -> Any:
    def send(model: str, of: Any = None, **body: Any) -> Any:
        more = {} if of is None else {"of": of}
        answer = ask("v1/chat/completions", {"model": model, "messages": QUESTION, **body}, **more)
        assert 200 == answer.status, answer.text
        return answer

    return send


def message(answer: Any) -> Any:
    return answer.json["choices"][0]["message"]


def thoughts(answer: Any) -> str:
    return str(message(answer).get("reasoning_content") or "")


def test_a_greeting_is_no_topic(chat: Any) -> None:
    """Where nothing is asked, nothing is said to be the question."""
    thought = thoughts(chat(TOGGLED, messages=[{"role": "user", "content": "Hi"}]))

    assert thought
    assert "your question" not in thought


def test_reasoning_stands_beside_the_content(chat: Any) -> None:
    """A chat model's reasoning is a member of the message, counted in the usage; other models have neither."""
    answer = chat(TOGGLED)
    usage = answer.json["usage"]

    assert "tides" in thoughts(answer)
    assert thoughts(answer) not in message(answer)["content"]
    assert 0 < usage["completion_tokens_details"]["reasoning_tokens"] < usage["completion_tokens"]
    assert "reasoning_content" not in message(chat(PLAIN))
    assert "completion_tokens_details" not in chat(PLAIN).json["usage"]


def test_default_reasoning_is_short(chat: Any) -> None:
    """Thinking unasked takes fewer tokens than the answer, so that defaults stay useful."""
    for model in (TOGGLED, LEVELLED, GPT, STUBBORN):
        usage = chat(model).json["usage"]
        assert usage["completion_tokens_details"]["reasoning_tokens"] * 2 < usage["completion_tokens"]


def test_stream_says_the_same(chat: Any) -> None:
    """Reasoning deltas come before the content and join to the reasoning of the whole answer; so does the content."""
    whole = message(chat(TOGGLED))
    deltas = [choice["delta"] for event in chat(TOGGLED, stream=True).events for choice in event["choices"]]

    kinds = [name for delta in deltas for name in delta if name != "role" and delta[name]]
    assert sorted(kinds, key=["reasoning_content", "content"].index) == kinds
    for name in ("reasoning_content", "content"):
        assert whole[name] == "".join(delta.get(name) or "" for delta in deltas)


def test_thinking_eats_the_limit(chat: Any) -> None:
    """Under a limit the reasoning comes first; when it uses all tokens up, there is no content."""
    full = chat(TOGGLED)
    spent = full.json["usage"]["completion_tokens_details"]["reasoning_tokens"]
    said = [(limit, chat(TOGGLED, max_tokens=limit)) for limit in (1, spent - 1, spent, spent + 1, spent + 9, 5000)]

    for limit, answer in said:
        choice, used = answer.json["choices"][0], answer.json["usage"]["completion_tokens"]
        assert (limit == 5000) == (choice["finish_reason"] == "stop")
        assert min(limit, full.json["usage"]["completion_tokens"]) == used
        assert (limit <= spent) == (choice["message"]["content"] is None)
    for (_, shorter), (_, longer) in pairwise(said):
        assert thoughts(longer).startswith(thoughts(shorter))
        assert (message(longer)["content"] or "").startswith(message(shorter)["content"] or "")


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (TOGGLED, {"chat_template_kwargs": {"enable_thinking": False}}),
        (TOGGLED, {"chat_template_kwargs": {"thinking": False}}),
        (TOGGLED, {"reasoning_effort": "none"}),
        (LEVELLED, {"reasoning_effort": "none"}),
        (LEVELLED, {"reasoning_effort": "minimal"}),
    ],
)
def test_switched_off(chat: Any, model: str, body: Any) -> None:
    """A model that can do without thinking does, and says the same content."""
    assert "" == thoughts(chat(model, **body))
    assert message(chat(model))["content"] == message(chat(model, **body))["content"]


@pytest.mark.parametrize("body", [{"reasoning_effort": "none"}, {"chat_template_kwargs": {"enable_thinking": False}}])
@pytest.mark.parametrize("model", [STUBBORN, GPT])
def test_never_switched_off(chat: Any, model: str, body: Any) -> None:
    """A model that always thinks takes the switch and ignores it."""
    assert thoughts(chat(model)) == thoughts(chat(model, **body))


def test_effort_scales(chat: Any) -> None:
    """More effort, more thoughts; an alias is as long as the level it stands for."""
    low, medium, high = (len(thoughts(chat(GPT, reasoning_effort=effort))) for effort in ("low", "medium", "high"))

    assert low < medium < high
    assert len(thoughts(chat(GPT))) == medium
    assert thoughts(chat(LEVELLED, reasoning_effort="medium")) == thoughts(chat(LEVELLED, reasoning_effort="high"))


def test_default_in_dispute(chat: Any) -> None:
    """Whether Gemma 4 thinks unasked is a switch; asked for, it thinks."""
    off = Mock(switches={"disputed-thinking": "off"})

    assert thoughts(chat(GEMMA))
    assert "" == thoughts(chat(GEMMA, of=off))
    assert thoughts(chat(GEMMA, of=off, chat_template_kwargs={"enable_thinking": True}))


def test_structured_output_holds_no_thought(chat: Any) -> None:
    """JSON is JSON; the reasoning stands beside it."""
    wanted = {"type": "json_schema", "json_schema": {"name": "tide", "schema": SCHEMA}}
    answer = chat(TOGGLED, response_format=wanted)

    assert ["city"] == list(json.loads(message(answer)["content"]))
    assert thoughts(answer)


def test_tool_calls_are_thought_about(chat: Any) -> None:
    """Reasoning stands beside calls, streamed before them."""
    answer = chat(TOGGLED, tools=[TOOL])
    deltas = [
        choice["delta"] for event in chat(TOGGLED, tools=[TOOL], stream=True).events for choice in event["choices"]
    ]

    assert thoughts(answer)
    assert message(answer)["tool_calls"]
    assert thoughts(answer) == "".join(delta.get("reasoning_content") or "" for delta in deltas)
    assert "tool_calls" in [*deltas[-2]]


def test_older_models_think_aloud(ask: Any) -> None:
    """The native family's reasoning models put their thoughts into the response, in tags; JSON stays clean."""
    said = ask(f"run/{ALOUD}", {"messages": QUESTION}).result["response"]
    events = ask(f"run/{ALOUD}", {"messages": QUESTION, "stream": True}).events
    asked = {"messages": QUESTION, "response_format": {"type": "json_schema", "json_schema": SCHEMA}}

    assert said.startswith("<think>\n")
    assert "\n</think>\n\n" in said
    assert said == "".join(event["response"] for event in events)
    assert ["city"] == list(ask(f"run/{ALOUD}", asked).result["response"])


def test_responses_begin_with_the_reasoning(ask: Any) -> None:
    """A reasoning item comes first; a limit that it uses up leaves no message."""
    whole = ask("v1/responses", {"model": GPT, "input": "Tides?"}).json
    cut = ask("v1/responses", {"model": GPT, "input": "Tides?", "max_output_tokens": 4}).json
    events = ask("v1/responses", {"model": GPT, "input": "Tides?", "stream": True}).events

    assert ["reasoning", "message"] == [item["type"] for item in whole["output"]]
    assert ("incomplete", ["reasoning"]) == (cut["status"], [item["type"] for item in cut["output"]])
    assert 4 == cut["usage"]["output_tokens"] == cut["usage"]["output_tokens_details"]["reasoning_tokens"]
    deltas = [event["delta"] for event in events if event["type"] == "response.reasoning_text.delta"]
    assert whole["output"][0]["content"][0]["text"] == "".join(deltas)


def test_text_completions_do_not_think(ask: Any) -> None:
    """A bare completion has no chat template, so nothing is thought."""
    for model in (TOGGLED, ALOUD):
        answer = ask("v1/completions", {"model": model, "prompt": "Tides?"}).json
        assert "<think>" not in answer["choices"][0]["text"]
        assert answer["choices"][0]["text"]
