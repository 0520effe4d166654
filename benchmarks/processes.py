"""Server processes: started, reached, measured from outside, stopped. Reads /proc, so Linux only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def running(
    arguments: Sequence[str], port: int, *, stdin: bytes = b"", environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `python ARGUMENTS` until the block ends; it begins when the port is reached."""
    process = start(arguments, stdin=stdin, environment=environment)
    try:
        connect(port, process).close()
        yield process
    finally:
        stop(process)


def start(
    arguments: Sequence[str], *, stdin: bytes = b"", environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start `python ARGUMENTS` in the checkout, silently, with `stdin` to read."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    process.stdin.write(stdin)
    process.stdin.close()
    return process


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process and wait for it."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def connect(port: int, process: subprocess.Popen[bytes], *, within: float = 30.0) -> socket.socket:
    """Return a connection to a loopback port, tried every millisecond; raises RuntimeError when there is none."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            connection = socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            if process.poll() is not None:
                raise RuntimeError(f"{process.args!r} ended with {process.returncode}") from None
            time.sleep(0.001)
            continue
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection
    raise RuntimeError(f"{process.args!r} does not listen on {port} after {within:g} s")


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """Return the processor time that a process has used, user and system, in steps of a clock tick."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def proportional_set_size(process: subprocess.Popen[bytes]) -> float:
    """Return the memory of a process in MB (10^6 bytes); a page that n processes share counts 1/n."""
    for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError(f"/proc/{process.pid}/smaps_rollup has no Pss")
