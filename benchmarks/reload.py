"""Whether editing a document while it is served costs a request."""

from __future__ import annotations

import http.client
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.measurement import Measurement
from benchmarks.processes import free_port, running

_REQUESTS, _RELOADS = 10_000, 50
_DOCUMENT = """\
openapi: 3.1.0
info: {title: Tea, version: "1"}
paths:
  /teas:
    get:
      responses:
        "200": {description: All teas, content: {application/json: {example: [NUMBER], schema: {type: array}}}}
"""


def reloading() -> Iterator[Measurement]:
    """Yield how many of many requests were not answered while the document changed again and again."""
    with tempfile.TemporaryDirectory() as folder:
        spec = Path(folder) / "tea.yml"
        spec.write_text(_DOCUMENT.replace("NUMBER", "0"), "utf-8")
        port = free_port()
        with running(["-m", "mockserver", "serve", str(spec), "--port", str(port)], port):
            lost, seen, asked = _ask(spec, port)
    detail = f"{asked} requests on a kept connection, {len(seen)} versions of the document seen"
    yield Measurement("reload: requests lost", lost, "", 0, detail)
    yield Measurement("reload: versions missed", _RELOADS + 1 - len(seen), "", 0, detail)


def _ask(spec: Path, port: int) -> tuple[int, set[bytes], int]:
    """Ask, saving the next version as soon as the last is served; return the requests lost, answers, requests."""
    lost, asked, version = 0, 0, 0
    seen: set[bytes] = set()
    stopped = time.monotonic() + 300
    with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        while (asked < _REQUESTS or len(seen) <= _RELOADS) and time.monotonic() < stopped:
            asked += 1
            connection.request("GET", "/teas")
            response = connection.getresponse()
            body = response.read()
            lost += response.status != 200
            seen.add(body)
            if body == b"[%d]" % version and version < _RELOADS:
                version += 1
                spec.write_text(_DOCUMENT.replace("NUMBER", str(version)), "utf-8")
    return lost, seen, asked
