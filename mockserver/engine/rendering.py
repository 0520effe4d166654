"""Rendering: an answer becomes the bytes and headers of a response."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.engine.invocation import Invocation
from mockserver.engine.values import JSON, Answer, Event, HttpResponse, is_name, one_line, to_json
from mockserver.openapi.operations import EVENT_STREAM

_MOST_WARNINGS, _LONGEST_WARNING = 8, 300
_BODYLESS = frozenset((204, 304))
_SOURCE = b"x-mockflare-source"
_SOURCES = {name: (_SOURCE, name.encode()) for name in ("responder", "example", "generator", "refusal")}
_CONTENT_TYPES = {name: (b"content-type", name.encode()) for name in (JSON, EVENT_STREAM)}


def render(answer: Answer, invocation: Invocation, own: Iterable[tuple[bytes, bytes]]) -> HttpResponse:
    """Return the response that an answer becomes; `own` are the headers that the service adds to all of its."""
    frames = weights = None
    body = b""
    if answer.events is not None:
        frames, weights = [frame(event) for event in answer.events], [event.tokens for event in answer.events]
    elif isinstance(answer.value, bytes):
        body = answer.value
    else:
        body = to_json(answer.value)
    kind, source = answer.media_type, invocation.source
    plain = _CONTENT_TYPES.get(kind)
    headers = [
        *((plain,) if plain else ((b"content-type", kind.encode("latin-1")),) if kind else ()),
        *own,
        _SOURCES.get(source) or (_SOURCE, source.encode()),
    ]
    if answer.headers or invocation.warnings:
        plain = None
        for name, value in answer.headers:
            if is_name(name):
                headers.append((name.lower().encode(), one_line(value).encode("latin-1", "replace")))
            else:
                invocation.note("left out a header: %r is no name of one", name)
        for warning in invocation.warnings[:_MOST_WARNINGS]:
            headers.append((b"x-mockflare-warning", _header_text(warning)))
    if frames is None and answer.status not in _BODYLESS:
        headers.append((b"content-length", b"%d" % len(body)))
    if invocation.request.method == "HEAD":
        frames, body = None, b""
    return HttpResponse(answer.status, headers, body, frames, weights, plain is not None, answer.delay)


def frame(event: Event) -> bytes:
    """Return an event as it goes over the wire."""
    data = event.data.encode() if isinstance(event.data, str) else to_json(event.data)
    if event.name is None:
        return b"data: " + data + b"\n\n"
    return b"event: " + event.name.encode() + b"\ndata: " + data + b"\n\n"


def _header_text(text: str) -> bytes:
    """Return a text as a header takes it: ASCII without control characters, and short."""
    shown = text if len(text) <= _LONGEST_WARNING else text[:_LONGEST_WARNING] + "..."
    return "".join([each if each.isprintable() else " " for each in shown]).encode("ascii", "backslashreplace")
