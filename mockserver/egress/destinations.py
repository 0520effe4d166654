"""Where a URL leads, read strictly: what two readers could understand differently is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from mockserver.errors import ForbiddenAddress

PORTS = {"http": 80, "https": 443}
_PARTS = re.compile(r"(?P<scheme>[^:/?#]*)://(?P<authority>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NUMBER = re.compile(r"([0-9]+|0x[0-9a-f]*)")
_REST = re.compile(r"[!-\[\]-~]*")
"""What may stand behind the authority: printable ASCII without the backslash."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A server and a path on it."""

    scheme: str
    host: str
    """A name in lower case or an address, IPv6 without brackets."""
    port: int
    path: str = ""
    """The path below which everything lies, without a slash at its end."""

    @property
    def authority(self) -> str:
        """Host and port as the header `Host` has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def parse(url: str) -> Destination:
    """Return where a base URL leads; raises ForbiddenAddress for one that is not plain.

    >>> parse("https://api.example.com/v1/")
    Destination(scheme='https', host='api.example.com', port=443, path='/v1')
    """
    found = _PARTS.fullmatch(url)
    if found is None:
        raise _refusal(url, "it has no scheme and host; https://api.example.com/v1 would be right")
    scheme, authority, rest = found["scheme"].lower(), found["authority"], found["rest"]
    if scheme not in PORTS:
        raise _refusal(url, f"the scheme is {scheme!r}; http or https would be right")
    if "@" in authority:
        raise _refusal(url, "it holds credentials before the host; a header is the place for them")
    if not _REST.fullmatch(rest):
        raise _refusal(url, "it holds a space, a backslash or another character that has to be percent-encoded")
    if "?" in rest or "#" in rest:
        raise _refusal(url, "a base URL ends with its path; the query comes with each request")
    host, port = split(authority, url)
    return Destination(scheme, host, PORTS[scheme] if port is None else port, rest.rstrip("/"))


def split(authority: str, shown: str) -> tuple[str, int | None]:
    """Return the host and the port (None when there is none) of an authority; raises ForbiddenAddress.

    `shown` is what the error calls the whole.
    """
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::(.*))?", authority, re.DOTALL)
    host, port = (bracketed[1], bracketed[2]) if bracketed else _halves(authority)
    return _ipv6(host, shown) if bracketed else _name(host.lower(), shown), _port(port, shown)


def _halves(authority: str) -> tuple[str, str | None]:
    host, colon, port = authority.partition(":")
    return host, port if colon else None


def _port(text: str | None, shown: str) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,4}", text) or int(text) > 65535:
        raise _refusal(shown, f"the port is {text!r}; a number from 1 to 65535 would be right")
    return int(text)


def _ipv6(text: str, shown: str) -> str:
    if "%" in text:
        raise _refusal(shown, "the address has a zone, and leads to this machine's own links")
    try:
        return str(IPv6Address(text))
    except ValueError:
        raise _refusal(shown, f"[{text}] is no IPv6 address") from None


def _name(host: str, shown: str) -> str:
    if not host.isascii():
        raise _refusal(shown, "the host has characters beyond ASCII; its form with xn-- would be right")
    if host.endswith("."):
        raise _refusal(shown, "the host ends with a dot; the same without it would be right")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        try:
            return str(IPv4Address(host))
        except ValueError:
            told = f"{host} is an odd spelling of an IPv4 address; four decimal numbers would be right"
            raise _refusal(shown, told) from None
    if not _NAME.fullmatch(host):
        raise _refusal(shown, f"{host!r} is no name of a host")
    return host


def _refusal(shown: str, reason: str) -> ForbiddenAddress:
    return ForbiddenAddress(f"{_without_credentials(shown)!r:.200} is not gone to: {reason}")


def _without_credentials(url: str) -> str:
    """Return a URL as an error may show it."""
    return re.sub(r"^([^/?#]*//)?[^/?#]*@", lambda found: f"{found[1] or ''}[redacted]@", url)
