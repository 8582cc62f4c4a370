"""Reads time-stamp requests strictly and signs time-stamp tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, core, parser, tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding

from national.ca.authority import Authority
from national.ca.profiles import Profile, Subject
from national.faults import Mode

POLICY = "1.3.6.1.4.1.99999.1.1"
"""Policy of this sandbox, below an arc nobody was given."""
HASH_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}
ACCURACY_SECONDS = 1


class Rejected(Exception):
    """The request gets no stamp; `failure` is a name of PKIFailureInfo."""

    def __init__(self, failure: str, text: str) -> None:
        super().__init__(text)
        self.failure = failure


class Stamper:
    """The authority's key, certificate and answers."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.key = authority.keys.rsa("tsa")
        certificate = authority.named(
            "tsa", Profile.TSA, Subject(common_name="Môi trường thử - Dấu thời gian"), self.key.public_key()
        )
        self.certificate = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
        self.chain = [
            self.certificate,
            asn1.Certificate.load(authority.issuing.public_bytes(Encoding.DER)),
        ]

    def answer(self, body: bytes) -> bytes:
        """A DER TimeStampResp to a DER TimeStampReq."""
        try:
            asked = read(body)
        except Rejected as fault:
            return _rejection(fault)
        token = self._token(asked)
        answer = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})
        return bytes(answer.dump())

    def _token(self, asked: dict[str, Any]) -> cms.ContentInfo:
        faults = self.authority.faults
        if asked["nonce"] is not None and faults.take(service="tsa", mode=Mode.WRONG_NONCE):
            asked = asked | {"nonce": asked["nonce"] + 1}
        content = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": POLICY,
                "message_imprint": asked["imprint"],
                "serial_number": secrets.randbits(127) | 1 << 127,
                "gen_time": faults.now("tsa").replace(microsecond=0),
                "accuracy": {"seconds": ACCURACY_SECONDS},
                "ordering": False,
                "tsa": asn1.GeneralName("directory_name", self.certificate.subject),
                **({} if asked["nonce"] is None else {"nonce": asked["nonce"]}),
            }
        ).dump()
        signed: dict[str, Any] = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(content)},
            "signer_infos": [self._signer_info(content, faults.now("tsa"))],
        }
        if asked["certificates"]:
            signed["certificates"] = self.chain
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})

    def _signer_info(self, content: bytes, now: datetime) -> cms.SignerInfo:
        identified = tsp.ESSCertIDv2(
            {
                "cert_hash": hashlib.sha256(self.certificate.dump()).digest(),
                "issuer_serial": {
                    "issuer": [asn1.GeneralName("directory_name", self.certificate.issuer)],
                    "serial_number": self.certificate.serial_number,
                },
            }
        )
        attributes = cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
                cms.CMSAttribute(
                    {
                        "type": "signing_time",
                        "values": [cms.Time({"utc_time": core.UTCTime(now.replace(microsecond=0))})],
                    }
                ),
                cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(content).digest()]}),
                cms.CMSAttribute(
                    {
                        "type": "signing_certificate_v2",
                        "values": [tsp.SigningCertificateV2({"certs": [identified]})],
                    }
                ),
            ]
        )
        signature = bytearray(self.key.sign(attributes.dump(), padding.PKCS1v15(), hashes.SHA256()))
        if self.authority.faults.take(service="tsa", mode=Mode.WRONG_SIGNATURE):
            signature[0] ^= 1
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    {
                        "issuer_and_serial_number": {
                            "issuer": self.certificate.issuer,
                            "serial_number": self.certificate.serial_number,
                        }
                    }
                ),
                "digest_algorithm": {"algorithm": "sha256"},
                "signed_attrs": attributes,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
                "signature": bytes(signature),
            }
        )


def read(body: bytes) -> dict[str, Any]:
    """Imprint, nonce and wish for certificates of a request; raises Rejected."""
    try:
        asked = tsp.TimeStampReq.load(body, strict=True)
        version, imprint = asked["version"].native, asked["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        digest = imprint["hashed_message"].native
        parameters = imprint["hash_algorithm"]["parameters"].native
        policy, nonce = asked["req_policy"].native, asked["nonce"].native
        wants, extensions = bool(asked["cert_req"].native), asked["extensions"].native
    except (ValueError, TypeError, KeyError) as fault:
        raise Rejected("bad_data_format", "the request is not a TimeStampReq") from fault
    if version != "v1":
        raise Rejected("bad_request", "version must be 1")
    if algorithm not in HASH_BYTES:
        raise Rejected("bad_alg", "SHA-256, SHA-384 or SHA-512")
    if parameters is not None:
        raise Rejected("bad_alg", "the hash algorithm takes no parameters")
    if len(digest) != HASH_BYTES[algorithm]:
        raise Rejected("bad_data_format", "the digest's length does not fit its algorithm")
    if policy not in (None, POLICY):
        raise Rejected("unaccepted_policy", f"only policy {POLICY}")
    if extensions:
        raise Rejected("unaccepted_extensions", "no extension is known here")
    return {"imprint": imprint, "nonce": nonce, "certificates": wants}


def _rejection(fault: Rejected) -> bytes:
    """A TimeStampResp without a token; the library's own class insists on one against RFC 3161 §2.4.2."""
    status = tsp.PKIStatusInfo(
        {"status": "rejection", "status_string": [str(fault)], "fail_info": {fault.failure}}
    )
    return bytes(parser.emit(0, 1, core.Sequence.tag, status.dump()))
