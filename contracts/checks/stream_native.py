"""Streams of native answers: pieces of `response`, then what was used, then the end."""

from __future__ import annotations

from typing import Any

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import shown
from contracts.context import Context
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import is_whole, objects


@check("native-pieces", Severity.BREAKING, kind="stream", source="Cloudflare")
def native_pieces(exchange: Exchange, context: Context) -> list[Found] | None:
    """Each piece of a native stream has text as its `response`, and none has empty lists or nulls in place of nothing.

    Finds a null response, `tool_calls: []` in pieces of text and `usage: null`, by which clients lose text. The service
    was seen sending the empty lists: they fail no run.
    """
    pieces = _pieces(context)
    if not pieces:
        return None
    if any(each == {} for each in context.pieces):
        return [Found("pieces that say something", "{}", "/")]
    for piece in pieces:
        if "response" in piece and not isinstance(piece["response"], str) and "tool_calls" not in piece:
            return [Found("text as response", shown(piece["response"]), "/response")]
        if piece.get("response") and piece.get("tool_calls") == []:
            return [Found("no tool_calls beside text", "[]", "/tool_calls", Severity.ADDITIVE)]
        if "usage" in piece and piece["usage"] is None:
            return [Found("no usage, or an object", "null", "/usage")]
    return []


@check("native-usage-last", Severity.BREAKING, kind="stream", source="Cloudflare")
def native_usage_last(exchange: Exchange, context: Context) -> list[Found] | None:
    """A native stream tells in its last piece what it used, no less than the pieces before told.

    Finds streams that end without counts, totals that are those of the last step, and text behind the counts.
    """
    if context.dialect is not Dialect.RUN or not context.is_stream or not context.response.succeeded:
        return None
    pieces = _native(context)
    if context.response.cut_short or not any("response" in each or "choices" in each for each in pieces):
        return None
    usages = [each["usage"] for each in pieces if isinstance(each.get("usage"), dict)]
    if not usages:
        return [Found("usage at the end", "none", "/usage")]
    if not isinstance(pieces[-1].get("usage"), dict):
        return [Found("usage in the last piece", shown(pieces[-1]), "/usage")]
    totals = [usage.get("total_tokens") for usage in usages]
    if all(is_whole(each) for each in totals) and totals[-1] < max(totals):
        return [Found(f"a total of {max(totals)} at least", str(totals[-1]), "/usage/total_tokens")]
    return []


def _pieces(context: Context) -> list[dict[str, Any]]:
    """Return the pieces of the older native form."""
    if context.dialect is not Dialect.RUN or not context.is_stream or not context.response.succeeded:
        return []
    pieces = [each for each in _native(context) if "response" in each and "choices" not in each]
    return pieces if len(pieces) > 1 else []


def _native(context: Context) -> list[dict[str, Any]]:
    """Return the pieces of a stream, but for the events of the Responses form, in which some models answer."""
    return [each for each in objects(list(context.pieces)) if not str(each.get("type", "")).startswith("response.")]


CHECKS: tuple[AnyCheck, ...] = (native_pieces, native_usage_last)
