"""The views that a conjunction of schemas can take: one for each way through its choices."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mockserver.openapi.sampling.absorbing import Absorber
from mockserver.openapi.sampling.faults import Dead
from mockserver.openapi.sampling.views import Branch, Choice, Opens, View

Order = Callable[[Choice], list[Branch]]
"""Puts the options of a choice into the order in which they are tried."""

_STEPS = 400


def views(absorber: Absorber, start: View, order: Order) -> Iterator[View]:
    """Yield views without open choices, depth first; `start` stays as it is. Raises Dead when there is none."""
    if not start.choices:
        yield start
        return
    reason: Dead | None = None
    found = False
    absorber.work.spend(start.volume // 8)
    pending: list[tuple[View, Branch | None, Opens]] = [(start.copy(), None, ((), ()))]
    for _ in range(_STEPS):
        if not pending:
            break
        view, branch, opens = pending.pop()
        if branch is not None:
            absorber.work.spend(10 + view.volume // 3)
            view = view.copy()
            try:
                absorber.absorb(view, branch, opens)
            except Dead as dead:
                reason = dead
                continue
        if not view.choices:
            found = True
            yield view
            continue
        choice = min(view.choices, key=lambda each: each.rank)
        view.choices.remove(choice)
        absorber.work.spend(1 + len(choice.options) // 2)
        if not (options := order(choice)):
            reason = Dead(f"{choice.keyword} has no option")
        pending.extend((view, option, choice.opens) for option in reversed(options))
    if not found:
        raise reason or Dead("too many choices")
