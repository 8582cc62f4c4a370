"""How an authority is asked whether a certificate of its own still counts (RFC 6960)."""

from __future__ import annotations

from asn1crypto import algos, core, ocsp, x509

CONTENT_TYPE = "application/ocsp-request"


def question(certificate: bytes, issuer: bytes) -> bytes:
    """An OCSP request about one certificate; all DER. Raises ValueError, TypeError for bytes that are none.

    SHA-1 names the issuer, as every responder expects (RFC 5019 §2.1.1); it protects nothing here.
    """
    above = x509.Certificate.load(issuer)
    identifier = ocsp.CertId(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha1", "parameters": core.Null()}),
            "issuer_name_hash": above.subject.sha1,
            "issuer_key_hash": above.public_key.sha1,
            "serial_number": x509.Certificate.load(certificate).serial_number,
        }
    )
    return bytes(ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": identifier}]}}).dump())
