"""Requests that the kit makes of what succeeded, after the generated ones."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from contracts.answers import NoAnswer, fetch
from contracts.cases import Trouble, open_session
from contracts.event_stream import MEDIA_TYPE
from contracts.exchanges import Exchange, Intent, Request, Response, Verdict
from contracts.judge import is_json
from contracts.redaction import WRONG_TOKEN
from contracts.target import Target
from mockserver.openapi.document import Document

Succeeded = Mapping[str, Sequence[Exchange]]
"""Valid exchanges that succeeded, by operation, the smallest first."""


def send_probes(
    document: Document, target: Target, succeeded: Succeeded, credentials: Mapping[str, str]
) -> Iterator[Exchange | Trouble]:
    """Send what generation seldom makes; yield what came of it, and why nothing came.

    Phase "streams": requests of operations that can stream, with `"stream": true`. Phase "auth": the smallest
    request of each guarded operation, without credentials and with a wrong token.
    """
    number = max((each.number for exchanges in succeeded.values() for each in exchanges), default=0)
    with open_session(target) as session:
        for probe in _probes(document, succeeded, credentials):
            number += 1
            came = fetch(session, probe.request)
            if isinstance(came, Response):
                yield replace(probe, number=number, response=came)
            elif came is NoAnswer.DROPPED:
                yield replace(probe, number=number, verdicts=(Verdict("not_a_server_error", False, came.value),))
            else:
                yield replace(probe, number=number)
                yield Trouble(probe.operation, came.value, unreachable=came is NoAnswer.UNREACHABLE)


def _probes(document: Document, succeeded: Succeeded, credentials: Mapping[str, str]) -> Iterator[Exchange]:
    for name, exchanges in succeeded.items():
        if _streams(document, name):
            for exchange in exchanges:
                request = _streamed(exchange.request)
                if request is not None:
                    yield Exchange(0, name, "streams", Intent.VALID, request, None)
    for name, exchanges in succeeded.items():
        if credentials and exchanges and _is_guarded(document, name):
            for request in _without_credentials(exchanges[0].request, credentials):
                yield Exchange(0, name, "auth", Intent.PROBE, request, None)


def _streams(document: Document, name: str) -> bool:
    response = document.operations[name].response(200)
    return response is not None and MEDIA_TYPE in response.content


def _streamed(request: Request) -> Request | None:
    """Return the request with `"stream": true`; None when its body is no JSON object, or asks for a stream already."""
    content_type = {name.lower(): value for name, value in request.headers}.get("content-type", "")
    if not is_json(content_type.split(";")[0].strip().lower()):
        return None
    try:
        body = json.loads(request.body)
    except ValueError:
        return None
    if not isinstance(body, dict) or body.get("stream") is True:
        return None
    return replace(request, body=json.dumps({**body, "stream": True}).encode())


def _is_guarded(document: Document, name: str) -> bool:
    security = document.operations[name].security
    return bool(security) and {} not in security


def _without_credentials(request: Request, credentials: Mapping[str, str]) -> Iterator[Request]:
    secret = {name.lower() for name in credentials}
    kept = tuple((name, value) for name, value in request.headers if name.lower() not in secret)
    yield replace(request, headers=kept)
    yield replace(request, headers=kept + tuple((name, _spoilt(value)) for name, value in credentials.items()))


def _spoilt(value: str) -> str:
    scheme, _, rest = value.partition(" ")
    return f"{scheme} {WRONG_TOKEN}" if rest else WRONG_TOKEN
