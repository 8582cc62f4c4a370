"""Make the virtual environment and install what the lock file names. Needs only Python and its venv.

Every failure ends in one sentence that says what to do.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
MARK = VENV / ".installed"
NEEDED_BYTES = 3 * 1024**3
INPUTS = ("uv.lock", "pyproject.toml", "src/national/pyproject.toml", "tools/uv-requirements.txt")


def stop(sentence: str) -> None:
    """End with one sentence."""
    sys.exit(f"tinhso: {sentence}")


def fingerprint() -> str:
    """What the environment is made from."""
    digest = hashlib.sha256(sys.version.encode() + sysconfig.get_platform().encode())
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def run(*command: str, doing: str) -> None:
    """Run one step, its output shown, and say what it was when it fails."""
    print(f"· {doing}", flush=True)
    if subprocess.run(command, cwd=ROOT, check=False).returncode == 0:
        return
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES // 10:
        stop(f"the disk is full ({free // 1024**2} MB free); free about 3 GB, then run this again.")
    stop(
        f"«{doing}» failed; if the lines above speak of a connection, check the network, then run this again."
    )


def main() -> None:
    """Bring `.venv` to what the lock file says; quick when nothing changed."""
    wanted = fingerprint()
    if MARK.exists() and MARK.read_text() == wanted:
        return
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        stop(
            f"only {free // 1024**2} MB free here; about 3 GB are needed."
            " Free some space, then run this again."
        )
    python = VENV / "bin" / "python"
    if not (python.exists() and (VENV / "bin" / "pip").exists()):
        run(sys.executable, "-m", "venv", "--clear", str(VENV), doing="making a virtual environment")
    pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", "tools/uv-requirements.txt", doing="installing uv")
    run(str(VENV / "bin" / "uv"), "sync", "--frozen", "--inexact", doing="installing the locked parts")
    MARK.write_text(wanted)


if __name__ == "__main__":
    main()
