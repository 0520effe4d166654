"""Which addresses of the network are public, and what an IPv6 address that carries an IPv4 address leads to."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
METADATA = frozenset(
    map(ip_address, ("169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "fd00:ec2::254"))
)
"""Where clouds hand out the credentials of a machine; no network that is named includes them."""

_UNICAST = IPv6Network("2000::/3")
_SIX_TO_FOUR, _TEREDO = IPv6Network("2002::/16"), IPv6Network("2001::/32")
_AT_THE_END = tuple(map(IPv6Network, ("::ffff:0:0/96", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
"""Networks whose addresses end with an IPv4 address: mapped, compatible, translated (SIIT), NAT64."""
_RELAYS = IPv4Network("192.88.99.0/24")


def meant(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address carries, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _SIX_TO_FOUR:
        return IPv4Address((int(address) >> 80) & 0xFFFFFFFF)
    if int(address) > 1 and any(address in network for network in _AT_THE_END):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def fault(address: Address) -> str | None:
    """Say why an address is none of the public network, None when it is one."""
    for kind, holds in _kinds(address):
        if holds:
            return kind
    return None


def _kinds(address: Address) -> Iterator[tuple[str, bool]]:
    yield "a cloud's metadata service", address in METADATA
    yield "this machine", address.is_loopback or address.is_unspecified
    yield "a link-local address", address.is_link_local
    yield "a multicast address", address.is_multicast
    yield "a private address", address.is_private
    yield "a reserved address", address.is_reserved or not address.is_global
    if isinstance(address, IPv6Address):
        yield "an address outside of the public network", address not in _UNICAST or address in _TEREDO
    else:
        yield "a relay", address in _RELAYS
