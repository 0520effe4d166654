"""Processor time of the server for one request, against a bare ASGI application with answers of the same size.

Only the server process counts. Bare and mock take turns, and the figure is the median of the turns' ratios, so that
a busy machine spoils neither. A round has as many seconds as the 10 ms clock of /proc needs to be fine enough.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random
from statistics import median

from benchmarks import questions
from benchmarks.measurement import Measurement
from benchmarks.processes import connect, cpu_seconds, free_port, proportional_set_size, running

_PREPARED = 4000
"""Requests that are made before a clock runs: more than the caches of the mock hold, whatever they hold."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of request, and how many bare requests one may cost."""

    name: str
    make: questions.Maker
    target: float
    streams: bool = False


SCENARIOS = (
    Scenario("chat", questions.chat, 2.0),
    Scenario("embeddings", questions.embeddings, 4.0),
    Scenario("stream", questions.stream, 1.6, streams=True),
)


class Client:
    """One kept connection to a server; requests go one after the other."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def ask(self, request: bytes, *, refused: bool = False) -> bytes:
        """Return the whole response, head and body as they came.

        Raises RuntimeError unless the status is 200, or a refusal is welcome, too.
        """
        connection = self._connection
        connection.sendall(request)
        received = connection.recv(262144)
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        if not refused and not received.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"not answered: {received.decode(errors='replace')[:2000]}")
        mark = received.find(b"content-length: ", 0, end)
        if mark >= 0:
            missing = int(received[mark + 16 : received.find(b"\r", mark)]) - (len(received) - end - 4)
            chunks = [received]
            while missing > 0:
                chunks.append(self._more())
                missing -= len(chunks[-1])
            return b"".join(chunks)
        while not received.endswith(b"\r\n0\r\n\r\n"):
            received += self._more()
        return received

    def _more(self) -> bytes:
        more = self._connection.recv(262144)
        if not more:
            raise RuntimeError("the server closed the connection in the middle of an answer")
        return more


class Contestant:
    """A server that is measured."""

    def __init__(self, process: subprocess.Popen[bytes], client: Client, requests: list[bytes]) -> None:
        self._process, self._client, self._requests = process, client, requests
        self._next = 0
        self.costs: list[float] = []
        """Microseconds of processor time for a request, one figure for each round."""

    def run(self, seconds: float) -> None:
        """Answer requests for some time and note what one costs."""
        requests, at, answered = self._requests, self._next, 0
        before = cpu_seconds(self._process)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._client.ask(requests[(at + answered) % len(requests)])
            answered += 1
        self._next = at + answered
        self.costs.append((cpu_seconds(self._process) - before) / answered * 1e6)


def serving(rounds: int, seconds: float) -> Iterator[Measurement]:
    """Yield the cost of each scenario as a multiple of the bare application's."""
    for scenario in SCENARIOS:
        yield from _compare(scenario, rounds, seconds)


def memory() -> Iterator[Measurement]:
    """Yield the memory of the serving process, fresh and after one answer of each kind."""
    port = free_port()
    with running(["-m", "mockserver", "serve", "--port", str(port)], port) as process:
        yield Measurement("memory after start", proportional_set_size(process), "MB", 50.0, "PSS of `mockflare serve`")
        kinds = 0
        with connect(port, process) as connection:
            client = Client(connection)
            for _, question in questions.one_of_each():
                client.ask(question.raw, refused=True)  # which ones are is the business of `loaded`
                kinds += 1
        detail = f"PSS after {kinds} answers, one of each kind"
        yield Measurement("memory in use", proportional_set_size(process), "MB", 60.0, detail)


def _compare(scenario: Scenario, rounds: int, seconds: float) -> Iterator[Measurement]:
    random = Random(1)
    requests = [scenario.make(random).raw for _ in range(_PREPARED)]
    with ExitStack() as stack:

        def contestant(arguments: list[str], port: int, stdin: bytes = b"") -> Contestant:
            process = stack.enter_context(running([*arguments, str(port)], port, stdin=stdin))
            return Contestant(process, Client(stack.enter_context(connect(port, process))), requests)

        def bare(parts: list[bytes]) -> Contestant:
            payload = {"type": kind, "parts": [part.decode() for part in parts], "streams": scenario.streams}
            return contestant(["-m", "benchmarks.bare"], free_port(), json.dumps(payload).encode())

        mock = contestant(["-m", "mockserver", "serve", "--port"], free_port())
        kind, parts = typical(mock._client, requests[:101], scenario.streams)
        others = {"": bare(parts)}
        if scenario.streams:
            others[", sent as one body"] = bare([b"".join(parts)])
        contestants = [*others.values(), mock]
        for each in contestants:  # caches, bindings, the allocator
            each.run(0.3)
            each.costs.clear()
        for _ in range(rounds):
            for each in contestants:
                each.run(seconds)
        size = f"{sum(map(len, parts))} bytes" + (f" in {len(parts)} events" if scenario.streams else "")
        for against, other in others.items():
            ratios = [mine / theirs for mine, theirs in zip(mock.costs, other.costs, strict=True)]
            yield Measurement(
                f"{scenario.name}: bare applications{against}",
                median(ratios),
                "x",
                None if against else scenario.target,
                f"{median(mock.costs):.0f} µs against {median(other.costs):.0f} µs of processor time; {size};"
                f" rounds {min(ratios):.2f} to {max(ratios):.2f}",
            )


def typical(client: Client, requests: list[bytes], streams: bool) -> tuple[str, list[bytes]]:
    """Return the media type and the body of the answer of median length; of a stream, its events."""
    answers = sorted((client.ask(request) for request in requests), key=len)
    head, _, body = answers[len(answers) // 2].partition(b"\r\n\r\n")
    kind = head.partition(b"content-type: ")[2].partition(b"\r\n")[0].decode()
    if not streams:
        return kind, [body]
    return kind, [event + b"\n\n" for event in _unchunked(body).split(b"\n\n")[:-1]]


def _unchunked(body: bytes) -> bytes:
    """Return the content of a body in chunked transfer coding."""
    content = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        content, body = content + body[: int(size, 16)], body[int(size, 16) + 2 :]
    return content
