"""The credentials that cases are sent with: the run's own, none, and near misses of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from contracts.cases import NONE, OWN

WRONG_TOKEN = "not-a-token-of-anybody"
"""What is sent to see whether tokens are looked at; no secret, so that the request can be repeated."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A credential that is not the right one, and how a shell writes it when the right one is in `$NAME`."""

    make: Callable[[str], str]
    """Makes the token of the right token."""
    shell: str
    """`{name}` stands for the variable's name."""
    words: str
    """What it is, for people."""
    scheme: str | None = None
    """Another scheme than that of the document; "" for none."""


def _other_case(token: str) -> str:
    return token.swapcase()


NEAR_MISSES: Mapping[str, NearMiss] = MappingProxyType(
    {
        "wrong": NearMiss(lambda token: WRONG_TOKEN, WRONG_TOKEN, "a wrong token"),
        "empty": NearMiss(lambda token: "", "", "an empty token"),
        "truncated": NearMiss(lambda token: token[:-1], "${{{name}%?}}", "the token without its last letter"),
        "prefix": NearMiss(
            lambda token: token[: max(1, len(token) // 2)], "the first half of ${name}", "the first half of the token"
        ),
        "extended": NearMiss(lambda token: token + "x", "${{{name}}}x", "the token and a letter behind it"),
        "prepended": NearMiss(lambda token: "x" + token, "x${{{name}}}", "the token and a letter before it"),
        "same-length": NearMiss(
            lambda token: token[1:] + token[:1], "${name}, its first letter at its end", "a token of the same length"
        ),
        "other-case": NearMiss(_other_case, "${name}, upper and lower case exchanged", "the token in the other case"),
        "no-scheme": NearMiss(lambda token: token, "${name}", "the token without a scheme", ""),
        "other-scheme": NearMiss(lambda token: token, "${name}", "the token behind `Basic`", "Basic"),
    }
)
"""The credentials that no service may take, by name."""


class Credentials:
    """What is sent to show who asks, in the headers that the document wants."""

    def __init__(self, headers: Mapping[str, str], token: str) -> None:
        self._headers, self.token = dict(headers), token

    def __bool__(self) -> bool:
        """Whether the document asks for any."""
        return bool(self._headers)

    @property
    def own(self) -> Mapping[str, str]:
        """The headers with the right token."""
        return self._headers

    def headers(self, credential: str) -> tuple[tuple[str, str], ...]:
        """Return the headers for a case's `credential`."""
        if credential == OWN:
            return tuple(self._headers.items())
        if credential == NONE:
            return ()
        miss = NEAR_MISSES[credential]
        return tuple((name, self._missed(value, miss)) for name, value in self._headers.items())

    def differs(self, credential: str) -> bool:
        """Return whether a near miss is another credential than the right one at all."""
        return credential == NONE or self.headers(credential) != self.headers(OWN)

    def shell_forms(self, name: str) -> dict[str, str]:
        """Return how to write each near miss of the token, longest first; `name` is the variable of the right one."""
        forms = {miss.make(self.token): miss.shell.format(name=name) for miss in NEAR_MISSES.values()}
        return {made: shell for made, shell in forms.items() if made not in (WRONG_TOKEN, "", self.token)}

    def _missed(self, value: str, miss: NearMiss) -> str:
        scheme, space, _ = value.partition(" ")
        made = miss.make(self.token)
        if not space:
            return made
        wanted = scheme if miss.scheme is None else miss.scheme
        return f"{wanted} {made}" if wanted else made
