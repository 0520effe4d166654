"""Two runs of the same cases: from records, or by sending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlsplit

from contracts.case_keys import CaseKeys, relative
from contracts.cases import Case
from contracts.courier import Courier
from contracts.events import ExchangeDone
from contracts.exchanges import Exchange
from contracts.limits import Meter
from contracts.plan import Plan
from contracts.redaction import ACCOUNT, CREDENTIAL_HEADERS
from contracts.refusals import refusal
from contracts.run import BROKEN_OFF, run
from contracts.sender import open_sender

_MOCK = "x-mockflare-source"
_AT_ONCE = "parallel"


@dataclass(frozen=True, slots=True)
class Run:
    """What was sent to one target, and what came."""

    name: str
    base_url: str
    exchanges: tuple[ExchangeDone, ...]
    stopped: str | None = None

    @property
    def is_mock(self) -> bool:
        """Whether a mock of ours answered: its answers name their source."""
        return any(
            each.exchange.response is not None and each.exchange.response.header(_MOCK) is not None
            for each in self.exchanges
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """The same case at A and at B."""

    a: ExchangeDone
    b: ExchangeDone


def send_plan(plan: Plan) -> Run:
    """Run a plan and return its exchanges, without credentials."""
    done: list[ExchangeDone] = []
    stopped: str | None = None
    for event in run(plan):
        if isinstance(event, ExchangeDone):
            done.append(event)
        stopped = getattr(getattr(event, "report", None), "stopped", None)
    return Run(plan.place, plan.target.base_url, tuple(done), stopped)


def send_again(before: Run, plan: Plan) -> Run:
    """Send the cases of a run to the target of a plan, with its credentials, in the same order.

    After an interrupt it is the run of what was sent until then; of a run that was broken off nothing is sent.
    """
    if before.stopped == BROKEN_OFF:
        return Run(plan.place, plan.target.base_url, (), BROKEN_OFF)
    meter = Meter(plan.limits)
    sender = open_sender(plan.target, seconds=plan.limits.answer_seconds)
    courier = Courier(plan, sender, meter)
    done: list[ExchangeDone] = []
    stopped = None
    try:
        known = [each for each in before.exchanges if each.exchange.operation in plan.document.operations]
        for _, unit in groupby(known, key=lambda each: each.exchange.group or each.exchange.number):
            cases = [_case(each.exchange, before.base_url, plan) for each in unit]
            for exchange in courier.deliver(cases):
                done.append(_done(exchange, plan))
    except KeyboardInterrupt:
        stopped = BROKEN_OFF
    finally:
        sender.close()
    name = plan.place
    if stopped is None and courier.patience.over:
        stopped = f"{name} {courier.patience.over}"
    return Run(name, plan.target.base_url, tuple(done), stopped or meter.limited)


def pairs(a: Run, b: Run) -> tuple[list[Pair], int]:
    """Return the cases that both runs have, in the order of A, and how many only one of them has.

    Cases are the same when the same was sent. What follows from an answer may differ in what it repeats of it: it is
    found by its place in its group.
    """
    of_b = list(_keyed(b))
    by_key = dict(of_b)
    found: list[Pair] = []
    left: list[ExchangeDone] = []
    for key, each in _keyed(a):
        other = by_key.pop(key, None)
        if other is None:
            left.append(each)
        else:
            found.append(Pair(each, other))
    by_role = {_role(each): each for each in by_key.values() if each.exchange.group}
    for each in left:
        other = by_role.pop(_role(each), None) if each.exchange.group else None
        if other is not None:
            found.append(Pair(each, other))
    order = {id(each): index for index, each in enumerate(a.exchanges)}
    found.sort(key=lambda pair: order[id(pair.a)])
    return found, len(a.exchanges) + len(b.exchanges) - 2 * len(found)


def _keyed(run: Run) -> Iterator[tuple[str, ExchangeDone]]:
    keys = CaseKeys(run.base_url)
    for each in run.exchanges:
        yield keys.key(each.exchange), each


def _role(done: ExchangeDone) -> tuple[str, str, str]:
    return done.exchange.operation, done.exchange.group, done.exchange.role


def _case(exchange: Exchange, base_url: str, plan: Plan) -> Case:
    account = plan.world.account
    left_out = _NOT_SENT | {name.lower() for name in plan.credentials.own}
    request = exchange.request
    parts = urlsplit("http://host" + relative(request.url, base_url).replace(ACCOUNT, account))
    headers = tuple((name, value) for name, value in request.headers if name.lower() not in left_out)
    return Case(
        exchange.operation,
        request.method,
        parts.path,
        parts.query,
        headers,
        request.body.replace(ACCOUNT.encode(), account.encode()),
        exchange.phase,
        exchange.reason,
        exchange.intent,
        exchange.negated,
        exchange.credential,
        exchange.group,
        exchange.role,
        exchange.role.startswith(_AT_ONCE),
    )


_NOT_SENT = CREDENTIAL_HEADERS | {"host", "content-length", "connection", "x-schemathesis-testcaseid"}


def _done(exchange: Exchange, plan: Plan) -> ExchangeDone:
    return ExchangeDone(plan.redactor.exchange(exchange), (), refusal(exchange))


def only(run: Run, operations: Sequence[str]) -> Run:
    """Return the part of a run that belongs to some operations; all of it when none are named."""
    if not operations:
        return run
    return replace(run, exchanges=tuple(each for each in run.exchanges if each.exchange.operation in operations))
