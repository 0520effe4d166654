"""Who may ask."""

from __future__ import annotations

from contracts.cases import NONE, OWN
from contracts.checks.registry import AnyCheck, check
from contracts.context import Context
from contracts.credentials import NEAR_MISSES
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity

_SENT = {NONE: "without credentials", "wrong": "with a wrong token", "empty": "with an empty token"}


@check("auth", Severity.BREAKING, kind="auth", source="document")
def auth(exchange: Exchange, context: Context) -> list[Found] | None:
    """A request without credentials, or with others than the right ones, is refused with a 4xx.

    Finds an operation that forgot to ask, and tokens that are compared by their beginning only.
    """
    if exchange.credential == OWN:
        return None
    status = context.response.status
    if 400 <= status < 500:
        return []
    sent = _SENT.get(exchange.credential) or f"with a token that is {exchange.credential}"
    assert exchange.credential == NONE or exchange.credential in NEAR_MISSES
    return [Found(f"4xx for a request {sent}", str(status), sent)]


CHECKS: tuple[AnyCheck, ...] = (auth,)
