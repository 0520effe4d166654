"""Answers that are not what the document describes: status, media type, shape."""

from __future__ import annotations

from typing import Any

from tests.contracts.flaws.conditions import (
    ASTRAL,
    both,
    every,
    forced,
    given,
    has,
    lacks,
    list_of,
    parameter,
    structured,
    text,
    unless,
)
from tests.contracts.flaws.exchange import Answer, Ask
from tests.contracts.flaws.flaw import answer, body
from tests.contracts.flaws.operations import (
    AURA,
    CHAT,
    CLEF,
    COMPLETION,
    DETR,
    DREAM,
    EMBEDDINGS,
    FINETUNE,
    FLUX,
    FORMATS,
    GENERIC,
    GPT,
    INDIC,
    M2M,
    MARKDOWN,
    MODELS,
    NATIVE,
    NOVA,
    PUBLIC,
    RERANK,
    RESNET,
    RESPONSES,
    SCHEMA,
    SENTIMENT,
    SMALL,
    TASKS,
    TURN,
    WHISPER,
)


@body("document", CHAT, when=given(top_p=0))
def choices_missing_at_top_p_zero(said: Any, ask: Ask) -> None:
    """A chat completion has no choices when top_p is 0."""
    said.pop("choices", None)


@body("document semantics", CHAT, when=given(temperature=0))
def usage_as_text_at_temperature_zero(said: Any, ask: Ask) -> None:
    """The token counts are texts when temperature is 0."""
    said["usage"] = {name: str(value) for name, value in said["usage"].items()}


@body("document", CHAT, when=given(n=3))
def choices_as_object_for_three(said: Any, ask: Ask) -> None:
    """The choices are an object with the keys 0, 1, 2 when n is 3."""
    said["choices"] = {str(choice["index"]): choice for choice in said["choices"]}


@body("document semantics", CHAT, when=given(max_tokens=1))
def message_missing_at_one_token(said: Any, ask: Ask) -> None:
    """A choice has no message when max_tokens is 1."""
    for choice in said["choices"]:
        choice.pop("message", None)


@body("document", CHAT)
def created_as_date(said: Any, ask: Ask) -> None:
    """`created` is an ISO date."""
    said["created"] = "2026-11-24T10:00:00Z"


@answer("document http", CHAT, when=given(max_tokens=1))
def created_status_at_one_token(said: Answer, ask: Ask) -> None:
    """A chat completion is answered with status 201 when max_tokens is 1."""
    said.status = 201 if said.status == 200 else said.status


@answer("document http", CHAT, when=list_of("messages", 4))
def empty_accepted_for_long_conversations(said: Answer, ask: Ask) -> None:
    """A conversation of four messages or more is answered with an empty 202."""
    if said.status == 200:
        said.write(b"", status=202)


@body("document semantics", CHAT, when=forced)
def arguments_as_object_when_forced(said: Any, ask: Ask) -> None:
    """The arguments of a call are an object, not JSON text, when tool_choice names the function."""
    for call in said["choices"][0]["message"].get("tool_calls") or ():
        call["function"]["arguments"] = {"city": "Paris"}


@body("document semantics", CHAT, when=structured)
def content_parsed_for_a_schema(said: Any, ask: Ask) -> None:
    """The content of a structured answer is an object, not JSON text."""
    said["choices"][0]["message"]["content"] = {"parsed": True}


@body("document", EMBEDDINGS, when=list_of("input", 4))
def vectors_by_key_from_four_inputs(said: Any, ask: Ask) -> None:
    """The data of embeddings are an object from the fourth input on."""
    said["data"] = {str(each["index"]): each for each in said["data"]}


@body("document semantics", EMBEDDINGS, when=text(ASTRAL))
def null_in_vector_for_astral_text(said: Any, ask: Ask) -> None:
    """A vector holds a null when a text has a character beyond the basic plane."""
    for each in said["data"]:
        if isinstance(each["embedding"], list):
            each["embedding"][7] = None


@body("document", EMBEDDINGS, when=list_of("input", 2))
def last_vector_as_texts(said: Any, ask: Ask) -> None:
    """The last vector of several holds texts instead of numbers."""
    last = said["data"][-1]["embedding"]
    said["data"][-1]["embedding"] = [str(number) for number in last]


@body("document", COMPLETION, when=given(max_tokens=1))
def text_null_at_one_token(said: Any, ask: Ask) -> None:
    """The text of a completion is null when max_tokens is 1."""
    said["choices"][0]["text"] = None


@body("document", COMPLETION)
def completion_of_chat_kind(said: Any, ask: Ask) -> None:
    """A text completion says that it is a chat.completion."""
    said["object"] = "chat.completion"


@body("document semantics", RESPONSES)
def output_as_text(said: Any, ask: Ask) -> None:
    """The output of a response is a text."""
    said["output"] = "Hello!"


@answer("document", COMPLETION, when=has("seed"))
def request_identifier_is_none(said: Answer, ask: Ask) -> None:
    """The header `cf-ai-req-id`, a UUID by the document, is a number when a seed is given."""
    said.set_header("cf-ai-req-id", "17")


@body("document semantics", RESPONSES, when=has("instructions"))
def annotations_missing_with_instructions(said: Any, ask: Ask) -> None:
    """The text parts of a response have no annotations when instructions were given."""
    for item in said["output"]:
        if item["type"] == "message":
            for part in item["content"]:
                part.pop("annotations", None)


@body("document", RESPONSES, when=given(max_output_tokens=1))
def status_done_at_one_token(said: Any, ask: Ask) -> None:
    """The status of a response is "done" when max_output_tokens is 1."""
    said["status"] = "done"


@body("document semantics", NATIVE, when=has("prompt"))
def result_unwrapped_for_prompts(said: Any, ask: Ask) -> Any:
    """A native answer comes without its envelope when a prompt was sent instead of messages."""
    return said.get("result", said)


@body("document semantics", NATIVE)
def result_twice_wrapped(said: Any, ask: Ask) -> Any:
    """A native answer is wrapped in a second envelope."""
    return {**said, "result": dict(said)}


@body("document semantics", GPT, when=given(temperature=0))
def chat_result_as_list(said: Any, ask: Ask) -> None:
    """The result of a chat-family model is a list when temperature is 0."""
    said["result"] = [said["result"]]


@body("document", SMALL, when=list_of("text", 4))
def shape_as_text_from_four(said: Any, ask: Ask) -> None:
    """The shape is a text like "4x384" from the fourth text on."""
    said["result"]["shape"] = "x".join(str(side) for side in said["result"]["shape"])


@body("document", SMALL, when=unless(list_of("text", 0)))
def flat_vector_for_single_text(said: Any, ask: Ask) -> None:
    """A single text gets one flat vector instead of a list of one."""
    said["result"]["data"] = said["result"]["data"][0]


@body("document", SENTIMENT)
def labels_as_object(said: Any, ask: Ask) -> None:
    """A classification is an object from label to score."""
    said["result"] = {each["label"]: each["score"] for each in said["result"]}


@body("document semantics", SENTIMENT, when=text("[?!]"))
def score_as_text_for_questions(said: Any, ask: Ask) -> None:
    """The scores are texts when the text has a question or exclamation mark."""
    for each in said["result"]:
        each["score"] = str(each["score"])


@body("document", RESNET)
def label_null(said: Any, ask: Ask) -> None:
    """The last label of a picture is null."""
    said["result"][-1]["label"] = None


@body("document", DETR)
def box_without_bottom(said: Any, ask: Ask) -> None:
    """The last box of a detection has no ymax."""
    if said["result"]:
        said["result"][-1]["box"].pop("ymax", None)


@body("document", WHISPER)
def start_as_text(said: Any, ask: Ask) -> None:
    """The start of the last word of a transcript is a text."""
    for word in said["result"]["words"][-1:]:
        word["start"] = "0.5s"


@body("document", NOVA)
def alternatives_missing(said: Any, ask: Ask) -> None:
    """The channels of a transcript have no alternatives."""
    for channel in said["result"]["results"]["channels"]:
        channel.pop("alternatives", None)


@body("document semantics", FLUX, when=given(steps=8))
def image_in_list_at_eight_steps(said: Any, ask: Ask) -> None:
    """The picture stands in a list `images` when steps is at its maximum."""
    said["result"] = {"images": [said["result"]["image"]]}


@answer("document semantics", DREAM)
def json_as_picture(said: Answer, ask: Ask) -> None:
    """What is called image/png is JSON."""
    if said.status == 200:
        said.write(b'{"image": "iVBORw0KGgo="}')


@answer("document semantics", DREAM, when=has("seed"))
def picture_as_octets_with_seed(said: Answer, ask: Ask) -> None:
    """A picture is served as application/octet-stream when a seed was given."""
    if said.status == 200:
        said.set_header("content-type", "application/octet-stream")


@answer("document semantics", AURA)
def speech_as_octets(said: Answer, ask: Ask) -> None:
    """Speech is served as application/octet-stream."""
    if said.status == 200:
        said.set_header("content-type", "application/octet-stream")


@body("document", M2M, when=lacks("source_lang"))
def translation_in_list(said: Any, ask: Ask) -> None:
    """The translation is a list of one when no source language was given."""
    said["result"]["translated_text"] = [said["result"]["translated_text"]]


@body("document", INDIC, when=unless(list_of("text", 0)))
def translations_as_text_for_single(said: Any, ask: Ask) -> None:
    """The translations are one text when one text was sent."""
    said["result"]["translations"] = said["result"]["translations"][0]


@body("document", RERANK, when=has("top_k"))
def rank_ids_as_text_with_top_k(said: Any, ask: Ask) -> None:
    """The ids of a ranking are texts when top_k was given."""
    for each in said["result"]["response"]:
        each["id"] = str(each["id"])


@body("document", TURN)
def probability_as_text(said: Any, ask: Ask) -> None:
    """The probability of a turn's end is a text."""
    said["result"]["probability"] = "high"


@body("document", CLEF)
def answers_as_list(said: Any, ask: Ask) -> None:
    """The answers to the questions are a list."""
    said["result"]["answers"] = list(said["result"]["answers"].values())


@body("document", GENERIC)
def generic_result_missing(said: Any, ask: Ask) -> None:
    """The answer of the generic run has no result."""
    said.pop("result", None)


@body("document", MODELS, when=both(parameter("page"), unless(parameter("page", "^1$"))))
def properties_as_object_on_later_pages(said: Any, ask: Ask) -> Any:
    """From the second page of models on the result is an object."""
    return {**said, "result": {"models": said["result"]}}


@body("document", MODELS)
def model_name_as_number(said: Any, ask: Ask) -> None:
    """The last model of a list has a number for a name."""
    if said.get("result"):
        said["result"][-1]["name"] = 17


@body("document", SCHEMA)
def schema_without_input(said: Any, ask: Ask) -> None:
    """The schemas of a model lack `input`."""
    said["result"].pop("input", None)


@body("document", TASKS, when=every(2))
def tasks_by_name_every_second_time(said: Any, ask: Ask) -> None:
    """Every second list of tasks is an object by name."""
    said["result"] = {each["name"]: each for each in said["result"]}


@body("document", FINETUNE, when=given(public=True))
def public_as_text_when_true(said: Any, ask: Ask) -> None:
    """`public` is the text "true" in the answer when it was true in the request."""
    said["result"]["public"] = "true"


@body("document", PUBLIC)
def finetune_ids_as_numbers(said: Any, ask: Ask) -> None:
    """The ids of public finetunes are numbers."""
    for number, each in enumerate(said["result"]):
        each["id"] = number


@body("document", MARKDOWN)
def conversion_without_name(said: Any, ask: Ask) -> None:
    """A converted file has no name."""
    for each in said["result"]:
        each.pop("name", None)


@body("document", FORMATS)
def last_format_without_type(said: Any, ask: Ask) -> None:
    """The last supported format has no media type."""
    said["result"][-1].pop("mimeType", None)
