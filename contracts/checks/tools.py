"""Tool calls: of tools that were offered, in the form and with the arguments that the caller described."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.checks.callers_schema import breach_of
from contracts.checks.registry import AnyCheck, check, group_check
from contracts.checks.words import shown
from contracts.context import Context, GroupContext
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import Call, Said, objects, said

_ARGUMENTS = "/tool_calls/*/arguments"


@check("tools-offered", Severity.BREAKING, kind="semantics", source="OpenAI")
def tools_offered(exchange: Exchange, context: Context) -> list[Found] | None:
    """Only tools are called that this request offers.

    Finds names that were changed on the way, invented, or belong to another request.
    """
    calls = called(context)
    if calls is None:
        return None
    names = list(_offered(context))
    for call in calls:
        if call.name not in names:
            promised = f"a tool of {shown(names)}" if names else "no call, since no tool is offered"
            return [Found(promised, shown(call.name), "/tool_calls/*/name")]
    return []


@check("tool-arguments", Severity.BREAKING, kind="semantics", source="OpenAI")
def tool_arguments(exchange: Exchange, context: Context) -> list[Found] | None:
    """The arguments of a call are an object, as JSON text in the OpenAI form, and valid for the caller's schema.

    Finds arguments that are cut off, encoded twice, or of other types than the tool takes.
    """
    calls = called(context)
    if not calls or _is_cut(context):
        return None
    offered = dict(_schemas(context))
    as_text = context.dialect is not Dialect.RUN
    for call in calls:
        value = call.arguments
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                return [Found("JSON as arguments", shown(call.arguments), _ARGUMENTS)]
        elif as_text:
            return [Found("arguments as JSON text", shown(value), _ARGUMENTS)]
        if not isinstance(value, dict):
            return [Found("an object as arguments", shown(value), _ARGUMENTS)]
        breach = breach_of(offered.get(call.name), value)
        if breach is not None:
            return [Found(f"arguments as the tool describes them: {breach}", shown(value), _ARGUMENTS)]
    return []


@check("tool-call-form", Severity.BREAKING, kind="semantics", source="OpenAI")
def tool_call_form(exchange: Exchange, context: Context) -> list[Found] | None:
    """In the OpenAI form a call has an id of its own and the type `function`.

    Finds calls without an id, to which no result can be given, and calls whose ids are one.
    """
    calls = called(context)
    answer = said(context)
    if not calls or (answer is not None and answer.native):
        return None
    ids = [call.id for call in calls]
    for call in calls:
        if not isinstance(call.id, str) or not call.id:
            return [Found("an id", shown(call.id), "/tool_calls/*/id")]
        if call.type not in ("function", "function_call"):
            return [Found("the type function", shown(call.type), "/tool_calls/*/type")]
    return [] if len(set(ids)) == len(ids) else [Found("an id for each call", shown(ids), "/tool_calls/*/id")]


@check("tool-choice", Severity.BREAKING, kind="semantics", source="OpenAI")
def tool_choice(exchange: Exchange, context: Context) -> list[Found] | None:
    """`tool_choice` is followed: `none` calls nothing, `required` calls something, a name calls that tool and no other.

    Finds choices that are not looked at, and `parallel_tool_calls: false` with several calls.
    """
    calls = called(context)
    choice = context.asked.get("tool_choice")
    single = context.asked.get("parallel_tool_calls") is False
    if calls is None or not list(_offered(context)) or (choice is None and not single):
        return None
    names = [call.name for call in calls]
    named = _named(choice)
    if choice == "none" and calls:
        return [Found("no call, as tool_choice is none", shown(names), "/tool_calls")]
    if (choice == "required" or named is not None) and not calls and not _is_cut(context):
        return [Found(f"a call, as tool_choice is {shown(named or choice)}", "none", "/tool_calls")]
    if named is not None and any(name != named for name in names):
        return [Found(f"calls of {named} only", shown(names), "/tool_calls/*/name")]
    if single and any(len(each) > 1 for each in _per_choice(context)):
        return [Found("one call, as parallel_tool_calls is false", str(len(calls)), "/tool_calls")]
    return []


@group_check("tool-results-used", Severity.BREAKING, kind="semantics", source="OpenAI")
def tool_results_used(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """When the result of a call is sent, the conversation goes on: the same call is not made again.

    Finds histories with tool calls that are refused, and agents that never come to an end.
    """
    first, second = context.role("asked"), context.role("answered")
    if first is None or second is None or not first.response.succeeded:
        return None
    if 400 <= second.response.status < 500:
        came = f"{second.response.status} {shown(second.response.body.decode('utf-8', 'replace'))}"
        return [Found("tool results are accepted", came, "/messages")]
    made = {(call.name, _canonical(call.arguments)) for call in called(first) or ()}
    again = [call for call in called(second) or () if (call.name, _canonical(call.arguments)) in made]
    return [Found("no call that was answered already", shown(again[0].name), "/tool_calls")] if again else []


def called(context: Context) -> list[Call] | None:
    """Return the tool calls of an answer, [] for none; None where an answer cannot have any."""
    if context.dialect is Dialect.RESPONSES:
        answer = context.answer
        if context.is_stream or not context.response.succeeded or not isinstance(answer, dict):
            return None
        items = [each for each in objects(answer.get("output")) if each.get("type") == "function_call"]
        return [Call(each.get("name"), each.get("arguments"), each.get("call_id"), "function") for each in items]
    answer = said(context)
    return None if answer is None or context.dialect is Dialect.COMPLETIONS else answer.calls


def _per_choice(context: Context) -> Iterator[Sequence[Call]]:
    answer: Said | None = said(context)
    if answer is None:
        yield called(context) or ()
    else:
        yield from (choice.calls for choice in answer.choices)


def _is_cut(context: Context) -> bool:
    """Return whether the limit of tokens cut the answer off."""
    if context.dialect is Dialect.RESPONSES:
        return isinstance(context.answer, dict) and context.answer.get("status") == "incomplete"
    answer = said(context)
    if answer is None:
        return False
    limit = context.asked.get("max_tokens")
    used = (answer.usage or {}).get("completion_tokens")
    at_limit = isinstance(limit, int) and isinstance(used, int) and used >= limit
    return at_limit or any(choice.finish == "length" for choice in answer.choices)


def _tools(context: Context) -> Iterator[Mapping[str, Any]]:
    for tool in (*objects(context.asked.get("tools")), *objects(context.asked.get("functions"))):
        function = tool.get("function")
        yield function if isinstance(function, dict) else tool


def _offered(context: Context) -> Iterator[Any]:
    yield from (tool.get("name") for tool in _tools(context))


def _schemas(context: Context) -> Iterator[tuple[Any, Any]]:
    for tool in _tools(context):
        if isinstance(tool.get("name"), str):
            yield tool["name"], tool.get("parameters")


def _named(choice: Any) -> str | None:
    if not isinstance(choice, dict):
        return None
    function = choice.get("function")
    name = function.get("name") if isinstance(function, dict) else choice.get("name")
    return name if isinstance(name, str) else None


def _canonical(arguments: Any) -> str:
    try:
        value = json.loads(arguments) if isinstance(arguments, str) else arguments
    except (ValueError, RecursionError):
        value = arguments
    return json.dumps(value, sort_keys=True)


CHECKS: tuple[AnyCheck, ...] = (tools_offered, tool_arguments, tool_call_form, tool_choice, tool_results_used)
