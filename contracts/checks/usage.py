"""What an answer says it used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.checks.registry import AnyCheck, check, group_check
from contracts.checks.responses import final_response
from contracts.checks.words import shown
from contracts.context import Context, GroupContext
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import is_number, is_whole, objects, prompt_texts, said, says_something

_IN, _OUT = ("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")
_TOKENS = (*_IN, *_OUT, "total_tokens")
_TEMPLATE = 2000
"""Tokens that a service may add to what was sent, by its templates and system prompts."""
_PER_MESSAGE = 64
_UNSEEN = 128
"""Tokens of a choice, or of a call, that are not shown: its template, its name, what a stop cut off."""
_QUESTIONS = frozenset(("messages", "prompt", "input", "text"))
_FEW_WORDS = 60
"""Words that every model reads."""


@check("usage-sum", Severity.BREAKING, kind="semantics", source="OpenAI")
def usage_sum(exchange: Exchange, context: Context) -> list[Found] | None:
    """The tokens that went in and the tokens that came out add up to the total.

    Finds a total that leaves out the answer, counts it twice, or was kept from another request.
    """
    usages = [each for each in _usages(context) if is_whole(each.get("total_tokens"))]
    if not usages:
        return None
    for usage in usages:
        parts = [_first(usage, _IN), _first(usage, _OUT)]
        total = sum(each for each in parts if is_whole(each))
        if is_whole(parts[0]) and usage["total_tokens"] != total:
            return [Found(f"a total of {total} tokens", shown(_counts(usage)), "/usage/total_tokens")]
    return []


@check("usage-numbers", Severity.BREAKING, kind="semantics", source="OpenAI")
def usage_numbers(exchange: Exchange, context: Context) -> list[Found] | None:
    """Counts of tokens are whole numbers and not negative, and a part is not more than its whole.

    Finds negative counts, fractions, and more cached or reasoning tokens than there are tokens at all.
    """
    usages = list(_usages(context))
    if not usages:
        return None
    found = []
    for usage in usages:
        for name in _TOKENS:
            if name in usage and not (is_whole(usage[name]) and usage[name] >= 0):
                found.append(Found("a whole number of 0 or more", shown(usage[name]), f"/usage/{name}"))
        found += _details(usage)
    return found[:3]


@check("usage-of-text", Severity.BREAKING, kind="semantics", source="OpenAI")
def usage_of_text(exchange: Exchange, context: Context) -> list[Found] | None:
    """Text that was sent or said is counted: at least one token each, and no more than it can have.

    Finds prompts and answers that cost nothing, counts that are characters of something else, and counts that add
    up those of earlier requests.
    """
    usage = _last_usage(context)
    if usage is None:
        return None
    found = []
    came, went = _first(usage, _IN), _first(usage, _OUT)
    if is_whole(came):
        most = len(exchange.request.body) + _TEMPLATE + _PER_MESSAGE * len(objects(context.asked.get("messages")))
        if came < 1 and (says_something(context) or any(map(str.strip, _documents(context)))):
            found.append(Found("at least 1 token for what was sent", shown(_counts(usage)), "/usage/prompt_tokens"))
        elif came > most:
            found.append(Found(f"at most {most} tokens for what was sent", shown(came), "/usage/prompt_tokens"))
        elif came < (least := _least(context)):
            found.append(Found(f"{least} tokens at least for what was sent", shown(came), "/usage/prompt_tokens"))
    words, spoke = _said(context)
    if is_whole(went):
        if went < spoke:
            promised = f"at least {spoke} tokens, one for each choice that says something"
            found.append(Found(promised, shown(_counts(usage)), "/usage/completion_tokens"))
        elif words > 1.1 * went + 2:
            promised = f"about as many tokens as words, which are {words}"
            found.append(Found(promised, shown(went), "/usage/completion_tokens"))
        elif (largest := _largest(context)) is not None and went > largest:
            promised = f"at most {largest} tokens for what was said"
            found.append(Found(promised, shown(went), "/usage/completion_tokens"))
    return found


@group_check("usage-steady", Severity.BREAKING, kind="semantics", source="OpenAI")
def usage_steady(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """Prompts of about the same length are counted about the same, again and beside others.

    Finds counts that add up over requests, and those of a neighbour.
    """
    counted: list[tuple[int, int]] = []
    for each in (*([context.smoke] if context.smoke is not None else ()), *context.contexts):
        usage = _last_usage(each)
        came = _first(usage, _IN) if usage is not None else None
        text = " ".join(_sent(each))
        length = len(text)
        if is_whole(came) and _is_prose(text) and not {"tools", "response_format", "text"} & set(each.asked):
            counted.append((length, came))
    pairs = [(one, other) for one in counted for other in counted if abs(one[0] - other[0]) <= 0.1 * one[0]]
    for (_, few), (length, many) in pairs:
        if many > 1.5 * few + 3:
            promised = f"about {few} tokens for {length} characters"
            return [Found(promised, str(many), "/usage/prompt_tokens")]
    return [] if len(counted) > 1 else None


@check("usage-present", Severity.BREAKING, kind="semantics", source="OpenAI")
def usage_present(exchange: Exchange, context: Context) -> list[Found] | None:
    """A whole answer of an OpenAI-compatible endpoint says what it used, and so does the end of a streamed response.

    Finds answers without counts, by which clients bill, trim histories and keep to their limits.
    """
    if context.dialect in (Dialect.RUN, Dialect.OTHER) or not context.response.succeeded:
        return None
    answer = final_response(context) if context.dialect is Dialect.RESPONSES else context.json
    if not isinstance(answer, dict) or not _promises_usage(answer, context):
        return None
    usage = answer.get("usage")
    if isinstance(usage, dict) and is_whole(usage.get("total_tokens")):
        return []
    return [Found("usage with total_tokens", shown(usage), "/usage")]


def _promises_usage(answer: Mapping[str, Any], context: Context) -> bool:
    """Return whether the answer is one of generation, not of something in between."""
    return context.dialect is not Dialect.RESPONSES or answer.get("status") in ("completed", "incomplete")


def _least(context: Context) -> int:
    """Return how many tokens prose has at least: one for two words. Of a long text a model may read the beginning."""
    if len(_QUESTIONS & set(context.asked)) > 1:
        return int(says_something(context))  # who is asked in two ways at once answers one of them
    words = sum(len(text.split()) for text in _sent(context) if _is_prose(text))
    return max(min(words, _FEW_WORDS) // 2, (words - 200) // 40)


def _largest(context: Context) -> int | None:
    """Return how many tokens an answer has at most; None where some of them may not be shown."""
    answer, model = said(context), context.model
    if answer is None or model is None or "reasoning" in model.capabilities or context.asked.get("best_of"):
        return None
    texts = [text for choice in answer.choices for text in (choice.text, choice.reasoning, choice.refusal) if text]
    calls = [str(call.arguments) for call in answer.calls]
    return sum(len(each.encode("utf-8", "replace")) for each in (*texts, *calls)) + _UNSEEN * (
        len(answer.choices) + len(calls)
    )


def _is_prose(text: str) -> bool:
    """Return whether a text is words of Latin letters: other scripts, numbers and signs are counted otherwise."""
    letters = sum(each.isalpha() or each == " " for each in text)
    return len(text) >= 20 and text.isascii() and letters >= 0.9 * len(text)


def _usages(context: Context) -> Iterator[Mapping[str, Any]]:
    """Yield every usage of an answer, streamed or not."""
    if not context.response.succeeded:
        return
    for holder in (*context.pieces, context.answer) if context.is_stream else (context.answer,):
        if not isinstance(holder, dict):
            continue
        inner = holder.get("response")
        for usage in (holder.get("usage"), inner.get("usage") if isinstance(inner, dict) else None):
            if isinstance(usage, dict):
                yield usage


def _last_usage(context: Context) -> Mapping[str, Any] | None:
    usages = list(_usages(context))
    return usages[-1] if usages and not context.response.cut_short else None


def _first(usage: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((usage[name] for name in names if name in usage), None)


def _counts(usage: Mapping[str, Any]) -> dict[str, Any]:
    return {name: usage[name] for name in _TOKENS if name in usage}


def _details(usage: Mapping[str, Any]) -> Iterator[Found]:
    for whole, details in (
        (_IN, ("prompt_tokens_details", "input_tokens_details")),
        (_OUT, ("completion_tokens_details", "output_tokens_details")),
    ):
        parts = _first(usage, details)
        most = _first(usage, whole)
        for name, count in parts.items() if isinstance(parts, dict) else ():
            if is_number(count) and is_whole(most) and not 0 <= count <= most:
                where = f"/usage/{next(each for each in details if each in usage)}/{name}"
                yield Found(f"between 0 and {most}", shown(count), where)


def _sent(context: Context) -> list[str]:
    """Return the texts that went in."""
    return [*prompt_texts(context), *_documents(context)]


def _documents(context: Context) -> list[str]:
    passages = [each.get("text") for each in objects(context.asked.get("contexts"))]
    names = ("queries", "documents", "state", *(("query",) if passages else ()))  # without passages it is not read
    return [*(each for name in names for each in _strings(context.asked.get(name))), *_strings(passages)]


def _strings(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]


def _said(context: Context) -> tuple[int, int]:
    """Return how many words an answer has, and how many choices say anything; what is only sent back does not count."""
    answer = said(context)
    if answer is None or context.asked.get("echo"):
        return 0, 0
    words = sum(len((choice.text or "").split()) for choice in answer.choices)
    return words, sum(bool((choice.text or "").strip() or choice.calls) for choice in answer.choices)


CHECKS: tuple[AnyCheck, ...] = (usage_sum, usage_numbers, usage_of_text, usage_steady, usage_present)
