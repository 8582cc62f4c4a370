"""Calls to addresses that others give us: only to hosts of the internet, or of networks the province names.

The name is looked up once, every address it has is judged, and the connection goes to the address that was
judged: a name that answers differently the second time leads nowhere else (DNS rebinding).
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import httpcore
import httpx

_LED_ELSEWHERE = tuple(map(ip_network, ("::/96", "64:ff9b::/96", "2002::/16", "fec0::/10")))
"""Global by their look: within them stands an IPv4 address, of any network, or a site's own one."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which addresses may be connected to: public ones, and those of `networks`."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def allows(self, address: str) -> bool:
        """Whether a numeric address may be connected to."""
        found = ip_address(address.partition("%")[0])
        found = getattr(found, "ipv4_mapped", None) or found
        if any(found.version == one.version and found in one for one in self.networks):
            return True
        led = any(found.version == one.version and found in one for one in _LED_ELSEWHERE)
        return found.is_global and not found.is_multicast and not led


def reach(networks: Iterable[str] = ()) -> Reach:
    """Public addresses and these networks, such as `10.0.0.0/8`. Raises ValueError."""
    return Reach(tuple(ip_network(one, strict=False) for one in networks))


class _Judging(httpcore.NetworkBackend):
    def __init__(self, allowed: Reach) -> None:
        self._allowed = allowed
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _looked_up(host, port)
        if not addresses or not all(self._allowed.allows(one) for one in addresses):
            raise httpcore.ConnectError("the host is not one that may be reached")
        return self._inner.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


def _looked_up(host: str, port: int) -> Sequence[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(str(error)) from error
    return [str(one[4][0]) for one in found]


class Transport(httpx.HTTPTransport):
    """httpx's own transport, connecting only where `allowed` lets it."""

    def __init__(self, allowed: Reach, tls: ssl.SSLContext | None) -> None:
        context = tls or ssl.create_default_context()
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=50,
            max_keepalive_connections=10,
            keepalive_expiry=30,
            network_backend=_Judging(allowed),
        )
