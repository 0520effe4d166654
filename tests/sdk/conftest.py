"""One mock server for all tests of this folder, and the real SDKs pointed at it.

The modules of this folder are found however pytest imports its tests.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cloudflare
import httpx
import openai
import pytest

from mockserver.app import Mock
from mockserver.server import MockServer
from mockserver.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))

_SDK_ENVIRONMENT = ("CLOUDFLARE_", "OPENAI_", "MOCKFLARE_")


@pytest.fixture(scope="session")
def running() -> Iterator[MockServer]:
    """The server; an SDK must not find the developer's own account in the environment."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(_SDK_ENVIRONMENT):
                patch.delenv(name)
        with MockServer(Mock(Settings())) as server:
            yield server


@pytest.fixture
def server(running: MockServer) -> Iterator[MockServer]:
    """The server with an empty journal, no stubs and no faults."""
    running.reset()
    yield running
    running.reset()


@pytest.fixture(scope="session")
def _openai(running: MockServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=running.openai_url, api_key=running.token) as client:
        yield client


@pytest.fixture
def client(_openai: openai.OpenAI, server: MockServer) -> openai.OpenAI:
    """The OpenAI SDK as a user builds it."""
    return _openai


@pytest.fixture(scope="session")
def _cloudflare(running: MockServer) -> Iterator[cloudflare.Cloudflare]:
    with cloudflare.Cloudflare(base_url=running.base_url, api_token=running.token) as client:
        yield client


@pytest.fixture
def flare(_cloudflare: cloudflare.Cloudflare, server: MockServer) -> cloudflare.Cloudflare:
    """The Cloudflare SDK as a user builds it."""
    return _cloudflare


@pytest.fixture(scope="session")
def _http(running: MockServer) -> Iterator[httpx.Client]:
    base = f"{running.base_url}/accounts/{running.account_id}/ai/"
    with httpx.Client(base_url=base, headers={"authorization": f"Bearer {running.token}"}) as client:
        yield client


@pytest.fixture
def http(_http: httpx.Client, server: MockServer) -> httpx.Client:
    """A plain HTTP client whose paths begin below `/ai/`."""
    return _http


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that a synchronous SDK waits between its attempts; they are still waited for."""
    waited: list[float] = []
    sleep = time.sleep

    def record(seconds: float) -> None:
        waited.append(seconds)
        sleep(seconds)

    monkeypatch.setattr(time, "sleep", record)
    return waited


@pytest.fixture(scope="session")
def events_in() -> Callable[[str], list[tuple[str | None, Any]]]:
    """Read an event stream: (name, data) of each event, `[DONE]` as it is.

    Strict on purpose: each event is a `data: ` line, an `event: ` line before it at most, and one blank line.
    """

    def read(text: str) -> list[tuple[str | None, Any]]:
        assert text.endswith("\n\n")
        found: list[tuple[str | None, Any]] = []
        for block in text.removesuffix("\n\n").split("\n\n"):
            lines = block.split("\n")
            name = None
            if lines[0].startswith("event: "):
                name = lines.pop(0).removeprefix("event: ")
            (line,) = lines
            assert line.startswith("data: ")
            data = line.removeprefix("data: ")
            found.append((name, data if data == "[DONE]" else json.loads(data)))
        return found

    return read


@pytest.fixture(scope="session")
def media(_http: httpx.Client) -> Any:
    """A recording and a picture, made by models of the mock."""
    from family_calls import DRAWN, SPOKEN, Media

    speech = _http.post("run/@cf/deepgram/aura-1", json={"text": SPOKEN})
    drawn = _http.post("run/@cf/black-forest-labs/flux-1-schnell", json={"prompt": DRAWN})
    return Media(speech.content, base64.b64decode(drawn.json()["result"]["image"]))
