"""Our gateway exchanges messages with the sandbox's security server, written from the protocol alone."""

from __future__ import annotations

import base64
import hashlib
import http.client
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings as SettingsWrapper

from national.exchange.server import SecurityServer
from national.exchange.services import Right, Service
from national.ports import free_port
from national.serve import start_in_thread
from tests.exchange.gateway.asking import Answer, ask
from tests.exchange.gateway.test_soap import envelope
from tests.exchange.gateway.world import (
    HOTICH,
    TINHSO,
    Side,
    World,
    now,
    rows,
    started,
    subsystem,
    url_of,
)
from tests.support.waiting import WITHIN_SECONDS
from tinhso.config import demo_exchange
from tinhso.exchange.contracts import KeyUse, SubjectKind
from tinhso.exchange.evidence import reading
from tinhso.exchange.gateway.serving import Options
from tinhso.exchange.models import ServerKey
from tinhso.exchange.operations import services
from tinhso.exchange.protocol.identifiers import parse_client
from tinhso.foundation.refs import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
DANCU = "VN-DEMO/GOV/BCA/DANCU"


@dataclass
class Together:
    """The province's gateway, the nation's server, and services behind both."""

    world: World
    province: Side
    nation: SecurityServer
    nation_port: int

    @property
    def service(self) -> str:
        return f"http://127.0.0.1:{self.world.service_port}/dich-vu"

    def offered(self, code: str, *, kind: str = "REST", version: str = "", owner: str = HOTICH) -> None:
        """A service of the nation that the province may call."""
        known = self.nation.office.services
        known.put(Service(owner=owner, code=code, version=version, kind=kind, url=self.service))
        known.allow(Right(owner=owner, code=code, subject=TINHSO))

    def refresh(self) -> None:
        self.world.loop.do(self.province.gateway.directory.refresh(at=now()))
        self.world.caught_up(self.province)


@pytest.fixture
def together(transactional_db: None, tmp_path: Path, settings: SettingsWrapper) -> Iterator[Together]:
    with start_in_thread(tmp_path / "national", exchange=True) as sandbox:
        settings.NATIONAL_PORT = sandbox.port
        settings.EXCHANGE = replace(
            settings.EXCHANGE, keys=tmp_path / "keys", peers_port=free_port(), ocsp_port=free_port()
        )
        demo_exchange.join(at=now())
        world = World(tmp_path)
        database = str(connection.settings_dict["NAME"])
        gateway = world.loop.do(
            started(
                Options(
                    database=url_of(database),
                    spool=tmp_path / "spool",
                    peers_port=settings.EXCHANGE.peers_port,
                    ocsp_port=settings.EXCHANGE.ocsp_port,
                )
            )
        )
        server = sandbox.app.state.security_server
        side = Side("AG1", database, gateway, world.authority.tls("x"), [TINHSO])
        made = Together(world, side, server, sandbox.settings.exchange_port)
        made.refresh()
        yield made
        world.loop.do(gateway.stop())
        world.close()


def test_the_province_asks_the_nation(together: Together) -> None:
    together.offered("tra-cuu")

    answer = ask(together.province, f"/r1/{HOTICH}/tra-cuu/nguoi/1?x=1", verb="POST", body=b"hoi" * 1000)

    assert answer.status == 200, answer.body
    assert answer.json() == {"ten": "Ánh"}
    assert together.world.services.calls[-1].target == "/dich-vu/nguoi/1?x=1"
    assert [row["response"] for row in rows(together.province)] == [False, True]


def test_each_certificate_below_the_root_travels_with_its_answer(together: Together) -> None:
    gateway, at = together.province.gateway, now()
    tls = together.world.loop.do(gateway.peers.own_answers(gateway.follower.snapshot, at=at))
    signed = together.world.loop.do(gateway.node.sign(parse_client(TINHSO), [hashlib.sha512().digest()], at))

    read = reading.read(signed.signature)

    keys = {key.use: [base64.b64decode(one) for one in key.certificates] for key in ServerKey.objects.all()}
    assert [read.certificate, *read.chain] == keys[KeyUse.SIGNING]
    assert [len(read.chain), len(read.answers), len(tls), len(keys[KeyUse.TLS])] == [1, 2, 2, 2]


def test_questions_without_a_body_need_no_batch(together: Together) -> None:
    together.offered("tra-cuu")

    assert ask(together.province, f"/r1/{HOTICH}/tra-cuu").status == 200


def test_keys_of_both_kinds_are_understood(together: Together) -> None:
    together.offered("dan-cu", owner=DANCU)

    assert ask(together.province, f"/r1/{DANCU}/dan-cu", verb="POST", body=b"x").status == 200


def test_the_nation_refuses_in_words_we_pass_on(together: Together) -> None:
    answer = ask(together.province, f"/r1/{HOTICH}/khong-co")

    assert answer.error == "server.serverproxy.unknown_service"


def test_the_province_asks_the_nation_over_soap(together: Together) -> None:
    together.offered("TraCuuHoTich", kind="SOAP", version="v1")
    together.world.services.headers = [("Content-Type", "text/xml; charset=UTF-8")]
    together.world.services.body = envelope(suffix="Response", body="<ten>Ánh</ten>")

    headers = [("Content-Type", "text/xml; charset=UTF-8"), ("SOAPAction", '""')]
    answer = ask(
        together.province, "/", verb="POST", headers=headers, client=None, body=envelope(body="<ma>1</ma>")
    )

    assert answer.status == 200, answer.body
    assert "Ánh".encode() in answer.body


def test_the_nation_asks_the_province(together: Together) -> None:
    service_id = services.register_rest(
        subsystem_id=subsystem(TINHSO), code="ho-so", title="Hồ sơ", url=together.service, by=SYSTEM, at=now()
    )
    services.enable(service_id=service_id, by=SYSTEM, at=now())
    services.allow(service_id=service_id, kind=SubjectKind.SUBSYSTEM, subject=HOTICH, by=SYSTEM, at=now())
    together.world.caught_up(together.province)

    answer = ask_nation(together, f"/r1/{TINHSO}/ho-so/12", b"noi dung")

    assert answer.status == 200, answer.body
    assert together.world.services.calls[-1].body == b"noi dung"
    assert [row["side"] for row in rows(together.province)] == ["service", "service"]


def test_the_nation_reads_what_the_province_offers(together: Together) -> None:
    listed = ask_nation(together, f"/r1/{TINHSO}/listMethods", None)

    assert listed.status == 200, listed.body
    assert listed.json() == {"service": []}


def ask_nation(together: Together, target: str, body: bytes | None) -> Answer:
    """As an information system of the civil status register would."""
    connected = http.client.HTTPConnection("127.0.0.1", together.nation_port, timeout=WITHIN_SECONDS)
    headers = {"X-Road-Client": HOTICH, "Content-Type": "text/plain"}
    connected.request("POST" if body else "GET", target, body=body, headers=headers)
    answer = connected.getresponse()
    return Answer(answer.status, answer.getheaders(), answer.read())
