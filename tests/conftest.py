"""Shared by all tests: our own plugin is tested through pytester, and switched off for everything else."""

from __future__ import annotations

import functools
import gc
import os
import signal
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

pytest_plugins = ["pytester"]

# Container images like to forbid bytecode. Here it costs minutes: each worker would rewrite all asserts anew, each of
# the programs that the tests start would compile all that it imports.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

HANG_SECONDS = 60
"""When something counts as hanging: far more time than any of it takes on any machine.

It guards against work without an end. How quick things are is measured by `benchmarks`; that they do not grow faster
than what they are given is shown by counting steps.
"""


def pytest_collection_finish() -> None:
    """Keep modules and collected tests out of the collector's sight: it would walk over all of them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Settings and tokens of the person who runs the tests must not change what is tested."""
    for name in [name for name in os.environ if name.startswith(("MOCKFLARE_", "CLOUDFLARE_", "OPENAI_"))]:
        del os.environ[name]
    os.environ["MOCKFLARE_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True, scope="session")
def _one_tls_context() -> Iterator[None]:
    """Read the certificates of the machine once: every client of the SDKs would, for connections without TLS, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@contextmanager
def _ends() -> Iterator[None]:
    def hang(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"no end after {HANG_SECONDS} seconds of processor time")

    before = signal.signal(signal.SIGPROF, hang)
    signal.setitimer(signal.ITIMER_PROF, HANG_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _becomes(condition: Callable[[], Any]) -> bool:
    end = time.monotonic() + HANG_SECONDS
    while not (holds := bool(condition())) and time.monotonic() < end:
        time.sleep(0.01)
    return holds


@pytest.fixture(scope="session")
def becomes() -> Callable[[Callable[[], Any]], bool]:
    """`becomes(condition)` waits for something that another thread does; it is False only when that hangs."""
    return _becomes


@pytest.fixture(scope="session")
def ends() -> Callable[[], Any]:
    """`with ends():` fails when its block hangs, see HANG_SECONDS."""
    return _ends


def _steps(function: Callable[..., Any], *arguments: Any) -> int:
    count = 0

    def step(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return count


@pytest.fixture(scope="session")
def steps() -> Callable[..., int]:
    """`steps(function, *arguments)` counts the lines of Python that a call runs: the same number on every machine."""
    return _steps
