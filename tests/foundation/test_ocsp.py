"""The question that is asked of an authority: what the standard library of certificates would ask."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from tests.support.pki import Authority
from tinhso.foundation.ocsp import question


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_it_names_the_certificate_by_its_issuer_and_serial_as_the_standard_says(kind: str) -> None:
    authority = Authority(kind)
    asked = authority.person("Lê Thị Hoa").asn1.dump()
    issuer = authority.issuer.asn1.dump()
    expected = ocsp.OCSPRequestBuilder().add_certificate(
        x509.load_der_x509_certificate(asked),
        x509.load_der_x509_certificate(issuer),
        hashes.SHA1(),  # noqa: S303 - it names, and protects nothing
    )

    assert question(asked, issuer) == expected.build().public_bytes(Encoding.DER)


def test_what_is_no_certificate_is_refused() -> None:
    with pytest.raises(ValueError, match="Insufficient data"):
        question(b"no certificate", b"nor this")
