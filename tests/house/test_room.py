"""`make room` gives a room that the house accepts as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools import room

from tests.house.rooms import ROOT


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house without its environment, data and built parts."""
    left_out = shutil.ignore_patterns("node_modules", "dist", "__pycache__", "fonts", "catalogue")
    for name in ("src", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left_out)
    for name in ("pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def _run(house: Path, *command: str) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name(command[0]), *command[1:]],
        cwd=house,
        env={**os.environ, "PYTHONPATH": f"{house}/src:{house}", "TINHSO_HOME": str(house / ".data")},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def test_a_new_room_stands_within_the_borders_and_django_knows_it(house: Path) -> None:
    written = room.make("archive", beside="tasks", root=house)

    assert ' | (archive)",' in (house / "pyproject.toml").read_text()
    _run(house, "lint-imports", "--no-cache")
    _run(house, "ruff", "check", "src/tinhso/archive", "tests/archive")
    _run(house, "ruff", "format", "--check", "src/tinhso/archive", "tests/archive")
    _run(house, "python", "-c", "import django; django.setup(); from django.apps import apps;"
         " apps.get_app_config('archive')")  # fmt: skip
    _run(house, "python", "manage.py" if (house / "manage.py").exists() else "-m", "django", "check")
    assert all(file.exists() for file in written)


@pytest.mark.parametrize(
    ("name", "beside", "sentence"),
    [
        ("Payments", "tasks", "no name for a room"),
        ("dossiers", "tasks", "exists already"),
        ("archive", "nowhere", "no floor holds"),
    ],
)
def test_a_room_that_cannot_be_is_refused_in_one_sentence_and_nothing_is_written(
    house: Path, name: str, beside: str, sentence: str
) -> None:
    before = (house / "pyproject.toml").read_text()
    with pytest.raises(SystemExit, match=sentence):
        room.make(name, beside=beside, root=house)

    assert (house / "pyproject.toml").read_text() == before
    assert not (house / "src" / "tinhso" / "archive").exists()
