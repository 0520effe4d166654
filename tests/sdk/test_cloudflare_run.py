"""The Cloudflare SDK and `client.ai.run`: text of both families, tools, JSON mode, embeddings, catalogue."""

from __future__ import annotations

import json
from math import hypot
from typing import Any

import cloudflare
import jsonschema
import pytest

from mockserver.server import MockServer

NATIVE = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
CHAT = "@cf/zai-org/glm-4.7-flash"
BASE = "@cf/baai/bge-base-en-v1.5"
QUESTION: list[Any] = [{"role": "user", "content": "What is the weather in Paris?"}]
PARAMETERS: dict[str, Any] = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "Where"}, "days": {"type": "integer", "minimum": 1}},
    "required": ["city", "days"],
}
FLAT = {"name": "get_weather", "description": "Tells the weather.", "parameters": PARAMETERS}
WRAPPED = {"type": "function", "function": FLAT}


@pytest.fixture
def run(flare: cloudflare.Cloudflare, server: MockServer) -> Any:
    """Run a model through the SDK; the result as plain data, whichever type of its union the SDK took it for."""

    def run_model(model: str, **inputs: Any) -> Any:
        result: Any = flare.ai.run(model, account_id=server.account_id, **inputs)
        return result.to_dict() if hasattr(result, "to_dict") else result

    return run_model


def test_prompt(run: Any) -> None:
    """A prompt gets a response about it and a usage that adds up."""
    result = run(NATIVE, prompt="How do tides follow the moon?")

    assert "tides" in result["response"]
    usage = result["usage"]
    assert usage["prompt_tokens"] + usage["completion_tokens"] == usage["total_tokens"]
    assert usage["completion_tokens"] > 0


def test_messages(run: Any) -> None:
    """Messages say the same as a prompt; a system message counts, too."""
    messages = [{"role": "user", "content": "How do tides follow the moon?"}]
    result = run(NATIVE, messages=messages)
    with_system = run(NATIVE, messages=[{"role": "system", "content": "You are a sailor."}, *messages])

    assert run(NATIVE, prompt="How do tides follow the moon?")["response"] == result["response"]
    assert "tides" in with_system["response"]
    assert with_system["usage"]["prompt_tokens"] > result["usage"]["prompt_tokens"]


@pytest.mark.parametrize("model", [NATIVE, CHAT, BASE])
def test_path_is_percent_encoded(run: Any, server: MockServer, model: str) -> None:
    """The SDK percent-encodes the slashes of the model, and the mock knows it all the same."""
    run(model, **({"text": "boat"} if model == BASE else {"prompt": "boat"}))

    exchange = server.requests[-1]
    assert exchange.path.endswith("/ai/run/" + model.replace("/", "%2F"))
    assert 200 == exchange.status


def test_limit(run: Any) -> None:
    """max_tokens cuts the same text; the default is 256."""
    prompt = "Write a very long essay of 1000 words about the tides of the sea."
    short, long, default = (
        run(NATIVE, prompt=prompt, **more) for more in ({"max_tokens": 20}, {"max_tokens": 200}, {})
    )

    assert (20, 200, 256) == tuple(each["usage"]["completion_tokens"] for each in (short, long, default))
    assert long["response"].startswith(short["response"])
    assert default["response"].startswith(long["response"])


def test_seed(run: Any) -> None:
    """The same seed says the same, other seeds something else."""
    texts = [run(NATIVE, prompt="Tides?", seed=seed)["response"] for seed in (1, 1, 2, 3, 4)]

    assert texts[0] == texts[1]
    assert 2 < len(set(texts))


@pytest.mark.parametrize("tool", [FLAT, WRAPPED], ids=["flat", "wrapped"])
def test_native_tools(run: Any, tool: Any) -> None:
    """Native tool calls are a name and arguments as an object: no id, no type, and no text beside them."""
    result = run(NATIVE, messages=QUESTION, tools=[tool])

    (call,) = result["tool_calls"]
    assert {"name", "arguments"} == set(call)
    assert "get_weather" == call["name"]
    jsonschema.validate(call["arguments"], PARAMETERS)
    assert not result["response"]


def test_native_tool_result(run: Any) -> None:
    """After the tool's result the answer is text that speaks of it."""
    history = [
        *QUESTION,
        {"role": "assistant", "content": "", "tool_calls": [{"name": "get_weather", "arguments": {"city": "Paris"}}]},
        {"role": "tool", "name": "get_weather", "content": "Sunny, 21 degrees."},
    ]

    result = run(NATIVE, messages=history, tools=[FLAT])

    assert "Sunny, 21 degrees." in result["response"]
    assert not result.get("tool_calls")


@pytest.mark.parametrize("tool", [FLAT, WRAPPED], ids=["flat", "wrapped"])
def test_chat_tools(run: Any, tool: Any) -> None:
    """The chat family calls tools as OpenAI does: id, type, arguments as JSON text."""
    (choice,) = run(CHAT, messages=QUESTION, tools=[tool])["choices"]

    assert "tool_calls" == choice["finish_reason"]
    (call,) = choice["message"]["tool_calls"]
    assert "function" == call["type"]
    assert call["id"]
    jsonschema.validate(json.loads(call["function"]["arguments"]), PARAMETERS)


def test_native_json_mode(run: Any) -> None:
    """JSON mode with a bare schema: `response` is the object itself."""
    result = run(NATIVE, messages=QUESTION, response_format={"type": "json_schema", "json_schema": PARAMETERS})

    assert isinstance(result["response"], dict)
    jsonschema.validate(result["response"], PARAMETERS)


def test_guided_json(run: Any) -> None:
    """`guided_json` is how some Mistral models are given a schema."""
    result = run(
        "@cf/mistralai/mistral-small-3.1-24b-instruct", messages=QUESTION, extra_body={"guided_json": PARAMETERS}
    )

    said = result["response"]
    jsonschema.validate(json.loads(said) if isinstance(said, str) else said, PARAMETERS)


def test_native_json_object(run: Any) -> None:
    """Without a schema `response` is some object."""
    assert isinstance(run(NATIVE, messages=QUESTION, response_format={"type": "json_object"})["response"], dict)


def test_schema_in_the_system_message(run: Any) -> None:
    """json_object with the schema pasted into the system message obeys it, as langchain-cloudflare asks."""
    system = {"role": "system", "content": f"Reply in JSON. The schema of the reply is {json.dumps(PARAMETERS)}"}

    result = run(NATIVE, messages=[system, *QUESTION], response_format={"type": "json_object"})

    jsonschema.validate(result["response"], PARAMETERS)


def test_chat_json_mode(run: Any) -> None:
    """The chat family answers JSON mode with JSON text."""
    wrapped = {"type": "json_schema", "json_schema": {"name": "weather", "schema": PARAMETERS}}
    for response_format in (wrapped, {"type": "json_schema", "json_schema": PARAMETERS}):
        result = run(CHAT, messages=QUESTION, response_format=response_format)

        jsonschema.validate(json.loads(result["choices"][0]["message"]["content"]), PARAMETERS)


@pytest.mark.parametrize("model", [CHAT, "@cf/openai/gpt-oss-20b", "@cf/google/gemma-4-26b-a4b-it"])
def test_chat_family(run: Any, model: str) -> None:
    """Newer models answer a whole chat completion as the result, to a prompt and to messages."""
    for inputs in ({"prompt": "How do tides work?"}, {"messages": [{"role": "user", "content": "How do tides work?"}]}):
        result = run(model, **inputs)

        assert ("chat.completion", model) == (result["object"], result["model"])
        (choice,) = result["choices"]
        assert (0, "stop", "assistant") == (choice["index"], choice["finish_reason"], choice["message"]["role"])
        assert "tides" in choice["message"]["content"]
        assert isinstance(result["created"], int)
        assert result["id"]
        usage = result["usage"]
        assert usage["prompt_tokens"] + usage["completion_tokens"] == usage["total_tokens"]
        assert "response" not in result


@pytest.mark.parametrize(
    ("model", "dimensions"), [("@cf/baai/bge-small-en-v1.5", 384), (BASE, 768), ("@cf/baai/bge-large-en-v1.5", 1024)]
)
def test_embeddings(run: Any, model: str, dimensions: int) -> None:
    """Shape, unit vectors in the order of the texts, and the pooling; a single text is a batch of one."""
    both = run(model, text=["a red boat", "a harbour"])
    one = run(model, text="a red boat")

    assert [2, dimensions] == both["shape"]
    assert [dimensions, dimensions] == [len(vector) for vector in both["data"]]
    assert all(abs(hypot(*vector) - 1) < 1e-6 for vector in both["data"])
    assert both["pooling"]
    assert [1, dimensions] == one["shape"]
    assert both["data"][0] == one["data"][0]


def test_embeddings_are_those_of_openai(run: Any, client: Any) -> None:
    """A text has the same vector on `/ai/run` and on `/ai/v1/embeddings`."""
    native = run(BASE, text="a red boat")["data"][0]

    assert native == client.embeddings.create(model=BASE, input="a red boat", encoding_format="float").data[0].embedding


def test_too_large_a_batch(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """A hundred texts are the most in one request."""
    with pytest.raises(cloudflare.BadRequestError) as caught:
        flare.ai.run(BASE, account_id=server.account_id, text=["boat"] * 101)

    assert [5006] == [each.code for each in caught.value.errors]


def test_sentiment(run: Any) -> None:
    """The classifier says both of its labels with probabilities; the result is a list."""
    result = run("@cf/huggingface/distilbert-sst-2-int8", text="This pizza is great!")
    labels = {each.label: each.score for each in result}

    assert {"NEGATIVE", "POSITIVE"} == set(labels)
    assert abs(sum(labels.values()) - 1) < 0.01
    assert labels["POSITIVE"] > labels["NEGATIVE"]


# the catalogue ----------------------------------------------------------------------------------------------------


def test_list_of_models(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """The SDK pages through the catalogue until a page is empty, and meets each model once."""
    names = [each["name"] for each in flare.ai.models.list(account_id=server.account_id, per_page=20)]  # type: ignore[index]

    assert len(names) > 60
    assert len(set(names)) == len(names)
    assert {NATIVE, CHAT, BASE} <= set(names)


def test_search_for_models(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """The catalogue is searched by task and by words."""
    embeddings = list(flare.ai.models.list(account_id=server.account_id, task="Text Embeddings"))
    found = list(flare.ai.models.list(account_id=server.account_id, search="bge-small"))

    assert embeddings
    assert {"Text Embeddings"} == {each["task"]["name"] for each in embeddings}  # type: ignore[index]
    assert ["@cf/baai/bge-small-en-v1.5"] == [each["name"] for each in found]  # type: ignore[index]


def test_schema_of_a_model(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """The schemas of a model's input and output."""
    schema: Any = flare.ai.models.schema.get(account_id=server.account_id, model=NATIVE)

    assert schema.input
    assert schema.output
