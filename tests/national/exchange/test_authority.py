"""Certificates of the exchange: given for a CSR, asked about, taken back."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.national.conftest import SECRET


def _csr() -> tuple[ec.EllipticCurvePrivateKey, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    asked = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    return key, asked.public_bytes(Encoding.PEM).decode()


def _given(web: httpx.Client, **data: str) -> x509.Certificate:
    answer = web.post("/ca/issue", headers=SECRET, json=data)
    assert answer.status_code == 201, answer.text
    return x509.load_pem_x509_certificate(answer.json()["certificate"].encode())


def _ocsp(web: httpx.Client, certificate: x509.Certificate) -> ocsp.OCSPResponse:
    issuing = x509.load_pem_x509_certificate(web.get("/ca/issuing.pem").content)
    asked = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuing, hashes.SHA1()).build()  # noqa: S303
    answer = web.post(
        "/ocsp",
        content=asked.public_bytes(Encoding.DER),
        headers={"content-type": "application/ocsp-request"},
    )
    return ocsp.load_der_ocsp_response(answer.content)


def _stranger(like: x509.Certificate) -> x509.Certificate:
    """A certificate that claims the same issuer, who never gave it."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder(
        like.issuer, like.subject, key.public_key(), x509.random_serial_number()
    )
    builder = builder.not_valid_before(like.not_valid_before_utc).not_valid_after(like.not_valid_after_utc)
    return builder.sign(key, hashes.SHA256())


def test_a_server_gets_a_certificate_for_both_ends_of_tls(web: httpx.Client) -> None:
    key, csr = _csr()
    made = _given(web, profile="exchange-auth", common_name="VN-DEMO/GOV/H01/AG1", csr=csr)
    assert made.public_key() == key.public_key()
    assert [part.value for part in made.subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == [
        "VN-DEMO/GOV/H01/AG1"
    ]
    usage = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert set(usage) == {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
    assert made.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature


def test_a_member_gets_a_certificate_for_signatures_and_nothing_else(web: httpx.Client) -> None:
    _, csr = _csr()
    made = _given(
        web,
        profile="exchange-sign",
        serial_number="VN-DEMO/GOV/H01",
        organization="UBND tỉnh An Giang",
        csr=csr,
    )
    told = {part.oid: part.value for part in made.subject}
    assert told[NameOID.SERIAL_NUMBER] == "VN-DEMO/GOV/H01"
    assert told[NameOID.ORGANIZATION_NAME] == "UBND tỉnh An Giang"
    usage = made.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment
    assert not usage.digital_signature
    with pytest.raises(x509.ExtensionNotFound):
        made.extensions.get_extension_for_class(x509.ExtendedKeyUsage)


@pytest.mark.parametrize(
    "data",
    [
        {"profile": "exchange-auth", "common_name": "VN-DEMO/GOV/H01"},
        {"profile": "exchange-auth", "common_name": "VN-DEMO/GOV//AG1"},
        {"profile": "exchange-sign", "serial_number": "VN-DEMO/GOV/H01/AG1", "organization": "x"},
        {"profile": "exchange-sign", "serial_number": "VN-DEMO/GOV/H01"},
        {"profile": "exchange-sign", "serial_number": "VN-DEMO/GOV/Hồ", "organization": "x"},
    ],
)
def test_a_wrong_identifier_gets_no_certificate(web: httpx.Client, data: dict[str, str]) -> None:
    assert web.post("/ca/issue", headers=SECRET, json=data).status_code == 400


def test_the_responder_tells_good_then_revoked_and_unknown_for_a_stranger(web: httpx.Client) -> None:
    _, csr = _csr()
    made = _given(web, profile="exchange-auth", common_name="VN-DEMO/GOV/H01/AG1", csr=csr)
    assert _ocsp(web, made).certificate_status is ocsp.OCSPCertStatus.GOOD
    web.post("/ca/revoke", headers=SECRET, json={"serial": f"{made.serial_number:x}"}).raise_for_status()
    assert _ocsp(web, made).certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert _ocsp(web, _stranger(made)).certificate_status is ocsp.OCSPCertStatus.UNKNOWN


def test_the_responder_can_answer_with_yesterdays_news_or_not_at_all(web: httpx.Client) -> None:
    made = _given(web, profile="exchange-auth", common_name="VN-DEMO/GOV/H01/AG1", key="p256")
    web.post("/_fault", headers=SECRET, json={"service": "ocsp", "mode": "stale", "times": 1})
    stale = _ocsp(web, made).next_update_utc
    assert stale is not None
    assert stale < datetime.now(UTC)
    fresh = _ocsp(web, made).next_update_utc
    assert fresh is not None
    assert fresh > datetime.now(UTC)
    web.post("/_fault", headers=SECRET, json={"service": "ocsp", "mode": "down"})
    assert web.post("/ocsp").status_code == 503
