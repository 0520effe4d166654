"""Documents at size: the first answer of a large one, its memory, and what more paths cost a request."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks.measurement import Measurement
from benchmarks.processes import ROOT

_OPERATIONS, _BYTES = 1000, 5_000_000
_CPU, _MEMORY, _RATIO = 3.0, 250.0, 1.1
_REQUESTS = 4000

_FIRST = """
import json, resource, sys, time
from mockserver.app import Mock
from mockserver.engine.values import HttpRequest
mock = Mock(spec=sys.argv[1])
response = mock.handle(HttpRequest("GET", "/areas500/7/things"))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"cpu": time.process_time(), "peak": peak * 1024 / 1e6, "status": response.status,
                  "operations": len(mock.document.operations), "diagnostics": len(mock.document.diagnostics)}))
"""


def documents(rounds: int) -> Iterator[Measurement]:
    """Yield first answer, memory and the cost of many paths."""
    with tempfile.TemporaryDirectory() as folder:
        content = large_document(_OPERATIONS, _BYTES)
        for suffix, how in (("json", "JSON"), ("yaml", "YAML, no cache"), ("yaml", "YAML, parsed before")):
            path = Path(folder, f"large.{suffix}")
            if not path.exists():
                path.write_text(_written(content, suffix), "utf-8")
            found = _first_answer(path, folder if "before" in how else "", 2 if "before" in how else 1)
            detail = (
                f"{path.stat().st_size / 1e6:.1f} MB of {how}, {found['operations']} operations, deep and circular"
                f" references; status {found['status']}"
            )
            name = "first answer of a large document"
            yield Measurement(name, found["cpu"], "s CPU", _CPU, detail)
            yield Measurement("its memory at most", found["peak"], "MB", _MEMORY, how)
    few = many = 0.0
    ratios = []
    for _ in range(max(3, rounds)):
        few, many = _cost(5), _cost(_OPERATIONS)
        ratios.append(many / few)
    detail = f"{many * 1e6:.1f} µs of a request with {_OPERATIONS} literal and templated paths, {few * 1e6:.1f} with 5"
    yield Measurement("1,000 paths: 5 paths", median(ratios), "x", _RATIO, detail)


def large_document(operations: int, size: int) -> dict[str, Any]:
    """Return a document of so many operations and about so many bytes of JSON; its schemas refer to each other."""
    schemas: dict[str, Any] = {}
    random = Random(1)
    padding = max(0, size // operations - 1150)
    for number in range(operations):
        others = [f"#/components/schemas/Thing{random.randrange(operations)}" for _ in range(3)]
        schemas[f"Thing{number}"] = {
            "type": "object",
            "required": ["id", "name", "kind", "area"],
            "description": "A thing. " + "Its description goes on. " * (padding // 25),
            "properties": {
                "id": {"type": "integer", "minimum": 1},
                "name": {"type": "string", "minLength": 1, "maxLength": 40, "example": f"Thing {number}"},
                "kind": {"enum": ["red", "green", "blue"]},
                "area": {"$ref": "#/components/schemas/Area"},
                "made": {"type": "string", "format": "date-time"},
                "parts": {"type": "array", "items": {"$ref": others[0]}},
                "owner": {"oneOf": [{"$ref": others[1]}, {"type": "null"}]},
                "related": {"anyOf": [{"$ref": others[1]}, {"$ref": others[2]}]},
                "parent": {"$ref": f"#/components/schemas/Thing{number}"},
            },
        }
    schemas["Area"] = {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}}
    schemas["Error"] = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
    paths: dict[str, Any] = {}
    for number in range(operations):
        path = f"/areas{number}/{{area}}/things" if number % 2 == 0 else f"/literal{number}/path/of/things"
        named = (
            [{"name": "area", "in": "path", "required": True, "schema": {"type": "integer"}}] if number % 2 == 0 else []
        )
        paths[path] = {
            "get": {
                "operationId": f"things{number}",
                "parameters": [*named, {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}],
                "responses": {
                    "200": {
                        "description": "Things",
                        "content": {
                            "application/json": {
                                "schema": {"type": "array", "items": {"$ref": f"#/components/schemas/Thing{number}"}}
                            }
                        },
                    },
                    "default": {
                        "description": "An error",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
                    },
                },
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Many things", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _written(content: Any, suffix: str) -> str:
    if suffix == "json":
        return json.dumps(content)
    from mockserver.openapi.source import dump_yaml

    return dump_yaml(content)


def _first_answer(path: Path, cache: str, times: int) -> dict[str, Any]:
    environment = {**os.environ, "MOCKFLARE_CACHE": cache}
    for _ in range(times):
        done = subprocess.run(
            [sys.executable, "-c", _FIRST, str(path)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    if found["status"] != 200:
        raise RuntimeError(f"the large document was answered with {found['status']}")
    return found


def _cost(paths: int) -> float:
    """Return the processor time of one request, in seconds; no two requests are alike."""
    from mockserver.engine.mock import Mock
    from mockserver.engine.values import HttpRequest
    from mockserver.openapi.document import Document
    from mockserver.settings import Settings

    example = {"name": "Rex"}
    operation = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
        "responses": {"200": {"description": "", "content": {"application/json": {"example": example}}}},
    }
    plain = {"responses": operation["responses"]}
    templates = [f"/group{n}/{{id}}/members" if n % 2 == 0 else f"/group{n}/all/members" for n in range(paths)]
    content = {
        "openapi": "3.1.0",
        "info": {"title": "Paths"},
        "paths": {each: {"get": operation if "{" in each else plain} for each in templates},
    }
    mock = Mock(Document(content), Settings(journal_size=0))
    chosen = (
        [templates[at] for at in (0, 1, 2, 3, 4)]
        if paths == 5
        else [templates[at * (paths // 5) + at % 2] for at in range(5)]
    )  # three templated and two literal ones each time
    requests = [HttpRequest("GET", chosen[n % 5].replace("{id}", str(n)), query=f"n={n}") for n in range(_REQUESTS)]
    for request in requests[:50]:
        if mock.handle(request).status != 200:
            raise RuntimeError("a path is not answered")
    began = time.process_time()
    for request in requests:
        mock.handle(request)
    return (time.process_time() - began) / len(requests)
