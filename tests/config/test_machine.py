"""What a person meets when the machine does not fit: one sentence that says what to do."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest
from tools import setup, web

from tests.house.rooms import ROOT
from tinhso.config import machine

Usage = namedtuple("Usage", "total used free")
PORTS = (
    "TINHSO_PORT",
    "TINHSO_NATIONAL_PORT",
    "TINHSO_EXCHANGE_PORT",
    "TINHSO_EXCHANGE_SECURE_PORT",
    "TINHSO_EXCHANGE_PEERS_PORT",
    "TINHSO_EXCHANGE_OCSP_PORT",
)
FREE = dict.fromkeys(PORTS, "0")


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


@pytest.mark.parametrize("variable", PORTS)
def test_a_taken_port_is_named_with_its_variable_before_anything_starts(
    variable: str, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        given = {**FREE, variable: str(port), "TINHSO_HOME": str(tmp_path)}
        done = run(sys.executable, "-m", "tinhso.config.command", "run", **given)

    said = one_sentence(done)
    assert f"cổng {port}" in said
    assert f"{variable}=<cổng khác>" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("above", [120, 130])
def test_a_taken_port_of_the_national_security_server_is_told_by_what_moves_it(
    above: int, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        given = {**FREE, "TINHSO_NATIONAL_PORT": str(port - above), "TINHSO_HOME": str(tmp_path)}
        said = one_sentence(run(sys.executable, "-m", "tinhso.config.command", "run", **given))

    assert f"cổng {port}" in said
    assert "TINHSO_NATIONAL_PORT=<cổng khác>" in said


@pytest.mark.parametrize("port", ["-1", "65536"])
def test_a_number_that_is_no_port_is_named(port: str, tmp_path: Path) -> None:
    given = {**FREE, "TINHSO_PORT": port, "TINHSO_HOME": str(tmp_path)}

    said = one_sentence(run(sys.executable, "-m", "tinhso.config.command", "run", **given))
    assert f"TINHSO_PORT={port}" in said


def test_a_port_for_the_systems_own_programs_says_which_to_take(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Forbidden(socket.socket):
        def bind(self, address: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setenv("TINHSO_HOME", str(tmp_path))
    monkeypatch.setenv("TINHSO_PORT", "80")
    monkeypatch.setattr(socket, "socket", Forbidden)

    with pytest.raises(machine.Unfit, match=r"không được phép mở cổng 80\. Hãy chạy TINHSO_PORT="):
        machine.check()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    given = {**FREE, "TINHSO_HOME": str(file)}

    said = one_sentence(run(sys.executable, "-m", "tinhso.config.command", "run", **given))
    assert str(file) in said
    assert "TINHSO_HOME=<thư mục khác>" in said


def test_a_full_disk_is_named_with_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TINHSO_HOME", str(tmp_path / "not" / "yet"))
    for variable, port in FREE.items():
        monkeypatch.setenv(variable, port)
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


@pytest.mark.parametrize(
    ("tool", "free", "word"),
    [
        ("setup", 10 * 1024**3, "check the network"),
        ("setup", 5 * 1024**2, "the disk is full (5 MB free)"),
        ("web", 10 * 1024**3, "check the network"),
    ],
)
def test_a_step_that_fails_ends_in_a_sentence_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tool: str, free: int, word: str
) -> None:
    """As when a registry cannot be reached, or the disk fills while parts are fetched."""
    step = {"setup": setup, "web": web}[tool]
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(free, 0, free))

    with pytest.raises(SystemExit, match=r"^tinhso: .*run this again\.$") as ended:
        step.run("false", doing="installing the parts")
    assert word in str(ended.value)


def test_an_environment_without_room_for_the_parts_is_told_before_anything_is_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(setup, "MARK", tmp_path / "not-yet")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(0, 0, 1024**3))

    with pytest.raises(SystemExit, match="only 1024 MB free here; about 3 GB are needed"):
        setup.main()


def test_a_registry_that_cannot_be_reached_is_one_sentence(tmp_path: Path) -> None:
    """The real installer, with nobody at the address of the registry."""
    environment = {
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "UV_PROJECT_ENVIRONMENT": str(tmp_path / "venv"),
        "UV_HTTP_RETRIES": "0",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "ALL_PROXY": "http://127.0.0.1:9",
    }
    asked = (
        "from tools import setup;"
        "setup.run(str(setup.VENV / 'bin' / 'uv'), 'sync', '--frozen', doing='installing the locked parts')"
    )
    said = one_sentence(run(sys.executable, "-c", asked, **environment))

    assert "«installing the locked parts» failed" in said
    assert "check the network" in said
