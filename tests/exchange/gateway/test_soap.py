"""SOAP 4.0 through both gateways, plain and with attachments."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode

import psycopg
import pytest

from tests.exchange.gateway.asking import Answer, ask
from tests.exchange.gateway.world import HOTICH, TINHSO, Side, World, now, rows, subsystem, url_of, using
from tinhso.exchange.contracts import BodyLog, SubjectKind
from tinhso.exchange.models import Service
from tinhso.exchange.operations import services
from tinhso.foundation.refs import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
WSDL = """<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
 xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xrd="http://x-road.eu/xsd/xroad.xsd">
 <wsdl:portType name="p"><wsdl:operation name="TraCuuHoTich">
  <wsdl:documentation><xrd:title>Tra cứu hộ tịch</xrd:title></wsdl:documentation></wsdl:operation>
 </wsdl:portType>
 <wsdl:binding name="b" type="p"><wsdl:operation name="TraCuuHoTich"><xrd:version>v1</xrd:version>
 </wsdl:operation></wsdl:binding>
 <wsdl:service name="s"><wsdl:port name="x" binding="b"><soap:address location="{url}"/></wsdl:port>
 </wsdl:service>
</wsdl:definitions>"""


def envelope(
    code: str = "TraCuuHoTich",
    version: str = "v1",
    *,
    body: str = "",
    suffix: str = "",
    message_id: str = "id-9",
) -> bytes:
    owner = dict(zip(("i", "c", "m", "s"), HOTICH.split("/"), strict=True))
    client = dict(zip(("i", "c", "m", "s"), TINHSO.split("/"), strict=True))

    def ids(of: dict[str, str]) -> str:
        return (
            f"<id:xRoadInstance>{of['i']}</id:xRoadInstance><id:memberClass>{of['c']}</id:memberClass>"
            f"<id:memberCode>{of['m']}</id:memberCode><id:subsystemCode>{of['s']}</id:subsystemCode>"
        )

    versioned = f"<id:serviceVersion>{version}</id:serviceVersion>" if version else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xrd="http://x-road.eu/xsd/xroad.xsd" xmlns:id="http://x-road.eu/xsd/identifiers">'
        f'<s:Header><xrd:client id:objectType="SUBSYSTEM">{ids(client)}</xrd:client>'
        f'<xrd:service id:objectType="SERVICE">{ids(owner)}<id:serviceCode>{code}</id:serviceCode>{versioned}'
        f"</xrd:service><xrd:userId>VN012345678901</xrd:userId><xrd:id>{message_id}</xrd:id>"
        "<xrd:protocolVersion>4.0</xrd:protocolVersion></s:Header>"
        f'<s:Body><v:{code}{suffix} xmlns:v="http://vxp.vn">{body}</v:{code}{suffix}></s:Body></s:Envelope>'
    ).encode()


@pytest.fixture
def soap_service(world: World, nation: Side) -> World:
    """The nation's SOAP service, which the province may call; it answers in the request's headers."""
    url = f"http://127.0.0.1:{world.service_port}/soap"
    with using(nation.database):
        (service_id,) = services.register_wsdl(
            subsystem_id=subsystem(HOTICH), description=WSDL.format(url=url), by=SYSTEM, at=now()
        )
        services.enable(service_id=service_id, by=SYSTEM, at=now())
        services.allow(service_id=service_id, kind=SubjectKind.SUBSYSTEM, subject=TINHSO, by=SYSTEM, at=now())
    world.caught_up(nation)
    world.services.headers = [("Content-Type", "text/xml; charset=UTF-8")]
    world.services.body = envelope(suffix="Response", body="<ten>Ánh</ten>")
    return world


def soap(
    side: Side, body: bytes, *, kind: str = "text/xml; charset=UTF-8", action: str | None = '""'
) -> Answer:
    headers = [("Content-Type", kind)] + ([("SOAPAction", action)] if action is not None else [])
    return ask(side, "/", verb="POST", headers=headers, client=None, body=body)


def test_t61_t62_a_soap_question_is_answered_with_its_headers(
    soap_service: World, province: Side, nation: Side
) -> None:
    asked = envelope(body="<ma>1</ma>")

    answer = soap(province, asked)

    assert answer.status == 200, answer.body
    assert "Ánh".encode() in answer.body
    expected = b64encode(hashlib.sha512(asked).digest()).decode()
    assert f">{expected}</" in answer.body.decode()
    (call,) = soap_service.services.calls
    assert (call.method, call.target, call.body) == ("POST", "/soap", asked)
    assert call.all("soapaction") == ['""']
    for side in (province, nation):
        request, response = rows(side)
        assert (request["message_id"], request["user_id"]) == ("id-9", "VN012345678901")
        assert request["head"] == asked
        assert response["head"] == answer.body
        assert request["request_id"] == response["request_id"]


def test_t62_a_changed_header_is_no_answer(soap_service: World, province: Side) -> None:
    soap_service.services.body = envelope(suffix="Response", message_id="khac")

    answer = soap(province, envelope())

    assert (answer.status, answer.error) == (500, "server.serverproxy.inconsistent_headers")


def test_t63_a_hash_that_the_service_set_is_replaced(soap_service: World, province: Side) -> None:
    forged = b'<xrd:requestHash algorithmId="x">gia</xrd:requestHash></s:Header>'
    soap_service.services.body = soap_service.services.body.replace(b"</s:Header>", forged)
    asked = envelope()

    answer = soap(province, asked)

    assert answer.status == 200, answer.body
    assert b"gia" not in answer.body


MULTIPART = 'multipart/related; type="text/xml"; boundary="ranh-gioi"'


def with_attachments(soap_part: bytes, *attachments: bytes, kind: str = "text/xml; charset=UTF-8") -> bytes:
    whole = b"--ranh-gioi\r\nContent-Type: " + kind.encode() + b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    whole += soap_part + b"\r\n"
    for number, one in enumerate(attachments):
        whole += (
            f"--ranh-gioi\r\nContent-Type: application/pdf\r\nContent-ID: <tep-{number}>\r\n\r\n".encode()
            + one
            + b"\r\n"
        )
    return whole + b"--ranh-gioi--\r\n"


@pytest.mark.parametrize("size", [10, 400_000])
def test_t63_t64_attachments_go_both_ways(
    soap_service: World, province: Side, nation: Side, size: int
) -> None:
    first, second = b"%PDF-1" * size, bytes(range(256))
    soap_service.services.headers = [("Content-Type", MULTIPART)]
    soap_service.services.body = with_attachments(soap_service.services.body, second, first)
    asked = envelope()

    answer = soap(province, with_attachments(asked, first, second), kind=MULTIPART)

    assert answer.status == 200, answer.body[:500]
    assert answer.header("content-type") == MULTIPART
    (call,) = soap_service.services.calls
    assert call.body == with_attachments(asked, first, second)
    assert b"<tep-1>" in answer.body
    assert second in answer.body
    expected = b64encode(hashlib.sha512(asked).digest()).decode()
    assert expected.encode() in answer.body, "the hash is of the first part alone"
    for row in rows(nation):
        assert row["more"]


def test_t65_a_fault_of_the_service_passes_in_its_own_words(soap_service: World, province: Side) -> None:
    soap_service.services.status, soap_service.services.reason = 500, "Loi"
    soap_service.services.body = (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault>'
        b"<faultcode>KhongTimThay</faultcode><faultstring>Khong co nguoi nay</faultstring>"
        b"<detail><faultDetail>abc</faultDetail></detail></s:Fault></s:Body></s:Envelope>"
    )

    answer = soap(province, envelope())

    assert answer.status == 500
    assert b"<faultcode>KhongTimThay</faultcode>" in answer.body
    assert b"<faultDetail>abc</faultDetail>" in answer.body


@pytest.mark.parametrize(
    ("action", "good"), [(None, True), ('""', True), ('"urn:x"', True), ("urn:x", False)]
)
def test_t66_actions_are_quoted_or_empty(
    soap_service: World, province: Side, action: str | None, *, good: bool
) -> None:
    answer = soap(province, envelope(), action=action)

    assert (answer.status == 200) is good
    if not good:
        assert answer.error == "client.invalid_soap_action"


def test_t36_rest_and_soap_are_not_mixed(soap_service: World, province: Side, nation: Side) -> None:
    soap_service.offer(nation, HOTICH, "rest", to=[TINHSO])

    over_rest = ask(province, f"/r1/{HOTICH}/TraCuuHoTich")
    over_soap = soap(province, envelope("rest", ""))

    assert over_rest.error == "server.serverproxy.unknown_service"
    assert over_soap.error == "server.serverproxy.service_type"


def test_a_soap_client_without_a_right_is_denied(soap_service: World, province: Side, nation: Side) -> None:
    with psycopg.connect(url_of(nation.database)) as server:
        server.execute("UPDATE exchange_right SET ended_at = now()")
    soap_service.caught_up(nation)

    assert soap(province, envelope()).error == "server.serverproxy.access_denied"
    assert soap(province, envelope(version="")).error == "server.serverproxy.unknown_service"
    assert soap_service.services.calls == []


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"<x/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>',
        envelope().replace(b"4.0", b"5.0"),
        envelope()[:-20],
    ],
)
def test_what_is_no_soap_is_refused_by_the_consumer(soap_service: World, province: Side, bad: bytes) -> None:
    answer = soap(province, bad)

    assert answer.status == 500
    assert (answer.error or "").startswith(("server.clientproxy.", "client."))
    assert rows(province) == []


def test_soap_metaservices_tell_what_there_is(soap_service: World, province: Side) -> None:
    listed = soap(province, envelope("listMethods", ""))
    allowed = soap(province, envelope("allowedMethods", ""))

    for answer in (listed, allowed):
        assert answer.status == 200, answer.body
        assert b"<id:serviceCode>TraCuuHoTich</id:serviceCode>" in answer.body


def test_get_wsdl_hides_the_real_address(soap_service: World, province: Side) -> None:
    body = (
        '<xrd:serviceCode xmlns:xrd="http://x-road.eu/xsd/xroad.xsd">TraCuuHoTich</xrd:serviceCode>'
        '<xrd:serviceVersion xmlns:xrd="http://x-road.eu/xsd/xroad.xsd">v1</xrd:serviceVersion>'
    )

    answer = soap(province, envelope("getWsdl", "", body=body))

    assert answer.status == 200, answer.body
    assert b"http://example.org/xroad-endpoint" in answer.body
    assert str(soap_service.service_port).encode() not in answer.body
    assert re.match("multipart/related", answer.header("content-type") or "")


def masking(world: World, nation: Side, rules: list[dict[str, str]]) -> None:
    """Let the nation keep its SOAP service's messages masked."""
    with using(nation.database):
        (service_id,) = Service.objects.values_list("id", flat=True)
        services.change(service_id=service_id, body_log=BodyLog.MASKED, masks=rules, by=SYSTEM, at=now())
    world.caught_up(nation)


def test_a_soap_message_is_kept_masked(soap_service: World, province: Side, nation: Side) -> None:
    masking(soap_service, nation, [{"in": "xml", "at": "//ma"}, {"in": "xml", "at": "//ten"}])

    answer = soap(province, envelope(body="<ma>079123456789</ma><loai>2</loai>"))

    assert "Ánh".encode() in answer.body, "the answer itself is whole"
    request, response = rows(nation)
    assert {row["mode"] for row in (request, response)} == {"masked"}
    assert b"079123456789" not in request["head"]
    assert b"<loai>2</loai>" in request["head"]
    assert "Ánh".encode() not in response["head"]
    assert rows(province)[1]["head"] == answer.body


def test_soap_that_cannot_be_masked_does_not_pass(soap_service: World, province: Side, nation: Side) -> None:
    masking(soap_service, nation, [{"in": "body", "at": "$.ma"}])

    answer = soap(province, envelope(body="<ma>079123456789</ma>"))

    assert b"server.serverproxy.logging_failed" in answer.body
    assert b"079123456789" not in answer.body
    assert soap_service.services.calls == []
    assert rows(nation) == []
