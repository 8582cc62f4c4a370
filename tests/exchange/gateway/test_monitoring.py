"""Operational monitoring: what both sides keep of an exchange (§15)."""

from __future__ import annotations

import socket
import struct
import time
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from tests.exchange.gateway.asking import ask
from tests.exchange.gateway.test_soap import envelope as soap_envelope
from tests.exchange.gateway.test_soap import soap_service, with_attachments
from tests.exchange.gateway.world import HOTICH, PROVINCE, TINHSO, Side, World, url_of
from tests.support.waiting import WITHIN_SECONDS, until
from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.gateway import consumer, reporting
from tinhso.exchange.keeping import monitor
from tinhso.exchange.protocol import monitoring

__all__ = ["soap_service"]

pytestmark = pytest.mark.django_db(transaction=True)
TRA_CUU = f"/r1/{HOTICH}/tra-cuu"
OM = f"{{{monitoring.NAMESPACE}}}"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records are written soon, and told as soon as they are written."""
    monkeypatch.setattr(monitor, "PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(reporting, "AVAILABLE_AFTER", timedelta(seconds=-60))


def kept(side: Side, count: int) -> list[dict[str, Any]]:
    """The records of a side, once there are so many."""
    ends = time.monotonic() + WITHIN_SECONDS
    while True:
        with psycopg.connect(url_of(side.database), row_factory=psycopg.rows.dict_row) as asked:
            found = asked.execute("SELECT * FROM exchange_monitored ORDER BY id").fetchall()
        if len(found) >= count:
            assert len(found) == count
            return found
        assert time.monotonic() < ends, found
        time.sleep(0.02)


def test_both_sides_keep_what_a_rest_exchange_was_like(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    answer = ask(
        province,
        f"{TRA_CUU}/nguoi/c%C3%B4ng?so=1",
        verb="POST",
        body=b'{"so":"1"}',
        headers=[
            ("X-Road-Id", "m-1"),
            ("X-Road-UserId", "VN079"),
            ("X-Road-Issue", "H01-7"),
            ("X-Road-Represented-Party", "COM/MST1"),
        ],
    )
    assert answer.status == 200, answer.body

    (asked,), (served,) = kept(province, 1), kept(nation, 1)
    same = {
        "client": TINHSO,
        "provider": HOTICH,
        "service_code": "tra-cuu",
        "service_version": "",
        "rest_method": "POST",
        "protocol_version": "1",
        "software": "7.8.0",
        "message_id": "m-1",
        "user_id": "VN079",
        "issue": "H01-7",
        "party_class": "COM",
        "party_code": "MST1",
        "client_address": "127.0.0.1",
        "provider_address": "127.0.0.1",
        "succeeded": True,
        "status": 200,
        "fault_code": "",
        "fault_string": "",
        "service_type": "REST",
        "request_mime_size": None,
        "response_attachments": None,
    }
    for one in (asked, served):
        assert {name: one[name] for name in same} == same
        assert one["request_in"] <= one["request_out"] <= one["response_in"] <= one["response_out"]
        assert one["own_address"]
    assert (asked["side"], served["side"]) == ("client", "service")
    assert (asked["rest_path"], served["rest_path"]) == ("", "/nguoi/công")
    assert asked["request_id"] == served["request_id"] == answer.header("x-road-request-id")
    with psycopg.connect(url_of(nation.database)) as log:
        rows = log.execute("SELECT octet_length(head), size FROM exchange_message ORDER BY id").fetchall()
    sizes = [sum(row) for row in rows]
    assert [[one["request_size"], one["response_size"]] for one in (asked, served)] == [sizes, sizes]


def test_no_more_is_kept_of_a_path_than_the_log_keeps(world: World, province: Side, nation: Side) -> None:
    rules = [{"in": "path", "as": "regex", "pattern": "[0-9]{12}"}]
    world.offer(nation, HOTICH, "mo", to=[TINHSO], body_log=BodyLog.FULL)
    world.offer(nation, HOTICH, "che", to=[TINHSO], body_log=BodyLog.MASKED, masks=rules)
    world.offer(nation, HOTICH, "it", to=[TINHSO], body_log=BodyLog.METADATA)
    world.offer(nation, HOTICH, "tu-choi", to=[], body_log=BodyLog.MASKED, masks=rules)

    codes = ("mo", "che", "it", "tu-choi")
    told = [ask(province, f"/r1/{HOTICH}/{code}/nguoi/%3079123456789").status for code in codes]

    assert told == [200, 200, 200, 500]
    paths = {one["service_code"]: one["rest_path"] for one in kept(nation, 4)}
    assert paths == {"mo": "/nguoi/079123456789", "che": "/nguoi/***", "it": "", "tu-choi": ""}
    with psycopg.connect(url_of(nation.database)) as log:
        heads = log.execute(
            "SELECT head FROM exchange_message WHERE service LIKE %s AND NOT response", (f"{HOTICH}/che",)
        ).fetchall()
    assert b"/nguoi/***" in bytes(heads[0][0])
    assert b"79123456789" not in bytes(heads[0][0])


def test_what_fails_is_kept_with_its_fault_on_the_side_that_knows_of_it(
    world: World, province: Side, nation: Side
) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[])
    world.offer(nation, HOTICH, "hong", to=[TINHSO], url="http://127.0.0.1:9/")

    denied = ask(province, TRA_CUU)
    broken = ask(province, f"/r1/{HOTICH}/hong")
    nobody = ask(province, TRA_CUU, client=f"{PROVINCE}/KHAC")

    assert [one.error for one in (denied, broken, nobody)] == [
        "server.serverproxy.access_denied",
        "server.serverproxy.network_error",
        "server.clientproxy.unknown_member",
    ]
    asked, served = kept(province, 3), kept(nation, 2)
    assert [one["fault_code"] for one in asked] == [one.error for one in (denied, broken, nobody)]
    assert [one["fault_code"] for one in served] == [denied.error, broken.error]
    assert not any(one["succeeded"] for one in (*asked, *served))
    assert all(one["fault_string"] for one in (*asked, *served))
    assert [one["request_out"] is None for one in asked] == [False, False, True]
    assert [one["request_out"] is None for one in served] == [True, False]


def test_a_status_from_400_on_is_no_success_and_no_fault(world: World, province: Side, nation: Side) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    world.services.status = 404

    assert ask(province, TRA_CUU).status == 404

    for (one,) in (kept(province, 1), kept(nation, 1)):
        assert (one["succeeded"], one["status"], one["fault_code"]) == (False, 404, "")


def test_an_answer_that_breaks_off_is_a_failure_on_both_sides(
    world: World, province: Side, nation: Side
) -> None:
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    world.services.pieces = [bytes(200_000)] * 4
    world.services.break_off = True

    answer = ask(province, TRA_CUU)

    assert answer.error == "server.serverproxy.io_error"
    for (one,) in (kept(province, 1), kept(nation, 1)):
        assert (one["succeeded"], one["fault_code"]) == (False, answer.error)


def test_an_information_system_that_leaves_is_a_failure_too(
    world: World, province: Side, nation: Side
) -> None:
    """It has closed its connection when the answer comes; the provider did all it was asked."""
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    world.services.pause = 2.0
    with socket.create_connection(("127.0.0.1", province.port)) as asking:
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        asking.sendall(f"GET {TRA_CUU} HTTP/1.1\r\nHost: x\r\nX-Road-Client: {TINHSO}\r\n\r\n".encode())
        assert until(lambda: world.services.calls)

    (asked,), (served,) = kept(province, 1), kept(nation, 1)
    assert (asked["succeeded"], asked["fault_code"]) == (False, "server.clientproxy.io_error")
    assert served["succeeded"]


def test_what_fails_within_us_is_kept_without_its_words(
    world: World, province: Side, nation: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_said: object, **_more: object) -> None:
        raise RuntimeError("mật khẩu của cơ sở dữ liệu")

    monkeypatch.setattr(consumer, "authenticate", broken)

    assert ask(province, TRA_CUU).status == 500

    (one,) = kept(province, 1)
    assert (one["fault_code"], one["fault_string"]) == (
        "server.clientproxy.internal_error",
        "The server failed",
    )


def test_metaservices_have_no_time_of_a_service(world: World, province: Side, nation: Side) -> None:
    assert ask(province, f"/r1/{HOTICH}/listMethods").status == 200

    (served,) = kept(nation, 1)
    assert (served["request_out"], served["response_in"]) == (served["request_in"], served["response_out"])
    assert (served["service_code"], served["succeeded"]) == ("listMethods", True)


def test_both_sides_keep_what_a_soap_exchange_was_like(
    soap_service: World, province: Side, nation: Side
) -> None:
    kind = 'multipart/related; type="text/xml"; boundary="ranh-gioi"'
    body = with_attachments(soap_envelope(body="<ma>1</ma>"), b"%PDF-1", b"%PDF-2")
    answer = ask(
        province,
        "/",
        verb="POST",
        client=None,
        body=body,
        headers=[("Content-Type", kind), ("SOAPAction", '""')],
    )
    assert answer.status == 200, answer.body

    for (one,) in (kept(province, 1), kept(nation, 1)):
        assert (one["client"], one["provider"]) == (TINHSO, HOTICH)
        assert (one["service_code"], one["service_version"]) == ("TraCuuHoTich", "v1")
        assert (one["service_type"], one["protocol_version"], one["message_id"]) == ("WSDL", "4.0", "id-9")
        assert (one["request_size"], one["request_attachments"]) == (
            len(soap_envelope(body="<ma>1</ma>")),
            2,
        )
        assert one["request_mime_size"] == len(body)
        assert (one["response_size"], one["response_attachments"]) == (len(answer.body), 0)
        assert (one["response_mime_size"], one["status"], one["succeeded"]) == (None, None, True)
        assert one["request_in"] <= one["request_out"] <= one["response_in"] <= one["response_out"]


def test_a_node_tells_what_it_kept_and_what_it_lost(world: World, province: Side, nation: Side) -> None:
    assert ask(province, f"/r1/{HOTICH}/listMethods").status == 200
    kept(province, 1)

    port = province.gateway.operators_port
    health = ask(province, "/health", client=None, port=port).json()
    figures = ask(province, "/metrics", client=None, port=port).body.decode()

    assert health["monitoring"] == {"kept": 1, "waiting": 0, "lost": 0}
    assert 'tinhso_exchange_monitored{state="kept"} 1.0' in figures
    assert 'tinhso_exchange_monitored{state="lost"} 0.0' in figures
