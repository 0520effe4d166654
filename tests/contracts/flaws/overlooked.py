"""Flaws that look right in each answer: counts, types and ids that tell of something else, results that are copies."""

from __future__ import annotations

import base64
from typing import Any

from tests.contracts.flaws.conditions import (
    NOT_ASCII,
    both,
    every,
    given,
    has,
    list_of,
    parameter,
    stranger,
    streamed,
    text,
    unless,
)
from tests.contracts.flaws.exchange import Answer, Ask
from tests.contracts.flaws.flaw import answer, body, request
from tests.contracts.flaws.operations import (
    AURA,
    AUTHORS,
    CHAT,
    CLEF,
    COMPLETION,
    DETR,
    EMBEDDINGS,
    FINETUNE,
    INDIC,
    M3,
    MARKDOWN,
    MELO,
    MODELS,
    NOVA,
    RERANK,
    RESNET,
    SENTIMENT,
    SMALL,
    WHISPER,
)

_queued = parameter("queueRequest")


def _several_prompts(ask: Ask) -> bool:
    """For a list of prompts."""
    return isinstance(ask.json.get("prompt"), list)


def _says_nothing_first(ask: Ask) -> bool:
    """For a system message that is empty."""
    messages = ask.json.get("messages")
    return isinstance(messages, list) and {"role": "system", "content": ""} in messages


def _plain(value: Any) -> Any:
    """A text, or a list of texts, without what is not ASCII."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.encode("ascii", "ignore").decode() or "?" if isinstance(value, str) else value


@answer("http", CHAT, when=streamed)
def date_in_words_on_streams(said: Answer, ask: Ask) -> None:
    """The Date header of streams is no date."""
    said.set_header("date", "yesterday")


@answer("http", EMBEDDINGS, when=has("encoding_format"))
def retry_in_words(said: Answer, ask: Ask) -> None:
    """Retry-After is a word when a format of the vectors is named."""
    said.set_header("retry-after", "soon")


@answer("auth", CHAT, when=stranger)
def challenge_without_scheme(said: Answer, ask: Ask) -> None:
    """WWW-Authenticate has a parameter, and no scheme."""
    said.set_header("www-authenticate", 'realm="ai"')


@body("semantics", MARKDOWN)
def conversion_without_tokens(said: Any, ask: Ask) -> None:
    """The tokens of a conversion are 0."""
    for each in said["result"]:
        each["tokens"] = 0


@body("semantics", MARKDOWN)
def conversion_of_another_type(said: Any, ask: Ask) -> None:
    """The media type of a converted file is always that of PDF."""
    for each in said["result"]:
        each["mimeType"] = "application/pdf"


@body("additive", MARKDOWN)
def field_in_conversion(said: Any, ask: Ask) -> None:
    """A new field in each conversion."""
    for each in said["result"]:
        each["pages"] = 1


@body("semantics", MELO)
def speech_cut_in_a_frame(said: Any, ask: Ask) -> None:
    """MP3 in JSON is cut in the middle of its last frame."""
    said["result"]["audio"] = base64.b64encode(base64.b64decode(said["result"]["audio"])[:-50]).decode()


@answer("semantics", AURA, when=unless(has("encoding")))
def recording_cut_in_a_frame(said: Answer, ask: Ask) -> None:
    """MP3 is cut in the middle of its last frame when no encoding is named."""
    if said.status == 200:
        said.write(said.body[:-50])


@answer("semantics", AURA, when=given(encoding="flac"))
def lossless_recording_cut(said: Answer, ask: Ask) -> None:
    """FLAC lacks its last bytes."""
    if said.status == 200:
        said.write(said.body[:-3])


@answer("semantics", AURA, when=given(encoding="opus"))
def packed_recording_cut(said: Answer, ask: Ask) -> None:
    """Opus is cut in its last page."""
    if said.status == 200:
        said.write(said.body[:-20])


@body("semantics", WHISPER)
def words_all_at_once(said: Any, ask: Ask) -> None:
    """All words of a transcript begin and end together."""
    for word in said["result"]["words"]:
        word.update(start=0.0, end=0.5)


@body("semantics", NOVA)
def words_of_channels_all_at_once(said: Any, ask: Ask) -> None:
    """All words of each channel begin and end together."""
    for channel in said["result"]["results"]["channels"]:
        for word in channel["alternatives"][0]["words"]:
            word.update(start=0.0, end=0.5)


@body("semantics", SENTIMENT)
def every_text_is_scored_alike(said: Any, ask: Ask) -> None:
    """Every text is as positive as every other."""
    said["result"] = [{"label": "NEGATIVE", "score": 0.3}, {"label": "POSITIVE", "score": 0.7}]


@body("semantics", RESNET)
def every_picture_is_a_cat(said: Any, ask: Ask) -> None:
    """Every picture has the same labels."""
    said["result"] = [{"label": "TABBY", "score": 0.6}, {"label": "SCREEN", "score": 0.2}]


@body("semantics", DETR)
def nameless_boxes(said: Any, ask: Ask) -> None:
    """What is detected has no name."""
    for each in said["result"]:
        each["label"] = ""


@body("stability", RESNET)
def labels_of_the_picture_before(said: Any, ask: Ask) -> Any:
    """A picture has the labels of the picture that was sent before it."""
    before = ask.memory.get("labels", said)
    ask.memory["labels"] = said
    return before


@request("semantics", EMBEDDINGS, when=text(NOT_ASCII))
def only_ascii_is_embedded(ask: Ask) -> None:
    """What is not ASCII is dropped before a text is embedded."""
    ask.update(input=_plain(ask.json["input"]))


@request("semantics", SMALL, M3, when=both(has("text"), text(NOT_ASCII)))
def only_ascii_is_embedded_natively(ask: Ask) -> None:
    """What is not ASCII is dropped before a text is embedded by its own path."""
    ask.update(text=_plain(ask.json["text"]))


@body("semantics", FINETUNE)
def every_adapter_has_one_id(said: Any, ask: Ask) -> None:
    """A new adapter always gets the same id."""
    said["result"]["id"] = "0c591b8c-6a5a-4ec8-a02e-c5532a1238bb"


@body("semantics", CHAT, when=has("seed"))
def identifier_of_the_seed(said: Any, ask: Ask) -> None:
    """The id of an answer is made of the seed."""
    said["id"] = f"chatcmpl-{ask.json['seed']:012}"


@request("auth", SMALL, when=both(_queued, stranger))
def anybody_may_queue(ask: Ask) -> None:
    """Batches need no token."""
    ask.admit()


@request("auth", COMPLETION, when=both(_several_prompts, stranger))
def anybody_may_send_prompts(ask: Ask) -> None:
    """Several prompts at once need no token."""
    ask.admit()


@request("semantics", SMALL, M3, when=both(_queued, has("requests")))
def batch_of_one_vector(ask: Ask) -> None:
    """Every input of a batch has the vector of the first."""
    first, *others = ask.json["requests"]
    references = (each["external_reference"] for each in others)
    ask.update(requests=[first, *({**first, "external_reference": each} for each in references)])


@answer("http", CHAT, when=given(n=2))
def unlimited_for_two(said: Answer, ask: Ask) -> None:
    """What remains of a limit is a word when two choices are asked for."""
    said.set_header("x-ratelimit-remaining-requests", "unlimited")


@answer("http", CHAT, when=_says_nothing_first)
def empty_system_message_crashes(said: Answer, ask: Ask) -> None:
    """An empty system message ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@answer("http", MODELS, when=parameter("search", "[%']"))
def search_for_signs_crashes(said: Answer, ask: Ask) -> None:
    """A search for a sign that databases read ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@body("semantics", CHAT, when=lambda ask: len(ask.json.get("messages") or ()) > 1)
def only_the_last_message_is_counted(said: Any, ask: Ask) -> None:
    """The prompt tokens of a conversation are those of its last message."""
    last = ask.json["messages"][-1].get("content") if isinstance(ask.json["messages"][-1], dict) else None
    usage = said["usage"]
    usage["prompt_tokens"] = max(1, len(last) // 4) if isinstance(last, str) else 1
    usage["total_tokens"] = usage["prompt_tokens"] + usage["completion_tokens"]


@body("semantics", CHAT, when=list_of("tools", 2))
def every_call_has_the_first_arguments(said: Any, ask: Ask) -> None:
    """Each call of several tools has the arguments of the first."""
    for choice in said["choices"]:
        calls = choice["message"].get("tool_calls") or ()
        for call in calls[1:]:
            call["function"]["arguments"] = calls[0]["function"]["arguments"]


@body("semantics", INDIC, when=list_of("text", 2))
def translations_backwards(said: Any, ask: Ask) -> None:
    """Several translations come in the opposite order."""
    said["result"]["translations"].reverse()


@body("semantics", RERANK)
def every_passage_is_scored_alike(said: Any, ask: Ask) -> None:
    """Every passage has the same score."""
    for each in said["result"]["response"]:
        each["score"] = 0.5


@body("stability", M3, when=both(has("query"), every(2)))
def every_second_ranking_is_fainter(said: Any, ask: Ask) -> None:
    """Every second time passages are scored lower."""
    for each in said["result"]["response"]:
        each["score"] *= 0.7


@answer("stability http", AUTHORS)
def nothing_after_head(said: Answer, ask: Ask) -> None:
    """A list that follows HEAD is empty."""
    before, ask.memory["method"] = ask.memory.get("method"), ask.method
    if before == "HEAD" and ask.method == "GET" and said.status == 200:
        said.write_json({**said.json, "result": []})


@request("semantics validation", MODELS, when=parameter("source"))
def source_ignored(ask: Ask) -> None:
    """`source` is ignored."""
    ask.ask_for(source=None)


def _unlisted(ask: Ask) -> bool:
    """For a question of a type that is none."""
    asked = ask.json.get("questions")
    types = [each.get("type") for each in asked.values() if isinstance(each, dict)] if isinstance(asked, dict) else []
    return any(each not in ("noul", "choice", "score") for each in types)


@request("validation", CLEF, when=_unlisted)
def question_of_no_type_is_accepted(ask: Ask) -> None:
    """A question of a type that is none is answered as one of another type."""
    ask.update(questions={name: {"type": "noul", "instructions": "?"} for name in ask.json["questions"]})
