"""Nothing that a client sends makes the mock fail: many spoilt requests, and some that are meant to keep it busy."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

import pytest
from heavy import BY_SIZE, HEAVY
from hostility import AI, SENSIBLE, hostile, told
from judges import strict_json

from mockserver import bundled
from mockserver.app import Mock
from mockserver.engine.values import HttpRequest

CODES = {case["code"] for case in bundled.errors().values() if case.get("code")}


def assert_envelope(status: int, body: bytes) -> None:
    """A refusal is in the service's envelope and has a code of its table."""
    envelope = strict_json(body)
    assert {"result", "success", "errors", "messages"} == set(envelope), envelope
    assert envelope["success"] is False
    assert envelope["result"] in (None, {})
    assert [] == envelope["messages"]
    assert envelope["errors"], envelope
    for error in envelope["errors"]:
        assert error["code"] in CODES, envelope
        assert isinstance(error["message"], str), envelope
        assert error["message"].strip(), envelope


@pytest.mark.parametrize("seed", range(4))
def test_hostile_requests_are_answered(seed):
    """5,000 hostile requests a seed: an answer to each, never a failure of ours, always in the service's words."""
    mock, dice, said = Mock(journal_size=10), random.Random(seed), Counter()
    for number in range(5000):
        request = hostile(dice)
        response = mock.handle(request)
        where = f"seed {seed}, request {number}: {told(request)} -> {response.status} {response.body[:300]!r}"
        assert 200 <= response.status < 500, f"{where} {mock.journal[-1].notes}"
        said[response.status] += 1
        names = dict(response.headers)
        assert not [value for value in names.values() if b"\n" in value or b"\r" in value], where
        if request.method == "HEAD":
            assert b"" == response.body, where
            continue
        media_type = names.get(b"content-type", b"").decode()
        if response.frames is not None:
            assert "text/event-stream" == media_type, where
            assert response.frames, where
            for frame in response.frames[:3] + response.frames[-2:]:
                data = frame.rstrip(b"\n").split(b"data: ", 1)[1]
                assert data == b"[DONE]" or strict_json(data), where
            continue
        if response.status == 204 or (response.status == 200 and media_type.startswith(("image/", "audio/"))):
            continue
        assert response.body, where
        assert "application/json" == media_type, where
        if response.status >= 400:
            try:
                assert_envelope(response.status, response.body)
            except (AssertionError, ValueError) as error:
                raise AssertionError(f"{where}: {error}") from None
        else:
            strict_json(response.body)
    assert said[200] >= 1000, said
    assert said[400] >= 1000, said


@pytest.mark.parametrize("code", ["9" * 5000, "1" * 4301, "0200", "00000000000000000000400"])
def test_preferred_code_of_any_length(code):
    """A `Prefer: code` that is no status is refused, however many digits it has."""
    mock = Mock()
    headers = [(b"authorization", b"Bearer mockflare-token"), (b"prefer", b"code=" + code.encode())]
    body = json.dumps(SENSIBLE[0][1]).encode()
    response = mock.handle(HttpRequest("POST", f"{AI}/v1/chat/completions", headers=headers, body=body))
    assert response.status in (200, 400)
    assert b"charset" not in response.body


def asked_chat(body: Any) -> HttpRequest:
    headers = [(b"authorization", b"Bearer mockflare-token")]
    return HttpRequest("POST", f"{AI}/v1/chat/completions", headers=headers, body=json.dumps(body).encode())


@pytest.mark.parametrize("name", HEAVY)
def test_heavy_request_is_answered(name, ends):
    """No request keeps the mock, and with it everybody else, busy for ever; no refusal is longer than a page."""
    with ends():
        response = Mock().handle(asked_chat(HEAVY[name]))
    assert response.status in (200, 400, 413), response.body[:300]
    if response.status >= 400:
        assert_envelope(response.status, response.body)
        assert len(response.body) < 20_000


@pytest.mark.parametrize("name", BY_SIZE)
def test_work_grows_no_faster_than_the_request(name, steps):
    """Twice as much of anything is twice the work at most."""
    size, make = BY_SIZE[name]
    size = min(size // 2, 200)
    mock = Mock()
    mock.handle(asked_chat(make(20)))  # what is loaded or compiled once is not counted
    half, whole = (steps(mock.handle, asked_chat(make(count))) for count in (size, 2 * size))
    assert whole < 2.4 * half, f"{whole} steps for {2 * size}, {half} for {size}"
