"""What a server says is shown, and nothing acts on it: no terminal, no log, no page."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request as Asked
from starlette.responses import Response as Said

from contracts.console import Console, ConsoleReporter
from contracts.drift import Run, drift
from contracts.events import Event, ExchangeDone
from contracts.exchanges import Exchange, Intent, Request, Response
from contracts.limits import Limits
from contracts.plan import plan
from contracts.printable import ACTED_ON, LONGEST, one_line
from contracts.reporters import Reporter, builtin
from contracts.run import run, tell

NASTY = "\x1b[31m \x1b]0;x\x07\n::error::no ##[error]no \r\x00 \x9b31m \u202e \u2028 \ud800"


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (r"red \x1b[31m\n::error::", "red \x1b[31m\n::error::"),
        (r"\x9b31m \u202e\u2028\ud800\x00", "\x9b31m \u202e\u2028\ud800\x00"),
        (r"#\x23[error] ##x #[", "##[error] ##x #["),
        ("é 日本 \N{GRINNING FACE} \\n", "é 日本 \N{GRINNING FACE} \\n"),
        ("x" * (LONGEST - 1) + "…", "x" * 1_000_000),
    ],
)
def test_what_is_acted_on_is_written_as_an_escape(shown: str, text: str) -> None:
    assert shown == one_line(text)


async def nasty(scope: Any, receive: Any, send: Any) -> None:
    """Answer with members, values and errors that would like to be commands."""
    await Asked(scope, receive).body()
    content = {NASTY: NASTY, "object": NASTY, "data": {"x" * 100_000: 1}, "errors": [{"code": NASTY, "message": NASTY}]}
    await Said(json.dumps(content).encode(), 200, media_type="application/json")(scope, receive, send)


def test_a_server_writes_nothing_but_text_into_reports(tmp_path: Path) -> None:
    """Neither its values nor the names of its members are more than text in any report, or very long there.

    An archive alone holds what came as it came, as JSON.
    """
    planned = plan(nasty, operations=["createEmbeddings"], own_only=True, quick=True, limits=Limits(20))
    terminal = io.TextIOWrapper(io.BytesIO(), "ascii", write_through=True)
    reporters = {name: builtin()[name](tmp_path / name) for name in builtin() if name != "har"}
    listening: list[Reporter] = [*reporters.values(), ConsoleReporter(Console(file=terminal, width=80))]

    def listen(event: Event) -> None:
        for each in listening:
            each.handle(event)

    report = tell(run(planned), listen)
    for each in listening:
        each.finish()

    assert any("::error::" in each.where for each in report.findings)
    texts = [path.read_text("utf-8") for path in tmp_path.iterdir()]
    assert len(reporters) == len(texts)
    for text in [*texts, terminal.buffer.getvalue().decode()]:  # type: ignore[attr-defined]
        assert not re.search(f"(?!\n)[{ACTED_ON}]", text)
        assert not re.search(r"^\s*::error::|##\[", text, re.MULTILINE)
    assert all(len(each.message) < 3 * LONGEST for each in report.findings)


def test_what_differs_between_two_runs_is_text_too() -> None:
    """Drift quotes both sides, on one line each."""
    planned = plan(nasty, operations=["createEmbeddings"])

    def answered(body: Any) -> Run:
        of_json = (("content-type", "application/json"),)
        request = Request("POST", "http://h/accounts/0/ai/v1/embeddings", of_json, b"{}")
        response = Response(200, of_json, json.dumps(body).encode())
        exchange = Exchange(1, "createEmbeddings", "smoke", Intent.VALID, request, response)
        return Run("http://h", "http://h", (ExchangeDone(exchange),))

    found = drift(answered({}), answered({NASTY: NASTY, "object": NASTY}), planned.world).report.findings

    assert found
    for each in found:
        assert not re.search(f"[{ACTED_ON}]", each.message)
