"""The OpenAI SDK and refusals: which exception, which code, and how it retries."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from mockserver.server import MockServer

NATIVE = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
QUESTION: list[Any] = [{"role": "user", "content": "How do tides follow the moon?"}]


def error_of(error: openai.APIStatusError) -> tuple[int, int, str]:
    """Status, code and message; the envelope is the service's, and says failure."""
    body: Any = error.body
    assert {"errors", "success", "result", "messages"} == set(body)
    assert body["success"] is False
    assert not body["result"]
    assert [] == body["messages"]
    (first,) = body["errors"]
    return error.status_code, first["code"], first["message"]


def test_wrong_token(client: openai.OpenAI) -> None:
    """An unknown token is 401 with code 10000, and null for a result."""
    with pytest.raises(openai.AuthenticationError) as caught:
        client.with_options(api_key="wrong").chat.completions.create(model=NATIVE, messages=QUESTION)

    assert (401, 10000, "Authentication error") == error_of(caught.value)
    body: Any = caught.value.body
    assert body["result"] is None
    assert "wrong" not in caught.value.response.text


@pytest.mark.parametrize("header", [openai.Omit(), "", "Bearer", "Basic bW9ja2ZsYXJlLXRva2Vu"])
def test_unreadable_token(client: openai.OpenAI, header: Any) -> None:
    """No header, or one that is no bearer token, is 400 with code 9106."""
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=NATIVE, messages=QUESTION, extra_headers={"Authorization": header})

    status, code, message = error_of(caught.value)
    assert (400, 9106) == (status, code)
    assert "Missing X-Auth-Key, X-Auth-Email or Authorization headers" == message


def test_unknown_model(client: openai.OpenAI) -> None:
    """A model that nobody knows is 400 with code 5007; a near name is offered."""
    name = "@cf/meta/llama-3.3-70b-instruct-fp8-fst"
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=name, messages=QUESTION)

    assert (400, 5007, f"No such model {name} or task") == error_of(caught.value)
    assert NATIVE in caught.value.response.headers["x-mockflare-warning"]


@pytest.mark.parametrize("model", ["gpt-4o", "", "llama", "@cf/baai/bge-base-en-v1.5"])
def test_no_chat_model(client: openai.OpenAI, model: str) -> None:
    """A foreign name, an empty one, and a model that does not chat are 5007, too."""
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=model, messages=QUESTION)

    assert 5007 == error_of(caught.value)[1]


def test_no_embedding_model(client: openai.OpenAI) -> None:
    """A text model makes no embeddings."""
    with pytest.raises(openai.BadRequestError) as caught:
        client.embeddings.create(model=NATIVE, input="boat")

    assert 5007 == error_of(caught.value)[1]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"temperature": "hot"}, "/temperature"),
        ({"max_tokens": "many"}, "/max_tokens"),
        ({"messages": "hello"}, "/messages"),
        ({"messages": [{"content": "hello"}]}, "/messages/0"),
        ({"messages": [{"role": "user", "content": 7}]}, "/messages/0/content"),
        ({"stream": "yes"}, "/stream"),
        ({"tools": [{"type": "function"}]}, "/tools/0"),
    ],
)
def test_bad_parameter(client: openai.OpenAI, wrong: dict[str, Any], pointer: str) -> None:
    """A body that breaks its schema is 400 with code 5006, and the message says where."""
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model=NATIVE, messages=QUESTION, extra_body=wrong)

    status, code, message = error_of(caught.value)
    assert (400, 5006) == (status, code)
    assert message.startswith("AiError: Bad input: Error: ")
    assert f"'{pointer}'" in message


def test_missing_messages(client: openai.OpenAI) -> None:
    """What is missing is named."""
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/chat/completions", body={"model": NATIVE}, cast_to=object)

    assert 5006 == error_of(caught.value)[1]
    assert "messages" in error_of(caught.value)[2]


def test_refusal_of_a_stream(client: openai.OpenAI) -> None:
    """A refused request is refused before its stream begins."""
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="@cf/no/such", messages=QUESTION, stream=True)

    assert "application/json" == caught.value.response.headers["content-type"]


def test_impossible_schema(client: openai.OpenAI) -> None:
    """A schema that nothing satisfies is refused, not answered wrongly."""
    schema: Any = {
        "type": "object",
        "properties": {"a": {"type": "integer", "minimum": 5, "maximum": 4}},
        "required": ["a"],
    }
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(
            model=NATIVE,
            messages=QUESTION,
            response_format={"type": "json_schema", "json_schema": {"name": "none", "schema": schema}},
        )

    assert "JSON Mode couldn't be met" in error_of(caught.value)[2]


def test_unknown_path(client: openai.OpenAI) -> None:
    """What the service does not have is 400 with code 7000."""
    with pytest.raises(openai.BadRequestError) as caught:
        client.moderations.create(input="boat")

    assert (400, 7000, "No route for that URI") == error_of(caught.value)


def test_wrong_method(client: openai.OpenAI) -> None:
    """GET where only POST is answered is 405 with code 7001 and the methods that are."""
    with pytest.raises(openai.APIStatusError) as caught:
        client.get("/chat/completions", cast_to=object)

    assert (405, 7001, "GET not supported for requested URI.") == error_of(caught.value)
    assert "POST" == caught.value.response.headers["allow"]


def test_list_of_models(client: openai.OpenAI) -> None:
    """The service has no OpenAI list of models: 405 with code 7001."""
    with pytest.raises(openai.APIStatusError) as caught:
        client.models.list()

    assert (405, 7001) == error_of(caught.value)[:2]


# faults -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["createChatCompletion", NATIVE, "*"])
def test_retry_succeeds(client: openai.OpenAI, server: MockServer, waits: list[float], target: str) -> None:
    """One failure for lack of capacity is retried by the SDK, at once."""
    server.fail(target, 3040, times=1)

    completion = client.chat.completions.create(model=NATIVE, messages=QUESTION)

    assert completion.choices[0].message.content
    assert [429, 200] == [exchange.status for exchange in server.requests]
    (wait,) = waits
    assert wait < 0.02


def test_retry_answers_the_same(client: openai.OpenAI, server: MockServer) -> None:
    """The answer after a failure is the answer without one."""
    calm = client.chat.completions.create(model=NATIVE, messages=QUESTION)

    server.fail("createChatCompletion", 3040, times=2)

    assert calm == client.chat.completions.create(model=NATIVE, messages=QUESTION)


def test_retries_exhausted(client: openai.OpenAI, server: MockServer) -> None:
    """When it goes on, the SDK gives up after its two retries."""
    server.fail("createChatCompletion", 3040, times=-1)

    with pytest.raises(openai.RateLimitError) as caught:
        client.chat.completions.create(model=NATIVE, messages=QUESTION)

    assert (429, 3040, "Capacity temporarily exceeded, please try again.") == error_of(caught.value)
    assert [429, 429, 429] == [exchange.status for exchange in server.requests]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (3036, openai.RateLimitError),
        (4006, openai.RateLimitError),
        (500, openai.InternalServerError),
        (5018, openai.PermissionDeniedError),
        (3042, openai.NotFoundError),
        ("request-too-large", openai.APIStatusError),
    ],
)
def test_kinds_of_faults(client: openai.OpenAI, server: MockServer, fault: int | str, kind: type[Exception]) -> None:
    """Each fault reaches the user as the SDK's exception for its status."""
    server.fail("createEmbeddings", fault, times=-1)

    with pytest.raises(kind) as caught:
        client.embeddings.create(model="@cf/baai/bge-base-en-v1.5", input="boat")

    assert isinstance(caught.value, openai.APIStatusError)
    error_of(caught.value)


def test_faults_of_one_operation(client: openai.OpenAI, server: MockServer) -> None:
    """Another operation goes on while one fails."""
    server.fail("createChatCompletion", 3040, times=-1)

    assert client.embeddings.create(model="@cf/baai/bge-base-en-v1.5", input="boat").data


def test_fault_of_a_stream(client: openai.OpenAI, server: MockServer) -> None:
    """A stream is retried like a whole answer."""
    server.fail(NATIVE, 3040, times=1)

    assert list(client.chat.completions.create(model=NATIVE, messages=QUESTION, stream=True))
    assert [429, 200] == [exchange.status for exchange in server.requests]


def test_stub(client: openai.OpenAI, server: MockServer) -> None:
    """A responder that the user registers answers instead."""

    @server.on("createEmbeddings")
    def small(invocation: Any) -> Any:
        return {
            "object": "list",
            "data": [{"object": "embedding", "embedding": [1.0, 0.0], "index": 0}],
            "model": invocation.body["model"],
            "usage": {"prompt_tokens": 1, "total_tokens": 1},
        }

    assert [1.0, 0.0] == client.embeddings.create(model="@cf/baai/bge-base-en-v1.5", input="boat").data[0].embedding
