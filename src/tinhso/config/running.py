"""`tinhso run`: everything on one machine, started in order, stopped together.

Every failure that a person can mend ends in one sentence that says what to do.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command

from tinhso.config import demo, screen
from tinhso.foundation import moments

LEAST_FREE_BYTES = 1024**3
STOPPED_WITHIN_SECONDS = 10
READY_WITHIN_SECONDS = 30
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
    """Start everything, say where it is, wait for Ctrl-C, stop everything."""
    _check_machine()
    with _patience():
        click.echo("· cơ sở dữ liệu")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        click.echo("· tỉnh trình diễn")
        demo.load(at=moments.now(), say=click.echo)
        with _together(_processes()) as processes:
            _wait_until_ready(processes)
            click.echo(screen.text(origin=_origin(), national=_national()))
            _watch(processes)


def _processes() -> Mapping[str, list[str]]:
    python = sys.executable
    national = [
        *(python, "-m", "national", "--home", str(settings.HOME / "national")),
        *("--port", str(settings.NATIONAL_PORT), "--issuer", _national()),
        *("--redirect-uri", f"{_origin()}/dang-nhap/tra-ve/", "--logout-uri", f"{_origin()}/"),
    ]
    return {
        "phía quốc gia": national,
        "web": web_command(),
        "việc nền": [python, "-m", "tinhso.config.command", "worker"],
    }


def _origin() -> str:
    return str(settings.ORIGIN)


def _national() -> str:
    return f"http://localhost:{settings.NATIONAL_PORT}"


def _check_machine() -> None:
    for name, port in (
        ("TINHSO_PORT", settings.ENVIRONMENT.port),
        ("TINHSO_NATIONAL_PORT", settings.NATIONAL_PORT),
    ):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise click.ClickException(
                    f"Cổng {port} đang có chương trình khác dùng. Hãy tắt nó, hoặc chạy {name}=<cổng khác> make run."
                ) from None
    free = shutil.disk_usage(settings.HOME).free
    if free < LEAST_FREE_BYTES:
        raise click.ClickException(
            f"Đĩa chỉ còn {free // 1024**2} MB ở {settings.HOME}. Hãy dọn bớt ít nhất 1 GB rồi chạy lại."
        )


@contextmanager
def _patience() -> Iterator[None]:
    """Ctrl-C and a supervisor's stop end the run in order, not in the middle."""

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        click.echo("\nĐã dừng. Dữ liệu còn nguyên trong " + str(settings.HOME))
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _together(commands: Mapping[str, list[str]]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Processes that live and die together; each writes to its own log."""
    logs = settings.HOME / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "DATABASE_URL": _database_url(), "PYTHONUNBUFFERED": "1"}
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            with (logs / f"{len(running)}-{command[2] if '-m' in command else 'web'}.log").open("ab") as log:
                running[name] = subprocess.Popen(  # noqa: S603 - our own commands
                    command, env=environment, stdout=log, stderr=log, start_new_session=True
                )
        yield running
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            try:
                process.wait(STOPPED_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _database_url() -> str:
    made = settings.DATABASES["default"]
    return os.environ.get("DATABASE_URL") or (
        f"postgresql://{made['USER']}:@/{made['NAME']}?host={made['HOST']}"
        + (f"&port={made['PORT']}" if made["PORT"] else "")
    )


def _wait_until_ready(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + READY_WITHIN_SECONDS
    while True:
        _all_alive(processes)
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{settings.ENVIRONMENT.port}/readyz", timeout=2
            ) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        if time.monotonic() > until:
            raise click.ClickException(
                f"Hệ thống chưa sẵn sàng sau {READY_WITHIN_SECONDS} giây. Hãy xem nhật ký trong {settings.HOME / 'logs'}."
            )
        time.sleep(0.2)


def _watch(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    while True:
        _all_alive(processes)
        time.sleep(1)


def _all_alive(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for name, process in processes.items():
        if process.poll() is not None:
            raise click.ClickException(
                f"«{name}» đã dừng (mã {process.returncode}). Hãy xem nhật ký trong {settings.HOME / 'logs'}."
            )
