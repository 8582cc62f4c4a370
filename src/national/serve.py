"""Run the sandbox: in this process, or in a thread of a test."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import socket
import threading
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypedDict

from granian import Granian
from granian.constants import Interfaces
from granian.server.embed import Server
from starlette.applications import Starlette

from national import app as application
from national.ports import PortTaken, check_free, free_port
from national.settings import Settings

START_SECONDS = 30
WIND_DOWN_SECONDS = 0.1
"""The server's native threads end a moment after it returns; an interpreter that ends sooner crashes."""


class _How(TypedDict):
    interface: Interfaces
    websockets: bool
    log_enabled: bool


HOW = _How(interface=Interfaces.ASGINL, websockets=False, log_enabled=False)


def _server(app: Starlette, host: str, port: int) -> Server:
    return Server(
        app,
        address=host,
        port=port,
        **HOW,
    )


def run(settings: Settings, *, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM; raises PortTaken."""
    check_free(host, port)
    server = Granian("national", address=host, port=port, **HOW)
    server.serve(target_loader=partial(application.make, settings), wrap_loader=False)


@dataclass
class Running:
    """A sandbox in a thread; use it as a context manager or call `stop`."""

    settings: Settings
    app: Starlette
    port: int
    _loop: asyncio.AbstractEventLoop | None = None
    _server: Server | None = None
    _thread: threading.Thread | None = None

    @property
    def base(self) -> str:
        """Address of the sandbox."""
        return self.settings.base

    def start(self) -> None:
        """Start and wait until it answers; raises PortTaken, TimeoutError."""
        self._thread = threading.Thread(target=self._main, name="national", daemon=True)
        self._thread.start()
        atexit.register(self.stop)
        end = time.monotonic() + START_SECONDS
        while self._thread.is_alive() and time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
                return
            time.sleep(0.01)
        if not self._thread.is_alive():
            raise PortTaken(f"the sandbox ended before it answered on port {self.port}")
        raise TimeoutError(f"the sandbox did not answer on port {self.port}")

    def stop(self) -> None:
        """Stop and wait for the thread; at the latest this happens when the interpreter ends."""
        atexit.unregister(self.stop)
        if self._loop and self._server and self._thread and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._server.stop)
            self._thread.join(10)
            time.sleep(WIND_DOWN_SECONDS)

    def _main(self) -> None:
        asyncio.run(self._run())

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._server = _server(self.app, "127.0.0.1", self.port)
        try:
            await self._server.serve()
        finally:
            if self.settings.exchange_port:
                self.app.state.security_server.stop()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_in_thread(
    home: Path,
    port: int = 0,
    *,
    keys: Path | None = None,
    redirect_uris: tuple[str, ...] = (),
    logout_uris: tuple[str, ...] = (),
    auto_approve: bool = False,
    callback: str = "",
    exchange: bool = False,
) -> Running:
    """Start a sandbox on a loopback port (0: any free one) and wait until it answers.

    `keys` is a folder of private keys shared between runs: the first run fills it, later ones start at once.
    `exchange` starts the national security server too, on two free ports.
    """
    port = port or free_port()
    check_free("127.0.0.1", port)
    settings = Settings(
        home=home, base=f"http://127.0.0.1:{port}", keys=keys, auto_approve=auto_approve, callback=callback
    )
    if exchange:
        settings = replace(settings, exchange_port=free_port(), exchange_peer_port=free_port())
    if redirect_uris:
        settings = replace(settings, redirect_uris=redirect_uris)
    if logout_uris:
        settings = replace(settings, logout_uris=logout_uris)
    running = Running(settings=settings, app=application.make(settings), port=port)
    running.start()
    return running
