"""The two services by which a server tells of its exchanges: to whom, what, and where to go on (§15)."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha512
from typing import Any

import psycopg
import pytest
from lxml import etree

from tests.exchange.gateway.asking import Answer, ask
from tests.exchange.gateway.test_monitoring import TRA_CUU, kept
from tests.exchange.gateway.world import HOTICH, PROVINCE, TINHSO, Side, World, now, url_of
from tests.exchange.protocol.monitored import criteria, ids, question
from tinhso.exchange.gateway import reporting
from tinhso.exchange.keeping import monitor
from tinhso.exchange.protocol import monitoring
from tinhso.exchange.protocol.identifiers import parse_client

pytestmark = pytest.mark.django_db(transaction=True)
OM = f"{{{monitoring.NAMESPACE}}}"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records are written soon, and told as soon as they are written."""
    monkeypatch.setattr(monitor, "PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(reporting, "AVAILABLE_AFTER", timedelta(seconds=-60))


def told(answer: Answer) -> tuple[etree._Element, list[dict[str, Any]]]:
    """The envelope of an answer, and the records that came with it."""
    assert answer.status == 200, answer.body
    kind = answer.header("Content-Type") or ""
    match = re.search(r'boundary="([^"]+)"', kind)
    assert match, kind
    first, second = answer.body.split(f"--{match[1]}".encode())[1:3]
    head, _, packed = second.partition(b"\r\n\r\n")
    assert b"Content-Type: application/gzip" in head
    assert f"Content-ID: <{monitoring.ATTACHMENT}>".encode() in head
    envelope = etree.fromstring(first.partition(b"\r\n\r\n")[2])
    records = json.loads(gzip.decompress(packed.removesuffix(b"\r\n")))["records"]
    assert (envelope.findtext(f".//{OM}recordsCount"), envelope.findtext(f".//{OM}records")) == (
        str(len(records)),
        f"cid:{monitoring.ATTACHMENT}",
    )
    return envelope, records


@pytest.fixture
def asks(world: World, province: Side, nation: Side) -> Callable[..., Answer]:
    """The nation's register asks the province's server. Three exchanges went before, one of them with it."""
    world.offer(nation, HOTICH, "tra-cuu", to=[TINHSO])
    assert ask(province, TRA_CUU, headers=[("X-Road-Id", "m-1")]).status == 200
    for _each in range(2):
        assert ask(province, f"/r1/{PROVINCE}/KHAC/x").status == 500
    kept(province, 3)

    def asking(inside: str, code: str = monitoring.OPERATIONAL, **options: Any) -> Answer:
        headers = [("Content-Type", "text/xml; charset=UTF-8"), ("SOAPAction", '""')]
        body = question(code, inside, **options)
        return ask(nation, "/", verb="POST", client=None, headers=headers, body=body)

    return asking


def test_a_client_reads_of_the_exchanges_in_which_it_took_part(asks: Callable[..., Answer]) -> None:
    _envelope, records = told(asks(criteria()))

    (one,) = records
    assert set(one) <= set(monitoring.FIELDS)
    assert "securityServerInternalIp" not in one
    expected = {
        "securityServerType": "Client",
        "messageId": "m-1",
        "succeeded": True,
        "statusCode": 200,
        "clientXRoadInstance": "VN-DEMO",
        "clientMemberClass": "GOV",
        "clientMemberCode": "H01",
        "clientSubsystemCode": "TINHSO",
        "serviceXRoadInstance": "VN-DEMO",
        "serviceMemberClass": "GOV",
        "serviceMemberCode": "BTP",
        "serviceSubsystemCode": "HOTICH",
        "serviceCode": "tra-cuu",
        "restMethod": "GET",
        "serviceType": "REST",
        "xRoadVersion": "7.8.0",
    }
    assert {name: one[name] for name in expected} == expected
    assert abs(one["monitoringDataTs"] - now().timestamp()) < 60


def test_the_monitoring_client_reads_of_all(
    asks: Callable[..., Answer], province: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(province.gateway.node.reporting, "_monitors", frozenset({HOTICH}))

    _envelope, records = told(asks(criteria()))

    assert [one["succeeded"] for one in records[:3]] == [True, False, False]
    assert all(one["securityServerInternalIp"] for one in records)


def test_the_servers_owner_reads_of_all(province: Side) -> None:
    """A member as such asks through another server of its own; that none of ours registers it is our rule."""
    told_by, snapshot = province.gateway.node.reporting, province.gateway.follower.snapshot

    sees = {
        client: told_by._sees_all(parse_client(client), snapshot) for client in (PROVINCE, TINHSO, HOTICH)
    }

    assert sees == {PROVINCE: True, TINHSO: False, HOTICH: False}


def test_fields_and_provider_may_be_chosen(asks: Callable[..., Answer]) -> None:
    of_register = f'<om:client id:objectType="SUBSYSTEM">{ids(HOTICH)}</om:client>'
    of_province = f'<om:client id:objectType="SUBSYSTEM">{ids(TINHSO)}</om:client>'
    fields = ("messageId", "faultCode")

    assert told(asks(criteria(more=of_register, fields=fields)))[1] == [{"messageId": "m-1"}]
    assert told(asks(criteria(more=of_province)))[1] == []


def test_the_answer_is_of_this_question_and_stands_in_the_log(
    asks: Callable[..., Answer], province: Side
) -> None:
    inside = criteria()
    answer = asks(inside)

    expected = b64encode(sha512(question(monitoring.OPERATIONAL, inside)).digest()).decode()
    assert f">{expected}</" in answer.body.decode("latin-1")
    with psycopg.connect(url_of(province.database)) as log:
        service = f"{PROVINCE}/{monitoring.OPERATIONAL}"
        found = log.execute(
            "SELECT side, response FROM exchange_message WHERE service = %s ORDER BY id", [service]
        ).fetchall()
    assert found == [("service", False), ("service", True)]


def test_a_period_that_reaches_into_the_present_says_where_to_go_on(
    asks: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    envelope, records = told(asks(criteria(ends=int(now().timestamp()) + 10_000)))
    following = int(envelope.findtext(f".//{OM}nextRecordsFrom") or 0)
    assert abs(following - now().timestamp() - 60) < 30
    assert len(records) == 1

    monkeypatch.setattr(reporting, "AVAILABLE_AFTER", timedelta(seconds=600))
    late = asks(criteria(int(now().timestamp()) - 300))
    assert (late.status, late.error) == (500, "client.invalid_request")
    assert b"not available" in late.body


def test_only_the_owner_of_the_server_has_these_services(asks: Callable[..., Answer]) -> None:
    answer = asks(criteria(), owner=TINHSO)

    assert answer.error == "server.serverproxy.unknown_service"


def test_health_tells_how_services_fare(world: World, province: Side, nation: Side) -> None:
    """The province's service answers twice and fails once; its data owner and the caller read of it."""
    world.offer(province, TINHSO, "ho-so", to=[HOTICH])
    for status in (200, 200, 500):
        world.services.status = status
        assert ask(nation, f"/r1/{TINHSO}/ho-so", client=HOTICH).status == status
    served = kept(province, 3)

    headers = [("Content-Type", "text/xml; charset=UTF-8"), ("SOAPAction", '""')]
    body = question(monitoring.HEALTH, "")
    answer = ask(nation, "/", verb="POST", client=None, headers=headers, body=body)

    assert answer.status == 200, answer.body
    envelope = etree.fromstring(answer.body)
    assert envelope.findtext(f".//{OM}statisticsPeriodSeconds") == "600"
    since = int(envelope.findtext(f".//{OM}monitoringStartupTimestamp") or 0)
    assert 0 < served[0]["request_in"] - since < 60_000
    (event,) = envelope.iter(f"{OM}serviceEvents")
    durations = [one["response_out"] - one["request_in"] for one in served[:2]]
    found = {each.tag.removeprefix(OM): each.text for each in event.iter()}
    assert found["lastSuccessfulRequestTimestamp"] == str(max(one["response_out"] for one in served[:2]))
    assert found["lastUnsuccessfulRequestTimestamp"] == str(served[2]["response_out"])
    assert (found["successfulRequestCount"], found["unsuccessfulRequestCount"]) == ("2", "1")
    assert (found["requestMinDuration"], found["requestMaxDuration"]) == (
        str(min(durations)),
        str(max(durations)),
    )
    assert float(found["requestAverageSize"] or 0) == served[0]["request_size"]
    assert found["responseSizeStdDev"] == "0.000"
    assert found["serviceType"] == "REST"
    assert [each.text for each in event.iter() if "serviceCode" in each.tag] == ["ho-so"]

    other = f'<om:client id:objectType="SUBSYSTEM">{ids(HOTICH)}</om:client>'
    body = question(monitoring.HEALTH, f"<om:filterCriteria>{other}</om:filterCriteria>")
    none = ask(nation, "/", verb="POST", client=None, headers=headers, body=body)
    assert none.status == 200
    assert not list(etree.fromstring(none.body).iter(f"{OM}serviceEvents"))
