"""What the proxy adds to a request, on loopback and on a kept connection."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Iterator
from contextlib import closing

from benchmarks.measurement import Measurement
from benchmarks.processes import free_port, running

_WARMUP, _REQUESTS = 200, 1500
_TARGET = 1.0
_ACCOUNT = "0123456789abcdef0123456789abcdef"
_PATH = f"/client/v4/accounts/{_ACCOUNT}/ai/v1/embeddings"
_BODY = b'{"model": "@cf/baai/bge-small-en-v1.5", "input": "hello"}'
_HEADERS = {"Authorization": "Bearer mockflare-token", "Content-Type": "application/json"}


def proxying() -> Iterator[Measurement]:
    """Yield the median milliseconds that a judged request takes longer through the proxy."""
    server, proxy = free_port(), free_port()
    upstream = f"http://127.0.0.1:{server}"
    with (
        running(["-m", "mockserver", "serve", "--port", str(server)], server),
        running(["-m", "mockserver", "proxy", upstream, "--port", str(proxy)], proxy),
        closing(http.client.HTTPConnection("127.0.0.1", server)) as straight,
        closing(http.client.HTTPConnection("127.0.0.1", proxy)) as through,
    ):
        taken: tuple[list[float], list[float]] = ([], [])
        for turn in range(_WARMUP + _REQUESTS):  # by turns: what disturbs one disturbs the other
            for connection, times in zip((straight, through), taken, strict=True):
                milliseconds = _ask(connection)
                if turn >= _WARMUP:
                    times.append(milliseconds)
    medians = [statistics.median(times) for times in taken]
    detail = f"an embedding, both sides judged: {medians[0]:.2f} ms straight, {medians[1]:.2f} ms through the proxy"
    yield Measurement("proxy: added at the median", medians[1] - medians[0], "ms", _TARGET, detail)


def _ask(connection: http.client.HTTPConnection) -> float:
    began = time.perf_counter()
    connection.request("POST", _PATH, _BODY, _HEADERS)
    response = connection.getresponse()
    response.read()
    taken = time.perf_counter() - began
    if response.status != 200 or response.getheader("x-mockflare-violations"):
        raise RuntimeError(f"{response.status}, {response.getheader('x-mockflare-violations')}")
    return taken * 1000
