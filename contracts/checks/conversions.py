"""Files that were made Markdown: what is told of each of them."""

from __future__ import annotations

from typing import Any

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import shown
from contracts.context import Context
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.form_parts import read_file_types
from contracts.said import is_whole, objects

_CONVERTED = ("markdown", "text")
_ENOUGH = 16
"""Characters that no estimate rounds down to nothing."""
_MORE = 64
"""Tokens that may be counted besides those of the text."""


@check("conversion-told", Severity.BREAKING, kind="semantics", source="Cloudflare")
def conversion_told(exchange: Exchange, context: Context) -> list[Found] | None:
    """Of each converted file the media type is told that it has, an id of its own, and the tokens of its text.

    Finds the type of another file, files that share an id, and counts that are zero or a constant.
    """
    types = list(read_file_types(exchange.request))
    result = context.json.get("result") if context.response.succeeded and isinstance(context.json, dict) else None
    told = [each for each in objects(result) if each.get("format") in _CONVERTED]
    if not context.operation.path.endswith("/tomarkdown") or not told:
        return None
    found = []
    ids = [each["id"] for each in told if isinstance(each.get("id"), str)]
    if len(set(ids)) < len(ids):
        found.append(Found("an id for each file", shown(ids), "/result/*/id"))
    sent = dict(types)
    for each in told:
        name, kind = each.get("name"), each.get("mimeType")
        if isinstance(kind, str) and len(sent) == len(types) and name in sent and not _is_of(sent[name], kind):
            found.append(Found(f"the media type {sent[name]} for {name}", shown(kind), "/result/*/mimeType"))
        found += _count(each.get("data"), each.get("tokens"))
    return found[:3]


def _is_of(sent: str, told: str) -> bool:
    """Return whether a media type may be told of a file: looking into it may show a nearer one of the same kind."""
    (main, _, kind), (its_main, _, its_kind) = (_plain(each).partition("/") for each in (told, sent))
    return its_kind in ("", "octet-stream") or kind == its_kind or main == its_main == "text"


def _plain(media_type: str) -> str:
    return media_type.split(";")[0].strip().lower().replace("/x-", "/").replace("image/jpg", "image/jpeg")


def _count(text: Any, tokens: Any) -> list[Found]:
    """Return what is wrong with the count of a text; documents and types do not agree whether it is a text itself."""
    if isinstance(tokens, str) and tokens.isascii() and tokens.isdigit():
        tokens = int(tokens)
    if not isinstance(text, str) or not is_whole(tokens):
        return []
    least, most = int(len(text.strip()) >= _ENOUGH), len(text.encode("utf-8", "replace")) + _MORE
    if least <= tokens <= most:
        return []
    return [Found(f"from {least} to {most} tokens for the text", str(tokens), "/result/*/tokens")]


CHECKS: tuple[AnyCheck, ...] = (conversion_told,)
