"""Asks the examining process, and lives on whatever becomes of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from tinhso.foundation.examining.verdicts import Fault, Finding, Limits, Refused

SECONDS = 25  # of the processor
SCAN_SECONDS = 120  # many pages are drawn
WALL_FACTOR = 2.5
SOURCE = Path(__file__).resolve().parents[3]
OUT_OF_BOUNDS = {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ}


def examine(path: Path, *, media_type: str, limits: Limits) -> Finding:
    """Judge a file. `media_type` is what its first bytes speak for. Raises Refused."""
    facts, made = _ask("examine", [path], [media_type], limits)
    return Finding(facts["media_type"], facts["pages"], tuple(facts["removed"]), made)


def thumbnail(path: Path, *, media_type: str, limits: Limits, side: int) -> bytes:
    """A JPEG of the picture or the first page. Raises Refused."""
    return _ask("thumbnail", [path], [media_type], limits, side=side)[1]


def joined(paths: Sequence[Path], *, media_types: Sequence[str], limits: Limits) -> bytes:
    """One PDF of photos and PDFs. Raises Refused."""
    return _ask("join", paths, media_types, limits)[1]


def counted(path: Path, *, media_type: str, limits: Limits) -> int:
    """How many pages a scanned file has, each of them whole. Raises Refused."""
    return int(_ask("count", [path], [media_type], limits, seconds=SCAN_SECONDS)[0]["pages"])


def page(path: Path, *, media_type: str, limits: Limits, page: int, turn: int, side: int) -> bytes:
    """A JPEG of one page (from 0), turned right by `turn` degrees. Raises Refused."""
    return _ask("page", [path], [media_type], limits, page=page, turn=turn, side=side)[1]


def codes(path: Path, *, media_type: str, limits: Limits) -> list[list[str]]:
    """The texts of the square codes on each page. Raises Refused."""
    facts, _made = _ask("codes", [path], [media_type], limits, seconds=SCAN_SECONDS)
    return [[str(text) for text in texts] for texts in facts["codes"]]


def archived(
    paths: Sequence[Path],
    *,
    media_types: Sequence[str],
    limits: Limits,
    picks: Sequence[tuple[int, int, int]],
    dpi: int,
    title: str,
    made_at: datetime,
) -> bytes:
    """One PDF/A-2b of picked pages: of which file, its place there, turned by degrees. Raises Refused."""
    more = {"picks": picks, "dpi": dpi, "title": title, "made_at": made_at.isoformat()}
    return _ask("archive", paths, media_types, limits, seconds=SCAN_SECONDS, **more)[1]


def _ask(
    verb: str,
    paths: Sequence[Path],
    media_types: Sequence[str],
    limits: Limits,
    *,
    seconds: int = SECONDS,
    **more: Any,
) -> tuple[Mapping[str, Any], bytes]:
    request = {
        "seconds": seconds,
        "verb": verb,
        "paths": [str(path) for path in paths],
        "media_types": list(media_types),
        "limits": asdict(limits),
        **more,
    }
    with tempfile.TemporaryFile() as out:
        status = _run(json.dumps(request), out.fileno(), wall=seconds * WALL_FACTOR)
        out.seek(0)
        line, made = out.readline(), out.read()
    if status in OUT_OF_BOUNDS:
        raise Refused(Fault.BOMB)
    try:
        facts = json.loads(line)
    except ValueError:
        raise Refused(Fault.UNREADABLE) from None
    if "fault" in facts:
        raise Refused(Fault(facts.pop("fault")), **facts)
    return facts, made


def _run(request: str, out: int, *, wall: float) -> int:
    command = [sys.executable, "-m", "tinhso.foundation.examining", request]
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(SOURCE), "LC_ALL": "C.UTF-8"}
    try:
        return subprocess.run(  # noqa: S603 - our own module, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=wall,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        return -signal.SIGXCPU
