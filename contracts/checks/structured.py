"""Structured outputs: JSON where JSON was asked for, valid for the caller's schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contracts.checks.callers_schema import breach_of
from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import shown
from contracts.context import Context
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import objects, said

_WHERE = "/choices/*/message/content"


@check("structured-output", Severity.BREAKING, kind="semantics", source="OpenAI")
def structured_output(exchange: Exchange, context: Context) -> list[Found] | None:
    """With a `response_format` the answer is JSON: an object, and valid for the schema when one is given.

    Finds JSON within a code block or behind a sentence, missing members, other types, and a format that is not
    looked at in streams. Answers that the limit of tokens or a stop sequence cut off are not judged.
    """
    kind, schema = _format(context)
    if kind is None:
        return None
    judged = False
    for value in _values(context):
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                if context.asked.get("stop"):  # a comma is a stop sequence like any other
                    continue
                if context.dialect is not Dialect.RUN:  # native answers hold the value itself, which may be a text
                    return [Found("JSON", shown(value), _WHERE)]
        if kind == "json_object" and not isinstance(value, dict):
            return [Found("an object", shown(value), _WHERE)]
        breach = breach_of(schema, value)
        if breach is not None:
            return [Found(f"what the caller's schema describes: {breach}", shown(value), _WHERE)]
        judged = True
    return [] if judged else None


def _format(context: Context) -> tuple[str | None, Any]:
    """Return the kind of format that was asked for, json_object or json_schema, and the schema; None for text."""
    wanted = context.asked.get("response_format")
    if context.dialect is Dialect.RESPONSES:
        text = context.asked.get("text")
        wanted = text.get("format") if isinstance(text, dict) else None
    if not isinstance(wanted, dict) or wanted.get("type") not in ("json_object", "json_schema"):
        return None, None
    schema = wanted.get("json_schema", wanted.get("schema"))
    if isinstance(schema, dict) and isinstance(schema.get("schema"), dict):
        schema = schema["schema"]
    return wanted["type"], schema


def _values(context: Context) -> Iterator[Any]:
    """Yield the contents of answers that ended by themselves."""
    if context.dialect is Dialect.RESPONSES:
        answer = context.answer
        if context.response.succeeded and isinstance(answer, dict) and answer.get("status") == "completed":
            for item in objects(answer.get("output")):
                yield from (
                    part.get("text") for part in objects(item.get("content")) if part.get("type") == "output_text"
                )
        return
    answer = said(context)
    if answer is None:
        return
    limit, used = context.asked.get("max_tokens"), (answer.usage or {}).get("completion_tokens")
    cut = isinstance(limit, int) and isinstance(used, int) and used >= limit
    for choice in answer.choices:
        ended = choice.finish == "stop" or (answer.native and choice.finish is None and not cut)
        if ended and not choice.calls and not choice.refusal:
            yield choice.value if choice.value is not None else ""


CHECKS: tuple[AnyCheck, ...] = (structured_output,)
