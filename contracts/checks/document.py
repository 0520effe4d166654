"""What the document declares: statuses, media types, headers, bodies, events."""

from __future__ import annotations

import json
import math
from typing import Any

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import quoted
from contracts.context import NO_JSON, Context
from contracts.exchanges import Exchange, Intent
from contracts.findings import Found, Severity
from contracts.judge import is_json


@check("response_body", Severity.BREAKING, kind="document", source="document")
def response_body(exchange: Exchange, context: Context) -> list[Found] | None:
    """A JSON body is valid for the schema of its status and media type.

    Finds a member of another type, a missing required member, a value outside of its enum, and text that is no JSON.
    """
    response, promise = context.response, context.promise
    if promise is None or "schema" not in promise.raw or not is_json(response.media_type):
        return None
    if exchange.request.method == "HEAD":
        return None
    try:
        value = json.loads(response.body)
    except (ValueError, RecursionError) as error:
        return [Found("a JSON body", f"{quoted(response.body)} ({error})", "/")]
    breaches = context.judge.breaches(promise, value)
    if breaches == [] and context.response.succeeded and context.own_promise is not None:
        return context.judge.breaches(context.own_promise, value)
    return breaches


@check("event_schema", Severity.BREAKING, kind="document", source="document")
def event_schema(exchange: Exchange, context: Context) -> list[Found] | None:
    """The data of every event is JSON that is valid for the schema of events, or the mark of the end.

    Finds an event that is cut in the middle of its JSON, and a piece without the members that clients read.
    """
    promise = context.promise
    if not context.is_stream or promise is None or not context.judge.reads_events(promise):
        return None
    found: dict[str, Found] = {}
    for event, value in context.data:
        if value is NO_JSON:
            found.setdefault("/", Found("JSON as data", f"line {event.line}: {quoted(event.data.encode())}", "/"))
            continue
        for each in context.judge.event_breaches(promise, value) or ():
            came = f"{each.came}, in the event of line {event.line}"
            found.setdefault(each.where, Found(each.promised, came, each.where))
    return list(found.values())


@check("status_code_conformance", Severity.BREAKING, kind="document", source="document")
def status_code_conformance(exchange: Exchange, context: Context) -> list[Found] | None:
    """The status is one that the document declares for the operation.

    Finds a 202 where a 200 is declared, and a refusal with a status that nobody documented.
    """
    final = [each for each in context.operation.responses if str(each)[:1] != "1"]  # others come before an answer
    if not _speaks_to_the_operation(exchange, context) or not final:
        return None
    status = context.response.status
    if context.declared is not None or status >= 500:  # a crash has a check of its own
        return []
    if exchange.intent is Intent.INVALID and 400 <= status < 500 and not _describes_refusals(context):
        return []  # the document is silent about every refusal, and this request had to be refused
    declared = ", ".join(str(each) for each in context.operation.responses)
    return [Found(f"a documented status: {declared}", f"{status} {context.response.media_type}".strip())]


@check("content_type_conformance", Severity.BREAKING, kind="document", source="document")
def content_type_conformance(exchange: Exchange, context: Context) -> list[Found] | None:
    """The media type is one that the document declares for the status.

    Finds an error page in HTML, JSON that calls itself text, and an answer without a media type. An event stream for
    `stream: true`, where the document has this member, is one that it forgot to declare.
    """
    declared = context.declared
    if not _speaks_to_the_operation(exchange, context) or declared is None or not declared.content:
        return None
    if context.promise is not None:
        return []
    promised = f"a documented media type: {', '.join(declared.content)}"
    forgotten = context.is_stream and context.asked.get("stream") is True and "stream" in context.named_members
    severity = Severity.ADDITIVE if forgotten else None
    return [Found(promised, f"{context.response.status} {context.response.media_type}", "", severity)]


@check("response_headers_conformance", Severity.BREAKING, kind="document", source="document")
def response_headers_conformance(exchange: Exchange, context: Context) -> list[Found] | None:
    """The headers that the document requires of an answer are there, and those that it describes are as described.

    Finds a required header that is missing, and a number that is a word.
    """
    headers = {} if context.declared is None else context.declared.raw.get("headers")
    if not isinstance(headers, dict) or not headers:
        return None
    found = []
    for name, raw in headers.items():
        described = context.world.document.resolve(raw)
        value = context.response.header(str(name))
        if not isinstance(described, dict) or str(name).lower() == "content-type":
            continue
        if value is None:
            if described.get("required") is True:
                found.append(Found(f"the header {name}", "none", str(name).lower()))
        elif not _fits(context, described.get("schema"), value):
            found.append(Found(f"{name} as described", quoted(value.encode("utf-8", "replace")), str(name).lower()))
    return found


def _fits(context: Context, schema: Any, value: str) -> bool:
    """Return whether a header is of the type that its schema names, or the text that it describes."""
    resolved = context.world.document.resolve(schema)
    kind = resolved.get("type") if isinstance(resolved, dict) else None
    if kind in ("integer", "number"):
        try:
            return math.isfinite(float(value)) and (kind == "number" or float(value).is_integer())
        except ValueError:
            return False
    return value in ("true", "false") if kind == "boolean" else context.judge.accepts_text(schema, value)


def _describes_refusals(context: Context) -> bool:
    return any(str(status)[:1] in "4dD" for status in context.operation.responses)


def _speaks_to_the_operation(exchange: Exchange, context: Context) -> bool:
    return exchange.intent in (Intent.VALID, Intent.INVALID) and exchange.request.method == context.operation.method


CHECKS: tuple[AnyCheck, ...] = (
    response_body,
    event_schema,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
)
