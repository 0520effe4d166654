"""What the contract allows is accepted, what it forbids is refused."""

from __future__ import annotations

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import quoted
from contracts.context import Context
from contracts.exchanges import Exchange, Intent
from contracts.findings import Found, Severity

_ABOUT_SOMETHING_ELSE = (401, 403, 404, 409, 429)
"""Refusals of valid requests that say that something is not there, or not for everybody."""


@check("positive_data_acceptance", Severity.BREAKING, kind="validation", source="document")
def positive_data_acceptance(exchange: Exchange, context: Context) -> list[Found] | None:
    """A request that the contract allows is accepted.

    Finds a boundary that is off by one, an optional member that is demanded, and a null that is refused.
    """
    if exchange.intent is not Intent.VALID or not context.validity.is_allowed(exchange):
        return None
    response = context.response
    if response.status in _ABOUT_SOMETHING_ELSE or not 200 <= response.status < 500 or _engine_passed(exchange):
        return None
    if response.status < 400:
        return []
    return [Found("valid requests are accepted", f"{response.status} {response.media_type} {quoted(response.body)}")]


@check("negative_data_rejection", Severity.LAX, kind="validation", source="document")
def negative_data_rejection(exchange: Exchange, context: Context) -> list[Found] | None:
    """A request that the contract forbids is refused.

    Finds a limit that nobody enforces, and a member of the wrong type that is taken.
    """
    if exchange.intent is not Intent.INVALID or not context.validity.is_forbidden(exchange):
        return None
    response = context.response
    if response.status >= 400:
        return []
    if _engine_passed(exchange):
        return None
    what = f"; {exchange.reason}" if exchange.reason else ""
    came = f"{response.status} {response.media_type} {quoted(response.body)}{what}"
    return [Found("invalid requests are refused", came)]


def _engine_passed(exchange: Exchange) -> bool:
    """Return whether the engine, which knows how it made a request, holds the answer for right."""
    name = "positive_data_acceptance" if exchange.intent is Intent.VALID else "negative_data_rejection"
    return bool(exchange.verdicts) and not any(each.check == name and not each.passed for each in exchange.verdicts)


CHECKS: tuple[AnyCheck, ...] = (positive_data_acceptance, negative_data_rejection)
