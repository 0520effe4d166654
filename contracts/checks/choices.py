"""The choices of an answer: how many, in which order, whose, and why they ended."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.checks.registry import AnyCheck, check, group_check
from contracts.checks.words import shown
from contracts.context import Context, GroupContext
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import (
    CHAT_LIKE,
    Choice,
    Said,
    has_strange_limit,
    is_whole,
    parameter,
    prompt_texts,
    said,
    token_limit,
)

_SMALLEST_DEFAULT = 16
"""No service cuts answers off before that many tokens when no limit was set."""
_WITH_CALLS = ("tool_calls", "function_call")
_REASONS = ("stop", "length", "content_filter", *_WITH_CALLS, "model_length", "error", "unknown")
"""What OpenAI promises, and what clients of the service are known to meet besides."""


@check("choices-count", Severity.BREAKING, kind="semantics", source="OpenAI")
def choices_count(exchange: Exchange, context: Context) -> list[Found] | None:
    """There are `n` choices, one where nothing is said, and as many for each of several prompts.

    Finds answers without a choice, an `n` that is not looked at, and a stream that drops all choices but the first.
    """
    answer = _chosen(context)
    if answer is None:
        return None
    wanted = _wanted(context)
    came = len(answer.choices)
    return [] if came == wanted else [Found(f"{wanted} choices", str(came), "/choices")]


@check("choices-order", Severity.BREAKING, kind="semantics", source="OpenAI")
def choices_order(exchange: Exchange, context: Context) -> list[Found] | None:
    """The index of each choice is its place, counted from 0.

    Finds indexes that begin at 1, come twice, or leave one out: streams cannot be put together by them.
    """
    answer = _chosen(context)
    if answer is None or not answer.choices:
        return None
    came = [choice.index for choice in answer.choices]
    if answer.streamed and all(is_whole(each) for each in came):
        came = sorted(came)  # choices of a stream may begin in any order
    promised = list(range(len(came)))
    return [] if came == promised else [Found(f"the indexes {promised}", shown(came), "/choices/*/index")]


@check("role-assistant", Severity.BREAKING, kind="semantics", source="OpenAI")
def role_assistant(exchange: Exchange, context: Context) -> list[Found] | None:
    """The answer is the assistant's.

    Finds the caller's own role, or none: clients append the message to the conversation as it came.
    """
    answer = _chosen(context)
    if answer is None or _is_completion(context) or answer.streamed or not answer.choices:
        return None
    for choice in answer.choices:
        if choice.roles != ("assistant",):
            return [Found("the role assistant", shown(list(choice.roles)), "/choices/*/message/role")]
    return []


@check("finish-reason", Severity.BREAKING, kind="semantics", source="OpenAI")
def finish_reason(exchange: Exchange, context: Context) -> list[Found] | None:
    """Every choice of a whole answer says why it ended, in a word that clients know.

    Finds choices that do not say, and words of an engine ("eos") that no client maps.
    """
    answer = _chosen(context)
    if answer is None or answer.streamed or not answer.choices:
        return None
    for choice in answer.choices:
        if choice.finish not in _REASONS:
            promised = f"one of {', '.join(_REASONS[:5])}"
            return [Found(promised, shown(choice.finish), "/choices/*/finish_reason")]
    return []


@check("finish-length", Severity.BREAKING, kind="semantics", source="OpenAI")
def finish_length(exchange: Exchange, context: Context) -> list[Found] | None:
    """`length` is the reason when the limit of tokens was reached, and only then.

    Finds answers that ended by themselves and say `length`: callers ask for more.
    """
    answer, limit = _chosen(context), token_limit(context)
    if answer is None or answer.usage is None or has_strange_limit(context):
        return None
    used = answer.usage.get("completion_tokens")
    if not is_whole(used):
        return None
    at_limit = [choice for choice in answer.choices if choice.finish == "length"]
    limit = limit or _SMALLEST_DEFAULT
    if at_limit and used < limit * len(at_limit) - len(at_limit):
        where = "/choices/*/finish_reason"
        return [Found(f"length only at {limit} tokens", f"length after {used} tokens", where)]
    return []


@group_check("finish-when-cut", Severity.BREAKING, kind="semantics", source="OpenAI")
def finish_when_cut(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """An answer that goes on for long says `length` when it is cut off after a single token.

    Finds answers that were cut off and say `stop`: callers take a part for the whole.
    """
    whole, cut = context.role("long"), context.roles("cut")
    going_on = None if whole is None else said(whole)
    if going_on is None or not cut or not all(choice.finish == "length" for choice in going_on.choices):
        return None
    for each in cut:
        answer = _chosen(each)
        for choice in () if answer is None else answer.choices:
            if choice.finish == "stop" and (choice.text or "").strip() and not choice.calls:
                came = f"stop after {shown(choice.text)}"
                return [Found("length at the limit of 1 token", came, "/choices/*/finish_reason")]
    return []


@check("finish-with-calls", Severity.BREAKING, kind="semantics", source="OpenAI")
def finish_with_calls(exchange: Exchange, context: Context) -> list[Found] | None:
    """`tool_calls` is the reason when there are tool calls, and only then.

    Finds `tool_calls` without a call, and calls behind a `stop`, that agents which go by the reason overlook. A
    function that the caller names may be called with `stop`.
    """
    answer = _chosen(context)
    if answer is None or _is_completion(context):
        return None
    where = "/choices/*/finish_reason"
    for choice in answer.choices:
        if choice.finish == "tool_calls" and not choice.calls:
            return [Found("tool_calls only where tools are called", "tool_calls, and no call", where)]
        if choice.calls and choice.finish == "stop" and not isinstance(context.asked.get("tool_choice"), dict):
            return [Found("tool_calls where tools are called", "stop, with calls", where)]
    return []


@check("tokens-within-limit", Severity.BREAKING, kind="semantics", source="OpenAI")
def tokens_within_limit(exchange: Exchange, context: Context) -> list[Found] | None:
    """No choice is longer than the limit of tokens that the caller set.

    Finds limits that are not looked at (under one of their names, or in a stream): answers cost what they like.
    """
    answer, limit = said(context), token_limit(context)
    if answer is None or limit is None or not answer.choices:
        return None
    found = []
    used = None if answer.usage is None else answer.usage.get("completion_tokens")
    most = limit * _most_generated(context)
    if is_whole(used) and used > most:
        found.append(Found(f"at most {most} tokens", str(used), "/usage/completion_tokens"))
    echoed = sum(len(text.split()) for text in prompt_texts(context)) if context.asked.get("echo") else 0
    for choice in answer.choices:
        words = len((choice.text or "").split()) - echoed
        if words > 1.1 * limit + 1:
            found.append(Found(f"at most {limit} tokens", f"{words} words", "/choices/*"))
            break
    return found


@check("says-something", Severity.BREAKING, kind="semantics", source="OpenAI")
def says_something(exchange: Exchange, context: Context) -> list[Found] | None:
    """A choice that ended by itself says something: text, a refusal, or tool calls.

    Finds answers that are empty for some requests only, and streams of which no text arrives.
    """
    answer = said(context)
    if answer is None or not _is_a_question(context) or has_strange_limit(context):
        return None
    for choice in answer.choices:
        if not _is_empty(choice, answer):
            continue
        usage = answer.usage or {}
        if choice.finish in ("stop", "tool_calls") or (answer.native and not usage.get("completion_tokens")):
            return [Found("text, a refusal or tool calls", f"none, and {shown(choice.finish)}", "/choices/*")]
        if choice.finish == "length" and not choice.reasoning and not _may_think(context):
            return [Found("the text whose tokens were counted", "none, and length", "/choices/*")]
    return []


def _chosen(context: Context) -> Said | None:
    """Return what was said where there are choices: the older native form has none."""
    answer = said(context)
    return None if answer is None or answer.native else answer


def _is_completion(context: Context) -> bool:
    return context.dialect is Dialect.COMPLETIONS


def _wanted(context: Context) -> int:
    prompts = context.asked.get("prompt")
    several = len(prompts) if isinstance(prompts, list) and all(isinstance(each, str) for each in prompts) else 1
    return _times(context, "n") * max(1, several)


def _most_generated(context: Context) -> int:
    """Return how many answers may have been made: `best_of` are paid for, too."""
    n = _times(context, "n")
    return max(_times(context, "best_of"), n) * (_wanted(context) // n)


def _times(context: Context, name: str) -> int:
    """Return a number of choices; of one that is none, which had to be refused, that an answer has one."""
    given = parameter(context, name)
    return given if is_whole(given) and given > 0 else 1


def _is_a_question(context: Context) -> bool:
    """Return whether a model that works has something to say: words were sent, with room for an answer."""
    limit = token_limit(context)
    if context.dialect not in CHAT_LIKE or (limit is not None and limit < 8) or parameter(context, "stop"):
        return False
    texts = prompt_texts(context)
    return bool(texts) and sum(character.isalpha() for character in texts[-1]) > 3


def _may_think(context: Context) -> bool:
    """Return whether the tokens may have gone into reasoning that is not shown."""
    return context.model is None or "reasoning" in context.model.capabilities or "tools" in context.asked


def _is_empty(choice: Choice, answer: Said) -> bool:
    if choice.calls or choice.refusal or (answer.native and choice.value not in (None, "")):
        return False
    return not (choice.text or "").strip()


CHECKS: tuple[AnyCheck, ...] = (
    choices_count,
    choices_order,
    role_assistant,
    finish_reason,
    finish_length,
    finish_when_cut,
    finish_with_calls,
    tokens_within_limit,
    says_something,
)
