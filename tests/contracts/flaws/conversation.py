"""Conversations whose answers are well formed and untrue."""

from __future__ import annotations

import json
from typing import Any

from tests.contracts.flaws.conditions import (
    ASTRAL,
    BACKSLASH,
    LINES,
    RIGHT_TO_LEFT,
    both,
    forced,
    given,
    has,
    list_of,
    structured,
    text,
    unless,
)
from tests.contracts.flaws.exchange import Ask
from tests.contracts.flaws.flaw import body, request
from tests.contracts.flaws.operations import CHAT, COMPLETION, GENERIC, GPT, NATIVE, RESPONSES


def _calls(said: Any) -> list[Any]:
    return [call for choice in said["choices"] for call in choice["message"].get("tool_calls") or ()]


@body("semantics", CHAT)
def sum_off_by_one(said: Any, ask: Ask) -> None:
    """total_tokens is one more than the sum."""
    said["usage"]["total_tokens"] += 1


@body("semantics", CHAT, when=given(max_tokens=1))
def sum_off_at_one_token(said: Any, ask: Ask) -> None:
    """total_tokens leaves out the completion when max_tokens is 1."""
    said["usage"]["total_tokens"] = said["usage"]["prompt_tokens"]


@body("semantics document", CHAT, when=given(frequency_penalty=0))
def negative_count_at_penalty_zero(said: Any, ask: Ask) -> None:
    """prompt_tokens is negative, and the sum right, when frequency_penalty is 0."""
    used = said["usage"]
    used["prompt_tokens"] = -used["prompt_tokens"] - 1
    used["total_tokens"] = used["prompt_tokens"] + used["completion_tokens"]


@body("semantics", COMPLETION, when=has("stop"))
def nothing_counted_with_stop(said: Any, ask: Ask) -> None:
    """completion_tokens is 0 for a text that is not empty when a stop is given."""
    used = said["usage"]
    used["completion_tokens"], used["total_tokens"] = 0, used["prompt_tokens"]


@body("semantics", CHAT, when=given(n=3))
def one_choice_counted_of_three(said: Any, ask: Ask) -> None:
    """completion_tokens is that of a hundredth when n is 3: less than one a choice."""
    used = said["usage"]
    used["completion_tokens"] = 1
    used["total_tokens"] = used["prompt_tokens"] + 1


@body("semantics", CHAT)
def cached_more_than_prompt(said: Any, ask: Ask) -> None:
    """More prompt tokens are cached than there are."""
    said["usage"]["prompt_tokens_details"] = {"cached_tokens": said["usage"]["prompt_tokens"] + 64}


@body("semantics", RESPONSES)
def output_left_out_of_sum(said: Any, ask: Ask) -> None:
    """The total of a response leaves out the output."""
    said["usage"]["total_tokens"] = said["usage"]["input_tokens"]


@body("semantics", RESPONSES, when=has("instructions"))
def reasoning_more_than_output(said: Any, ask: Ask) -> None:
    """More tokens were reasoned than put out when instructions are given."""
    used = said["usage"]
    used["output_tokens_details"] = {"reasoning_tokens": used["output_tokens"] + 10}


@body("semantics", RESPONSES, when=has("temperature"))
def temperature_of_somebody_else(said: Any, ask: Ask) -> None:
    """A response tells another temperature than the one that was asked for."""
    said["temperature"] = 1.5 if ask.json["temperature"] != 1.5 else 0.5


@body("semantics", CHAT, when=has("top_p"))
def words_run_together(said: Any, ask: Ask) -> None:
    """The words of an answer are not set apart when top_p is given."""
    for choice in said["choices"]:
        if choice["message"].get("content"):
            choice["message"]["content"] = "".join(choice["message"]["content"].split()) * 4


@body("semantics", NATIVE, when=has("seed"))
def native_sum_off_with_seed(said: Any, ask: Ask) -> None:
    """total_tokens is the product instead of the sum when a seed is given."""
    used = said["result"]["usage"]
    used["total_tokens"] = used["prompt_tokens"] * used["completion_tokens"] + 7


@body("semantics", CHAT)
def identifier_constant(said: Any, ask: Ask) -> None:
    """Every completion has the same id."""
    said["id"] = "id-1776784307643"


@body("semantics", CHAT, when=text(RIGHT_TO_LEFT))
def identifier_empty(said: Any, ask: Ask) -> None:
    """The id is empty for text written from right to left."""
    said["id"] = ""


@body("semantics", COMPLETION)
def identifier_is_object_text(said: Any, ask: Ask) -> None:
    """The id is "[object Object]"."""
    said["id"] = "[object Object]"


@body("semantics", RESPONSES, when=list_of("input", 1))
def response_identifier_constant(said: Any, ask: Ask) -> None:
    """Responses to a list of items all have the same id."""
    said["id"] = "resp_00000000000000000000000000000000"


@body("semantics", RESPONSES)
def item_identifiers_repeated(said: Any, ask: Ask) -> None:
    """All output items of a response have the same id."""
    for item in said["output"]:
        item["id"] = "msg_1"


@body("semantics", CHAT, when=has("seed"))
def created_in_milliseconds(said: Any, ask: Ask) -> None:
    """`created` is in milliseconds when a seed is given."""
    said["created"] *= 1000


@body("semantics", COMPLETION, when=given(temperature=0))
def created_at_zero(said: Any, ask: Ask) -> None:
    """`created` is 0 when temperature is 0."""
    said["created"] = 0


@body("semantics", RESPONSES, when=has("metadata"))
def created_in_the_far_future(said: Any, ask: Ask) -> None:
    """`created_at` lies in the year 2286 when metadata are given."""
    said["created_at"] = 9999999999


@body("semantics", CHAT, when=given(top_p=1))
def other_model_echoed(said: Any, ask: Ask) -> None:
    """Another model is named as the answerer when top_p is 1."""
    said["model"] = "@cf/meta/llama-2-7b-chat-int8"


@body("semantics", COMPLETION)
def model_without_namespace(said: Any, ask: Ask) -> None:
    """The model's name comes back without its namespace."""
    said["model"] = said["model"].rpartition("/")[2]


@body("semantics", RESPONSES, when=given(temperature=0))
def responses_model_in_capitals(said: Any, ask: Ask) -> None:
    """The model's name comes back in capitals when temperature is 0."""
    said["model"] = said["model"].upper()


@body("semantics", CHAT, when=given(max_tokens=1))
def stop_at_the_limit(said: Any, ask: Ask) -> None:
    """finish_reason is stop although the limit of one token cut the answer off."""
    for choice in said["choices"]:
        choice["finish_reason"] = "stop"


@body("semantics", CHAT)
def length_below_the_limit(said: Any, ask: Ask) -> None:
    """finish_reason is length although the answer ended by itself, below any limit."""
    for choice in said["choices"]:
        if choice["finish_reason"] == "stop":
            choice["finish_reason"] = "length"


@body("semantics", CHAT, when=unless(has("tools")))
def calls_announced_without_tools(said: Any, ask: Ask) -> None:
    """finish_reason is tool_calls although no tool was offered and none is called."""
    said["choices"][0]["finish_reason"] = "tool_calls"


@body("semantics", CHAT, when=has("tools"))
def stop_with_calls(said: Any, ask: Ask) -> None:
    """finish_reason is stop although tools are called."""
    if _calls(said):
        said["choices"][0]["finish_reason"] = "stop"


@request("semantics", CHAT, when=has("max_tokens"))
def limit_ignored(ask: Ask) -> None:
    """max_tokens is ignored."""
    ask.update(max_tokens=None)


@request("semantics", NATIVE, when=given(max_tokens=1))
def native_limit_of_one_ignored(ask: Ask) -> None:
    """A max_tokens of 1 is taken for none on a native model."""
    ask.update(max_tokens=None)


@request("semantics", RESPONSES, when=has("max_output_tokens"))
def output_limit_ignored(ask: Ask) -> None:
    """max_output_tokens is ignored."""
    ask.update(max_output_tokens=None)


@request("semantics", CHAT, when=given(n=3))
def third_choice_missing(ask: Ask) -> None:
    """Two choices are given when n is 3."""
    ask.update(n=2)


@body("semantics", CHAT, when=given(n=2))
def choices_both_first(said: Any, ask: Ask) -> None:
    """Both choices have index 0 when n is 2."""
    for choice in said["choices"]:
        choice["index"] = 0


@request("semantics", COMPLETION, when=has("n"))
def completion_choices_ignored(ask: Ask) -> None:
    """n is ignored by text completions."""
    ask.update(n=1)


@body("semantics", COMPLETION, when=given(n=2))
def completion_choices_from_one(said: Any, ask: Ask) -> None:
    """The indices of choices count from 1 when n is 2."""
    for choice in said["choices"]:
        choice["index"] += 1


@request("semantics", CHAT, when=has("stop"))
def stop_ignored(ask: Ask) -> None:
    """`stop` is ignored."""
    ask.update(stop=None)


@body("semantics", CHAT, when=has("stop"))
def stop_left_in_text(said: Any, ask: Ask) -> None:
    """The text ends with the stop sequence that ended it."""
    wanted = ask.json["stop"]
    sequence = wanted if isinstance(wanted, str) else (wanted or [""])[0]
    for choice in said["choices"]:
        if isinstance(choice["message"]["content"], str):
            choice["message"]["content"] += sequence


@request("semantics", CHAT, when=list_of("stop", 1))
def stop_in_lists_ignored(ask: Ask) -> None:
    """`stop` is ignored when it is a list."""
    ask.update(stop=None)


@request("semantics", COMPLETION, when=has("stop"))
def completion_stop_ignored(ask: Ask) -> None:
    """`stop` is ignored by text completions."""
    ask.update(stop=None)


@body("semantics", CHAT, when=has("tools"))
def arguments_cut_off(said: Any, ask: Ask) -> None:
    """The arguments of a call lack their last brace."""
    for call in _calls(said):
        call["function"]["arguments"] = call["function"]["arguments"][:-1]


@body("semantics", CHAT, when=given(tool_choice="required"))
def arguments_empty_when_required(said: Any, ask: Ask) -> None:
    """The arguments of a call are an empty object when tool_choice is required, whatever the function needs."""
    for call in _calls(said):
        call["function"]["arguments"] = "{}"


@body("semantics", CHAT, when=forced)
def other_function_when_forced(said: Any, ask: Ask) -> None:
    """Another function is called than tool_choice names."""
    for call in _calls(said):
        call["function"]["name"] += "_v2"


@body("semantics", CHAT, when=given(tool_choice="none"))
def call_in_spite_of_none(said: Any, ask: Ask) -> None:
    """A tool is called although tool_choice is none."""
    tools = ask.json.get("tools") or [{"function": {"name": "f"}}]
    name = (tools[0].get("function") or {}).get("name", "f")
    call = {"id": "chatcmpl-tool-1", "type": "function", "function": {"name": name, "arguments": "{}"}}
    said["choices"][0]["message"].update(content=None, tool_calls=[call])
    said["choices"][0]["finish_reason"] = "tool_calls"


@request("semantics", CHAT, when=given(tool_choice="required"))
def no_call_in_spite_of_required(ask: Ask) -> None:
    """No tool is called although tool_choice is required."""
    ask.update(tool_choice="none")


@body("semantics", CHAT, when=given(parallel_tool_calls=False))
def two_calls_in_spite_of_one(said: Any, ask: Ask) -> None:
    """Two tools are called although parallel_tool_calls is false."""
    calls = said["choices"][0]["message"].get("tool_calls")
    if calls:
        calls.append({**calls[0], "id": "chatcmpl-tool-0123456789abcdef"})


@body("semantics", CHAT, when=list_of("tools", 2))
def call_identifiers_repeated(said: Any, ask: Ask) -> None:
    """All calls of an answer have the same id."""
    calls = said["choices"][0]["message"].get("tool_calls")
    if calls:
        calls.append(dict(calls[0]))


@body("semantics document", CHAT, when=has("tools"))
def call_without_type(said: Any, ask: Ask) -> None:
    """A tool call has no type."""
    for call in _calls(said):
        call.pop("type", None)


@body("semantics document", RESPONSES, when=has("tools"))
def call_identifier_missing(said: Any, ask: Ask) -> None:
    """A function call of a response has an empty call_id."""
    for item in said["output"]:
        if item["type"] == "function_call":
            item["call_id"] = ""


@body("semantics", RESPONSES, when=has("tools"))
def response_arguments_no_json(said: Any, ask: Ask) -> None:
    """The arguments of a function call of a response are not JSON."""
    for item in said["output"]:
        if item["type"] == "function_call":
            item["arguments"] = "city=Paris"


@body("semantics", NATIVE, when=has("tools"))
def native_call_of_unknown_function(said: Any, ask: Ask) -> None:
    """A native model calls a function that was not offered."""
    for call in said["result"].get("tool_calls") or ():
        (call.get("function") or call)["name"] = "search_web"


@body("semantics", NATIVE, when=has("tools"))
def native_arguments_of_other_types(said: Any, ask: Ask) -> None:
    """A native model's arguments are all lists, whatever the function's schema says."""
    for call in said["result"].get("tool_calls") or ():
        if isinstance(call.get("arguments"), dict):
            call["arguments"] = {name: [value] for name, value in call["arguments"].items()}


@body("semantics", CHAT, when=structured)
def structured_answer_fenced(said: Any, ask: Ask) -> None:
    """A structured answer stands in a Markdown fence."""
    message = said["choices"][0]["message"]
    message["content"] = f"```json\n{message['content']}\n```"


@body("semantics", CHAT, when=structured)
def structured_answer_lacks_members(said: Any, ask: Ask) -> None:
    """A structured answer is an object without the members that the caller's schema requires."""
    said["choices"][0]["message"]["content"] = json.dumps({"answer": None})


@body("semantics", CHAT, when=lambda ask: ask.json.get("response_format") == {"type": "json_object"})
def json_answer_is_prose(said: Any, ask: Ask) -> None:
    """The answer is prose although response_format asks for a JSON object."""
    said["choices"][0]["message"]["content"] = "Sure, here is your JSON."


@body("semantics", NATIVE, when=structured)
def native_structure_of_other_schema(said: Any, ask: Ask) -> None:
    """A native model's structured answer is not of the caller's schema."""
    said["result"]["response"] = {"unexpected": [1, 2, 3]}


@body("semantics", RESPONSES, when=has("text"))
def response_structure_cut_off(said: Any, ask: Ask) -> None:
    """A structured response lacks its last character."""
    for item in said["output"]:
        for part in item.get("content") or ():
            if part.get("type") == "output_text" and part["text"].startswith("{"):
                part["text"] = part["text"][:-1]


@body("semantics", CHAT, when=lambda ask: any(each.get("role") == "system" for each in _messages(ask)))
def role_of_the_asker(said: Any, ask: Ask) -> None:
    """The answer's role is user when there is a system message."""
    said["choices"][0]["message"]["role"] = "user"


def _messages(ask: Ask) -> list[Any]:
    messages = ask.json.get("messages")
    return [each for each in messages if isinstance(each, dict)] if isinstance(messages, list) else []


@body("semantics document", CHAT, when=list_of("messages", 3))
def role_missing(said: Any, ask: Ask) -> None:
    """The answer has no role in a conversation of three messages and more."""
    said["choices"][0]["message"].pop("role", None)


@body("semantics", CHAT, when=text(RIGHT_TO_LEFT))
def nothing_said_to_right_to_left(said: Any, ask: Ask) -> None:
    """Text written from right to left gets an empty answer that stopped by itself."""
    for choice in said["choices"]:
        choice["message"]["content"] = ""


@body("semantics", CHAT, when=text(BACKSLASH))
def replacement_characters(said: Any, ask: Ask) -> None:
    """The answer holds replacement characters when a text has backslashes."""
    for choice in said["choices"]:
        if choice["message"]["content"]:
            choice["message"]["content"] = choice["message"]["content"].replace("e", "\ufffd")


@body("semantics", RESPONSES)
def response_complete_and_incomplete(said: Any, ask: Ask) -> None:
    """A response is completed and has incomplete_details."""
    if said["status"] == "completed":
        said["incomplete_details"] = {"reason": "max_output_tokens"}


@body("semantics", RESPONSES, when=given(max_output_tokens=16))
def response_failed_without_error(said: Any, ask: Ask) -> None:
    """A response has failed, and no error says why, when max_output_tokens is 16."""
    said["status"], said["error"] = "failed", None


@body("semantics document", RESPONSES, when=text(ASTRAL))
def response_role_user(said: Any, ask: Ask) -> None:
    """The message of a response is the user's when the input has a character beyond the basic plane."""
    for item in said["output"]:
        if item["type"] == "message":
            item["role"] = "user"


@body("semantics", NATIVE, when=has("messages"))
def success_with_errors(said: Any, ask: Ask) -> None:
    """success is true and errors holds one."""
    said["errors"] = [{"code": 3040, "message": "Capacity temporarily exceeded, please try again."}]


@body("semantics document", NATIVE, when=text(LINES))
def error_within_success(said: Any, ask: Ask) -> Any:
    """A prompt of several lines gets status 200 with success false."""
    return {
        "result": {},
        "success": False,
        "errors": [{"code": 3043, "message": "Internal server error"}],
        "messages": [],
    }


@body("semantics document", GENERIC)
def result_null_with_success(said: Any, ask: Ask) -> None:
    """success is true and result null."""
    said["result"] = None


@body("semantics document", GPT, when=text(BACKSLASH))
def error_object_with_status_200(said: Any, ask: Ask) -> Any:
    """A text with backslashes gets status 200 and an error object."""
    return {"error": {"message": "tokenizer error", "type": "server_error"}}


@body("semantics", CHAT, when=both(has("logprobs"), given(logprobs=True)))
def logprobs_not_given(said: Any, ask: Ask) -> None:
    """logprobs are null although they were asked for."""
    for choice in said["choices"]:
        choice["logprobs"] = None


@body("semantics", CHAT, when=given(logprobs=True))
def logprobs_above_zero(said: Any, ask: Ask) -> None:
    """Log probabilities are above zero."""
    for choice in said["choices"]:
        for token in (choice["logprobs"] or {}).get("content") or ():
            token["logprob"] = 0.7


@body("semantics document", GPT, when=given(max_tokens=1))
def gpt_finish_reason_missing(said: Any, ask: Ask) -> None:
    """A chat-family model gives no finish_reason when max_tokens is 1."""
    for choice in said["result"]["choices"]:
        choice["finish_reason"] = None


@body("semantics", GPT)
def gpt_identifier_constant(said: Any, ask: Ask) -> None:
    """A chat-family model gives every completion the same id."""
    said["result"]["id"] = "0123456789abcdef0123456789abcdef"
