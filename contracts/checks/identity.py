"""Who answered, when, and under which id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from contracts.checks.registry import AnyCheck, check, group_check
from contracts.checks.words import shown
from contracts.context import Context, GroupContext
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import is_whole, objects
from mockserver.effective import catalogue

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+/=-]{3,199}")
_OF_THE_CLOCK = re.compile(r"id-(\d{13})")
"""Ids that the service makes of the millisecond: two answers of the same one share it."""
_EARLIEST, _LATEST = 1_577_836_800, 2_208_988_800
"""2020 and 2040 in seconds: milliseconds, zero and years ago lie outside."""
_SLOWEST = 900
"""Seconds by which the making of an id and of an answer may lie apart."""
_TIMES = ("created", "created_at")


@check("model-echoed", Severity.BREAKING, kind="semantics", source="OpenAI")
def model_echoed(exchange: Exchange, context: Context) -> list[Found] | None:
    """An answer names the model that was asked.

    Finds requests that another model answers, and a name that was left standing from an earlier request. A suffix
    ("-external"), and the model that an alias stands for, are in order.
    """
    asked = context.asked.get("model")
    if context.dialect is Dialect.RUN:
        asked = None if context.model is None or context.answer is context.json else context.model.name
    if not isinstance(asked, str) or context.dialect is Dialect.OTHER:
        return None
    heads = [each for each in _heads(context) if "model" in each]
    if not heads:
        return None
    for head in heads:
        if context.dialect is Dialect.RUN and head["model"] == context.asked.get("model"):
            continue  # engines tell back what stands in the body
        if not _is_same(asked, head["model"], loosely=context.dialect is Dialect.RUN):
            return [Found(f"the model {asked}", shown(head["model"]), "/model")]
    return []


@check("ids-well-formed", Severity.BREAKING, kind="semantics", source="OpenAI")
def ids_well_formed(exchange: Exchange, context: Context) -> list[Found] | None:
    """Ids are texts of letters, digits and few signs, and no two things of an answer share one.

    Finds empty ids, ids with spaces or numbers instead of texts, and tool calls that cannot be told apart.
    """
    ids = list(_ids(context))
    if not ids:
        return None
    found: dict[str, Found] = {}
    seen: dict[tuple[str, str], int] = {}
    for where, value in ids:
        if not (isinstance(value, str) and _ID.fullmatch(value)):
            found.setdefault(where, Found("an id of 4 letters or digits at least", shown(value), where))
        elif (where, value) in seen:
            found.setdefault(where, Found("different ids within an answer", f"{shown(value)} twice", where))
        seen[where, str(value)] = 1
    return list(found.values())


@check("created-plausible", Severity.BREAKING, kind="semantics", source="OpenAI")
def created_plausible(exchange: Exchange, context: Context) -> list[Found] | None:
    """The time of an answer is a whole number of seconds since 1970, between the years 2020 and 2040; an id that is
    made of the time is made of this one.

    Finds milliseconds, zeros, fractions and texts, and ids or times that stay while the others go on.
    """
    times = [(name, head[name]) for head in _heads(context) for name in _TIMES if name in head]
    if not times or context.dialect is Dialect.OTHER:
        return None
    for name, value in times:
        if not (is_whole(value) and _EARLIEST <= value <= _LATEST):
            return [Found("seconds since 1970, of the years 2020 to 2040", shown(value), f"/{name}")]
    for head in _heads(context):
        clock = _OF_THE_CLOCK.fullmatch(str(head.get("id")))
        created = head.get("created")
        if clock and is_whole(created) and abs(int(clock[1]) / 1000 - created) > _SLOWEST:
            came = shown([head["id"], created])
            return [Found("an id of the time that created tells", came, "/id", Severity.COSMETIC)]
    return []


@group_check("ids-unique", Severity.BREAKING, kind="semantics", source="OpenAI")
def ids_unique(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """Answers to different requests have different ids.

    Finds an id that is a constant, that is made of a seed, or that is shared by requests of the same moment, or by
    things that were made. The same request twice may be answered from a cache.
    """
    bodies = [each.request.body for each in exchanges]
    if len(exchanges) < 2 or len(set(bodies)) < len(bodies) or not context.succeeded:
        return None
    ids = [
        next((head["id"] for head in _heads(each) if isinstance(head.get("id"), str)), None)
        for each in context.contexts
    ]
    known = [each for each in ids if each is not None and not _OF_THE_CLOCK.fullmatch(each)]
    if len(known) < 2:
        return None
    twice = next((each for each in known if known.count(each) > 1), None)
    return [] if twice is None else [Found("different ids for different requests", shown(twice), "/id")]


def _heads(context: Context) -> Iterator[dict[str, Any]]:
    """Yield the objects that tell of an answer: itself, the chunks of its stream, the response in its events."""
    if not context.response.succeeded:
        return
    answer = context.answer
    if context.dialect is Dialect.OTHER and isinstance(answer, dict) and isinstance(answer.get("result"), dict):
        answer = answer["result"]  # what was made
    for piece in context.pieces if context.is_stream else (answer,):
        if isinstance(piece, dict):
            inner = piece.get("response")
            yield inner if isinstance(inner, dict) and "output" in inner else piece


def _ids(context: Context) -> Iterator[tuple[str, Any]]:
    """Yield the ids of a whole answer, each with its place."""
    answer = context.answer
    if context.is_stream or not context.response.succeeded or not isinstance(answer, dict):
        return
    generated = "choices" in answer or "output" in answer
    if generated and "id" in answer and context.dialect is not Dialect.OTHER:
        yield "/id", answer["id"]
    for choice in objects(answer.get("choices")):
        message = choice.get("message")
        for call in objects(message.get("tool_calls") if isinstance(message, dict) else None):
            yield "/choices/*/message/tool_calls/*/id", call.get("id")
    for item in objects(answer.get("output")):
        yield "/output/*/id", item.get("id")
        if item.get("type") == "function_call":
            yield "/output/*/call_id", item.get("call_id")


def _is_same(asked: str, came: Any, *, loosely: bool) -> bool:
    if not isinstance(came, str):
        return False
    record = catalogue().find(asked)
    names = {asked, *((record.name, record.alias_to or asked) if record is not None else ())}
    if any(came == name or came.startswith(f"{name}-") for name in names):
        return True
    return loosely and any(name.rpartition("/")[2].lower() in came.lower() for name in names)


CHECKS: tuple[AnyCheck, ...] = (model_echoed, ids_well_formed, created_plausible, ids_unique)
