"""Methods that an operation does not have, and HEAD."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from contracts.cases import OWN
from contracts.checks.registry import AnyCheck, check, group_check
from contracts.context import Context, GroupContext
from contracts.exchanges import Exchange, Intent
from contracts.findings import Found, Severity

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OTHER_WAYS = (401, 403, 426, 501)
"""Other good answers to a method that is not there: who asks is looked at first, WebSockets, not implemented."""
_HARMLESS = ("HEAD", "OPTIONS")


@check("unsupported_method", Severity.LAX, kind="http", source="HTTP")
def unsupported_method(exchange: Exchange, context: Context) -> list[Found] | None:
    """A method that nobody documented is refused with 405, and `Allow` names those that there are.

    Finds operations that nobody documented, a 405 without `Allow`, and an `Allow` that names the refused method.
    """
    sent, status = exchange.request.method, context.response.status
    if exchange.intent not in (Intent.SHAPE, Intent.PROBE) or (status >= 500 and status != 501):
        return None
    known = documented_methods(context)
    if sent in known:
        return None
    if sent in _HARMLESS and status < 400:
        return None
    if status == 405:
        return _allow_flaws(sent, known, context)
    if status in _OTHER_WAYS or (status >= 400 and exchange.credential != OWN):
        return []
    if status >= 400:
        return [Found(f"405 for {sent}", str(status), "status", Severity.COSMETIC)]
    return [Found(f"405 for {sent}, which is not documented", f"{status} {context.response.media_type}".strip(), sent)]


@group_check("head-like-get", Severity.LAX, kind="http", source="HTTP")
def head_like_get(exchanges: Sequence[Exchange], context: GroupContext) -> list[Found] | None:
    """HEAD has the status, the content type and the content length of GET.

    Finds a HEAD that is answered by another handler: with an error, or as if it were something else. Lists may have
    grown in between, so another length is cosmetic.
    """
    got, head = context.role("get"), context.role("head")
    if got is None or head is None or got.exchange.request.method != "GET" or head.exchange.request.method != "HEAD":
        return None
    if not got.response.succeeded or head.response.status in (405, 501):
        return None
    if head.response.status != got.response.status:
        return [Found(f"{got.response.status}, as for GET", str(head.response.status), "status")]
    told = head.response.media_type
    if told and told != got.response.media_type:
        return [Found(f"{got.response.media_type}, as for GET", told, "content-type", Severity.COSMETIC)]
    length, other = (each.response.header("content-length") for each in (got, head))
    if length is not None and other is not None and length != other:
        return [Found(f"a content-length of {length}, as for GET", other, "content-length", Severity.COSMETIC)]
    return []


def documented_methods(context: Context) -> list[str]:
    """Return the methods that the contract has at the address of an operation, those of templates that fit included."""
    path = context.operation.path
    return list(
        dict.fromkeys(
            each.method
            for each in context.world.document.operations.values()
            if each.path == path or _template(each.path).fullmatch(path)
        )
    )


@cache
def _template(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]*\})", path)
    return re.compile("".join(".+" if part.startswith("{") else re.escape(part) for part in parts))


def _allow_flaws(sent: str, known: Sequence[str], context: Context) -> list[Found]:
    values = context.response.header_values("allow")
    if not values:
        return [Found("405 with an Allow header", "none", "allow")]
    named = [each.strip() for each in ",".join(values).split(",") if each.strip()]
    if bad := [each for each in named if not _TOKEN.fullmatch(each)]:
        return [Found("an Allow header of method names", repr(bad[0]), "allow")]
    if sent in named and sent not in _HARMLESS:
        return [Found(f"an Allow header without {sent}, which is refused", ", ".join(named), "allow")]
    if not set(known) & set(named):
        return [Found(f"an Allow header that names {' or '.join(known)}", ", ".join(named) or "nothing", "allow")]
    return []


CHECKS: tuple[AnyCheck, ...] = (unsupported_method, head_like_get)
