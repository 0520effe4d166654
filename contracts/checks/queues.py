"""Batches that were queued: what comes back of them."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.checks.registry import AnyCheck, group_check
from contracts.checks.words import shown
from contracts.context import GroupContext
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import objects


@group_check("batch-complete", Severity.BREAKING, kind="semantics", source="Cloudflare")
def batch_complete(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """A batch that was queued comes back whole: one result for each input, with its place as id and with the reference
    that it was given, in whatever order.

    Finds results that are lost, doubled or of another input, and batches that nobody knows any more.
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
    bad = next((each for each in objects(results) if each.get("success") is True and not each.get("result")), None)
    return [] if bad is None else [Found("a result with each success", shown(bad), f"{where}/*/result")]


CHECKS: tuple[AnyCheck, ...] = (batch_complete,)
