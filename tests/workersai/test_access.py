"""Who may ask."""

from __future__ import annotations

import json

import pytest

from mockserver.app import Mock
from mockserver.engine.values import HttpRequest

TOKEN = "Bearer mockflare-token"
PAIR = {"x-auth-email": "a@example.com", "x-auth-key": "mockflare-token"}


def ask(mock: Mock, headers: dict[str, str]) -> tuple[int, int | None]:
    answer = mock.handle(
        HttpRequest(
            "POST",
            f"/accounts/{mock.account_id}/ai/v1/embeddings",
            headers=[(name.encode(), value.encode()) for name, value in headers.items()],
            body=b'{"model": "@cf/baai/bge-small-en-v1.5", "input": "x"}',
        )
    )
    errors = json.loads(answer.body).get("errors")
    return answer.status, errors[0]["code"] if errors else None


@pytest.mark.parametrize(
    ("headers", "answer"),
    [
        ({"authorization": TOKEN}, (200, None)),
        ({"authorization": "bearer   mockflare-token "}, (200, None)),
        (PAIR, (200, None)),
        ({}, (400, 9106)),
        ({"authorization": "Basic zzz"}, (400, 9106)),
        ({"authorization": "Bearer "}, (400, 9106)),
        ({"authorization": "mockflare-token"}, (400, 9106)),
        ({"x-auth-key": "mockflare-token"}, (400, 9106)),
        ({"authorization": "Bearer mockflare-toke"}, (401, 10000)),
        ({"authorization": "Bearer mockflare-token2"}, (401, 10000)),
        ({"authorization": "Bearer MOCKFLARE-TOKEN"}, (401, 10000)),
        ({**PAIR, "x-auth-key": "wrong"}, (401, 10000)),
    ],
)
def test_credentials(headers: dict[str, str], answer: tuple[int, int | None]) -> None:
    """Known credentials are taken, others get the service's two answers."""
    assert answer == ask(Mock(), headers)


def test_no_history() -> None:
    """What is refused stays refused, whatever was accepted before."""
    mock = Mock()
    assert (200, None) == ask(mock, {**PAIR, "authorization": "Basic zzz"})
    assert (400, 9106) == ask(mock, {"authorization": "Basic zzz"})


def test_token_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token that real clients find in the environment is taken; once tokens are named, only those are."""
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "cfut_mine")
    assert (200, None) == ask(Mock(), {"authorization": "Bearer cfut_mine"})
    assert (401, 10000) == ask(Mock(tokens=("other",)), {"authorization": "Bearer cfut_mine"})
    assert (401, 10000) == ask(Mock(tokens=("other",)), {"authorization": TOKEN})
    assert (200, None) == ask(Mock(auth=False), {})


@pytest.mark.parametrize("depth", [250, 300, 700, 1000, 5000])
@pytest.mark.parametrize("body", ['{"model": "x", "messages": %s}', '{"messages": [{"role": "user", "content": %s}]}'])
def test_nested_bodies(body: str, depth: int) -> None:
    """A body that nests at any depth is 5006, not an error of the mock."""
    mock = Mock(auth=False)
    sent = (body % ("[" * depth + "]" * depth)).encode()
    answer = mock.handle(HttpRequest("POST", f"/accounts/{mock.account_id}/ai/v1/chat/completions", body=sent))
    assert (400, 5006) == (answer.status, json.loads(answer.body)["errors"][0]["code"])


@pytest.mark.parametrize("depth", [300, 1500, 5000])
def test_nested_forms(depth: int) -> None:
    """A form within forms is refused at any depth, not an error of the mock."""
    mock = Mock(auth=False)
    body = b"".join(
        b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (at, at + 1) for at in range(depth)
    )
    headers = [(b"content-type", b"multipart/form-data; boundary=b0")]
    path = f"/accounts/{mock.account_id}/ai/tomarkdown"
    answer = mock.handle(HttpRequest("POST", path, headers=headers, body=body))
    assert (400, False) == (answer.status, json.loads(answer.body)["success"])
