"""A stream next to the whole answer to the same request."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from contracts.checks.registry import AnyCheck, group_check
from contracts.checks.words import shortened, shown
from contracts.context import Context, GroupContext
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import is_whole, said

_WORD = re.compile(r"\w+")
_TELLING = 5
"""Words from which on it is no chance that they are the same."""


@group_check("stream-like-whole", Severity.BREAKING, kind="stream", source="OpenAI")
def stream_like_whole(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """A stream says the same kind of thing as the whole answer: text or calls, of one and the same tool or form.

    Finds streams that lose the text, the calls or the choices that the whole answer has. The words may differ.
    """
    whole, stream = context.role("unstreamed"), context.role("streamed")
    if whole is None or stream is None or whole.is_stream or not stream.is_stream:
        return None
    said_whole, said_streamed = said(whole), said(stream)
    if said_whole is None or said_streamed is None:
        return None
    found = []
    for name, one, other in (
        ("choices", len(said_whole.choices), len(said_streamed.choices)),
        ("text", bool(said_whole.text.strip()), bool(said_streamed.text.strip())),
        ("calls", bool(said_whole.calls), bool(said_streamed.calls)),
    ):
        reasons = {choice.finish for choice in (*said_whole.choices, *said_streamed.choices)}
        if one != other and (name == "choices" or not _may_differ(name, reasons, whole)):
            promised, came = (
                str(each) if name == "choices" else name if each else f"no {name}" for each in (one, other)
            )
            promised = f"{promised} choices" if name == "choices" else promised
            found.append(Found(f"{promised}, as in the whole answer", came, name))
    ours, theirs = (_prompt_tokens(each.usage) for each in (said_whole, said_streamed))
    if ours is not None and theirs is not None and abs(ours - theirs) > max(8, 0.2 * ours):
        found.append(Found(f"about {ours} tokens for the same prompt", str(theirs), "/usage/prompt_tokens"))
    return found


@group_check("stream-same-text", Severity.BREAKING, kind="stream", source="OpenAI")
def stream_same_text(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """Where the same request is answered with the same text, again and again, its stream joins to that text.

    Finds pieces that are lost, doubled or out of order, and blanks that are. Where texts vary from request to request
    this is not looked at: the whole answer has to come twice alike, and so has the stream, with mostly the same words.
    """
    whole, streams = ([said(each) for each in context.roles(role)] for role in ("unstreamed", "streamed"))
    if len(whole) < 2 or len(streams) < 2 or not context.succeeded:
        return None
    texts = [[None if each is None else each.text for each in answers] for answers in (whole, streams)]
    if any(len(set(each)) > 1 or not each[0] for each in texts) or not all(each and each.streamed for each in streams):
        return None
    ours, theirs = str(texts[0][0]), str(texts[1][0])
    if ours == theirs:
        return []
    if not _is_damaged(ours, theirs):
        return None
    return [Found(f"the text {shown(shortened(ours))}", shown(shortened(theirs)), "text")]


def _is_damaged(whole: str, joined: str) -> bool:
    """Return whether a text was made of the other: its words, but for some, or all without their blanks."""
    if "".join(whole.split()) == "".join(joined.split()):
        return True
    ours, theirs = (_WORD.findall(each) for each in (whole, joined))
    shared = sum((Counter(ours) & Counter(theirs)).values())
    return len(ours) >= _TELLING and shared >= 0.75 * max(len(ours), len(theirs))


def _may_differ(name: str, reasons: set[Any], whole: Context) -> bool:
    """Return whether chance, or the limit of tokens within the reasoning, can be the cause."""
    if "tools" in whole.asked and whole.asked.get("tool_choice") not in ("required", "none"):
        return True
    return name == "text" and "length" in reasons and (whole.model is None or "reasoning" in whole.model.capabilities)


def _prompt_tokens(usage: Any) -> int | None:
    value = usage.get("prompt_tokens") if usage is not None else None
    return value if is_whole(value) and value > 0 else None


CHECKS: tuple[AnyCheck, ...] = (stream_like_whole, stream_same_text)
