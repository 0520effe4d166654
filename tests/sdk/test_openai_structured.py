"""The OpenAI SDK and structured output: JSON objects, JSON Schemas, Pydantic models."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Optional
from uuid import UUID

import jsonschema
import openai
import pytest
from pydantic import BaseModel, Field, HttpUrl

NATIVE = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
CHAT = "@cf/zai-org/glm-4.7-flash"
MODELS = pytest.mark.parametrize("model", [NATIVE, CHAT])
PROMPT: list[Any] = [{"role": "user", "content": "Tell me about the ship Aurora, built in 1912, 34 metres long."}]
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 2},
        "length": {"type": "number", "exclusiveMinimum": 0, "maximum": 400},
        "built": {"type": "integer", "minimum": 1800, "maximum": 2030},
        "flag": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "masts": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3},
        "kind": {"enum": ["barque", "schooner", "ketch"]},
    },
    "required": ["name", "length", "built", "flag", "masts", "kind"],
    "additionalProperties": False,
}


class Rig(str, Enum):  # noqa: UP042 - as users of older Pythons write it
    BARQUE = "barque"
    SCHOONER = "schooner"


class Harbour(BaseModel):
    town: str = Field(min_length=1, max_length=40)
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    berth: int = Field(ge=1, le=99)


class Person(BaseModel):
    name: str
    age: int = Field(ge=16, le=90)
    rank: Literal["captain", "mate", "cook"]
    nickname: Optional[str]  # noqa: UP045 - as users of older Pythons write it


class Ship(BaseModel):
    name: str
    rig: Rig
    home: Harbour
    calls_at: list[Harbour] = Field(min_length=1, max_length=3)
    crew: list[Person]
    owner: Person | None
    draught: float = Field(gt=0, lt=20)
    afloat: bool
    code: Annotated[str, Field(pattern=r"^[A-Z]{3}-\d{4}$")]


class Deck(BaseModel):
    label: str
    below: list[Deck]


class Fee(BaseModel):
    amount: Decimal


class Sighting(BaseModel):
    kind: Literal["sighting"]
    where: tuple[float, float]


class Repair(BaseModel):
    kind: Literal["repair"]
    parts: set[str] = Field(min_length=2)


class Logbook(BaseModel):
    id: UUID
    begun: datetime
    day: date
    watch: timedelta
    site: HttpUrl
    first: Annotated[Sighting | Repair, Field(discriminator="kind")]
    entries: list[Sighting | Repair] = Field(min_length=1)


def content(client: openai.OpenAI, response_format: Any, messages: list[Any] = PROMPT, **more: Any) -> Any:
    completion = client.chat.completions.create(
        **{"model": NATIVE, "messages": messages, "response_format": response_format, **more}
    )
    assert "stop" == completion.choices[0].finish_reason
    return json.loads(completion.choices[0].message.content or "")


@MODELS
def test_json_object(client: openai.OpenAI, model: str) -> None:
    """A JSON object is a JSON object."""
    assert isinstance(content(client, {"type": "json_object"}, model=model), dict)


@MODELS
def test_json_schema(client: openai.OpenAI, model: str) -> None:
    """OpenAI's wrapper: the content is JSON text valid for the schema."""
    wrapped = {"type": "json_schema", "json_schema": {"name": "ship", "schema": SCHEMA, "strict": True}}

    jsonschema.validate(content(client, wrapped, model=model), SCHEMA)


@MODELS
def test_bare_schema(client: openai.OpenAI, model: str) -> None:
    """workers-ai-provider's spelling: the schema itself stands in json_schema, `$schema` and `title` included."""
    bare = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "Ship", **SCHEMA}

    completion = client.chat.completions.create(
        model=model, messages=PROMPT, extra_body={"response_format": {"type": "json_schema", "json_schema": bare}}
    )

    jsonschema.validate(json.loads(completion.choices[0].message.content or ""), SCHEMA)


def test_values_of_the_prompt(client: openai.OpenAI) -> None:
    """Where the schema leaves room, the values are taken from the prompt."""
    wrapped = {"type": "json_schema", "json_schema": {"name": "ship", "schema": SCHEMA}}

    assert "Aurora" in json.dumps(content(client, wrapped))


PASTED = "Answer with one JSON object and nothing else. It has to obey this JSON Schema:\n\n{}\n\nNo Markdown fences."


@MODELS
@pytest.mark.parametrize("indent", [None, 2])
def test_schema_in_the_system_message(client: openai.OpenAI, model: str, indent: int | None) -> None:
    """json_object with the schema pasted into the system message (langchain-cloudflare, pydantic-ai) obeys it."""
    messages = [{"role": "system", "content": PASTED.format(json.dumps(SCHEMA, indent=indent))}, *PROMPT]

    jsonschema.validate(content(client, {"type": "json_object"}, messages, model=model), SCHEMA)


def test_schema_of_a_model_in_the_system_message(client: openai.OpenAI) -> None:
    """A pasted schema may hold references into its own definitions."""
    pasted = json.dumps({**Ship.model_json_schema(), "title": "Ship", "description": "A ship."})
    messages = [{"role": "system", "content": PASTED.format(pasted)}, *PROMPT]

    assert Ship.model_validate(content(client, {"type": "json_object"}, messages))


def test_schema_in_the_system_message_as_parts(client: openai.OpenAI) -> None:
    """The pasted schema is found in a list of content parts, too."""
    parts = [{"type": "text", "text": PASTED.format(json.dumps(SCHEMA))}]

    jsonschema.validate(
        content(client, {"type": "json_object"}, [{"role": "system", "content": parts}, *PROMPT]), SCHEMA
    )


def test_schema_text_without_json_mode(client: openai.OpenAI) -> None:
    """Without response_format a pasted schema is only text."""
    messages: list[Any] = [{"role": "system", "content": PASTED.format(json.dumps(SCHEMA))}, *PROMPT]

    said = client.chat.completions.create(model=NATIVE, messages=messages).choices[0].message.content

    assert "Aurora" in str(said)
    assert not str(said).startswith("{")


@MODELS
@pytest.mark.parametrize("question", ["Describe the ship Aurora.", "x", "Wie groß ist das Schiff „Möwe“? 7 m?", "{}"])
def test_parse(client: openai.OpenAI, model: str, question: str) -> None:
    """`.parse` gives the Pydantic model: nested, enums, Optional, patterns, bounds, lists."""
    completion = client.chat.completions.parse(
        model=model, messages=[{"role": "user", "content": question}], response_format=Ship
    )

    message = completion.choices[0].message
    assert isinstance(message.parsed, Ship)
    assert message.refusal is None
    assert Ship.model_validate_json(message.content or "") == message.parsed


@pytest.mark.parametrize("seed", range(1, 21))
def test_parse_with_seeds(client: openai.OpenAI, seed: int) -> None:
    """Whatever the seed, the answer is valid."""
    completion = client.chat.completions.parse(model=NATIVE, messages=PROMPT, response_format=Ship, seed=seed)

    assert isinstance(completion.choices[0].message.parsed, Ship)


def test_parse_recursive_model(client: openai.OpenAI) -> None:
    """A model that holds itself ends somewhere."""
    completion = client.chat.completions.parse(model=NATIVE, messages=PROMPT, response_format=Deck)

    assert isinstance(completion.choices[0].message.parsed, Deck)


@pytest.mark.parametrize("seed", range(1, 6))
def test_parse_decimal(client: openai.OpenAI, seed: int) -> None:
    """Of number or text, as Pydantic describes a Decimal, the number is taken: any text would not do."""
    completion = client.chat.completions.parse(model=NATIVE, messages=PROMPT, response_format=Fee, seed=seed)

    assert isinstance(completion.choices[0].message.parsed, Fee)


def test_parse_formats(client: openai.OpenAI) -> None:
    """Dates, times, UUIDs, addresses, unions told apart by a member, tuples and sets are read back by Pydantic."""
    completion = client.chat.completions.parse(model=NATIVE, messages=PROMPT, response_format=Logbook)

    assert isinstance(completion.choices[0].message.parsed, Logbook)


def test_choices_differ(client: openai.OpenAI) -> None:
    """Three choices of structured output are three valid values, not three times the same."""
    completion = client.chat.completions.parse(model=NATIVE, messages=PROMPT, response_format=Ship, n=3)

    assert all(isinstance(choice.message.parsed, Ship) for choice in completion.choices)
    assert 1 < len({choice.message.content for choice in completion.choices})


@MODELS
def test_streamed(client: openai.OpenAI, model: str) -> None:
    """Streamed structured output is gathered by the SDK into the value of the whole answer."""
    whole = client.chat.completions.parse(model=model, messages=PROMPT, response_format=Ship)

    with client.chat.completions.stream(model=model, messages=PROMPT, response_format=Ship) as stream:
        pieces = [event.delta for event in stream if event.type == "content.delta"]
        gathered = stream.get_final_completion().choices[0].message

    assert len(pieces) > 5
    assert whole.choices[0].message.content == "".join(pieces) == gathered.content
    assert whole.choices[0].message.parsed == gathered.parsed


def test_longer_than_the_default_limit(client: openai.OpenAI) -> None:
    """The default limit does not break JSON that the caller has to parse."""
    schema = {
        "type": "object",
        "properties": {f"member_{number}": {"type": "string", "minLength": 30} for number in range(60)},
        "required": [f"member_{number}" for number in range(60)],
    }

    value = content(client, {"type": "json_schema", "json_schema": {"name": "long", "schema": schema}})

    jsonschema.validate(value, schema)


def test_cut_by_an_explicit_limit(client: openai.OpenAI) -> None:
    """An explicit limit is obeyed: the SDK reports that the answer was cut."""
    with pytest.raises(openai.LengthFinishReasonError):
        client.chat.completions.parse(model=NATIVE, messages=PROMPT, response_format=Ship, max_tokens=10)


def test_tools_and_structured_output(client: openai.OpenAI) -> None:
    """With tools and a response format: first the call, then the result in the form that was asked for."""
    tools: list[Any] = [
        {
            "type": "function",
            "function": {
                "name": "find_ship",
                "strict": True,
                "parameters": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}},
                    "required": ["name"],
                    "additionalProperties": False,
                },
            },
        }
    ]
    first = client.chat.completions.parse(model=NATIVE, messages=PROMPT, response_format=Ship, tools=tools)
    message: Any = first.choices[0].message
    result: Any = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "Found it."}

    second = client.chat.completions.parse(
        model=NATIVE, messages=[*PROMPT, message, result], response_format=Ship, tools=tools
    )

    assert "find_ship" == message.tool_calls[0].function.name
    assert isinstance(second.choices[0].message.parsed, Ship)
