"""A sandbox with its security server, a played province beside it, and a service that tells what it got."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from national import serve
from national.exchange.nation import Identity
from national.exchange.server import SecurityServer
from national.exchange.services import Right, Service
from national.exchange.wires import Answer, Asked, Headers, Listener, ask
from national.faults import Fault, Faults, Mode
from national.ports import free_port

PROVINCE = Identity(
    owner="GOV/H01",
    code="AG1",
    served=("GOV/H01/TINHSO",),
    signers={"GOV/H01": "p256"},
    folder="province",
    switches="province",
)
TINHSO, HOTICH, DANCU = "VN-DEMO/GOV/H01/TINHSO", "VN-DEMO/GOV/BTP/HOTICH", "VN-DEMO/GOV/BCA/DANCU"


@dataclass
class Echo:
    """An information system of the nation: remembers what it was asked, answers as told."""

    listener: Listener
    asked: list[Asked] = field(default_factory=list)
    answer: Callable[[Asked], Answer] | None = None


@dataclass(frozen=True)
class Both:
    """The two security servers and what stands around them."""

    sandbox: serve.Running
    nation: SecurityServer
    province: SecurityServer
    province_port: int
    nation_port: int

    @property
    def faults(self) -> Faults:
        """The sandbox's switches."""
        found: Faults = self.sandbox.app.state.faults
        return found

    def switch(
        self, mode: Mode, side: str, *, who: str = "gateway", times: int | None = 1, seconds: float = 0
    ) -> None:
        """Turn a switch on."""
        self.faults.switch_on(Fault(service=who, mode=mode, path=side, times=times, seconds=seconds))

    def ask(
        self, verb: str, target: str, *headers: tuple[str, str], body: bytes = b"", client: str = TINHSO
    ) -> Answer:
        """The province's information system asks its own server."""
        return self.ask_at(self.province_port, verb, target, ("X-Road-Client", client), *headers, body=body)

    def ask_at(
        self, port: int, verb: str, target: str, *headers: tuple[str, str], body: bytes = b""
    ) -> Answer:
        """Somebody asks one of the servers."""
        given: Headers = [("Host", f"127.0.0.1:{port}"), *headers]
        return ask(("127.0.0.1", port), Asked(verb, target, given, body), seconds=20)


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    home: Path = tmp_path_factory.mktemp("exchange")
    with serve.start_in_thread(home, exchange=True) as running:
        port = free_port()
        province = SecurityServer(running.app.state.directory, PROVINCE, port, free_port())
        province.start()
        nation = running.app.state.security_server
        yield Both(running, nation, province, port, running.settings.exchange_port)
        province.stop()


@pytest.fixture
def both(pair: Both) -> Iterator[Both]:
    yield pair
    pair.faults.clear()
    for server in (pair.nation, pair.province):
        server.office.responder.forget()


@pytest.fixture(scope="session")
def listening(pair: Both) -> Iterator[Echo]:
    held: list[Echo] = []

    def answer(asked: Asked) -> Answer:
        echo = held[0]
        echo.asked.append(asked)
        if echo.answer:
            return echo.answer(asked)
        told = {"verb": asked.verb, "target": asked.target, "body": asked.body.hex()}
        return Answer(200, "OK", [("Content-Type", "application/json")], json.dumps(told).encode())

    listener = Listener("127.0.0.1", 0, answer)
    held.append(Echo(listener))
    listener.start()
    services = pair.nation.office.services
    services.put(Service(owner=HOTICH, code="echo", url=f"http://127.0.0.1:{listener.port}/base"))
    services.allow(Right(owner=HOTICH, code="echo", subject=TINHSO))
    yield held[0]
    listener.stop()


@pytest.fixture
def echo(listening: Echo) -> Iterator[Echo]:
    listening.asked.clear()
    yield listening
    listening.answer = None
