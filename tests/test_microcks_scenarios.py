"""Microcks' documentation as scenarios: each file states its source, a document, and what a real mock answers."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from mockserver.app import Mock
from mockserver.engine.values import HttpRequest, HttpResponse
from mockserver.openapi.source import read
from mockserver.settings import Settings

FILES = sorted((Path(__file__).parent / "scenarios" / "microcks").glob("*.yml"))
HEAD = {"openapi": "3.1.0", "info": {"title": "Beer Catalog API", "version": "1.0"}}


def started(scenario: Any, folder: Path) -> Mock:
    """Return a mock of the scenario's document and artifacts, read from files as a user has them."""
    document = folder / "openapi.json"
    document.write_bytes(orjson.dumps({**HEAD, **scenario["document"]}))
    artifacts = []
    for number, artifact in enumerate(scenario.get("artifacts", ())):
        file = folder / f"artifact-{number}.json"
        file.write_bytes(orjson.dumps({"apiVersion": "mocks.microcks.io/v1alpha1", **artifact}))
        artifacts.append(str(file))
    settings = {"spec": str(document), "artifacts": tuple(artifacts), **scenario.get("settings", {})}
    return Mock(Settings(**settings))


def asked(mock: Mock, request: Any) -> HttpResponse:
    path, _, query = str(request["path"]).partition("?")
    body = str(request.get("text", "")).encode()
    headers = {str(name).lower(): str(value) for name, value in request.get("headers", {}).items()}
    if "json" in request:
        body = orjson.dumps(request["json"])
        headers.setdefault("content-type", "application/json")
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return mock.handle(HttpRequest(request.get("method", "GET"), path, query=query, headers=pairs, body=body))


def compare(expected: Any, found: Any, at: str) -> None:
    """Expected is found, objects may hold more. `/x/` is a pattern for a whole text, `~x` a part of one."""
    if isinstance(expected, dict):
        for name, value in expected.items():
            assert name in found, f"{at}/{name} is missing in {found!r}"
            compare(value, found[name], f"{at}/{name}")
    elif isinstance(expected, list):
        assert len(expected) == len(found), f"{at}: {found!r}"
        for position, value in enumerate(expected):
            compare(value, found[position], f"{at}/{position}")
    elif isinstance(expected, str) and len(expected) > 1 and expected[0] == expected[-1] == "/":
        assert re.fullmatch(expected[1:-1], str(found)), f"{at}: {found!r} does not match {expected}"
    elif isinstance(expected, str) and expected.startswith("~"):
        assert expected[1:] in str(found), f"{at}: {expected[1:]!r} is not in {found!r}"
    else:
        assert (type(expected), expected) == (type(found), found), at


def judge(expected: Any, mock: Mock, response: HttpResponse, at: str) -> None:
    headers = {name.decode(): value.decode("latin-1") for name, value in response.headers}
    assert expected.get("status", 200) == response.status, f"{at}: {response.body[:500]!r} {mock.journal[-1].notes}"
    compare(expected.get("headers", {}), headers, f"{at} headers")
    for name in expected.get("without", ()):
        assert name not in headers, at
    if "json" in expected:
        compare(expected["json"], orjson.loads(response.body), f"{at} body")
    if "text" in expected:
        compare(expected["text"], response.body.decode(), f"{at} body")
    if "source" in expected:
        assert expected["source"] == mock.journal[-1].source, f"{at}: {mock.journal[-1].notes}"
    if "note" in expected:
        compare(expected["note"], " | ".join(mock.journal[-1].notes), f"{at} notes")
    low, high = expected.get("delay", (0, 0)) if isinstance(expected.get("delay", 0), list) else [
        expected.get("delay", 0)] * 2  # fmt: skip
    assert low <= response.delay <= high, f"{at}: held back for {response.delay} ms"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_scenario(file: Path, tmp_path: Path) -> None:
    """A real mock answers what the scenario says, and the same bytes when it is asked again."""
    scenario = read(file)
    assert "microcks" in str(urlsplit(scenario["source"]).hostname), "a scenario states its source"
    mock = started(scenario, tmp_path)
    compare(scenario.get("warnings", []), [each.message for each in mock.document.diagnostics], "warnings")
    for number, exchange in enumerate(scenario["exchanges"]):
        at = f"{file.stem}, exchange {number + 1}"
        first = asked(mock, exchange["request"])
        judge(exchange["answer"], mock, first, at)
        again = asked(mock, exchange["request"])
        assert (first.status, first.headers, first.body, first.delay) == (
            again.status, again.headers, again.body, again.delay,
        ), f"{at}: asked twice, answered differently"  # fmt: skip


def test_every_function_has_a_scenario() -> None:
    """Each dispatcher, template function and delay strategy occurs in a scenario."""
    from mockserver.engine.dispatchers import built_in
    from mockserver.engine.templates.functions import FUNCTIONS

    texts = "\n".join(file.read_text("utf-8") for file in FILES)
    wanted = [*built_in(), *(f"{name}(" for name in FUNCTIONS), "fixed", "random", "random-20", "x-microcks-refs"]
    assert [] == [name for name in wanted if not re.search(re.escape(name), texts)]


BITS = (
    "", "%", "%zz", "%ff", "%00", "/", "//", "?", "&", "=", "delay=", "delay=9", "delay=NaN", "delayStrategy=random-",
    "\x00", "\ud800", "é", "{", "}}", "{{ uuid() }}", '"', "\\", "\r\n", "x" * 300, "1e999", "[]", "name=", "%25", "+",
)  # fmt: skip
BODIES = (b"", b"null", b"[]", b'"x"', b'{"country":{"a":1e99}}', b"[" * 5000, b"\xff", b"<a>", b'{"rating":"NaN"}')
NAMES = ("x-microcks-delay", "x-microcks-delay-strategy", "accept", "prefer", "authorization", "content-type")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_hostile_requests(file: Path, tmp_path: Path) -> None:
    """Whatever is asked, nothing breaks, and the same is said again."""
    scenario = read(file)
    mock, chance = started(scenario, tmp_path), Random(file.stem)
    for exchange in scenario["exchanges"] * 4:
        path, _, query = str(exchange["request"]["path"]).partition("?")
        pairs = [(chance.choice(NAMES).encode(), chance.choice(BITS).encode("utf-8", "replace"))]
        request = HttpRequest(
            exchange["request"].get("method", "GET"),
            path + chance.choice(BITS) * chance.randrange(2),
            query="&".join([query, *(chance.choice(BITS) + chance.choice(BITS) for _ in range(chance.randrange(3)))]),
            headers=pairs if chance.randrange(2) else [(b"content-type", b"application/json")],
            body=chance.choice(BODIES) if chance.randrange(2) else orjson.dumps(exchange["request"].get("json")),
        )
        one, two = mock.handle(request), mock.handle(request)
        assert one.status != 500, mock.journal[-1].notes
        assert (one.status, one.headers, one.body, one.delay) == (two.status, two.headers, two.body, two.delay)
