"""Sending generated requests to a mock in process, and what came back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from judges import strict_json

from mockserver.app import Mock
from mockserver.engine.values import HttpRequest
from tests.examples import TIMES

ACCOUNT = "0123456789abcdef0123456789abcdef"
V1 = "/accounts/{account_id}/ai/v1/"
CHAT, COMPLETIONS, EMBEDDINGS, RESPONSES = (
    V1 + name for name in ("chat/completions", "completions", "embeddings", "responses")
)
RUN = "/accounts/{account_id}/ai/run/{model}"


@dataclass(frozen=True)
class Asked:
    """One request: where the document has it, and what it carries."""

    path: str
    body: Any
    parameters: dict[str, str] = field(default_factory=lambda: {"account_id": ACCOUNT})
    media_type: str = "application/json"

    @property
    def url(self) -> str:
        """The path as it goes over the wire, below the document's base path."""
        filled = self.path
        for name, value in self.parameters.items():
            filled = filled.replace("{" + name + "}", quote(value, safe="@/"))
        return "/client/v4" + filled

    @property
    def payload(self) -> bytes:
        """The body as bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Got:
    """An answer."""

    status: int
    media_type: str
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]

    @property
    def json(self) -> Any:
        """The body as JSON; raises ValueError when it is none."""
        return strict_json(self.body)

    @property
    def raw(self) -> tuple[int, bytes, tuple[tuple[bytes, bytes], ...]]:
        """Everything that has to be the same when the same is asked again."""
        return self.status, self.body, self.headers


class Sender:
    """Sends requests to one mock."""

    def __init__(self, mock: Mock) -> None:
        self.mock = mock

    def send(self, asked: Asked) -> Got:
        """Return the answer to a request."""
        response = self.mock.handle(
            HttpRequest(
                "POST",
                asked.url,
                headers=[
                    (b"authorization", b"Bearer " + self.mock.token.encode()),
                    (b"content-type", asked.media_type.encode()),
                ],
                body=asked.payload,
            )
        )
        body = response.body if response.frames is None else b"".join(response.frames)
        media_type = dict(response.headers).get(b"content-type", b"").decode()
        return Got(response.status, media_type, body, tuple(response.headers))

    def post(self, path: str, body: Any, **parameters: str) -> Got:
        """Return the answer to a JSON body."""
        return self.send(Asked(path, body, {"account_id": ACCOUNT, **parameters}))


def every(strategy: SearchStrategy[Any], examples: int, check: Callable[[Any], str | None]) -> Counter[str]:
    """Run a check for examples of a strategy, the same ones each time; return how often it said what.

    `EXAMPLES=10` in the environment tries ten times as many.
    """
    said: Counter[str] = Counter()

    @settings(
        max_examples=examples * TIMES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
    @given(strategy)
    def run(value: Any) -> None:
        said[check(value) or ""] += 1

    run()
    return said


def collected(strategy: SearchStrategy[Any], examples: int) -> list[Any]:
    """Return examples of a strategy, the same ones each time."""
    found: list[Any] = []
    every(strategy, examples, found.append)
    return found
