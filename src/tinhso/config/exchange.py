"""The province's exchange gateway: where it listens, where its keys lie, how long it waits."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path

from tinhso.config.environment import BadEnvironment, number

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Exchange:
    """Settings of the gateway.

    `port` is for information systems over HTTP, `secure_port` for them over HTTPS, `peers_port` for other
    security servers (mutual TLS), `ocsp_port` gives OCSP answers of our certificates, `operators_port` tells
    how the gateway fares, off this machine only to who shows `operators_key`; 0 listens nowhere.
    `token_library` and `token_pin` open a PKCS#11 token. Waits are in seconds, sizes in bytes.
    `hook_networks` are networks beside the internet to which web hooks may go, such as `10.0.0.0/8`.
    `monitors` are clients that may read of every exchange, `instance/class/member/subsystem`.
    """

    host: str
    peers_host: str
    operators_host: str
    port: int
    secure_port: int
    peers_port: int
    ocsp_port: int
    operators_port: int
    operators_key: str
    keys: Path
    key_password: str
    token_library: str
    token_pin: str
    spool: Path
    in_memory: int
    most_bytes: int
    connect_seconds: float
    answer_seconds: float
    refresh_seconds: float
    ocsp_seconds: float
    hook_networks: tuple[str, ...] = ()
    monitors: tuple[str, ...] = ()


def read(*, home: Path, port: int) -> Exchange:
    """As `TINHSO_EXCHANGE_…` say; `port` is the site's, others follow from it. Raises BadEnvironment."""
    folder = home / "exchange"
    operators_host = os.environ.get("TINHSO_EXCHANGE_OPERATORS_HOST", "127.0.0.1").strip()
    operators_key = os.environ.get("TINHSO_EXCHANGE_OPERATORS_KEY", "").strip()
    if not operators_key and not _is_this_machine(operators_host):
        raise BadEnvironment(
            f"TINHSO_EXCHANGE_OPERATORS_HOST={operators_host}: nơi khác máy này thì phải đặt"
            " TINHSO_EXCHANGE_OPERATORS_KEY, hoặc bỏ biến này để chỉ máy này xem được."
        )
    return Exchange(
        host=os.environ.get("TINHSO_EXCHANGE_HOST", "127.0.0.1").strip(),
        peers_host=os.environ.get("TINHSO_EXCHANGE_PEERS_HOST", "127.0.0.1").strip(),
        operators_host=operators_host,
        port=number("TINHSO_EXCHANGE_PORT", default=port + 200),
        secure_port=number("TINHSO_EXCHANGE_SECURE_PORT", default=0),
        peers_port=number("TINHSO_EXCHANGE_PEERS_PORT", default=port + 210),
        ocsp_port=number("TINHSO_EXCHANGE_OCSP_PORT", default=port + 211),
        operators_port=number("TINHSO_EXCHANGE_OPERATORS_PORT", default=port + 212),
        operators_key=operators_key,
        keys=Path(os.environ.get("TINHSO_EXCHANGE_KEYS", folder / "keys")),
        key_password=os.environ.get("TINHSO_EXCHANGE_KEY_PASSWORD", ""),
        token_library=os.environ.get("TINHSO_EXCHANGE_TOKEN", "").strip(),
        token_pin=os.environ.get("TINHSO_EXCHANGE_TOKEN_PIN", ""),
        spool=Path(os.environ.get("TINHSO_EXCHANGE_SPOOL", folder / "spool")),
        in_memory=number("TINHSO_EXCHANGE_MEMORY_KB", default=256) * 1024,
        most_bytes=number("TINHSO_EXCHANGE_MOST_MB", default=1024) * MEBIBYTE,
        connect_seconds=float(number("TINHSO_EXCHANGE_CONNECT_SECONDS", default=10)),
        answer_seconds=float(number("TINHSO_EXCHANGE_ANSWER_SECONDS", default=120)),
        refresh_seconds=float(number("TINHSO_EXCHANGE_REFRESH_SECONDS", default=60)),
        ocsp_seconds=float(number("TINHSO_EXCHANGE_OCSP_SECONDS", default=2)),
        hook_networks=tuple(os.environ.get("TINHSO_EXCHANGE_HOOK_NETWORKS", "").replace(",", " ").split()),
        monitors=tuple(os.environ.get("TINHSO_EXCHANGE_MONITORS", "").replace(",", " ").split()),
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
