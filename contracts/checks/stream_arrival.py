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
_EVENTS = 6


@group_check("stream-arrives-over-time", Severity.BREAKING, kind="stream", source="OpenAI")
def stream_arrives_over_time(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """Events are sent when they are there, not collected and sent as one.

    Finds buffers between the model and the caller: every stream of a group takes as long as a whole answer to begin,
    and then comes at once. Fast streams cannot be told, and are not judged.
    """
    streams = [each for each in context.contexts if each.is_stream and len(each.events) >= _EVENTS]
    slow = [each for each in streams if each.response.seconds >= _SLOW]
    if len(slow) < 2 or len(slow) < len(streams):
        return None
    held = [each for each in slow if _came_at_once(each)]
    if len(held) < len(slow):
        return []
    last = held[-1]
    came = f"{len(last.events)} events at once after {last.response.chunks[0].seconds:.2f} seconds"
    return [Found("events as they are made", came, "arrival")]


def _came_at_once(context: Context) -> bool:
    chunks = context.response.chunks
    if not chunks:
        return False
    return chunks[-1].seconds - chunks[0].seconds <= _AT_ONCE * context.response.seconds


CHECKS: tuple[AnyCheck, ...] = (stream_arrives_over_time,)
