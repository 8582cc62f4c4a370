"""The port to an engine that reads letters, and the one there is: Tesseract with Vietnamese, when installed.

`TINHSO_OCR` names its command (`tesseract` on the path when unset), `off` switches reading off.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import Protocol

from django.conf import settings

from tinhso.foundation.confinement import confine
from tinhso.foundation.registry import Port

LANGUAGE = "vie"
SECONDS = 60
MEMORY_BYTES = 1024**3
OUTPUT_BYTES = 8 * 1024**2


class EngineFailed(Exception):
    """The engine gave no words for a page: it broke, took too long or too much."""


class Engine(Protocol):
    """Reads the letters of one page."""

    def read(self, page: bytes) -> str:
        """The words on a JPEG of a page, in lines. Raises EngineFailed."""
        ...


engine: Port[Engine] = Port("engine that reads letters")


class Tesseract:
    """The Tesseract command (Apache-2.0) in a process of its own with little memory and time."""

    def __init__(self, command: str) -> None:
        self.command = command

    def read(self, page: bytes) -> str:
        """The words on the page."""
        with tempfile.TemporaryDirectory(prefix="tinhso-") as folder:
            picture = Path(folder, "page.jpg")
            picture.write_bytes(page)
            return _run([self.command, str(picture), "-", "-l", LANGUAGE, "--psm", "3"])


def installed() -> Tesseract | None:
    """The engine of this machine: none when switched off or not installed."""
    command = None if settings.OCR == "off" else shutil.which(settings.OCR or "tesseract")
    return Tesseract(command) if command else None


def _run(command: list[str]) -> str:
    environment = {"PATH": os.environ.get("PATH", ""), "OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
    if "TESSDATA_PREFIX" in os.environ:
        environment["TESSDATA_PREFIX"] = os.environ["TESSDATA_PREFIX"]
    try:
        done = subprocess.run(  # noqa: S603 - the administrator's command, no shell
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment,
            timeout=SECONDS,
            check=True,
            preexec_fn=partial(confine, memory=MEMORY_BYTES, seconds=SECONDS, output=OUTPUT_BYTES),
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise EngineFailed(str(error)) from error
    return done.stdout.decode("utf-8", errors="replace").strip()
