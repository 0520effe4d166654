"""A stream says what the whole answer says, piece by piece; counts add up; a lower limit gives a beginning."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import strategies
from hypothesis import strategies as st
from judges import events_of, strict_json
from sending import CHAT, COMPLETIONS, RESPONSES, Asked, every

NATIVE = "/accounts/{account_id}/ai/run/" + strategies.TEXT_MODEL
CHAT_RUN = "/accounts/{account_id}/ai/run/" + strategies.CHAT_MODEL


def streamed(sender, path: str, body: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the events of the streamed answer as (name, value)."""
    got = sender.send(Asked(path, {**body, "stream": True}))
    assert (200, "text/event-stream") == (got.status, got.media_type), got.body[:500]
    return [(name, data if data == "[DONE]" else strict_json(data)) for name, data in events_of(got.body)]


def whole(sender, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the whole answer."""
    got = sender.send(Asked(path, {**body, "stream": False}))
    assert (200, "application/json") == (got.status, got.media_type), got.body[:500]
    value: dict[str, Any] = got.json
    return value


def adds_up(usage: dict[str, Any]) -> None:
    assert usage["prompt_tokens"] >= 0
    assert usage["completion_tokens"] >= 0
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def limit_of(body: dict[str, Any]) -> int | None:
    """Return the tokens that a body allows, None when it does not say."""
    for name in ("max_completion_tokens", "max_output_tokens", "max_tokens"):
        if isinstance(body.get(name), int):
            return max(0, body[name])
    return None


def joined_chat(chunks: list[Any]) -> dict[int, dict[str, Any]]:
    """Return the choices that chat chunks add up to: content, calls and the reason of the end."""
    found: dict[int, dict[str, Any]] = {}
    for chunk in chunks:
        for choice in chunk.get("choices", ()):
            said = found.setdefault(choice["index"], {"content": "", "calls": {}, "finish": None, "roles": 0})
            assert said["finish"] is None, "nothing follows the end of a choice"
            delta = choice["delta"]
            said["roles"] += "role" in delta
            said["content"] += delta.get("content") or ""
            for call in delta.get("tool_calls") or ():
                built = said["calls"].setdefault(call["index"], {"id": "", "name": "", "arguments": ""})
                built["id"] += call.get("id") or ""
                built["name"] += call["function"].get("name") or ""
                built["arguments"] += call["function"].get("arguments") or ""
            said["finish"] = choice["finish_reason"]
    return found


def same_choices(chunks: list[Any], choices: list[dict[str, Any]]) -> None:
    """Assert that chunks join to the choices of the whole answer."""
    joined = joined_chat(chunks)
    assert [choice["index"] for choice in choices] == sorted(joined)
    for choice in choices:
        said, message = joined[choice["index"]], choice["message"]
        assert 1 == said["roles"]
        assert (message["content"] or "") == said["content"]
        assert choice["finish_reason"] == said["finish"]
        calls = [
            {"id": call["id"], "name": call["function"]["name"], "arguments": call["function"]["arguments"]}
            for call in message.get("tool_calls") or ()
        ]
        assert calls == [said["calls"][index] for index in sorted(said["calls"])]


def test_chat_chunks_join_to_the_whole(sender):
    """Chunks of a chat completion join to its choices, calls included; usage comes once, where it was asked for."""

    def check(body):
        events = streamed(sender, CHAT, body)
        answer = whole(sender, CHAT, body)
        assert [("message", "[DONE]")] == [event for event in events if event[1] == "[DONE]"] == events[-1:]
        chunks = [value for _, value in events[:-1]]
        assert 1 == len({(chunk["id"], chunk["created"], chunk["model"]) for chunk in chunks})
        assert body["model"] == chunks[0]["model"] == answer["model"]
        same_choices(chunks, answer["choices"])
        counted = [chunk["usage"] for chunk in chunks if chunk.get("usage")]
        assert [answer["usage"]] == counted
        adds_up(answer["usage"])
        if (body.get("stream_options") or {}).get("include_usage") is True:
            assert [] == chunks[-1]["choices"]
        limit = limit_of(body)
        if limit is not None:
            assert answer["usage"]["completion_tokens"] <= limit * len(answer["choices"])
        return "calls" if "tool_calls" in answer["choices"][0]["message"] else "text"

    tally = every(strategies.chat_bodies, 120, check)
    assert tally["text"]
    assert tally["calls"]


def test_completion_chunks_join_to_the_whole(sender):
    """Chunks of a text completion join to its choices; counts add up and keep the limit of every choice."""

    def check(body):
        events = streamed(sender, COMPLETIONS, body)
        answer = whole(sender, COMPLETIONS, body)
        assert "[DONE]" == events[-1][1]
        texts: dict[int, str] = {choice["index"]: "" for choice in answer["choices"]}
        ends: dict[int, Any] = {}
        for _, chunk in events[:-1]:
            for choice in chunk["choices"]:
                texts[choice["index"]] += choice["text"]
                ends[choice["index"]] = choice["finish_reason"]
        assert [choice["text"] for choice in answer["choices"]] == [texts[index] for index in sorted(texts)]
        assert {choice["index"]: choice["finish_reason"] for choice in answer["choices"]} == ends
        assert [answer["usage"]] == [chunk["usage"] for _, chunk in events[:-1] if chunk.get("usage")]
        adds_up(answer["usage"])
        limit = limit_of(body)
        if limit is not None:
            assert answer["usage"]["completion_tokens"] <= limit * len(answer["choices"])
        return "joined"

    every(strategies.completion_bodies, 60, check)


def test_native_events_join_to_the_whole(sender):
    """Events of `/ai/run` join to `response`; the last one carries the counts of the whole answer."""

    def check(body):
        body = {name: value for name, value in body.items() if name != "response_format"}
        events = streamed(sender, NATIVE, body)
        result = whole(sender, NATIVE, body)["result"]
        assert "[DONE]" == events[-1][1]
        values = [value for _, value in events[:-1]]
        assert (result["response"] or "") == "".join([str(value.get("response") or "") for value in values])
        calls = [call for value in values for call in value.get("tool_calls") or ()]
        assert (result.get("tool_calls") or []) == calls
        assert result["usage"] == values[-1]["usage"]
        adds_up(result["usage"])
        limit = limit_of(body)
        if limit is not None:
            assert result["usage"]["completion_tokens"] <= limit
        return "calls" if calls else "text"

    tally = every(strategies.native_bodies, 80, check)
    assert tally["text"]
    assert tally["calls"]


def test_native_json_is_streamed_as_its_text(sender):
    """In JSON mode the streamed pieces join to the text of the object that `response` holds."""
    schemas = strategies.caller_schemas
    bodies = st.tuples(strategies.some_text, schemas).map(
        lambda pair: {"prompt": pair[0], "response_format": {"type": "json_schema", "json_schema": pair[1]}}
    )

    def check(body):
        events = streamed(sender, NATIVE, body)
        response = whole(sender, NATIVE, body)["result"]["response"]
        text = "".join([str(value.get("response") or "") for _, value in events[:-1]])
        assert response == strict_json(text)
        return "joined"

    every(bodies, 40, check)


def test_chat_family_events_join_to_the_whole(sender):
    """Events of a chat model on `/ai/run` join to the completion in the envelope; the last holds the total."""

    def check(body):
        events = streamed(sender, CHAT_RUN, body)
        answer = whole(sender, CHAT_RUN, body)["result"]
        assert "[DONE]" == events[-1][1]
        values = [value for _, value in events[:-1]]
        if answer["object"] == "text_completion":
            return "completion"
        same_choices([value for value in values if "choices" in value], answer["choices"])
        adds_up(answer["usage"])
        total = values[-1]["usage"]
        for name in ("prompt_tokens", "completion_tokens", "total_tokens"):
            assert answer["usage"][name] == total[name]
        limit = limit_of(body)
        if limit is not None:
            assert total["completion_tokens"] <= limit * len(answer["choices"])
        return "chat"

    every(strategies.chat_run_bodies, 60, check)


def test_responses_events_build_the_whole(sender):
    """Events of a response are numbered, build its items up, and end with the whole response itself."""

    def check(body):
        events = streamed(sender, RESPONSES, body)
        answer = whole(sender, RESPONSES, body)
        values = [value for _, value in events]
        assert [name for name, _ in events] == [value["type"] for value in values]
        assert list(range(len(values))) == [value["sequence_number"] for value in values]
        assert "response.created" == values[0]["type"]
        assert f"response.{answer['status']}" == values[-1]["type"]
        last = values[-1]["response"]
        assert [item["type"] for item in answer["output"]] == [item["type"] for item in last["output"]]
        for index, item in enumerate(last["output"]):
            deltas = [v for v in values if v["type"].endswith(".delta") and v["output_index"] == index]
            said = "".join([value["delta"] for value in deltas if "reasoning" not in value["type"]])
            other = answer["output"][index]
            if item["type"] == "function_call":
                assert item["arguments"] == other["arguments"] == said
            elif item["type"] == "message":
                text = "".join([part["text"] for part in item["content"]])
                assert text == "".join([part["text"] for part in other["content"]]) == said
            assert item == next(
                v["item"] for v in values if v["type"] == "response.output_item.done" and v["output_index"] == index
            )
        usage = answer["usage"]
        assert usage == last["usage"]
        assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
        limit = limit_of(body)
        if limit is not None:
            assert usage["output_tokens"] <= limit
        return answer["output"][-1]["type"]

    tally = every(strategies.responses_bodies, 80, check)
    assert tally["message"]
    assert tally["function_call"]


SAID = {
    CHAT: (
        lambda text, limit: {
            "model": strategies.TEXT_MODEL,
            "messages": [{"role": "user", "content": text}],
            "max_tokens": limit,
        },
        lambda answer: answer["choices"][0]["message"]["content"],
    ),
    COMPLETIONS: (
        lambda text, limit: {"model": strategies.TEXT_MODEL, "prompt": text, "max_tokens": limit},
        lambda answer: answer["choices"][0]["text"],
    ),
    NATIVE: (
        lambda text, limit: {"messages": [{"role": "user", "content": text}], "max_tokens": limit},
        lambda answer: answer["result"]["response"],
    ),
    CHAT_RUN: (
        lambda text, limit: {"messages": [{"role": "user", "content": text}], "max_tokens": limit},
        lambda answer: answer["result"]["choices"][0]["message"]["content"] or "",  # null when thinking took it all
    ),
    RESPONSES: (
        lambda text, limit: {"model": strategies.RESPONSES_MODEL, "input": text, "max_output_tokens": limit},
        lambda answer: "".join([p["text"] for item in answer["output"] for p in item["content"] if "text" in p]),
    ),
}


@pytest.mark.parametrize("path", SAID)
def test_lower_limit_gives_a_beginning(path, sender):
    """An answer under a lower limit is the beginning of the answer under a higher one, to the same prompt."""
    asked, text_of = SAID[path]

    def check(drawn):
        prompt, limits = drawn
        said = [text_of(whole(sender, path, asked(prompt, limit))) for limit in sorted(limits)]
        for shorter, longer in pairwise(said):
            assert longer.startswith(shorter)
        return "prefix"

    limits = st.lists(st.integers(1, 400), min_size=2, max_size=4, unique=True)
    every(st.tuples(strategies.some_text, limits), 40, check)


@pytest.mark.parametrize("path", SAID)
def test_limit_is_used_up_when_it_cuts(path, sender):
    """`length` means that exactly the allowed tokens were said, anything else that fewer sufficed."""
    asked, _ = SAID[path]
    for limit in (1, 7, 20, 16_000):
        answer = whole(sender, path, asked("Explain the tides in a detailed essay.", limit))
        answer = answer.get("result", answer)
        usage = answer["usage"]
        spoken = usage.get("completion_tokens", usage.get("output_tokens"))
        assert spoken <= limit
        if "choices" in answer:
            assert ("length" if limit < 16_000 else "stop") == answer["choices"][0]["finish_reason"]
        if limit < 16_000:
            assert limit == spoken


def test_stop_sequences_are_never_said(sender):
    """Nothing that was said contains a stop sequence."""
    stops = st.lists(st.sampled_from(["about", " the", ".", "e", "context", "you"]), min_size=1, max_size=3)

    def check(drawn):
        prompt, words = drawn
        for path, (asked, text_of) in SAID.items():
            if path in (CHAT, COMPLETIONS, CHAT_RUN):
                said = text_of(whole(sender, path, {**asked(prompt, 200), "stop": words}))
                assert not [word for word in words if word in said]
        return "kept"

    every(st.tuples(strategies.some_text, stops), 30, check)
