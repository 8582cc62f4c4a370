"""`tinhso run`: everything on one machine, started in order, stopped together.

Every failure that a person can mend ends in one sentence that says what to do.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import click
from django.conf import settings

from tinhso.config import (
    collecting,
    connecting,
    demo,
    demo_exchange,
    demo_signing,
    screen,
    stopping,
    upgrading,
)
from tinhso.foundation import moments

STOPPED_WITHIN_SECONDS = 10
READY_WITHIN_SECONDS = 90
WEB = (
    "granian --interface wsgi --no-ws --workers {workers} --blocking-threads 2 --backlog 2048"
    " --host {host} --port {port} --log-level warning tinhso.config.wsgi:application"
)


def web_command() -> list[str]:
    """How the web server is started; two processes of two threads gave the steadiest answers."""
    filled = WEB.format(
        workers=os.environ.get("TINHSO_WEB_WORKERS", "2"),
        host=os.environ.get("TINHSO_HOST", "127.0.0.1"),
        port=settings.ENVIRONMENT.port,
    )
    program, *rest = filled.split()
    return [str(Path(sys.executable).with_name(program)), *rest]


def serve_web() -> None:
    """Become the web server."""
    command = web_command()
    os.execv(command[0], command)  # noqa: S606 - our own command


def run() -> None:
    """Start everything, say where it is, wait for a signal to stop (`stopping.heed`), stop everything."""
    try:
        _run()
    except KeyboardInterrupt:
        click.echo("\nĐã dừng. Dữ liệu còn nguyên trong " + str(settings.HOME))


def _run() -> None:
    click.echo("· cơ sở dữ liệu")
    upgrading.migrate(verbosity=0)
    collecting.collect()
    with _Together() as processes:
        click.echo("· phía quốc gia (thử)")
        processes.start("phía quốc gia", _national_command(), log="national")
        processes.wait_for(f"{_national()}/health")
        demo_signing.prepare()
        processes.start("web", web_command(), log="web")
        click.echo("· tỉnh trình diễn")
        demo.load(at=moments.now(), say=click.echo)
        demo.fill(at=moments.now(), say=click.echo)
        demo_signing.equip()
        demo_exchange.join(at=moments.now())
        demo_exchange.offer(at=moments.now())
        processes.start("trục chia sẻ", _own("gateway"), log="gateway")
        processes.start("dấu thời gian của trục", _own("exchange", "stamp"), log="stamper")
        with demo_signing.confirming():
            demo.finish(at=moments.now())
        processes.start("việc nền", _own("worker"), log="worker")
        processes.wait_for(f"http://127.0.0.1:{settings.ENVIRONMENT.port}/readyz")
        processes.wait_for(f"http://{settings.EXCHANGE.host}:{settings.EXCHANGE.port}/health")
        click.echo(screen.text(origin=str(settings.ORIGIN), national=_national()))
        processes.watch()


def _own(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tinhso.config.command", *arguments]


def _national_command() -> list[str]:
    origin = str(settings.ORIGIN)
    return [
        *(sys.executable, "-m", "national", "--home", str(settings.HOME / "national")),
        *("--port", str(settings.NATIONAL_PORT), "--issuer", _national()),
        *("--redirect-uri", f"{origin}/dang-nhap/tra-ve/", "--logout-uri", f"{origin}/"),
        *("--callback", f"{origin}/goi-lai/"),
    ]


def _national() -> str:
    return f"http://localhost:{settings.NATIONAL_PORT}"


class _Together:
    """Processes that live and die together; each writes to its own log."""

    def __init__(self) -> None:
        self._logs = settings.HOME / "logs"
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> _Together:
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_error: object) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(STOPPED_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def start(self, name: str, command: list[str], *, log: str) -> None:
        """Start a process in a session of its own, so that Ctrl-C reaches it only through us."""
        environment = {**os.environ, "DATABASE_URL": database_url(), "PYTHONUNBUFFERED": "1"}
        with (self._logs / f"{log}.log").open("ab") as out, stopping.unbroken():
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own commands
                command, env=environment, stdout=out, stderr=out, start_new_session=True
            )

    def wait_for(self, address: str) -> None:
        """Wait until an address answers 200."""
        until = time.monotonic() + READY_WITHIN_SECONDS
        while not self._answers(address):
            self._all_alive()
            if time.monotonic() > until:
                raise click.ClickException(
                    f"Hệ thống chưa sẵn sàng sau {READY_WITHIN_SECONDS} giây."
                    f" Hãy xem nhật ký trong {self._logs}."
                )
            time.sleep(0.2)

    def watch(self) -> None:
        """Stay until a process ends, which ends all."""
        while True:
            self._all_alive()
            time.sleep(1)

    @staticmethod
    def _answers(address: str) -> bool:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own addresses
                return bool(answer.status == 200)
        except OSError:
            return False

    def _all_alive(self) -> None:
        for name, process in self._running.items():
            if process.poll() is not None:
                raise click.ClickException(
                    f"«{name}» đã dừng (mã {process.returncode}). Hãy xem nhật ký trong {self._logs}."
                )


def database_url() -> str:
    """The database's address as a URL, for processes started beside this one."""
    return connecting.url(settings.DATABASES["default"])
