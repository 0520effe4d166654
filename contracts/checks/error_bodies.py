"""What refusals look like."""

from __future__ import annotations

import re
from typing import Any

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import quoted, shown
from contracts.context import Context
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.judge import is_json
from mockserver.openapi.operations import Operation

_PAGE = ("text/html", "application/xhtml+xml")
_INSIDES = (
    re.compile(r"Traceback \(most recent call last\)"),
    re.compile(r"^\s*File \"[^\"]+\", line \d+", re.MULTILINE),
    re.compile(r"^\s*at .+\((?:[\w./@-]+\.(?:m?[jt]s|java|kt|cs)):\d+", re.MULTILINE),
    re.compile(r"\bgoroutine \d+ \[running\]"),
    re.compile(r"thread '[^']*' panicked at"),
)


@check("error-body", Severity.BREAKING, kind="http", source="HTTP")
def error_body(exchange: Exchange, context: Context) -> list[Found] | None:
    """A refusal of an API that describes its errors as JSON is JSON, too, whatever the reason.

    Finds error pages in HTML, refusals without a body, and refusals that do not say what they are.
    """
    response = context.response
    if response.status < 400 or exchange.request.method == "HEAD" or not _refuses_in_json(context.operation):
        return None
    own = exchange.request.method == context.operation.method
    if response.media_type in _PAGE:
        severity = None if own else Severity.LAX
        return [Found("JSON, as errors are described", f"{response.status} {response.media_type}", "page", severity)]
    if response.status >= 500 or response.status == 429 or not own:
        return []  # proxies and limits may answer for themselves, and in plain words
    if not response.body:
        return [Found("an error that says what is wrong", f"{response.status} without a body", "body")]
    if not response.media_type:
        return [Found("a content type", f"none, with {quoted(response.body)}", "content-type")]
    return []


@check("error-envelope", Severity.BREAKING, kind="validation", source="Cloudflare")
def error_envelope(exchange: Exchange, context: Context) -> list[Found] | None:
    """A refusal in an envelope has at least one error; each has a number as its code and says something.

    Finds `errors: []` in a refusal, codes that are text, and messages without a word.
    """
    body = context.json
    if context.response.status < 400 or not isinstance(body, dict) or not {"success", "errors"} <= body.keys():
        return None
    errors = body["errors"]
    if not isinstance(errors, list) or not errors:
        return [Found("at least one error in a refusal", shown(errors), "/errors")]
    for each in errors:
        if not isinstance(each, dict):
            return [Found("errors of code and message", shown(each), "/errors/*")]
        code, message = each.get("code"), each.get("message")
        if not isinstance(code, int) or isinstance(code, bool):
            return [Found("a number as the code of an error", shown(code), "/errors/*/code")]
        if not isinstance(message, str) or not message.strip():
            return [Found("an error that says what is wrong", shown(message), "/errors/*/message")]
    if body["success"] is not False:
        return [Found("success false in a refusal", shown(body["success"]), "/success")]
    return []


@check("no-insides", Severity.LAX, kind="document", source="HTTP")
def no_insides(exchange: Exchange, context: Context) -> list[Found] | None:
    """A refusal tells what is wrong with the request, and nothing of how the server is made.

    Finds tracebacks and stack traces in error messages.
    """
    if context.response.status < 400 or not context.response.body:
        return None
    told = (
        " ".join(_texts(context.json)) if context.json is not None else context.response.body.decode("utf-8", "replace")
    )
    sent = exchange.request.body.decode("utf-8", "replace")
    for pattern in _INSIDES:
        found = pattern.search(told)
        if found is not None and found[0] not in sent:
            return [Found("an error without a stack trace", found[0].strip(), "insides")]
    return []


def _refuses_in_json(operation: Operation) -> bool:
    """Return whether the contract describes how an operation refuses, and always as JSON."""
    types = [
        name for status, response in operation.responses.items() if str(status)[:1] in "4d" for name in response.content
    ]
    return bool(types) and all(is_json(name) for name in types)


def _texts(value: Any, depth: int = 0) -> list[str]:
    if isinstance(value, str):
        return [value]
    if depth > 8 or not isinstance(value, dict | list):
        return []
    inner = value.values() if isinstance(value, dict) else value
    return [text for each in inner for text in _texts(each, depth + 1)]


CHECKS: tuple[AnyCheck, ...] = (error_body, error_envelope, no_insides)
