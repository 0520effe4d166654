"""Requests that show no credential, or one that is not right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.cases import NONE, Case
from contracts.credentials import NEAR_MISSES
from contracts.dialects import Dialect
from contracts.exchanges import Intent
from contracts.judge import is_json
from contracts.making import Maker
from contracts.media import SENT_AS, samples
from contracts.member_schemas import STRANGER
from contracts.smoke_bodies import Body, smoke_bodies
from contracts.strategies.batches import text_member
from contracts.strategies.paths import spellings
from contracts.strategies.queues import TAKES_BATCHES
from contracts.strategies.registry import strategy

_UNREAD = b'{"'
_WRONG = "wrong"


@strategy("auth", "free")
def auth(make: Maker) -> Iterator[Case]:
    """The small valid request without credentials and with a wrong token, each next to a request that is not valid:
    what a stranger is told must not depend on it. Then as a stream, in other forms (several texts, a page of a list,
    HEAD, an address that is escaped otherwise, or has a parameter more, a charset), and with tokens that are nearly
    right. Refusals cost nothing.
    """
    if not make.guarded:
        return
    yield from _stranger(make, NONE, "without credentials", _UNREAD, "ill-formed-unread")
    reason, how = _other_form(make)
    if _WRONG in make.world.near_misses:
        yield from _stranger(make, _WRONG, f"{reason}with a wrong token", b"{}", "ill-formed", **how)
    streamed = _streamed(make)
    if streamed is not None:
        yield _probe(make, NONE, "a stream without credentials", body=streamed)
    if streamed is not None and _WRONG in make.world.near_misses:
        yield _probe(make, _WRONG, "a stream with a wrong token", body=streamed)
    if make.operation.method == "GET":
        yield _probe(make, NONE, "HEAD without credentials", method="HEAD")
    misses = [name for name in make.world.near_misses if name != _WRONG]
    make.random("near misses").shuffle(misses)
    forms: list[tuple[str, dict[str, Any]]] = [("", {})]
    if streamed is not None:
        forms.append(("a stream ", {"body": streamed}))
    forms.append(("a parameter that nobody documented, ", {"query": {STRANGER: "1"}}))
    if (sent := _bytes(make)) is not None:
        forms.append(("bytes in place of JSON, ", {"content": sent.content, "media_type": sent.media_type}))
    queued = _queued(make)
    if queued is not None:
        forms.append(("a batch to be queued, ", {"body": queued, "query": {"queueRequest": "true"}}))
    if make.smoke is not None and is_json(make.smoke.media_type):
        forms.append(("a charset, ", {"media_type": f"{make.smoke.media_type}; charset=utf-8"}))
    for place, name in enumerate(misses):
        form, how = forms[place % len(forms)]
        yield _probe(make, name, f"{form}with {NEAR_MISSES[name].words}", **how)


@strategy("auth-later", "search")
def auth_later(make: Maker) -> Iterator[Case]:
    """A wrong token once the right one was seen: nobody is let in because of who asked before."""
    if make.guarded and _WRONG in make.world.near_misses:
        yield _probe(make, _WRONG, "with a wrong token, after requests with the right one")


def _stranger(make: Maker, credential: str, reason: str, ill: bytes, role: str, **how: Any) -> Iterator[Case]:
    smoke = make.smoke
    if smoke is None or not is_json(smoke.media_type):
        yield _probe(make, credential, reason, **how)
        return
    yield _probe(make, credential, reason, group=credential, role="well-formed", **how)
    yield _probe(
        make, credential, f"not valid, and {reason}", content=ill, media_type=smoke.media_type,
        group=credential, role=role,
    )  # fmt: skip


def _probe(make: Maker, credential: str, reason: str, **how: Any) -> Case:
    return make.case(intent=Intent.PROBE, credential=credential, reason=reason, **how)


def _other_form(make: Maker) -> tuple[str, dict[str, Any]]:
    """Return another form of the request, which another part of a service may answer, and what it is."""
    base, member = make.smoke_json, text_member(make)
    told: list[str] = []
    how: dict[str, Any] = {}
    if isinstance(base, dict) and make.dialect is Dialect.COMPLETIONS:
        member = "prompt"
    if isinstance(base, dict) and member is not None and (not make.generates_text or member == "prompt"):
        body = {**base, member: ["One.", "Two.", "Three.", "Four."]}
        if not make.is_forbidden(body):
            told, how = ["several texts"], {"body": body}
    numbers = {
        str(each.get("name")): "2"
        for each in make.operation.parameters
        if each.get("in") == "query" and each.get("name") in ("page", "per_page", "limit")
    }
    if make.operation.method == "GET" and numbers:
        told, how = ["a page of the list"], {"query": numbers}
    for spelled in list(spellings(make).values())[:1]:
        told.append("an address that is escaped otherwise")
        how["raw_path"] = spelled
    return "".join(f"{each}, " for each in told), how


def _bytes(make: Maker) -> Body | None:
    """Return the picture or the recording of the small JSON request as bytes; None where none are taken."""
    if make.smoke is None or not is_json(make.smoke.media_type):
        return None
    return next((each for each in smoke_bodies(make.prepared, make.dialect, make.model) if _holds_media(each)), None)


def _holds_media(body: Body) -> bool:
    return any(body.content in samples(kind) for kind in SENT_AS)


def _queued(make: Maker) -> dict[str, Any] | None:
    """Return a batch of the small valid request; None where none can be queued."""
    base, model = make.smoke_json, make.model
    if make.dialect is not Dialect.RUN or model is None or TAKES_BATCHES not in model.capabilities:
        return None
    takes = isinstance(base, dict) and (make.takes_any_model or make.allows("requests"))
    return {"requests": [base]} if takes else None


def _streamed(make: Maker) -> dict[str, Any] | None:
    base = make.smoke_json
    if not make.streams or not isinstance(base, dict) or not make.allows("stream"):
        return None
    return {**base, "stream": True}


STRATEGIES = (auth, auth_later)
