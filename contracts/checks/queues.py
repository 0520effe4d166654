"""Batches that were queued: what comes back of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.checks.registry import AnyCheck, group_check
from contracts.checks.words import shortened, shown
from contracts.context import Context, GroupContext
from contracts.embedded import Vector, likeness
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import is_number, objects

_SAME, _COPIED = 0.99, 0.99999
"""The cosine above which two vectors are of one text, and above which one is a copy."""


@group_check("batch-complete", Severity.BREAKING, kind="semantics", source="Cloudflare")
def batch_complete(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """A batch that was queued comes back whole: one result for each input, with its place as id and with the reference
    that it was given, in whatever order.

    Finds results that are lost, doubled or of another input, failures that have one, and batches that nobody knows any
    more.
    """
    queued, asked = context.role("queued"), context.roles("asked-for")
    if queued is None or not queued.response.succeeded:
        return None
    if not isinstance(queued.answer, dict) or "request_id" not in queued.answer:
        return [Found("the request_id of what was queued", shown(queued.answer), "/result/request_id")]
    if not asked:
        return None
    last = asked[-1]
    if 400 <= last.response.status < 500:
        return [Found("what was queued a moment ago", str(last.response.status), "status")]
    results = last.answer.get("responses") if isinstance(last.answer, dict) else None
    if not isinstance(results, list):
        return None  # it is still under way
    sent = objects(queued.asked.get("requests"))
    where = "/result/responses"
    told = {each.get("id"): each.get("external_reference") for each in objects(results)}
    if len(results) != len(sent) or len(told) != len(sent):
        return [Found(f"{len(sent)} results", f"{len(results)}, of {len(told)} ids", where)]
    for place, each in enumerate(sent):
        if told.get(place, each) != each.get("external_reference"):
            came = f"{shown(told.get(place))} with the ids {shown(list(told))}"
            return [Found(f"{shown(each['external_reference'])} with the id {place}", came, f"{where}/*/id")]
    for each in objects(results):
        if each.get("success") is True and not each.get("result"):
            return [Found("a result with each success", shown(each), f"{where}/*/result")]
        if each.get("success") is False and each.get("result"):
            return [Found("no result beside a failure", shown(each), f"{where}/*/success")]
    return _vectors(sent, objects(results), context.smoke)


def _vectors(sent: list[dict[str, Any]], results: list[dict[str, Any]], smoke: Context | None) -> list[Found]:
    """Return where a result has the vectors of another input, or others than the input has alone."""
    where = "/result/responses/*/result"
    by_place = {each.get("id"): each.get("result") for each in results}
    seen: dict[str, Any] = {}
    if smoke is not None and (alone := _data(smoke.answer)) is not None:
        seen[_key(smoke.asked)] = alone
    for place, each in enumerate(sent):
        data, key = _data(by_place.get(place)), _key(each)
        if data is None:
            continue
        for other, its in seen.items():
            alike = likeness(data, its)
            if other == key and alike < _SAME:
                return [Found("the vector that the input has alone", f"a cosine of {alike:.3f}", where)]
            if other != key and alike > _COPIED:
                return [
                    Found(
                        "other vectors for other inputs", f"the same for {shortened(key)} and {shortened(other)}", where
                    )
                ]
        seen.setdefault(key, data)
    return []


def _key(asked: Mapping[str, Any]) -> str:
    return json.dumps({name: asked[name] for name in sorted(asked) if name != "external_reference"}, default=str)


def _data(result: Any) -> Vector | None:
    """Return the first vector of a native result; None for other results."""
    data = result.get("data") if isinstance(result, dict) else None
    first = data[0] if isinstance(data, list) and data else None
    return first if isinstance(first, list) and all(map(is_number, first)) else None


CHECKS: tuple[AnyCheck, ...] = (batch_complete,)
