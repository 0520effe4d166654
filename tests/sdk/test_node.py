"""The npm packages `cloudflare` and `openai`: every family, streams, resources, errors; one process asks all."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from math import hypot
from pathlib import Path
from typing import Any

import pytest
from family_calls import CALLS, QUESTION, Media, Said, joined, model_of, text64

from mockserver import bundled
from mockserver.effective import catalogue
from mockserver.server import MockServer

FOLDER = Path(__file__).parent / "node"
NATIVE = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
BROKEN, TIRED = "@cf/meta/llama-3.2-1b-instruct", "@cf/meta/llama-3.2-3b-instruct"
LORA = "@cf/mistral/mistral-7b-instruct-v0.2-lora"
TEXTS = ["a red fox", "a red fox in the snow", "lentil soup"]
CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
    "required": ["city", "days"],
    "additionalProperties": False,
}
WEATHER = {"type": "function", "function": {"name": "get_weather", "description": "Weather", "parameters": CITY}}

Answers = Mapping[str, Any]


@pytest.fixture(scope="module")
def answers(running: MockServer, media: Media) -> Answers:
    """What one run of the program brought back, by name."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    if not all((FOLDER / "node_modules" / name).is_dir() for name in ("cloudflare", "openai")):
        pytest.skip("the npm packages are not installed: `make node` does it, it needs npm and its registry")
    running.reset()
    running.fail(BROKEN, 3040, times=-1)
    running.fail(TIRED, 3040, times=1)
    done = subprocess.run(
        ["node", "ask.mjs"],
        cwd=FOLDER,
        input=json.dumps(plan(running, media)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
    running.reset()
    return {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}


def plan(running: MockServer, media: Media) -> dict[str, Any]:
    calls = []
    for family, call in CALLS.items():
        inputs = call.inputs(media)
        calls.append(
            {
                "family": family,
                "model": model_of(family, catalogue()).name,
                "form": call.form,
                "inputs": text64(inputs) if isinstance(inputs, bytes) else inputs,
                "plain": call.form == "json" and "result" in bundled.tasks()[family],
                "streams": call.streams,
            }
        )
    return {
        "base_url": running.base_url,
        "openai_url": running.openai_url,
        "token": running.token,
        "account": running.account_id,
        "chat_model": NATIVE,
        "vector_model": "@cf/baai/bge-base-en-v1.5",
        "responses_model": "@cf/openai/gpt-oss-20b",
        "lora_model": LORA,
        "broken_model": BROKEN,
        "tired_model": TIRED,
        "question": QUESTION,
        "texts": TEXTS,
        "tools": [WEATHER],
        "schema": CITY,
        "calls": calls,
    }


def said(answers: Answers, name: str) -> Any:
    assert "failed" not in answers[name], answers[name]["failed"]
    return answers[name]["said"]


# the cloudflare SDK ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", CALLS)
def test_family(family: str, answers: Answers, media: Media) -> None:
    """A real call gets the answer that the family promises, bytes through `asResponse()`."""
    found = said(answers, f"run {family}")

    answer = Said(found.get("value"), base64.b64decode(found.get("content", "")), found.get("media_type", ""))
    CALLS[family].judge(answer, media, model_of(family, catalogue()))


@pytest.mark.parametrize(
    "family", [name for name, call in CALLS.items() if call.form == "json" and "result" in bundled.tasks()[name]]
)
def test_plain_run(family: str, answers: Answers, media: Media) -> None:
    """`client.ai.run` hands over the result itself, where it is JSON."""
    CALLS[family].judge(Said(said(answers, f"plain {family}")["value"]), media, model_of(family, catalogue()))


@pytest.mark.parametrize("family", [family for family, call in CALLS.items() if call.streams])
def test_stream(family: str, answers: Answers) -> None:
    """What streams says the same in pieces, and ends as it should."""
    whole, streamed = said(answers, f"run {family}")["value"], said(answers, f"stream {family}")

    assert ("text/event-stream", "[DONE]") == (streamed["type"].split(";")[0], streamed["last"])
    text = whole["response"] if "response" in whole else whole["choices"][0]["message"]["content"]
    assert text == joined(family, streamed["events"])


def test_models(answers: Answers) -> None:
    """Pages are followed to the end, each model once; a search finds what it names."""
    names = [each["name"] for each in said(answers, "resources models")]
    known = catalogue()

    assert {model.name for model in known.select(status="active")} == set(names)
    assert len(names) == len(set(names))
    assert ["@cf/baai/bge-small-en-v1.5"] == [each["name"] for each in said(answers, "resources found")]
    assert {"input", "output"} <= set(said(answers, "resources schema"))


def test_tasks_and_authors(answers: Answers) -> None:
    """Tasks and authors are single pages."""
    assert {"Text Generation", "Text Embeddings"} <= {each["name"] for each in said(answers, "resources tasks")}
    assert {"Meta", "meta"} & {each["name"] for each in said(answers, "resources authors")}


def test_finetunes(answers: Answers) -> None:
    """An adapter is made, gets its file and is listed; the public ones are listed."""
    found = said(answers, "resources finetunes")

    assert ("tone", LORA) == (found["made"]["name"], found["made"]["model"])
    assert [found["made"]["id"]] == [each["id"] for each in found["kept"]]
    assert "cf-public-magicoder" in {each["name"] for each in found["shared"]}


def test_formats(answers: Answers) -> None:
    """The formats of the Markdown conversion are a single page."""
    assert {".pdf", ".html"} <= {each["extension"] for each in said(answers, "resources formats")}


# the openai SDK --------------------------------------------------------------------------------------------------


def text_of(answers: Answers) -> str:
    return str(said(answers, "openai chat")["choices"][0]["message"]["content"])


def test_chat(answers: Answers) -> None:
    """A chat completion is about the question."""
    found = said(answers, "openai chat")

    assert ("chat.completion", NATIVE) == (found["object"], found["model"])
    assert "tides" in text_of(answers)


@pytest.mark.parametrize("name", ["chatStreamed", "chatStreamedUsage"])
def test_chat_stream(answers: Answers, name: str) -> None:
    """`for await` gets the pieces of the same text, and the usage at the end when it was asked for."""
    chunks = said(answers, f"openai {name}")

    assert text_of(answers) == "".join(c["delta"].get("content") or "" for chunk in chunks for c in chunk["choices"])
    assert {"stop"} == {c["finish_reason"] for chunk in chunks for c in chunk["choices"]} - {None}
    if name == "chatStreamedUsage":
        assert ([], said(answers, "openai chat")["usage"]) == (chunks[-1]["choices"], chunks[-1]["usage"])


def test_chat_helper(answers: Answers) -> None:
    """`.stream()` collects the whole completion."""
    found = said(answers, "openai chatHelper")

    assert text_of(answers) == found["heard"] == found["final"]["choices"][0]["message"]["content"]


@pytest.mark.parametrize("name", ["tools", "toolsHelper"])
def test_tools(answers: Answers, name: str) -> None:
    """A tool is called with arguments that fit its parameters."""
    (choice,) = said(answers, f"openai {name}")["choices"]
    (call,) = choice["message"]["tool_calls"]
    arguments = json.loads(call["function"]["arguments"])

    assert ("tool_calls", "get_weather") == (choice["finish_reason"], call["function"]["name"])
    assert isinstance(arguments["city"], str)
    assert arguments["days"] >= 1


def test_tool_loop(answers: Answers) -> None:
    """`runTools` calls the function once and ends in a text."""
    found = said(answers, "openai toolLoop")

    assert 1 == len(found["asked"])
    assert found["text"]


def test_structured(answers: Answers) -> None:
    """A schema is met, and parsed by the SDK."""
    message = said(answers, "openai structured")["choices"][0]["message"]

    assert {"city", "days"} == set(json.loads(message["content"]))


@pytest.mark.parametrize("name", ["embeddings", "embeddingsFloat"])
def test_embeddings(answers: Answers, name: str) -> None:
    """Vectors are decoded, of unit length, and near when the texts are."""
    fox, snow, soup = (each["embedding"] for each in said(answers, f"openai {name}")["data"])

    assert [768] * 3 == [len(fox), len(snow), len(soup)]
    assert abs(1 - hypot(*fox)) < 0.001
    assert sum(map(float.__mul__, fox, snow)) > sum(map(float.__mul__, fox, soup))


def test_completion(answers: Answers) -> None:
    """A text completion continues the prompt."""
    found = said(answers, "openai completion")

    assert "text_completion" == found["object"]
    assert found["choices"][0]["text"]


def test_responses(answers: Answers) -> None:
    """A response has the same text whole, in events, and by `.stream()`."""
    whole = said(answers, "openai response")
    events = said(answers, "openai responseStreamed")
    text = "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")

    assert "tides" in whole["output_text"]
    assert whole["output_text"] == text == said(answers, "openai responseHelper")
    assert ("response.created", "response.completed") == (events[0]["type"], events[-1]["type"])


def test_headers(answers: Answers) -> None:
    """`withResponse()` shows the headers."""
    found = said(answers, "openai rawHeaders")

    assert said(answers, "openai chat")["id"] == found["id"]
    assert "responder" == found["source"]


# failures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "status", "code"),
    [
        ("openaiToken", "AuthenticationError", 401, 10000),
        ("openaiModel", "BadRequestError", 400, 5007),
        ("openaiInput", "BadRequestError", 400, 5006),
        ("openaiFault", "RateLimitError", 429, 3040),
        ("openaiBroken", "RateLimitError", 429, 3040),
        ("flareToken", "AuthenticationError", 401, 10000),
        ("flareModel", "BadRequestError", 400, 5007),
        ("flareInput", "BadRequestError", 400, 5006),
        ("flareFault", "RateLimitError", 429, 3040),
    ],
)
def test_failures(answers: Answers, name: str, kind: str, status: int, code: int) -> None:
    """Each failure is the SDK's class for its status, with the code of the service in it."""
    found = said(answers, f"failures {name}")

    assert (kind, status) == (re.sub(r"^_", "", found["kind"]), found["status"])
    if found["errors"]:
        assert code == found["errors"][0]["code"]
    assert found["errors"] or name.startswith("openai")


def test_retry(answers: Answers) -> None:
    """A passing failure is retried and answered."""
    assert said(answers, "failures flareRetried")["response"]
