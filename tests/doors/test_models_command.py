"""`mockflare models`: what it lists, what it says of one model, in which forms, and which mistakes it names."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from mockserver import model_pages
from mockserver.cli import cli
from mockserver.effective import catalogue
from mockserver.errors import UnknownName, UsageError


def models(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["models", *arguments], catch_exceptions=False, standalone_mode=False)


def test_list_as_json() -> None:
    """The records of the chosen models, as data."""
    found = json.loads(models("--task", "text embeddings", "--json").stdout)

    assert [model.name for model in catalogue().select(task="Text Embeddings", status="active")] == [
        each["name"] for each in found
    ]
    assert {384, 768, 1024, 2048} == {each["embedding"]["dimensions"] for each in found}


@pytest.mark.parametrize("capability", sorted({each for model in catalogue().values() for each in model.capabilities}))
def test_capability(capability: str) -> None:
    """Each capability that a record names chooses the models that have it, and no others."""
    found = json.loads(models("--capability", capability, "--all", "--json").stdout)

    assert {model.name for model in catalogue().values() if capability in model.capabilities} == {
        each["name"] for each in found
    }


def test_task_and_capability_together() -> None:
    """Both filters hold at once."""
    lines = models("--task", "Text Generation", "--capability", "vision").stdout.splitlines()[1:]

    assert lines
    assert all("Text Generation" in line and "vision" in line for line in lines)


def test_one_model() -> None:
    """The record, and a call in every language."""
    page = models("melotts").stdout

    assert page.startswith("name: '@cf/myshell-ai/melotts'")
    assert all(f"\n{heading}" in page for heading in ("# curl", "# Python: pip install cloudflare", "// JavaScript"))


def test_one_model_as_json() -> None:
    """Record and calls, as data."""
    found = json.loads(models("melotts", "--json").stdout)

    assert ("@cf/myshell-ai/melotts", "myshell-ai") == (found["name"], found["author"])
    assert list(model_pages.LANGUAGES) == list(found["calls"])


@pytest.mark.parametrize("language", model_pages.LANGUAGES)
def test_language(language: str) -> None:
    """One call alone, ready to be piped."""
    said = models("whisper", "--language", language).stdout

    assert model_pages.call(catalogue()["@cf/openai/whisper"], language) == said.rstrip("\n")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("whisper", "--data-binary @speech.mp3"),
        ("whisper-large-v3-turbo", "base64 < speech.mp3"),
        ("flux-2-dev", "-F 'prompt="),
        ("flux-1-schnell", "base64 --decode > answer.jpg"),
        ("aura-1", "-o answer.mp3"),
        ("moondream3.1-9B-A2B", "data:image/png;base64,%s"),
        ("llama-3.2-1b-instruct", '"stream": true'),
        ("flux", "over a WebSocket only"),
    ],
)
def test_the_form_is_the_models(name: str, expected: str) -> None:
    """Bytes, base64, a form, a file for the answer, a stream: as the model wants it."""
    assert expected in models(name, "-l", "curl").stdout


def test_python_takes_the_sdk_that_fits() -> None:
    """The openai SDK for chat and embeddings, the cloudflare SDK for the rest, websockets for sessions."""
    libraries = {
        name: [
            each
            for each in ("openai", "cloudflare", "websockets")
            if f"import {each}" in said or f"from {each}" in said
        ]
        for name in ("llama-3.2-1b-instruct", "bge-m3", "resnet-50", "aura-1", "flux")
        for said in [models(name, "-l", "python").stdout]
    }
    assert {
        "llama-3.2-1b-instruct": ["openai"],
        "bge-m3": ["openai"],
        "resnet-50": ["cloudflare"],
        "aura-1": ["cloudflare"],
        "flux": ["websockets"],
    } == libraries


def test_realtime_is_mentioned() -> None:
    """A model that answers requests and holds sessions says so."""
    assert "holds sessions over a WebSocket: ws://" in models("nova-3").stdout
    assert "WebSocket" not in models("melotts").stdout


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        (["whispr"], UsageError, "did you mean"),
        (["whisper", "-l", "pyhton"], UnknownName, "did you mean 'python'?"),
        (["-l", "curl"], UsageError, "name it"),
        (["whisper", "--task", "Translation"], UsageError, "choose from the list"),
    ],
)
def test_mistakes(arguments: list[str], kind: type[Exception], said: str) -> None:
    """A mistake is named, with what would have been right."""
    with pytest.raises(kind) as caught:
        models(*arguments)

    assert said in str(caught.value)
