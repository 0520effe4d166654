"""How long until the first answer after launch, and what the server loads for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from random import Random
from statistics import median

from benchmarks import questions
from benchmarks.measurement import Measurement
from benchmarks.processes import ROOT, connect, free_port, start, stop
from benchmarks.serving import Client

_LIBRARIES = "import starlette, uvicorn, orjson, jsonschema_rs, yaml"
_TARGET = 2.5
_UNWANTED = ("openapi_core", "openapi_spec_validator", "schemathesis", "hypothesis", "jsonschema", "pytest")

_LOADED = """
import json, sys
from mockserver.app import Mock
from mockserver.asgi import create_app
from mockserver.engine.values import HttpRequest
from mockserver import server
mock = Mock()
create_app(mock)
headers = [(b"authorization", b"Bearer " + mock.token.encode()), (b"content-type", b"application/json")]
answers = {
    name: mock.handle(HttpRequest("POST", path, headers=headers, body=body.encode())).status
    for name, path, body in json.load(sys.stdin)
}
print(json.dumps({"answers": answers, "modules": sorted({name.partition(".")[0] for name in sys.modules})}))
"""


def startup(rounds: int) -> Iterator[Measurement]:
    """Yield the time to the first answer as a multiple of importing the libraries that it stands on.

    Both find their modules compiled, as an installed package does.
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        _first_answer(environment)
        _imports(environment)
        answers, imports = [], []
        for _ in range(rounds):
            imports.append(_imports(environment))
            answers.append(_first_answer(environment))
    yield Measurement(
        "first answer: imports of its libraries",
        median(answers) / median(imports),
        "x",
        _TARGET,
        f"{median(answers) * 1000:.0f} ms (least {min(answers) * 1000:.0f}) from launch to the first chat answer,"
        f" against {median(imports) * 1000:.0f} ms (least {min(imports) * 1000:.0f}) for `{_LIBRARIES}`",
    )


def loaded() -> Iterator[Measurement]:
    """Yield how many libraries a serving process has loaded that it must do without."""
    asked = [(name, each.path, each.body.decode()) for name, each in questions.one_of_each()]
    done = subprocess.run(
        [sys.executable, "-c", _LOADED],
        cwd=ROOT,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    refused = {name: status for name, status in found["answers"].items() if status != 200}
    offending = [name for name in _UNWANTED if name in found["modules"]]
    detail = ", ".join(offending) or f"none of {', '.join(_UNWANTED)} after {len(asked)} answers, one of each kind"
    yield Measurement("libraries loaded in vain", len(offending), "", 0, detail)
    yield Measurement("kinds that are refused", len(refused), "", 0, ", ".join(f"{n} {s}" for n, s in refused.items()))


def _first_answer(environment: Mapping[str, str]) -> float:
    """Return the seconds from launching the server to having its first answer."""
    port, request = free_port(), questions.chat(Random(2)).raw
    began = time.perf_counter()
    process = start(["-m", "mockserver", "serve", "--port", str(port)], environment=environment)
    try:
        with connect(port, process) as connection:
            Client(connection).ask(request)
            return time.perf_counter() - began
    finally:
        stop(process)


def _imports(environment: Mapping[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", _LIBRARIES], cwd=ROOT, env=environment, check=True)
    return time.perf_counter() - began
