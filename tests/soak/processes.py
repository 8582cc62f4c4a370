"""The processes of a province, started as an operator would and killed as no operator should."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
from bench.cases.servers import ROOT

from national.ports import free_port
from tests.soak import waiting
from tinhso.config import embedded

READY_WITHIN_SECONDS = 240
DIES_WITHIN_SECONDS = 20
COMMANDS_WITHIN_SECONDS = 900


class Province:
    """Database, web and worker with data of their own in `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.url = embedded.start(home / "postgres").url
        self.revived: list[str] = []
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def environment(self) -> dict[str, str]:
        """What a process of this province is told. An abort makes it write where each thread stands."""
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "TINHSO_HOME": str(self.home),
            "TINHSO_PORT": str(self.port),
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "PYTHONFAULTHANDLER": "1",
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
        if name == "web" and not (
            waiting.when(self._settled, within=READY_WITHIN_SECONDS) and self._answers()
        ):
            raise SystemExit(f"the web server did not come up: {self.dump('web-did-not-come-up')}")

    def look_after(self) -> None:
        """Start what ended by itself, as a supervisor would; `revived` names it."""
        for name, process in list(self._running.items()):
            if process.poll() is not None:
                self.revived.append(f"{name} ended by itself ({process.returncode})")
                print(f"  {self.revived[-1]}, started again", flush=True)
                self.start(name)

    def kill(self, name: str) -> None:
        """`kill -9` the process and everything it started."""
        if name == "database":
            first = int((self.home / "postgres" / embedded.FILE).read_text().split()[0])
            server = psutil.Process(first)
            family = [server, *server.children(recursive=True)]
            for process in family:
                process.kill()
            psutil.wait_procs(family, timeout=DIES_WITHIN_SECONDS)
            return
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(DIES_WITHIN_SECONDS)

    def stop(self) -> None:
        """End everything in order; what does not end in time is killed."""
        for process in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._running.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        self._running.clear()
        embedded.stop(self.home / "postgres")

    def dump(self, why: str) -> Path:
        """Write down what everybody does, ending web and worker by an abort; where it was written."""
        file = self.home / f"stall-{why}.txt"
        said = waiting.said_by_database(self.url)
        living = [process for process in self._running.values() if process.poll() is None]
        for process in living:
            for each in psutil.Process(process.pid).children(recursive=True):
                each.send_signal(signal.SIGABRT)
            process.send_signal(signal.SIGABRT)
        time.sleep(2)
        logs = [log for log in (self.home / "web.log", self.home / "worker.log") if log.exists()]
        file.write_text(f"{said}\n\n{waiting.ends_of(logs)}\n", encoding="utf-8")
        return file

    def tinhso(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command as an operator would."""
        return subprocess.run(
            [sys.executable, "-m", "tinhso.config.command", *arguments],
            env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False,
            timeout=COMMANDS_WITHIN_SECONDS,
        )  # fmt: skip

    def _settled(self) -> bool:
        """Whether web serves, or has given up."""
        return self._running["web"].poll() is not None or self._answers()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2):
                return True
        except OSError:
            time.sleep(0.2)
            return False
