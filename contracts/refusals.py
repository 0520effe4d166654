"""Answers that say nothing about the contract: the account, the quota or the capacity stood in the way."""

from __future__ import annotations

import json
from dataclasses import dataclass

from contracts.exchanges import Exchange, Intent


@dataclass(frozen=True, slots=True)
class Refusal:
    """A kind of refusal: the statuses and the error codes of the Cloudflare envelope that mean it."""

    reason: str
    statuses: frozenset[int]
    codes: frozenset[int] = frozenset()
    """Empty: the status alone says it."""


_TABLE = (
    Refusal("limits: too many requests, or the daily allocation is used up", frozenset({429})),
    Refusal("the model asks for a paid plan", frozenset({403}), frozenset({5035})),
    Refusal("the model's terms are not accepted", frozenset({403}), frozenset({5016})),
    Refusal("the model is private", frozenset({403}), frozenset({5018, 3041})),
    Refusal("the account is blocked", frozenset({403}), frozenset({3023})),
    Refusal("the account does not have the model", frozenset({400, 404}), frozenset({5007})),
    Refusal("the account does not have the adapter", frozenset({400}), frozenset({3039})),
    Refusal("the model takes no adapters", frozenset({400, 405}), frozenset({5005})),
    Refusal("the model timed out", frozenset({408}), frozenset({3007, 3008, 3046})),
    Refusal("no capacity", frozenset(range(500, 600)), frozenset({3040})),
    Refusal("the service is unavailable", frozenset({502, 503, 504, 520, 521, 522, 523, 524, 529})),
)


def refusal(exchange: Exchange) -> str | None:
    """Return why the answer to a valid request says nothing about the contract; None when it does say something.

    Deliberately invalid requests earn their refusals, except where a limit hits them too.
    """
    response = exchange.response
    if response is None:
        return None
    codes: frozenset[int] | None = None
    for each in _TABLE:
        if response.status not in each.statuses:
            continue
        if not each.codes:
            return each.reason
        if exchange.intent is Intent.INVALID:
            continue
        codes = error_codes(response.body) if codes is None else codes
        if codes & each.codes:
            return each.reason
    return None


def error_codes(body: bytes) -> frozenset[int]:
    """Return the numeric codes in the `errors` of a Cloudflare envelope."""
    try:
        errors = json.loads(body)["errors"]
        return frozenset(error["code"] for error in errors if isinstance(error.get("code"), int))
    except (ValueError, TypeError, KeyError, AttributeError):
        return frozenset()
