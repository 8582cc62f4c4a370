"""Our two gateways with their logs, and the floors over the same hops; each started when first needed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench.cases import servers
from bench.cases.load import Measured, cpu
from bench.exchange import nginx

BODIES = {"1k": 1_000, "100k": 100_000, "10m": 10_000_000}
"""Bytes of the answer by the last word of the path."""
KEPT = "SELECT (SELECT count(*) FROM exchange_message), pg_database_size(current_database())"
NAMES = ("exchange_asks", "exchange_answers")


@dataclass
class Way:
    """A way to the service: where it takes requests, and the processes that carry them."""

    port: int
    pids: dict[str, int]
    target: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)

    def measure(
        self, name: str, connections: int, *, seconds: float, rate: float = 0.0, count: int = 0
    ) -> Measured:
        """Ask for that size as fast as answers come or at a rate, for a time or (`count`) that many times."""
        task = {
            "port": self.port,
            "target": f"{self.target}/{name}",
            "headers": self.headers,
            "size": BODIES[name],
            "connections": connections,
            "seconds": seconds,
            "rate": rate,
            "count": count,
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
        spent = {who: cpu(pid) - before[who] for who, pid in self.pids.items()} | {"load": got["spent"]}
        share = len(got["times"]) / max(1, got["all"])
        told = {who: seconds * share for who, seconds in spent.items()}
        return Measured(got["times"], got["elapsed"], told)


@dataclass
class Kept:
    """What both logs hold: messages, and bytes of their databases and of the files of their bodies."""

    messages: int
    database: int
    files: int


@dataclass
class Ours:
    """Two gateways at work."""

    way: Way
    addresses: list[str]
    folder: Path
    process: subprocess.Popen[bytes]

    def tell(self, word: str) -> None:
        """`revoke` or `restore` the certificate of the answering server; returns once it is so."""
        assert self.process.stdin is not None  # noqa: S101 - a pipe
        assert self.process.stdout is not None  # noqa: S101 - a pipe
        self.process.stdin.write(f"{word}\n".encode())
        self.process.stdin.flush()
        self.process.stdout.readline()

    def kept(self) -> Kept:
        """What the logs hold now, after a checkpoint."""
        messages = database = 0
        for address in self.addresses:
            with psycopg.connect(address, autocommit=True) as asked:
                asked.execute("CHECKPOINT")
                found = asked.execute(KEPT).fetchone() or (0, 0)
                messages += found[0]
                database += found[1]
        spools = [self.folder / name / "spool" for name in NAMES]
        files = [file for spool in spools for file in spool.rglob("*") if file.is_file()]
        return Kept(messages, database, sum(file.stat().st_size for file in files))


class Bench:
    """Everything a part may need. Use as a context: what was started is ended."""

    def __enter__(self) -> Bench:
        self._stack = ExitStack()
        self._pair = ExitStack()
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        return self

    def __exit__(self, *_error: object) -> None:
        self._pair.close()
        self._stack.close()

    @cached_property
    def database(self) -> servers.Database:
        """PostgreSQL."""
        return self._stack.enter_context(servers.Database())

    @cached_property
    def service(self) -> int:
        """The port of the service behind every way."""
        return self._stack.enter_context(speaking("bench.exchange.upstream"))[0]

    @cached_property
    def floors(self) -> dict[str, Way]:
        """Over the same hops (HTTP, mutual TLS, HTTP): nginx, and a bare asynchronous proxy on uvloop."""
        trusted, found = key(self.folder), {}
        program = nginx.program()
        if program is None:
            print("· no nginx on this machine: its floor is left out", flush=True)
        else:
            port, pid = self._stack.enter_context(
                nginx.proxying(program, key=trusted, service=self.service, folder=self.folder / "nginx")
            )
            found["nginx"] = Way(port, {"nginx": pid})
        start = self._stack.enter_context
        module, service = "bench.exchange.bare", f"http://127.0.0.1:{self.service}"
        back, back_pid = start(speaking(module, "back", str(trusted), service))
        front, front_pid = start(speaking(module, "front", str(trusted), f"https://localhost:{back}"))
        found["aiohttp"] = Way(front, {"front": front_pid, "back": back_pid})
        return found

    @cached_property
    def ours(self) -> Ours:
        """Our gateways, with stampers and a stamping authority."""
        addresses = [self.copy(name) for name in NAMES]
        folder = Path(self._pair.enter_context(tempfile.TemporaryDirectory()))
        return self._pair.enter_context(_ours(addresses, self.database.pid, self.service, folder))

    def anew(self) -> Ours:
        """Our gateways with empty logs."""
        self._pair.close()
        self.__dict__.pop("ours", None)
        return self.ours

    def base(self) -> str:
        """The database of an empty server; made once."""
        base = f"exchange_{servers.fingerprint()}"
        if base not in self.database.names():
            print("· an empty province: some 30 seconds of migrations on an idle machine", flush=True)
            half = f"{base}_half"
            self.database.maintain(
                f'DROP DATABASE IF EXISTS "{half}" WITH (FORCE)', f'CREATE DATABASE "{half}"'
            )
            servers.python("bench.exchange.laid", url=self.database.url(half))
            self.database.maintain(f'ALTER DATABASE "{half}" RENAME TO "{base}"')
        return base

    def copy(self, name: str) -> str:
        """A new database of an empty server; its address."""
        self.database.maintain(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}" TEMPLATE "{self.base()}"',
        )
        return self.database.url(name)


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
def _ours(addresses: list[str], database: int, service: int, folder: Path) -> Iterator[Ours]:
    environment = servers.environment(addresses[0]) | {
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
        given = {"provider": NAMES[1], "service": service, "folder": str(folder)}
        process.stdin.write(json.dumps(given).encode() + b"\n")
        process.stdin.flush()
        facts: dict[str, Any] = json.loads(process.stdout.readline())
        pids = {"asks": facts["consumer"], "answers": facts["provider"], "postgres": database}
        pids |= {f"stamper {number}": pid for number, pid in enumerate(facts["stampers"], start=1)}
        headers = [("X-Road-Client", facts["client"])]
        yield Ours(Way(facts["port"], pids, facts["target"], headers), addresses, folder, process)
    finally:
        process.communicate()
