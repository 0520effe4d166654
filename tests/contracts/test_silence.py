"""Servers without a flaw: the kit is silent. More servers and seeds are tried by `python -m benchmarks.silence`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import contracts
from contracts import Outcome, Severity
from mockserver import Mock, create_app
from tests.contracts.flaws.plain_server import TOKEN
from tests.contracts.flaws.plain_server import create_app as create_plain_app
from tests.contracts.flaws.terse_server import MODELS
from tests.contracts.flaws.terse_server import TOKEN as TERSE_TOKEN
from tests.contracts.flaws.terse_server import create_app as create_terse_app

FIVE = ("executeAiModel", "createChatCompletion", "createTextCompletion", "createEmbeddings", "createResponse")
_GIVEN = Path(__file__).parents[2] / "spec" / "cloudflare-workers-ai-openapi.yml"
_QUIET = (Severity.ADDITIVE, Severity.COSMETIC)


@cache
def _given() -> dict[str, Any]:
    """The document as it was given."""
    document: dict[str, Any] = yaml.safe_load(_GIVEN.read_text("utf-8"))
    return document


@cache
def _effective() -> dict[str, Any]:
    """The effective contract as a plain document, as `mockflare spec` prints it."""
    document: dict[str, Any] = json.loads(json.dumps(Mock().document.content))
    return document


def _loud(report: contracts.Report) -> list[str]:
    return [f"{each.check}: {each.message} {each.request}" for each in report.findings if each.severity not in _QUIET]


@pytest.mark.parametrize("seed", [0])
def test_silent_on_a_strict_server_of_others(seed: int) -> None:
    """A server of other make, which refuses all that the effective contract forbids, is clean."""
    app = create_plain_app(_effective())

    report = contracts.check(app, operations=FIVE, token=TOKEN, seed=seed)

    assert [] == _loud(report)
    assert Outcome.CLEAN is report.outcome(Severity.BREAKING)


@pytest.mark.parametrize("seed", [1])
def test_silent_on_a_lenient_server_of_others(seed: int) -> None:
    """A server that knows the given document only, and accepts all that this leaves open, is clean by it."""
    app = create_plain_app(_given(), streams=False)

    report = contracts.check(app, operations=FIVE, token=TOKEN, seed=seed, bundled_overlay=False)

    assert [] == _loud(report)
    assert Outcome.CLEAN is report.outcome(Severity.BREAKING)


@pytest.mark.parametrize("seed", [2])
def test_silent_on_a_terse_server_of_others(seed: int) -> None:
    """A server that follows the given document to the letter, streams as its words say and refuses in a word."""
    app = create_terse_app(_given())

    report = contracts.check(app, token=TERSE_TOKEN, models=MODELS, seed=seed, bundled_overlay=False, own_only=True)

    assert [] == _loud(report)
    assert Outcome.CLEAN is report.outcome()


def test_silent_on_the_strict_mock() -> None:
    """The mock is clean where it is strict; that it is so else is held by every search for a flaw."""
    mock = Mock(fidelity="strict")

    report = contracts.check(create_app(mock), operations=FIVE, seed=7)

    assert [] == _loud(report)
    assert Outcome.CLEAN is report.outcome(Severity.BREAKING)
