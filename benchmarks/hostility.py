"""What it costs to be asked for too much: the processor time of the worst requests, schemas, sounds and documents.

The tests show that such work ends, and that it grows no faster than what is asked for; how long it takes is said here.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.measurement import Measurement
from mockserver import bundled
from mockserver.app import Mock
from mockserver.engine.values import HttpRequest
from mockserver.openapi import source
from mockserver.openapi.lint import lint
from mockserver.openapi.sampling import Sampler, Unsatisfiable
from mockserver.workersai.fakes import sound_marks

TESTS = Path(__file__).resolve().parent.parent / "tests"
REQUEST_SECONDS = 2.5
SAMPLE_SECONDS = 2.0
SOUND_SECONDS = 3.0
MARK_SECONDS = 0.5
LINT_SECONDS = 0.15


def hostility() -> Iterator[Measurement]:
    """Yield the worst of each kind; the hostile input is that of the tests."""
    mock = Mock()
    chat = f"/client/v4/accounts/{mock.account_id}/ai/v1/chat/completions"
    requests = {
        name: _asking(mock, chat, "application/json", json.dumps(body).encode())
        for name, body in _tests("properties", "heavy").HEAVY.items()
    }
    yield _worst("heavy request", requests, REQUEST_SECONDS)
    schemas = {**_tests("openapi", "test_sampling_work").HOSTILE, **_tests("openapi", "test_sampling").HOSTILE}
    yield _worst(
        "sample of a hostile schema", {name: _sampling(each) for name, each in schemas.items()}, SAMPLE_SECONDS
    )
    hearing = _tests("workersai", "test_hearing_hostile")
    path = f"/client/v4/accounts/{mock.account_id}/ai/run/{hearing.RAW[0]}"
    sounds = {name: _asking(mock, path, "audio/x", piece * count) for name, (piece, count) in hearing.HUGE.items()}
    yield _worst("megabytes of hostile sound", sounds, SOUND_SECONDS)
    signatures = sound_marks.SIGNATURE * 500_000
    yield _worst("signatures without a mark", {"500,000": lambda: sound_marks.find(signatures)}, MARK_SECONDS)
    text = source.read_text(bundled.upstream_path())
    content = source.parse(text, "upstream.yml")
    linting = {"the bundled one": lambda: lint(content, text, "upstream.yml")}
    yield _worst("linting a document", linting, LINT_SECONDS)


def _worst(name: str, works: dict[str, Callable[[], object]], target: float) -> Measurement:
    taken = {}
    for each, work in works.items():
        begun = time.process_time()
        work()
        taken[each] = time.process_time() - begun
    worst = max(taken, key=lambda each: taken[each])
    return Measurement(name, taken[worst], "s", target, f"processor time, worst of {len(taken)}: {worst}")


def _asking(mock: Mock, path: str, media_type: str, body: bytes) -> Callable[[], object]:
    headers = [(b"authorization", f"Bearer {mock.token}".encode()), (b"content-type", media_type.encode())]
    return lambda: mock.handle(HttpRequest("POST", path, headers=headers, body=body))


def _sampling(schema: Any) -> Callable[[], object]:
    def sample() -> None:
        with suppress(Unsatisfiable):
            Sampler(schema).sample(Random(1))

    return sample


def _tests(room: str, module: str) -> Any:
    """Return a module of the tests, which find their neighbours by their folder."""
    folder = str(TESTS / room)
    sys.path.insert(0, folder)
    try:
        return importlib.import_module(module)
    finally:
        sys.path.remove(folder)
