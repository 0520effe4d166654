import asyncio

import pytest
from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider


class Stay(BaseModel):
    city: str
    days: int


def chat_model(mockflare):
    provider = OpenAIProvider(base_url=mockflare.openai_url, api_key=mockflare.token)
    return OpenAIChatModel("@cf/zai-org/glm-4.7-flash", provider=provider)


def test_agent_with_a_tool_and_typed_output(mockflare):
    agent, asked = Agent(chat_model(mockflare), output_type=Stay), []

    @agent.tool_plain
    def weather(city: str) -> str:
        """Tell the weather of a city."""
        asked.append(city)
        return "sunny"

    stay = agent.run_sync("Is the weather good enough for 3 days in Paris?").output

    assert ["Paris"] == asked  # once, then the answer
    assert "Paris" == stay.city


def test_stream(mockflare):
    async def text():
        async with Agent(chat_model(mockflare)).run_stream("How do tides follow the moon?") as result:
            return "".join([piece async for piece in result.stream_text(delta=True)])

    assert "tides" in asyncio.run(text())


def test_what_the_program_does_when_capacity_is_out(mockflare):
    mockflare.fail("@cf/zai-org/glm-4.7-flash", "out-of-capacity", times=-1)

    with pytest.raises(ModelHTTPError) as caught:
        Agent(chat_model(mockflare)).run_sync("hello")

    assert 429 == caught.value.status_code
