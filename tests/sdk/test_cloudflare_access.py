"""The Cloudflare SDK, its two ways of signing, its exceptions, its retries, and what the journal keeps of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import cloudflare
import pytest

from mockserver.server import MockServer

NATIVE = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
CHAT = "@cf/zai-org/glm-4.7-flash"
BASE = "@cf/baai/bge-base-en-v1.5"
EMAIL = "sailor@example.com"


def signed_by_key(server: MockServer, key: str) -> cloudflare.Cloudflare:
    return cloudflare.Cloudflare(base_url=server.base_url, api_key=key, api_email=EMAIL)


def kept(server: MockServer) -> str:
    return json.dumps([exchange.summary() for exchange in server.requests])


def error_of(error: cloudflare.APIStatusError) -> tuple[int, int, str]:
    (first,) = error.errors
    return error.status_code, int(first.code or 0), str(first.message)


# signing ----------------------------------------------------------------------------------------------------------


def test_token(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """A token goes as a bearer, and the journal does not keep it."""
    flare.ai.run(BASE, account_id=server.account_id, text="boat")

    assert "[redacted]" == server.requests[-1].headers["authorization"]
    assert server.token not in kept(server)


def test_email_and_key(server: MockServer) -> None:
    """`X-Auth-Email` and `X-Auth-Key` are taken, and the journal keeps neither."""
    with signed_by_key(server, server.token) as client:
        assert client.ai.run(BASE, account_id=server.account_id, text="boat")

    headers = server.requests[-1].headers
    assert "authorization" not in headers
    assert ("[redacted]", "[redacted]") == (headers["x-auth-email"], headers["x-auth-key"])
    assert server.token not in kept(server)
    assert EMAIL not in kept(server)


def test_wrong_key(server: MockServer) -> None:
    """An unknown key is 401, 10000, and is not kept either."""
    with signed_by_key(server, "secret-of-somebody") as client, pytest.raises(cloudflare.AuthenticationError) as caught:
        client.ai.run(BASE, account_id=server.account_id, text="boat")

    assert (401, 10000, "Authentication error") == error_of(caught.value)
    assert "secret-of-somebody" not in kept(server)


def test_wrong_token(server: MockServer) -> None:
    """An unknown token is 401, 10000."""
    with (
        cloudflare.Cloudflare(base_url=server.base_url, api_token="secret-of-somebody") as client,
        pytest.raises(cloudflare.AuthenticationError) as caught,
    ):
        client.ai.run(BASE, account_id=server.account_id, text="boat")

    assert (401, 10000, "Authentication error") == error_of(caught.value)
    assert "secret-of-somebody" not in kept(server)


def test_no_credentials(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """Without credentials it is 400, 9106."""
    with pytest.raises(cloudflare.BadRequestError) as caught:
        flare.ai.run(
            BASE, account_id=server.account_id, text="boat", extra_headers={"Authorization": cloudflare.Omit()}
        )

    assert (400, 9106) == error_of(caught.value)[:2]


# refusals ---------------------------------------------------------------------------------------------------------


def test_unknown_model(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """5007 with the name that was asked for."""
    with pytest.raises(cloudflare.BadRequestError) as caught:
        flare.ai.run("@cf/no/such-model", account_id=server.account_id, prompt="boat")

    assert (400, 5007, "No such model @cf/no/such-model or task") == error_of(caught.value)


def test_no_model_name(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """3042 for what cannot be the name of a model."""
    with pytest.raises(cloudflare.NotFoundError) as caught:
        flare.ai.run("llama", account_id=server.account_id, prompt="boat")

    assert (404, 3042) == error_of(caught.value)[:2]


@pytest.mark.parametrize(
    ("model", "inputs", "fragments"),
    [
        (NATIVE, {"text": "boat"}, ("'prompt'", "'messages'")),
        (NATIVE, {"prompt": "boat", "temperature": 99}, ("/temperature",)),
        (NATIVE, {"prompt": "boat", "max_tokens": "many"}, ("/max_tokens",)),
        (NATIVE, {"messages": [{"content": "boat"}]}, ("/messages/0",)),
        (CHAT, {"messages": "boat"}, ("/messages",)),
        (BASE, {"prompt": "boat"}, ("'text'",)),
        (BASE, {"text": 7}, ("/text",)),
    ],
)
def test_bad_input(
    flare: cloudflare.Cloudflare, server: MockServer, model: str, inputs: dict[str, Any], fragments: tuple[str, ...]
) -> None:
    """5006 says what is wrong and where."""
    with pytest.raises(cloudflare.BadRequestError) as caught:
        flare.post(f"/accounts/{server.account_id}/ai/run/{model}", body=inputs, cast_to=object)

    status, code, message = error_of(caught.value)
    assert (400, 5006) == (status, code)
    assert message.startswith("AiError: Bad input: Error: ")
    assert all(fragment in message for fragment in fragments)


def test_empty_body(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """3003 when there is no body at all."""
    with pytest.raises(cloudflare.BadRequestError) as caught:
        flare.post(f"/accounts/{server.account_id}/ai/run/{NATIVE}", cast_to=object)

    assert 3003 == error_of(caught.value)[1]


def test_wrong_method(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """405 with 7001."""
    with pytest.raises(cloudflare.APIStatusError) as caught:
        flare.delete(f"/accounts/{server.account_id}/ai/run/{NATIVE}", cast_to=object)

    assert (405, 7001, "DELETE not supported for requested URI.") == error_of(caught.value)


def test_unknown_path(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """Another product of the host is no route here."""
    with pytest.raises(cloudflare.BadRequestError) as caught:
        flare.get(f"/accounts/{server.account_id}/d1/database", cast_to=object)

    assert (400, 7000) == error_of(caught.value)[:2]


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (3040, cloudflare.RateLimitError, 3040),
        (3036, cloudflare.RateLimitError, 3036),
        (4006, cloudflare.RateLimitError, 4006),
        (5018, cloudflare.PermissionDeniedError, 5018),
        (3007, cloudflare.APIStatusError, 3007),
        (5021, cloudflare.APIStatusError, 5021),
        ("internal-error", cloudflare.InternalServerError, None),
    ],
)
def test_faults(
    flare: cloudflare.Cloudflare, server: MockServer, fault: int | str, kind: type[Exception], code: int | None
) -> None:
    """Each fault reaches the user as the SDK's exception for its status, with its code."""
    server.fail(NATIVE, fault, times=-1)

    with pytest.raises(kind) as caught:
        flare.ai.run(NATIVE, account_id=server.account_id, prompt="boat")

    assert isinstance(caught.value, cloudflare.APIStatusError)
    found = error_of(caught.value)[1]
    assert code in (None, found)


def test_retry(flare: cloudflare.Cloudflare, server: MockServer, waits: list[float]) -> None:
    """A passing fault is retried at once and answered."""
    server.fail(NATIVE, 3040, times=2)

    assert flare.ai.run(NATIVE, account_id=server.account_id, prompt="boat")

    assert [429, 429, 200] == [exchange.status for exchange in server.requests]
    assert 2 == len(waits)
    assert max(waits) < 0.02


def test_fault_of_a_stream(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """A stream is refused before it begins."""
    server.fail(NATIVE, 3040, times=-1)

    with (
        pytest.raises(cloudflare.RateLimitError),
        flare.ai.with_streaming_response.run(NATIVE, account_id=server.account_id, prompt="boat", stream=True),
    ):
        pass


# asynchronous -----------------------------------------------------------------------------------------------------


def asynchronously(server: MockServer, work: Callable[[cloudflare.AsyncCloudflare], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        async with cloudflare.AsyncCloudflare(base_url=server.base_url, api_token=server.token) as client:
            return await work(client)

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("model", "inputs"), [(NATIVE, {"prompt": "boat"}), (CHAT, {"prompt": "boat"}), (BASE, {"text": ["boat", "sea"]})]
)
def test_async_run(flare: cloudflare.Cloudflare, server: MockServer, model: str, inputs: dict[str, Any]) -> None:
    """Both clients get the same result."""
    account = server.account_id

    there = asynchronously(server, lambda client: client.ai.run(model, account_id=account, **inputs))

    assert flare.ai.run(model, account_id=account, **inputs) == there


@pytest.mark.parametrize("model", [NATIVE, CHAT])
def test_async_stream(flare: cloudflare.Cloudflare, server: MockServer, model: str) -> None:
    """Both clients get the same bytes of a stream."""
    body: dict[str, Any] = {"account_id": server.account_id, "prompt": "boat", "stream": True}

    async def work(client: cloudflare.AsyncCloudflare) -> bytes:
        async with client.ai.with_streaming_response.run(model, **body) as response:
            return b"".join([piece async for piece in response.iter_bytes()])

    with flare.ai.with_streaming_response.run(model, **body) as response:
        here = b"".join(response.iter_bytes())

    assert here == asynchronously(server, work)
    assert here.endswith(b"data: [DONE]\n\n")


def test_async_errors(server: MockServer) -> None:
    """Refusals are the same exceptions; a passing fault is retried."""
    account = server.account_id
    with pytest.raises(cloudflare.BadRequestError) as caught:
        asynchronously(server, lambda client: client.ai.run("@cf/no/such", account_id=account, prompt="boat"))
    assert 5007 == error_of(caught.value)[1]

    server.fail(BASE, 3040, times=1)
    assert asynchronously(server, lambda client: client.ai.run(BASE, account_id=account, text="boat"))


def test_async_many(flare: cloudflare.Cloudflare, server: MockServer) -> None:
    """Thirty requests at once each get the answer that they get alone."""
    prompts = [f"Tell me about ship number {number}." for number in range(30)]
    account = server.account_id

    async def work(client: cloudflare.AsyncCloudflare) -> list[Any]:
        return await asyncio.gather(*[client.ai.run(NATIVE, account_id=account, prompt=prompt) for prompt in prompts])

    assert [flare.ai.run(NATIVE, account_id=account, prompt=prompt) for prompt in prompts] == asynchronously(
        server, work
    )
