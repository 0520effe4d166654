"""The plan of a run: everything that decides what it sends and how it judges."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from contracts.checks import AnyCheck
from contracts.context import World
from contracts.credentials import NEAR_MISSES, Credentials
from contracts.engine import THOROUGH, Effort, effort_for
from contracts.judge import Judge
from contracts.kit import Kit
from contracts.limits import Limits
from contracts.models import read_models, stand_ins
from contracts.preparation import Prepared, prepare
from contracts.redaction import ACCOUNT, TOKEN, Redactor
from contracts.schedule import Allotment, Unit, schedule
from contracts.strategies import Strategy
from contracts.target import ASGIApp, Target, find_credentials, find_target
from contracts.validity import Validity
from mockserver.effective import effective, with_paths
from mockserver.errors import UsageError
from mockserver.openapi.document import Document
from mockserver.registry import Registry
from mockserver.settings import DEFAULT_ACCOUNT, DEFAULT_TOKEN


def _unprepared(models: Sequence[str]) -> Prepared:
    raise UsageError("this plan has its models")


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides what a run sends and how it judges."""

    contract: Document
    """The contract as it was given."""
    document: Document
    """The contract with a path for each model that is asked; its own has only those of active models."""
    target: Target
    prepared: Prepared
    credentials: Credentials
    redactor: Redactor
    world: World
    checks: Registry[AnyCheck]
    strategies: Registry[Strategy]
    seed: int = 0
    effort: Effort | None = THOROUGH
    """How much the engine sends; None for nothing: the kit's own cases only."""
    limits: Limits = field(default_factory=Limits)
    allotment: Allotment = field(default_factory=Allotment)
    confirm: int = 2
    """How often the request of a finding is sent again."""
    chooses_models: bool = False
    """Whether one model of each family is chosen: nobody named any."""
    prepare_for: Callable[[Sequence[str]], Prepared] = field(default=_unprepared, repr=False)
    """Prepares the contract for other models than those chosen."""

    @property
    def place(self) -> str:
        """How reports call the target: its address without credentials."""
        return self.redactor.text(self.target.name)

    def units(self, broken: dict[str, str] | None = None) -> list[Unit]:
        """Return the kit's own cases, in the order of sending; what goes wrong within strategies is put in `broken`."""
        return schedule(self.prepared, self.world, self.strategies, self.allotment, broken)


def plan(
    target: str | ASGIApp | None,
    *,
    spec: str | Path | None = None,
    contract: Document | None = None,
    overlays: Sequence[str | Path] = (),
    bundled_overlay: bool = True,
    token: str | None = None,
    account: str | None = None,
    operations: Sequence[str] = (),
    models: Sequence[str] = (),
    seed: int = 0,
    quick: bool = False,
    own_only: bool = False,
    max_examples: int | None = None,
    limits: Limits | None = None,
    checks: Registry[AnyCheck] | None = None,
    strategies: Registry[Strategy] | None = None,
    kit: Kit | None = None,
    confirm: int = 2,
    compares_credentials: bool = True,
) -> Plan:
    """Return the plan of a run; raises UsageError (UnknownName for names) or DocumentError.

    A target that does not compare credentials, as a mock that cannot know what they are worth, is not sent wrong ones.
    """
    if target is None:
        raise UsageError("there is no target; an address like https://host/client/v4 or an ASGI application is one")
    for named, given in (("operations", operations), ("models", models)):
        if isinstance(given, str):
            raise UsageError(f"{named} is the text {given!r}; a list of names like {[given]!r} would be right")
    if max_examples is not None and max_examples < 1:
        raise UsageError(f"max_examples is {max_examples}; 1 or more would be right")
    if contract is None:
        contract = effective(spec, overlays=overlays, bundled_overlay=bundled_overlay)
    token = token or os.environ.get("CLOUDFLARE_API_TOKEN") or DEFAULT_TOKEN
    if not token.isprintable():
        raise UsageError(
            "the token holds a line break or another control character; a token on one line would be right"
        )
    account = account or os.environ.get("CLOUDFLARE_ACCOUNT_ID") or DEFAULT_ACCOUNT
    kit = kit or Kit()
    limits = limits or Limits()
    credentials = Credentials(find_credentials(contract, token), token)
    document = with_paths(contract, models or [model.name for model in stand_ins(read_models())])
    prepared = prepare(document, account=account, operations=operations, models=models)
    effort: Effort | None = effort_for(len(prepared.operations))
    if max_examples is not None:
        effort = replace(effort_for(len(prepared.operations)), examples=max_examples)
    elif quick:
        effort = None  # the engine takes longer to begin than all of a quick run
    if own_only:
        effort = None
    return Plan(
        contract,
        document,
        find_target(target, contract),
        prepared,
        credentials,
        Redactor({TOKEN: token, ACCOUNT: account}, credentials.shell_forms(TOKEN.removeprefix("$"))),
        _world(document, seed, token, account, credentials, NEAR_MISSES if compares_credentials else ()),
        kit.checks if checks is None else checks,
        kit.strategies if strategies is None else strategies,
        seed,
        effort,
        limits,
        Allotment(quick, 0 if quick else _own_share(limits, effort, len(prepared.operations))),
        confirm,
        not models,
        lambda names: prepare(document, account=account, operations=operations, instead=names),
    )


def _own_share(limits: Limits, effort: Effort | None, operations: int) -> int:
    """Return how many of a run's requests are the kit's own cases; one more asks which models there are."""
    return limits.requests - limits.reserve - 1 - (0 if effort is None else effort.most(operations))


def _world(
    document: Document, seed: int, token: str, account: str, credentials: Credentials, misses: Iterable[str]
) -> World:
    judge = Judge(document)
    misses = tuple(filter(credentials.differs, misses))
    return World(document, judge, Validity(document, judge), seed, token, account, bool(credentials), misses)
