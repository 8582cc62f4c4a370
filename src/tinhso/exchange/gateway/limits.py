"""What the gateway's HTTP allows a peer: sizes in bytes, times in seconds."""

from __future__ import annotations

from dataclasses import dataclass


class WireError(Exception):
    """The other side, or the way to it, failed; the text says how, in English, for logs and faults."""


class PeerGone(WireError):
    """The peer closed or cut the connection before the message was whole."""


class TooSlow(WireError):
    """The peer did not send or take bytes in time."""


class TooLarge(WireError):
    """A body is larger than the reader allows."""


class ConnectFailed(WireError):
    """No connection: name, address, TLS, or time ran out."""


class BadAnswer(WireError):
    """The answer is not HTTP/1.1 as this gateway accepts it."""


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """Bounds of the server."""

    head_bytes: int = 65_536
    headers: int = 200
    connections: int = 5_000  # exchange protocol §14.1
    head_seconds: float = 10.0  # from the first byte of a head to its last
    keep_alive_seconds: float = 75.0
    body_seconds: float = 30.0  # each span of a body must bring body_bytes, or its end
    body_bytes: int = 4_096
    write_seconds: float = 30.0  # a full send buffer must drain within
    linger_seconds: float = 2.0  # after an answer given before the request was whole
    linger_bytes: int = 1 << 20
    handshake_seconds: float = 10.0
    buffer: int = 1 << 18  # bytes of a body held for the reader


@dataclass(frozen=True, slots=True)
class ClientLimits:
    """Bounds of the client; `first_byte_seconds` None waits for ever."""

    head_bytes: int = 65_536
    headers: int = 200
    connect_seconds: float = 30.0  # exchange protocol §14.1
    first_byte_seconds: float | None = 60.0
    idle_seconds: float = 30.0  # between pieces of a body, either way
    pool_seconds: float = 20.0  # an unused connection is closed; below any server's keep-alive
    connections: int = 256  # to one origin
    interim: int = 16  # 1xx answers before the real one
    buffer: int = 1 << 18
