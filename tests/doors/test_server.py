"""The mock behind a socket: pace, disconnects, workers, and our own endpoints."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.app import Mock
from mockserver.server import MockServer

MODEL = "@cf/meta/llama-3.2-1b-instruct"
STREAM = {"model": MODEL, "messages": [{"role": "user", "content": "Why is the sky blue?"}], "stream": True}


def client(server: MockServer) -> httpx.Client:
    return httpx.Client(base_url=server.openai_url, headers={"Authorization": f"Bearer {server.token}"}, timeout=10)


def test_pace() -> None:
    """With a pace, pieces come one after another; the first one after the time to first token."""
    with MockServer(Mock(ttft=200, tokens_per_second=100)) as server, client(server) as http:
        asked = time.monotonic()
        with http.stream("POST", "/chat/completions", json={**STREAM, "max_tokens": 20}) as answer:
            arrivals = [time.monotonic() - asked for _ in answer.iter_raw()]
    assert len(arrivals) > 15
    assert 0.2 <= arrivals[0]
    assert 0.2 + 19 / 100 <= arrivals[-1]


def test_same_stream_with_and_without_pace() -> None:
    """A pace changes when bytes come, not which."""
    bodies = set()
    for settings in ({}, {"tokens_per_second": 2000.0}):
        with MockServer(Mock(**settings)) as server, client(server) as http:
            bodies.add(http.post("/chat/completions", json=STREAM).content)
    assert 1 == len(bodies)


def test_client_that_goes_away(becomes: Any) -> None:
    """A client that disconnects in the middle of a stream ends its work at once."""
    with MockServer(Mock(tokens_per_second=1 / 120)) as server:
        with client(server) as http, http.stream("POST", "/chat/completions", json=STREAM) as answer:
            next(answer.iter_raw())
        running = server._server.server_state.tasks  # type: ignore[union-attr]
        assert becomes(lambda: not running)


def test_own_endpoints() -> None:
    """Health, journal and reset live beside the operations, for this machine alone."""
    with MockServer() as server, httpx.Client(base_url=server.url) as http:
        assert "ok" == http.get("/_mockflare/health").json()["status"]
        http.get("/nowhere", headers={"Authorization": "Bearer s3cret"})
        journal = http.get("/_mockflare/journal?limit=1").json()
        assert (1, "/nowhere") == (journal["count"], journal["exchanges"][0]["path"])
        assert "s3cret" not in json.dumps(journal)
        assert 204 == http.post("/_mockflare/reset").status_code
        assert 0 == http.get("/_mockflare/journal").json()["count"]
        assert 400 == http.get("/_mockflare/journal?limit=x").status_code
        assert 404 == http.get("/_mockflare/nowhere").status_code


@pytest.mark.parametrize(
    "header", [{"Host": "evil.example"}, {"Origin": "http://127.0.0.1"}, {"Host": "127.0.0.1.evil.example:80"}]
)
def test_own_endpoints_refuse_others(header: dict[str, str]) -> None:
    """A rebound name or a web page gets nothing, unless it brings a token that the user chose."""
    with MockServer(Mock(tokens=("mine",))) as server, httpx.Client(base_url=server.url) as http:
        assert 403 == http.post("/_mockflare/reset", headers=header).status_code
        assert 204 == http.post("/_mockflare/reset", headers={**header, "Authorization": "Bearer mine"}).status_code


@contextmanager
def serving(*arguments: str, errors: int | None = None) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) in (0, -signal.SIGTERM)


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    with serving(*arguments) as process:
        assert process.stdout is not None
        found = re.search(r"at (http://\S+)", process.stdout.readline())
        assert found
        yield found[1]


def first_answer(base: str, **body: Any) -> bytes:
    url = f"{base}/accounts/0123456789abcdef0123456789abcdef/ai/run/{MODEL}"
    for _ in range(100):
        try:
            return httpx.post(
                url, json={"prompt": "hi", **body}, headers={"Authorization": "Bearer mockflare-token"}
            ).content
        except httpx.TransportError:  # workers are still starting
            time.sleep(0.1)
    raise AssertionError("never answered")


def test_workers_and_restarts_give_the_same_bytes() -> None:
    """One process, another one, and each of two workers answer the same bytes; another seed does not."""
    with served() as base:
        one = first_answer(base)
    with served("--workers", "2") as base:
        several = {first_answer(base) for _ in range(12)}
    with served("--seed", "1") as base:
        other = first_answer(base)
    assert {one} == several
    assert one != other


def test_announcement() -> None:
    """`serve` says where it listens and prints three commands; a token that the user chose is not printed."""
    with serving("--token", "s3cret") as process:
        assert process.stdout is not None
        said = "".join([process.stdout.readline() for _ in range(8)])
    assert "s3cret" not in said
    assert all(word in said for word in ("chat  ", "stream  ", "Python  ", "$TOKEN"))


def test_what_is_wrong_with_a_document_is_told_when_it_is_first_used(tmp_path: Path) -> None:
    """Parts of a document are read on first use; what is wrong with one is a line of standard error then, once."""
    schema = {"type": "object", "properties": {"kind": {"$ref": "#/nowhere"}}}
    answer = {"description": "A pet", "content": {"application/json": {"schema": schema}}}
    content = {
        "openapi": "3.1.0",
        "info": {"title": "Pets"},
        "paths": {"/pet": {"get": {"responses": {"200": answer}}}},
    }
    spec = tmp_path / "pets.json"
    spec.write_text(json.dumps(content), "utf-8")
    with serving(str(spec), errors=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        origin = process.stdout.readline().rsplit(" ", 1)[-1].strip()
        statuses = [httpx.get(f"{origin}/pet").status_code for _ in range(2)]
        process.send_signal(signal.SIGTERM)
        told = process.stderr.read().splitlines()
    assert [200, 200] == statuses
    assert ["warning: /paths/~1pet/get/responses/200/content/application~1json/schema: nothing at #/nowhere"] == told
