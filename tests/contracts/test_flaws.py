"""The flawed servers themselves: every flaw shows for some request, and only for its operation."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

import pytest

from mockserver import Mock, create_app
from tests.contracts.flaws import FLAWS, Flaw, Tampered, serve
from tests.contracts.flaws.harmless import VARIATIONS
from tests.contracts.flaws.provocations import Provocation, provocations


@cache
def _asked(operation: str) -> tuple[Provocation, ...]:
    return tuple(provocations(operation))


@cache
def _mock() -> Mock:
    """One mock for all: preparing operations takes longer than asking them."""
    return Mock()


async def _send(app: Any, token: str, account: str, asked: Provocation) -> tuple[int, bytes]:
    credential = asked.credential
    headers = [(b"content-type", asked.media_type.encode()), (b"accept-encoding", b"gzip")]
    headers += [(name.encode(), value.encode()) for name, value in asked.headers.items()]
    if credential is not None:
        half, other = token[: len(token) // 2], "x" * len(token)
        value = credential.format(token=token, half=half, upper=token.upper(), other=other)
        headers.append((b"authorization", value.encode()))
    path = f"/client/v4/accounts/{account}/ai{asked.path}"
    scope = {
        "type": "http",
        "method": asked.method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": asked.query.encode(),
        "headers": headers,
    }
    pending = [{"type": "http.request", "body": asked.body, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        return pending.pop() if pending else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


async def _provoke(server: Tampered, operation: str, *, together: int) -> None:
    """Send everything, so many requests at once, until the flaw has shown: first once, then three times in a row."""
    requests = _asked(operation)
    for times in (1, 3):
        for start in range(0, len(requests), together):
            for _ in range(times):
                group = requests[start : start + together]
                await asyncio.gather(*(_send(server, _mock().token, _mock().account_id, each) for each in group))
                if server.shown:
                    return


@pytest.mark.parametrize("flaw", [*FLAWS, *VARIATIONS], ids=str)
def test_it_shows_for_some_request(flaw: Flaw) -> None:
    """On each of its operations there is a request whose exchange it changes."""
    for operation in flaw.operations:
        server = serve(flaw, _mock())
        asyncio.run(_provoke(server, operation, together=4 if flaw.lingers else 1))

        assert server.shown > 0, f"nothing shows it on {operation}"


def test_other_operations_are_left_alone() -> None:
    """A request for an operation that a flaw does not name passes untouched."""
    flaw = next(each for each in FLAWS if each.operations == ("createChatCompletion",) and not each.conditional)
    mock = Mock()
    asked = _asked("createEmbeddings")[0]
    plain = asyncio.run(_send(create_app(mock), mock.token, mock.account_id, asked))

    assert plain == asyncio.run(_send(serve(flaw), mock.token, mock.account_id, asked))
