"""The processes of a province, started as an operator would and killed as no operator should."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
from bench.cases.servers import ROOT, free_port

from tinhso.config import embedded

READY_WITHIN_SECONDS = 240


class Province:
    """Database, web and worker with data of their own in `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.url = embedded.start(home / "postgres").url
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def environment(self) -> dict[str, str]:
        """What a process of this province is told."""
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "TINHSO_HOME": str(self.home),
            "TINHSO_PORT": str(self.port),
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }

    def start(self, name: str) -> None:
        """Start `database`, `web` or `worker`, and wait until it serves."""
        if name == "database":
            self.url = embedded.start(self.home / "postgres").url
            return
        with (self.home / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "tinhso.config.command", name],
                env=self.environment, stdout=log, stderr=log, cwd=ROOT, start_new_session=True,
            )  # fmt: skip
        if name == "web":
            self._wait_for_web()

    def kill(self, name: str) -> None:
        """`kill -9` the process and everything it started."""
        if name == "database":
            first = int((self.home / "postgres" / "postmaster.pid").read_text().split()[0])
            server = psutil.Process(first)
            family = [server, *server.children(recursive=True)]
            for process in family:
                process.kill()
            psutil.wait_procs(family, timeout=20)
            return
        os.killpg(self._running[name].pid, signal.SIGKILL)
        self._running.pop(name).wait()

    def stop(self) -> None:
        """End everything in order."""
        for process in self._running.values():
            os.killpg(process.pid, signal.SIGTERM)
        for process in self._running.values():
            process.wait(30)
        embedded.stop(self.home / "postgres")

    def tinhso(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command as an operator would."""
        return subprocess.run(
            [sys.executable, "-m", "tinhso.config.command", *arguments],
            env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def _wait_for_web(self) -> None:
        until = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2):
                    return
            except (OSError, urllib.error.URLError):
                time.sleep(0.2)
        raise SystemExit(f"the web server did not come up; its log lies in {self.home}")
