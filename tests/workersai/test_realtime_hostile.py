"""Sessions under messages that nobody should send: every answer is a message or an end, and nothing raises."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import urlencode

import pytest

from mockserver.app import Mock
from mockserver.engine.sessions import Close, Conversation
from mockserver.engine.values import HttpRequest
from mockserver.workersai.fakes import speech

MODELS = [
    "@cf/deepgram/aura-1",
    "@cf/deepgram/aura-2-es",
    "@cf/deepgram/flux",
    "@cf/deepgram/nova-3",
    "@cf/pipecat-ai/smart-turn-v2",
]
OPTIONS = {
    "encoding": ["linear16", "mulaw", "alaw", "linear32", "mp3", "flac", "opus", "ogg-opus", "x", ""],
    "sample_rate": ["8000", "24000", "48000", "7999", "1e3", "nan", "inf", "-1", "16000.5", "", "9" * 400],
    "container": ["none", "wav", "ogg", ""],
    "channels": ["1", "2", "8", "9", "x"],
    "multichannel": ["true", "false", "x"],
    "interim_results": ["true", "1", "no"],
    "utterance_end_ms": ["1000", "0", "x"],
    "endpointing": ["false", "true", "300", "", "x"],
    "eot_threshold": ["0.7", "1", "9"],
    "eager_eot_threshold": ["0.3", "0.9", "0", ""],
    "eot_timeout_ms": ["500", "5000", "x"],
    "dtype": ["uint8", "float32", "float64", "x"],
    "speaker": ["luna", "sirio", "x", ""],
    "bit_rate": ["48000", "x", "1e400"],
    "vad_events": ["true"],
    "tag": ["a", "\ud7ff", "%"],
}
MEMBERS: dict[str, list[Any]] = {
    "type": ["Speak", "Flush", "Clear", "Close", "CloseStream", "Finalize", "KeepAlive", "Configure", "ForceEndTurn"],
    "text": ["Hello there. ", "x" * 3000, 7, None, "漢字🙂" * 50, "   ", "\x00"],
    "channel": [0, 1, -1, "x", None, []],
    "thresholds": [{}, [], None, "x", {"eot_threshold": True}, {"eot_threshold": 0.9}, {"eager_eot_threshold": None}],
    "audio": ["AAAA", "?", 7, [1, 2], {"body": "AAAA", "contentType": "x"}, {}],
}
BROKEN = ["{", "[]", "null", "", "[" * 5000, "\x00", "é", '{"type": null}', '{"type": [[]]}', "7", '"Flush"']
FORMATS = [
    ("linear16", "none", 16000, None),
    ("linear16", "wav", 16000, None),
    ("mulaw", "none", 8000, None),
    ("mp3", "none", 22050, 48000),
    ("opus", "ogg", 48000, 12000),
    ("flac", "none", 16000, None),
]
SOUNDS = [speech.speak("A fox ran home.", "luna", speech.Format(*form)) for form in FORMATS]


def text(draw: random.Random) -> str:
    if draw.random() < 0.2:
        return draw.choice(BROKEN)
    message = {name: draw.choice(values) for name, values in MEMBERS.items() if draw.random() < 0.5}
    return json.dumps({"type": draw.choice(MEMBERS["type"]), **message})


def sound(draw: random.Random) -> bytes:
    kind = draw.randrange(5)
    if kind == 0:
        return draw.choice([b"", draw.randbytes(draw.randrange(1, 5000)), bytes(draw.randrange(1, 40000))])
    data = bytearray(draw.choice(SOUNDS))
    if kind == 1:
        start = draw.randrange(len(data))
        return bytes(data[start : draw.randrange(start, len(data) + 1)])
    for _ in range(5 if kind == 2 else 0):
        data[draw.randrange(len(data))] = draw.randrange(256)
    return bytes(data)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_raises(usual: Mock, seed: int) -> None:
    """Whatever options and messages come: a refusal below 500, or messages and ends."""
    draw = random.Random(seed)
    granted = 0
    for _ in range(100):
        options = {name: draw.choice(values) for name, values in OPTIONS.items() if draw.random() < 0.2}
        if draw.random() < 0.7:
            options |= {"encoding": "linear16", "sample_rate": draw.choice(["8000", "16000", "24000"])}
        path = f"/accounts/{usual.account_id}/ai/run/{draw.choice(MODELS)}"
        headers = [(b"authorization", f"Bearer {usual.token}".encode())]
        answer = usual.converse(HttpRequest("GET", path, query=urlencode(options), headers=headers))
        if not isinstance(answer, Conversation):
            assert 400 <= answer.status < 500
            continue
        granted += 1
        said = list(answer.session.open())
        while len(said) < 200 and not any(isinstance(each, Close) for each in said) and draw.random() < 0.95:
            said += answer.session.hear(text(draw) if draw.random() < 0.4 else sound(draw))
        for each in said:
            assert isinstance(each, bytes | Close) or {"type", "is_complete"} & set(json.loads(each))
        assert isinstance(list(answer.session.wait())[-1], Close)
    assert granted > 40
    assert all(exchange.status != 500 for exchange in usual.journal)
