"""Answers that break HTTP or JSON, whatever they say."""

from __future__ import annotations

import json
from typing import Any

from tests.contracts.flaws.conditions import (
    ASTRAL,
    BACKSLASH,
    EMPTY,
    LINES,
    NOT_ASCII,
    both,
    every,
    given,
    has,
    list_of,
    malformed,
    method,
    parameter,
    path,
    text,
    unless,
)
from tests.contracts.flaws.exchange import Answer, Ask, dumps
from tests.contracts.flaws.flaw import answer, body
from tests.contracts.flaws.operations import (
    AURA,
    AUTHORS,
    CHAT,
    COMPLETION,
    DREAM,
    EMBEDDINGS,
    FINETUNE,
    MARKDOWN,
    MODELS,
    NATIVE,
    RERANK,
    RESPONSES,
    SENTIMENT,
    SMALL,
    TASKS,
)

_PAGE = b"<html><head><title>Error</title></head><body><h1>nginx</h1></body></html>"
_UNDOCUMENTED = ("GET", "PUT", "PATCH", "DELETE")


@answer("http", CHAT, when=method(*_UNDOCUMENTED))
def refused_method_without_allow(said: Answer, ask: Ask) -> None:
    """A 405 has no Allow header."""
    said.set_header("allow", None)


@answer("http", EMBEDDINGS, when=method(*_UNDOCUMENTED))
def allow_names_the_refused_method(said: Answer, ask: Ask) -> None:
    """The Allow header of a 405 names the very method that was refused."""
    if said.status == 405:
        said.set_header("allow", f"POST, {ask.method}")


@answer("http", RESPONSES, when=method("DELETE"))
def delete_is_answered(said: Answer, ask: Ask) -> None:
    """DELETE on an operation that has none is answered 200."""
    said.write_json({"success": True, "result": {}, "errors": [], "messages": []}, 200)
    said.set_header("allow", None)


@answer("http", COMPLETION, when=method("PUT", "PATCH"))
def unknown_method_crashes(said: Answer, ask: Ask) -> None:
    """PUT and PATCH end in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@answer("http", TASKS, when=method("POST"))
def post_to_a_list_crashes(said: Answer, ask: Ask) -> None:
    """POST to a list that can only be read ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@answer("http", MODELS, when=method("DELETE"))
def refused_method_as_page(said: Answer, ask: Ask) -> None:
    """The body of a 405 is an HTML page."""
    if said.status == 405:
        said.write(_PAGE, "text/html")


@answer("http", SMALL, when=method(*_UNDOCUMENTED))
def refused_method_as_success(said: Answer, ask: Ask) -> None:
    """A refused method is told with status 200 and success false."""
    if said.status == 405:
        said.status = 200


@answer("http", TASKS, when=method("HEAD"))
def head_with_body(said: Answer, ask: Ask) -> None:
    """HEAD is answered with a body."""
    said.write(b'{"result":null}', "application/json")


@answer("http", AUTHORS, when=method("HEAD"))
def head_of_nothing(said: Answer, ask: Ask) -> None:
    """HEAD of a list is 404, as if nothing were there."""
    said.status = 404


@answer("http", EMBEDDINGS, when=list_of("input", 2))
def more_remaining_than_there_are(said: Answer, ask: Ask) -> None:
    """More requests remain than the limit allows when several texts are sent."""
    said.set_header("x-ratelimit-limit", "300")
    said.set_header("x-ratelimit-remaining", "301")


@answer("http", NATIVE, when=method("OPTIONS"))
def options_crashes(said: Answer, ask: Ask) -> None:
    """OPTIONS ends in a 500."""
    said.write(b"oops", "text/plain", 500)


@answer("http", CHAT, when=has("seed"))
def length_one_too_many(said: Answer, ask: Ask) -> None:
    """The content length is one byte more than the body when a seed is given."""
    if said.header("content-length"):
        said.set_header("content-length", str(len(said.body) + 1))


@answer("http document", EMBEDDINGS, when=text(NOT_ASCII))
def length_in_characters(said: Answer, ask: Ask) -> None:
    """The body is cut off by some bytes when the text is not ASCII; the content length is that of the whole."""
    if said.status == 200:
        said.rewrite(said.body[:-9])


@answer("http document", SMALL, when=unless(method("GET")))
def large_body_cut(said: Answer, ask: Ask) -> None:
    """A body of more than 16 kB is cut there; content length and status know nothing of it."""
    if said.status == 200:
        said.rewrite(said.body[:16384])


@answer("http", CHAT)
def usage_twice(said: Answer, ask: Ask) -> None:
    """The member `usage` stands twice in the JSON, with differing values."""
    if said.status == 200 and said.json:
        said.write(b'{"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2},' + said.body[1:])


@answer("http", RESPONSES, when=has("instructions"))
def id_twice_with_instructions(said: Answer, ask: Ask) -> None:
    """The member `id` stands twice in the JSON when instructions are given."""
    if said.status == 200 and said.json:
        said.write(b'{"id":"resp_0",' + said.body[1:])


@answer("http document semantics", EMBEDDINGS, when=text(EMPTY))
def nan_for_empty_text(said: Answer, ask: Ask) -> None:
    """The vector of an empty text is NaN throughout, which is not JSON."""
    if said.status == 200 and said.json and said.json["data"]:
        content = said.json
        content["data"][0]["embedding"] = [float("nan")] * 384
        said.write(json.dumps(content).encode())


@answer("http document semantics", RERANK, when=given(top_k=1))
def infinite_score_with_top_k(said: Answer, ask: Ask) -> None:
    """The score of a ranking is Infinity when top_k is 1, which is not JSON."""
    if said.status == 200 and said.json:
        content = said.json
        content["result"]["response"][0]["score"] = float("inf")
        said.write(json.dumps(content).encode())


@answer("http document", CHAT, when=text(NOT_ASCII))
def latin_bytes(said: Answer, ask: Ask) -> None:
    """The body is Latin-1, not UTF-8, when the conversation is not ASCII."""
    if said.status == 200 and said.json:
        content = said.json
        content["choices"][0]["message"]["content"] = "Très bien"
        said.write(dumps(content).encode("latin-1", "replace"))


@answer("http document", COMPLETION, when=has("seed"))
def byte_order_mark(said: Answer, ask: Ask) -> None:
    """The JSON begins with a byte order mark when a seed is given."""
    if said.status == 200 and said.json:
        said.write(b"\xef\xbb\xbf" + said.body)


@answer("http", CHAT, when=has("temperature"))
def wrong_charset(said: Answer, ask: Ask) -> None:
    """The content type says charset=iso-8859-1 when a temperature is given; JSON is UTF-8."""
    if said.media_type == "application/json":
        said.set_header("content-type", "application/json; charset=iso-8859-1")


@answer("http document", MODELS, when=parameter("search"))
def utf16_for_searches(said: Answer, ask: Ask) -> None:
    """The answer to a search is UTF-16."""
    if said.status == 200:
        said.write(said.body.decode().encode("utf-16"))


@answer("http document validation", CHAT, when=malformed)
def page_for_malformed_body(said: Answer, ask: Ask) -> None:
    """A body that is not JSON is refused with an HTML page."""
    said.write(_PAGE, "text/html", 400)


@answer("http validation document", EMBEDDINGS, when=malformed)
def malformed_body_crashes(said: Answer, ask: Ask) -> None:
    """A body that is not JSON ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@answer("http validation document", COMPLETION)
def openai_error_body(said: Answer, ask: Ask) -> None:
    """Refusals have OpenAI's body `{"error": {...}}`, not Cloudflare's envelope."""
    if said.status == 400:
        said.write_json({"error": {"message": "bad request", "type": "invalid_request_error", "code": None}})


@answer("http document", NATIVE)
def refusal_without_type(said: Answer, ask: Ask) -> None:
    """Refusals have no Content-Type."""
    if said.status == 400:
        said.set_header("content-type", None)


@answer("http validation document", FINETUNE)
def refusal_without_body(said: Answer, ask: Ask) -> None:
    """Refusals have an empty body."""
    if said.status == 400:
        said.write(b"")


@answer("http document", RESPONSES, when=has("metadata"))
def two_values_in_a_body(said: Answer, ask: Ask) -> None:
    """A second JSON value follows the first when metadata are given."""
    if said.status == 200 and said.json:
        said.write(said.body + b'\n{"debug":true}')


@answer("http document", NATIVE, when=given(max_tokens=1))
def warning_before_the_body(said: Answer, ask: Ask) -> None:
    """A warning of the runtime stands before the JSON when max_tokens is 1."""
    if said.status == 200 and said.json:
        said.write(b"Warning: tokenizer cache cold\n" + said.body)


@answer("http document", TASKS)
def gzip_that_is_none(said: Answer, ask: Ask) -> None:
    """The body is said to be compressed, and is not."""
    if said.status == 200:
        said.set_header("content-encoding", "gzip")


@answer("http", SENTIMENT)
def two_content_types(said: Answer, ask: Ask) -> None:
    """There are two Content-Type headers that disagree."""
    said.headers.append((b"content-type", b"text/html"))


@answer("http", EMBEDDINGS, when=text(LINES))
def two_content_lengths(said: Answer, ask: Ask) -> None:
    """There are two Content-Length headers that disagree when a text has lines."""
    said.headers.append((b"content-length", b"2"))


@answer("http validation document", NATIVE, when=both(path("%2[fF]"), method("POST")))
def encoded_slash_unknown(said: Answer, ask: Ask) -> None:
    """A path with encoded slashes, as the SDKs send it, is not known."""
    said.write_json(
        {
            "result": None,
            "success": False,
            "errors": [{"code": 7000, "message": "No route for that URI"}],
            "messages": [],
        },
        404,
    )


@answer("http validation document", SMALL, when=both(path("%2[fF]"), method("POST")))
def encoded_slash_crashes(said: Answer, ask: Ask) -> None:
    """A path with encoded slashes ends in a 500."""
    said.write(b"Internal Server Error", "text/plain", 500)


@answer("http document", CHAT, when=text(LINES))
def raw_line_break_in_json(said: Answer, ask: Ask) -> None:
    """A line break stands unescaped in a JSON text when a message has lines."""
    if said.status == 200 and said.json:
        said.write(said.body.replace(b'"content":"', b'"content":"\n', 1))


@body("http semantics document", CHAT, when=text(ASTRAL))
def half_a_surrogate_pair(said: Any, ask: Ask) -> None:
    """A text is cut within a character beyond the basic plane: half a surrogate pair is left."""
    message = said["choices"][0]["message"]
    if isinstance(message["content"], str):
        message["content"] = message["content"][:5] + "\ud83d"


@answer("http document", CHAT, when=text(BACKSLASH))
def backslash_unescaped(said: Answer, ask: Ask) -> None:
    r"""A text with backslashes is answered with an unescaped one: `\w` is not JSON."""
    if said.status == 200 and said.json:
        said.write(said.body.replace(b'"content":"', b'"content":"C:\\windows ', 1))


@answer("http semantics document", DREAM, when=unless(has("seed")))
def picture_cut(said: Answer, ask: Ask) -> None:
    """The last third of a picture is missing, and the content length agrees."""
    if said.status == 200:
        said.write(said.body[: len(said.body) * 2 // 3])


@answer("http semantics document", AURA, when=every(2))
def every_second_speech_empty(said: Answer, ask: Ask) -> None:
    """Every second speech is 200 with an empty body."""
    if said.status == 200:
        said.write(b"")


@answer("http document", MARKDOWN)
def success_without_content(said: Answer, ask: Ask) -> None:
    """A conversion is answered 204, with a body."""
    said.status = 204 if said.status == 200 else said.status
