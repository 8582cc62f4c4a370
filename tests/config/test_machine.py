"""What a person meets when the machine does not fit: one sentence that says what to do."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from tests.house.rooms import ROOT
from tinhso.config import machine

Usage = namedtuple("Usage", "total used free")


def run(*command: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **more}
    environment.pop("DATABASE_URL", None)
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode != 0
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("tinhso:")]
    assert "Traceback" not in done.stderr
    return line


@pytest.mark.parametrize("variable", ["TINHSO_PORT", "TINHSO_NATIONAL_PORT"])
def test_a_taken_port_is_named_with_its_variable_before_anything_starts(
    variable: str, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        given = {"TINHSO_PORT": "0", "TINHSO_NATIONAL_PORT": "0", variable: str(port)}
        done = run(sys.executable, "-m", "tinhso.config.command", "run", TINHSO_HOME=str(tmp_path), **given)

    said = one_sentence(done)
    assert f"cổng {port}" in said
    assert f"{variable}=<cổng khác>" in said
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_named_with_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TINHSO_HOME", str(tmp_path / "not" / "yet"))
    monkeypatch.setenv("TINHSO_PORT", "0")
    monkeypatch.setenv("TINHSO_NATIONAL_PORT", "0")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9, 5 * 1024**2))

    with pytest.raises(machine.Unfit, match=rf"chỉ còn 5 MB ở {tmp_path}\. Hãy dọn bớt"):
        machine.check()


def test_an_old_python_is_told_which_one_to_install(tmp_path: Path) -> None:
    old = tmp_path / "python2.7"
    said = "sys.version_info = (2, 7, 18); sys.version = '2.7.18 x'"
    old.write_text(f'#!/bin/sh\nexec {sys.executable} -c "import sys; {said}; $2"\n')
    old.chmod(0o755)

    assert "Python 2.7.18 is too old; install Python 3.11" in one_sentence(
        run("make", "setup", f"PYTHON={old}")
    )


def test_a_missing_python_is_told_which_one_to_install() -> None:
    assert "is not on this machine; install Python 3.11" in one_sentence(
        run("make", "setup", "PYTHON=python9")
    )
