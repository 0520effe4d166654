"""One mock server for the tests of the operations beside inference, and clients of it.

The modules of this folder are found however pytest imports its tests.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import cloudflare
import httpx
import pytest

from mockserver.app import Mock
from mockserver.engine.sessions import Conversation, Session
from mockserver.engine.values import HttpRequest
from mockserver.server import MockServer

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def _surface_server() -> Iterator[MockServer]:
    with MockServer(Mock()) as server:
        yield server


@pytest.fixture
def server(_surface_server: MockServer) -> Iterator[MockServer]:
    """The server, with nothing left behind by other tests."""
    _surface_server.reset()
    yield _surface_server
    _surface_server.reset()


@pytest.fixture
def ai(server: MockServer) -> Iterator[httpx.Client]:
    """A plain HTTP client whose paths begin below `/ai/`."""
    base = f"{server.base_url}/accounts/{server.account_id}/ai/"
    with httpx.Client(base_url=base, headers={"authorization": f"Bearer {server.token}"}) as client:
        yield client


@pytest.fixture
def flare(server: MockServer) -> Iterator[cloudflare.Cloudflare]:
    """The Cloudflare SDK as a user builds it."""
    with cloudflare.Cloudflare(base_url=server.base_url, api_token=server.token) as client:
        yield client


@dataclass(frozen=True)
class Asked:
    """What came back from a mock in process."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def result(self) -> Any:
        """The result of an answer that a fake made."""
        assert (200, "responder") == (self.status, self.headers["x-mockflare-source"]), self.text[:500]
        return self.json["result"]

    @property
    def code(self) -> Any:
        return self.json["errors"][0]["code"]

    @property
    def message(self) -> str:
        return str(self.json["errors"][0]["message"])

    @property
    def events(self) -> list[Any]:
        """The data of a stream's events without `[DONE]`."""
        lines = [line.removeprefix("data: ") for line in self.text.split("\n") if line.startswith("data: ")]
        return [json.loads(line) for line in lines if line != "[DONE]"]


@pytest.fixture(scope="session")
def usual() -> Mock:
    """A mock with every default."""
    return Mock()


@pytest.fixture
def ask(usual: Mock) -> Iterator[Callable[..., Asked]]:
    """Ask a mock in process: `ask("run/@cf/...", {...})`, of another mock with `of=`."""

    def send(path: str, body: Any = None, *, of: Mock = usual, method: str = "POST", **headers: str) -> Asked:
        base = f"/client/v4/accounts/{of.account_id}/ai/"
        given = {"authorization": f"Bearer {of.token}", "content-type": "application/json", **headers}
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        path, _, query = path.partition("?")
        response = of.handle(
            HttpRequest(
                method,
                path if path.startswith("/") else base + path,
                query=query,
                headers=[(name.replace("_", "-").encode(), value.encode()) for name, value in given.items() if value],
                body=content,
            )
        )
        said = response.body if response.frames is None else b"".join(response.frames)
        named = {name.decode(): value.decode() for name, value in response.headers}
        return Asked(response.status, named, said.decode("utf-8", "replace"))

    usual.reset()
    yield send
    usual.reset()


class Talk:
    """A session without a socket: what is sent is answered at once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.said = list(session.open())

    def send(self, *messages: str | bytes | dict[str, Any]) -> list[Any]:
        """Send messages, JSON objects as text; returns what is said to them, JSON text parsed."""
        answers: list[Any] = []
        for message in messages:
            answers += self._session.hear(json.dumps(message) if isinstance(message, dict) else message)
        return [json.loads(each) if isinstance(each, str) else each for each in answers]


@pytest.fixture
def talk(usual: Mock) -> Callable[..., Talk]:
    """Open a session in process: `talk("@cf/...", option="value")`, with another mock by `of=`."""

    def opened(model: str, *, of: Mock = usual, **options: Any) -> Talk:
        path = f"/client/v4/accounts/{of.account_id}/ai/run/{model}"
        headers = [(b"authorization", f"Bearer {of.token}".encode())]
        granted = of.converse(HttpRequest("GET", path, query=urlencode(options), headers=headers))
        assert isinstance(granted, Conversation), granted.body
        return Talk(granted.session)

    return opened
