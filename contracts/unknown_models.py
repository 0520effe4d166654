"""How a target refuses a model that it does not have: with which code no document need say, and the target shows it."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote, urlsplit

from contracts.exchanges import Exchange, Intent, Response
from contracts.models import NOBODYS, model_asked

REASON = "the model is refused like one that nobody has"

_UNKNOWN = frozenset({400, 404, 422})
"""Statuses that may say so; with others an account or a limit is refused."""

_IDS = re.compile(rb"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}|[0-9]{10,}")
"""What differs from refusal to refusal: the id of the request, the time."""

Refusal = tuple[int, bytes]


class UnknownModels:
    """Learns from requests for a model that nobody has; recognises the refusals of others that are like it."""

    def __init__(self) -> None:
        self._refusals: set[Refusal] = set()
        self._answering: set[tuple[str, str]] = set()

    def note(self, exchange: Exchange) -> None:
        """Take into account what a model was answered."""
        response = exchange.response
        if response is None or not (response.succeeded or response.status in _UNKNOWN):
            return
        model = _model(exchange)
        if model is None:
            return
        if response.succeeded:
            self._answering.add((exchange.operation, model))
        elif model in NOBODYS:
            self._refusals.add(_shape(response, model))

    def is_one(self, exchange: Exchange) -> bool:
        """Return whether a valid request was refused as if its model were nobody's, and never answered otherwise."""
        response = exchange.response
        if exchange.intent is not Intent.VALID or response is None or response.status not in _UNKNOWN:
            return False
        model = _model(exchange)
        if model is None or model in NOBODYS:
            return False
        return (exchange.operation, model) not in self._answering and _shape(response, model) in self._refusals


def _shape(response: Response, model: str) -> Refusal:
    """Return a refusal without what differs from one model, and from one request, to another."""
    return response.status, _IDS.sub(b"", response.body.replace(b"\\/", b"/").replace(model.encode(), b""))


def _model(exchange: Exchange) -> str | None:
    named = unquote(urlsplit(exchange.request.url).path).partition("/ai/run/")[2]
    if named:
        return named
    try:
        body = json.loads(exchange.request.body)
    except (ValueError, RecursionError):
        return None
    return model_asked(exchange.request.url, body) if isinstance(body, dict) else None
