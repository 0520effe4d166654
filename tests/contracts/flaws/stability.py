"""Servers whose answers depend on other requests, or on how many there were."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.contracts.flaws.conditions import (
    again,
    both,
    every,
    has,
    lacks,
    streamed,
    texts,
    third_at_once,
    unless,
)
from tests.contracts.flaws.exchange import Answer, Ask, Event
from tests.contracts.flaws.flaw import answer, body, request, stream
from tests.contracts.flaws.operations import (
    CHAT,
    COMPLETION,
    EMBEDDINGS,
    M2M,
    MODELS,
    NATIVE,
    RERANK,
    RESPONSES,
    SENTIMENT,
    SMALL,
    TASKS,
)


@answer("stability validation http document", COMPLETION, when=again)
def repeated_request_crashes(said: Answer, ask: Ask) -> None:
    """The second of two identical requests ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@answer("stability validation document", CHAT, when=both(lambda ask: ask.method == "POST", again))
def repeated_request_is_a_conflict(said: Answer, ask: Ask) -> None:
    """The second of two identical requests is refused as a duplicate."""
    errors = [{"code": 5006, "message": "AiError: duplicate request"}]
    if said.status == 200:
        said.write_json({"errors": errors, "success": False, "result": {}, "messages": []}, 400)


@body("stability semantics", EMBEDDINGS, when=again)
def repeated_text_moves(said: Any, ask: Ask) -> None:
    """The second of two identical requests gets other vectors."""
    for each in said["data"]:
        if isinstance(each["embedding"], list):
            each["embedding"] = each["embedding"][3:] + each["embedding"][:3]


@body("stability semantics", EMBEDDINGS, when=every(3))
def every_third_vector_differs(said: Any, ask: Ask) -> None:
    """Every third request gets vectors of another model of the same dimension."""
    for each in said["data"]:
        if isinstance(each["embedding"], list):
            each["embedding"] = each["embedding"][::-1]


@body("stability semantics", SMALL, when=again)
def repeated_text_not_normalized(said: Any, ask: Ask) -> None:
    """The second of two identical requests gets vectors that are not normalized."""
    said["result"]["data"] = [[number * 2 for number in row] for row in said["result"]["data"]]


@body("stability semantics", RERANK, when=again)
def repeated_ranking_turns(said: Any, ask: Ask) -> None:
    """The second of two identical requests gets the ranking upside down."""
    ranked = said["result"]["response"]
    ids = [each["id"] for each in ranked]
    for each, other in zip(ranked, reversed(ids), strict=True):
        each["id"] = other


@body("stability semantics", SENTIMENT, when=every(2))
def every_second_score_turns(said: Any, ask: Ask) -> None:
    """Every second text gets the scores of the opposite."""
    first, second = said["result"]
    first["score"], second["score"] = second["score"], first["score"]


@body("stability semantics", EMBEDDINGS)
def cache_by_length(said: Any, ask: Ask) -> None:
    """Vectors come from a cache whose key is the length of the texts."""
    key = tuple(len(each) for each in texts(ask))
    kept = ask.memory.setdefault(key, [each["embedding"] for each in said["data"]])
    for each, vector in zip(said["data"], kept, strict=False):
        each["embedding"] = copy.copy(vector)


@body("stability semantics", CHAT)
def cache_by_messages(said: Any, ask: Ask) -> Any:
    """Answers come from a cache whose key is the messages; max_tokens, stop, n and tools are not part of it."""
    return ask.memory.setdefault(json.dumps(ask.json.get("messages")), said)


def _had_limit_before(ask: Ask) -> bool:
    before = ask.memory.get("limit")
    if ask.method == "POST" and ask.authorized:
        ask.memory["limit"] = ask.json.get("max_tokens")
    return before == 1 and lacks("max_tokens")(ask) and lacks("max_completion_tokens")(ask)


@request("stability semantics", CHAT, when=_had_limit_before)
def limit_of_the_previous_request(ask: Ask) -> None:
    """A max_tokens of 1 stays in force for the next request, which gives none."""
    ask.update(max_tokens=1)


def _streamed_before(ask: Ask) -> bool:
    before = ask.memory.get("streamed")
    ask.memory["streamed"] = streamed(ask)
    return bool(before) and ask.authorized and lacks("stream")(ask)


@request("stability stream document", COMPLETION, when=_streamed_before)
def stream_of_the_previous_request(ask: Ask) -> None:
    """After a streamed answer the next one is streamed as well, asked for or not."""
    ask.update(stream=True)


@answer("stability validation", NATIVE)
def refusal_of_the_previous_request(said: Answer, ask: Ask) -> None:
    """After a refused body the next valid one is refused for the same reason."""
    kept = ask.memory.pop("refusal", None)
    if said.status == 400 and ask.method == "POST":
        ask.memory["refusal"] = said.body
    elif kept is not None and said.status == 200:
        said.write(kept, "application/json", 400)


@body("stability semantics", RESPONSES)
def text_of_the_previous_request(said: Any, ask: Ask) -> None:
    """An answer begins with the input of the request before it."""
    before = ask.memory.get("input")
    ask.memory["input"] = next(iter(texts(ask)), "")
    if before:
        for item in said["output"]:
            if item["type"] == "message":
                item["content"][0]["text"] = f"{before} {item['content'][0]['text']}"


@body("stability semantics", CHAT)
def usage_adds_up_over_requests(said: Any, ask: Ask) -> None:
    """prompt_tokens counts the prompts of all requests so far."""
    used = said["usage"]
    ask.memory["prompts"] = ask.memory.get("prompts", 0) + used["prompt_tokens"]
    used["prompt_tokens"] = ask.memory["prompts"]
    used["total_tokens"] = used["prompt_tokens"] + used["completion_tokens"]


@answer("stability validation http document", M2M, when=lambda ask: ask.number > 8)
def wears_out(said: Answer, ask: Ask) -> None:
    """From the ninth request on everything ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@body("stability semantics document", MODELS, when=every(2))
def order_of_models_changes(said: Any, ask: Ask) -> None:
    """Every second list of models is in reverse order."""
    if isinstance(said.get("result"), list):
        said["result"].reverse()


@body("stability semantics", TASKS, when=every(3))
def every_third_list_is_short(said: Any, ask: Ask) -> None:
    """Every third list of tasks lacks the last one."""
    said["result"].pop()


@answer("stability http validation document", CHAT, when=third_at_once, lingers=True)
def third_at_once_crashes(said: Answer, ask: Ask) -> None:
    """The third of requests at once ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


def _answered_together(said: Answer, ask: Ask) -> bytes | None:
    """The body of the previous answer when other requests are under way."""
    before: bytes | None = ask.memory.get("answer")
    ask.memory["answer"] = said.body
    return before if ask.rank > 1 else None


@answer("stability semantics", EMBEDDINGS, lingers=True)
def answers_mixed_up_in_parallel(said: Answer, ask: Ask) -> None:
    """Of requests at once, all but the first get the answer of the one before."""
    if said.status == 200:
        other = _answered_together(said, ask)
        if other is not None:
            said.write(other)


@body("stability semantics", SMALL, when=third_at_once, lingers=True)
def third_at_once_gets_noise(said: Any, ask: Ask) -> None:
    """The third of requests at once gets other vectors."""
    said["result"]["data"] = [row[1:] + row[:1] for row in said["result"]["data"]]


@body("stability semantics", CHAT, when=third_at_once, lingers=True)
def third_at_once_counted_twice(said: Any, ask: Ask) -> None:
    """The third of requests at once counts twice the prompt tokens."""
    used = said["usage"]
    used["prompt_tokens"] = used["prompt_tokens"] * 2 + 1
    used["total_tokens"] = used["prompt_tokens"] + used["completion_tokens"]


@stream("stability stream", CHAT, when=both(streamed, third_at_once), lingers=True)
def third_stream_at_once_cut(events: list[Event], ask: Ask) -> list[Event]:
    """The third of streams at once ends after two events."""
    return events[:2]


@stream("stability stream semantics", CHAT, when=both(streamed, lambda ask: ask.rank > 1), lingers=True)
def streams_share_an_identifier(events: list[Event], ask: Ask) -> None:
    """The chunks of streams at once carry the id of the first stream from their second chunk on."""
    for event in events[1:-1]:
        event.data["id"] = ask.memory.setdefault("id", "id-1776784307000")


@body("stability semantics document", RERANK, when=lambda ask: ask.rank > 1, lingers=True)
def parallel_ranking_empty(said: Any, ask: Ask) -> None:
    """A ranking is empty when another request is under way."""
    said["result"]["response"] = []


@answer("stability", M2M, when=both(every(3), unless(has("requests"))), slow=True)
def every_third_answer_is_slow(said: Answer, ask: Ask) -> None:
    """Every third answer takes a second longer."""
    said.pauses = [1.0]
