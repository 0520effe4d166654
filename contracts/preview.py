"""What a run would send and what it would cost, without sending anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from contracts import discovery, neurons
from contracts.courier import address_of
from contracts.engine import generate
from contracts.exchanges import Exchange, Intent, Request, Response
from contracts.plan import Plan

_PRETENDED = Response(200, (("content-type", "application/json"),), b"{}")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What one phase of a run sends to one operation; for operation "" it is the question which models there are."""

    operation: str
    phase: str
    requests: int
    neurons: float


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run sends when nothing is found and nothing is refused: findings and refusals are sent again."""

    foreseen: tuple[Foreseen, ...]

    @property
    def requests(self) -> int:
        """How many requests are sent."""
        return sum(each.requests for each in self.foreseen)

    @property
    def neurons(self) -> float:
        """What they cost, as estimated by the catalogue's prices."""
        return sum(each.neurons for each in self.foreseen)


def preview(plan: Plan) -> Preview:
    """Return what a run by this plan sends, by operation and phase, in the order of the contract."""
    count: Counter[tuple[str, str]] = Counter()
    cost: Counter[tuple[str, str]] = Counter()
    left = plan.limits.requests - plan.limits.reserve - discovery.asks(plan)
    for unit in plan.units():
        for case in unit.cases:
            size = min(case.requests, left)
            left -= size
            count[unit.operation, unit.phase] += size
            if case.intent is Intent.VALID:
                request = Request(case.method, address_of(plan, case), case.headers, case.body)
                cost[unit.operation, unit.phase] += size * neurons.estimate(request)  # type: ignore[assignment]
    for exchange in _generated(plan) if plan.effort is not None and left else ():
        if left <= 0:
            break
        left -= 1
        key = exchange.operation, exchange.phase
        count[key] += 1
        if exchange.intent is Intent.VALID and plan.world.validity.may_succeed(exchange):
            cost[key] += neurons.estimate(exchange.request)  # type: ignore[assignment]
    order = {name: index for index, name in enumerate(plan.prepared.operations)}
    keys = sorted((key for key in count if count[key]), key=lambda key: order[key[0]])  # phases stay as they came
    asked = [Foreseen("", "models", 1, 0.0)] if discovery.asks(plan) else []
    return Preview((*asked, *(Foreseen(*key, count[key], float(cost[key])) for key in keys)))


def _generated(plan: Plan) -> list[Exchange]:
    """Return what the engine would send; it makes the same requests whatever the answers are."""
    assert plan.effort is not None
    happened = generate(
        plan.prepared,
        plan.target.base_url,
        lambda request: _PRETENDED,
        credentials=plan.credentials.own,
        seed=plan.seed,
        effort=plan.effort,
    )
    return [each for each in happened if isinstance(each, Exchange)]


def render(preview: Preview) -> str:
    """Return the preview as a table for people: a line for each operation, the phases in it, the neurons."""
    names = list(dict.fromkeys(each.operation for each in preview.foreseen))
    width = max((len(name or "(which models)") for name in names), default=0)
    lines = []
    for name in names:
        own = [each for each in preview.foreseen if each.operation == name]
        phases = ", ".join(f"{each.phase} {each.requests}" for each in own)
        requests, cost = sum(each.requests for each in own), sum(each.neurons for each in own)
        lines.append(f"{name or '(which models)':<{width}}  {requests:>4} requests  {cost:>9.2f} neurons  {phases}")
    total = f"{preview.requests} requests, about {preview.neurons:.2f} neurons"
    return "\n".join([*lines, "", f"{total}; what is found or refused for now is sent again within the limits"])
