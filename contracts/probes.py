"""Requests that checks send on their own account, after the generated ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.cases import TIMEOUT, open_session
from contracts.exchanges import Exchange, Intent, Request, Response
from contracts.redaction import WRONG_TOKEN
from contracts.target import Target
from mockserver.openapi.document import Document


def send_probes(
    document: Document, target: Target, succeeded: Mapping[str, Exchange], credentials: Mapping[str, str]
) -> Iterator[Exchange]:
    """Repeat one successful request of each guarded operation without credentials and with a wrong token.

    A probe that gets no answer yields nothing: that says nothing about credentials.
    """
    guarded = {name: each for name, each in succeeded.items() if _is_guarded(document, name)}
    if not credentials or not guarded:
        return
    import requests

    secret = {name.lower() for name in credentials}
    with open_session(target) as session:
        for name, exchange in guarded.items():
            kept = tuple(
                (key, value)
                for key, value in exchange.request.headers
                if key.lower() == "content-type" and key.lower() not in secret
            )
            wrong = tuple((key, _spoilt(value)) for key, value in credentials.items())
            for number, headers in enumerate((kept, kept + wrong), start=1):
                request = Request(exchange.request.method, exchange.request.url, headers, exchange.request.body)
                try:
                    answer = session.request(
                        request.method, request.url, headers=dict(headers), data=request.body or None, timeout=TIMEOUT
                    )
                except requests.RequestException:
                    continue
                response = Response(
                    answer.status_code,
                    tuple((key.lower(), value) for key, value in answer.headers.items()),
                    answer.content,
                )
                yield Exchange(exchange.number + number, name, "auth", Intent.PROBE, request, response)


def _is_guarded(document: Document, name: str) -> bool:
    security = document.operations[name].security
    return bool(security) and {} not in security


def _spoilt(value: str) -> str:
    scheme, _, rest = value.partition(" ")
    return f"{scheme} {WRONG_TOKEN}" if rest else WRONG_TOKEN
