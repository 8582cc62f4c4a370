"""Measure exchanges through two gateways, signed and logged on both sides; print and keep.

make bench-exchange            everything, into bench/results/exchange.json
make bench-exchange PART=1k    sizes by name, kept beside the others
SHORT=1 measures each for seconds only, to see that it runs; nothing is kept.

Floors over the same hops (HTTP, mutual TLS, HTTP): nginx, and a bare asynchronous proxy on the same loop.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.cases import figures, servers
from bench.cases.figures import Row
from bench.cases.load import Measured, cpu
from bench.exchange import nginx

SHORT = bool(os.environ.get("SHORT"))
PART = os.environ.get("PART", "")
SIZES = {"1k": (1_000, 64), "100k": (100_000, 16), "10m": (10_000_000, 4)}
"""Bytes of the answer and connections, by name."""
SECONDS = 3.0 if SHORT else 20.0
WANTED_RATE, WANTED_P99_MS = 1_000, 50


@dataclass
class Way:
    """A way to the service: where it takes requests, and the processes that carry them."""

    port: int
    pids: dict[str, int]
    target: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)

    def measure(self, name: str, rate: float = 0.0) -> Measured:
        """Ask for that size as fast as answers come, or at a rate."""
        size, connections = SIZES[name]
        task = {
            "port": self.port,
            "target": f"{self.target}/{name}",
            "headers": self.headers,
            "size": size,
            "connections": connections,
            "seconds": SECONDS,
            "rate": rate,
        }
        before = {who: cpu(pid) for who, pid in self.pids.items()}
        done = subprocess.run(
            [sys.executable, "-m", "bench.exchange.load"],
            env=servers.environment(""),
            input=json.dumps(task).encode(),
            stdout=subprocess.PIPE,
            check=True,
            cwd=servers.ROOT,
        )
        got = json.loads(done.stdout)
        spent = {who: cpu(pid) - before[who] for who, pid in self.pids.items()}
        share = SECONDS / (SECONDS + 1.0)
        told = {who: seconds * share for who, seconds in spent.items()} | {"load": got["spent"] * share}
        return Measured(got["times"], got["elapsed"], told)


def key(folder: Path) -> Path:
    """A key with a certificate that trusts itself, for the floors' mutual TLS."""
    made = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, made.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(made, hashes.SHA256())
    )
    file = folder / "key.pem"
    private = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(certificate.public_bytes(Encoding.PEM) + private)
    return file


@contextmanager
def speaking(module: str, *words: str) -> Iterator[tuple[int, int]]:
    """A module of ours as a process: the port that it prints, and its id."""
    process = subprocess.Popen(  # noqa: S603 - our own modules
        [sys.executable, "-m", module, *words],
        env=servers.environment(""),
        stdout=subprocess.PIPE,
        cwd=servers.ROOT,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - asked for above
        yield int(process.stdout.readline()), process.pid
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def ours(database: servers.Database, service: int, folder: Path) -> Iterator[tuple[Way, list[str]]]:
    """Two gateways, each with a database of its own; their way, and the addresses of the databases."""
    base = f"exchange_{servers.fingerprint()}"
    if base not in database.names():
        half = f"{base}_half"
        database.maintain(f'DROP DATABASE IF EXISTS "{half}" WITH (FORCE)', f'CREATE DATABASE "{half}"')
        servers.python("bench.exchange.laid", url=database.url(half))
        database.maintain(f'ALTER DATABASE "{half}" RENAME TO "{base}"')
    names = ("exchange_asks", "exchange_answers")
    for name in names:
        database.maintain(
            f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f'CREATE DATABASE {name} TEMPLATE "{base}"'
        )
    environment = servers.environment(database.url(names[0])) | {
        "TINHSO_EXCHANGE_KEYS": str(folder / "keys"),
        "TINHSO_EXCHANGE_KEY_PASSWORD": "mat-khau-do-toc-do",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.exchange.pair"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=servers.ROOT,
    )
    try:
        assert process.stdin is not None  # noqa: S101 - asked for above
        assert process.stdout is not None  # noqa: S101 - asked for above
        given = {"provider": names[1], "service": service, "folder": str(folder)}
        process.stdin.write(json.dumps(given).encode() + b"\n")
        process.stdin.flush()
        facts: dict[str, Any] = json.loads(process.stdout.readline())
        pids = {"asks": facts["consumer"], "answers": facts["provider"], "postgres": database.pid}
        headers = [("X-Road-Client", facts["client"])]
        yield Way(facts["port"], pids, facts["target"], headers), [database.url(name) for name in names]
    finally:
        process.communicate()


def kept(addresses: list[str]) -> tuple[int, int]:
    """Messages in the logs of both sides, and the bytes of their databases."""
    messages = size = 0
    for address in addresses:
        with psycopg.connect(address) as asked:
            row = asked.execute(
                "SELECT (SELECT count(*) FROM exchange_message), pg_database_size(current_database())"
            ).fetchone()
            messages += row[0] if row else 0
            size += row[1] if row else 0
    return messages, size


def rows(name: str, way: Way, addresses: list[str], floors: dict[str, Way]) -> list[Row]:
    """One size: as fast as it goes beside each floor, then at half that rate."""
    size, connections = SIZES[name]
    lowest = {who: floor.measure(name) for who, floor in floors.items()}
    before = kept(addresses)
    fast = way.measure(name)
    after = kept(addresses)
    exchanges = max(1, (after[0] - before[0]) // 4)
    said = ", ".join(f"{who} {one.rate:.0f}/s p99 {one.percentile(99)} ms" for who, one in lowest.items())
    note = f"{said}; {(after[1] - before[1]) / exchanges / 1000:.1f} kB of database each, four records"
    first = next(iter(lowest.values()), None)
    full = Row(f"exchange {name}, both gateways", fast, first, "exchanges/s", size, note, connections)
    half = Row(
        f"exchange {name}, at half that rate",
        way.measure(name, fast.rate / 2),
        None,
        "exchanges/s",
        size,
        "times from when each was due",
        connections,
    )
    if name == "1k":
        full.want(f">= {WANTED_RATE}/s", fast.rate >= WANTED_RATE)
        half.want(f"p99 < {WANTED_P99_MS} ms", half.ours.percentile(99) < WANTED_P99_MS)
    return [full, half]


def main() -> None:
    """Measure, print and keep."""
    found = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        service, _pid = stack.enter_context(speaking("bench.exchange.upstream"))
        trusted = key(folder)
        floors: dict[str, Way] = {}
        program = nginx.program()
        if program is None:
            print("· no nginx on this machine: its floor is left out", flush=True)
        else:
            port, pid = stack.enter_context(
                nginx.proxying(program, key=trusted, service=service, folder=folder / "nginx")
            )
            floors["nginx"] = Way(port, {"nginx": pid})
        back, back_pid = stack.enter_context(
            speaking("bench.exchange.bare", "back", str(trusted), f"http://127.0.0.1:{service}")
        )
        front, front_pid = stack.enter_context(
            speaking("bench.exchange.bare", "front", str(trusted), f"https://localhost:{back}")
        )
        floors["aiohttp"] = Way(front, {"front": front_pid, "back": back_pid})
        database = stack.enter_context(servers.Database())
        way, addresses = stack.enter_context(ours(database, service, folder))
        for name in PART.split(",") if PART else SIZES:
            made = [row.plain() for row in rows(name, way, addresses, floors)]
            figures.show(made)
            found += made
    if not SHORT:
        figures.keep(found, "exchange.json", part=bool(PART))


if __name__ == "__main__":
    main()
