from langchain_cloudflare import ChatCloudflareWorkersAI, CloudflareWorkersAIEmbeddings
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel


class City(BaseModel):
    """A city and how long to stay."""

    name: str
    days: int


@tool
def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"sunny in {city}"


def chat_model(mockflare):
    return ChatCloudflareWorkersAI(
        model="@cf/meta/llama-3.3-70b-instruct-fp8-fast",
        account_id=mockflare.account_id,
        api_token=mockflare.token,
        base_url=mockflare.base_url,
    )


def test_stream(mockflare):
    pieces = [piece.content for piece in chat_model(mockflare).stream("How do tides follow the moon?")]

    assert "tides" in "".join(pieces)
    assert len(pieces) > 5


def test_tool(mockflare):
    model, messages = chat_model(mockflare).bind_tools([get_weather]), [HumanMessage("What is the weather in Paris?")]

    messages.append(model.invoke(messages))
    (call,) = messages[-1].tool_calls
    messages.append(ToolMessage(get_weather.invoke(call["args"]), tool_call_id=call["id"]))

    assert "sunny in Paris" in model.invoke(messages).content


def test_structured_output(mockflare):
    model = chat_model(mockflare).with_structured_output(City, method="json_schema")

    assert isinstance(model.invoke("Three days in Lisbon, please."), City)


def test_embeddings(mockflare):
    embeddings = CloudflareWorkersAIEmbeddings(
        model_name="@cf/baai/bge-base-en-v1.5",
        account_id=mockflare.account_id,
        api_token=mockflare.token,
        api_base_url=f"{mockflare.base_url}/accounts",  # this class wants another cut of the address
    )

    assert [768, 768] == [len(vector) for vector in embeddings.embed_documents(["a red fox", "lentil soup"])]
