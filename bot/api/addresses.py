"""Addresses of clients as counters know them: a hash whose salt changes every day, in memory only."""

import hashlib
import ipaddress
import secrets
import time

from starlette.types import Scope

_DAY = 86_400


class AddressHash:
    """Names the address of a request without keeping it."""

    def __init__(self) -> None:
        self._salt = (0, b"")

    def of(self, scope: Scope) -> str:
        """A hash that changes every day; IPv6 addresses count by /64."""
        day = int(time.time()) // _DAY
        if self._salt[0] != day:
            self._salt = (day, secrets.token_bytes(32))
        host = (scope.get("client") or ("", 0))[0]
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            network = host
        else:
            network = _network(address)
        return hashlib.blake2b(network.encode(), key=self._salt[1], digest_size=16).hexdigest()


def _network(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """Whom an address stands for: itself, the IPv4 address that it carries, or its /64."""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
