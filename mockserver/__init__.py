"""Mock server for Cloudflare Workers AI and any other OpenAPI document.

>>> from mockserver import Mock, MockServer
>>> with MockServer(Mock(seed=7)) as server:
...     print(server.openai_url)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.app import Mock
    from mockserver.asgi import create_app
    from mockserver.engine.invocation import Invocation
    from mockserver.engine.journal import Exchange
    from mockserver.engine.values import Answer, Chosen, Event, HttpRequest, HttpResponse
    from mockserver.errors import MockflareError
    from mockserver.server import MockServer
    from mockserver.settings import Settings

__all__ = [
    "Answer",
    "Chosen",
    "Event",
    "Exchange",
    "HttpRequest",
    "HttpResponse",
    "Invocation",
    "Mock",
    "MockServer",
    "MockflareError",
    "Settings",
    "create_app",
]

_HOMES = {
    "Answer": "engine.values",
    "Chosen": "engine.values",
    "Event": "engine.values",
    "Exchange": "engine.journal",
    "HttpRequest": "engine.values",
    "HttpResponse": "engine.values",
    "Invocation": "engine.invocation",
    "Mock": "app",
    "MockServer": "server",
    "MockflareError": "errors",
    "Settings": "settings",
    "create_app": "asgi",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: a plugin or a command must not pay for a server."""
    if name not in _HOMES:
        raise AttributeError(f"module 'mockserver' has no attribute {name!r}; public: {', '.join(__all__)}")
    return getattr(import_module(f"mockserver.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
