"""Bytes whose media type nobody told: `curl --data-binary @file` calls them a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mockserver.workersai.fakes.picture_drawing import Order, draw
from mockserver.workersai.fakes.speech import Format, speak

UNTOLD = ["", "application/x-www-form-urlencoded", "text/plain", "application/x-www-form-urlencoded; charset=utf-8"]
SEEING = [
    "@cf/microsoft/resnet-50",
    "@cf/facebook/detr-resnet-50",
    "@cf/llava-hf/llava-1.5-7b-hf",
    "@cf/unum/uform-gen2-qwen-500m",
]
HEARD = "The quick brown fox."


@pytest.mark.parametrize("told", UNTOLD)
@pytest.mark.parametrize("model", SEEING)
def test_pictures(ask: Callable[..., Any], model: str, told: str) -> None:
    """A picture is seen whatever its type is said to be."""
    picture = draw(Order("a red cat", (320, 240), b"seed"))

    assert ask(f"run/{model}", picture, **{"content-type": "image/png"}).result == (
        ask(f"run/{model}", picture, **{"content-type": told}).result
    )


@pytest.mark.parametrize("told", UNTOLD)
@pytest.mark.parametrize("model", ["@cf/openai/whisper", "@cf/openai/whisper-tiny-en", "@cf/deepgram/nova-3"])
def test_sounds(ask: Callable[..., Any], model: str, told: str) -> None:
    """A recording is heard whatever its type is said to be."""
    sound = speak(HEARD, "asteria", Format("mp3", "none", 22050))

    assert HEARD in str(ask(f"run/{model}", sound, **{"content-type": told}).result)


def test_what_begins_as_json_is_meant_to_be(ask: Callable[..., Any]) -> None:
    """Broken JSON is refused as such, JSON under another name is read, and JSON by name is held to it."""
    picture = draw(Order("a red cat", (320, 240), b"seed"))
    broken = ask("run/@cf/microsoft/resnet-50", b' {"image":', **{"content-type": UNTOLD[1]})
    named = ask("run/@cf/microsoft/resnet-50", picture, **{"content-type": "application/json"})

    assert (400, 5006) == (broken.status, broken.code)
    assert (400, 5006) == (named.status, named.code)
    assert 400 == ask("run/@cf/meta/llama-3.2-1b-instruct", picture, **{"content-type": UNTOLD[1]}).status
    content = f'{{"image": {list(picture)}}}'.encode()
    assert 200 == ask("run/@cf/microsoft/resnet-50", content, **{"content-type": UNTOLD[1]}).status


def test_a_model_that_takes_forms_alone_asks_for_one(ask: Callable[..., Any]) -> None:
    """JSON for such a model is refused in the service's words; a warning says what would be right."""
    answer = ask("run/@cf/black-forest-labs/flux-2-klein-4b", {"prompt": "a red cat"})

    assert (400, 5006) == (answer.status, answer.code)
    assert "AiError: Bad input: Error: required properties at '/' are 'multipart'" == answer.message
    assert "multipart/form-data would be right" in answer.headers["x-mockflare-warning"]
