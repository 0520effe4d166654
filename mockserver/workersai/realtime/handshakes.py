"""The request that opens a session: where its model and its token stand, which session it is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from urllib.parse import parse_qsl, unquote

from mockserver.engine.invocation import Invocation
from mockserver.engine.sessions import Session
from mockserver.engine.values import HttpRequest, Problem, refuse
from mockserver.workersai.catalogue import Catalogue, Model
from mockserver.workersai.realtime.options import Options

CAPABILITY = "websocket"
"""What the catalogue says of a model that holds sessions."""

SESSIONS: Mapping[str, str] = {
    "text-to-speech-deepgram": "voice.Voice",
    "speech-recognition-streaming": "turns.Turns",
    "speech-recognition-nova": "results.Results",
    "voice-activity-detection": "endings.Endings",
}
"""Who holds the sessions of a family: a class of this package, imported when it is first asked for."""

_GATEWAY = re.compile(r"/v1/[^/]+/[^/]+/workers-ai/?")
_PROTOCOL = "cf-aig-authorization."
_HIDDEN = "[redacted]"


def read(request: HttpRequest) -> HttpRequest:
    """Return a request with its model in the path and its token in `Authorization`.

    The AI gateway's clients name the model in the query string (`/v1/{account}/{gateway}/workers-ai?model=...`) and
    send the token as `cf-aig-authorization`; browsers, which cannot send headers, as a subprotocol of that name.
    """
    path, query, headers = request.path, request.query, list(request.headers)
    if _GATEWAY.fullmatch(path):
        pairs = query.split("&")
        named = dict(parse_qsl(query)).get("model")
        if named:
            path = f"{path.rstrip('/')}/run/{named.removeprefix('workers-ai/')}"
            query = "&".join(pair for pair in pairs if not pair.startswith("model="))
    token = request.header(b"cf-aig-authorization")
    for place, (name, value) in enumerate(headers):
        if name == b"sec-websocket-protocol":
            offered = [each.strip() for each in value.decode("latin-1").split(",")]
            found = next((each for each in offered if each.startswith(_PROTOCOL)), None)
            if found is not None:
                token = token or found.removeprefix(_PROTOCOL)
                shown = ", ".join(_PROTOCOL + _HIDDEN if each == found else each for each in offered)
                headers[place] = (name, shown.encode("latin-1"))
    if token and request.header(b"authorization") is None:
        bearer = token if token[:7].lower() == "bearer " else f"Bearer {token}"
        headers.append((b"authorization", bearer.encode("latin-1")))
    return HttpRequest(request.method, path, query=query, headers=headers)


def wanted(path: str, catalogue: Catalogue) -> Problem | None:
    """Return what a plain GET of a path lacks, where the path is that of a realtime model; None elsewhere."""
    model = catalogue.find(unquote(path).partition("/ai/run/")[2].rstrip("/"))
    if model is None or not holds_sessions(model):
        return None
    detail = f"GET {model.name} asks for an upgrade: send Connection: Upgrade and Upgrade: websocket, or POST"
    return Problem("refused", 426, detail, headers=(("upgrade", "websocket"), ("connection", "Upgrade")))


def holds_sessions(model: Model) -> bool:
    """Say whether a model is a realtime one."""
    return CAPABILITY in model.capabilities and model.family in SESSIONS


def open_session(invocation: Invocation) -> Session:
    """Return the session that a request opens.

    Raises Refusal for a model without sessions, and for options that the model does not take.
    """
    model = invocation.subject
    if not isinstance(model, Model) or not holds_sessions(model):
        name = model.name if isinstance(model, Model) else "no model"
        raise refuse("invalid-input", 400, "no realtime model", reason=f"{name} has no WebSocket; POST would be right")
    options = Options(dict(parse_qsl(invocation.request.query, keep_blank_values=True)))
    return _session(model.family)(invocation, model, options)


@cache
def _session(family: str) -> Callable[[Invocation, Model, Options], Session]:
    module, name = SESSIONS[family].split(".")
    found: Callable[[Invocation, Model, Options], Session] = getattr(
        import_module(f"mockserver.workersai.realtime.{module}"), name
    )
    return found
