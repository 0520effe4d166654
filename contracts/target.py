"""Where requests go: a URL, or an ASGI application in this process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mockserver.errors import UsageError
from mockserver.openapi.document import Document

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_IN_PROCESS = "http://127.0.0.1:8787"
"""Where requests in this process are addressed to: `mockflare serve` listens there, so they can be repeated."""


@dataclass(frozen=True, slots=True)
class Target:
    """The base that the paths of the document are appended to, and the application when there is no network."""

    base_url: str
    app: ASGIApp | None = None

    @property
    def name(self) -> str:
        """How reports call it."""
        return self.base_url if self.app is None else "in process"


def find_target(target: str | ASGIApp, document: Document) -> Target:
    """Return the target; a URL without a path gets the base path of the document's servers.

    Raises UsageError when the text is not an http(s) URL.
    """
    base_path = document.base_paths[0] if document.base_paths else ""
    if not isinstance(target, str):
        if not callable(target):
            raise UsageError(
                f"{target!r} is no target; an address like https://host/client/v4 or an ASGI application would be right"
            )
        return Target(_IN_PROCESS + base_path, _shielded(target))
    parts = urlsplit(target)
    if "@" in parts.netloc:
        shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        raise UsageError(f"{shown} is given with credentials in it; the token is given by itself")
    try:
        well_formed = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        well_formed = False
    if not well_formed or parts.query or parts.fragment:
        raise UsageError(f"{target!r} is not a target; an address like https://host/client/v4 would be right")
    path = parts.path.rstrip("/") or base_path
    above = _above_operations(path, document)
    if above is not None:
        raise UsageError(
            f"the target ends with what operations begin with; {parts.scheme}://{parts.netloc}{above} would be right, "
            "and the account by itself"
        )
    return Target(f"{parts.scheme}://{parts.netloc}{path}")


def _above_operations(path: str, document: Document) -> str | None:
    """Return the base in a path that goes on as operations begin, as the base of an OpenAI SDK does; else None."""
    given = path.split("/")
    for operation in document.operations.values():
        template = operation.path.strip("/").split("/")
        for length in range(3, min(len(template), len(given))):
            above = "/".join(given[:-length])
            begins = zip(template[:length], given[-length:], strict=True)
            if above in ("", *document.base_paths) and all(name[:1] == "{" or name == part for name, part in begins):
                return above
    return None


def _shielded(app: ASGIApp) -> ASGIApp:
    """Return the application as a server runs it: an exception becomes a 500, or ends an answer that has begun."""

    async def shielded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        state = {"started": False, "complete": False}

        async def watched(message: MutableMapping[str, Any]) -> None:
            state["started"] = True
            state["complete"] = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        try:
            await app(scope, receive, watched)
        except Exception:
            if not state["started"]:
                await send(
                    {"type": "http.response.start", "status": 500, "headers": [(b"content-type", b"text/plain")]}
                )
            if not state["complete"]:
                await send({"type": "http.response.body", "body": b""})

    return shielded


def find_credentials(document: Document, token: str) -> Mapping[str, str]:
    """Return the headers that carry the token as the document's security schemes ask for it.

    Empty when the document asks for none, or for one that no header carries. Where the usual one does not do for every
    operation, the keys that the others ask for are sent as well.
    """
    named = _schemes(document)
    bearers = {name for name, scheme in named.items() if _is_bearer(scheme)}
    keys = {name: str(scheme.get("name")) for name, scheme in named.items() if _is_header_key(scheme)}
    found, met = ({"Authorization": f"Bearer {token}"}, bearers) if bearers else ({}, set(list(keys)[:1]))
    for operation in document.operations.values():
        asked = [set(each) for each in operation.security]
        if asked and not any(each <= met for each in asked):
            met |= next((each for each in asked if each <= met | keys.keys()), set())
    found.update({keys[name]: token for name in keys if name in met})
    return found


def carried_schemes(document: Document) -> set[str]:
    """Return the names of the security schemes that a header with a token answers."""
    return {name for name, scheme in _schemes(document).items() if _is_bearer(scheme) or _is_header_key(scheme)}


def _schemes(document: Document) -> dict[str, Mapping[str, Any]]:
    components = document.content.get("components")
    schemes = (components if isinstance(components, dict) else {}).get("securitySchemes") or {}
    named = {name: document.resolve(scheme) for name, scheme in schemes.items()}
    return {name: scheme for name, scheme in named.items() if isinstance(scheme, dict)}


def _is_header_key(scheme: Mapping[str, Any]) -> bool:
    return scheme.get("type") == "apiKey" and scheme.get("in") == "header"


def _is_bearer(scheme: Mapping[str, Any]) -> bool:
    """Say whether a security scheme asks for a bearer token."""
    kind, style = scheme.get("type"), str(scheme.get("scheme", "")).lower()
    return kind in ("oauth2", "openIdConnect") or (kind == "http" and style == "bearer")
