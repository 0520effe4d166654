"""Event streams: framing, order, end."""

from __future__ import annotations

import json

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import quoted
from contracts.context import DONE, Context
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity

_RESPONSES = ("response.completed", "response.incomplete", "response.failed")
_ENDS = {
    Dialect.RESPONSES: _RESPONSES,
    Dialect.CHAT: (DONE,),
    Dialect.COMPLETIONS: (DONE,),
    Dialect.RUN: (DONE, *_RESPONSES),  # models that take the Responses form answer in it
}


@check("event_stream", Severity.BREAKING, kind="stream", source="HTTP")
def event_stream(exchange: Exchange, context: Context) -> list[Found] | None:
    """An event stream is written as the WHATWG standard says, and its last event is complete.

    Finds lines that are no field, broken UTF-8, and a last event that no empty line ends.
    """
    if not context.is_stream:
        return None
    violations = context.violations
    return [Found("a well-formed event stream", f"line {each.line}: {each.message}") for each in violations[:1]]


@check("event_stream_end", Severity.BREAKING, kind="stream", source="OpenAI")
def event_stream_end(exchange: Exchange, context: Context) -> list[Found] | None:
    """A stream ends as its dialect says: with `[DONE]`, or with the event that closes a response.

    Finds a stream that just stops: clients wait, or take a part for the whole.
    """
    if not context.is_stream or context.promise is None or context.response.cut_short:
        return None
    ends = _ends(context)
    if not ends:
        return None
    last = context.events[-1].data if context.events else None
    if last is not None and (last in ends or _type(last) in ends):
        return []
    came = "no event at all" if last is None else f"as the last data {quoted(last.encode())}"
    return [Found(f"{' or '.join(ends)} at the end of the stream", came)]


def _ends(context: Context) -> tuple[str, ...]:
    """Return how streams may end: as `x-mockflare-stream-end` of the media type says, else by the dialect."""
    said = None if context.promise is None else context.promise.raw.get("x-mockflare-stream-end")
    return (said,) if isinstance(said, str) else _ENDS.get(context.dialect, ())


def _type(data: str) -> str | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value.get("type") if isinstance(value, dict) else None


CHECKS: tuple[AnyCheck, ...] = (event_stream, event_stream_end)
