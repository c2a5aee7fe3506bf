"""Host names in, addresses out; and which addresses belong to the public internet.

Only those may be fetched from: a page or a feed must not make this machine read its own network.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Allow = Callable[[Address], bool]
Resolve = Callable[[str, int], Sequence[str]]

# The only part of IPv6 that is given out (IANA, Internet Protocol Version 6 Address Space).
_GIVEN_OUT = IPv6Network("2000::/3")
# IPv4 behind a translator (RFC 6052): on a network of IPv6 alone, every IPv4 site has such an address.
_NAT64 = IPv6Network("64:ff9b::/96")
# Protocol assignments (RFC 6890), which older Pythons take for public.
_PROTOCOLS = IPv4Network("192.0.0.0/24")


def is_public(address: Address) -> bool:
    """Tell whether an address is of the public internet; an IPv6 address that holds an IPv4 one counts as that."""
    if isinstance(address, IPv6Address):
        held = address.ipv4_mapped or address.sixtofour or _translated(address)
        return is_public(held) if held else address in _GIVEN_OUT and address.is_global
    return address.is_global and not address.is_multicast and address not in _PROTOCOLS


def _translated(address: IPv6Address) -> IPv4Address | None:
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def resolve(host: str, port: int) -> list[str]:
    """List the addresses of a host, in the order in which the system would try them.

    Raises:
        OSError: there is no such host, or no name server answers.
        UnicodeError: it cannot be a host name.
    """
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
