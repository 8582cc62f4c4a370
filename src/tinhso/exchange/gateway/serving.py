"""A gateway as a whole: its parts made, its ports opened, and an end in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg_pool import AsyncConnectionPool

from tinhso.exchange.gateway import replays, watching
from tinhso.exchange.gateway.client import Client
from tinhso.exchange.gateway.counting import Counters
from tinhso.exchange.gateway.directory import Directory
from tinhso.exchange.gateway.doors import Doors, refusal
from tinhso.exchange.gateway.fetching import Fetching
from tinhso.exchange.gateway.flowing import Limits
from tinhso.exchange.gateway.following import Follower
from tinhso.exchange.gateway.guarding import Guards
from tinhso.exchange.gateway.health import Telling
from tinhso.exchange.gateway.http import Server
from tinhso.exchange.gateway.node import Node, Sizes
from tinhso.exchange.gateway.ocsp import Revocations
from tinhso.exchange.gateway.peers import Peers
from tinhso.exchange.gateway.reporting import Reporting
from tinhso.exchange.gateway.service_calls import Callers
from tinhso.exchange.gateway.signing import Signers
from tinhso.exchange.keeping.monitor import Monitor
from tinhso.exchange.keeping.writer import Keeper

logger = logging.getLogger(__name__)
MOST_CONNECTIONS = 8
MONITORED = "monitored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How one gateway runs. Port 0 takes any, None opens none. Sizes in bytes, waits in seconds."""

    database: str
    host: str = "127.0.0.1"
    port: int | None = 0
    secure_port: int | None = None
    peers_host: str = "127.0.0.1"
    peers_port: int | None = 0
    ocsp_port: int | None = 0
    operators_host: str = "127.0.0.1"
    operators_port: int | None = 0
    operators_key: str = ""
    spool: Path
    key_password: str = ""
    token_library: str = ""
    token_pin: str = ""
    in_memory: int = 256 * 1024
    most_bytes: int = 1024 * 1024 * 1024
    connect_seconds: float = 10.0
    answer_seconds: float = 120.0
    refresh_seconds: float = 60.0
    ocsp_seconds: float = 2.0
    monitors: frozenset[str] = frozenset()
    """Clients that may read of every exchange, such as the nation's monitoring (§15)."""
    shared: bool = False
    """Whether other gateways listen on the same ports of this machine."""


class Gateway:
    """One node, made inside a running loop. Several with one database are one security server."""

    def __init__(self, options: Options) -> None:
        self.options = options
        limits = Limits(connect_seconds=options.connect_seconds, answer_seconds=options.answer_seconds)
        callers = Callers(limits)
        fetching = Fetching(callers.usual)
        self.follower = Follower(options.database)
        self.revocations = Revocations(fetching.ocsp, seconds=options.ocsp_seconds)
        self.peers = Peers(self.revocations, key_password=options.key_password)
        self.signers = Signers(
            self._answer,
            key_password=options.key_password,
            token_library=options.token_library,
            token_pin=options.token_pin,
        )
        self.pool = AsyncConnectionPool(
            options.database, min_size=1, max_size=MOST_CONNECTIONS, open=False, kwargs={"autocommit": True}
        )
        self.keeper = Keeper(options.database, folder=options.spool)
        self.monitor = Monitor(options.database, folder=options.spool / MONITORED)
        self.guards = Guards(Counters(self.pool))
        self.node = Node(
            follower=self.follower,
            peers=self.peers,
            signers=self.signers,
            keeper=self.keeper,
            to_peers=Client(limits=limits, tls=self.peers.client_context),
            to_services=callers,
            sizes=Sizes(options.spool, options.in_memory, options.most_bytes),
            guards=self.guards,
            monitor=self.monitor,
            reporting=Reporting(monitors=options.monitors, since=self.monitor.since),
            own_address=watching.own_address(),
        )
        self.directory = Directory(self.follower, self.pool, fetching.get, seconds=options.refresh_seconds)
        self.doors = Doors(self.node, self.directory)
        self.information_systems = Server(self.doors.information_system, refusal=refusal)
        self.secure_systems = Server(self.doors.information_system, refusal=refusal)
        self.peer_servers = Server(self.doors.peer, refusal=refusal)
        self.ocsp = Server(self.doors.ocsp)
        told = Telling(self.node, self.directory, key=options.operators_key)
        self.operators = Server(told.operator)
        self.port = self.secure_port = self.peers_port = self.ocsp_port = self.operators_port = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Read the configuration and open the ports. Raises psycopg.Error, OSError."""
        options = self.options
        options.spool.mkdir(parents=True, exist_ok=True)
        for part in (self.peers, self.signers, self.doors, self.guards):
            self.follower.tell(part.take)
        await self.follower.begin()
        await self.pool.open(wait=True)
        await self.keeper.start()
        await self.monitor.start()
        self._begin("configuration", self.follower.run())
        self._begin("global configuration", self.directory.run())
        self._begin("OCSP", self.revocations.run())
        self._begin("quotas", self.guards.run())
        self._begin("marks", replays.forget(self.pool))
        shared = options.shared
        if options.port is not None:
            await self.information_systems.listen(options.host, options.port, shared=shared)
            self.port = self.information_systems.port
        if options.secure_port is not None:
            tls = self.doors.systems_context
            await self.secure_systems.listen(options.host, options.secure_port, tls=tls, shared=shared)
            self.secure_port = self.secure_systems.port
        if options.peers_port is not None:
            tls = self.peers.server_context
            await self.peer_servers.listen(options.peers_host, options.peers_port, tls=tls, shared=shared)
            self.peers_port = self.peer_servers.port
        if options.ocsp_port is not None:
            await self.ocsp.listen(options.peers_host, options.ocsp_port, shared=shared)
            self.ocsp_port = self.ocsp.port
        if options.operators_port is not None:
            await self.operators.listen(options.operators_host, options.operators_port, shared=shared)
            self.operators_port = self.operators.port
        logger.info("the gateway of %s is open", self.follower.snapshot.server or "no server yet")

    async def stop(self) -> None:
        """Take nothing new, finish what is under way, write the log to its end."""
        await asyncio.gather(
            self.information_systems.stop(),
            self.secure_systems.stop(),
            self.peer_servers.stop(),
            self.ocsp.stop(),
            self.operators.stop(),
        )
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.keeper.close()
        await self.monitor.close()
        await self.node.reporting.close()
        await self.guards.close()
        await self.doors.close()
        await self.node.to_peers.close()
        await self.node.to_services.close()
        await self.pool.close()

    def _answer(self, der: bytes) -> bytes | None:
        return self.revocations.answer(der)

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))
