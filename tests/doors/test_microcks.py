"""Microcks files at the doors: warnings with lines, artifacts as arguments, answers that are held back."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from mockserver.app import Mock
from mockserver.cli import main
from mockserver.engine.values import HttpRequest
from mockserver.server import MockServer

DOCUMENT = """openapi: 3.1.0
info: {title: Beers, version: "1"}
paths:
  /tap:
    get:
      operationId: tap
      x-microcks-operation: {delay: 40, dispatcher: FALLBAK}
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {type: string}, example: done}}
"""
ARTIFACT = """kind: APIMetadata
metadata: {name: Beers, version: "1"}
operations:
  GET /tap: {delay: 3}
  GET /taps: {delay: 3}
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    document, artifact = tmp_path / "beers.yml", tmp_path / "metadata.yml"
    document.write_text(DOCUMENT)
    artifact.write_text(ARTIFACT)
    return str(document), str(artifact)


def test_warnings_say_where(files: tuple[str, str]) -> None:
    """What cannot be followed is told with file and line, in the document and in an artifact."""
    from mockserver.cli import _warnings

    document, artifact = files
    told = _warnings(Mock(spec=document, artifacts=(artifact,)))
    assert f"{artifact}:5: the document has no operation 'GET /taps'; did you mean 'GET /tap'?" in told
    assert any(each.startswith(f"{document}:7: tap: unknown dispatcher 'FALLBAK'") for each in told)


def test_ask_with_an_artifact(files: tuple[str, str], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """`--artifact` adds a file to a document."""
    document, artifact = files
    with pytest.raises(SystemExit) as ended:
        main(["explain", "GET", "/tap", "--spec", document, "--artifact", artifact])
    assert 0 == ended.value.code
    assert b"held back for 3.0 ms" in capfdbinary.readouterr().out


def test_a_server_waits(files: tuple[str, str]) -> None:
    """Over a socket an answer comes after its delay, and the connection serves on."""
    with MockServer(Mock(spec=files[0])) as server, httpx.Client(base_url=server.url) as client:
        started = time.monotonic()
        assert "done" == client.get("/tap").json()
        assert time.monotonic() - started >= 0.04
        assert "done" == client.get("/tap", headers={"x-microcks-delay": "0"}).json()


def test_delays_for_workers_ai(tmp_path: Path) -> None:
    """An overlay may hold back an operation of the bundled contract; its responder goes on answering."""
    overlay = tmp_path / "slow.yml"
    overlay.write_text(
        "{overlay: 1.0.0, info: {title: slow, version: 1.0.0}, actions: [{target: \"$.paths['/accounts/{account_id}"
        "/ai/v1/chat/completions'].post\", update: {x-microcks-operation: {delay: 30}}}]}"
    )
    mock = Mock(overlays=(str(overlay),), auth=False)
    body = (
        b'{"model": "@cf/meta/llama-3.2-1b-instruct", "stream": true, "messages": [{"role": "user", "content": "a"}]}'
    )
    path, headers = f"/accounts/{mock.account_id}/ai/v1/chat/completions", [(b"content-type", b"application/json")]
    response = mock.handle(HttpRequest("POST", path, headers=headers, body=body))
    assert (30, "responder") == (response.delay, mock.journal[-1].source)
    assert response.frames
