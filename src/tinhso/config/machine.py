"""What `tinhso run` needs of the machine, asked before anything starts: free ports, a folder with room."""

from __future__ import annotations

import errno
import os
import shutil
import socket
from pathlib import Path

from tinhso.config import environment, exchange

LEAST_FREE_BYTES = 1024**3
PORTS = range(65536)


class Unfit(SystemExit):
    """The machine lacks something; the message says what to do."""


def check() -> None:
    """Raise Unfit when a port cannot be had, or the folder of data cannot be written or is nearly full."""
    given = environment.read()
    gateway = exchange.read(home=given.home, port=given.port)
    national = environment.number("TINHSO_NATIONAL_PORT", default=given.port + 100)
    for variable, port in (
        ("TINHSO_PORT", given.port),
        *(("TINHSO_NATIONAL_PORT", one) for one in _of_the_nation(national)),
        ("TINHSO_EXCHANGE_PORT", gateway.port),
        ("TINHSO_EXCHANGE_SECURE_PORT", gateway.secure_port),
        ("TINHSO_EXCHANGE_PEERS_PORT", gateway.peers_port),
        ("TINHSO_EXCHANGE_OCSP_PORT", gateway.ocsp_port),
    ):
        _port(variable, port)
    _disk(given.home)


def _of_the_nation(port: int) -> tuple[int, ...]:
    """The ports of the played national side: its own, and its security server's unless any will do."""
    return (port, port + 120, port + 130) if port else (port,)


def _port(variable: str, port: int) -> None:
    if port not in PORTS:
        raise Unfit(f"tinhso: {variable}={port} không phải số cổng. Hãy đặt một số từ 1 đến {PORTS[-1]}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Unfit(
                    f"tinhso: không được phép mở cổng {port}. Hãy chạy {variable}=<cổng từ 1024> make run."
                ) from None
            raise Unfit(
                f"tinhso: cổng {port} đang có chương trình khác dùng. Hãy tắt nó,"
                f" hoặc chạy {variable}=<cổng khác> make run."
            ) from None


def _disk(home: Path) -> None:
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        raise Unfit(
            f"tinhso: không ghi được dữ liệu vào {there}. Hãy chạy TINHSO_HOME=<thư mục khác> make run."
        )
    free = shutil.disk_usage(there).free
    if free < LEAST_FREE_BYTES:
        raise Unfit(
            f"tinhso: đĩa chỉ còn {free // 1024**2} MB ở {there}. Hãy dọn bớt ít nhất 1 GB rồi chạy lại."
        )
