"""What the pytest fixture `mockflare` costs a test."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.measurement import Measurement

_TESTS = 200
_TARGET = 5.0

_CLOCK = """
import time

ended = []


def pytest_runtest_logfinish(nodeid, location):
    ended.append(time.perf_counter())


def pytest_sessionfinish(session, exitstatus):
    with open("clock", "w") as file:
        file.write(f"{(ended[-1] - ended[0]) / (len(ended) - 1)}")
"""


def fixture(rounds: int) -> Iterator[Measurement]:
    """Yield the milliseconds that the fixture adds to each test after the first, which starts the server."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "conftest.py").write_text(_CLOCK)
        (folder / "pytest.ini").write_text("[pytest]\n")
        for file, argument in (("test_with.py", "mockflare"), ("test_without.py", "")):
            tests = "".join(f"def test_{number}({argument}):\n    pass\n\n\n" for number in range(_TESTS + 1))
            (folder / file).write_text(tests)
        with_it, without = [], []
        for _ in range(rounds):
            without.append(_per_test(folder, "test_without.py"))
            with_it.append(_per_test(folder, "test_with.py"))
    yield Measurement(
        "fixture: each further test",
        median(with_it) - median(without),
        "ms",
        _TARGET,
        f"{median(with_it):.2f} ms a test with `mockflare`, {median(without):.2f} ms without; {_TESTS} tests",
    )


def _per_test(folder: Path, file: str) -> float:
    """Return the milliseconds from the end of the first test to the end of the last, for each."""
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file],
        cwd=folder,
        env={key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return float((folder / "clock").read_text()) * 1000
