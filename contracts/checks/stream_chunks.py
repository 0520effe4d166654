"""Streams of chunks, as chat and completions send them: roles, ends, usage, fragments of calls."""

from __future__ import annotations

from typing import Any

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import shown
from contracts.context import DONE, Context
from contracts.dialects import Dialect
from contracts.exchanges import Exchange, Intent
from contracts.findings import Found, Severity
from contracts.said import CHAT_LIKE, is_whole, objects


@check("stream-as-asked", Severity.BREAKING, kind="stream", source="OpenAI")
def stream_as_asked(exchange: Exchange, context: Context) -> list[Found] | None:
    """`stream: true` is answered with an event stream, and nothing else is.

    Finds streams for callers who did not ask for one, and whole answers where events are waited for. Native models
    that cannot stream answer whole.
    """
    if exchange.intent is not Intent.VALID or not context.streams or not context.response.succeeded:
        return None
    if context.dialect not in (*CHAT_LIKE, Dialect.RESPONSES) or not isinstance(context.request_json, dict):
        return None
    asked = context.asked.get("stream")
    if asked is True and not context.is_stream:
        if context.dialect is Dialect.RUN and (context.model is None or "streaming" not in context.model.capabilities):
            return None
        return [Found("an event stream", context.response.media_type or "no media type", "content-type")]
    if asked in (False, None) and context.is_stream:
        if asked is None and context.dialect is Dialect.RUN and not _is_text(context):
            return None
        return [Found("a whole answer", f"a stream for stream {shown(asked)}", "content-type")]
    return []


@check("stream-done-once", Severity.BREAKING, kind="stream", source="OpenAI")
def stream_done_once(exchange: Exchange, context: Context) -> list[Found] | None:
    """`[DONE]` comes once, and nothing after it.

    Finds events behind the end, which clients never read, and a second end, which the next answer is taken for.
    """
    if not context.is_stream or not context.response.succeeded or context.dialect is Dialect.OTHER:
        return None
    data = [event.data.strip() for event in context.events]
    if DONE not in data:
        return None
    after = data[data.index(DONE) + 1 :]
    return [Found("[DONE] as the last event", f"after it {shown(after[0])}", DONE)] if after else []


@check("stream-data-parses", Severity.BREAKING, kind="stream", source="OpenAI")
def stream_data_parses(exchange: Exchange, context: Context) -> list[Found] | None:
    """The data of every event is JSON, or the mark of the end.

    Finds empty events that keep a stream alive (comments do), and JSON that is cut off: clients parse all data.
    """
    if not context.is_stream or not context.response.succeeded or context.dialect is Dialect.OTHER:
        return None
    bad = [event for event, value in context.data if event.data.strip() != DONE and not isinstance(value, dict)]
    return [Found("an object as data", f"line {bad[0].line}: {shown(bad[0].data)}", "data")] if bad else []


@check("stream-chunk-form", Severity.BREAKING, kind="stream", source="OpenAI")
def stream_chunk_form(exchange: Exchange, context: Context) -> list[Found] | None:
    """Each chunk has a list of choices, each of which has its index, and all chunks are of one answer.

    Finds chunks without choices, choices without an index, and ids, times or models that change on the way.
    """
    chunks = _chunks(context)
    if not chunks:
        return None
    found = []
    if context.dialect is not Dialect.RUN:
        others = [each for each in objects(list(context.pieces)) if not isinstance(each.get("choices"), list)]
        if others and "error" not in others[0]:
            found.append(Found("a list of choices in each chunk", shown(others[0]), "/choices"))
    for chunk in chunks:
        if any(not is_whole(each.get("index")) for each in objects(chunk["choices"])):
            found.append(Found("an index for each choice", shown(chunk), "/choices/*/index"))
            break
    kinds = [chunk["object"] for chunk in chunks if isinstance(chunk.get("object"), str)]
    if any(kind == "chat.completion" for kind in kinds):
        found.append(Found("chat.completion.chunk", "chat.completion", "/object"))
    for name in ("id", "created", "model", "object"):
        values = [chunk[name] for chunk in chunks if name in chunk]
        if any(value != values[0] for value in values):
            other = next(value for value in values if value != values[0])
            found.append(Found(f"one {name} in all chunks", f"{shown(values[0])}, then {shown(other)}", f"/{name}"))
    return found


@check("stream-one-role", Severity.BREAKING, kind="stream", source="OpenAI")
def stream_one_role(exchange: Exchange, context: Context) -> list[Found] | None:
    """The first piece of each choice tells the role, which is the assistant's; no later piece tells it again.

    Finds streams without a role, with the role behind the text, and with a role in every piece.
    """
    chunks = _chunks(context)
    if not chunks or context.dialect is Dialect.COMPLETIONS:
        return None
    roles: dict[Any, list[Any]] = {}
    for chunk in chunks:
        for choice in objects(chunk["choices"]):
            delta = choice.get("delta")
            if isinstance(delta, dict):
                roles.setdefault(choice.get("index"), []).append(delta.get("role"))
    for index, told in roles.items():
        if not isinstance(index, int):
            continue
        if told[0] != "assistant":
            return [Found("the role assistant in the first piece", shown(told[0]), "/choices/*/delta/role")]
        if any(each for each in told[1:]):
            return [Found("the role once", f"{sum(map(bool, told))} times", "/choices/*/delta/role")]
    return []


@check("stream-finish-once", Severity.BREAKING, kind="stream", source="OpenAI")
def stream_finish_once(exchange: Exchange, context: Context) -> list[Found] | None:
    """Each choice ends with one `finish_reason`, and nothing is said after it.

    Finds choices that never end, that end twice, and text behind the end.
    """
    chunks = _chunks(context)
    if not chunks or context.response.cut_short:
        return None
    ended: dict[Any, int] = {}
    where = "/choices/*/finish_reason"
    for chunk in chunks:
        for choice in objects(chunk["choices"]):
            index = choice.get("index")
            if ended.setdefault(index, 0) and _says(choice):
                return [Found("nothing behind the finish_reason", shown(choice), where)]
            if choice.get("finish_reason"):
                ended[index] += 1
    for index, times in ended.items():
        if times != 1:
            return [Found("one finish_reason for each choice", f"{times or 'none'} for choice {shown(index)}", where)]
    return []


@check("stream-usage", Severity.BREAKING, kind="stream", source="OpenAI")
def stream_usage(exchange: Exchange, context: Context) -> list[Found] | None:
    """With `include_usage` the stream tells once what it used, at its end; without, no extra chunk and no null says so.

    Finds usage that is missing though it was asked for, tells of the middle, or breaks clients that did not ask. The
    service tells it without being asked on the last chunk, which is in order.
    """
    chunks = _chunks(context)
    if not chunks or context.dialect not in (Dialect.CHAT, Dialect.COMPLETIONS) or context.response.cut_short:
        return None
    options = context.asked.get("stream_options")
    wanted = isinstance(options, dict) and options.get("include_usage") is True
    told = [place for place, chunk in enumerate(chunks) if isinstance(chunk.get("usage"), dict)]
    if wanted and not told:
        return [Found("usage, as include_usage asks", "none", "/usage")]
    if len(told) > 1:
        return [Found("usage once", f"{len(told)} times", "/usage")]
    if told and any(_says(choice) for chunk in chunks[told[0] + 1 :] for choice in objects(chunk["choices"])):
        return [Found("usage at the end", f"in chunk {told[0] + 1} of {len(chunks)}", "/usage")]
    if not wanted:
        if told and not chunks[told[0]]["choices"]:
            return [Found("no chunk without choices, as nobody asked for usage", shown(chunks[told[0]]), "/choices")]
        if any("usage" in chunk and chunk["usage"] is None for chunk in chunks):
            return [Found("no usage, as nobody asked for it", "null", "/usage")]
    return []


@check("stream-call-fragments", Severity.BREAKING, kind="stream", source="OpenAI")
def stream_call_fragments(exchange: Exchange, context: Context) -> list[Found] | None:
    """Of each tool call the first fragment has index, id, type and name; the others add to its arguments alone.

    Finds fragments without an index, ids that change, and names that come piece by piece or again.
    """
    chunks = _chunks(context)
    calls: dict[tuple[Any, Any], dict[str, Any]] = {}
    where = "/choices/*/delta/tool_calls/*"
    for chunk in chunks:
        for choice in objects(chunk["choices"]):
            delta = choice.get("delta")
            for call in objects(delta.get("tool_calls") if isinstance(delta, dict) else None):
                index = call.get("index")
                function = call.get("function")
                told = {"id": call.get("id"), "name": function.get("name") if isinstance(function, dict) else None}
                if not is_whole(index):
                    return [Found("an index in each fragment", shown(call), f"{where}/index")]
                known = calls.setdefault((choice.get("index"), index), {**told, "of": call})
                for name, value in told.items():
                    if not known[name]:
                        return [Found(f"the {name} in the first fragment", shown(call), f"{where}/{name}")]
                    if value and known["of"] is not call:  # what comes again is appended when fragments are joined
                        came = f"{shown(known[name])}, then {shown(value)}"
                        return [Found(f"the {name} once for each call", came, f"{where}/{name}")]
    if not calls:
        return None
    for choice_index in dict.fromkeys(choice for choice, _ in calls):
        indexes = [index for choice, index in calls if choice == choice_index]
        if sorted(indexes) != list(range(len(indexes))):
            return [Found("calls counted from 0", shown(indexes), f"{where}/index")]
    return []


@check("stream-no-error", Severity.BREAKING, kind="stream", source="OpenAI")
def stream_no_error(exchange: Exchange, context: Context) -> list[Found] | None:
    """No error hides in the events of a stream that began well.

    Finds failures in the middle, behind a status of 200.
    """
    if not context.is_stream or not context.response.succeeded:
        return None
    for event, piece in zip([each for each in context.events if each.data != DONE], context.pieces, strict=False):
        if not isinstance(piece, dict):
            continue
        error = piece.get("error") or (piece.get("errors") if piece.get("success") is False else None)
        if error or event.type == "error" or piece.get("type") in ("error", "response.failed"):
            return [Found("no error within the stream", shown(piece), "error")]
    return []


def _chunks(context: Context) -> list[dict[str, Any]]:
    """Return the pieces of a stream that have choices."""
    if not context.is_stream or not context.response.succeeded or context.dialect not in CHAT_LIKE:
        return []
    return [each for each in objects(list(context.pieces)) if isinstance(each.get("choices"), list)]


def _says(choice: dict[str, Any]) -> bool:
    """Return whether a piece of a choice has text or part of a call."""
    delta = choice.get("delta")
    delta = delta if isinstance(delta, dict) else {}
    return bool(delta.get("content") or delta.get("tool_calls") or choice.get("text"))


def _is_text(context: Context) -> bool:
    return context.model is None or context.model.family.startswith("text-generation")


CHECKS: tuple[AnyCheck, ...] = (
    stream_as_asked,
    stream_done_once,
    stream_data_parses,
    stream_chunk_form,
    stream_one_role,
    stream_finish_once,
    stream_usage,
    stream_call_fragments,
    stream_no_error,
)
