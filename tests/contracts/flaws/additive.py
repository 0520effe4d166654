"""Servers that do what nobody documented: nothing breaks, and somebody should know."""

from __future__ import annotations

from typing import Any

from tests.contracts.flaws.conditions import asks_usage, given, has, list_of, method, parameter, text
from tests.contracts.flaws.exchange import Answer, Ask, Event
from tests.contracts.flaws.flaw import answer, body, stream
from tests.contracts.flaws.operations import (
    CHAT,
    CLEF,
    EMBEDDINGS,
    GPT,
    M2M,
    MODELS,
    NATIVE,
    RESPONSES,
    SENTIMENT,
    SMALL,
    TASKS,
    WHISPER,
)


@body("additive", CHAT)
def field_in_completion(said: Any, ask: Ask) -> None:
    """A completion has a new field."""
    said["moderation"] = {"flagged": False}


@body("additive", CHAT, when=has("seed"))
def field_in_message_with_seed(said: Any, ask: Ask) -> None:
    """A message has a new field when a seed is given."""
    said["choices"][0]["message"]["thoughts"] = []


@body("additive", CHAT, when=given(n=3))
def field_in_usage_for_three(said: Any, ask: Ask) -> None:
    """The usage has a new field when n is 3."""
    said["usage"]["billed_units"] = 3


@body("additive", EMBEDDINGS, when=list_of("input", 4))
def field_in_fourth_vector(said: Any, ask: Ask) -> None:
    """The fourth vector has a new field."""
    said["data"][3]["truncated"] = False


@body("additive", SMALL)
def field_in_envelope(said: Any, ask: Ask) -> None:
    """The envelope has a new field."""
    said["request_cost"] = 0.00001


@body("additive", NATIVE, when=given(max_tokens=1))
def field_in_native_result(said: Any, ask: Ask) -> None:
    """A native result has a new field when max_tokens is 1."""
    said["result"]["cut"] = True


@body("additive", MODELS)
def field_in_model(said: Any, ask: Ask) -> None:
    """A model of the list has a new field."""
    if said.get("result"):
        said["result"][-1]["popularity"] = 17


@body("additive", MODELS, when=parameter("per_page"))
def field_in_page_info(said: Any, ask: Ask) -> None:
    """The page's information has a new field when per_page is given."""
    if "result_info" in said:
        said["result_info"]["cursor"] = "abc"


@body("additive semantics", SENTIMENT, when=text("[?!]"))
def third_label(said: Any, ask: Ask) -> None:
    """A third label, NEUTRAL, is given when the text has a question or exclamation mark."""
    said["result"].append({"label": "NEUTRAL", "score": 0.0})


@body("additive document semantics", GPT, when=given(max_tokens=1))
def new_finish_reason(said: Any, ask: Ask) -> None:
    """finish_reason has a new value, `budget`, when max_tokens is 1."""
    for choice in said["result"]["choices"]:
        choice["finish_reason"] = "budget"


@body("additive document semantics", RESPONSES)
def field_in_response(said: Any, ask: Ask) -> None:
    """A response has a new field with what was cached."""
    said["cache"] = {"hit": False}


@stream("additive stream document", RESPONSES)
def new_event_type(events: list[Event], ask: Ask) -> list[Event]:
    """A stream of responses has an event of a new type."""
    notice = Event({"type": "response.rate_limits.updated", "sequence_number": 0}, "response.rate_limits.updated")
    for number, event in enumerate([events[0], notice, *events[1:]]):
        event.data["sequence_number"] = number
    return [events[0], notice, *events[1:]]


@stream("additive", CHAT, when=asks_usage)
def field_in_chunks(events: list[Event], ask: Ask) -> None:
    """The chunks of a stream have a new field when include_usage is on."""
    for event in events[:-1]:
        event.data["region"] = "weur"


@stream("additive", NATIVE)
def field_in_native_events(events: list[Event], ask: Ask) -> None:
    """The events of a native stream have a new field."""
    for event in events[:-1]:
        event.data["t"] = 12


@answer("additive", M2M)
def new_header(said: Answer, ask: Ask) -> None:
    """Answers have a header that nobody documented."""
    if said.status == 200:
        said.set_header("cf-ai-translation-engine", "m2m100-v2")


@answer("additive document", TASKS)
def new_success_status(said: Answer, ask: Ask) -> None:
    """The list of tasks is answered with the undocumented status 203."""
    said.status = 203 if said.status == 200 else said.status


@answer("additive document", WHISPER)
def new_failure_status(said: Answer, ask: Ask) -> None:
    """Bad input is refused with the undocumented status 418."""
    said.status = 418 if said.status == 400 else said.status


@answer("additive http", EMBEDDINGS, when=method("GET"))
def new_operation(said: Answer, ask: Ask) -> None:
    """GET on a path that documents POST only is answered: a new operation."""
    said.set_header("allow", None)
    said.write_json({"object": "list", "data": []}, 200)


@body("additive semantics", CLEF)
def field_in_decision(said: Any, ask: Ask) -> None:
    """The answer to a question has a new field."""
    for each in said["result"]["answers"].values():
        each["rationale"] = "because"


@answer("additive", EMBEDDINGS)
def field_in_error(said: Answer, ask: Ask) -> None:
    """The errors of a refusal have a new field."""
    if said.status == 400:
        content = said.json
        content["errors"][0]["severity"] = "low"
        said.write_json(content)
