"""Servers that differ in what nobody promised: no client breaks, and no check may complain."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import random
import re
import struct
from collections.abc import Iterator
from typing import Any

from tests.contracts.flaws import unpromised
from tests.contracts.flaws.conditions import anonymous, both, has, streamed, unless
from tests.contracts.flaws.exchange import Answer, Ask, Event
from tests.contracts.flaws.flaw import Flaw, answer, body, stream
from tests.contracts.flaws.operations import (
    CHAT,
    COMPLETION,
    DREAM,
    EMBEDDINGS,
    GPT,
    M2M,
    MODELS,
    NATIVE,
    RERANK,
    RESNET,
    RESPONSES,
    SENTIMENT,
    SMALL,
    TASKS,
)

_NONE = ""
"""The classes of what is harmless."""


def _key(ask: Ask) -> str:
    return hashlib.sha256(b"%d %s" % (ask.number, ask.body)).hexdigest()


@answer(_NONE, CHAT, COMPLETION)
def other_identifiers(said: Answer, ask: Ask) -> None:
    """Ids are 32 hex digits, new for every answer."""
    known, other = rb'"id":"(id-\d+|(chat)?cmpl-[0-9a-f]+|[0-9a-f]{32})"', b'"id":"%s"' % _key(ask)[:32].encode()
    said.chunks = [re.sub(known, other, chunk) for chunk in said.chunks]
    if not said.streamed:
        said.write(said.body)


@answer(_NONE, CHAT, RESPONSES)
def other_times(said: Answer, ask: Ask) -> None:
    """`created` is another second, later for every answer."""
    second = b"%d" % (1_795_000_000 + ask.number)
    said.chunks = [re.sub(rb'"(created|created_at)":\d+', rb'"\1":' + second, each) for each in said.chunks]


@body(_NONE, CHAT, when=unless(has("stop")))
def other_text(said: Any, ask: Ask) -> None:
    """Other words are said, as many of them."""
    for choice in said["choices"]:
        content = choice["message"]["content"]
        if content and content[0] not in "{[" and choice.get("logprobs") is None:
            choice["message"]["content"] = re.sub(r"[A-Za-z]+", lambda word: word[0][::-1].lower(), content)


@answer(_NONE, CHAT, SMALL, MODELS)
def more_headers(said: Answer, ask: Ask) -> None:
    """Answers have more headers than before."""
    for name in ("server", "date", "cf-cache-status", "nel", "x-request-id", "alt-svc", "vary", "set-cookie"):
        said.set_header(name, "Tue, 24 Nov 2026 12:00:00 GMT" if name == "date" else f"{name}-value")


@answer(_NONE, CHAT, NATIVE, TASKS)
def sorted_keys(said: Answer, ask: Ask) -> None:
    """Members come in alphabetical order."""
    if said.json is not None:
        said.write(json.dumps(said.json, sort_keys=True).encode())


@answer(_NONE, EMBEDDINGS, RERANK)
def reversed_keys(said: Answer, ask: Ask) -> None:
    """Members come in reverse order."""
    if said.json is not None:
        said.write(json.dumps(_reversed(said.json)).encode())


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(value)}
    return [_reversed(each) for each in value] if isinstance(value, list) else value


def _cut(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


@answer(_NONE, CHAT, NATIVE, when=streamed)
def streams_byte_by_byte(said: Answer, ask: Ask) -> None:
    """Streams arrive in pieces of one byte."""
    if said.streamed:
        said.chunks = _cut(said.body, 1)


@answer(_NONE, EMBEDDINGS, RESPONSES)
def bodies_in_small_pieces(said: Answer, ask: Ask) -> None:
    """Bodies arrive in pieces of 61 bytes, in the midst of characters and lines."""
    said.chunks = _cut(said.body, 61)


@answer(_NONE, CHAT, RESPONSES, when=streamed)
def lines_end_with_crlf(said: Answer, ask: Ask) -> None:
    """The lines of a stream end with carriage return and line feed."""
    if said.streamed:
        said.chunks = [chunk.replace(b"\n", b"\r\n") for chunk in said.chunks]


@answer(_NONE, COMPLETION, when=streamed)
def lines_end_with_cr(said: Answer, ask: Ask) -> None:
    """The lines of a stream end with carriage return alone, which the standard allows."""
    if said.streamed:
        said.chunks = [chunk.replace(b"\n", b"\r") for chunk in said.chunks]


@answer(_NONE, CHAT, NATIVE, when=streamed)
def comments_in_streams(said: Answer, ask: Ask) -> None:
    """Comments stand between the events of a stream."""
    if said.streamed:
        said.chunks = [piece for chunk in said.chunks for piece in (b": here\n", chunk)]


@answer(_NONE, CHAT, RESPONSES, when=streamed)
def kept_alive_by_comments(said: Answer, ask: Ask) -> None:
    """A stream begins with comments that keep it alive, each followed by an empty line."""
    if said.streamed:
        said.chunks = [b": keep-alive\n\n", b":\n\n", *said.chunks]


@answer(_NONE, COMPLETION, EMBEDDINGS)
def slow_answers(said: Answer, ask: Ask) -> None:
    """Every answer takes its time before the first byte."""
    said.pauses = [0.012]


@answer(_NONE, CHAT, when=streamed)
def slow_streams(said: Answer, ask: Ask) -> None:
    """There are pauses between the pieces of a stream."""
    if said.streamed:
        said.pauses = [0.002] * len(said.chunks)


@answer(_NONE, NATIVE, CHAT, when=streamed)
def small_streams_in_one_piece(said: Answer, ask: Ask) -> None:
    """A stream of a few words, ready at once, arrives in one packet."""
    if said.streamed and len(said.body) < 8192:
        said.chunks = [said.body]


@answer(_NONE, MODELS, CHAT)
def indented_json(said: Answer, ask: Ask) -> None:
    """JSON is indented, and a line break follows it."""
    if said.json is not None:
        said.write(json.dumps(said.json, indent=2).encode() + b"\n")


@answer(_NONE, M2M, CHAT)
def escaped_characters(said: Answer, ask: Ask) -> None:
    """JSON is ASCII: all other characters are escaped, slashes too."""
    if said.json is not None:
        said.write(json.dumps(said.json).replace("/", "\\/").encode())


@answer(_NONE, EMBEDDINGS, SENTIMENT)
def other_number_format(said: Answer, ask: Ask) -> None:
    """Numbers are written with an exponent: 1.2e-02 for 0.012."""
    if said.json is not None:
        exponent = rb"(?<=[\[:,])-?\d+\.\d+(e-?\d+)?(?=[,\]}])"
        said.write(re.sub(exponent, lambda found: b"%.17e" % float(found[0]), said.body))


@answer(_NONE, CHAT, TASKS)
def header_names_in_capitals(said: Answer, ask: Ask) -> None:
    """The names of headers are written with capitals."""
    said.headers = [(name.title(), value) for name, value in said.headers]


@answer(_NONE, EMBEDDINGS, NATIVE)
def no_content_length(said: Answer, ask: Ask) -> None:
    """Answers are chunked and have no content length."""
    said.set_header("content-length", None)
    said.chunks = _cut(said.body, 1000)


@answer(_NONE, CHAT, EMBEDDINGS, MODELS)
def charset_named(said: Answer, ask: Ask) -> None:
    """The content type names the charset that JSON and event streams have anyway."""
    if said.media_type in ("application/json", "text/event-stream"):
        said.set_header("content-type", f"{said.media_type};charset=UTF-8")


@answer(_NONE, CHAT, when=streamed)
def more_spaces_in_fields(said: Answer, ask: Ask) -> None:
    """Two spaces stand before the JSON of an event, which JSON allows."""
    if said.streamed:
        said.chunks = [chunk.replace(b"data: {", b"data:  {") for chunk in said.chunks]


@answer(_NONE, CHAT, NATIVE, when=streamed)
def numbered_events(said: Answer, ask: Ask) -> None:
    """Events have ids, and the stream says after how long to reconnect."""
    if said.streamed:
        frames = [frame + b"\n\n" for frame in said.body.split(b"\n\n") if frame]
        said.chunks = [b"retry: 3000\n", *(b"id: %d\n%s" % numbered for numbered in enumerate(frames))]


@body(_NONE, CHAT)
def optional_members_left_out(said: Any, ask: Ask) -> None:
    """Members that are null or details are left out."""
    said["usage"].pop("prompt_tokens_details", None)
    for choice in said["choices"]:
        if choice.get("logprobs") is None:
            choice.pop("logprobs", None)
        choice["message"].pop("refusal", None)


@body(_NONE, CHAT)
def optional_members_null(said: Any, ask: Ask) -> None:
    """Members that the service is known to send now and then are there, and null."""
    said.update(system_fingerprint=None, service_tier=None)
    for choice in said["choices"]:
        choice.setdefault("matched_stop", None)
        choice["message"].setdefault("tool_calls", None)
        choice["message"].setdefault("reasoning_content", None)


@body(_NONE, GPT)
def external_model_name(said: Any, ask: Ask) -> None:
    """The name of a chat-family model comes back with `-external`, as the service does at times."""
    said["result"]["model"] += "-external"


@body(_NONE, NATIVE, when=unless(has("tools")))
def empty_tool_calls(said: Any, ask: Ask) -> None:
    """A native answer without calls has an empty list of them."""
    said["result"].setdefault("tool_calls", [])


@body(_NONE, NATIVE, SMALL)
def remarks_in_envelope(said: Any, ask: Ask) -> None:
    """The envelope's messages hold remarks."""
    said["messages"] = ["this model will be retired next year", {"code": 10001, "message": "beta"}]


@answer(_NONE, CHAT, SMALL)
def other_words_in_errors(said: Answer, ask: Ask) -> None:
    """Errors say it in other words, end with the request's id, and their result is null."""
    if said.status == 400 and said.json:
        content = said.json
        content["result"] = None
        for error in content["errors"]:
            error["message"] = f"AiError: AiError: {error['message']} ({_key(ask)[:8]}-0000-4000-8000-000000000000)"
        said.write_json(content)


@answer(_NONE, CHAT, TASKS, when=anonymous)
def missing_credentials_are_401(said: Answer, ask: Ask) -> None:
    """Missing credentials are refused as wrong ones are: 401 and code 10000."""
    if said.status == 400:
        errors = [{"code": 10000, "message": "Authentication error"}]
        said.write_json({"result": None, "success": False, "errors": errors, "messages": []}, 401)


@answer(_NONE, EMBEDDINGS, CHAT)
def unknown_model_is_404(said: Answer, ask: Ask) -> None:
    """An unknown model is refused with 404 instead of 400."""
    if said.status == 400 and b'"code":5007' in said.body:
        said.status = 404


@answer(_NONE, CHAT, TASKS)
def allow_in_other_spelling(said: Answer, ask: Ask) -> None:
    """The Allow header names OPTIONS, too, and has spaces."""
    if said.status == 405:
        said.set_header("allow", f"OPTIONS ,  {said.header('allow')}")


@body(_NONE, EMBEDDINGS)
def other_vectors(said: Any, ask: Ask) -> None:
    """Vectors are those of another model of the same dimension: turned, and as long; in whatever form they come."""
    for each in said["data"]:
        if isinstance(each["embedding"], str):
            content = base64.b64decode(each["embedding"])
            numbers = struct.unpack(f"<{len(content) // 4}f", content)
            turned = struct.pack(f"<{len(numbers)}f", *[-number for number in reversed(numbers)])
            each["embedding"] = base64.b64encode(turned).decode()
        else:
            each["embedding"] = [-number for number in reversed(each["embedding"])]


@body(_NONE, SMALL)
def vectors_of_less_precision(said: Any, ask: Ask) -> None:
    """Vectors have six decimals, so that their length is 1 only nearly."""
    said["result"]["data"] = [[round(number, 6) for number in row] for row in said["result"]["data"]]


@body(_NONE, SENTIMENT)
def labels_in_other_order(said: Any, ask: Ask) -> None:
    """The likelier label comes first."""
    said["result"].sort(key=lambda each: -each["score"])


@body(_NONE, SENTIMENT, RERANK)
def scores_of_less_precision(said: Any, ask: Ask) -> None:
    """Scores have four decimals."""
    result = said["result"]
    for each in result["response"] if isinstance(result, dict) else result:
        each["score"] = round(each["score"], 4)


@body(_NONE, RESNET)
def fewer_labels(said: Any, ask: Ask) -> None:
    """A picture gets fewer labels."""
    del said["result"][2:]


@stream(_NONE, CHAT, COMPLETION, when=unless(both(has("logprobs"))))
def larger_pieces(events: list[Event], ask: Ask) -> list[Event]:
    """Two pieces of a text come in one chunk."""
    return list(_merged(events))


def _merged(events: list[Event]) -> Iterator[Event]:
    waiting: Event | None = None
    for event in events:
        if waiting is not None and _piece(event) is not None and _piece(waiting)["index"] == _piece(event)["index"]:
            _add(waiting, event)
            yield waiting
            waiting = None
            continue
        if waiting is not None:
            yield waiting
        waiting = event if _piece(event) is not None else None
        if waiting is None:
            yield event
    if waiting is not None:
        yield waiting


def _piece(event: Event) -> Any:
    """The one choice of a chunk that carries text and nothing else; None for other chunks."""
    choices = event.data.get("choices") if isinstance(event.data, dict) else None
    if not choices or choices[0].get("finish_reason"):
        return None
    text = choices[0]["delta"].get("content") if "delta" in choices[0] else choices[0].get("text")
    return choices[0] if text and "role" not in choices[0].get("delta", {}) else None


def _add(first: Event, second: Event) -> None:
    into, other = _piece(first), _piece(second)
    if "delta" in into:
        into["delta"]["content"] += other["delta"]["content"]
    else:
        into["text"] += other["text"]


@answer(_NONE, EMBEDDINGS, TASKS, when=lambda ask: "gzip" in ask.header("accept-encoding"))
def compressed(said: Answer, ask: Ask) -> None:
    """JSON is compressed for clients that take it."""
    if said.media_type == "application/json":
        said.write(gzip.compress(said.body, mtime=0))
        said.set_header("content-encoding", "gzip")


@answer(_NONE, DREAM)
def picture_with_remark(said: Answer, ask: Ask) -> None:
    """A picture has bytes behind its end, as some encoders leave them."""
    if said.status == 200 and said.body[:4] == b"\x89PNG":
        said.write(said.body + b"\n")


@body(_NONE, MODELS)
def prices_change(said: Any, ask: Ask) -> None:
    """Prices of models are others."""
    for model in said.get("result") or ():
        for each in model.get("properties", ()):
            if each["property_id"] == "price":
                for price in each["value"]:
                    price["price"] = round(random.Random(model["name"]).uniform(0.01, 5), 3)


VARIATIONS: tuple[Flaw, ...] = (
    *(value for value in list(vars().values()) if isinstance(value, Flaw)),
    *unpromised.VARIATIONS,
)
