"""Sending requests and reading the answers within bounds: over the network or in this process."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

from contracts.event_stream import MEDIA_TYPE
from contracts.exchanges import Chunk, NoAnswer, Request, Response
from contracts.in_process import InProcess, has_no_body, is_enough, octets
from contracts.limits import ANSWER_SECONDS
from contracts.target import Target

if TYPE_CHECKING:
    import requests

_PIECE = 64 * 1024
_AT_ONCE = 16
_MOMENT = 0.05


class Sender(Protocol):
    """Sends requests; never raises over what comes back."""

    def send(self, requests: Sequence[Request]) -> list[Response | NoAnswer]:
        """Send the requests, several of them at the same time; return what came of each, in their order."""

    def close(self) -> None:
        """Let go of connections and threads."""


def open_sender(target: Target, *, seconds: float = ANSWER_SECONDS) -> Sender:
    """Return a sender for a target; an answer may take `seconds`."""
    if target.app is not None:
        return AppSender(InProcess(target.app), seconds)
    return UrlSender(seconds)


class AppSender:
    """Sends to an application in this process."""

    def __init__(self, app: InProcess, seconds: float) -> None:
        self._app, self._seconds = app, seconds

    def send(self, requests: Sequence[Request]) -> list[Response | NoAnswer]:
        """Send the requests at the same time; return what came of each."""
        return self._app.send(requests, self._seconds)

    def close(self) -> None:
        """End the application."""
        self._app.close()


class UrlSender:
    """Sends over the network. No redirect is followed: it would carry credentials elsewhere."""

    def __init__(self, seconds: float = ANSWER_SECONDS) -> None:
        import requests

        from contracts.connections import Adapter

        self._seconds = seconds
        self._session = requests.Session()
        self._adapter = Adapter(pool_connections=4, pool_maxsize=_AT_ONCE)
        self._settings: dict[str, Mapping[str, Any]] = {}
        self._threads: ThreadPoolExecutor | None = None

    def send(self, requests: Sequence[Request]) -> list[Response | NoAnswer]:
        """Send the requests, up to 16 of them at the same time; return what came of each."""
        if len(requests) == 1:
            return [self._one(requests[0])]
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="mockflare-check")
        return list(self._threads.map(self._one, requests))

    def close(self) -> None:
        """Close connections and threads."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
        self._adapter.close()
        self._session.close()

    def _one(self, request: Request) -> Response | NoAnswer:
        came = self._exchange(request)
        if came is NoAnswer.DROPPED:
            # A server may close a connection that it kept alive in the moment in which it is used again.
            self._adapter.close()
            again = self._exchange(request)
            return came if isinstance(again, NoAnswer) and again.is_unreachable else again
        return came

    def _exchange(self, request: Request) -> Response | NoAnswer:
        from requests import RequestException, Timeout
        from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError, ReadTimeoutError

        began = time.perf_counter()
        try:
            with self._adapter.send(
                _prepared(request), stream=True, timeout=(min(10.0, self._seconds), self._seconds),
                **self._environment(request.url),
            ) as answer:  # fmt: skip
                return _read(answer, request.method, began, self._seconds)
        except (Timeout, ReadTimeoutError):
            return NoAnswer.ENDLESS
        except RequestException as error:
            reason = getattr(error.args[0] if error.args else None, "reason", None)
            if _is_tls(error):
                return NoAnswer.NO_TLS
            if isinstance(reason, NameResolutionError):
                return NoAnswer.NO_SUCH_HOST
            return NoAnswer.UNREACHABLE if isinstance(reason, NewConnectionError) else NoAnswer.DROPPED
        except (HTTPError, OSError):
            return NoAnswer.DROPPED
        except ValueError:  # a header with a line feed in it
            return NoAnswer.NOT_SENT

    def _environment(self, url: str) -> Mapping[str, Any]:
        """Return proxies and certificates as the environment names them; looked up once for each host."""
        host = "/".join(url.split("/", 3)[:3])
        if host not in self._settings:
            found = self._session.merge_environment_settings(url, {}, True, None, None)
            self._settings[host] = {key: found[key] for key in ("proxies", "verify", "cert")}
        return self._settings[host]


def _prepared(request: Request) -> requests.PreparedRequest:
    """Return the request for the library as it is: it would spell addresses anew."""
    from requests import PreparedRequest
    from requests.structures import CaseInsensitiveDict

    prepared = PreparedRequest()
    prepared.method, prepared.url = request.method, request.url
    headers = {name: value for name, value in request.headers if name.lower() != "content-length"}
    if request.method == "HEAD":
        headers["Connection"] = "close"  # whatever follows the head then has an end
    if request.body or request.method in ("POST", "PUT", "PATCH"):
        headers["Content-Length"] = str(len(request.body))
    prepared.headers = CaseInsensitiveDict({name: octets(value) for name, value in headers.items()})
    prepared.body = request.body or None
    return prepared


def _is_tls(error: Exception) -> bool:
    from requests.exceptions import SSLError

    return isinstance(error, SSLError)


def _read(answer: requests.Response, method: str, began: float, seconds: float) -> Response | NoAnswer:
    from urllib3.exceptions import DecodeError, HTTPError, ReadTimeoutError

    first = time.perf_counter() - began
    original = getattr(answer.raw, "_original_response", None)  # only it knows the order of the headers
    content, chunks = bytearray(), []
    ended, faults = False, []
    if has_no_body(method, answer.status_code) and (excess := _excess(original)):
        faults.append(f"a body came where none may be: {excess[:40]!r}")
    pairs = answer.raw.headers.iteritems() if original is None else original.headers.items()
    named = tuple((name.lower(), value) for name, value in pairs)
    try:
        while piece := answer.raw.read1(_PIECE, decode_content=True):
            now = time.perf_counter() - began
            content += piece
            chunks.append(Chunk(now, len(piece)))
            if now >= seconds or is_enough(len(content), named):
                break
        else:
            ended = True
    except ReadTimeoutError:
        pass
    except DecodeError as error:
        ended = True
        faults.append(f"the body cannot be decompressed: {error.args[0] if error.args else error}")
    except (HTTPError, OSError) as error:
        ended = True
        faults.append(f"the answer broke off before its end: {type(error).__name__}")
    response = Response(
        answer.status_code,
        named,
        bytes(content),
        not ended,
        tuple(faults),
        tuple(chunks),
        first,
        time.perf_counter() - began,
    )
    return response if ended or response.media_type == MEDIA_TYPE else NoAnswer.ENDLESS


def _excess(original: Any) -> bytes:
    """Return what follows the head of an answer that has no body, as far as it is there already."""
    reader = getattr(original, "fp", None)
    arriving = getattr(reader, "raw", None)
    if reader is None or arriving is None:
        return b""
    try:
        arriving.hurry(_MOMENT)
        return bytes(reader.read1(_PIECE))
    except (OSError, ValueError):
        return b""
