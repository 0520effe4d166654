"""Models with vision see the pictures in a conversation, however they are sent."""

from __future__ import annotations

from typing import Any

import pytest
from real_values import picture, text64, url

from mockserver.effective import catalogue

PROMPT = "A red fox asleep in the snow"
SEEING = [
    model.name
    for model in catalogue().values()
    if "vision" in model.capabilities and model.family.startswith("text-generation") and model.active
]
CHAT = next(name for name in SEEING if catalogue()[name].family == "text-generation-chat")
NATIVE = next(name for name in SEEING if catalogue()[name].family == "text-generation-native")
BLIND = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
QUIET = {"chat_template_kwargs": {"enable_thinking": False}}


@pytest.fixture
def fox(ask: Any) -> bytes:
    """A picture that a model drew, of a red fox."""
    asked = {"prompt": PROMPT, "width": 256, "height": 256}
    return bytes(drawn(ask, asked))


def drawn(ask: Any, asked: dict[str, Any]) -> bytes:
    from base64 import b64decode

    name = next(
        model.name for model in catalogue().select(family="text-to-image-json") if "size_range" in model.facts["image"]
    )
    return b64decode(ask(f"run/{name}", asked).result["image"])


def shown(question: str, *pictures: bytes, **more: Any) -> dict[str, Any]:
    parts = [{"type": "image_url", "image_url": {"url": url(each, "image/jpeg")}} for each in pictures]
    return {"messages": [{"role": "user", "content": [{"type": "text", "text": question}, *parts]}], **QUIET, **more}


def said(answer: Any) -> str:
    result = answer.result if "result" in answer.json else answer.json
    return str(result["response"] if "response" in result else result["choices"][0]["message"]["content"])


@pytest.mark.parametrize("name", SEEING)
def test_a_drawn_picture_is_described_as_its_prompt(ask: Any, fox: bytes, name: str) -> None:
    """Every text model with vision says what a picture was drawn from; a picture costs tokens."""
    answer = ask(f"run/{name}", shown("What is in this picture?", fox))

    assert PROMPT == said(answer)
    assert answer.result["usage"]["prompt_tokens"] > 250


def test_what_is_thought_is_about_the_picture(ask: Any, fox: bytes) -> None:
    """A model that thinks before it answers has looked at the picture by then."""
    thinking = {"chat_template_kwargs": {"enable_thinking": True}}
    message = ask(f"run/{CHAT}", {**shown("What is in this picture?", fox), **thinking}).result["choices"][0]["message"]

    assert "red fox" in (message.get("reasoning_content") or message["reasoning"]).lower()


def test_pictures_come_in_several_ways(ask: Any, fox: bytes) -> None:
    """As bytes or base64 beside the prompt, as a part of a message, alone or among others."""
    part = {"type": "image_url", "image_url": {"url": url(fox, "image/jpeg")}}
    for body in (
        {"prompt": "Describe this", "image": list(fox)},
        {"prompt": "Describe this", "image": text64(fox)},
        {"messages": [{"role": "user", "content": "Describe this"}], "image": list(fox)},
        {"messages": [{"role": "user", "content": [part, {"type": "text", "text": "Describe this"}]}]},
    ):
        assert PROMPT == said(ask(f"run/{NATIVE}", body))


def test_the_endpoint_of_openai_sees_as_well(ask: Any, fox: bytes) -> None:
    """Whole and streamed answers of `/v1/chat/completions` are about the picture."""
    body = {**shown("Is there a fox?", fox), "model": CHAT}
    expected = "Yes, the picture shows a red fox asleep in the snow."

    assert expected == ask("v1/chat/completions", body).json["choices"][0]["message"]["content"]
    events = ask("v1/chat/completions", {**body, "stream": True}).events
    assert expected == "".join(each["choices"][0]["delta"].get("content") or "" for each in events)


def test_earlier_pictures_are_remembered(ask: Any, fox: bytes) -> None:
    """A question after the picture was shown is about it; the latest pictures count."""
    first = shown("Hello", picture("JPEG"))["messages"] + [{"role": "assistant", "content": "A picture."}]
    turns = [*first, *shown("Look", fox)["messages"], {"role": "assistant", "content": "A fox."}]
    turns.append({"role": "user", "content": "Is it in the snow?"})

    assert said(ask(f"run/{CHAT}", {"messages": turns, **QUIET})).startswith("Yes, the picture shows a red fox")


def test_several_pictures_are_told_apart(ask: Any, fox: bytes) -> None:
    """Of several pictures each is described, in their order."""
    harbour = drawn(ask, {"prompt": "A harbour at night", "width": 256, "height": 256})
    answer = said(ask(f"run/{CHAT}", shown("Compare them", fox, harbour)))

    assert f"The first picture: {PROMPT}. The second picture: A harbour at night." == answer


def test_json_and_tools_are_about_the_picture(ask: Any, fox: bytes) -> None:
    """A literal of the schema that the picture speaks of is chosen."""
    schema = {
        "type": "object",
        "properties": {"animal": {"enum": ["cat", "dog", "fox", "owl"]}},
        "required": ["animal"],
    }
    form = {"type": "json_schema", "json_schema": {"name": "seen", "schema": schema}}
    tool = {"type": "function", "function": {"name": "note", "parameters": schema}}

    assert '{"animal":"fox"}' == said(ask(f"run/{CHAT}", shown("Which animal?", fox, response_format=form)))
    message = ask(f"run/{CHAT}", shown("Which animal?", fox, tools=[tool])).result["choices"][0]["message"]
    assert '{"animal":"fox"}' == message["tool_calls"][0]["function"]["arguments"]


def test_another_picture_is_another_answer(ask: Any, fox: bytes) -> None:
    """The same question about two pictures has two answers, the same one each time."""
    asked = {name: shown("Write something", data) for name, data in {"fox": fox, "other": picture("JPEG", 64)}.items()}
    one, other = ask(f"run/{CHAT}", asked["fox"]), ask(f"run/{CHAT}", asked["other"])

    assert said(one) != said(other)
    assert said(one) == said(ask(f"run/{CHAT}", asked["fox"]))
    assert one.result["id"] != other.result["id"]


@pytest.mark.parametrize(
    ("address", "status", "code", "message"),
    [
        ("data:image/svg+xml;base64,PHN2Zy8+", 500, 8005, "Internal Server Error"),
        (url(picture("PNG", 9), "image/png"), 400, 5006, "image dimensions must be at least 10px"),
        (url(b"nothing", "image/png"), 400, 5006, "Invalid data for image"),
        ("data:image/png;base64,!", 400, 5004, "base64"),
    ],
    ids=["svg", "tiny", "noise", "letters"],
)
def test_what_is_no_picture_is_refused(ask: Any, address: str, status: int, code: int, message: str) -> None:
    """The engine refuses SVG, tiny pictures and bytes that no decoder reads, in its own words."""
    part = {"type": "image_url", "image_url": {"url": address}}
    answer = ask(f"run/{CHAT}", {"messages": [{"role": "user", "content": [part]}]})

    assert (status, code) == (answer.status, answer.code)
    assert message in answer.message


def test_an_address_is_read_and_not_visited(ask: Any) -> None:
    """A picture on the web is known by the words of its address."""
    part = {"type": "image_url", "image_url": {"url": "https://example.com/pictures/old-lighthouse.jpg"}}
    assert "old lighthouse" in said(ask(f"run/{CHAT}", {"messages": [{"role": "user", "content": [part]}], **QUIET}))


def test_models_without_vision_see_nothing(ask: Any, fox: bytes) -> None:
    """A picture changes nothing for a model that cannot see."""
    assert PROMPT not in said(ask(f"run/{BLIND}", shown("What is in this picture?", fox)))
