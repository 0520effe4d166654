"""Fetching an answer within bounds: no redirect is followed, and an endless body is read for a while only."""

from __future__ import annotations

import time
from enum import Enum
from typing import TYPE_CHECKING

from contracts.cases import TIMEOUT
from contracts.event_stream import MEDIA_TYPE
from contracts.exchanges import Request, Response

if TYPE_CHECKING:
    import requests

_MOST_BYTES = 64 * 1024 * 1024
_PIECE = 64 * 1024


class NoAnswer(Enum):
    """Why a request got no answer."""

    DROPPED = "the connection was dropped, no whole answer came"
    ENDLESS = "the answer took too long or did not end"
    UNREACHABLE = "no connection could be made"


def fetch(session: requests.Session, request: Request, *, seconds: float = TIMEOUT) -> Response | NoAnswer:
    """Send a request and return its answer, or why there is none.

    After `seconds` of reading, or 64 MiB, an event stream is cut short; any other body is none.
    """
    came = _fetch(session, request, seconds)
    if came is NoAnswer.DROPPED:
        # A server may close a connection that it kept alive in the moment in which it is used again.
        session.close()
        again = _fetch(session, request, seconds)
        return came if again is NoAnswer.UNREACHABLE else again
    return came


def _fetch(session: requests.Session, request: Request, seconds: float) -> Response | NoAnswer:
    from requests import RequestException, Timeout
    from urllib3.exceptions import HTTPError, NewConnectionError, ReadTimeoutError

    headers = {name: value for name, value in request.headers if name.lower() != "content-length"}
    deadline = time.monotonic() + seconds
    try:
        with session.request(
            request.method,
            request.url,
            headers=headers,
            data=request.body or None,
            timeout=seconds,
            allow_redirects=False,
            stream=True,
        ) as answer:
            content, whole = _read(answer, deadline)
    except (Timeout, ReadTimeoutError):
        return NoAnswer.ENDLESS
    except RequestException as error:
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        return NoAnswer.UNREACHABLE if isinstance(reason, NewConnectionError) else NoAnswer.DROPPED
    except HTTPError:
        return NoAnswer.DROPPED
    named = tuple((name.lower(), value) for name, value in answer.headers.items())
    response = Response(answer.status_code, named, content, cut_short=not whole)
    return response if whole or response.media_type == MEDIA_TYPE else NoAnswer.ENDLESS


def _read(answer: requests.Response, deadline: float) -> tuple[bytes, bool]:
    """Return the body, and whether it was read to its end."""
    from urllib3.exceptions import ReadTimeoutError

    content = bytearray()
    try:
        while piece := answer.raw.read1(_PIECE, decode_content=True):
            content += piece
            if len(content) >= _MOST_BYTES or time.monotonic() >= deadline:
                return bytes(content), False
    except ReadTimeoutError:
        return bytes(content), False
    return bytes(content), True
