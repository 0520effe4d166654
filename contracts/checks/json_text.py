"""JSON as text: how it is encoded and written, whatever it says."""

from __future__ import annotations

import json
from typing import Any

from contracts.checks.registry import AnyCheck, check
from contracts.checks.words import quoted
from contracts.context import DONE, Context
from contracts.event_stream import MEDIA_TYPE
from contracts.exchanges import Exchange
from contracts.findings import Found, Severity
from contracts.judge import is_json

_MOST_EVENTS = 200
_MARK = b"\xef\xbb\xbf"
_PLAIN = ("utf-8", "utf8", "us-ascii", "ascii")


@check("json-text", Severity.BREAKING, kind="http", source="HTTP")
def json_text(exchange: Exchange, context: Context) -> list[Found] | None:
    """JSON is UTF-8 without a byte order mark, every member stands in it once, and its numbers are finite.

    Finds UTF-16 and Latin-1 bodies, `NaN` and `Infinity`, a member that is there twice with differing values, half a
    surrogate pair where a text was cut, and text before or after the JSON.
    """
    response = context.response
    if exchange.request.method == "HEAD" or not response.body or response.cut_short or response.faults:
        return None
    if context.is_stream:
        data = [event.data for event in context.events[:_MOST_EVENTS] if event.data != DONE]
        return [found for text in data if (found := _flaw(text, exchange)) and found.where != "syntax"][:1]
    if not is_json(response.media_type):
        return None
    if response.body.startswith(_MARK):
        return [Found("JSON without a byte order mark", quoted(response.body[:40]), "byte order mark")]
    try:
        text = response.body.decode("utf-8")
    except UnicodeDecodeError as error:
        start = response.body[max(0, error.start - 10) : error.start + 10]
        return [Found("JSON in UTF-8", f"byte {error.start} is none: {start!r}", "bytes")]
    found = _flaw(text, exchange)
    if found is None or (found.where == "syntax" and context.promise is not None):  # which `response_body` tells
        return []
    return [found]


@check("charset", Severity.BREAKING, kind="http", source="HTTP")
def charset(exchange: Exchange, context: Context) -> list[Found] | None:
    """The charset that a content type names is the one that the text has: UTF-8 for JSON and event streams.

    Finds `charset=iso-8859-1` in front of UTF-8, by which clients decode all that is not ASCII to something else.
    """
    response = context.response
    if not is_json(response.media_type) and response.media_type != MEDIA_TYPE:
        return None
    parameters = [each.strip() for each in (response.header("content-type") or "").split(";")[1:]]
    named = [each.partition("=")[2].strip().strip('"').lower() for each in parameters if each[:8].lower() == "charset="]
    if not named or named[0] in _PLAIN[:2] or (named[0] in _PLAIN and response.body.isascii()):
        return []
    hurts = None if not response.body.isascii() else Severity.LAX
    return [Found("charset utf-8, or none", named[0], "charset", hurts)]


class _Twice(ValueError):
    """A member stands twice in an object."""


class _NoNumber(ValueError):
    """NaN, Infinity or -Infinity."""


def _flaw(text: str, exchange: Exchange) -> Found | None:
    """Return what is wrong with a JSON text; None when nothing is."""
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
    except _Twice as error:
        return Found("every member once", f"{error} stands twice", "twice")
    except _NoNumber as error:
        return Found("numbers that JSON knows", str(error), "number")
    except RecursionError:
        return None
    except ValueError as error:
        return Found("JSON", f"{quoted(text.encode('utf-8', 'replace'))} ({error})", "syntax")
    if "\\ud" in text.lower() and b"\\ud" not in exchange.request.body.lower():
        try:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError as error:
            return Found("whole characters", f"half a surrogate pair, {error.object[error.start]!r}", "surrogate")
    return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _Twice(repr(name))
            seen.add(name)
    return made


def _refused(constant: str) -> Any:
    raise _NoNumber(constant)


CHECKS: tuple[AnyCheck, ...] = (json_text, charset)
