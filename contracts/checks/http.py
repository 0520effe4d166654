"""What HTTP itself promises."""

from __future__ import annotations

import re

from contracts.checks.methods import documented_methods
from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import quoted, shown
from contracts.context import Context
from contracts.exchanges import Exchange, NoAnswer
from contracts.findings import Found, Severity

_SINGLE = (
    "content-type",
    "content-length",
    "content-range",
    "location",
    "etag",
    "last-modified",
    "retry-after",
    "date",
    "age",
    "access-control-allow-origin",
)
"""Headers that have one value, which is no list."""
_RATE = re.compile("((?:x-)?ratelimit-)(remaining|limit)(|-.+)")
_BEGINS = re.compile(r"\s*(-?\d+(?:\.\d+)?)")


@check("not_a_server_error", Severity.BREAKING, kind="http", source="HTTP", answerless=True)
def not_a_server_error(exchange: Exchange, context: Context) -> list[Found] | None:
    """Whatever is sent, the answer is no server error, and the connection is not dropped.

    Finds crashes: a 500 for an input that nobody thought of, or no answer at all.
    """
    promised = "no server error, whatever is sent"
    if exchange.response is None:
        dropped = exchange.no_answer is NoAnswer.DROPPED
        return [Found(promised, exchange.no_answer.value)] if dropped and exchange.no_answer else None
    response = exchange.response
    if response.status < 500 or (response.status == 501 and exchange.request.method not in documented_methods(context)):
        return []
    return [Found(promised, f"{response.status} {response.media_type} {quoted(response.body)}")]


@check("whole_answer", Severity.BREAKING, kind="http", source="HTTP")
def whole_answer(exchange: Exchange, context: Context) -> list[Found] | None:
    """An answer arrives whole: as long as its content-length says, ended properly, and compressed as it says.

    Finds bodies that are cut off, a wrong content-length, broken compression, and one that nobody asked for.
    """
    if context.response.faults:
        fault = context.response.faults[0]
        return [Found("a whole answer", fault, fault.split(":")[0])]
    taken = next((value for name, value in exchange.request.headers if name.lower() == "accept-encoding"), None)
    named = ",".join(context.response.header_values("content-encoding")).lower().replace("x-gzip", "gzip")
    strange = {each.strip() for each in named.split(",")} - {"", "identity"} - set((taken or "").split(", "))
    if taken is not None and strange and context.response.body:
        return [Found(f"an answer compressed by {taken}, or not at all", shown(sorted(strange)), "content-encoding")]
    return []


@check("something-came", Severity.BREAKING, kind="http", source="HTTP")
def something_came(exchange: Exchange, context: Context) -> list[Found] | None:
    """A success for which the document describes a body has one.

    Finds sounds and pictures of no bytes, which are called a success.
    """
    response, promise = context.response, context.promise
    if promise is None or not response.succeeded or exchange.request.method == "HEAD" or response.faults:
        return None
    if response.status in (204, 205) or response.body:
        return []
    return [Found(f"{response.media_type}, as described", "no bytes", "body")]


@check("single-headers", Severity.BREAKING, kind="http", source="HTTP")
def single_headers(exchange: Exchange, context: Context) -> list[Found] | None:
    """A header that can have one value only is there once.

    Finds two content types or two content lengths: each client and each proxy believes another one.
    """
    for name in _SINGLE:
        values = context.response.header_values(name)
        if len(values) > 1:
            severity = None if len(set(values)) > 1 else Severity.COSMETIC
            return [Found(f"{name} once", " and ".join(map(shown, values)), name, severity)]
    return []


@check("header-values", Severity.COSMETIC, kind="http", source="HTTP")
def header_values(exchange: Exchange, context: Context) -> list[Found] | None:
    """Headers with a number or a date in them have one: Retry-After, those of rate limits, Date.

    Finds a Retry-After of -1, and more requests remaining than there are: clients then wait for ever, or not at all.
    """
    response, looked = context.response, False
    after = response.header("retry-after")
    if after is not None:
        looked = True
        if not after.strip().isdecimal() and not _is_date(after):
            return [Found("seconds or a date in Retry-After", shown(after), "retry-after")]
    date = context.response.header("date")
    if date is not None:
        looked = True
        if not _is_date(date):
            return [Found("a date in Date", shown(date), "date")]
    for name, value in response.headers:
        rate = _RATE.fullmatch(name.lower())
        if rate is None:
            continue
        looked = True
        came = _number(value)
        if came is None:
            return [Found(f"a number in {name}", shown(value), name.lower())]
        limit = _number(response.header(f"{rate[1]}limit{rate[3]}"))
        if came < 0 or (rate[2] == "remaining" and limit is not None and came > limit):
            most = "" if limit is None or rate[2] == "limit" else f", at most {limit:g}"
            return [Found(f"0 or more{most}", f"{came:g}", name.lower())]
    return [] if looked else None


def _is_date(value: str) -> bool:
    from email.utils import parsedate

    return parsedate(value) is not None


def _number(value: str | None) -> float | None:
    """Return the number that a value begins with: policies may follow it ("100, 100;w=60")."""
    begins = _BEGINS.match(value or "")
    return None if begins is None else float(begins[1])


CHECKS: tuple[AnyCheck, ...] = (not_a_server_error, whole_answer, something_came, single_headers, header_values)
