"""Keeping credentials out of everything that leaves a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from contracts.credentials import WRONG_TOKEN
from contracts.disguises import SHORTEST, Disguised, exact_forms, hide_cut, hide_in_pieces
from contracts.exchanges import Exchange, Request, Verdict
from contracts.printable import one_line

TOKEN = "$CLOUDFLARE_API_TOKEN"
ACCOUNT = "$CLOUDFLARE_ACCOUNT_ID"

CREDENTIAL_HEADERS = frozenset(
    ("authorization", "cookie", "set-cookie", "x-auth-key", "x-auth-email", "x-api-key", "proxy-authorization")
)
_SCHEMES = ("", "Bearer", "Basic")
_SHORTEST = 4
"""Shorter secrets are not looked for in text: they would be found in every other word."""
_SHORTEST_MISS = 12
"""Shorter near misses of the token are not looked for in text either; they are parts of it only."""
_EVENT = "data:"


class Redactor:
    """Replaces secrets by the names of the variables that hold them, in whatever form a server repeats them.

    >>> Redactor({"$TOKEN": "cfut_1234"}).text("Bearer cfut_1234")
    'Bearer $TOKEN'
    """

    def __init__(self, secrets: Mapping[str, str], near_misses: Mapping[str, str] = MappingProxyType({})) -> None:
        """`secrets` are values by the text that stands for them, `near_misses` such texts by credential."""
        self._misses = dict(near_misses)
        pairs = [(form, shell) for form, shell in self._misses.items() if len(form) >= _SHORTEST_MISS]
        looked_for = [(name, secret) for name, secret in secrets.items() if len(secret) >= _SHORTEST]
        pairs += [(form, name) for name, secret in looked_for for form in exact_forms(secret)]
        self._pairs = sorted(dict(pairs).items(), key=lambda pair: (-len(pair[0]), pair))
        self._secrets = [(name, secret) for name, secret in looked_for if len(secret) >= SHORTEST]
        self._disguised = [(name, Disguised(secret)) for name, secret in self._secrets]

    def text(self, text: str) -> str:
        """Return the text without the secrets."""
        if _EVENT in text:
            for name, secret in self._secrets:
                text = hide_in_pieces(text, secret, name)
        for form, name in self._pairs:
            text = text.replace(form, name)
        for name, disguised in self._disguised:
            text = disguised.hide(text, name)
        return text

    def said(self, text: str) -> str:
        """Return what is told of an answer: on one line, without the secrets."""
        text = one_line(self.text(text))
        for name, secret in self._secrets:
            text = hide_cut(text, secret, name)
        return text

    def content(self, content: bytes) -> bytes:
        """Return the bytes without the secrets."""
        try:
            return self.text(content.decode()).encode()
        except UnicodeDecodeError:
            return self.text(content.decode("latin-1")).encode("latin-1")

    def request(self, request: Request) -> Request:
        """Return the request without the secrets; headers that hold credentials lose their value in any case."""
        return Request(
            request.method, self.text(request.url), self._headers(request.headers), self.content(request.body)
        )

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return the exchange without the secrets."""
        response = exchange.response
        if response is not None:
            response = replace(
                response,
                headers=self._headers(response.headers),
                body=self.content(response.body),
                faults=tuple(map(self.text, response.faults)),
            )
        verdicts = tuple(Verdict(each.check, each.passed, self.text(each.message)) for each in exchange.verdicts)
        return replace(
            exchange, request=self.request(exchange.request), response=response, verdicts=verdicts, case=None
        )

    def _headers(self, headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name, self._credential(value) if name.lower() in CREDENTIAL_HEADERS else self.text(value))
            for name, value in headers
        )

    def _credential(self, value: str) -> str:
        if value.endswith(WRONG_TOKEN):
            return value
        scheme, _, rest = value.partition(" ")
        shown = self._misses.get(rest or value, TOKEN)
        if rest:
            return f"{scheme} {shown}"
        return value if value in _SCHEMES else shown
