"""The security requirements of an operation: which credentials it asks for, and whether a request shows some.

What credentials are worth nobody can know from a document: they are looked at for their shape, and not compared.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
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
    supply: Callable[[Credentials], None]
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

    def admits(self, shown: Shown) -> bool:
        """Say whether a request shows all credentials of one alternative."""
        return self.is_open or any(all(each.is_shown(shown) for each in needed) for needed in self.alternatives)

    @property
    def wanted(self) -> str:
        """What would have been right: the alternatives in words."""
        return ", or ".join(" and ".join(each.wanted for each in needed) for needed in self.alternatives)

    @property
    def challenges(self) -> list[str]:
        """The values of `WWW-Authenticate`, one for each scheme."""
        return list(dict.fromkeys(each.challenge for needed in self.alternatives for each in needed if each.challenge))

    def credentials(self) -> Credentials:
        """Return credentials that the first alternative takes; none for an open operation."""
        found = Credentials()
        if not self.is_open:
            for scheme in self.alternatives[0]:
                scheme.supply(found)
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
        return Scheme(name, lambda _: True, lambda _: None, "", "a client certificate")
    spoken = str(raw.get("scheme", "bearer")).lower() if kind == "http" else "bearer"
    challenge = f'{spoken.title()} realm="{realm}"'
    if spoken == "digest":
        challenge += ', qop="auth", algorithm=SHA-256, nonce="bW9ja2ZsYXJl"'
    wanted = f"Authorization: {spoken.title()} {_SHAPES.get(spoken, '...')}"
    if kind in ("oauth2", "openIdConnect"):
        wanted += f" ({kind})"

    def is_shown(sent: Shown) -> bool:
        given, _, rest = sent.headers.get("authorization", "").strip().partition(" ")
        return given.lower() == spoken and _FITS.get(spoken, bool)(rest.strip())

    def supply(credentials: Credentials) -> None:
        credentials.headers["authorization"] = f"{spoken.title()} {_SAMPLES.get(spoken, SAMPLE)}"

    return Scheme(name, is_shown, supply, challenge, wanted)


def _api_key(name: str, where: str, key: str, realm: str) -> Scheme:
    def is_shown(sent: Shown) -> bool:
        if where == "header":
            return bool(sent.headers.get(key.lower(), "").strip())
        return bool((sent.queries if where == "query" else sent.cookies).get(key))

    def supply(credentials: Credentials) -> None:
        if where == "header":
            credentials.headers[key.lower()] = SAMPLE
        else:
            (credentials.queries if where == "query" else credentials.cookies)[key] = SAMPLE

    shown_key = _NOT_IN_REALM.sub("", key)
    challenge = f'ApiKey realm="{realm}", in="{where}", name="{shown_key}"'
    return Scheme(name, is_shown, supply, challenge, f"the {where} {'parameter ' * (where == 'query')}{key}")


def _is_basic(text: str) -> bool:
    try:
        return b":" in base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False


_FITS: dict[str, Callable[[str], bool]] = {
    "basic": _is_basic,
    "bearer": lambda text: _BEARER.fullmatch(text) is not None,
    "digest": lambda text: _PARAMETER.match(text) is not None,
}
_SHAPES = {"basic": "base64(user:password)", "bearer": "TOKEN", "digest": 'username="...", ...'}
_SAMPLES = {
    "basic": base64.b64encode(b"mockflare:" + SAMPLE.encode()).decode(),
    "digest": f'username="mockflare", realm="", nonce="bW9ja2ZsYXJl", uri="/", response="{SAMPLE}"',
}
