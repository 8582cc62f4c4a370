"""The server in the wheel comes up again whatever its last one left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings

from tinhso.config import embedded
from tinhso.config.command import INTERRUPTED
from tinhso.foundation.ids import new_id


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder, its server stopped at the end; the database's own user may enter it."""
    home = Path(settings.HOME) / "servers" / new_id().hex
    home.mkdir(parents=True)
    yield home / "postgres"
    embedded.stop(home / "postgres")
    shutil.rmtree(home)


def answers(url: str) -> bool:
    with psycopg.connect(url, connect_timeout=5) as server:
        return server.execute("SELECT 1").fetchone() == (1,)


def killed(folder: Path) -> list[str]:
    """`kill -9` the server of the folder; what its file says."""
    lines = (folder / embedded.FILE).read_text().splitlines()
    first = psutil.Process(int(lines[0]))
    family = [first, *first.children(recursive=True)]
    for process in family:
        process.kill()
    psutil.wait_procs(family, timeout=20)
    return lines


def name_in_its_file(folder: Path, pid: int, lines: list[str]) -> None:
    (folder / embedded.FILE).write_text("\n".join([str(pid), *lines[1:]]) + "\n")


def test_a_killed_server_starts_again_though_a_stranger_has_its_number(folder: Path) -> None:
    embedded.start(folder)
    lines = killed(folder)
    name_in_its_file(folder, os.getpid(), lines)

    started = embedded.start(folder)

    assert started.ours
    assert answers(started.url)


def test_a_dead_server_that_nobody_buried_does_not_count_as_running(folder: Path) -> None:
    embedded.start(folder)
    lines = killed(folder)
    corpse = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, corpse.pid, os.WEXITED | os.WNOWAIT)
    name_in_its_file(folder, corpse.pid, lines)

    started = embedded.start(folder)
    corpse.wait()

    assert started.ours
    assert answers(started.url)


def test_a_server_that_runs_is_found_and_left_running(folder: Path) -> None:
    embedded.start(folder)
    again = embedded.start(folder)

    assert not again.ours
    assert answers(again.url)


def test_a_server_slow_to_put_things_right_is_waited_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded.start(folder)
    killed(folder)
    asked = []

    def slow_once(*arguments: object, **more: object) -> object:
        asked.append(arguments)
        if len(asked) == 1:
            raise subprocess.TimeoutExpired("pg_ctl", 10)
        if len(asked) == 2:
            raise AssertionError("status is starting, not ready")
        return get_server(*arguments, **more)

    get_server = embedded.get_server
    monkeypatch.setattr(embedded, "get_server", slow_once)

    assert answers(embedded.start(folder).url)
    assert len(asked) == 3


def test_a_server_that_cannot_start_says_what_to_do(folder: Path) -> None:
    embedded.start(folder)
    embedded.stop(folder)
    (folder / "postgresql.conf").write_text("nonsense = 1\n")

    with pytest.raises(embedded.CouldNotStart, match=r"hãy xem .*log"):
        embedded.start(folder)


def test_a_full_disk_is_called_by_its_name(folder: Path) -> None:
    folder.mkdir()
    (folder / "log").write_text("FATAL:  could not write lock file: No space left on device\n")

    assert "đã đầy" in embedded._last_words(folder)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_the_server_starts_leaves_none_running(folder: Path, number: signal.Signals) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = subprocess.Popen(
        [sys.executable, "-m", "tinhso.config.command", "jobs", "list"],
        env=environment | {"TINHSO_HOME": str(folder.parent)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while not (folder / embedded.FILE).exists():
        assert command.poll() is None
        assert time.monotonic() < until
        time.sleep(0.01)
    command.send_signal(number)

    assert command.wait(60) == INTERRUPTED
    assert embedded._postmaster(folder) is None
