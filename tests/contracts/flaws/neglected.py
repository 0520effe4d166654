"""Flaws of what is rarely sent: switches, listed words, media beside the rest, other encodings; and of state."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.contracts.flaws.conditions import (
    LINES,
    NOT_ASCII,
    Condition,
    both,
    given,
    has,
    lacks,
    list_of,
    parameter,
    path,
    stranger,
    streamed,
    text,
)
from tests.contracts.flaws.exchange import Answer, Ask
from tests.contracts.flaws.flaw import answer, body, request
from tests.contracts.flaws.operations import (
    AURA,
    CHAT,
    CLEF,
    COMPLETION,
    DETR,
    DREAM,
    EMBEDDINGS,
    FINETUNE,
    IMAGE_TO_IMAGE,
    M2M,
    MARKDOWN,
    MODELS,
    NATIVE,
    NOVA,
    QWEN,
    RESPONSES,
    TURBO,
)

_CRASH = b"Internal Server Error"
_REFUSED = {"errors": [{"message": "Bad input", "code": 5006}], "success": False, "result": {}, "messages": []}


def _medium(ask: Ask) -> bool:
    """For reasoning of medium effort."""
    reasoning = ask.json.get("reasoning")
    return isinstance(reasoning, dict) and reasoning.get("effort") == "medium"


def _bytes(ask: Ask) -> bool:
    """For bodies that are no JSON by their media type."""
    return ask.method == "POST" and "json" not in ask.header("content-type")


@answer("http validation", CHAT, when=given(store=True))
def store_crashes(said: Answer, ask: Ask) -> None:
    """`store: true` ends in a 500."""
    said.write(_CRASH, "text/plain", 500)


@answer("validation", CHAT, when=given(reasoning_effort="high"))
def high_effort_is_refused(said: Answer, ask: Ask) -> None:
    """A high effort is refused."""
    said.write_json(_REFUSED, 400)


@answer("validation", CHAT, when=has("logit_bias"))
def bias_is_refused(said: Answer, ask: Ask) -> None:
    """A bias is refused."""
    said.write_json(_REFUSED, 400)


@answer("http validation", RESPONSES, when=_medium)
def medium_effort_crashes(said: Answer, ask: Ask) -> None:
    """A medium effort ends in a 500."""
    said.write(_CRASH, "text/plain", 500)


@answer("http validation", COMPLETION, when=both(given(echo=True), has("logprobs")))
def echo_with_logprobs_crashes(said: Answer, ask: Ask) -> None:
    """Log probabilities of an echo end in a 500."""
    said.write(_CRASH, "text/plain", 500)


@answer("http validation", TURBO, when=given(vad_filter=True))
def filter_of_silence_crashes(said: Answer, ask: Ask) -> None:
    """`vad_filter: true` ends in a 500."""
    said.write(_CRASH, "text/plain", 500)


@answer("http validation", IMAGE_TO_IMAGE, when=has("mask"))
def mask_crashes(said: Answer, ask: Ask) -> None:
    """A mask ends in a 500."""
    said.write(_CRASH, "text/plain", 500)


@answer("validation", AURA, when=has("sample_rate"))
def rate_of_samples_is_refused(said: Answer, ask: Ask) -> None:
    """A rate of samples is refused."""
    said.write_json(_REFUSED, 400)


@request("semantics validation", AURA, when=has("encoding"))
def encoding_ignored(ask: Ask) -> None:
    """Speech is MP3, whatever encoding is asked for."""
    ask.update(encoding=None, container=None, sample_rate=None)


@request("semantics validation", AURA, when=has("container"))
def container_ignored(ask: Ask) -> None:
    """`container` is ignored."""
    ask.update(container=None)


@request("auth", DETR, when=both(stranger, _bytes))
def anybody_may_send_bytes(ask: Ask) -> None:
    """Pictures that are sent as they are need no token."""
    ask.admit()


@body("semantics", QWEN, when=has("documents"))
def last_document_dropped(said: Any, ask: Ask) -> None:
    """The last of the documents has no vector."""
    said["result"]["data"].pop()
    said["result"]["shape"][0] -= 1


@body("semantics", CLEF)
def nothing_counted_of_the_state(said: Any, ask: Ask) -> None:
    """What is to be decided about has no tokens."""
    said["result"]["usage"]["input_tokens"] = 0


@body("semantics", CHAT, when=lacks("max_tokens"))
def tokens_of_somebody_else(said: Any, ask: Ask) -> None:
    """Far more tokens are counted than were said when there is no limit."""
    usage = said["usage"]
    usage["completion_tokens"] *= 30
    usage["total_tokens"] = usage["prompt_tokens"] + usage["completion_tokens"]


@body("semantics", NOVA)
def channels_without_transcript(said: Any, ask: Ask) -> None:
    """No channel has a transcript."""
    for channel in said["result"]["results"]["channels"]:
        channel["alternatives"] = []


@body("semantics", MODELS, when=parameter("search"))
def search_finds_nothing(said: Any, ask: Ask) -> None:
    """Every search finds nothing."""
    said["result"] = []
    if said.get("result_info"):
        said["result_info"].update(count=0, total_count=0)


@body("semantics", FINETUNE)
def made_long_ago(said: Any, ask: Ask) -> None:
    """A new adapter was made in 1970."""
    said["result"]["created_at"] = "1970-01-01T00:00:00Z"


@request("stability semantics", CHAT)
def stop_of_the_previous_request(ask: Ask) -> None:
    """A request without `stop` has that of the request before."""
    before, ask.memory["stop"] = ask.memory.get("stop"), ask.json.get("stop")
    if before and "stop" not in ask.json and ask.json.get("messages"):
        ask.update(stop=before)


@request("stability semantics", CHAT)
def format_of_the_previous_request(ask: Ask) -> None:
    """A request without a format and tools has the format of the request before."""
    before, ask.memory["format"] = ask.memory.get("format"), ask.json.get("response_format")
    if before and ask.json.get("messages") and not {"response_format", "tools"} & set(ask.json):
        ask.update(response_format=before)


@body("stability semantics", M2M, lingers=True)
def third_translation_at_once_is_a_neighbours(said: Any, ask: Ask) -> Any:
    """The third of translations at the same time is that of the one before it."""
    before, ask.memory["before"] = ask.memory.get("before", said), copy.deepcopy(said)
    return before if ask.rank == 3 else said


@body("additive", NATIVE)
def field_in_native_usage(said: Any, ask: Ask) -> None:
    """A new field in the usage of a native answer."""
    said["result"]["usage"]["energy"] = 1


def _messages(ask: Ask) -> list[dict[str, Any]]:
    messages = ask.json.get("messages")
    return [each for each in messages if isinstance(each, dict)] if isinstance(messages, list) else []


def _told_twice(ask: Ask) -> bool:
    """For two system messages."""
    return [each.get("role") for each in _messages(ask)].count("system") > 1


def _result_in_parts(ask: Ask) -> bool:
    """For the result of a call whose content is a list."""
    return any(each.get("role") == "tool" and isinstance(each.get("content"), list) for each in _messages(ask))


def _written(member: str, pattern: str) -> Condition:
    """For bodies where this member, as JSON, holds a text."""
    return lambda ask: pattern in json.dumps(ask.json.get(member))


@answer("http validation", CHAT, when=_told_twice)
def two_system_messages_crash(said: Answer, ask: Ask) -> None:
    """Two system messages end in a 500."""
    said.write(_CRASH, "text/plain", 500)


@answer("validation", CHAT, when=_result_in_parts)
def result_in_parts_is_refused(said: Answer, ask: Ask) -> None:
    """The result of a call is refused when it comes in parts."""
    said.write_json(_REFUSED, 400)


@answer("validation", CHAT, when=given(stop=[]))
def empty_list_of_stops_is_refused(said: Answer, ask: Ask) -> None:
    """An empty list of stops is refused."""
    said.write_json(_REFUSED, 400)


@answer("http validation", CHAT, when=_written("tools", "$defs"))
def tool_with_definitions_crashes(said: Answer, ask: Ask) -> None:
    """A tool whose parameters refer to definitions ends in a 500."""
    said.write(_CRASH, "text/plain", 500)


@answer("validation", CHAT, when=_written("response_format", "$defs"))
def format_with_definitions_is_refused(said: Answer, ask: Ask) -> None:
    """A schema of answers that refers to definitions is refused."""
    said.write_json(_REFUSED, 400)


@answer("validation", CHAT, when=list_of("tools", 12))
def twelve_tools_are_refused(said: Answer, ask: Ask) -> None:
    """Twelve tools are refused."""
    said.write_json(_REFUSED, 400)


@answer("http validation", CHAT, when=both(streamed, given(parallel_tool_calls=True)))
def parallel_calls_as_a_stream_crash(said: Answer, ask: Ask) -> None:
    """Streams of parallel calls end in a 500."""
    said.write(_CRASH, "text/plain", 500)


@answer("http", CHAT, when=path("/$"))
def slash_at_the_end_crashes(said: Answer, ask: Ask) -> None:
    """A slash at the end of the path ends in a 500."""
    said.write(_CRASH, "text/plain", 500)


@body("semantics", CHAT, when=both(has("tools"), text(NOT_ASCII)))
def arguments_beyond_ascii_encoded_twice(said: Any, ask: Ask) -> None:
    """Arguments of calls are JSON within JSON when the question is beyond ASCII."""
    for choice in said["choices"]:
        for call in choice["message"].get("tool_calls") or ():
            call["function"]["arguments"] = json.dumps(call["function"]["arguments"])


@body("semantics", CHAT, when=list_of("messages", 4))
def text_escaped_for_pages(said: Any, ask: Ask) -> None:
    """Texts of longer conversations are escaped for HTML."""
    for choice in said["choices"]:
        content = choice["message"].get("content")
        choice["message"]["content"] = content.replace(" ", "&nbsp;") if isinstance(content, str) else content


@answer("validation", EMBEDDINGS, when=lambda ask: ask.body.startswith(b"\n"))
def body_over_lines_is_refused(said: Answer, ask: Ask) -> None:
    """A body that begins with an empty line is refused."""
    said.write_json(_REFUSED, 400)


@answer("http validation", EMBEDDINGS, when=lambda ask: ask.header("accept") == "application/json")
def who_accepts_json_alone_crashes_it(said: Answer, ask: Ask) -> None:
    """`Accept: application/json` ends in a 500."""
    said.write(_CRASH, "text/plain", 500)


@body("semantics", M2M, when=text(LINES))
def only_the_first_line_is_translated(said: Any, ask: Ask) -> None:
    """Of several lines the first is translated."""
    said["result"]["translated_text"] = said["result"]["translated_text"].split("\n")[0]


@answer("http validation", MARKDOWN, when=lambda ask: b"text/html" in ask.body)
def pages_crash(said: Answer, ask: Ask) -> None:
    """A page to be converted ends in a 500."""
    said.write(_CRASH, "text/plain", 500)


@answer("http validation", DREAM, when=has("negative_prompt"))
def negative_prompt_crashes(said: Answer, ask: Ask) -> None:
    """What is not to be drawn ends in a 500."""
    said.write(_CRASH, "text/plain", 500)


@answer("http validation", NATIVE, when=both(streamed, has("repetition_penalty")))
def penalty_in_a_stream_crashes(said: Answer, ask: Ask) -> None:
    """A penalty of repetition ends in a 500 in streams."""
    said.write(_CRASH, "text/plain", 500)


@body("semantics", FINETUNE, when=has("description"))
def description_lost(said: Any, ask: Ask) -> None:
    """The description of a new adapter is lost."""
    said["result"]["description"] = "none"
