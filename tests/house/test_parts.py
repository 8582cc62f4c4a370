"""The parts the house stands on: their licences, where they come from, what is shipped."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.house.rooms import ROOT

PUBLIC_HOSTS = frozenset({"pypi.org", "files.pythonhosted.org", "registry.npmjs.org"})
STRONG = re.compile(r"(?<![Ll])A?GPL|Affero|(?<!Lesser )(?<!Library or Lesser )General Public License")
WEAK = re.compile(r"LGPL|Lesser General Public|MPL|Mozilla|Artistic", re.IGNORECASE)
# Parts for machines that the lock file thinks of and this one is not.
ELSEWHERE = frozenset({"async-timeout", "colorama", "pywin32"})
# Web parts whose package.json is silent: what their Readme says.
SAID_IN_THE_README = {"node_modules/combine-errors": "MIT"}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _locked() -> set[str]:
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    return {package["name"] for package in lock["package"]}


def licence(found: metadata.PackageMetadata) -> list[str]:
    """What a package says of its licence: the expression, or the classifiers, or the free text."""
    expression = found.get("License-Expression")
    if expression:
        return [expression]
    classifiers = [line for line in found.get_all("Classifier") or [] if line.startswith("License ::")]
    return [line for line in classifiers if not line.endswith("OSI Approved")] or [
        (found.get("License") or "").split("\n")[0]
    ]


def refused(words: list[str]) -> bool:
    """Whether a licence binds what is built on it: GPL or AGPL, with no other to choose."""
    return bool(words) and all(STRONG.search(word) and not WEAK.search(word) for word in words)


@pytest.mark.parametrize(
    ("words", "no"),
    [
        (["GPL-3.0-or-later"], True),
        (["AGPL-3.0-only"], True),
        (["License :: OSI Approved :: GNU General Public License v2 or later (GPLv2+)"], True),
        (["License :: OSI Approved :: GNU Affero General Public License v3"], True),
        (["LGPL-3.0-only"], False),
        (["License :: OSI Approved :: GNU Library or Lesser General Public License (LGPL)"], False),
        (["License :: OSI Approved :: Artistic License", "License :: OSI Approved :: GNU GPL"], False),
        (["MIT"], False),
    ],
)
def test_a_licence_is_read_right(words: list[str], no: bool) -> None:
    assert refused(words) is no


def test_no_part_binds_us_by_gpl_or_agpl() -> None:
    locked, read = _locked(), set()
    bound = []
    for distribution in metadata.distributions():
        name = _plain(distribution.metadata["Name"])
        if name in locked:
            read.add(name)
            words = licence(distribution.metadata)
            if refused(words):
                bound.append(f"{name}: {words}")

    assert not bound
    assert locked - read <= ELSEWHERE, "their licences were not read: are they installed?"


def test_every_part_says_its_licence() -> None:
    locked = _locked() - {"tinhso", "national"}
    silent = [
        name
        for distribution in metadata.distributions()
        if (name := _plain(distribution.metadata["Name"])) in locked
        and not any(licence(distribution.metadata))
    ]

    assert not silent


def test_the_web_parts_bind_us_neither() -> None:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text())
    parts = {
        name: part.get("license") or SAID_IN_THE_README.get(name, "")
        for name, part in lock["packages"].items()
    }

    assert len(parts) > 20
    assert not [name for name, words in parts.items() if not words or refused([words])]


def test_lock_files_name_no_host_but_the_public_ones() -> None:
    hosts = {
        urlsplit(address).hostname
        for address in re.findall(r'"(https?://[^"]+)"', (ROOT / "uv.lock").read_text())
    }
    web = json.loads((ROOT / "web" / "package-lock.json").read_text())
    hosts |= {urlsplit(part["resolved"]).hostname for part in web["packages"].values() if "resolved" in part}

    assert hosts <= PUBLIC_HOSTS
    assert "files.pythonhosted.org" in hosts


def test_every_part_we_ask_for_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    silent = [
        line.strip()
        for line in text.splitlines()
        if re.match(r'\s+"[\w.\-\[\],]+[<>=]', line) and "#" not in line
    ]

    assert not silent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names inside the wheel that production installs."""
    folder: Path = tmp_path_factory.mktemp("wheel")
    uv = Path(sys.executable).with_name("uv")
    done = subprocess.run(
        [uv, "build", "--wheel", "--no-build-logs", "--quiet", "--out-dir", folder],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("tinhso-*.whl")
    return zipfile.ZipFile(built).namelist()


def test_the_shipped_wheel_holds_the_province_and_nothing_of_the_national_side(wheel: list[str]) -> None:
    assert "tinhso/config/settings.py" in wheel
    assert not [name for name in wheel if name.startswith(("national", "tests", "bench", "tools"))]
    wired = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert not [line for line in wired if line.startswith("national")]


def test_the_shipped_wheel_holds_what_rooms_read(wheel: list[str]) -> None:
    read = [
        file.relative_to(ROOT / "src").as_posix()
        for pattern in ("**/legal/*.json", "**/templates/**/*.html", "**/*.typ", "**/*.ttf", "**/*.json")
        for file in (ROOT / "src" / "tinhso").glob(pattern)
        if "dist" not in file.parts
    ]

    assert read
    assert not set(read) - set(wheel)
