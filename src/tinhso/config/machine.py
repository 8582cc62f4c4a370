"""What `tinhso run` needs of the machine, asked before anything starts: free ports, a disk with room."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

from tinhso.config import environment

LEAST_FREE_BYTES = 1024**3


class Unfit(SystemExit):
    """The machine lacks something; the message says what to do."""


def check() -> None:
    """Raise Unfit when a port is taken or the disk is nearly full."""
    given = environment.read()
    _port("TINHSO_PORT", given.port)
    _port("TINHSO_NATIONAL_PORT", environment.number("TINHSO_NATIONAL_PORT", default=given.port + 100))
    _disk(given.home)


def _port(variable: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise Unfit(
                f"tinhso: cổng {port} đang có chương trình khác dùng. Hãy tắt nó,"
                f" hoặc chạy {variable}=<cổng khác> make run."
            ) from None


def _disk(home: Path) -> None:
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    if free < LEAST_FREE_BYTES:
        raise Unfit(
            f"tinhso: đĩa chỉ còn {free // 1024**2} MB ở {there}. Hãy dọn bớt ít nhất 1 GB rồi chạy lại."
        )
