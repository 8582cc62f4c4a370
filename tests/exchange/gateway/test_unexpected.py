"""A failure that nobody foresaw is told as the exchange's own, and its log says why."""

from __future__ import annotations

import socket

import pytest

from tests.exchange.gateway.asking import ask
from tests.exchange.gateway.world import HOTICH, TINHSO, Side, World, rows
from tests.support.waiting import WITHIN_SECONDS
from tinhso.exchange.gateway import doors
from tinhso.exchange.keeping.records import Record
from tinhso.exchange.protocol import faults
from tinhso.exchange.protocol.faults import read_fault

pytestmark = pytest.mark.django_db(transaction=True)
TRA_CUU = f"/r1/{HOTICH}/tra-cuu"
SOAP = [("Content-Type", "text/xml; charset=UTF-8"), ("SOAPAction", '""')]
IDS = "<id:xRoadInstance>VN-DEMO</id:xRoadInstance><id:memberClass>GOV</id:memberClass>"
ENVELOPE = f"""<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:x="http://x-road.eu/xsd/xroad.xsd" xmlns:id="http://x-road.eu/xsd/identifiers"><e:Header>
<x:client id:objectType="SUBSYSTEM">{IDS}<id:memberCode>H01</id:memberCode>
<id:subsystemCode>TINHSO</id:subsystemCode></x:client>
<x:service id:objectType="SERVICE">{IDS}<id:memberCode>BTP</id:memberCode>
<id:subsystemCode>HOTICH</id:subsystemCode><id:serviceCode>listMethods</id:serviceCode></x:service>
<x:id>1</x:id><x:protocolVersion>4.0</x:protocolVersion></e:Header><e:Body><x:listMethods/></e:Body>
</e:Envelope>""".encode()


@pytest.fixture
def open_service(world: World, nation: Side) -> World:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    return world


class Broken(RuntimeError):
    """What no code expects."""


def breaks(side: Side, monkeypatch: pytest.MonkeyPatch, *, after: int = 0) -> None:
    """The log of that gateway fails in a way that it never should, `after` so many messages."""
    left, keep = [after], side.gateway.keeper.keep

    async def broken(record: Record) -> object:
        if not left[0]:
            raise Broken("hỏng")
        left[0] -= 1
        return await keep(record)

    monkeypatch.setattr(side.gateway.keeper, "keep", broken)


def told_in(caplog: pytest.LogCaptureFixture, detail: str) -> bool:
    """Whether the log holds the traceback under that detail."""
    return any(
        detail in each.getMessage() and each.exc_info is not None and each.exc_info[0] is Broken
        for each in caplog.records
    )


@pytest.mark.parametrize("after", [0, 1])
def test_a_consumer_that_breaks_says_so_in_both_protocols(
    open_service: World,
    province: Side,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    after: int,
) -> None:
    breaks(province, monkeypatch, after=after)
    rest = ask(province, TRA_CUU)
    monkeypatch.undo()
    breaks(province, monkeypatch, after=after)
    soap = ask(province, "/", verb="POST", client=None, headers=SOAP, body=ENVELOPE)

    assert (rest.status, rest.error) == (500, "server.clientproxy.internal_error")
    assert told_in(caplog, rest.json()["detail"])
    assert "hỏng" not in rest.body.decode(), "what broke is for the log, not for callers"
    fault = read_fault("text/xml", soap.body)
    assert soap.status == 500
    assert fault is not None
    assert fault.code == soap.error == "server.clientproxy.internal_error"
    assert told_in(caplog, fault.detail)


@pytest.mark.parametrize("after", [0, 1])
def test_a_provider_that_breaks_is_named_as_the_side_that_failed(
    open_service: World,
    province: Side,
    nation: Side,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    after: int,
) -> None:
    breaks(nation, monkeypatch, after=after)
    rest = ask(province, TRA_CUU)
    monkeypatch.undo()
    breaks(nation, monkeypatch, after=after)
    soap = ask(province, "/", verb="POST", client=None, headers=SOAP, body=ENVELOPE)

    assert (rest.status, rest.error) == (500, "server.serverproxy.internal_error")
    assert told_in(caplog, rest.json()["detail"])
    assert soap.error == "server.serverproxy.internal_error"
    assert [row["response"] for row in rows(province)] == [False, False], "no answer was logged"


def test_a_provider_that_breaks_in_the_middle_of_an_answer_says_so_in_the_signatures_place(
    open_service: World, province: Side, nation: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_service.services.body = bytes(1_000_000)
    breaks(nation, monkeypatch, after=1)

    answer = ask(province, TRA_CUU)

    assert (answer.status, answer.error) == (500, "server.serverproxy.internal_error")


def test_what_breaks_outside_of_messages_is_told_too(
    world: World, province: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> object:
        raise Broken

    monkeypatch.setattr(doors.metaservices, "listed", broken)
    world.publish()

    answer = ask(province, "/listClients", headers=[("Accept", "text/xml")])

    assert (answer.status, answer.error) == (500, "server.clientproxy.internal_error")
    assert b"<type>server.clientproxy.internal_error</type>" in answer.body


@pytest.mark.parametrize(
    "said",
    [
        b"GET /r1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /r1/a HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 10_000 + b"\r\n",
        b"POST /r1/VN-DEMO/GOV/BTP/HOTICH/tra-cuu HTTP/1.1\r\nHost: x\r\nX-Road-Client: "
        + TINHSO.encode()
        + b"\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["two lengths", "ten thousand headers", "a chunk without size"],
)
def test_what_the_wire_refuses_is_told_as_the_exchanges_own(
    open_service: World, province: Side, said: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", province.port), timeout=WITHIN_SECONDS) as peer:
        peer.sendall(said)
        head = b""
        while b"\r\n\r\n" not in head and (piece := peer.recv(65_536)):
            head += piece

    assert head.split(b" ")[1] in (b"400", b"431")
    assert b"\r\nX-Road-Error: client.bad_request\r\n" in head
    assert open_service.services.calls == []
    assert rows(province) == []
    assert doors.refusal(503) == [(faults.ERROR_HEADER, "server.clientproxy.internal_error")]


class Peer:
    """A request at the peers' port, as far as a door looks at it, and what it was answered."""

    verb, headers, answered = "GET", (), False

    async def answer(self, status: int, _reason: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.sent, self.body = status, headers, body


def test_a_peer_that_does_not_post_reads_a_soap_fault_as_of_every_refusal(
    world: World, province: Side, caplog: pytest.LogCaptureFixture
) -> None:
    peer = Peer()

    world.loop.do(province.gateway.doors.peer(peer))  # type: ignore[arg-type]

    fault = read_fault(peer.sent[0][1], peer.body)
    assert (peer.status, fault and fault.code) == (200, "client.invalid_http_method")
    assert [name for name, _value in peer.sent] == ["Content-Type"], "no header of REST"
    assert "provider: client.invalid_http_method" in caplog.text
