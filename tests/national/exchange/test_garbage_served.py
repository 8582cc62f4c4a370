"""Whoever talks nonsense to the nation's servers is refused by them, and nothing breaks within."""

from __future__ import annotations

import os
import socket

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from national.ca import revocation
from national.exchange import parts
from national.exchange.failures import read_fault
from national.exchange.wires import Asked, text_of
from tests.exchange.evidence.kept import request
from tests.national.exchange.conftest import TINHSO, Both
from tests.national.exchange.test_civil import ASKED, CLIENT, PERSON, SOAP
from tests.support.garbage import spoilt
from tests.support.waiting import WITHIN_SECONDS

FUZZ = settings(
    max_examples=int(os.environ.get("EXAMPLES", "10")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ENVELOPE = SOAP.format(person=PERSON, name="Nguyễn Văn Biển").encode()
BODY = parts.written(
    [
        parts.part(parts.OCSP, b"\x30\x00"),
        parts.part(parts.REST_REQUEST, request()),
        parts.part(parts.SIGNATURE, b"<a/>"),
    ],
    "x",
)[1]
QUESTION = httpx.Request("POST", "http://x", json=ASKED).content


@FUZZ
@given(data=st.data())
def test_a_peer_that_sends_garbage_hears_a_fault_of_the_protocol(both: Both, data: st.DataObject) -> None:
    rest = data.draw(st.booleans())
    asked = Asked(
        "POST",
        "/",
        [
            ("Content-Type", 'multipart/mixed; boundary="x"'),
            ("x-hash-algorithm", "SHA-512"),
            ("x-road-message-type", "REST" if rest else ""),
            ("x-road-request-id", text_of(data.draw(spoilt(b"f92591a3")))),
        ],
        data.draw(
            spoilt(
                BODY,
                BODY.replace(request(), ENVELOPE).replace(b"application/x-road-rest-request", b"text/xml"),
            )
        ),
        data.draw(
            st.sampled_from((None, b"junk", both.province.office.certificate.public_bytes(Encoding.DER)))
        ),
    )

    answer = both.nation.provider.answer(asked)

    fault = read_fault(answer.body)
    assert fault is not None
    assert fault.code


@FUZZ
@given(data=st.data())
def test_the_responder_answers_any_bytes(both: Both, data: st.DataObject) -> None:
    authority = both.nation.office.directory.authority
    asked = ocsp.OCSPRequestBuilder().add_certificate(
        both.nation.office.certificate, authority.issuing, hashes.SHA256()
    )
    whole = asked.build().public_bytes(Encoding.DER)

    answer = ocsp.load_der_ocsp_response(revocation.ocsp_answer(authority, data.draw(spoilt(whole))))

    assert answer.response_status.name in ("SUCCESSFUL", "MALFORMED_REQUEST", "UNAUTHORIZED")


@FUZZ
@given(data=st.data())
def test_the_register_of_civil_status_refuses_what_it_cannot_read(both: Both, data: st.DataObject) -> None:
    base = both.sandbox.base
    said = {**CLIENT, "tinhso-reason": "%C3", "x-road-userid": "VN1"}
    asked = httpx.post(f"{base}/hotich/tra-cuu", content=data.draw(spoilt(QUESTION)), headers=said)
    assert asked.status_code in (200, 400, 404)

    soap = httpx.post(f"{base}/hotich/soap", content=data.draw(spoilt(ENVELOPE)), headers=said)
    assert soap.status_code == 200 or read_fault(soap.content) is not None

    query = {
        name: text_of(data.draw(spoilt(sample))).encode(errors="replace").decode()
        for name, sample in (
            ("userCode", b"VN091078004512"),
            ("offset", b"0"),
            ("limit", b"10"),
            ("periodStart", b"2026-01-01T00:00:00Z"),
            ("periodEnd", b"2026-12-31T00:00:00+07:00"),
        )
    }
    told = httpx.get(f"{base}/hotich/theo-doi/v2/findUsage", params=query, headers=said)
    assert told.status_code in (200, 400), told.text


@FUZZ
@given(data=st.data())
def test_information_systems_that_talk_nonsense_are_refused(both: Both, data: st.DataObject) -> None:
    line = f"GET /r1/{TINHSO}/x HTTP/1.1\r\nX-Road-Client: {TINHSO}\r\n\r\n".encode()
    post = (
        b"POST / HTTP/1.1\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(ENVELOPE) + ENVELOPE
    )
    with socket.create_connection(("127.0.0.1", both.nation_port), timeout=WITHIN_SECONDS) as peer:
        peer.sendall(data.draw(spoilt(line, post)))
        peer.shutdown(socket.SHUT_WR)
        said = b"".join(iter(lambda: peer.recv(65_536), b""))

    status = said.split(b" ")[1] if said else b"gone"
    assert status in (b"400", b"500", b"gone"), said[:300]
    assert (
        status != b"500" or b"X-Road-Error: " in said or read_fault(said.split(b"\r\n\r\n", 1)[1]) is not None
    )


@FUZZ
@given(data=st.data())
def test_the_directory_takes_no_entry_that_it_cannot_read(both: Both, data: st.DataObject) -> None:
    secret = {"authorization": f"Bearer {both.sandbox.settings.secret}"}
    sample = b'{"member":"VN-DEMO/GOV/H01","code":"THU","name":"x","auth_certificates":["a"],"la":1}'
    kind = data.draw(st.sampled_from(("members", "subsystems", "servers", "clients", "groups", "la")))
    answer = httpx.post(
        f"{both.sandbox.base}/exchange/{kind}", content=data.draw(spoilt(sample)), headers=secret
    )
    assert answer.status_code in (400, 404), answer.text
