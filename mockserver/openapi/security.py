"""The security requirements of an operation: which credentials it asks for, and whether a request shows some.

What credentials are worth nobody can know from a document: they are looked at for their shape, and compared only where
somebody names the tokens that count.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.errors import UnresolvedReference
from mockserver.openapi.operations import Operation

SAMPLE = "mockflare-token"
"""The credential that samples carry."""

_BEARER = re.compile(r"[A-Za-z0-9\-._~+/:]+=*")
_PARAMETER = re.compile(r'[\w-]+\s*=\s*(?:"[^"]*"|[^\s,"]+)')
_NOT_IN_REALM = re.compile(r'["\\\x00-\x1f\x7f-\uffff]')


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of a request that credentials stand in."""

    headers: Mapping[str, str]
    """By name in lower case."""
    queries: Mapping[str, str]
    cookies: Mapping[str, str]


@dataclass(slots=True)
class Credentials:
    """Credentials of the right shape, to be sent along."""

    headers: dict[str, str] = field(default_factory=dict)
    queries: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One security scheme, ready to be looked for."""

    name: str
    is_shown: Callable[[Shown], bool]
    told: Callable[[Shown], Sequence[str]]
    """What of it may be the token; nothing for a scheme that does not send one as it is."""
    supply: Callable[[Credentials, str], None]
    """Puts a token where it belongs."""
    challenge: str
    """What `WWW-Authenticate` says of it, "" for one that no client can answer by a header."""
    wanted: str
    """What would have been right, for people."""


class Guard:
    """The security requirements of one operation: any one alternative suffices, with all of its schemes."""

    def __init__(self, operation: Operation) -> None:
        document = operation.document
        components = document.content.get("components")
        defined = components.get("securitySchemes") if isinstance(components, dict) else None
        schemes: dict[str, Scheme | None] = {}
        self.alternatives: list[list[Scheme]] = []
        for requirement in operation.security:
            needed = []
            for name in requirement:
                if name not in schemes:
                    raw = defined.get(name) if isinstance(defined, dict) else None
                    try:
                        raw = document.resolve(raw)
                    except UnresolvedReference:
                        raw = None
                    schemes[name] = scheme = _scheme(name, raw, document.title) if isinstance(raw, dict) else None
                    if scheme is None:
                        told = f"the security scheme {name!r} is not defined: not asked for"
                        document.report(operation.pointer, told)
                if (found := schemes[name]) is not None:
                    needed.append(found)
            self.alternatives.append(needed)

    @property
    def is_open(self) -> bool:
        """Whether a request without credentials is right."""
        return not self.alternatives or not all(self.alternatives)

    def admits(self, shown: Shown, tokens: Collection[str] = ()) -> bool:
        """Say whether a request shows all credentials of one alternative, with one of the tokens if there are any."""

        def is_right(scheme: Scheme) -> bool:
            if not scheme.is_shown(shown):
                return False
            told = scheme.told(shown) if tokens else ()
            return not told or any(each in tokens for each in told)

        return self.is_open or any(all(map(is_right, needed)) for needed in self.alternatives)

    @property
    def wanted(self) -> str:
        """What would have been right: the alternatives in words."""
        return ", or ".join(" and ".join(each.wanted for each in needed) for needed in self.alternatives)

    @property
    def challenges(self) -> list[str]:
        """The values of `WWW-Authenticate`, one for each scheme."""
        return list(dict.fromkeys(each.challenge for needed in self.alternatives for each in needed if each.challenge))

    def credentials(self, token: str = SAMPLE) -> Credentials:
        """Return credentials that the first alternative takes, with a token; none for an open operation."""
        found = Credentials()
        if not self.is_open:
            for scheme in self.alternatives[0]:
                scheme.supply(found, token)
        return found


def query_names(operation: Operation) -> list[str]:
    """Return the names in a query that credentials may have."""
    components = operation.document.content.get("components")
    defined = components.get("securitySchemes") if isinstance(components, dict) else None
    return [
        str(scheme.get("name"))
        for scheme in (defined.values() if isinstance(defined, dict) else ())
        if isinstance(scheme, dict) and scheme.get("in") == "query"
    ]


def shown(query: str, headers: Sequence[tuple[bytes, bytes]]) -> Shown:
    """Return the parts of a request that credentials stand in; header names are in lower case."""
    from mockserver.openapi.parameters.styles import decode_path, decode_query

    named = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
    queries = {}
    for pair in query.split("&") if query else ():
        name, _, value = pair.partition("=")
        queries[decode_query(name)] = decode_query(value)
    cookies = {}
    for piece in named.get("cookie", "").split(";"):
        name, _, value = piece.strip().partition("=")
        cookies[name] = decode_path(value)
    return Shown(named, queries, cookies)


def _scheme(name: str, raw: Mapping[str, Any], title: str) -> Scheme:
    kind = str(raw.get("type", ""))
    realm = _NOT_IN_REALM.sub("", title)[:100]
    if kind == "apiKey":
        return _api_key(name, str(raw.get("in", "header")), str(raw.get("name", "")), realm)
    if kind == "mutualTLS":
        return Scheme(name, lambda _: True, lambda _: (), lambda *_: None, "", "a client certificate")
    spoken = str(raw.get("scheme", "bearer")).lower() if kind == "http" else "bearer"
    challenge = f'{spoken.title()} realm="{realm}"'
    if spoken == "digest":
        challenge += ', qop="auth", algorithm=SHA-256, nonce="bW9ja2ZsYXJl"'
    wanted = f"Authorization: {spoken.title()} {_SHAPES.get(spoken, '...')}"
    if kind in ("oauth2", "openIdConnect"):
        wanted += f" ({kind})"

    def given(sent: Shown) -> tuple[str, str]:
        word, _, rest = sent.headers.get("authorization", "").strip().partition(" ")
        return word.lower(), rest.strip()

    def is_shown(sent: Shown) -> bool:
        word, rest = given(sent)
        return word == spoken and _FITS.get(spoken, bool)(rest)

    def told(sent: Shown) -> Sequence[str]:
        reader = _TOLD.get(spoken)
        return reader(given(sent)[1]) if reader is not None else ()

    def supply(credentials: Credentials, token: str) -> None:
        credentials.headers["authorization"] = f"{spoken.title()} {_WRITTEN.get(spoken, str)(token)}"

    return Scheme(name, is_shown, told, supply, challenge, wanted)


def _api_key(name: str, where: str, key: str, realm: str) -> Scheme:
    def told(sent: Shown) -> Sequence[str]:
        places = {"header": sent.headers, "query": sent.queries}.get(where, sent.cookies)
        value = places.get(key.lower() if where == "header" else key, "")
        return [value.strip() if where == "header" else value]

    def supply(credentials: Credentials, token: str) -> None:
        if where == "header":
            credentials.headers[key.lower()] = token
        else:
            (credentials.queries if where == "query" else credentials.cookies)[key] = token

    shown_key = _NOT_IN_REALM.sub("", key)
    challenge = f'ApiKey realm="{realm}", in="{where}", name="{shown_key}"'
    wanted = f"the {where} {'parameter ' * (where == 'query')}{key}"
    return Scheme(name, lambda sent: bool(told(sent)[0]), told, supply, challenge, wanted)


def _is_basic(text: str) -> bool:
    return b":" in _unpacked(text)


def _unpacked(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _basic_tokens(text: str) -> Sequence[str]:
    """Return what may be the token in basic credentials: the password, the name where there is none, and both."""
    pair = _unpacked(text).decode("utf-8", "replace")
    name, _, password = pair.partition(":")
    return [password or name, pair]


_FITS: dict[str, Callable[[str], bool]] = {
    "basic": _is_basic,
    "bearer": lambda text: _BEARER.fullmatch(text) is not None,
    "digest": lambda text: _PARAMETER.match(text) is not None,
}
_SHAPES = {"basic": "base64(user:password)", "bearer": "TOKEN", "digest": 'username="...", ...'}
_TOLD: dict[str, Callable[[str], Sequence[str]]] = {"basic": _basic_tokens, "bearer": lambda text: [text]}
_WRITTEN: dict[str, Callable[[str], str]] = {
    "basic": lambda token: base64.b64encode(b"mockflare:" + token.encode()).decode(),
    "digest": lambda token: f'username="mockflare", realm="", nonce="bW9ja2ZsYXJl", uri="/", response="{token}"',
}
