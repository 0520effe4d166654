"""What the contract allows is accepted, what it forbids is refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from contracts.checks.registry import AnyCheck, check, group_check
from contracts.checks.words import quoted
from contracts.context import Context, GroupContext
from contracts.exchanges import Exchange, Intent
from contracts.findings import Found, Severity
from contracts.models import NOBODYS

_ABOUT_SOMETHING_ELSE = (401, 403, 404, 409, 429)
"""Refusals of valid requests that say that something is not there, or not for everybody."""

_NOT_UNDERSTOOD = (400, 422)

_SAYING = ("content", "tool_calls", "function_call")
"""The members of a message of which OpenAI's reference asks for one."""

_WISHES = frozenset(("stop", "logit_bias", "metadata"))
"""Members that wish for nothing when they are empty, as when they are left out."""

_LARGE = 4096
"""Bytes of a body that a server may find too large."""


@check("positive_data_acceptance", Severity.BREAKING, kind="validation", source="document")
def positive_data_acceptance(exchange: Exchange, context: Context) -> list[Found] | None:
    """A request that the contract allows is accepted.

    Finds a boundary that is off by one, an optional member that is demanded, and a null that is refused.
    """
    if exchange.intent is not Intent.VALID or not context.validity.is_allowed(exchange):
        return None
    response = context.response
    if response.status == 413 and len(exchange.request.body) > _LARGE:
        return None  # how much a server takes at once no schema says
    if response.status in _NOT_UNDERSTOOD and _holds_nothing(context):
        return None  # whether nothing may be asked about, a schema without a minimum does not say; OpenAI's words do
    if response.status in _ABOUT_SOMETHING_ELSE or not 200 <= response.status < 500 or _engine_passed(exchange):
        return None
    if response.status < 400:
        return []
    return [Found("valid requests are accepted", f"{response.status} {response.media_type} {quoted(response.body)}")]


@check("negative_data_rejection", Severity.LAX, kind="validation", source="document")
def negative_data_rejection(exchange: Exchange, context: Context) -> list[Found] | None:
    """A request that the contract forbids is refused.

    Finds a limit that nobody enforces, and a member of the wrong type that is taken.
    """
    if exchange.intent is not Intent.INVALID or not context.validity.is_forbidden(exchange):
        return None
    response = context.response
    if response.status >= 400:
        return []
    if _engine_passed(exchange):
        return None
    what = f"; {exchange.reason}" if exchange.reason else ""
    came = f"{response.status} {response.media_type} {quoted(response.body)}{what}"
    if _is_allowed_without_nulls(exchange, context):
        return [Found("null only where it is documented", came, "null", Severity.COSMETIC)]
    return [Found("invalid requests are refused", came)]


@check("unknown-model", Severity.COSMETIC, kind="validation", source="document")
def unknown_model(exchange: Exchange, context: Context) -> list[Found] | None:
    """A model that nobody has is refused.

    Finds servers that let another model answer: a misspelled name goes unnoticed. Some do so on purpose.
    """
    asked = {unquote(exchange.request.url).partition("/ai/run/")[2], context.asked.get("model")}
    if asked.isdisjoint(NOBODYS) or context.response.status in (401, 403):
        return None
    if context.response.succeeded:
        came = f"{context.response.status} {context.response.media_type} {quoted(context.response.body)}"
        return [Found("a refusal, as nobody has this model", came, "model")]
    return []


@group_check("same-address", Severity.BREAKING, kind="validation", source="HTTP")
def same_address(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """An address is the same however its characters are escaped: `/`, `%2F`, `@` and `%40` in a model's name.

    Finds servers that know the spelling of one client only: official SDKs escape the slashes in names of models, people
    with curl do not.
    """
    spelled = context.roles("spelled-")
    if context.smoke is None or not spelled:
        return None
    for each in spelled:
        if not each.response.succeeded:
            came = f"{each.response.status} {quoted(each.response.body)}"
            return [Found(f"{context.smoke.response.status}, as for the other spelling", came, each.exchange.role)]
    return []


def _holds_nothing(context: Context) -> bool:
    """Return whether what is asked about is empty: a text, list or object, or a list with an empty entry in it."""
    values = [value for name, value in context.asked.items() if name not in _WISHES]
    return any(_is_empty(value) or (isinstance(value, list) and any(map(_is_empty, value))) for value in values)


def _is_empty(value: Any) -> bool:
    """Return whether there is nothing in a value; of a message, whether it says nothing and calls nothing."""
    if isinstance(value, dict) and "role" in value:
        return not any(value.get(name) for name in _SAYING)
    return value in ("", [], {})


def _is_allowed_without_nulls(exchange: Exchange, context: Context) -> bool:
    """Return whether only members that are null are wrong: many servers take them for absent, and clients send them."""
    body = context.request_json
    if not isinstance(body, dict) or None not in body.values():
        return False
    rest = json.dumps({name: value for name, value in body.items() if value is not None}).encode()
    trimmed = replace(exchange, request=replace(exchange.request, body=rest))
    return not context.validity.is_forbidden(trimmed)


def _engine_passed(exchange: Exchange) -> bool:
    """Return whether the engine, which knows how it made a request, holds the answer for right."""
    name = "positive_data_acceptance" if exchange.intent is Intent.VALID else "negative_data_rejection"
    return bool(exchange.verdicts) and not any(each.check == name and not each.passed for each in exchange.verdicts)


CHECKS: tuple[AnyCheck, ...] = (
    positive_data_acceptance,
    negative_data_rejection,
    unknown_model,
    same_address,
)
