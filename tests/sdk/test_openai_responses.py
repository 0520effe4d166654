"""The OpenAI SDK and the Responses API."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

import openai
import pytest
from pydantic import BaseModel, Field

GPT = "@cf/openai/gpt-oss-120b"
TEXT_ORDER = [
    "response.output_item.added",
    "response.content_part.added",
    "response.output_text.delta",
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
]
CALL_ORDER = [
    "response.output_item.added",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
    "response.output_item.done",
]
QUESTION = "How do tides follow the moon?"
WEATHER: Any = {
    "type": "function",
    "name": "get_weather",
    "description": "Tells the weather.",
    "strict": True,
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1, "maximum": 5}},
        "required": ["city", "days"],
        "additionalProperties": False,
    },
}


class Tide(BaseModel):
    harbour: str
    metres: float = Field(ge=0, le=15)
    rising: bool


def messages_of(response: Any) -> list[Any]:
    return [item for item in response.output if item.type == "message"]


def kinds_after_reasoning(events: list[Any]) -> list[str]:
    """The kinds of events in order, repetitions once, without those of a reasoning item and the frame around all."""
    reasoning = {
        event.output_index
        for event in events
        if event.type == "response.output_item.added" and event.item.type == "reasoning"
    }
    inner = [event for event in events if getattr(event, "output_index", None) not in {None, *reasoning}]
    return [kind for kind, _ in groupby(event.type for event in inner)]


def test_response(client: openai.OpenAI) -> None:
    """A string in, a completed response out: a message with text and a usage that adds up."""
    response = client.responses.create(model=GPT, input=QUESTION)

    assert ("response", "completed", GPT) == (response.object, response.status, response.model)
    assert response.id.startswith("resp_")
    assert "tides" in response.output_text
    assert response.error is None
    assert response.incomplete_details is None
    (message,) = messages_of(response)
    assert ("assistant", "completed") == (message.role, message.status)
    assert message.id
    assert [] == message.content[0].annotations
    assert response.usage
    assert response.usage.input_tokens + response.usage.output_tokens == response.usage.total_tokens
    assert response.usage.output_tokens > 0


def test_reasoning_item(client: openai.OpenAI) -> None:
    """A reasoning model's output begins with its reasoning."""
    first = client.responses.create(model=GPT, input=QUESTION).output[0]

    assert "reasoning" == first.type
    assert first.id.startswith("rs_")
    assert [] == first.summary
    assert first.content
    assert "reasoning_text" == first.content[0].type
    assert first.content[0].text


def test_input_as_messages(client: openai.OpenAI) -> None:
    """Messages without a type, content as text or as parts, instructions: all of it is read."""
    as_text = client.responses.create(model=GPT, input=[{"role": "user", "content": QUESTION}])
    as_parts = client.responses.create(
        model=GPT, input=[{"role": "user", "content": [{"type": "input_text", "text": QUESTION}]}]
    )
    instructed = client.responses.create(model=GPT, input=QUESTION, instructions="Be brief.")

    assert client.responses.create(model=GPT, input=QUESTION).output_text == as_text.output_text == as_parts.output_text
    assert "Be brief." == instructed.instructions
    assert "tides" in instructed.output_text
    assert instructed.usage
    assert as_text.usage
    assert instructed.usage.input_tokens > as_text.usage.input_tokens


def test_conversation(client: openai.OpenAI) -> None:
    """The output of one response goes back as input of the next, items as they came."""
    items: list[Any] = [{"role": "user", "content": QUESTION}]
    items += client.responses.create(model=GPT, input=items).output
    items.append({"role": "user", "content": "And what about eclipses?"})

    assert "eclipses" in client.responses.create(model=GPT, input=items).output_text


def test_stream(client: openai.OpenAI) -> None:
    """Events come in the order that all clients accept, numbered, and their text is that of the whole response."""
    whole = client.responses.create(model=GPT, input=QUESTION)

    events: list[Any] = list(client.responses.create(model=GPT, input=QUESTION, stream=True))

    assert ["response.created", "response.in_progress"] == [event.type for event in events[:2]]
    assert "response.completed" == events[-1].type
    assert TEXT_ORDER == kinds_after_reasoning(events)
    assert list(range(len(events))) == [event.sequence_number for event in events]
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert len(deltas) > 5
    assert whole.output_text == "".join(deltas)
    assert whole.output_text == events[-1].response.output_text
    done = next(event for event in events if event.type == "response.output_text.done")
    assert whole.output_text == done.text
    assert ("in_progress", []) == (events[0].response.status, events[0].response.output)
    assert whole.usage == events[-1].response.usage
    assert 1 == len({event.response.id for event in events if hasattr(event, "response")})
    ids = {event.item_id for event in events if event.type.startswith("response.output_text")}
    assert {messages_of(events[-1].response)[0].id} == ids


def test_stream_helper(client: openai.OpenAI) -> None:
    """The SDK's helper ends with the response that the same request gets unstreamed."""
    whole = client.responses.create(model=GPT, input=QUESTION)

    with client.responses.stream(model=GPT, input=QUESTION) as stream:
        snapshots = [event.snapshot for event in stream if event.type == "response.output_text.delta"]
        final = stream.get_final_response()

    assert whole.output_text == snapshots[-1] == final.output_text
    assert "completed" == final.status


@pytest.mark.parametrize("choice", ["auto", "required", {"type": "function", "name": "get_weather"}])
def test_function_call(client: openai.OpenAI, choice: Any) -> None:
    """A flat tool is called with arguments as JSON text, and its output is answered in text."""
    items: list[Any] = [{"role": "user", "content": "What is the weather in Paris?"}]
    first = client.responses.create(model=GPT, input=items, tools=[WEATHER], tool_choice=choice)

    (call,) = [item for item in first.output if item.type == "function_call"]
    assert ("get_weather", "completed") == (call.name, call.status)
    assert call.id
    assert call.call_id
    arguments = json.loads(call.arguments)
    assert "Paris" == arguments["city"]
    assert 1 <= arguments["days"] <= 5
    assert "" == first.output_text

    items += first.output
    items.append({"type": "function_call_output", "call_id": call.call_id, "output": "Sunny, 21 degrees."})
    second = client.responses.create(model=GPT, input=items, tools=[WEATHER], tool_choice=choice)

    assert not [item for item in second.output if item.type == "function_call"]
    assert "Sunny, 21 degrees." in second.output_text


def test_no_function_call(client: openai.OpenAI) -> None:
    """With tool_choice "none" the answer is text."""
    response = client.responses.create(
        model=GPT, input="What is the weather in Paris?", tools=[WEATHER], tool_choice="none"
    )

    assert response.output_text


def test_function_call_streamed(client: openai.OpenAI) -> None:
    """A streamed call has its arguments in pieces that join to those of the whole response."""
    body: dict[str, Any] = {"model": GPT, "input": "What is the weather in Paris?", "tools": [WEATHER]}
    (whole,) = [item for item in client.responses.create(**body).output if item.type == "function_call"]

    events: list[Any] = list(client.responses.create(**body, stream=True))
    with client.responses.stream(**body) as stream:
        final = stream.get_final_response()

    assert CALL_ORDER == kinds_after_reasoning(events)
    deltas = [event.delta for event in events if event.type == "response.function_call_arguments.delta"]
    assert len(deltas) > 1
    assert whole.arguments == "".join(deltas)
    (gathered,) = [item for item in final.output if item.type == "function_call"]
    assert (whole.call_id, whole.name, whole.arguments) == (gathered.call_id, gathered.name, gathered.arguments)


def test_agent_loop_with_required(client: openai.OpenAI) -> None:
    """A client that keeps "required" still gets text after each tool was called once."""
    tools: Any = [WEATHER, {**WEATHER, "name": "get_tides"}]
    items: list[Any] = [{"role": "user", "content": "Plan my trip to Brest."}]
    called = []
    for _ in range(3):
        response = client.responses.create(model=GPT, input=items, tools=tools, tool_choice="required")
        calls = [item for item in response.output if item.type == "function_call"]
        if not calls:
            break
        called += [call.name for call in calls]
        items += response.output
        items += [{"type": "function_call_output", "call_id": call.call_id, "output": "Fine."} for call in calls]

    assert ["get_tides", "get_weather"] == sorted(called)
    assert response.output_text


def test_structured(client: openai.OpenAI) -> None:
    """`text.format` with a JSON Schema: the SDK parses the answer into the model, streamed as well."""
    body: dict[str, Any] = {"model": GPT, "input": "The tide in Brest", "text_format": Tide}
    parsed = client.responses.parse(**body)
    with client.responses.stream(**body) as stream:
        streamed = stream.get_final_response()

    assert isinstance(parsed.output_parsed, Tide)
    assert parsed.output_parsed == streamed.output_parsed
    assert parsed.output_text == streamed.output_text


def test_json_object(client: openai.OpenAI) -> None:
    """`text.format` json_object is a JSON object."""
    response = client.responses.create(model=GPT, input="The tide as JSON", text={"format": {"type": "json_object"}})

    assert isinstance(json.loads(response.output_text), dict)


def test_incomplete(client: openai.OpenAI) -> None:
    """A limit cuts the text: status incomplete, with the reason; streamed, the last event says so."""
    body: dict[str, Any] = {"model": GPT, "input": "Write a long essay about tides.", "max_output_tokens": 20}
    whole = client.responses.create(**body)
    events: list[Any] = list(client.responses.create(**body, stream=True))

    assert "incomplete" == whole.status
    assert whole.incomplete_details
    assert "max_output_tokens" == whole.incomplete_details.reason
    assert whole.usage
    assert 20 == whole.usage.output_tokens
    assert "response.incomplete" == events[-1].type
    assert whole.output_text == events[-1].response.output_text
    assert "incomplete" == events[-1].response.status


def test_any_text_model(client: openai.OpenAI) -> None:
    """Offline work goes on with a model that the service does not take here; a header says so."""
    raw = client.responses.with_raw_response.create(model="@cf/zai-org/glm-4.7-flash", input=QUESTION)

    assert raw.parse().output_text
    assert "Responses" in raw.headers["x-mockflare-warning"]
