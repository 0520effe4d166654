"""Flaws that look right in each answer: counts, types and ids that tell of something else, results that are copies."""

from __future__ import annotations

from typing import Any

from tests.contracts.flaws.conditions import has, stranger, streamed
from tests.contracts.flaws.exchange import Answer, Ask
from tests.contracts.flaws.flaw import answer, body
from tests.contracts.flaws.operations import CHAT, EMBEDDINGS, MARKDOWN


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
