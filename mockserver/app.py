"""Composition: settings become a mock."""

from __future__ import annotations

import os
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mockserver import bundled
from mockserver.effective import catalogue, effective
from mockserver.engine.mock import Mock as EngineMock
from mockserver.engine.service import Service
from mockserver.engine.values import Problem
from mockserver.settings import DEFAULT_ACCOUNT, DEFAULT_TOKEN, Settings
from mockserver.workersai.error_table import ErrorTable
from mockserver.workersai.quirks import Quirks
from mockserver.workersai.service import WorkersAI, is_workers_ai

if TYPE_CHECKING:
    from mockserver.egress.errands import Errands

_BARE = {"empty-content": "text"}
"""Switches that stand otherwise without the bundled overlay: the upstream document alone knows no null there."""


class Mock(EngineMock):
    """A mock of the document that the settings name, by default of Workers AI.

    >>> mock = Mock(seed=7)
    >>> response = mock.handle(HttpRequest("GET", "/nowhere"))
    """

    def __init__(self, settings: Settings | None = None, /, **changes: Any) -> None:
        if settings is None:
            settings = Settings.load(changes)
        elif changes:
            raise TypeError("give settings, or single ones by name, not both")
        errands = _errands(settings)
        document = effective(
            settings.spec,
            overlays=settings.overlays,
            bundled_overlay=settings.bundled_overlay,
            artifacts=settings.artifacts,
            fetch=None if errands is None else errands.fetch,
        )
        self.tokens = accepted_tokens(settings)
        workers_ai = is_workers_ai(document.operations)
        if workers_ai or settings.switches:
            chosen = settings.switches if settings.bundled_overlay else {**_BARE, **settings.switches}
            positions = Quirks.from_content(bundled.quirks()).positions(chosen)
            settings = replace(settings, switches=MappingProxyType(positions))
        super().__init__(
            document, settings, _workers_ai(self.tokens, settings) if workers_ai else Service(settings.tokens)
        )
        self.egress = errands

    @property
    def token(self) -> str:
        """A token that the mock accepts."""
        return self.tokens[0]

    def fail(self, target: str, error: Problem | int | str, times: int = 1) -> None:
        """Answer the next `times` requests to an operation, a model or "*" with an error; -1 is all of them.

        `error` is a code or a name of the service's error table (3040, "out-of-capacity"), an HTTP status, or a
        Problem. Raises UnknownName for an unknown target or error.
        """
        if not isinstance(error, Problem):
            error = self.service.named_problem(error)
        super().fail(target, error, times)

    @property
    def account_id(self) -> str:
        """An account id of the right form."""
        return DEFAULT_ACCOUNT


def _errands(settings: Settings) -> Errands | None:
    """Return who fetches and sends on what the settings allow, None where that is nothing."""
    if not settings.allow:
        return None
    from mockserver.egress.errands import Errands
    from mockserver.egress.gate import Gate

    return Errands(Gate(settings.allow))


def accepted_tokens(settings: Settings) -> tuple[str, ...]:
    """Return the tokens in force: those of the settings, else the mock's own and the environment's."""
    if settings.tokens:
        return settings.tokens
    own = os.environ.get("CLOUDFLARE_API_TOKEN", "").strip()
    return (DEFAULT_TOKEN, own) if own else (DEFAULT_TOKEN,)


def _workers_ai(tokens: tuple[str, ...], settings: Settings) -> WorkersAI:
    return WorkersAI(
        catalogue().at(settings.switches),
        lambda: ErrorTable.from_content(bundled.errors()),
        tokens=tokens,
        default_token=DEFAULT_TOKEN,
        switches=settings.switches,
    )
