"""Loopback ports: finding one, and saying that one is taken."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

LOWEST, HIGHEST = 12_000, 31_999
"""Below the range from which systems take the ports of outgoing connections (Linux: 32768 and up)."""


class PortTaken(RuntimeError):
    """Somebody listens on the port already."""


def free_port() -> int:
    """A loopback port nobody uses now, and that no outgoing connection takes before its owner listens."""
    while True:
        port = random.randint(LOWEST, HIGHEST)  # noqa: S311 - nothing secret
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def check_free(host: str, port: int) -> None:
    """Raises PortTaken: the server shares ports (SO_REUSEPORT) and would not notice by itself."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise PortTaken(f"cannot listen on {host} port {port}; give another with --port") from fault
