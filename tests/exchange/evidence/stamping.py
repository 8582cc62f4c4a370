"""A time-stamping authority in memory whose clock and faults a test sets."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.exchange.evidence.trusted import NOW, Identity, certificate, key_of, named, usage

_serials = itertools.count(1)
STAMPING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])


def stamping_identity(
    kind: str = "ec", *, uses: x509.ExtendedKeyUsage = STAMPING, **options: Any
) -> Identity:
    """A certificate for time stamps; it is trusted because it is named, so it certifies itself."""
    return certificate(
        named(f"Dấu thời gian {kind}"),
        key_of(kind, "stamps"),
        None,
        (usage(signs=True, commits=True), True),
        (uses, True),
        (x509.SubjectKeyIdentifier.from_public_key(key_of(kind, "stamps").public_key()), False),
        **options,
    )


@dataclass
class Stamper:
    """Answers questions; `changes` to TSTInfo, `attributes` left out, `certified` or not."""

    identity: Identity = field(default_factory=stamping_identity)
    now: datetime = NOW
    changes: dict[str, Any] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    certified: bool = True
    signers: int = 1
    by_key: bool = False
    spoilt: bool = False
    status: str = "granted"

    def answer(self, question: bytes) -> bytes:
        asked = tsp.TimeStampReq.load(question)
        token = self.token(asked["message_imprint"].native, asked["nonce"].native)
        status = {"status": {"status": self.status}, "time_stamp_token": cms.ContentInfo.load(token)}
        return bytes(tsp.TimeStampResp(status).dump())

    def over(self, data: bytes, *, method: str = "sha512") -> bytes:
        """A token over data, asked without nonce."""
        imprint = {
            "hash_algorithm": {"algorithm": method},
            "hashed_message": hashlib.new(method, data).digest(),
        }
        return self.token(imprint, None)

    def token(self, imprint: dict[str, Any], nonce: int | None) -> bytes:
        stated = {
            "version": "v1",
            "policy": "1.2.3.4.1",
            "message_imprint": imprint,
            "serial_number": next(_serials),
            "gen_time": self.now,
            **({} if nonce is None else {"nonce": nonce}),
            **self.changes,
        }
        info = tsp.TSTInfo(stated).dump()
        signed: dict[str, Any] = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
            "signer_infos": [self._signer(info)] * self.signers,
        }
        if self.certified:
            signed["certificates"] = [asn1.Certificate.load(self.identity.der)]
        return bytes(
            cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)}).dump()
        )

    def _signer(self, info: bytes) -> cms.SignerInfo:
        own = asn1.Certificate.load(self.identity.der)
        identified = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(self.identity.der).digest()})
        parts = {
            "content_type": ["tst_info"],
            "message_digest": [hashlib.sha256(info).digest()],
            "signing_certificate_v2": [tsp.SigningCertificateV2({"certs": [identified]})],
        }
        attributes = cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": name, "values": values})
                for name, values in parts.items()
                if name not in self.left_out
            ]
        )
        key = self.identity.key
        if isinstance(key, rsa.RSAPrivateKey):
            signature = key.sign(attributes.dump(), padding.PKCS1v15(), hashes.SHA256())
        else:
            signature = key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
        if self.spoilt:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        algorithm = "sha256_rsa" if isinstance(key, rsa.RSAPrivateKey) else "sha256_ecdsa"
        named_by = (
            cms.SignerIdentifier({"subject_key_identifier": own.key_identifier})
            if self.by_key
            else cms.SignerIdentifier(
                {"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}}
            )
        )
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": named_by,
                "digest_algorithm": {"algorithm": "sha256"},
                "signed_attrs": attributes,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": algorithm}),
                "signature": signature,
            }
        )
