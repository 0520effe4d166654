"""The envelope of native answers, and errors that hide in a success."""

from __future__ import annotations

from typing import Any

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import shown
from contracts.context import Context
from contracts.dialects import Dialect
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity

_OPENAI = (Dialect.CHAT, Dialect.COMPLETIONS, Dialect.RESPONSES, Dialect.EMBEDDINGS)


@check("success-is-success", Severity.BREAKING, kind="semantics", source="Cloudflare")
def success_is_success(exchange: Exchange, context: Context) -> list[Found] | None:
    """`success` is true exactly where the status says so, with no errors beside it and with a result.

    Finds refusals with `success: true`, successes that carry errors, and `result: null` where a result is promised.
    """
    body = context.json
    if not isinstance(body, dict) or "success" not in body:
        return None
    if context.dialect in _OPENAI and context.response.succeeded:
        return None
    success, errors = body["success"], body.get("errors")
    if context.response.succeeded:
        if success is not True:
            return [Found("success true with a 2xx", shown(success), "/success")]
        if errors not in ([], None):
            return [Found("no errors beside success", shown(errors), "/errors")]
        if context.dialect is Dialect.RUN and body.get("result", 0) is None:
            return [Found("a result with success", "null", "/result")]
        return []
    if success is not False:
        return [Found(f"success false with {context.response.status}", shown(success), "/success")]
    return []


@check("no-error-inside", Severity.BREAKING, kind="semantics", source="OpenAI")
def no_error_inside(exchange: Exchange, context: Context) -> list[Found] | None:
    """An answer with a 2xx is no error in disguise.

    Finds `{"error": ...}` and failed envelopes with status 200, which clients take for an empty answer.
    """
    body = context.json
    if not context.response.succeeded or not isinstance(body, dict):
        return None
    inner = context.answer if isinstance(context.answer, dict) else {}
    for holder in (body, inner):
        error = _error(holder)
        if error is not None and not (context.dialect is Dialect.RESPONSES and body.get("status") == "failed"):
            return [Found("no error within a 2xx", shown(error), "/error")]
    if context.dialect in _OPENAI and body.get("success") is False:
        return [Found("no failed envelope with a 2xx", shown(body), "/success")]
    return []


def _error(holder: dict[str, Any]) -> Any:
    """Return the error that an object tells of, None for none."""
    for name in ("error", "errors"):
        value = holder.get(name)
        if isinstance(value, dict | list | str) and value:
            return value
    return None


CHECKS: tuple[AnyCheck, ...] = (success_is_success, no_error_inside)
