"""The OpenAI SDK and tool calls: who is called, with what, streamed, and how loops of agents end."""

from __future__ import annotations

import json
from typing import Any, Literal

import jsonschema
import openai
import pytest
from openai import pydantic_function_tool
from pydantic import BaseModel, Field

NATIVE = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
CHAT = "@cf/zai-org/glm-4.7-flash"
MODELS = pytest.mark.parametrize("model", [NATIVE, CHAT])


def tool(name: str, **properties: Any) -> Any:
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {
        "type": "function",
        "function": {
            "name": name,
            "description": f"Does {name}.",
            "strict": True,
            "parameters": {**parameters, "additionalProperties": False},
        },
    }


WEATHER = tool("get_weather", city={"type": "string"}, unit={"type": "string", "enum": ["celsius", "fahrenheit"]})
TIDES = tool("get_tides", harbour={"type": "string"}, days={"type": "integer", "minimum": 1, "maximum": 7})
BOOKING = tool("book_berth", nights={"type": "integer", "minimum": 1, "maximum": 30})
TOOLS = [WEATHER, TIDES, BOOKING]
QUESTION: list[Any] = [{"role": "user", "content": "What is the weather in Paris?"}]


def parameters_of(name: str) -> Any:
    return next(each["function"]["parameters"] for each in TOOLS if each["function"]["name"] == name)


def ask(client: openai.OpenAI, messages: list[Any], **more: Any) -> Any:
    completion = client.chat.completions.create(**{"model": NATIVE, "messages": messages, "tools": TOOLS, **more})
    return completion.choices[0]


def names(choice: Any) -> list[str]:
    return [call.function.name for call in choice.message.tool_calls or []]


def result_of(call: Any, content: str = "Done.") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call.id, "content": content}


@MODELS
def test_auto(client: openai.OpenAI, model: str) -> None:
    """The tool that the prompt speaks of is called, with arguments valid for its parameters."""
    choice = ask(client, QUESTION, model=model)

    assert "tool_calls" == choice.finish_reason
    assert choice.message.content is None
    assert ["get_weather"] == names(choice)
    (call,) = choice.message.tool_calls
    assert "function" == call.type
    assert call.id
    jsonschema.validate(json.loads(call.function.arguments), parameters_of("get_weather"))
    assert "Paris" == json.loads(call.function.arguments)["city"]


def test_auto_is_the_default(client: openai.OpenAI) -> None:
    """tool_choice "auto" and none at all are the same."""
    assert names(ask(client, QUESTION)) == names(ask(client, QUESTION, tool_choice="auto"))


def test_required(client: openai.OpenAI) -> None:
    """A required call is made even where the prompt speaks of no tool."""
    choice = ask(client, [{"role": "user", "content": "Good morning!"}], tool_choice="required")

    assert "tool_calls" == choice.finish_reason
    assert names(choice)


def test_named(client: openai.OpenAI) -> None:
    """A named tool is called, whatever the prompt speaks of."""
    choice = ask(client, QUESTION, tool_choice={"type": "function", "function": {"name": "book_berth"}})

    assert ["book_berth"] == names(choice)
    jsonschema.validate(json.loads(choice.message.tool_calls[0].function.arguments), parameters_of("book_berth"))


def test_none(client: openai.OpenAI) -> None:
    """With tool_choice "none" the answer is text."""
    choice = ask(client, QUESTION, tool_choice="none")

    assert "stop" == choice.finish_reason
    assert choice.message.content
    assert not choice.message.tool_calls


def test_two_tools_in_the_prompt(client: openai.OpenAI) -> None:
    """Two tools named in one request are two calls with ids of their own, in the order of the tools."""
    choice = ask(client, [{"role": "user", "content": "Call get_tides and get_weather for Brest."}])

    assert ["get_weather", "get_tides"] == names(choice) or ["get_tides", "get_weather"] == names(choice)
    assert 2 == len({call.id for call in choice.message.tool_calls})
    for call in choice.message.tool_calls:
        jsonschema.validate(json.loads(call.function.arguments), parameters_of(call.function.name))


def test_no_parallel_calls(client: openai.OpenAI) -> None:
    """parallel_tool_calls false means one call, however many tools are named."""
    prompt = [{"role": "user", "content": "Call get_tides and get_weather for Brest."}]

    assert 1 == len(names(ask(client, prompt, parallel_tool_calls=False)))
    assert 1 == len(names(ask(client, prompt, parallel_tool_calls=False, tool_choice="required")))


def test_both_results_come_back(client: openai.OpenAI) -> None:
    """The results of two parallel calls are answered in text."""
    prompt = [{"role": "user", "content": "Call get_tides and get_weather for Brest."}]
    message = ask(client, prompt).message

    choice = ask(client, [*prompt, message, *[result_of(call) for call in message.tool_calls]])

    assert "stop" == choice.finish_reason
    assert choice.message.content


@MODELS
def test_agent_loop(client: openai.OpenAI, model: str) -> None:
    """User, call, result, text; three times in one conversation, and each time it ends."""
    questions = ["What is the weather in Paris?", "And what are the tides in Brest?", "What is the weather in Rome?"]
    messages: list[Any] = [{"role": "system", "content": "You help sailors."}]
    called = []
    for turn, question in enumerate(questions):
        messages.append({"role": "user", "content": question})
        choice = ask(client, messages, model=model)
        assert "tool_calls" == choice.finish_reason
        messages.append(choice.message)
        called.append(names(choice))
        messages += [result_of(call, f"Result number {turn}.") for call in choice.message.tool_calls]

        choice = ask(client, messages, model=model)

        assert "stop" == choice.finish_reason
        assert f"Result number {turn}." in choice.message.content
        messages.append(choice.message)
    assert [["get_weather"], ["get_tides"], ["get_weather"]] == called


@pytest.mark.parametrize("parallel", [True, False])
def test_sticky_required(client: openai.OpenAI, parallel: bool) -> None:
    """A client that keeps "required" sees each tool called once, then text: its loop ends."""
    messages: list[Any] = [{"role": "user", "content": "Plan my trip."}]
    called: list[str] = []
    for _ in range(len(TOOLS)):
        choice = ask(client, messages, tool_choice="required", parallel_tool_calls=parallel)
        if choice.finish_reason != "tool_calls":
            break
        called += names(choice)
        messages += [choice.message, *[result_of(call) for call in choice.message.tool_calls]]

    choice = ask(client, messages, tool_choice="required", parallel_tool_calls=parallel)

    assert ["book_berth", "get_tides", "get_weather"] == sorted(called)
    assert "stop" == choice.finish_reason
    assert choice.message.content


def test_output_tool_comes_last(client: openai.OpenAI) -> None:
    """A framework's output tool beside function tools is called once the results are there."""
    tools = [WEATHER, tool("final_result", summary={"type": "string"})]
    more: dict[str, Any] = {"tools": tools, "tool_choice": "required"}
    first = ask(client, QUESTION, **more)

    second = ask(client, [*QUESTION, first.message, *[result_of(call) for call in first.message.tool_calls]], **more)

    assert ["get_weather"] == names(first)
    assert ["final_result"] == names(second)


def test_named_tool_is_not_called_again(client: openai.OpenAI) -> None:
    """A client that keeps the named choice gets text once the result is there."""
    more: dict[str, Any] = {"tool_choice": {"type": "function", "function": {"name": "get_weather"}}}
    first = ask(client, QUESTION, **more)

    second = ask(client, [*QUESTION, first.message, result_of(first.message.tool_calls[0])], **more)

    assert "stop" == second.finish_reason
    assert second.message.content


def test_tool_without_parameters(client: openai.OpenAI) -> None:
    """A function without parameters is called with an empty object."""
    bare: Any = {"type": "function", "function": {"name": "get_time"}}

    choice = ask(client, [{"role": "user", "content": "What time is it?"}], tools=[bare])

    assert ("get_time", "{}") == (
        choice.message.tool_calls[0].function.name,
        choice.message.tool_calls[0].function.arguments,
    )


def test_usage_counts_tools(client: openai.OpenAI) -> None:
    """Tools are part of what the model reads."""
    with_tools = client.chat.completions.create(model=NATIVE, messages=QUESTION, tools=TOOLS).usage
    without = client.chat.completions.create(model=NATIVE, messages=QUESTION).usage

    assert with_tools
    assert without
    assert with_tools.prompt_tokens > without.prompt_tokens
    assert with_tools.prompt_tokens + with_tools.completion_tokens == with_tools.total_tokens


# streams ----------------------------------------------------------------------------------------------------------


@MODELS
@pytest.mark.parametrize(
    "prompt", ["What is the weather in Paris?", "Call get_tides and get_weather for Brest."], ids=["one", "two"]
)
def test_stream_helper(client: openai.OpenAI, model: str, prompt: str) -> None:
    """The SDK's helper assembles the calls that the same request gets unstreamed."""
    messages: Any = [{"role": "user", "content": prompt}]
    whole = ask(client, messages, model=model).message.tool_calls

    with client.chat.completions.stream(model=model, messages=messages, tools=TOOLS) as stream:
        events = list(stream)
        choice: Any = stream.get_final_completion().choices[0]

    assert "tool_calls" == choice.finish_reason
    calls = choice.message.tool_calls
    assert [(call.id, call.type, call.function.name, call.function.arguments) for call in whole] == [
        (call.id, call.type, call.function.name, call.function.arguments) for call in calls
    ]
    done: list[Any] = [event for event in events if event.type == "tool_calls.function.arguments.done"]
    assert [json.loads(call.function.arguments) for call in whole] == [json.loads(event.arguments) for event in done]


def test_stream_by_hand(client: openai.OpenAI) -> None:
    """First delta: id, type, name; then pieces of the arguments, each with the index of its call."""
    stream: Any = client.chat.completions.create(model=NATIVE, messages=QUESTION, tools=TOOLS, stream=True)

    deltas = [call for chunk in stream for choice in chunk.choices for call in choice.delta.tool_calls or []]

    first, *rest = deltas
    assert (0, "function", "get_weather") == (first.index, first.type, first.function.name)
    assert first.id
    assert len(rest) > 1
    assert {0} == {call.index for call in rest}
    arguments = "".join(call.function.arguments or "" for call in deltas)
    jsonschema.validate(json.loads(arguments), parameters_of("get_weather"))


# tools out of Pydantic models -------------------------------------------------------------------------------------


class Leg(BaseModel):
    harbour: str
    nights: int = Field(ge=1, le=9)


class PlanVoyage(BaseModel):
    """Plan a voyage."""

    legs: list[Leg] = Field(min_length=1, max_length=4)
    pace: Literal["slow", "fast"]
    captain: str | None


@MODELS
def test_pydantic_tool(client: openai.OpenAI, model: str) -> None:
    """Arguments for a tool made of a Pydantic model parse into that model, streamed as well."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "user", "content": "Plan a voyage to Brest."}],
        "tools": [pydantic_function_tool(PlanVoyage)],
    }

    parsed = client.chat.completions.parse(**body).choices[0].message.tool_calls
    with client.chat.completions.stream(**body) as stream:
        streamed = stream.get_final_completion().choices[0].message.tool_calls

    assert parsed
    assert streamed
    assert isinstance(parsed[0].function.parsed_arguments, PlanVoyage)
    assert parsed[0].function.parsed_arguments == streamed[0].function.parsed_arguments
