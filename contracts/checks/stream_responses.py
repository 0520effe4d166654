"""Streams of the Responses endpoint: numbered events that open, fill and close what they tell of."""

from __future__ import annotations

from typing import Any

from contracts.checks.registry import AnyCheck, check
from contracts.checks.responses import output_texts
from contracts.checks.words import shown
from contracts.context import Context
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import is_whole, objects

_ENDS = ("response.completed", "response.incomplete", "response.failed")
_TEXT, _ARGUMENTS = "response.output_text", "response.function_call_arguments"
_REASONING = "response.reasoning_text"


@check("response-events-order", Severity.BREAKING, kind="stream", source="OpenAI")
def response_events_order(exchange: Exchange, context: Context) -> list[Found] | None:
    """Events are numbered one by one, begin with `response.created` and end with the one that closes the response.

    Finds events that were lost or doubled, two ends, and events behind the end.
    """
    events = _events(context)
    if events is None:
        return None
    kinds = [each.get("type") for each in events]
    if not kinds or kinds[0] != "response.created":
        return [Found("response.created as the first event", shown(kinds[0] if kinds else None), "/type")]
    ends = [kind for kind in kinds if kind in _ENDS]
    if len(ends) != 1 or kinds[-1] != ends[0]:
        return [Found("one event that closes the response, as the last", shown([*ends, kinds[-1]]), "/type")]
    numbers = [each["sequence_number"] for each in events if "sequence_number" in each]
    if numbers and numbers != list(range(numbers[0] if is_whole(numbers[0]) else 0, len(events) + _start(numbers))):
        return [Found("numbers that grow by 1", shown(numbers), "/sequence_number")]
    return []


@check("response-events-named", Severity.BREAKING, kind="stream", source="OpenAI")
def response_events_named(exchange: Exchange, context: Context) -> list[Found] | None:
    """Where an event has a name, it is the type that its data tell.

    Finds names of the event before.
    """
    if context.dialect is not Dialect.RESPONSES or not context.is_stream or not context.response.succeeded:
        return None
    if b"\nevent: message\n" in context.response.body.replace(b"\r\n", b"\n"):
        return [Found("the type of the data as the name", "message", "event")]
    pieces = iter(context.pieces)
    for event in context.events:
        if not event.data.startswith("{"):
            continue
        piece = next(pieces, None)
        kind = piece.get("type") if isinstance(piece, dict) else None
        if event.type != "message" and kind is not None and event.type != kind:
            return [Found(f"the event {shown(kind)}", event.type, "event")]
    return []


@check("response-events-complete", Severity.BREAKING, kind="stream", source="OpenAI")
def response_events_complete(exchange: Exchange, context: Context) -> list[Found] | None:
    """What is opened is closed, belongs to an item that was opened, and its pieces join to what the end tells.

    Finds items without an end, deltas of another item, texts that lost a piece, and an end that tells of another
    response.
    """
    events = _events(context)
    if events is None:
        return None
    opened: dict[Any, Any] = {}
    items: dict[Any, dict[str, Any]] = {}
    closed: set[Any] = set()
    for event in events:
        kind, place = str(event.get("type")), event.get("output_index")
        item = event.get("item")
        if kind == "response.output_item.added" and isinstance(item, dict):
            opened[place] = item.get("id")
            items[place] = item
        elif kind == "response.output_item.done":
            closed.add(place)
            known = items.get(place, {})
            last = item if isinstance(item, dict) else known
            for name in ("id", "type", "call_id", "name"):
                if known.get(name) is not None and last.get(name) != known[name]:
                    promised = f"the {name} {shown(known[name])}, as before"
                    return [Found(promised, shown(last.get(name)), f"/item/{name}")]
        elif place is not None and place not in opened:
            return [Found("an item that was opened", f"{kind} of {shown(place)}", "/output_index")]
        elif "item_id" in event and event["item_id"] != opened.get(place):
            return [Found(f"the item {shown(opened.get(place))}", shown(event["item_id"]), "/item_id")]
    unclosed = [place for place in opened if place not in closed]
    if unclosed:
        return [Found("an end for each item", f"none for {shown(unclosed)}", "/item")]
    return _joined(events) or _one_response(events)


def _events(context: Context) -> list[dict[str, Any]] | None:
    if context.dialect is not Dialect.RESPONSES or not context.is_stream or not context.response.succeeded:
        return None
    return None if context.response.cut_short else objects(list(context.pieces))


def _start(numbers: list[Any]) -> int:
    return numbers[0] if is_whole(numbers[0]) else 0


def _joined(events: list[dict[str, Any]]) -> list[Found]:
    for stem, member in ((_TEXT, "text"), (_REASONING, "text"), (_ARGUMENTS, "arguments")):
        pieces: dict[tuple[Any, Any], str] = {}
        for event in events:
            key = event.get("output_index"), event.get("content_index")
            if event.get("type") == f"{stem}.delta":
                pieces[key] = pieces.get(key, "") + str(event.get("delta"))
            elif event.get("type") == f"{stem}.done" and event.get(member) != pieces.get(key, ""):
                came = f"{shown(event.get(member))} at the end"
                return [Found(f"the pieces that came: {shown(pieces.get(key, ''))}", came, f"/{member}")]
        last = events[-1].get("response") if events else None
        if stem == _TEXT and isinstance(last, dict) and pieces:
            whole = "".join(output_texts(last))
            if whole != "".join(pieces.values()):
                promised = f"the pieces that came: {shown(''.join(pieces.values()))}"
                return [Found(promised, f"{shown(whole)} in the response", "/response/output")]
    return []


def _one_response(events: list[dict[str, Any]]) -> list[Found]:
    told = [each["response"] for each in events if isinstance(each.get("response"), dict)]
    for name in ("id", "created_at", "model"):
        values = [each[name] for each in told if name in each]
        if any(value != values[0] for value in values):
            return [Found(f"one {name} in all events", shown(values), f"/response/{name}")]
    return []


CHECKS: tuple[AnyCheck, ...] = (response_events_order, response_events_named, response_events_complete)
