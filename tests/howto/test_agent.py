import json

import openai

PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": PARAMETERS}}]


def test_the_loop_ends(mockflare):
    messages = [{"role": "user", "content": "What is the weather in Lisbon?"}]
    with openai.OpenAI(base_url=mockflare.openai_url, api_key=mockflare.token) as client:

        def step():
            answer = client.chat.completions.create(
                model="@cf/meta/llama-3.3-70b-instruct-fp8-fast", messages=messages, tools=TOOLS
            )
            messages.append(answer.choices[0].message.model_dump(exclude_none=True))
            return answer.choices[0]

        first = step()
        (call,) = first.message.tool_calls
        assert call.function.name == "get_weather"
        assert set(json.loads(call.function.arguments)) == {"city"}

        messages.append({"role": "tool", "tool_call_id": call.id, "content": "sunny, 24 degrees"})
        second = step()
        assert second.finish_reason == "stop"
        assert "sunny, 24 degrees" in second.message.content
