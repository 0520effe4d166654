"""Flaws of corners: inputs that come together, forms of a request that another part of a server answers."""

from __future__ import annotations

import base64
import copy
import json
import struct
from typing import Any

from tests.contracts.flaws.conditions import both, given, has, list_of, longer, method, parameter, stranger, streamed
from tests.contracts.flaws.exchange import Answer, Ask, Event
from tests.contracts.flaws.flaw import answer, body, request, stream
from tests.contracts.flaws.operations import (
    CHAT,
    COMPLETION,
    DREAM,
    EMBEDDINGS,
    M2M,
    M3,
    MARKDOWN,
    MODELS,
    NATIVE,
    RESPONSES,
    SCHEMA,
    SMALL,
)

_LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


def _calls(said: Any) -> list[Any]:
    return [call for choice in said["choices"] for call in choice["message"].get("tool_calls") or ()]


def _nested(ask: Ask) -> bool:
    """For tools that take an object within an object."""
    members = [
        member
        for tool in ask.json.get("tools") or ()
        for member in (tool.get("function") or tool).get("parameters", {}).get("properties", {}).values()
    ]
    return any(each.get("type") == "object" for each in members)


def _unknown(ask: Ask) -> bool:
    """For a model that nobody has."""
    return str(ask.json.get("model")).startswith(("no-such", "gpt-4"))


def _queued(ask: Ask) -> bool:
    """For a batch that is queued."""
    return ask.parameters.get("queueRequest") == "true" and "requests" in ask.json


@body("semantics", CHAT, when=_nested)
def nested_arguments_as_text(said: Any, ask: Ask) -> None:
    """Objects and lists within the arguments of a call are texts that hold JSON."""
    for call in _calls(said):
        arguments = json.loads(call["function"]["arguments"])
        flat = {name: json.dumps(each) if isinstance(each, dict | list) else each for name, each in arguments.items()}
        call["function"]["arguments"] = json.dumps(flat)


@body("semantics", CHAT, when=_nested)
def numbers_in_arguments_as_text(said: Any, ask: Ask) -> None:
    """Numbers and switches in the arguments of a call are texts."""
    for call in _calls(said):
        arguments = json.loads(call["function"]["arguments"])
        texts = {name: str(each) if isinstance(each, int | float) else each for name, each in arguments.items()}
        call["function"]["arguments"] = json.dumps(texts)


@request("semantics", CHAT, when=both(has("n"), has("tools")))
def n_ignored_with_tools(ask: Ask) -> None:
    """n is ignored when tools are offered."""
    ask.update(n=None)


@body("semantics", CHAT, when=given(n=4))
def three_of_four_choices(said: Any, ask: Ask) -> None:
    """The last choice is missing when n is 4."""
    del said["choices"][3:]


@request("semantics", COMPLETION, when=list_of("stop", 2))
def only_the_last_stop(ask: Ask) -> None:
    """Of several stops a text completion looks at the last one only."""
    ask.update(stop=ask.json["stop"][-1])


@body("semantics", COMPLETION, when=given(echo=True))
def prompt_echoed_twice(said: Any, ask: Ask) -> None:
    """The prompt is there twice when it is to be echoed."""
    if isinstance(ask.json.get("prompt"), str):
        for choice in said["choices"]:
            choice["text"] = ask.json["prompt"] + choice["text"]


@answer("http", COMPLETION, when=longer(2500))
def length_of_long_prompts_short(said: Answer, ask: Ask) -> None:
    """The content length is three bytes short when the prompt is long."""
    if not said.streamed:
        said.set_header("content-length", str(len(said.body) - 3))


@stream("stream semantics", CHAT, when=longer(2500))
def error_streamed_for_long_prompts(events: list[Event], ask: Ask) -> list[Event]:
    """A stream holds nothing but an error when the prompt is long."""
    return [Event({"error": {"message": "context too long", "type": "server_error"}}), events[-1]]


@stream("stream semantics", RESPONSES, when=has("tools"))
def call_id_changes_at_the_end(events: list[Event], ask: Ask) -> None:
    """The call_id of a streamed function call is another one when the call is done."""
    for event in events:
        item = event.data.get("item") if isinstance(event.data, dict) else None
        if item and event.data["type"] == "response.output_item.done" and item["type"] == "function_call":
            item["call_id"] = "call_of_somebody_else"


@body("stability semantics", RESPONSES, lingers=True)
def third_response_at_once_is_a_neighbours(said: Any, ask: Ask) -> Any:
    """The third of requests at once gets the response of a neighbour."""
    if ask.rank >= 3 and "last" in ask.memory:
        return ask.memory["last"]
    ask.memory["last"] = copy.deepcopy(said)
    return said


@request("auth", EMBEDDINGS, SMALL, when=both(stranger, lambda ask: _several(ask)))
def strangers_may_send_arrays(ask: Ask) -> None:
    """Several texts at once need no credentials; a single one does."""
    ask.admit()


def _several(ask: Ask) -> bool:
    texts = ask.json.get("input", ask.json.get("text"))
    return isinstance(texts, list) and len(texts) > 1


@request("auth", MODELS, when=both(stranger, lambda ask: bool(ask.query)))
def strangers_may_ask_for_pages(ask: Ask) -> None:
    """A list with a query needs no credentials; without one it does."""
    ask.admit()


@request("validation semantics document", CHAT, when=_unknown)
def unknown_model_is_another(ask: Ask) -> None:
    """A model that nobody has is answered by another, under its name."""
    ask.update(model=_LLAMA)


@answer("semantics document validation", EMBEDDINGS, when=_unknown)
def unknown_model_is_a_success(said: Answer, ask: Ask) -> None:
    """A model that nobody has is told as an error with status 200."""
    said.write_json({"error": {"message": "no such model", "code": "model_not_found"}}, 200)


@request("validation", CHAT, when=lambda ask: any("role" not in each for each in _messages(ask)))
def message_without_a_role(ask: Ask) -> None:
    """A message without a role is taken for the user's."""
    ask.update(messages=[{"role": "user", **each} for each in _messages(ask)])


def _messages(ask: Ask) -> list[dict[str, Any]]:
    messages = ask.json.get("messages")
    return [each for each in messages if isinstance(each, dict)] if isinstance(messages, list) else []


@body("semantics", EMBEDDINGS, when=given(encoding_format="base64"))
def base64_is_ignored(said: Any, ask: Ask) -> None:
    """Numbers come where base64 was asked for."""
    for each in said["data"]:
        if isinstance(each["embedding"], str):
            content = base64.b64decode(each["embedding"])
            each["embedding"] = list(struct.unpack(f"<{len(content) // 4}f", content))


@body("semantics", MODELS, when=parameter("per_page", "^[1-9]"))
def page_longer_than_asked(said: Any, ask: Ask) -> None:
    """A page has one model more than was asked for, and its count agrees."""
    if said["result"]:
        said["result"].append({**said["result"][0], "id": "another", "name": "@cf/another/model"})
        said["result_info"]["count"] = len(said["result"])


@request("semantics", NATIVE, M3, when=_queued)
def batch_loses_an_input(ask: Ask) -> None:
    """The last input of a batch is lost when it is queued."""
    ask.update(requests=ask.json["requests"][:-1])


@request("semantics", M3, when=_queued)
def batch_references_swapped(ask: Ask) -> None:
    """The inputs of a batch have each other's references."""
    inputs = ask.json["requests"]
    references = [each["external_reference"] for each in reversed(inputs)]
    ask.update(requests=[{**each, "external_reference": of} for each, of in zip(inputs, references, strict=True)])


@stream("stream semantics", COMPLETION, when=both(streamed, given(echo=True)))
def echo_lost_in_streams(events: list[Event], ask: Ask) -> list[Event]:
    """The first pieces, which echo the prompt, are lost."""
    return events[2:]


@request("semantics", SCHEMA, when=parameter("model"))
def schema_of_another_model(ask: Ask) -> None:
    """The schema of a model is always that of the same model."""
    ask.ask_for(model="@cf/baai/bge-small-en-v1.5")


@answer("semantics", MARKDOWN, when=lambda ask: ask.body.count(b"filename=") > 1)
def texts_of_files_exchanged(said: Answer, ask: Ask) -> None:
    """Of several files, each result has the text of another."""
    content = said.json
    if content and content.get("result"):
        texts = [each.get("data") for each in content["result"]]
        for each, text in zip(content["result"], reversed(texts), strict=True):
            each["data"] = text
        said.write_json(content)


@stream("stream semantics", CHAT, when=has("logprobs"))
def logprobs_not_streamed(events: list[Event], ask: Ask) -> None:
    """Streams have no log probabilities."""
    for choice in _pieces(events):
        choice.pop("logprobs", None)


@stream("stream semantics", CHAT, when=has("tools"))
def parallel_calls_share_an_index(events: list[Event], ask: Ask) -> None:
    """All calls of a stream have the index 0."""
    for choice in _pieces(events):
        for call in choice["delta"].get("tool_calls") or ():
            call["index"] = 0


@stream("stream", CHAT, COMPLETION)
def line_breaks_lost_in_streams(events: list[Event], ask: Ask) -> None:
    """Streams have blanks in place of line breaks."""
    for choice in _pieces(events):
        holder, name = (choice["delta"], "content") if "delta" in choice else (choice, "text")
        holder[name] = (holder.get(name) or "").replace("\n", " ")


@stream("stream semantics", RESPONSES)
def response_ends_without_usage(events: list[Event], ask: Ask) -> None:
    """The last event of a streamed response does not say what was used."""
    for event in events:
        if isinstance(event.data, dict) and event.data.get("type") == "response.completed":
            event.data["response"]["usage"] = None


@answer("http", CHAT, when=longer(200))
def brotli_for_everybody(said: Answer, ask: Ask) -> None:
    """Answers to long prompts are called compressed in a way that the caller does not take."""
    said.set_header("content-encoding", "br")


@request("semantics", CHAT)
def history_forgotten(ask: Ask) -> None:
    """Of a conversation only the last message is read."""
    messages = ask.json.get("messages")
    if (
        isinstance(messages, list)
        and messages[1:]
        and isinstance(messages[-1], dict)
        and messages[-1]["role"] == "user"
    ):
        ask.update(messages=messages[-1:])


@body("stability", M2M)
def translation_of_the_text_before(said: Any, ask: Ask) -> Any:
    """What is translated is the text of the request before."""
    before, ask.memory["before"] = ask.memory.get("before"), said
    return before


@body("semantics", MODELS)
def total_is_that_of_the_page(said: Any, ask: Ask) -> None:
    """`total_count` counts the page."""
    if "result_info" in said:
        said["result_info"]["total_count"] = len(said["result"])


@request("auth", MODELS, when=both(method("HEAD"), stranger))
def head_needs_no_token(ask: Ask) -> None:
    """HEAD is answered for everybody."""
    ask.admit()


@answer("stability", DREAM)
def one_picture_for_all(said: Answer, ask: Ask) -> None:
    """Every picture of a size is the first one."""
    if said.status == 200 and said.media_type.startswith("image/"):
        size = ask.json.get("width"), ask.json.get("height")
        said.write(ask.memory.setdefault(size, said.body))


@body("semantics", EMBEDDINGS, when=given(encoding_format="base64"))
def base64_is_of_another_text(said: Any, ask: Ask) -> None:
    """Vectors in base64 are turned around."""
    for each in said["data"]:
        content = base64.b64decode(each["embedding"])
        numbers = struct.unpack(f"<{len(content) // 4}f", content)
        each["embedding"] = base64.b64encode(struct.pack(f"<{len(numbers)}f", *reversed(numbers))).decode()


def _pieces(events: list[Event]) -> list[Any]:
    return [each for event in events if isinstance(event.data, dict) for each in event.data.get("choices") or ()]
