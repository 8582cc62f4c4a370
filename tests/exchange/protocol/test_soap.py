"""SOAP 4.0: headers, hash, answers that repeat their request, and XML that attacks (exchange protocol §8)."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tinhso.exchange.protocol import soap
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import ClientId, ServerId, ServiceId
from tinhso.exchange.protocol.soap import read_envelope, with_request_hash

CLIENT = """<xrd:client id:objectType="SUBSYSTEM"><id:xRoadInstance>XROADVN</id:xRoadInstance>
  <id:memberClass>GOV</id:memberClass><id:memberCode>TEST235</id:memberCode>
  <id:subsystemCode>HATEST</id:subsystemCode></xrd:client>"""
SERVICE = """<xrd:service id:objectType="SERVICE"><id:xRoadInstance>XROADVN</id:xRoadInstance>
  <id:memberClass>GOV</id:memberClass><id:memberCode>TINHSO</id:memberCode>
  <id:subsystemCode>LGSP</id:subsystemCode><id:serviceCode>TraCuuHoTich</id:serviceCode>
  <id:serviceVersion>v1</id:serviceVersion></xrd:service>"""
ID = "<xrd:id>fa2e18a5</xrd:id>"
USER = "<xrd:userId>VN079</xrd:userId>"
VERSION = "<xrd:protocolVersion>4.0</xrd:protocolVersion>"
HEADERS = (CLIENT, SERVICE, ID, USER, VERSION)
BODY = '<vxp:TraCuuHoTich xmlns:vxp="http://vxp.vn"><so>Hà Tiên</so></vxp:TraCuuHoTich>'
ANSWER = '<vxp:TraCuuHoTichResponse xmlns:vxp="http://vxp.vn"/>'


def message(*headers: str, body: str = BODY) -> bytes:
    said = "".join(headers or HEADERS)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xrd="{soap.XROAD}" '
        f'xmlns:id="{soap.IDENTIFIERS}"><s:Header>{said}</s:Header><s:Body>{body}</s:Body></s:Envelope>'
    ).encode()


def without(header: str) -> tuple[str, ...]:
    return tuple(each for each in HEADERS if each != header)


def test_t61_the_identifiers_that_were_seen_in_the_field() -> None:
    envelope = read_envelope(message(), "text/xml; charset=UTF-8")
    assert envelope.client == ClientId("XROADVN", "GOV", "TEST235", "HATEST")
    assert envelope.service == ServiceId(ClientId("XROADVN", "GOV", "TINHSO", "LGSP"), "TraCuuHoTich", "v1")
    assert (envelope.id, envelope.user_id, envelope.issue) == ("fa2e18a5", "VN079", "")
    assert (envelope.protocol_version, envelope.body_name) == ("4.0", "TraCuuHoTich")
    assert (envelope.request_hash, envelope.fault) == ("", None)
    assert [each.name.rpartition("}")[2] for each in envelope.headers] == [
        *("client", "service", "id", "userId", "protocolVersion")
    ]


def test_server_and_represented_party_are_read() -> None:
    server = (
        '<xrd:securityServer id:objectType="SERVER"><id:xRoadInstance>X</id:xRoadInstance><id:memberClass>GOV'
        "</id:memberClass><id:memberCode>M</id:memberCode><id:serverCode>S1</id:serverCode></xrd:securityServer>"
    )
    party = (
        f'<r:representedParty xmlns:r="{soap.REPRESENTATION}"><r:partyClass>GOV</r:partyClass>'
        "<r:partyCode>H01</r:partyCode></r:representedParty>"
    )
    envelope = read_envelope(message(*HEADERS, server, party))
    assert envelope.security_server == ServerId("X", "GOV", "M", "S1")
    assert envelope.represented_party == ("GOV", "H01")


def test_t62_headers_are_repeated_in_order_whatever_their_prefix() -> None:
    request = read_envelope(message())
    renamed = message(body=ANSWER).replace(b"xrd:", b"q:").replace(b"xmlns:xrd", b"xmlns:q")
    soap.check_same_headers(request, read_envelope(renamed))
    hashed = with_request_hash(message(body=ANSWER), "abc")
    soap.check_same_headers(request, read_envelope(hashed))


@pytest.mark.parametrize(
    "headers",
    [
        (CLIENT, SERVICE, "<xrd:id>other</xrd:id>", USER, VERSION),
        (SERVICE, CLIENT, ID, USER, VERSION),
        (CLIENT, SERVICE, ID, VERSION),
        (CLIENT, SERVICE, ID, USER, VERSION, "<xrd:issue>1</xrd:issue>"),
        (CLIENT.replace("TEST235", "TEST236"), SERVICE, ID, USER, VERSION),
        (CLIENT, SERVICE.replace("v1", "v2"), ID, USER, VERSION),
    ],
    ids=["value", "order", "dropped", "added", "client", "version"],
)
def test_t62_an_answer_with_other_headers_is_refused(headers: tuple[str, ...]) -> None:
    answer = read_envelope(message(*headers, body=ANSWER))
    with pytest.raises(Fault, match="inconsistent_headers"):
        soap.check_same_headers(read_envelope(message()), answer)


def test_t63_the_hash_is_of_the_envelope() -> None:
    plain = message()
    assert soap.request_hash(plain) == b64encode(hashlib.sha512(plain).digest()).decode()


def test_t64_mtom_names_its_envelope_xop() -> None:
    kind = 'application/xop+xml; charset=UTF-8; type="text/xml"'
    assert read_envelope(message(), kind).body_name == "TraCuuHoTich"


def test_t63_the_request_hash_is_set_by_the_provider_alone() -> None:
    answer = message(body=ANSWER)
    once = with_request_hash(answer, "abc+/=")
    envelope = read_envelope(once)
    assert (envelope.request_hash, envelope.hash_algorithm) == ("abc+/=", soap.SHA512)
    assert once.replace(b"abc+/=", b"def") == with_request_hash(once, "def")
    begin, until = envelope.hash_at or (0, 0)
    assert once[:begin] + once[until:] == answer


@pytest.mark.parametrize(
    "forged",
    [
        "<xrd:requestHash>forged</xrd:requestHash>",
        '<xrd:requestHash algorithmId="a>b"/>',
        '<q:requestHash xmlns:q="http://x-road.eu/xsd/xroad.xsd">forged</q:requestHash >',
        "<xrd:requestHash><xrd:requestHash/></xrd:requestHash>",
    ],
)
@pytest.mark.parametrize("place", [0, 2, 5])
def test_t63_a_hash_that_the_service_set_is_replaced(forged: str, place: int) -> None:
    headers = [*HEADERS[:place], forged, *HEADERS[place:]]
    made = with_request_hash(message(*headers, body=ANSWER), "true")
    assert made == with_request_hash(message(body=ANSWER), "true")
    assert etree.fromstring(made).find(f".//{{{soap.XROAD}}}requestHash") is not None


def test_the_bytes_of_the_body_stay_as_the_service_wrote_them() -> None:
    body = ANSWER.replace("/>", "><a  b = '1' /><!-- x --><c>&#x1EC7;\r\n</c></vxp:TraCuuHoTichResponse>")
    assert body.encode() in with_request_hash(message(body=body), "abc")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (CLIENT, "missing_header_field"),
        (SERVICE, "missing_header_field"),
        (ID, "missing_header_field"),
        (VERSION, "missing_header_field"),
    ],
    ids=["client", "service", "id", "version"],
)
def test_a_mandatory_header_is_missed(header: str, code: str) -> None:
    with pytest.raises(Fault, match=code):
        read_envelope(message(*without(header)))


def test_user_and_issue_may_be_missing() -> None:
    assert read_envelope(message(*without(USER))).user_id == ""


@pytest.mark.parametrize(
    "header", [CLIENT, SERVICE, ID, USER, VERSION], ids=["client", "service", "id", "user", "version"]
)
def test_a_header_comes_once(header: str) -> None:
    with pytest.raises(Fault, match="duplicate_header_field"):
        read_envelope(message(*HEADERS, header))


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (message(body=""), "missing_body"),
        (message().replace(b"s:Body", b"s:Bodie"), "invalid_soap"),
        (message(body=BODY + BODY), "invalid_body"),
        (message(body="<other/>"), "inconsistent_headers"),
        (message().replace(b"<s:Header>", b"<s:Header></s:Header><s:Header>"), "invalid_soap"),
        (message().replace(b"</s:Body>", b"</s:Body><s:Body><x/></s:Body>"), "invalid_soap"),
        (message(CLIENT, SERVICE, ID, VERSION.replace("4.0", "3.1")), "invalid_protocol_version"),
        (message(CLIENT.replace("SUBSYSTEM", "SERVICE"), SERVICE, ID, VERSION), "invalid_soap"),
        (
            message(CLIENT.replace("<id:memberClass>GOV</id:memberClass>", ""), SERVICE, ID, VERSION),
            "missing_header_field",
        ),
        (message(CLIENT.replace("id:memberClass", "xrd:memberClass"), SERVICE, ID, VERSION), "invalid_soap"),
        (message(CLIENT.replace("GOV", "<a/>"), SERVICE, ID, VERSION), "invalid_soap"),
        (message(CLIENT.replace("GOV", "G" * 256), SERVICE, ID, VERSION), "invalid_soap"),
        (
            message().replace(
                b"http://schemas.xmlsoap.org/soap/envelope/", b"http://www.w3.org/2003/05/soap-envelope"
            ),
            "invalid_soap",
        ),
        (message("<xrd:a>" * 250 + "</xrd:a>" * 250), "invalid_soap"),
        (message(*HEADERS, "<a/>" * 3000), "invalid_soap"),
        (message(body="<a>" * 300 + "</a>" * 300), "invalid_soap"),
        (message()[:-5], "invalid_soap"),
        (b"", "invalid_soap"),
        (b"{}", "invalid_soap"),
    ],
)
def test_a_message_that_is_not_one_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Fault) as caught:
        read_envelope(raw)
    assert caught.value.code == code


def test_the_header_may_not_be_missing() -> None:
    raw = message()
    begin, end = raw.index(b"<s:Header>"), raw.index(b"<s:Body>")
    with pytest.raises(Fault, match="missing_header"):
        read_envelope(raw[:begin] + raw[end:])


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPES = [
    f'<!DOCTYPE s:Envelope [<!ENTITY l0 "lol">{BOMB}]>',
    '<!DOCTYPE s:Envelope [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE s:Envelope SYSTEM "http://127.0.0.1/evil.dtd">',
    '<!DOCTYPE s:Envelope [<!ENTITY % p SYSTEM "http://127.0.0.1/evil.dtd">%p;]>',
    "<!DOCTYPE s:Envelope>",
    "<!-- <a> --><?p ?><!DOCTYPE s:Envelope [<!ATTLIST s:Envelope a CDATA 'b'>]>",
]


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("entity", ["", "&x;", "&l9;"])
def test_bombs_and_entities_are_refused_before_they_open(doctype: str, entity: str) -> None:
    raw = message(body=BODY.replace("Hà Tiên", entity)).replace(b"?>", f"?>{doctype}".encode(), 1)
    for read in (read_envelope, lambda data: with_request_hash(data, "x")):
        with pytest.raises(Fault, match="invalid_soap"):
            read(raw)


def test_text_that_looks_like_a_document_type_is_text() -> None:
    assert read_envelope(message(body=BODY.replace("Hà", "<![CDATA[<!DOCTYPE html>]]>"))).body_name


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "iso-8859-1", "windows-1252"])
def test_the_charset_of_the_transport_is_used(charset: str) -> None:
    raw = message(body=BODY.replace("Hà Tiên", "é")).decode().encode(charset)
    envelope = read_envelope(raw, f"text/xml; charset={charset}")
    assert envelope.id == "fa2e18a5"
    made = with_request_hash(raw, "abc", content_type=f"text/xml; charset={charset}")
    assert "é" in made.decode(charset)


def test_a_byte_order_mark_may_stand_before_utf_8() -> None:
    assert read_envelope(b"\xef\xbb\xbf" + message(), "text/xml").id == "fa2e18a5"


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/soap+xml",
        "application/json",
        "text/xml; charset=utf-16",
        "text/xml; charset=utf-7",
        "multipart/related; boundary=b",
    ],
)
def test_another_content_type_is_refused(content_type: str) -> None:
    with pytest.raises(Fault, match="invalid_content_type"):
        read_envelope(message(), content_type)


def test_t65_a_fault_of_the_service_is_read() -> None:
    fault = (
        "<s:Fault><faultcode>Server.ServerProxy.AccessDenied</faultcode><faultstring>no</faultstring>"
        "<detail><faultDetail>77</faultDetail></detail></s:Fault>"
    )
    envelope = read_envelope(message(body=fault))
    assert envelope.fault is not None
    assert (envelope.fault.code, envelope.fault.message, envelope.fault.detail) == (
        "Server.ServerProxy.AccessDenied",
        "no",
        "77",
    )
    bare = message(body=fault)
    begin, end = bare.index(b"<s:Header>"), bare.index(b"<s:Body>")
    assert read_envelope(bare[:begin] + bare[end:]).fault is not None


@pytest.mark.parametrize(
    ("header", "action"),
    [(None, ""), ("", ""), ('""', ""), ('"http://vxp.vn/x"', "http://vxp.vn/x"), (' "urn:a" ', "urn:a")],
)
def test_t66_forms_of_the_action(header: str | None, action: str) -> None:
    assert soap.read_action(header) == action


@pytest.mark.parametrize("header", ["urn:a", '"urn:a', 'urn:a"', '"a"b"', '"', '"a b"', '"a\r\nb"'])
def test_t66_an_action_that_is_not_quoted_is_refused(header: str) -> None:
    with pytest.raises(Fault, match="invalid_soap_action"):
        soap.read_action(header)


@given(st.integers(0, 1200), st.integers(0, 60), st.binary(max_size=30))
def test_a_message_with_any_bytes_changed_is_one_or_a_fault(at: int, gone: int, put: bytes) -> None:
    whole = message()
    raw = whole[:at] + put + whole[at + gone :]
    try:
        made = with_request_hash(raw, "abc")
    except Fault:
        return
    assert read_envelope(made).request_hash == "abc"


@given(st.binary(max_size=200), st.text(max_size=40))
def test_any_bytes_and_content_type_are_a_message_or_a_fault(raw: bytes, content_type: str) -> None:
    for kind in ("text/xml", content_type):
        try:
            read_envelope(raw, kind)
        except Fault:
            continue
