"""Answers of the Responses endpoint: status, items, and what is told back of the request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import shown
from contracts.context import Context
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.said import is_whole, objects, parameter

_ENDED = ("completed", "incomplete", "failed")
_TOLD = ("max_output_tokens", "temperature", "top_p", "instructions", "previous_response_id", "metadata", "user")


@check("response-status", Severity.BREAKING, kind="semantics", source="OpenAI")
def response_status(exchange: Exchange, context: Context) -> list[Found] | None:
    """A response that came is completed, or incomplete with the reason; at the limit of tokens it is incomplete.

    Finds responses that are still "in progress", or cut off and called complete.
    """
    response = final_response(context)
    if response is None or context.asked.get("background"):
        return None
    status, details = response.get("status"), response.get("incomplete_details")
    reason = details.get("reason") if isinstance(details, dict) else None
    if status not in _ENDED:
        return [Found(f"one of {', '.join(_ENDED)}", shown(status), "/status")]
    if status == "failed":
        return [
            Found(
                "an answer, or a refusal with its status",
                f"failed, with error {shown(response.get('error'))}",
                "/status",
            )
        ]
    if status == "incomplete" and not reason:
        return [Found("the reason why it is incomplete", shown(details), "/incomplete_details")]
    if status == "completed" and reason:
        return [Found("no reason to be incomplete", shown(reason), "/incomplete_details")]
    limit, used = parameter(context, "max_output_tokens"), _output_tokens(response)
    if is_whole(limit) and used is not None:
        if used > limit:
            return [Found(f"at most {limit} tokens", str(used), "/usage/output_tokens")]
        if reason == "max_output_tokens" and used < limit - 1:
            return [Found(f"incomplete at {limit} tokens", f"after {used}", "/incomplete_details/reason")]
        words = sum(len(text.split()) for text in output_texts(response))
        if words > 1.1 * limit + 1:
            return [Found(f"at most {limit} tokens", f"{words} words", "/output/*")]
    return []


@check("response-output", Severity.BREAKING, kind="semantics", source="OpenAI")
def response_output(exchange: Exchange, context: Context) -> list[Found] | None:
    """A completed response holds items: messages of the assistant with parts of text, or calls.

    Finds completed responses without a message or a call, items of them that are still in progress, other roles, and
    parts without their annotations.
    """
    response = final_response(context)
    if response is None or not isinstance(response.get("output"), list):
        return None
    items = objects(response["output"])
    for item in items:
        if response.get("status") == "completed" and item.get("status") == "in_progress":
            return [Found("items that are completed, as the response is", "in_progress", "/output/*/status")]
        if item.get("type") != "message":
            continue
        if item.get("role") != "assistant":
            return [Found("the role assistant", shown(item.get("role")), "/output/*/role")]
        for part in objects(item.get("content")):
            if part.get("type") == "output_text" and not isinstance(part.get("annotations"), list):
                return [
                    Found("a list of annotations", shown(part.get("annotations")), "/output/*/content/*/annotations")
                ]
    if response.get("status") == "completed":
        spoke = any(text.strip() for text in output_texts(response))
        if not spoke and all(item.get("type") in ("message", "reasoning") for item in items) and _is_asked(context):
            return [Found("text, or calls", shown([item.get("type") for item in items]), "/output")]
    return []


@check("response-tells-back", Severity.BREAKING, kind="semantics", source="OpenAI")
def response_tells_back(exchange: Exchange, context: Context) -> list[Found] | None:
    """What a response tells back of the request is what was asked.

    Finds parameters that were lost on the way, or are those of another request. What is not told is in order.
    """
    response = final_response(context)
    if response is None:
        return None
    for name in _TOLD:
        sent, came = context.asked.get(name), response.get(name)
        if sent is not None and came is not None and came != sent:
            return [Found(f"{name} of {shown(sent)}", shown(came), f"/{name}")]
    return []


def final_response(context: Context) -> dict[str, Any] | None:
    """Return the response object: the answer, or what the last event of a stream holds; None where there is none."""
    if context.dialect is not Dialect.RESPONSES or not context.response.succeeded:
        return None
    if not context.is_stream:
        return context.answer if isinstance(context.answer, dict) else None
    last = context.pieces[-1] if context.pieces else None
    response = last.get("response") if isinstance(last, dict) else None
    return response if isinstance(response, dict) else None


def output_texts(response: dict[str, Any]) -> Iterator[str]:
    """Yield the texts of the messages of a response."""
    for item in objects(response.get("output")):
        if item.get("type") == "message":
            yield from (part["text"] for part in objects(item.get("content")) if isinstance(part.get("text"), str))


def _output_tokens(response: dict[str, Any]) -> int | None:
    usage = response.get("usage")
    used = usage.get("output_tokens") if isinstance(usage, dict) else None
    return used if is_whole(used) else None


def _is_asked(context: Context) -> bool:
    sent = context.asked.get("input")
    return not isinstance(sent, str) or sum(character.isalpha() for character in sent) > 3


CHECKS: tuple[AnyCheck, ...] = (response_status, response_output, response_tells_back)
