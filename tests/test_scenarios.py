"""Scenarios: data files with a request and what its answer holds. Each runs in process and over a socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from mockserver.app import Mock
from mockserver.engine.values import HttpRequest
from mockserver.openapi.source import read
from mockserver.server import MockServer

FILES = sorted((Path(__file__).parent / "scenarios").glob("*.yml"))


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer(Mock()) as running:
        yield running


def path_of(request: Any, mock: Mock) -> str:
    return str(request["path"]).replace("{account_id}", mock.account_id)


def headers_of(request: Any, mock: Mock) -> dict[str, str]:
    return {name: str(value).replace("{token}", mock.token) for name, value in request.get("headers", DEFAULT).items()}


DEFAULT = {"authorization": "Bearer {token}", "content-type": "application/json"}


def body_of(request: Any) -> bytes:
    return (
        request["text"].encode() if "text" in request else orjson.dumps(request["json"]) if "json" in request else b""
    )


def compare(expected: Any, found: Any, at: str = "") -> None:
    """Everything that is expected is found; objects may hold more, lists may not. `~word` is text that holds it."""
    if isinstance(expected, dict):
        assert isinstance(found, dict), f"{at}: {found!r} is no object"
        for name, value in expected.items():
            assert name in found, f"{at}/{name} is missing"
            compare(value, found[name], f"{at}/{name}")
    elif isinstance(expected, list):
        assert isinstance(found, list), f"{at}: {found!r} is no list"
        assert len(expected) == len(found), f"{at}: {len(found)} items"
        for position, value in enumerate(expected):
            compare(value, found[position], f"{at}/{position}")
    elif isinstance(expected, str) and expected.startswith("~"):
        assert expected[1:] in str(found), f"{at}: {expected[1:]!r} is not in {found!r}"
    else:
        assert expected == found, at


def judge(expected: Any, status: int, headers: dict[str, str], body: bytes) -> None:
    assert expected["status"] == status, body[:500]
    compare(expected.get("headers", {}), headers)
    if "json" in expected:
        compare(expected["json"], orjson.loads(body))
    if "events" in expected:
        events = [line[6:] for line in body.decode().split("\n") if line.startswith("data: ")]
        ends = [events[0], *events[-len(expected["events"]) + 1 :]]
        compare(expected["events"], [event if event == "[DONE]" else orjson.loads(event) for event in ends])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_in_process(file: Path, server: MockServer) -> None:
    """The answer holds what the scenario says, without a socket."""
    scenario, mock = read(file), server.mock
    request = scenario["request"]
    answer = mock.handle(
        HttpRequest(
            request.get("method", "POST"),
            path_of(request, mock),
            headers=[(name.encode(), value.encode()) for name, value in headers_of(request, mock).items()],
            body=body_of(request),
        )
    )
    said = answer.body if answer.frames is None else b"".join(answer.frames)
    judge(scenario["answer"], answer.status, {name.decode(): value.decode() for name, value in answer.headers}, said)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_over_a_socket(file: Path, server: MockServer) -> None:
    """The same over a socket."""
    scenario, mock = read(file), server.mock
    request = scenario["request"]
    answer = httpx.request(
        request.get("method", "POST"),
        server.url + path_of(request, mock),
        headers=headers_of(request, mock),
        content=body_of(request),
    )
    judge(scenario["answer"], answer.status_code, dict(answer.headers), answer.content)
