"""What `make run` starts ends with it, also what does not want to."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import psutil
import pytest
from pytest_django import Settings

from tinhso.config import running

STUBBORN = (
    "import os, pathlib, signal, subprocess, sys, time;"
    " signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    " child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    " pathlib.Path(sys.argv[1]).write_text(f'{os.getpid()} {child.pid}'); time.sleep(60)"
)


def test_a_process_that_ignores_the_word_to_stop_is_ended_with_its_children(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = tmp_path
    monkeypatch.setattr(running, "STOPPED_WITHIN_SECONDS", 0.3)
    written = tmp_path / "pids"
    with running._Together() as processes:
        processes.start("x", [sys.executable, "-c", STUBBORN, str(written)], log="x")
        until = time.monotonic() + 30
        while not written.exists() or len(written.read_text().split()) < 2:
            assert time.monotonic() < until
            time.sleep(0.05)
    family = [int(word) for word in written.read_text().split()]
    until = time.monotonic() + 10
    while any(_alive(pid) for pid in family):
        assert time.monotonic() < until
        time.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
