"""The exchange of `world`, its gateways and its stamper processes of their own that can be killed.

A process is a fork, so that Django need not start for each; what it runs is what the commands run.
"""

from __future__ import annotations

import base64
import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import uvloop
from aiohttp import web
from django.conf import settings
from django.db import connection, connections

from national.ports import free_port
from tests.exchange.evidence.stamping import Stamper
from tests.exchange.gateway.world import Side, World, now, url_of, using
from tinhso.exchange.commands import _serve
from tinhso.exchange.gateway.serving import Options
from tinhso.exchange.keeping import authorities, stamper

SHORT_PAUSE = 0.05
_inherited: list[Any] = []


@dataclass
class Process:
    """Work that is done in a fork, again each time it is started; what it says lies in `log`."""

    work: Callable[[], object]
    log: Path
    pid: int = 0

    def start(self) -> None:
        self.pid = os.fork()
        if not self.pid:
            self._run()

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it at once, and wait until it is gone."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, how)
            os.waitpid(self.pid, 0)
            self.pid = 0

    def _run(self) -> NoReturn:
        ended = 1
        try:
            gc.disable()
            out = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(out, 1)
            os.dup2(out, 2)
            logging.basicConfig(level=logging.INFO, stream=os.fdopen(2, "w"), force=True)
            _inherited.append(connection.connection)
            connections["default"].connection = None
            threading.excepthook = sys.__excepthook__  # type: ignore[assignment]
            self.work()
            ended = 0
        finally:
            os._exit(ended)


@dataclass
class Stamping:
    """An authority that stamps at the present moment; `asked` is called before each answer."""

    stamper: Stamper = field(default_factory=Stamper)
    asked: Callable[[], None] = lambda: None

    async def respond(self, request: web.Request) -> web.Response:
        question = await request.read()
        self.asked()
        self.stamper.now = now().replace(microsecond=0)
        made = self.stamper.answer(question)
        return web.Response(body=made, content_type="application/timestamp-reply")


class Killable(World):
    """As `World`; the gateways begin with `start`, once all are added and offer what they offer."""

    def __init__(self, folder: Path) -> None:
        self.stamping = Stamping()
        self.processes: dict[str, Process] = {}
        self.ports: dict[str, int] = {}
        self.peers_ports: dict[str, int] = {}
        self._options: dict[str, Options] = {}
        super().__init__(folder)
        self.tsa = self.loop.do(self._stamps())

    async def _stamps(self) -> str:
        app = web.Application()
        app.router.add_post("/tsa", self.stamping.respond)
        self._tsa = web.AppRunner(app)
        await self._tsa.setup()
        await web.TCPSite(self._tsa, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._tsa.addresses[0][1]}/tsa"

    def signed(self, **changes: Any) -> str:
        told = {
            "name": "TSA",
            "url": self.tsa,
            "certificate": base64.b64encode(self.stamping.stamper.identity.der).decode(),
        }
        return super().signed(**{"stamping": [told], **changes})

    def add(self, server_id: str, database: str, clients: list[str], **_options: Any) -> Side:
        """Configure a server whose gateway is a process, and the stamper of its log."""
        tls = self.authority.tls(server_id)
        with using(database):
            self._configure(server_id, tls, clients, "ec")
        port, peers_port = free_port(), free_port()
        chosen = Options(
            database=url_of(database),
            port=port,
            peers_port=peers_port,
            ocsp_port=None,
            spool=self.folder / server_id.replace("/", "-"),
            key_password=settings.EXCHANGE.key_password,
            refresh_seconds=1,
            ocsp_seconds=0.2,
        )
        self._run_as(server_id, chosen)
        log = self.processes[server_id].log
        self.processes[f"stamper of {server_id}"] = Process(lambda: _stamp(database), log)
        side = Side(server_id, database, None, tls, clients, peers_port)  # type: ignore[arg-type]
        self.sides[server_id] = side
        return side

    def twin(self, server_id: str) -> str:
        """Configure a second node of a server, a process of its own; its name among the processes."""
        name = f"second node of {server_id}"
        chosen = replace(self._options[server_id], port=free_port(), peers_port=free_port())
        self._run_as(name, chosen)
        return name

    def _run_as(self, name: str, chosen: Options) -> None:
        log = self.folder / f"{name.replace('/', '-')}.log"
        self.processes[name] = Process(lambda: uvloop.run(_serve(chosen)), log)
        self._options[name] = chosen
        self.ports[name], self.peers_ports[name] = chosen.port or 0, chosen.peers_port or 0

    def publish(self) -> None:
        """Sign a newer configuration; gateways fetch it each second."""
        self.serial += 1

    def caught_up(self, side: Side) -> None:
        """Gateways of their own catch up by themselves."""

    def cut_databases(self) -> None:
        """End every session of the exchange's processes, as a database that dies does."""
        ours = [connection.connection.info.backend_pid] if connection.connection else []
        for side in self.sides.values():
            with psycopg.connect(url_of(side.database), autocommit=True) as server:
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> ALL (%s::int[])",
                    [[*ours, server.info.backend_pid]],
                )

    def close(self) -> None:
        for process in self.processes.values():
            process.kill()
        self.sides.clear()
        self.loop.do(self._tsa.cleanup())
        super().close()


def _stamp(database: str) -> None:
    """What `tinhso exchange stamp` does, in short turns."""
    connection.settings_dict["NAME"] = database

    def pause(_seconds: float) -> bool:
        time.sleep(SHORT_PAUSE)
        return False

    stamper.run(configured=authorities.configured, clock=now, pause=pause)
