"""The Cloudflare SDK and every family of models: real calls, answers that are decoded and judged."""

from __future__ import annotations

import json
from inspect import signature
from typing import Any

import cloudflare
import httpx
import pytest
from cloudflare.resources.ai import AIResource
from family_calls import CALLS, Media, Said, joined, model_of

from mockserver import bundled
from mockserver.effective import catalogue
from mockserver.server import MockServer
from mockserver.workersai.catalogue import Model

ONLY_REALTIME = {family for family, content in bundled.tasks().items() if content.get("websocket_only")}


def said_by(response: Any) -> Said:
    """Read a raw answer of the SDK."""
    media_type = response.headers["content-type"].split(";")[0]
    if media_type == "application/json":
        return Said(response.json()["result"])
    return Said(content=response.read(), media_type=media_type)


def arguments(inputs: dict[str, Any]) -> dict[str, Any]:
    """Return inputs as arguments of `run`: those that it has no name for go into `extra_body`."""
    named = signature(AIResource.run).parameters
    known = {name: value for name, value in inputs.items() if name in named}
    others = {name: value for name, value in inputs.items() if name not in named}
    return {**known, "extra_body": others} if others else known


def ask(flare: cloudflare.Cloudflare, server: MockServer, model: Model, inputs: Any, form: str) -> Said:
    """Ask as the SDK's users do: `run` for JSON, a bare `post` for bytes and forms, which `run` cannot send."""
    if form == "json":
        run = flare.ai.with_raw_response.run
        return said_by(run(model.name, account_id=server.account_id, **arguments(inputs)))
    path = f"/accounts/{server.account_id}/ai/run/{model.name}"
    # the SDK looks for this spelling of the name when it writes a form
    headers = {"Content-Type": "audio/mpeg" if form == "bytes" else "multipart/form-data"}
    body: Any = {"content" if form == "bytes" else "body": inputs}
    return said_by(flare.post(path, **body, options={"headers": headers}, cast_to=httpx.Response))


def test_every_family_is_called() -> None:
    """A new family needs a call here."""
    assert set(bundled.tasks()) == set(CALLS) | ONLY_REALTIME


@pytest.mark.parametrize("family", CALLS)
def test_family(family: str, flare: cloudflare.Cloudflare, server: MockServer, media: Media) -> None:
    """A real call gets the answer that the family promises."""
    model, call = model_of(family, catalogue()), CALLS[family]

    call.judge(ask(flare, server, model, call.inputs(media), call.form), media, model)

    assert (200, "responder") == (server.requests[-1].status, server.requests[-1].source)


@pytest.mark.parametrize(
    "family", [name for name, call in CALLS.items() if call.form == "json" and "result" in bundled.tasks()[name]]
)
def test_plain_run(family: str, flare: cloudflare.Cloudflare, server: MockServer, media: Media) -> None:
    """`client.ai.run` hands over the result itself, where it is JSON."""
    model, call = model_of(family, catalogue()), CALLS[family]
    result: Any = flare.ai.run(model.name, account_id=server.account_id, **arguments(call.inputs(media)))

    call.judge(Said(plain_data(result)), media, model)


def plain_data(value: Any) -> Any:
    if isinstance(value, list):
        return [plain_data(each) for each in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


@pytest.mark.parametrize("family", [family for family, call in CALLS.items() if call.streams])
def test_stream(family: str, flare: cloudflare.Cloudflare, server: MockServer, media: Media) -> None:
    """What streams says the same in pieces."""
    model, call = model_of(family, catalogue()), CALLS[family]
    inputs: Any = {**call.inputs(media), "stream": True}
    whole = ask(flare, server, model, call.inputs(media), call.form).value

    with flare.ai.with_streaming_response.run(model.name, account_id=server.account_id, **inputs) as response:
        lines = [line.removeprefix("data: ") for line in response.iter_lines() if line]

    assert "[DONE]" == lines.pop()
    text = joined(family, [json.loads(line) for line in lines])
    assert text == (whole["response"] if "response" in whole else whole["choices"][0]["message"]["content"])


@pytest.mark.parametrize("family", sorted(ONLY_REALTIME))
def test_realtime_only(family: str, flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """A family that only converses refuses a plain request, as an error of the SDK with the service's envelope."""
    model = model_of(family, catalogue())

    with pytest.raises(cloudflare.BadRequestError) as caught:
        flare.ai.run(model.name, account_id=server.account_id, extra_body=bundled.tasks()[family]["example"])

    assert caught.value.errors[0].code


def test_what_is_spoken_is_heard(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """What a speaking model says is what a hearing model writes down: the pipeline of a program runs."""
    speaker = model_of("text-to-speech-melotts", catalogue())
    hearer = model_of("speech-recognition-whisper-turbo", catalogue())
    spoken: Any = flare.ai.run(speaker.name, account_id=server.account_id, prompt="Wind from the west, force five.")

    heard: Any = flare.ai.run(hearer.name, account_id=server.account_id, audio=plain_data(spoken)["audio"])

    assert "Wind from the west, force five." == plain_data(heard)["text"]
