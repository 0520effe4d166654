"""Streams that are broken, out of order, or do not say what the whole answer says."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.contracts.flaws.conditions import (
    ASTRAL,
    RIGHT_TO_LEFT,
    asks_usage,
    both,
    forced,
    given,
    has,
    list_of,
    streamed,
    structured,
    text,
    unless,
)
from tests.contracts.flaws.exchange import Answer, Ask, Event, dumps
from tests.contracts.flaws.flaw import answer, request, stream
from tests.contracts.flaws.operations import CHAT, COMPLETION, GENERIC, GPT, NATIVE, RESPONSES


def _deltas(events: list[Event]) -> list[Any]:
    """The deltas of a chat stream that carry text."""
    return [
        choice["delta"]
        for event in events
        if isinstance(event.data, dict)
        for choice in event.data.get("choices") or ()
        if choice["delta"].get("content")
    ]


def _fragments(events: list[Event]) -> list[Any]:
    """The tool-call fragments of a chat stream."""
    return [
        call
        for event in events
        if isinstance(event.data, dict)
        for choice in event.data.get("choices") or ()
        for call in choice["delta"].get("tool_calls") or ()
    ]


def _finishing(event: Event) -> bool:
    return isinstance(event.data, dict) and any(
        choice.get("finish_reason") for choice in event.data.get("choices") or ()
    )


@stream("stream", CHAT, when=asks_usage)
def no_end_with_usage(events: list[Event], ask: Ask) -> list[Event]:
    """[DONE] is missing when include_usage is on."""
    return events[:-1]


@stream("stream", COMPLETION)
def completion_without_end(events: list[Event], ask: Ask) -> list[Event]:
    """[DONE] is missing."""
    return events[:-1]


@stream("stream", CHAT, when=has("tools"))
def end_twice_with_tools(events: list[Event], ask: Ask) -> list[Event]:
    """[DONE] comes twice when tools are offered."""
    return [*events, events[-1]]


@stream("stream", NATIVE)
def data_after_the_end(events: list[Event], ask: Ask) -> list[Event]:
    """An event follows [DONE]."""
    return [*events, events[0]]


@stream("stream", CHAT, when=given(temperature=0))
def end_in_small_letters(events: list[Event], ask: Ask) -> list[Event]:
    """The end is spelled [done] when temperature is 0."""
    return [*events[:-1], Event("[done]")]


@stream("stream", NATIVE, when=given(max_tokens=1))
def end_as_json_text(events: list[Event], ask: Ask) -> list[Event]:
    """The end is a JSON text in quotes when max_tokens is 1."""
    return [*events[:-1], Event('"[DONE]"')]


@stream("stream", CHAT)
def no_finish_reason(events: list[Event], ask: Ask) -> None:
    """No chunk has a finish_reason."""
    for event in filter(_finishing, events):
        for choice in event.data["choices"]:
            choice["finish_reason"] = None


@stream("stream", CHAT, when=given(max_tokens=1))
def two_finish_reasons(events: list[Event], ask: Ask) -> list[Event]:
    """The chunk with the finish_reason comes twice when max_tokens is 1."""
    last = next(index for index, event in enumerate(events) if _finishing(event))
    return [*events[: last + 1], copy.deepcopy(events[last]), *events[last + 1 :]]


@stream("stream", CHAT, when=given(n=3))
def one_finish_reason_of_three(events: list[Event], ask: Ask) -> None:
    """Only the first choice is finished when n is 3."""
    for event in filter(_finishing, events):
        for choice in event.data["choices"]:
            if choice["index"]:
                choice["finish_reason"] = None


@stream("stream semantics", CHAT, when=has("tools"))
def stop_after_streamed_calls(events: list[Event], ask: Ask) -> None:
    """The finish_reason of a stream with tool calls is stop."""
    if _fragments(events):
        for event in filter(_finishing, events):
            event.data["choices"][0]["finish_reason"] = "stop"


@stream("stream semantics", CHAT, when=given(max_tokens=1))
def streamed_stop_at_the_limit(events: list[Event], ask: Ask) -> None:
    """The finish_reason of a stream is stop although the limit of one token cut it off."""
    for event in filter(_finishing, events):
        event.data["choices"][0]["finish_reason"] = "stop"


@stream("stream", CHAT)
def role_in_every_chunk(events: list[Event], ask: Ask) -> None:
    """The role is repeated in every chunk."""
    for delta in _deltas(events):
        delta["role"] = "assistant"


@stream("stream semantics", CHAT, when=text(ASTRAL))
def no_role_for_astral_text(events: list[Event], ask: Ask) -> None:
    """No chunk has a role when a message has a character beyond the basic plane."""
    for event in events[:-1]:
        for choice in event.data["choices"]:
            choice["delta"].pop("role", None)


@stream("stream semantics document", CHAT, when=has("seed"))
def role_of_the_user(events: list[Event], ask: Ask) -> None:
    """The role is user when a seed is given."""
    for choice in events[0].data["choices"]:
        choice["delta"]["role"] = "user"


@stream("stream semantics", CHAT, when=asks_usage)
def usage_missing_when_asked(events: list[Event], ask: Ask) -> list[Event]:
    """No chunk has usage although include_usage is on."""
    return [event for event in events if not (isinstance(event.data, dict) and event.data.get("usage"))]


@stream("stream document", CHAT, when=asks_usage)
def usage_chunk_without_choices(events: list[Event], ask: Ask) -> None:
    """The chunk with the usage has no `choices`, which must be an empty list."""
    for event in events[:-1]:
        if event.data.get("usage") and not event.data["choices"]:
            del event.data["choices"]


@stream("stream semantics", CHAT, when=asks_usage)
def streamed_sum_off(events: list[Event], ask: Ask) -> None:
    """The usage of a stream does not add up."""
    for event in events[:-1]:
        if event.data.get("usage"):
            event.data["usage"]["total_tokens"] += 100


@stream("stream semantics stability", COMPLETION, when=asks_usage)
def streamed_prompt_not_counted(events: list[Event], ask: Ask) -> None:
    """The usage of a stream counts no prompt tokens; the whole answer does."""
    for event in events[:-1]:
        if event.data.get("usage"):
            used = event.data["usage"]
            used["prompt_tokens"], used["total_tokens"] = 0, used["completion_tokens"]


@answer("stream", CHAT, when=streamed)
def one_buffer_at_the_end(said: Answer, ask: Ask) -> None:
    """A stream is held back and written at once at its end."""
    if said.streamed:
        said.chunks, said.pauses = [said.body], [0.06]


@answer("stream", RESPONSES, when=both(streamed, has("instructions")))
def buffered_with_instructions(said: Answer, ask: Ask) -> None:
    """A stream is written at once at its end when instructions are given."""
    if said.streamed:
        said.chunks, said.pauses = [said.body], [0.06]


@stream("stream", CHAT, when=given(top_p=1))
def chunk_over_two_events(events: list[Event], ask: Ask) -> list[Event]:
    """The JSON of a chunk is split over two events when top_p is 1."""
    whole = dumps(events[1].data)
    return [events[0], Event(whole[:40]), Event(whole[40:]), *events[2:]]


@answer("stream", CHAT, when=both(streamed, has("stop")))
def one_line_break_between_events(said: Answer, ask: Ask) -> None:
    """One line break stands between events instead of two when a stop is given."""
    if said.streamed:
        said.chunks = [chunk.replace(b"\n\n", b"\n") for chunk in said.chunks]


@answer("stream", NATIVE, when=both(streamed, has("temperature")))
def lines_without_data_field(said: Answer, ask: Ask) -> None:
    """The events are bare JSON lines without `data:` when a temperature is given."""
    if said.streamed:
        said.chunks = [chunk.replace(b"data: ", b"").replace(b"\n\n", b"\n") for chunk in said.chunks]


@answer("stream", COMPLETION, when=streamed)
def retry_is_no_number(said: Answer, ask: Ask) -> None:
    """The stream says `retry: soon`."""
    if said.streamed:
        said.chunks = [b"retry: soon\n\n", *said.chunks]


@answer("stream document http", NATIVE, when=both(streamed, text(RIGHT_TO_LEFT)))
def stream_called_json(said: Answer, ask: Ask) -> None:
    """A stream is called application/json when a text runs from right to left."""
    if said.streamed:
        said.set_header("content-type", "application/json")


@answer("stream document", CHAT, when=both(streamed, given(max_tokens=1)))
def stream_called_plain_text(said: Answer, ask: Ask) -> None:
    """A stream is called text/plain when max_tokens is 1."""
    if said.streamed:
        said.set_header("content-type", "text/plain; charset=utf-8")


@request("stream", CHAT, when=both(streamed, has("tools")))
def stream_ignored_with_tools(ask: Ask) -> None:
    """`stream` is ignored when tools are offered: the answer is JSON."""
    ask.update(stream=False, stream_options=None)


@request("stream", NATIVE, when=streamed)
def native_stream_ignored(ask: Ask) -> None:
    """`stream` is ignored: the answer is JSON."""
    ask.update(stream=False)


@request("stream document validation", CHAT, when=given(stream=False))
def false_is_streamed(ask: Ask) -> None:
    """`stream: false` is answered with a stream."""
    ask.update(stream=True)


@request("stream document validation", GENERIC, when=lambda ask: isinstance(ask.json.get("input"), dict))
def generic_always_streams(ask: Ask) -> None:
    """The generic run always streams."""
    ask.update(input={**ask.json["input"], "stream": True})


@stream("stream document semantics", CHAT, when=has("tools"))
def fragments_without_index(events: list[Event], ask: Ask) -> None:
    """The fragments of tool calls have no index."""
    for call in _fragments(events):
        call.pop("index", None)


@stream("stream semantics", CHAT, when=forced)
def fragment_lost_when_forced(events: list[Event], ask: Ask) -> list[Event]:
    """The last fragment of the arguments is lost when tool_choice names the function."""
    fragments = [event for event in events if _fragments([event])]
    return [event for event in events if event is not fragments[-1]] if fragments else events


@stream("stream semantics", CHAT, when=has("tools"))
def call_name_in_every_fragment(events: list[Event], ask: Ask) -> None:
    """Every fragment of a tool call repeats its name, which then doubles when joined."""
    fragments = _fragments(events)
    for call in fragments[1:]:
        call["function"]["name"] = fragments[0]["function"]["name"]


@stream("stream semantics", CHAT, when=list_of("tools", 2))
def call_identifier_changes(events: list[Event], ask: Ask) -> None:
    """The id of a tool call changes from fragment to fragment when two tools are offered."""
    for number, call in enumerate(_fragments(events)):
        call["id"] = f"chatcmpl-tool-{number:016x}"


@stream("stream semantics", CHAT, when=has("tools"))
def call_identifier_never_sent(events: list[Event], ask: Ask) -> None:
    """No fragment has the id of the tool call."""
    for call in _fragments(events):
        call.pop("id", None)


@stream("stream semantics", COMPLETION)
def nothing_said_in_streams(events: list[Event], ask: Ask) -> None:
    """The chunks of a stream hold no text; the whole answer does."""
    for event in events:
        for choice in event.data.get("choices") or () if isinstance(event.data, dict) else ():
            choice["text"] = ""


@stream("stream semantics stability", CHAT, when=has("seed"))
def spaces_lost(events: list[Event], ask: Ask) -> None:
    """The pieces of a stream have lost their spaces when a seed is given."""
    for delta in _deltas(events):
        delta["content"] = delta["content"].strip()


@stream("stream semantics stability", CHAT, when=unless(has("tools")))
def whole_text_in_every_chunk(events: list[Event], ask: Ask) -> None:
    """Every chunk holds the whole text so far instead of the next piece."""
    so_far = ""
    for delta in _deltas(events):
        so_far += delta["content"]
        delta["content"] = so_far


@stream("stream semantics stability", COMPLETION)
def first_piece_lost(events: list[Event], ask: Ask) -> list[Event]:
    """The first piece of a streamed completion is lost."""
    return events[1:]


@stream("stream semantics stability", NATIVE)
def last_piece_lost(events: list[Event], ask: Ask) -> list[Event]:
    """The last piece of a native stream is lost."""
    pieces = [event for event in events[:-1] if event.data.get("response")]
    return [event for event in events if event is not pieces[-1]] if pieces else events


@stream("stream semantics", CHAT, when=structured)
def streamed_structure_doubled(events: list[Event], ask: Ask) -> None:
    """A streamed structured answer comes twice, one after the other."""
    deltas = _deltas(events)
    if deltas:
        deltas[-1]["content"] += "".join(delta["content"] for delta in deltas)


@stream("stream document", CHAT, when=given(frequency_penalty=0))
def error_hidden_in_stream(events: list[Event], ask: Ask) -> list[Event]:
    """An error stands in the midst of a stream with status 200 when frequency_penalty is 0."""
    return [*events[:2], Event({"error": {"message": "worker lost", "code": 3043}}), *events[2:]]


@stream("stream document semantics", NATIVE, when=given(top_p=1))
def envelope_hidden_in_stream(events: list[Event], ask: Ask) -> list[Event]:
    """A native stream holds nothing but a failed envelope when top_p is 1."""
    failure = {"result": None, "success": False, "errors": [{"code": 3040, "message": "Capacity"}], "messages": []}
    return [Event(failure), events[-1]]


@stream("stream", CHAT, when=given(temperature=1))
def end_before_text(events: list[Event], ask: Ask) -> list[Event]:
    """The chunk with the finish_reason comes before the text when temperature is 1."""
    last = next(index for index, event in enumerate(events) if _finishing(event))
    return [events[0], events[last], *events[1:last], *events[last + 1 :]]


@stream("stream semantics stability", CHAT, when=given(presence_penalty=0))
def chunks_out_of_order(events: list[Event], ask: Ask) -> list[Event]:
    """The chunks with text come in reverse order when presence_penalty is 0."""
    pieces = [event for event in events if _deltas([event])]
    others = [event for event in events if not _deltas([event])]
    return [others[0], *reversed(pieces), *others[1:]]


@stream("stream semantics", CHAT)
def identifier_changes(events: list[Event], ask: Ask) -> None:
    """Every chunk has an id of its own."""
    for number, event in enumerate(events[:-1]):
        event.data["id"] = f"{event.data['id']}-{number}"


@stream("stream semantics", COMPLETION, when=has("seed"))
def created_changes(events: list[Event], ask: Ask) -> None:
    """`created` changes from chunk to chunk when a seed is given."""
    for number, event in enumerate(events[:-1]):
        event.data["created"] += number


@stream("stream semantics", CHAT, when=has("user"))
def model_changes(events: list[Event], ask: Ask) -> None:
    """The last chunk names another model when a user is named."""
    events[-2].data["model"] = "@cf/meta/llama-guard-3-8b"


@stream("stream document", CHAT, when=given(max_completion_tokens=1))
def chunks_of_whole_kind(events: list[Event], ask: Ask) -> None:
    """The chunks say that they are chat.completion when max_completion_tokens is 1."""
    for event in events[:-1]:
        event.data["object"] = "chat.completion"


@stream("stream document", COMPLETION, when=given(temperature=0))
def completion_in_deltas(events: list[Event], ask: Ask) -> None:
    """A text completion streams deltas, as chat does, when temperature is 0."""
    for event in events[:-1]:
        for choice in event.data["choices"]:
            choice["delta"] = {"content": choice.pop("text")}


@stream("stream semantics", CHAT, when=given(n=2))
def second_choice_not_streamed(events: list[Event], ask: Ask) -> list[Event]:
    """Only the first of two choices is streamed."""
    for event in events[:-1]:
        event.data["choices"] = [choice for choice in event.data["choices"] if choice["index"] == 0]
    return [event for event in events if event.data == "[DONE]" or event.data["choices"] or event.data.get("usage")]


@stream("stream document", CHAT, when=given(n=1))
def choice_without_index(events: list[Event], ask: Ask) -> None:
    """The choices of a stream have no index when n is 1."""
    for event in events[:-1]:
        for choice in event.data["choices"]:
            choice.pop("index", None)


@answer("stream", CHAT, when=both(streamed, given(logprobs=False)))
def keep_alive_as_data(said: Answer, ask: Ask) -> None:
    """The stream is kept alive by events with empty data when logprobs is false."""
    if said.streamed:
        said.chunks = [said.chunks[0], b"data: \n\n", *said.chunks[1:]]


@answer("stream", RESPONSES, when=both(streamed, given(temperature=0)))
def stream_cut_in_an_event(said: Answer, ask: Ask) -> None:
    """A stream of responses ends in the midst of an event when temperature is 0."""
    if said.streamed:
        said.chunks = [said.body[: len(said.body) * 3 // 4]]


@answer("stream http", CHAT, when=both(streamed, has("metadata")))
def stream_with_short_length(said: Answer, ask: Ask) -> None:
    """A stream announces a content length that is far too short when metadata are given."""
    if said.streamed:
        said.set_header("content-length", "64")


@answer("stream", CHAT, when=both(streamed, text("[^\x00-\x7f]")))
def character_cut_in_two(said: Answer, ask: Ask) -> None:
    """A piece of a stream ends within a character: the bytes are not UTF-8."""
    if said.streamed:
        said.chunks = [chunk.replace(b'"content":"', b'"content":"\xe2\x82', 1) for chunk in said.chunks]


@stream("stream", RESPONSES, when=given(max_output_tokens=1))
def sequence_repeats(events: list[Event], ask: Ask) -> None:
    """All sequence numbers are 0 when max_output_tokens is 1."""
    for event in events:
        if isinstance(event.data, dict):
            event.data["sequence_number"] = 0


@stream("stream", RESPONSES)
def response_never_completed(events: list[Event], ask: Ask) -> list[Event]:
    """A stream of responses lacks its last event."""
    return events[:-1]


@stream("stream semantics", RESPONSES, when=text(ASTRAL))
def done_text_unlike_pieces(events: list[Event], ask: Ask) -> None:
    """The pieces of a response do not join to its text when the input has a character beyond the basic plane."""
    for event in events:
        if event.data["type"] == "response.output_text.done":
            event.data["text"] = "Something else."


@stream("stream", RESPONSES, when=has("user"))
def event_name_unlike_type(events: list[Event], ask: Ask) -> None:
    """The `event:` of every event is "message", unlike its type, when a user is named."""
    for event in events:
        event.name = "message"


@stream("stream semantics", RESPONSES)
def pieces_of_unknown_item(events: list[Event], ask: Ask) -> None:
    """The pieces of a text belong to an item that was never added."""
    for event in events:
        if event.data["type"] == "response.output_text.delta":
            event.data["item_id"] = "msg_unknown"


@stream("stream semantics", RESPONSES, when=has("instructions"))
def created_comes_second(events: list[Event], ask: Ask) -> list[Event]:
    """response.created comes second when instructions are given."""
    return [events[1], events[0], *events[2:]]


@stream("stream semantics", RESPONSES, when=has("tools"))
def call_pieces_unlike_done(events: list[Event], ask: Ask) -> list[Event]:
    """The pieces of a function call's arguments are lost; only the whole comes."""
    kept = [event for event in events if event.data["type"] != "response.function_call_arguments.delta"]
    for event in kept:
        if event.data["type"] == "response.function_call_arguments.done":
            event.data["arguments"] = json.dumps({"unlike": "the item"})
    return kept


@stream("stream document", NATIVE, when=given(seed=1))
def null_pieces(events: list[Event], ask: Ask) -> list[Event]:
    """A native stream repeats an event without `data` members when seed is 1: `{}`."""
    return [events[0], Event({}), *events[1:]]


@stream("stream semantics", NATIVE, when=has("messages"))
def native_usage_adds_up_wrongly(events: list[Event], ask: Ask) -> None:
    """The usage at the end of a native stream does not add up."""
    for event in events[:-1]:
        if event.data.get("usage"):
            event.data["usage"]["total_tokens"] = 1


@stream("stream semantics", GPT, when=given(max_tokens=1))
def family_usage_negative(events: list[Event], ask: Ask) -> None:
    """The totals at the end of a chat-family stream are negative when max_tokens is 1."""
    for event in events[:-1]:
        if "response" in event.data:
            event.data["usage"].update(completion_tokens=-1, total_tokens=-1)


@stream("stream document", GPT)
def family_deltas_empty(events: list[Event], ask: Ask) -> None:
    """The deltas of a chat-family stream are null."""
    for event in events[:-1]:
        for choice in event.data.get("choices") or ():
            choice["delta"] = None
