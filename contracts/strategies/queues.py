"""Batches that are queued: inputs that are left with the service, and asked for later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from contracts.cases import Case
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.making import Maker
from contracts.strategies.batches import text_member
from contracts.strategies.registry import strategy

TAKES_BATCHES = "async_batch"
_QUEUES = "queueRequest"
"""The parameter that asks for it: where the document has none, a server answers as if nothing had been asked."""
_REFERENCES = ("first", "second", "third")
_TEXTS = ("Violins are tuned in fifths.", "Glaciers grind mountains into flour.")
_POLLS = 2


@strategy("queued-batches", "sequences")
def queued_batches(make: Maker) -> Iterator[Case]:
    """Three inputs that are queued as a batch, and then asked for, twice at most: each has to come back, under the
    reference that it was given, and with the result that is its own.
    """
    base = make.smoke_json
    if make.dialect is not Dialect.RUN or make.model is None or TAKES_BATCHES not in make.model.capabilities:
        return
    if not any(each.get("name") == _QUEUES for each in make.operation.parameters):
        return
    if not isinstance(base, dict) or not (make.takes_any_model or make.allows("requests")):
        return
    different = [base, *(_asking(make, base, text) for text in _TEXTS)]
    inputs = [{**each, "external_reference": of} for each, of in zip(different, _REFERENCES, strict=True)]
    case = make.case(body={"requests": inputs}, query={_QUEUES: "true"}, reason="three inputs to be queued")
    yield replace(case, group="a", role="queued", then=partial(_asked_for, left=_POLLS), following=_POLLS)


def _asked_for(exchange: Exchange, left: int) -> Case | None:
    """Return the question for what was queued; None where nothing was, or all is there."""
    told = _told(exchange)
    if exchange.case is None or told.get("status") not in ("queued", "running") or "request_id" not in told:
        return None
    return replace(
        exchange.case,
        body=json.dumps({"request_id": told["request_id"]}).encode(),
        reason="what was queued is asked for",
        role="asked-for",
        then=partial(_asked_for, left=left - 1) if left > 1 else None,
        following=left - 1,
    )


def _asking(make: Maker, base: dict[str, Any], text: str) -> dict[str, Any]:
    """Return the small input with another text in the place of its own, where there is one."""
    member = text_member(make)
    return base if member is None else {**base, member: text}


def _told(exchange: Exchange) -> dict[str, Any]:
    try:
        body = json.loads(exchange.response.body) if exchange.response is not None else None
    except (ValueError, RecursionError):
        return {}
    result = body.get("result", body) if isinstance(body, dict) else None
    return result if isinstance(result, dict) else {}


STRATEGIES = (queued_batches,)
