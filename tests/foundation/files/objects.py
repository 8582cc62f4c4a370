"""A real server of objects (SeaweedFS) on loopback, and moto's beside it where that has no binary."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moto.server import ThreadedMotoServer

from national.ports import free_port

KEY, SECRET = "thu", "thu-bi-mat"
REAL = sys.platform == "linux" and platform.machine() == "x86_64"
UP_WITHIN_SECONDS = 60


@contextmanager
def played() -> Iterator[str]:
    """Moto's S3; gives its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@contextmanager
def real(folder: Path) -> Iterator[str]:
    """SeaweedFS with one key, its volumes in `folder`; gives its address. Raises RuntimeError."""
    (folder / "s3.json").write_text(
        json.dumps(
            {
                "identities": [
                    {
                        "name": KEY,
                        "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
                        "actions": ["Admin", "Read", "Write", "List"],
                    }
                ]
            }
        )
    )
    names = ("master", "volume", "filer", "s3")
    ports = dict(
        zip((*names, *(f"{name}.grpc" for name in names)), (free_port() for _ in range(8)), strict=True)
    )
    command = [
        *(str(Path(sys.executable).with_name("weed")), "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
        *(f"-dir={folder}", "-filer", "-s3", f"-s3.config={folder / 's3.json'}"),
        *("-volume.max=3", "-master.volumeSizeLimitMB=64", "-s3.port.iceberg=0", "-s3.port.lance=0"),
        *(f"-{name}.port={ports[name]}" for name in names),
        *(f"-{name}.port.grpc={ports[f'{name}.grpc']}" for name in names),
    ]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            address = f"http://127.0.0.1:{ports['s3']}"
            _wait(f"{address}/status", server)
            yield address
        finally:
            server.kill()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + UP_WITHIN_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=1):  # noqa: S310 - our own loopback address
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    raise RuntimeError("the server of objects did not come up")
