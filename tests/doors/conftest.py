"""Servers that say what a test wants, for the doors that lead out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def _upstream(talk: Talk) -> AsyncIterator[int]:
    """Listen on a port, which is yielded; `talk` is had with each client."""
    talks: set[asyncio.Task[None]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        for _ in range(3):  # what was closed says so in the next turns of the loop
            await asyncio.sleep(0)


@pytest.fixture
def upstream() -> Callable[[Talk], AbstractAsyncContextManager[int]]:
    """A server on this machine for the time of a block: `async with upstream(talk) as port`."""
    return _upstream
