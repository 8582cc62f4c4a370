"""The two commands and their helpers, as a person meets them in a terminal."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.house.rooms import ROOT


def _run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _recipes() -> set[str]:
    return set(re.findall(r"^([a-z][a-z_-]*):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


def test_make_alone_lists_every_recipe_with_its_line() -> None:
    shown = _run("make").stdout

    assert {"run", "test", "room"} <= _recipes()
    for recipe in _recipes():
        line = re.search(rf"^  make {recipe} +(\S.*)$", shown, flags=re.MULTILINE)
        assert line, f"make does not list {recipe}"


def test_every_recipe_is_phony() -> None:
    text = (ROOT / "Makefile").read_text()
    phony = set(" ".join(re.findall(r"^\.PHONY: (.*)$", text, flags=re.MULTILINE)).split())

    assert _recipes() == phony


def test_what_runs_before_a_change_lands_is_the_same_recipe() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def test_production_refuses_to_start_with_demo_parts() -> None:
    done = _run(sys.executable, "-m", "tinhso.config.command", "web", TINHSO_PRODUCTION="1")

    assert done.returncode != 0
    assert "chưa chạy chính thức được" in done.stderr
    for word in ("TINHSO_EID_ISSUER", "TINHSO_ORIGIN", "TINHSO_MALWARE", "TINHSO_STAMPS_URL", "TINHSO_HOSTS"):
        assert word in done.stderr, f"production would start although {word} is that of the demo"
    assert "Traceback" not in done.stderr


def test_help_groups_the_commands_by_room_and_needs_no_database() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "tinhso.config.command", "--help"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert re.search(r"^house:$", done.stdout, flags=re.MULTILINE)
    assert re.search(r"^identity:\n +officer.*\n +token", done.stdout, flags=re.MULTILINE)
    assert " db " in done.stdout
