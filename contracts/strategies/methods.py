"""Requests with methods that an operation does not have, HEAD and OPTIONS."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.cases import Case
from contracts.exchanges import Intent
from contracts.making import Maker
from contracts.strategies.registry import strategy

_OTHERS = ("DELETE", "PUT", "PATCH", "GET", "POST")


@strategy("head", "free")
def head(make: Maker) -> Iterator[Case]:
    """GET, HEAD and GET of the same address: the second has the head of the first, and no body, and the third is like
    the first. HEAD of what is no GET.
    """
    if make.operation.method == "GET":
        yield make.case(intent=Intent.PROBE, reason="GET, to be compared with HEAD", group="a", role="get")
        yield make.case(method="HEAD", intent=Intent.PROBE, reason="HEAD", group="a", role="head")
        yield make.case(intent=Intent.PROBE, reason="GET again, after HEAD", group="a", role="again")
    elif make.operation.method != "HEAD":
        yield make.case(content=b"", media_type="", method="HEAD", intent=Intent.PROBE, reason="HEAD")


@strategy("methods", "free", turns=3)
def methods(make: Maker) -> Iterator[Case]:
    """Methods that nobody documented, and OPTIONS: they are refused, or answered by what nobody knows of."""
    here = {each.method for each in make.world.document.operations.values() if each.path == make.operation.path}
    others = [each for each in _OTHERS if each not in here]
    make.random("methods").shuffle(others)
    others[1:1] = ["OPTIONS"]
    for each in others:
        if each in ("OPTIONS", "GET", "DELETE"):
            yield make.case(content=b"", media_type="", method=each, intent=Intent.PROBE, reason=f"the method {each}")
        else:
            body = b"{}" if make.smoke is None or not make.smoke.content else None
            yield make.case(
                content=body, media_type="application/json" if body else None, method=each, intent=Intent.PROBE,
                reason=f"the method {each}",
            )  # fmt: skip


STRATEGIES = (methods, head)
