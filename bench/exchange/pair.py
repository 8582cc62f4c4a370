"""Two gateways of ours with keys, directory, OCSP, stampers, and the sandbox nation's stamping authority.

Each is a process as `make run` starts it. Reads `{"provider": database name, "service": port, "folder": …}`
as JSON and prints where they listen once a message has passed; then a line for each line that it reads:
`revoke` and `restore` (the TLS certificate of the answering server). Ends everything when its input closes.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import django
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from national import serve
from national.ports import free_port

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
django.setup()

from django.db import connection  # noqa: E402 - Django must be ready first
from tests.exchange.gateway.world import (  # noqa: E402
    AG1,
    HOTICH,
    QG1,
    TINHSO,
    Side,
    World,
    url_of,
    using,
)

from bench.cases.load import Http  # noqa: E402

READY_WITHIN_SECONDS = 60
CALL = f"/r1/{HOTICH}/do"


class Apart(World):
    """The tests' exchange, its gateways in processes."""

    def __init__(self, folder: Path) -> None:
        self.nation = serve.start_in_thread(folder / "nation")
        super().__init__(folder)
        self.processes: list[subprocess.Popen[bytes]] = []
        self.stampers: list[subprocess.Popen[bytes]] = []
        self.ports: list[int] = []

    def add(self, server_id: str, database: str, clients: list[str], **_options: Any) -> Side:
        """Stand up a security server and start its gateway."""
        tls = self.authority.tls(server_id)
        with using(database):
            self._configure(server_id, tls, clients, "ec")
        port, peers_port = free_port(), free_port()
        environment = {
            **os.environ,
            "DATABASE_URL": _address(database),
            "TINHSO_EXCHANGE_PORT": str(port),
            "TINHSO_EXCHANGE_PEERS_PORT": str(peers_port),
            "TINHSO_EXCHANGE_OCSP_PORT": str(free_port()),
            "TINHSO_EXCHANGE_OPERATORS_PORT": str(free_port()),
            "TINHSO_EXCHANGE_SPOOL": str(self.folder / database / "spool"),
            "TINHSO_EXCHANGE_REFRESH_SECONDS": "1",
        }
        self.processes.append(self._start(database, environment, "gateway"))
        self.stampers.append(self._start(f"{database}-stamper", environment, "exchange", "stamp"))
        self.ports.append(port)
        side = self.sides[server_id] = Side(server_id, database, None, tls, clients, peers_port)  # type: ignore[arg-type]
        return side

    def signed(self, **changes: Any) -> str:
        """The newest global configuration, with the nation's stamping authority."""
        held = self.nation.settings.home / "ca" / "issued" / "tsa.pem"
        certificate = x509.load_pem_x509_certificate(held.read_bytes()).public_bytes(Encoding.DER)
        authority = {
            "name": "TSA",
            "url": f"{self.nation.base}/tsa",
            "certificate": base64.b64encode(certificate).decode(),
        }
        return super().signed(**{"stamping": [authority], **changes})

    def _start(self, name: str, environment: dict[str, str], *words: str) -> subprocess.Popen[bytes]:
        command = [str(Path(sys.executable).with_name("tinhso")), *words]
        with (self.folder / f"{name}.log").open("wb") as out:
            return subprocess.Popen(  # noqa: S603 - our own command
                command, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL
            )

    def caught_up(self, side: Side) -> None:
        """Gateways of their own catch up by themselves."""

    def publish(self) -> None:
        """Sign a newer configuration; gateways ask for it each second."""
        self.serial += 1


def _address(database: str) -> str:
    said = os.environ["DATABASE_URL"]
    address, _question, rest = said.partition("?")
    return f"{address.rpartition('/')[0]}/{database}?{rest}"


def main() -> None:
    """Stand, until standard input closes."""
    given = json.loads(sys.stdin.readline())
    world = Apart(Path(given["folder"]))
    world.publish()
    try:
        consumer = world.add(AG1, str(connection.settings_dict["NAME"]), [TINHSO])
        provider = world.add(QG1, given["provider"], [HOTICH])
        world.publish()
        url = f"http://127.0.0.1:{given['service']}"
        world.offer(provider, HOTICH, "do", to=[TINHSO], url=url)
        _until_it_passes(world.ports[0])
        facts = {
            "port": world.ports[0],
            "consumer": world.processes[0].pid,
            "provider": world.processes[1].pid,
            "target": CALL,
            "client": TINHSO,
            "stampers": [one.pid for one in world.stampers],
            "databases": [url_of(consumer.database), url_of(provider.database)],
        }
        print(json.dumps(facts), flush=True)
        for line in sys.stdin:
            if line.strip() == "revoke":
                world.authority.revoke(provider.tls)
            else:
                world.authority.revoked.clear()
            print("{}", flush=True)
    finally:
        for process in (*world.stampers, *world.processes):
            process.terminate()
        for process in (*world.stampers, *world.processes):
            process.wait(30)
        world.nation.stop()


def _until_it_passes(port: int) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    said: Any = "nothing"
    while time.monotonic() < until:
        try:
            ask = Http(port, "", timeout=10)
            status, said = ask.ask(
                b"GET", f"{CALL}/1k".encode(), more=f"X-Road-Client: {TINHSO}\r\n".encode()
            )
            ask.close()
        except (OSError, ValueError) as error:
            status, said = 0, error
        if status == 200:
            return
        time.sleep(0.5)
    raise RuntimeError(f"no message passed within {READY_WITHIN_SECONDS} s: {said!r}")


if __name__ == "__main__":
    main()
