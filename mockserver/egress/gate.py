"""The gate: which destinations were asked for by name, and which addresses a name may lead to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from mockserver.egress.addresses import LOOPBACK, METADATA, Address, Network, fault, meant
from mockserver.egress.destinations import PORTS, Destination, parse, split
from mockserver.errors import ForbiddenAddress, Unreachable, UsageError, nearest

Resolve = Callable[[str, int], Awaitable[Iterable[str]]]
"""Returns the addresses of a host's name; raises OSError when it has none."""

_MOST_ADDRESSES = 8


@dataclass(frozen=True, slots=True)
class Limits:
    """How long another server may take, and how much it may say."""

    connect: float = 10.0
    """Seconds to resolve a name, connect and agree on TLS."""
    head: float = 300.0
    """Seconds from the request's end to the head of the response."""
    idle: float = 300.0
    """Seconds between two pieces of a body, in either direction."""
    most_bytes: int = 4 * 1024 * 1024 * 1024
    """Bytes of a response's body."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list of what is allowed: a host, perhaps with a scheme and a port."""

    host: str
    scheme: str | None = None
    port: int | None = None
    """None is the usual port of the scheme, 0 any."""

    def admits(self, destination: Destination) -> bool:
        """Say whether a destination is meant."""
        usual = PORTS[destination.scheme] if self.port is None else self.port
        return (
            self.host == destination.host
            and self.scheme in (None, destination.scheme)
            and usual in (0, destination.port)
        )


class Gate:
    """Lets requests out to hosts that were named, and to nobody else.

    `allowed` holds hosts (`api.example.com`, `api.example.com:8443`, `localhost:*`), origins
    (`https://api.example.com`) and networks (`10.1.0.0/16`). A host's name leads to public addresses alone; what a
    network or an address in the list covers is reached as well, and `localhost` is this machine. Raises UsageError for
    an entry that is none of these.
    """

    def __init__(self, allowed: Iterable[str], *, resolve: Resolve | None = None, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._resolve = resolve or _resolve
        self._entries: list[Entry] = []
        self._networks: list[Network] = []
        for text in allowed:
            self._allow(text.strip())

    def _allow(self, text: str) -> None:
        network = _network(text)
        if network is not None:
            self._networks.append(network)
            return
        try:
            entry = _entry(text)
        except ForbiddenAddress as error:
            raise UsageError(f"cannot allow {text!r}: {error}") from None
        self._entries.append(entry)

    def destination(self, url: str) -> Destination:
        """Return where a base URL leads; raises ForbiddenAddress when that was not named."""
        destination = parse(url)
        self.check(destination)
        return destination

    def check(self, destination: Destination) -> None:
        """Raise ForbiddenAddress unless a destination was named."""
        if any(entry.admits(destination) for entry in self._entries):
            return
        address = _address(destination.host)
        if address is not None and self._is_covered(address):
            return
        known = [entry.host for entry in self._entries]
        if destination.host in known:
            hint = f"the host is allowed, the port {destination.port} or the scheme is not"
        else:
            near = nearest(destination.host, known)
            hint = f"did you mean {near}?" if near else f"--allow {destination.authority} would name it"
        raise ForbiddenAddress(f"{destination} is not gone to: nobody named it; {hint}")

    async def addresses(self, destination: Destination) -> list[str]:
        """Return the addresses to connect to, resolved and checked now.

        Raises ForbiddenAddress when any of them is out of bounds: a name that leads to both sides of a wall is a trick.
        Raises Unreachable when there are none.
        """
        self.check(destination)
        literal = _address(destination.host)
        if literal is not None:
            found = [literal]
        else:
            try:
                found = [ip_address(each) for each in await self._resolve(destination.host, destination.port)]
            except (OSError, UnicodeError):
                raise Unreachable(f"{destination.host} has no address that could be found") from None
            except ValueError as error:
                raise ForbiddenAddress(f"{destination.host} is not gone to: {error}") from None
        if not found:
            raise Unreachable(f"{destination.host} has no address")
        for address in found:
            self._check_address(address, destination)
        return [str(address) for address in dict.fromkeys(found)][:_MOST_ADDRESSES]

    def _check_address(self, address: Address, destination: Destination) -> None:
        if getattr(address, "scope_id", None):
            raise ForbiddenAddress(f"{destination.host} is not gone to: {address} has a zone")
        carried = meant(address)
        if carried is address and str(address) == destination.host:
            return  # named as it is; an address within another has to be named by itself
        reason = fault(carried)
        if reason and not self._is_named(carried, destination):
            raise ForbiddenAddress(
                f"{destination.host} is not gone to: {address} is {reason}; --allow {carried} would name it"
            )

    def _is_named(self, address: Address, destination: Destination) -> bool:
        if destination.host == "localhost" and any(address in network for network in LOOPBACK):
            return True
        if any(entry.host == str(address) for entry in self._entries):
            return True
        return self._is_covered(address)

    def _is_covered(self, address: Address) -> bool:
        return address not in METADATA and any(address in network for network in self._networks)


def _entry(text: str) -> Entry:
    if "://" in text:
        found = parse(text)
        return Entry(found.host, found.scheme, found.port)
    address = _address(text)
    if address is not None:
        return Entry(str(address))
    any_port = text.endswith(":*")
    host, port = split(text.removesuffix(":*"), text)
    return Entry(host, None, 0 if any_port else port)


def _network(text: str) -> Network | None:
    if "/" not in text or "://" in text:
        return None
    try:
        return ip_network(text)
    except ValueError:
        raise UsageError(f"cannot allow {text!r}: a network such as 10.1.0.0/16 would be right") from None


def _address(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


async def _resolve(host: str, port: int) -> list[str]:
    """Ask the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]
