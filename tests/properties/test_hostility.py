"""Nothing that a client sends makes the mock fail: many spoilt requests, and some that are meant to keep it busy."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from typing import Any

import pytest
from hostility import AI, SENSIBLE, TEXT_MODEL, TURNS, hostile, told
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


def required(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(properties)}


def structured(schema: Any) -> dict[str, Any]:
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    return {"model": TEXT_MODEL, "messages": TURNS, "response_format": form}


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = required(a=schema)
    return schema


def doubled(keyword: str, levels: int) -> dict[str, Any]:
    """A schema whose last definition refers to the one before twice, and so on."""
    parts: dict[str, Any] = {"l0": {"type": "string"}}
    for level in range(1, levels):
        before = {"$ref": f"#/$defs/l{level - 1}"}
        parts[f"l{level}"] = (
            {"allOf": [before, before]}
            if keyword == "allOf"
            else {"type": "array", "prefixItems": [before, before], "minItems": 2}
        )
    return {"$defs": parts, **required(a={"$ref": f"#/$defs/l{levels - 1}"})}


HEAVY: dict[str, Any] = {
    "oneOf of 250 branches that overlap": structured(
        required(a={"oneOf": [{"type": "integer", "minimum": n} for n in range(250)]})
    ),
    "a schema of depth 130": structured(nested(130)),
    "a schema of depth 300": structured(nested(300)),
    "a tool of depth 300": {
        "model": TEXT_MODEL,
        "messages": TURNS,
        "tools": [{"type": "function", "function": {"name": "x", "parameters": nested(300)}}],
    },
    "an endless tree": structured({"$defs": {"n": required(c={"$ref": "#/$defs/n"})}, "$ref": "#/$defs/n"}),
    "allOf doubled 40 times": structured(doubled("allOf", 40)),
    "arrays doubled 40 times": structured(doubled("prefixItems", 40)),
    "a pattern that backtracks": structured(required(a={"type": "string", "pattern": "^(a+)+$", "minLength": 500})),
    "alternatives that backtrack": structured(
        required(a={"type": "string", "pattern": "^(a|aa)+b$", "minLength": 2000})
    ),
    "repetitions multiplied": structured(required(a={"type": "string", "pattern": "^((a{1000}){1000}){1000}$"})),
    "a billion letters": structured(required(a={"type": "string", "minLength": 10**9})),
    "a billion items": structured(required(a={"type": "array", "minItems": 10**9})),
    "3,000 distinct items": structured(required(a={"type": "array", "minItems": 3000, "uniqueItems": True})),
    "2,000 properties": structured(required(**{f"p{n}": {"type": "string", "format": "uuid"} for n in range(2000)})),
    "logprobs of a long answer": {
        "model": TEXT_MODEL,
        "messages": [{"role": "user", "content": "Write 9999 words about Rome."}],
        "max_tokens": 10**9,
        "logprobs": True,
        "top_logprobs": 20,
    },
    "128 choices": {"model": TEXT_MODEL, "messages": TURNS, "n": 128, "max_tokens": 100},
    "10,000 tools": {
        "model": TEXT_MODEL,
        "messages": TURNS,
        "tools": [{"type": "function", "function": {"name": f"t{n}"}} for n in range(10000)],
    },
    "100,000 stop sequences": {"model": TEXT_MODEL, "messages": TURNS, "stop": [f"zq{n}" for n in range(100000)]},
    "100,000 turns": {"model": TEXT_MODEL, "messages": TURNS * 50000},
    "100,000 wrong turns": {"model": TEXT_MODEL, "messages": [3] * 100000},
    "16,000 wrong parts": {"model": TEXT_MODEL, "messages": [{"role": "x", "content": [{"type": "z"}] * 20}] * 800},
    "a megabyte of emoji": {"model": TEXT_MODEL, "messages": [{"role": "user", "content": "😀" * 250_000}]},
    "a megabyte of braces": {
        "model": TEXT_MODEL,
        "messages": [{"role": "user", "content": '{"a":' * 200_000}],
        "response_format": {"type": "json_object"},
    },
}


@pytest.mark.parametrize("name", HEAVY)
def test_heavy_request_is_answered_in_time(name):
    """No request keeps the mock, and with it everybody else, busy for long; no refusal is longer than a page."""
    headers = [(b"authorization", b"Bearer mockflare-token")]
    request = HttpRequest("POST", f"{AI}/v1/chat/completions", headers=headers, body=json.dumps(HEAVY[name]).encode())
    begun = time.process_time()
    response = Mock().handle(request)
    seconds = time.process_time() - begun
    assert response.status in (200, 400, 413), response.body[:300]
    assert seconds < 2.5, f"{seconds:.1f} s of CPU"
    if response.status >= 400:
        assert_envelope(response.status, response.body)
        assert len(response.body) < 20_000
