"""What a server tells of members and services (exchange protocol §6)."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.exchange.protocol.test_soap import HEADERS, SERVICE, message
from tinhso.exchange.protocol import metadata, soap
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import ClientId, ServiceId
from tinhso.exchange.protocol.metadata import Listed, Offered

LGSP = ClientId("XROADVN", "GOV", "TINHSO", "LGSP")
MEMBERS = [Listed(LGSP.member, "UBND tỉnh"), Listed(LGSP, "UBND tỉnh", "Trục <chia sẻ>")]
FIRMS = Offered(
    ServiceId(LGSP, "DKKD"),
    "OPENAPI",
    (("GET", "/v1/firms/*"), ("POST", "/v1/firms"), ("GET", "/v1/firms/*/owners")),
)
CIVIL = Offered(ServiceId(LGSP, "TraCuuHoTich", "v1"), "WSDL")


def test_t40_clients_as_json() -> None:
    kind, body = metadata.list_clients(MEMBERS, "text/plain, application/json;q=0.5")
    assert kind == "application/json"
    assert json.loads(body)["member"] == [
        {
            "id": {
                "object_type": "MEMBER",
                "xroad_instance": "XROADVN",
                "member_class": "GOV",
                "member_code": "TINHSO",
            },
            "name": "UBND tỉnh",
        },
        {
            "id": {
                "object_type": "SUBSYSTEM",
                "xroad_instance": "XROADVN",
                "member_class": "GOV",
                "member_code": "TINHSO",
                "subsystem_code": "LGSP",
            },
            "name": "UBND tỉnh",
            "subsystem_name": "Trục <chia sẻ>",
        },
    ]


@pytest.mark.parametrize("accept", [None, "", "text/xml", "*/*"])
def test_t40_clients_as_xml(accept: str | None) -> None:
    kind, body = metadata.list_clients(MEMBERS, accept)
    assert kind.startswith("text/xml")
    root = etree.fromstring(body)
    assert root.tag == f"{{{soap.XROAD}}}clientList"
    [member, subsystem] = root
    assert member[0].get(f"{{{soap.IDENTIFIERS}}}objectType") == "MEMBER"
    assert [each.text for each in member[0]] == ["XROADVN", "GOV", "TINHSO"]
    assert [each.text for each in subsystem[0]] == ["XROADVN", "GOV", "TINHSO", "LGSP"]
    assert subsystem.findtext(f"{{{soap.XROAD}}}subsystemName") == "Trục <chia sẻ>"


def test_t41_list_methods_shows_services_that_are_not_soap() -> None:
    assert json.loads(metadata.list_methods([FIRMS, CIVIL])) == {
        "service": [
            {
                "object_type": "SERVICE",
                "service_type": "OPENAPI",
                "xroad_instance": "XROADVN",
                "member_class": "GOV",
                "member_code": "TINHSO",
                "subsystem_code": "LGSP",
                "service_code": "DKKD",
                "endpoint_list": [
                    {"method": "GET", "path": "/v1/firms/*"},
                    {"method": "POST", "path": "/v1/firms"},
                    {"method": "GET", "path": "/v1/firms/*/owners"},
                ],
            }
        ]
    }


def test_t41_allowed_methods_by_the_right_that_is_held() -> None:
    assert metadata.allowed(FIRMS, []) is None
    assert metadata.allowed(FIRMS, [("*", "**")]) == FIRMS
    one = metadata.allowed(FIRMS, [("GET", "/v1/firms/*")])
    assert one is not None
    assert one.endpoints == (("GET", "/v1/firms/*"),)
    listed_nowhere = metadata.allowed(FIRMS, [("GET", "/v2/secret")])
    assert listed_nowhere is not None
    assert listed_nowhere.endpoints == ()
    every_get = metadata.allowed(FIRMS, [("get", "**")])
    assert every_get is not None
    assert every_get.endpoints == (("GET", "/v1/firms/*"), ("GET", "/v1/firms/*/owners"))


def test_t44_only_get_asks_the_server_itself() -> None:
    asked = ServiceId(LGSP, "listMethods")
    assert metadata.is_metaservice("GET", asked)
    assert not metadata.is_metaservice("POST", asked)
    assert not metadata.is_metaservice("GET", FIRMS.id)


OPENAPI = {
    "openapi": "3.0.3",
    "info": {"title": "Hộ tịch", "version": "1"},
    "servers": [{"url": "http://10.1.2.3:9000/secret"}],
    "paths": {
        "/a": {
            "servers": [{"url": "http://10.1.2.3/path"}],
            "get": {"servers": [{"url": "http://10.1.2.3/operation"}], "responses": {}},
        }
    },
}


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (json.dumps(OPENAPI).encode(), "application/json"),
        (json.dumps(OPENAPI).encode(), ""),
        (yaml.safe_dump(OPENAPI).encode(), "application/x-yaml"),
        (yaml.safe_dump(OPENAPI).encode(), ""),
    ],
    ids=["json", "json unnamed", "yaml", "yaml unnamed"],
)
def test_t42_the_real_address_does_not_leak(raw: bytes, content_type: str) -> None:
    made = metadata.open_api(raw, content_type, "/r1/XROADVN/GOV/TINHSO/LGSP/DKKD")
    assert b"10.1.2.3" not in made
    said = yaml.safe_load(made)
    assert said["servers"] == [{"url": "/r1/XROADVN/GOV/TINHSO/LGSP/DKKD"}]
    assert said["paths"]["/a"]["get"] == {"responses": {}}
    assert said["info"]["title"] == "Hộ tịch"


BILLION = b"openapi: 3.0.0\na: &a [x]\n" + b"".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n".encode() for n in range(9)
)


@pytest.mark.parametrize(
    "raw",
    [
        *(b"", b"[]", b"{}", b'{"openapi":"2.0"}', b"swagger: '2.0'", b"{", b"a: [", b"\xff\xfe", BILLION),
        *(
            b"openapi: 3.0.0\nx: !!python/object/apply:os.system [ls]",
            b'{"openapi":"3.0.0"' + b'{"a":' * 5000,
        ),
        *(b"openapi: 4.0.0", b"[" * 5000, b"- " * 2000, b"openapi: 3.0.0\nx: " + b"[" * 3000),
    ],
    ids=lambda raw: repr(raw[:30]),
)
def test_t42_a_description_that_is_none_is_an_internal_error(raw: bytes) -> None:
    with pytest.raises(Fault) as caught:
        metadata.read_open_api(raw)
    assert caught.value.code == "internal_error"


def test_a_description_too_long_to_read_is_refused() -> None:
    with pytest.raises(Fault):
        metadata.read_open_api(b'{"openapi":"3.0.0"}' + b" " * metadata.MOST_DESCRIPTION)


WSDL = """<?xml version="1.0"?><w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/"
 xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"><w:service name="s"><w:port>
 <soap:address location="http://10.1.2.3/a?b&amp;c"/></w:port><w:port>
 <soap:address location = '{}' /></w:port>
 <!-- <soap:address location="http://stays"/> --></w:service></w:definitions>"""


def test_the_address_in_a_wsdl_is_replaced_and_nothing_else_moves() -> None:
    made = metadata.wsdl(WSDL.format("https://10.1.2.3/").encode()).decode()
    assert "10.1.2.3" not in made
    assert made.count('"http://example.org/xroad-endpoint"') == 1
    assert made.count("'http://example.org/xroad-endpoint'") == 1
    assert made.replace("http://example.org/xroad-endpoint", "") == WSDL.format("").replace(
        "http://10.1.2.3/a?b&amp;c", ""
    )


@pytest.mark.parametrize("raw", [b"", b"x", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"<a>"])
def test_a_wsdl_that_is_not_xml_is_an_internal_error(raw: bytes) -> None:
    with pytest.raises(Fault, match="internal_error"):
        metadata.wsdl(raw)


def asked(code: str) -> bytes:
    service = SERVICE.replace("TraCuuHoTich", code).replace("<id:serviceVersion>v1</id:serviceVersion>", "")
    headers = [service if each == SERVICE else each for each in HEADERS]
    return message(*headers, body=f'<xrd:{code} xmlns:xrd="{soap.XROAD}"/>')


@pytest.mark.parametrize("code", ["listMethods", "allowedMethods"])
def test_soap_lists_soap_services_and_repeats_the_headers(code: str) -> None:
    request = asked(code)
    answer = metadata.soap_methods(request, "text/xml", [FIRMS, CIVIL])
    envelope = soap.read_envelope(answer)
    assert envelope.body_name == f"{code}Response"
    soap.check_same_headers(soap.read_envelope(request), envelope)
    [service] = etree.fromstring(answer).iter(f"{{{soap.XROAD}}}{code}Response")
    assert [each.text for each in service[0]] == ["XROADVN", "GOV", "TINHSO", "LGSP", "TraCuuHoTich", "v1"]


@pytest.mark.parametrize("prefix", ["", "soapenv:"])
def test_a_soap_answer_keeps_the_prefixes_of_its_request(prefix: str) -> None:
    request = asked("getWsdl").replace(b"s:", prefix.encode())
    request = request.replace(b"xmln" + prefix.encode(), b"xmlns:").replace(b"xmlns:=", b"xmlns=")
    request = request.replace(b"xmlns:s=", b"xmlns=" if not prefix else b"xmlns:soapenv=")
    envelope = soap.read_envelope(metadata.soap_wsdl(request, "text/xml"))
    assert envelope.body_name == "getWsdlResponse"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_description_or_a_fault(raw: bytes) -> None:
    for read in (metadata.read_open_api, metadata.wsdl):
        try:
            read(raw)
        except Fault:
            continue
