"""The requests that are measured. Each call makes another body, so that no answer can come out of a cache."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from mockserver.effective import effective
from mockserver.settings import DEFAULT_ACCOUNT, DEFAULT_TOKEN

_BASE = f"/client/v4/accounts/{DEFAULT_ACCOUNT}/ai"
_CHAT_MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
_EMBEDDING_MODEL = "@cf/baai/bge-base-en-v1.5"
_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]


@dataclass(frozen=True, slots=True)
class Question:
    """A POST request."""

    path: str
    body: bytes

    @property
    def raw(self) -> bytes:
        """The request as an HTTP client with a kept connection writes it."""
        head = (
            f"POST {self.path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {DEFAULT_TOKEN}\r\n"
            f"content-type: application/json\r\naccept: */*\r\nuser-agent: benchmark\r\n"
            f"content-length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body


Maker = Callable[[Random], Question]


def chat(random: Random) -> Question:
    """Return a chat request: one user message, everything else at its default."""
    return _question("/v1/chat/completions", model=_CHAT_MODEL, messages=_messages(f"What is {_words(random, 6)}?"))


def embeddings(random: Random) -> Question:
    """Return a request for the vector of one sentence of ten words."""
    return _question("/v1/embeddings", model=_EMBEDDING_MODEL, input=_words(random, 10) + ".")


def stream(random: Random) -> Question:
    """Return a chat request for a stream: 61 pieces of text in 64 events."""
    messages = _messages(f"Tell me a long story about {_words(random, 4)}.")
    return _question("/v1/chat/completions", model=_CHAT_MODEL, messages=messages, stream=True, max_tokens=61)


def one_of_each() -> Iterator[tuple[str, Question]]:
    """Yield a name and a request for each way in which the mock answers.

    The endpoints beside `/ai/run`, and one model for each different request example of the contract.
    """
    random = Random(0)
    yield "chat", chat(random)
    yield "stream", stream(random)
    yield "embeddings", embeddings(random)
    yield "completions", _question("/v1/completions", model=_CHAT_MODEL, prompt=_words(random, 5))
    yield "responses", _question("/v1/responses", model="@cf/openai/gpt-oss-20b", input=_words(random, 5))
    seen = set()
    for path, item in effective().content["paths"].items():
        content = item.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json", {})
        model = item.get("post", {}).get("x-mockflare-model")
        shape = json.dumps(sorted(content.get("example") or ()))
        answers = "200" in item.get("post", {}).get("responses", {})  # a WebSocket's path refuses every request
        if model and answers and "example" in content and shape not in seen:
            seen.add(shape)
            yield model, _question(path.partition("/ai")[2], **content["example"])


def _question(path: str, **body: Any) -> Question:
    return Question(_BASE + path, json.dumps(body).encode())


def _messages(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


def _words(random: Random, count: int) -> str:
    """Return words that nobody has asked about yet: two to four syllables out of seventy."""
    return " ".join("".join(random.choices(_SYLLABLES, k=random.randint(2, 4))) for _ in range(count))
