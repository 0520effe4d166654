"""Answers that say nothing about the contract: the account, the quota or the capacity stood in the way."""

from __future__ import annotations

import json
from dataclasses import dataclass

from contracts.exchanges import Exchange, Intent, Response


@dataclass(frozen=True, slots=True)
class Refusal:
    """A kind of refusal: the statuses and the error codes of the Cloudflare envelope that mean it."""

    reason: str
    statuses: frozenset[int]
    codes: frozenset[int] = frozenset()
    """Empty: the status alone says it."""
    later: bool = False
    """Whether it may be over soon."""


_TABLE = (
    Refusal("limits: the daily allocation is used up", frozenset({429}), frozenset({3036, 4006})),
    Refusal("limits: too many requests, or the daily allocation is used up", frozenset({429}), later=True),
    Refusal("the model asks for a paid plan", frozenset({403}), frozenset({5035})),
    Refusal("the model's terms are not accepted", frozenset({403}), frozenset({5016})),
    Refusal("the model is private", frozenset({403}), frozenset({5018, 3041})),
    Refusal("the account is blocked", frozenset({403}), frozenset({3023})),
    Refusal("the account does not have the model", frozenset({400, 404}), frozenset({5007})),
    Refusal("the account does not have the adapter", frozenset({400}), frozenset({3039})),
    Refusal("the model takes no adapters", frozenset({400, 405}), frozenset({5005})),
    Refusal("the model timed out", frozenset({408}), frozenset({3007, 3008, 3046}), later=True),
    Refusal("no capacity", frozenset(range(500, 600)), frozenset({3040}), later=True),
    Refusal("the service is unavailable", frozenset({502, 503, 504, 520, 521, 522, 523, 524, 529}), later=True),
)

_LONGEST_PAUSE = 2.0


def refusal(exchange: Exchange) -> str | None:
    """Return why the answer to a valid request says nothing about the contract; None when it does say something.

    Deliberately invalid requests earn their refusals, except where a limit hits them too.
    """
    found = None if exchange.response is None else _find(exchange.response, exchange.intent)
    return None if found is None else found.reason


def retry_after(response: Response, attempt: int) -> float | None:
    """Return the seconds after which to ask again, at most 2; None when asking again is of no use.

    The response says so itself, else it is a quarter of a second and twice as long with each attempt.
    """
    found = _find(response, Intent.VALID)
    if found is None or not found.later:
        return None
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            return min(_LONGEST_PAUSE, max(0.0, float(response.header(name) or "") / unit))
        except ValueError:
            continue
    return min(_LONGEST_PAUSE, 0.25 * 2.0**attempt)


def _find(response: Response, intent: Intent) -> Refusal | None:
    codes: frozenset[int] | None = None
    for each in _TABLE:
        if response.status not in each.statuses:
            continue
        if not each.codes:
            return each
        if intent is Intent.INVALID:
            continue
        codes = error_codes(response.body) if codes is None else codes
        if codes & each.codes:
            return each
    return None


def error_codes(body: bytes) -> frozenset[int]:
    """Return the numeric codes in the `errors` of a Cloudflare envelope."""
    try:
        errors = json.loads(body)["errors"]
        return frozenset(error["code"] for error in errors if isinstance(error.get("code"), int))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return frozenset()
