"""Parts between servers: in their order, bounded, whatever a peer sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.gateway import soap_messages, transport
from tinhso.exchange.keeping.spool import Spool, Spooled
from tinhso.exchange.protocol import parts
from tinhso.exchange.protocol.faults import Fault

BOUNDARY = "xr" + "0" * 32
SIGNED = Signed(b"<sig/>", b"<result/>", b"<chain/>")
HEAD = b"GET\r\n/r1/A/B/C/D/e\r\nX-Road-Client:A/B/C/D\r\n"


def spool(folder: Path) -> Spool:
    return Spool(folder, most_bytes=1_000_000, in_memory=1_000)


async def chunks(data: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def read(data: bytes, folder: Path, size: int = 7) -> transport.Received:
    receiving = transport.Receiving(BOUNDARY, lambda _head: spool(folder))
    return asyncio.run(receiving.read(chunks(data, size)))


def message(body: bytes | None = b"noi dung", ocsp: tuple[bytes, ...] = (b"o1", b"o2")) -> bytes:
    made = transport.opening(BOUNDARY, ocsp=ocsp, head_type=transport.REQUEST, head=HEAD)
    if body is not None:
        made += transport.body_begin(BOUNDARY) + body + parts.part_end
    return made + transport.ending(BOUNDARY, SIGNED)


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_t71_what_is_written_is_read(tmp_path: Path, size: int) -> None:
    received = read(message(), tmp_path, size)

    assert (received.ocsp, received.head, received.body) == ([b"o1", b"o2"], HEAD, b"noi dung")
    assert received.signed == SIGNED


def test_long_bodies_lie_in_files(tmp_path: Path) -> None:
    received = read(message(b"x" * 5_000), tmp_path, 100)

    assert isinstance(received.body, Spooled)
    assert b"".join(received.body.pieces()) == b"x" * 5_000


def test_t71_parts_out_of_order_are_refused(tmp_path: Path) -> None:
    late = transport.part(BOUNDARY, transport.OCSP, b"o")
    head = transport.part(BOUNDARY, transport.REQUEST, HEAD)
    signature = transport.part(BOUNDARY, transport.SIGNATURE, b"s")
    body = transport.part(BOUNDARY, transport.REST_BODY, b"b")
    for given_parts in (
        (head, late),
        (body, head),
        (head, head),
        (head, body, body),
        (head, signature, body),
    ):
        with pytest.raises(Fault):
            read(b"".join(given_parts) + parts.closing(BOUNDARY), tmp_path)


def test_t71_a_message_without_its_signature_is_told_by_name(tmp_path: Path) -> None:
    head = transport.part(BOUNDARY, transport.REQUEST, HEAD)

    received = read(head + parts.closing(BOUNDARY), tmp_path)

    with pytest.raises(Fault, match="missing_signature"):
        _ = received.signed


def test_t71_a_fault_may_stand_in_the_signatures_place(tmp_path: Path) -> None:
    fault = b"<error><type>server.x</type><message>m</message><detail>d</detail></error>"
    head = transport.part(BOUNDARY, transport.RESPONSE, b"200\r\nOK\r\n")

    received = read(head + transport.fault_ending(BOUNDARY, fault), tmp_path)

    assert received.fault is not None
    assert received.fault.within("server.clientproxy").code == "server.x"


def test_nothing_is_left_behind_of_a_message_that_was_cut(tmp_path: Path) -> None:
    with pytest.raises(Fault):
        read(message(b"x" * 900_000)[:600_000], tmp_path, 65_536)

    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    whole = message()
    at = data.draw(st.integers(0, len(whole) - 1))
    spoilt = whole[:at] + data.draw(st.binary(max_size=20)) + whole[at + data.draw(st.integers(0, 30)) :]
    with suppress(Fault):
        read(spoilt, tmp_path, data.draw(st.integers(1, 300)))


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_soap_bytes_are_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    attached = soap_messages.Attachment((("Content-Type", "a/b"),), b"tep", b"d" * 64)
    sent = soap_messages.SoapMessage(transport.XML, b"<e/>", (), [attached])

    async def written() -> bytes:
        flow = soap_messages.between_servers(sent, BOUNDARY, ocsp=[b"o"], signed=SIGNED)
        return b"".join([piece async for piece in flow])

    whole = asyncio.run(written())
    at = data.draw(st.integers(0, len(whole) - 1))
    spoilt = whole[:at] + data.draw(st.binary(max_size=20)) + whole[at + data.draw(st.integers(0, 30)) :]
    receiving = soap_messages.SoapReceiving(BOUNDARY, transport.XML, lambda: spool(tmp_path))
    with suppress(Fault):
        asyncio.run(receiving.read(chunks(spoilt, data.draw(st.integers(1, 300)))))


def test_soap_attachments_survive_the_way(tmp_path: Path) -> None:
    attached = soap_messages.Attachment((("Content-Type", "a/b"), ("Content-ID", "<1>")), b"tep", b"d" * 64)
    sent = soap_messages.SoapMessage(transport.XML, b"<e/>", (), [attached])

    async def round_trip() -> soap_messages.SoapReceived:
        flow = soap_messages.between_servers(sent, BOUNDARY, ocsp=[], signed=SIGNED)
        receiving = soap_messages.SoapReceiving(BOUNDARY, transport.XML, lambda: spool(tmp_path))
        return await receiving.read(flow)

    received = asyncio.run(round_trip())

    (back,) = received.message.attachments
    assert (received.message.envelope, back.body, back.headers) == (b"<e/>", b"tep", attached.headers)
    assert received.signed == SIGNED
