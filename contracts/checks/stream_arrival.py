"""When the events of a stream arrive."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.checks.registry import AnyCheck, group_check
from contracts.context import Context, GroupContext
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity

_SLOW = 0.3
"""Seconds from which on waiting is felt, and spread over more than one event."""
_AT_ONCE = 0.02
"""The part of the time within which everything arrives that was held back."""
_HELD = 0.05
"""Seconds that tell of holding back where whole answers take no time at all."""
_EVENTS = 6


@group_check("stream-arrives-over-time", Severity.BREAKING, kind="stream", source="OpenAI")
def stream_arrives_over_time(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """Events are sent when they are there, not collected and sent as one.

    Finds buffers between the model and the caller: every stream of a group takes its time to begin, and then comes at
    once. Fast streams cannot be told, and are not judged, nor those of a machine that is slow in everything.
    """
    streams = [each for each in context.contexts if each.is_stream and len(each.events) >= _EVENTS]
    whole = [each.response.seconds for each in context.contexts if not each.is_stream]
    slow = [each for each in streams if _is_slow(each, whole)]
    if len(slow) < 2 or len(slow) < len(streams):
        return None
    if not all(map(_came_at_once, slow)):
        return []
    last = slow[-1]
    came = f"{len(last.events)} events at once after {last.response.chunks[0].seconds:.2f} seconds"
    return [Found("events as they are made", came, "arrival")]


def _is_slow(context: Context, whole: Sequence[float]) -> bool:
    """Return whether a stream took long enough to tell, by itself or next to whole answers."""
    seconds = context.response.seconds
    return seconds >= _SLOW or (len(whole) > 1 and seconds >= _HELD and seconds > 5 * max(whole))


def _came_at_once(context: Context) -> bool:
    chunks = context.response.chunks
    return bool(chunks) and chunks[-1].seconds - chunks[0].seconds <= _AT_ONCE * context.response.seconds


CHECKS: tuple[AnyCheck, ...] = (stream_arrives_over_time,)
