"""By what a request of one run is found again in another run: by what was sent, not by what came."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from urllib.parse import urlsplit

from contracts.exchanges import Exchange, Request

_BOUNDARY = re.compile(r"""boundary="?([^";,\s]+)"?""", re.IGNORECASE)
_COUNTED = ("content-type", "accept", "prefer")
"""The headers that make a request another one; credentials are told apart by name."""


class CaseKeys:
    """Gives each exchange of one run its key; what was sent more than once is numbered in the order of sending."""

    def __init__(self, base_url: str) -> None:
        """`base_url` is what the target of the run was: keys do not depend on where requests went."""
        self._base = base_url.rstrip("/")
        self._times: Counter[str] = Counter()

    def key(self, exchange: Exchange) -> str:
        """Return the key of the next exchange of the run."""
        digest = hashlib.sha256()
        request, boundary = exchange.request, _boundary(exchange.request)
        digest.update(f"{exchange.operation}\n{request.method} {relative(request.url, self._base)}\n".encode())
        digest.update(f"{exchange.credential}\n".encode())
        for name, value in sorted((name.lower(), value) for name, value in request.headers):
            if name in _COUNTED:
                digest.update(f"{name}: {_without(value.encode('utf-8', 'replace'), boundary)!r}\n".encode())
        digest.update(_without(request.body, boundary))
        found = digest.hexdigest()[:16]
        self._times[found] += 1
        return f"{found}-{self._times[found]}"


def relative(url: str, base_url: str) -> str:
    """Return the part of an address that follows the base of its target; the whole path when it lies elsewhere."""
    if url.startswith(base_url):
        return url[len(base_url) :]
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _boundary(request: Request) -> bytes:
    """Return the mark between the parts of a form; it is chosen at random and means nothing."""
    for name, value in request.headers:
        if name.lower() == "content-type" and (found := _BOUNDARY.search(value)):
            return found[1].encode("utf-8", "replace")
    return b""


def _without(content: bytes, boundary: bytes) -> bytes:
    return content.replace(boundary, b"") if boundary else content
