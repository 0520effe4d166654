"""The socket door: uvicorn, in the foreground for `serve`, in a thread for tests and programs."""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import fields
from types import MappingProxyType, TracebackType
from typing import Any

import uvicorn

from mockserver.app import Mock
from mockserver.asgi import LARGEST_MESSAGE, Application, ASGIApp, create_app
from mockserver.errors import UsageError
from mockserver.settings import Settings

_SETTINGS = "_MOCKFLARE_WORKER_SETTINGS"


class MockServer:
    """A mock behind a socket, served by a thread of this process.

    >>> with MockServer(Mock()) as server:
    ...     client = openai.OpenAI(base_url=server.openai_url, api_key=server.token)
    """

    def __init__(self, mock: Mock | None = None, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.mock = mock or Mock()
        self._host, self._port = host, port
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> MockServer:
        """Listen; raises UsageError when the address is taken. Returns the server itself."""
        listening = listen(self._host, self._port)
        self._port = listening.getsockname()[1]
        self._server = uvicorn.Server(_config(create_app(self.mock), http=_protocol()))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="mockflare", daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening and wait for the thread."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(timeout=5)
            self._server = self._thread = None

    def __enter__(self) -> MockServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The origin, e.g. `http://127.0.0.1:53211`."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    @property
    def base_url(self) -> str:
        """What the cloudflare SDKs take as `base_url`."""
        return self.url + next(iter(self.mock.document.base_paths), "")

    @property
    def openai_url(self) -> str:
        """What the OpenAI SDKs take as `base_url`."""
        return f"{self.base_url}/accounts/{self.account_id}/ai/v1"

    @property
    def token(self) -> str:
        """A token that the mock accepts."""
        return self.mock.token

    @property
    def account_id(self) -> str:
        """An account id of the right form."""
        return self.mock.account_id

    @property
    def requests(self) -> Any:
        """The journal: every exchange since the start or the last reset, oldest first."""
        return self.mock.journal

    def on(self, target: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register a responder for an operation or a model; see `Mock.on`."""
        return self.mock.on(target)

    def fail(self, target: str, error: int | str, times: int = 1) -> None:
        """Answer the next requests to an operation, a model or "*" with an error of the service; see `Mock.fail`."""
        self.mock.fail(target, error, times)

    def reset(self) -> None:
        """Forget requests, responders and faults."""
        self.mock.reset()


def serve(settings: Settings, announce: Callable[[Mock, str], None]) -> None:
    """Serve until interrupted. `announce` is told the mock and its origin once the socket listens.

    Raises MockflareError for a document that cannot be served or an address that is taken.
    """
    mock = Mock(settings)
    listening = listen(settings.host, settings.port)
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # everywhere is here, too
    host = f"[{host}]" if ":" in host else host
    announce(mock, f"http://{host}:{listening.getsockname()[1]}")
    mock.document.listener = warn
    if settings.workers == 1:
        application = _watched(create_app(mock), settings)
        uvicorn.Server(_config(application, http=_protocol())).run(sockets=[listening])
        return
    from uvicorn.supervisors import Multiprocess

    values = {each.name: getattr(settings, each.name) for each in fields(settings)}
    os.environ[_SETTINGS] = json.dumps({**values, "switches": dict(settings.switches)})
    config = _config("mockserver.server:worker_app", factory=True, workers=settings.workers, http=_protocol())
    Multiprocess(config, sockets=[listening]).run()


def serve_app(app: ASGIApp, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve an application until interrupted. `announce` is told its origin; raises UsageError for a taken address."""
    listening = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    announce(f"http://{shown}:{listening.getsockname()[1]}")
    # a body that is left without its end is how an application passes on that it broke off
    logging.getLogger("uvicorn.error").addFilter(lambda record: "without completing" not in record.getMessage())
    uvicorn.Server(_config(app, http="auto")).run(sockets=[listening])


def _watched(application: Application, settings: Settings) -> Application:
    """Return an application whose mock is replaced when the user's files change, if there are any."""
    if settings.reload and (settings.spec or settings.overlays or settings.artifacts):
        from mockserver.reload import Reloader

        Reloader(application, settings, lambda told: print(f"mockflare: {told}", file=sys.stderr, flush=True)).start()
    return application


def worker_app() -> ASGIApp:
    """Return the application of a worker process; its settings are in the environment."""
    values = json.loads(os.environ[_SETTINGS])
    for name in ("overlays", "artifacts", "tokens", "allow"):
        values[name] = tuple(values[name])
    values["switches"] = MappingProxyType(values["switches"])
    settings = Settings(**values)
    mock = Mock(settings)
    mock.document.listener = warn  # what is known already the first process has told
    return _watched(create_app(mock), settings)


def warn(found: object) -> None:
    """Tell something that is wrong with the document in one line of standard error."""
    print(f"warning: {found}", file=sys.stderr, flush=True)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises UsageError in one line when that is impossible."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(2048)
    except OSError as error:
        hint = "; --port 0 takes a free one" if error.errno in (98, 48, 10048) else ""
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror or error}{hint}") from None
    listening.set_inheritable(True)
    return listening


def _protocol() -> Any:
    """Return the class that speaks HTTP: ours, or whatever uvicorn finds where ours does not fit."""
    try:
        from mockserver import direct  # needs httptools, which not every Python has
    except ImportError:
        return "auto"
    return direct.DirectProtocol if direct.fits() else "auto"


def _config(app: Any, **more: Any) -> uvicorn.Config:
    websocket: Any = _speak_websocket  # uvicorn asks for a class and only ever calls it
    return uvicorn.Config(
        app,
        access_log=False,
        date_header=False,  # the same question gets the same bytes
        lifespan="off",
        log_level="warning",
        proxy_headers=False,  # who asks is who is connected: our own endpoints trust this machine alone
        server_header=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,
        ws=websocket,
        ws_max_size=2 * LARGEST_MESSAGE,  # what lies between is read to its end, so that a client gets to see why
        ws_per_message_deflate=False,  # sound does not get smaller, and each connection would cost memory
        **more,
    )


def _speak_websocket(**named: Any) -> Any:
    """Return what speaks WebSocket with one client; its library is loaded at the first upgrade, not at the start."""
    from mockserver.websocket import WebSocketProtocol

    return WebSocketProtocol(**named)
