"""The exchanges of a run as an HTTP archive (HAR 1.2), which browsers and proxies open."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contracts.events import Event, ExchangeDone
from contracts.exchanges import Exchange, Request, Response
from contracts.printable import as_json
from contracts.reporters.registry import prepare_file, write_file

Headers = tuple[tuple[str, str], ...]


class ArchiveReporter:
    """Writes every exchange of a run, without credentials, to one file when the run is over."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path, self._now = path, now
        self._entries: list[dict[str, Any]] = []

    def start(self) -> None:
        """Create the file."""
        prepare_file(self._path)

    def handle(self, event: Event) -> None:
        """Keep an exchange."""
        if isinstance(event, ExchangeDone):
            self._entries.append(_entry(event, self._now()))

    def finish(self) -> None:
        """Write the file."""
        from contracts.version import version

        creator = {"name": "mockflare check", "version": version()}
        content = {"log": {"version": "1.2", "creator": creator, "entries": self._entries}}
        write_file(self._path, as_json(content, indent=1))


def _entry(event: ExchangeDone, ended: datetime) -> dict[str, Any]:
    exchange = event.exchange
    response = exchange.response
    whole = 0.0 if response is None else response.seconds * 1000
    waited = 0.0 if response is None else min(response.first_byte * 1000, whole)
    said = [f"{exchange.operation}, {exchange.phase}: {exchange.reason}".rstrip(": ")]
    said += [f"failed {name}" for name in event.failed] + [text for text in (event.refused,) if text]
    return {
        "startedDateTime": (ended - timedelta(milliseconds=whole)).isoformat(timespec="milliseconds"),
        "time": round(whole, 3),
        "request": _request(exchange.request),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": round(waited, 3), "receive": round(whole - waited, 3)},
        "comment": "; ".join(said),
    }


def _request(request: Request) -> dict[str, Any]:
    named = {name.lower(): value for name, value in request.headers}
    content: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(request.headers),
        "queryString": [{"name": name, "value": value} for name, value in parse_qsl(urlsplit(request.url).query, True)],
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        text = _text(request.body)
        posted: dict[str, Any] = {"mimeType": named.get("content-type", ""), "params": []}
        # the format knows no encoding for what is sent; tools agree on this member where it is not text
        posted |= {"text": text} if text is not None else {"text": _base64(request.body), "encoding": "base64"}
        content["postData"] = posted
    return content


def _response(exchange: Exchange) -> dict[str, Any]:
    response = exchange.response
    if response is None:
        reason = exchange.no_answer.value if exchange.no_answer is not None else "no answer"
        response = Response(0)
        return {**_answered(response), "statusText": "", "_error": reason}
    return _answered(response)


def _answered(response: Response) -> dict[str, Any]:
    text = _text(response.body)
    shown = {"text": text} if text is not None else {"text": _base64(response.body), "encoding": "base64"}
    return {
        "status": response.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(response.headers),
        "content": {"size": len(response.body), "mimeType": response.header("content-type") or "", **shown},
        "redirectURL": response.header("location") or "",
        "headersSize": -1,
        "bodySize": len(response.body),
    }


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": _sound(value)} for name, value in headers]


def _sound(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _text(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
