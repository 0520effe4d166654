"""Costs are the published price times what was used."""

from __future__ import annotations

from typing import Any

import pytest
from real_values import SPEECH_SECONDS, recording, text64

from mockserver.app import Mock
from mockserver.effective import catalogue
from mockserver.engine.invocation import Invocation
from mockserver.engine.values import Answer, HttpRequest
from mockserver.settings import Settings
from mockserver.workersai.costs import NEURONS_PER_USD, Costs, rates_of

NATIVE, CHAT = "@cf/meta/llama-3.3-70b-instruct-fp8-fast", "@cf/zai-org/glm-4.7-flash"
MELO, CLEF = "@cf/myshell-ai/melotts", "@cf/cloudflare/clef"
QUESTION = [{"role": "user", "content": "How do tides follow the moon?"}]
HUGE = {"usage": {"prompt_tokens": 10**400, "completion_tokens": 0}}
INPUT, OUTPUT = "input_per_m_tokens", "output_per_m_tokens"


def expected(model: str, usage: Any) -> float:
    price = catalogue()[model].facts["price"]["neurons"]
    return float(usage["prompt_tokens"] * price[INPUT] + usage["completion_tokens"] * price[OUTPUT]) / 1e6


def test_tokens(ask: Any) -> None:
    """Tokens read and made, each at its rate, as decimal text."""
    answer = ask(f"run/{NATIVE}", {"messages": QUESTION})

    assert expected(NATIVE, answer.result["usage"]) == pytest.approx(float(answer.headers["cf-ai-neurons"]), abs=1e-6)
    assert "e" not in answer.headers["cf-ai-neurons"]


@pytest.mark.parametrize("path", ["v1/chat/completions", "v1/completions", "v1/responses"])
def test_openai_endpoints(ask: Any, path: str) -> None:
    """The header stands on every endpoint, streamed as well, and says the same."""
    body = {"model": "@cf/openai/gpt-oss-120b", "messages": QUESTION, "prompt": "Tides?", "input": "Tides?"}
    whole, streamed = ask(path, body), ask(path, {**body, "stream": True})

    assert 200 == whole.status
    assert float(whole.headers["cf-ai-neurons"]) > 0
    assert whole.headers["cf-ai-neurons"] == streamed.headers["cf-ai-neurons"]


def test_in_the_usage(ask: Any) -> None:
    """The chat family says its neurons in the usage on `/ai/run`; increments of a stream add up to them."""
    answer = ask(f"run/{CHAT}", {"messages": QUESTION})
    *chunks, last = ask(f"run/{CHAT}", {"messages": QUESTION, "stream": True}).events

    neurons = answer.result["usage"]["neurons"]
    assert expected(CHAT, answer.result["usage"]) == pytest.approx(neurons)
    assert neurons == last["usage"]["neurons"] == pytest.approx(sum(chunk["usage"]["neurons"] for chunk in chunks))
    assert float(answer.headers["cf-ai-neurons"]) == pytest.approx(neurons, abs=1e-6)
    assert "neurons" not in ask("v1/chat/completions", {"model": CHAT, "messages": QUESTION}).json["usage"]


@pytest.mark.parametrize(
    ("model", "body"),
    [
        ("@cf/baai/bge-base-en-v1.5", {"text": ["a red boat", "a harbour"]}),
        ("@cf/huggingface/distilbert-sst-2-int8", {"text": "good"}),
        ("@cf/meta/m2m100-1.2b", {"text": "The fox sleeps.", "target_lang": "fr"}),
        ("@cf/baai/bge-reranker-base", {"query": "boat", "contexts": [{"text": "a boat"}]}),
    ],
)
def test_without_a_usage(ask: Any, model: str, body: Any) -> None:
    """Where the answer has no usage, the texts are counted; more of them cost more."""
    once = float(ask(f"run/{model}", body).headers["cf-ai-neurons"])
    longer = {name: f"{value} and so on" if name == "text" and isinstance(value, str) else value
              for name, value in body.items()}  # fmt: skip

    assert once > 0
    if longer != body:
        assert float(ask(f"run/{model}", longer).headers["cf-ai-neurons"]) > once


@pytest.mark.parametrize(
    ("model", "body", "neurons"),
    [
        ("@cf/black-forest-labs/flux-1-schnell", {"prompt": "x"}, 4 * 4.8 + 4 * 9.6),
        ("@cf/black-forest-labs/flux-1-schnell", {"prompt": "x", "steps": 8}, 4 * 4.8 + 8 * 9.6),
        ("@cf/leonardo/phoenix-1.0", {"prompt": "x", "width": 512, "height": 513, "num_steps": 3}, 2 * 530 + 3 * 10),
        ("@cf/black-forest-labs/flux-2-klein-9b", {"width": "1000", "height": "2000"}, 1363.64 + 181.82),
        ("@cf/deepgram/aura-1", {"text": "x" * 500}, 1363.64 / 2),
        ("@cf/microsoft/resnet-50", {}, 0.228055),
    ],
)
def test_other_units(model: str, body: Any, neurons: float) -> None:
    """Pictures cost by tiles and steps or by megapixels, speech by characters, classified pictures each."""
    assert neurons == pytest.approx(_header(model, body, {"result": {}}), abs=1e-6)


@pytest.mark.parametrize(
    "result",
    [
        {"transcription_info": {"duration": 30.0}},
        {"duration": 30.0},
        {"words": [{"end": 1.0}, {"end": 30.0}]},
        {"results": {"channels": [{"alternatives": [{"words": [{"end": 30}]}]}]}},
    ],
)
def test_minutes(result: Any) -> None:
    """Sound costs by the length that the answer tells."""
    assert 41.14 / 2 == pytest.approx(_header("@cf/openai/whisper", b"", {"result": result}), abs=1e-6)


HEARING = ("@cf/openai/whisper-large-v3-turbo", "@cf/pipecat-ai/smart-turn-v2")


@pytest.mark.parametrize("sound", [recording(), recording(8000), bytes(44) + bytes(32_000)], ids=["16", "8", "none"])
@pytest.mark.parametrize("model", HEARING)
def test_minutes_of_what_was_sent(ask: Any, model: str, sound: bytes) -> None:
    """Sound that is heard costs by its own length, whether or not somebody speaks."""
    if not any(sound):
        sound = recording()[:40] + (64_000).to_bytes(4, "little") + bytes(64_000)
    answer = ask(f"run/{model}", {"audio": text64(sound)})
    seconds = 2.0 if not any(sound[44:]) else SPEECH_SECONDS

    assert answer.result
    price = catalogue()[model].facts["price"]["neurons"]["per_audio_minute"]
    assert price * seconds / 60 == pytest.approx(float(answer.headers["cf-ai-neurons"]), abs=1e-6)


def test_minutes_of_what_is_spoken(ask: Any) -> None:
    """MeloTTS costs by the length of its speech."""
    answer = ask(f"run/{MELO}", {"prompt": "x" * 45})

    assert 18.63 * 3.3 / 60 == pytest.approx(float(answer.headers["cf-ai-neurons"]), abs=1e-6)


@pytest.mark.parametrize(
    ("model", "body"),
    [
        ("@cf/black-forest-labs/flux-1-schnell", {"prompt": "a fox", "steps": 2}),
        ("@cf/baai/bge-small-en-v1.5", {"text": ["a fox", "an owl"]}),
        (MELO, {"prompt": "a fox"}),
        ("@cf/openai/whisper-large-v3-turbo", {"audio": text64(recording())}),
        (NATIVE, {"prompt": "a fox"}),
        (CLEF, {"model": "clef", "state": "x", "questions": {"a": {"type": "noul", "instructions": "?"}}}),
    ],
)  # fmt: skip
def test_generic_run_costs_as_much(ask: Any, model: str, body: Any) -> None:
    """Whether the model stands in the path or in the body, its answer costs the same."""
    own, generic = ask(f"run/{model}", body), ask("run", {"model": model, "input": body})

    assert own.headers["cf-ai-neurons"] == generic.headers["cf-ai-neurons"]


def test_unknown_price(ask: Any) -> None:
    """No price, no header; no cost of a refusal either."""
    unpriced = ask("run/@cf/facebook/bart-large-cnn", {"input_text": "The fox."})
    refused = ask(f"run/{NATIVE}", {"temperature": 1})

    assert "cf-ai-neurons" not in unpriced.headers
    assert "cf-ai-neurons" not in refused.headers
    assert "cf-ai-req-id" in refused.headers


def test_dollars() -> None:
    """Where no neurons are published, dollars are converted; where both are, a switch says which."""
    clef, turn = catalogue()["@cf/cloudflare/clef"], catalogue()["@cf/pipecat-ai/smart-turn-v2"]

    assert 0.24 * NEURONS_PER_USD == rates_of(clef, "neurons")[INPUT]
    assert 0.51 == rates_of(turn, "neurons")["per_audio_minute"]
    assert rates_of(turn, "usd")["per_audio_minute"] > 10


@pytest.mark.parametrize(
    "value", [None, 7, "x", [], {}, {"result": None}, {"usage": {"prompt_tokens": "x"}}, {"usage": 3}, b"bytes", HUGE]
)
def test_odd_answers(value: Any) -> None:
    """Whatever a user's responder answers, asking for its cost does not fail, for any model."""
    for model in catalogue():
        for body in (None, b"", [], {"width": "x", "text": 3, "contexts": [1, {"text": None}]}):
            _header(model, body, value)


def _header(model: str, body: Any, value: Any) -> float | None:
    invocation = Invocation(HttpRequest("POST", "/"), Settings(switches={"cost-basis": "neurons"}))
    invocation.body = body
    costs = Costs()
    header, again = (costs.header(catalogue()[model], invocation, Answer(200, value)) for _ in range(2))
    assert header == again
    return None if header is None else float(header)


def test_switch(ask: Any) -> None:
    """The switch reaches the header: the two published prices are rounded differently."""
    usual = ask(f"run/{NATIVE}", {"prompt": "x"})
    dollars = ask(f"run/{NATIVE}", {"prompt": "x"}, of=Mock(switches={"cost-basis": "usd"}))

    assert usual.headers["cf-ai-neurons"] != dollars.headers["cf-ai-neurons"]
    assert float(usual.headers["cf-ai-neurons"]) == pytest.approx(float(dollars.headers["cf-ai-neurons"]), rel=0.01)
