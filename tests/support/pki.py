"""A whole public-key infrastructure in memory: root, issuing authority, signers, OCSP, CRL, time stamps."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tinhso.foundation.signing import Answers, Chain, KeptKey
from tinhso.foundation.signing import cms as containers
from tinhso.foundation.signing.keys import PrivateKey

BORN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
_serials = itertools.count(1000)


def new_key(kind: str) -> PrivateKey:
    """`rsa` (2048) or `ec` (P-256)."""
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Identity:
    """A key with its certificate."""

    key: PrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def asn1(self) -> asn1.Certificate:
        return asn1.Certificate.load(self.der)


@dataclass
class Authority:
    """Root and issuing authority with their revocations. `kind` is the kind of every key it makes."""

    kind: str = "ec"
    begins: datetime = BORN
    revoked: dict[int, datetime] = field(default_factory=dict)
    silent: bool = False
    use_crl: bool = False
    now: datetime = NOW
    address: str = "http://127.0.0.1:9"

    def __post_init__(self) -> None:
        self.root = self._make("Gốc chứng thực thử nghiệm", None, None, authority=True)
        self.issuer = self._make("Nơi cấp chứng thư thử nghiệm", None, self.root, authority=True)
        self.asked = 0

    @property
    def roots(self) -> list[asn1.Certificate]:
        return [self.root.asn1]

    def person(self, name: str, agency: str = "UBND phường Rạch Giá", **options: Any) -> Identity:
        """Somebody who signs. Options: `days`, `begins`, `uses`."""
        return self._make(name, agency, self.issuer, **options)

    def stamper(self) -> Identity:
        return self._make("Dấu thời gian thử nghiệm", None, self.issuer, stamps=True)

    def chain(self, identity: Identity) -> Chain:
        return Chain(identity.asn1, (self.issuer.asn1,))

    def kept(self, identity: Identity) -> KeptKey:
        return KeptKey(identity.key, self.chain(identity))

    def revoke(self, identity: Identity, at: datetime) -> None:
        self.revoked[identity.certificate.serial_number] = at

    def ask(self, *, certificate: asn1.Certificate, issuer: asn1.Certificate, at: datetime) -> Answers:
        """The RevocationSource of this infrastructure: OCSP for signers, CRL for the issuing authority."""
        self.asked += 1
        if self.silent:
            return Answers()
        if certificate.dump() == self.issuer.der:
            return Answers(crls=(self.crl(self.root),))
        if self.use_crl:
            return Answers(crls=(self.crl(self.issuer),))
        return Answers(ocsps=(self.ocsp(certificate),))

    def ocsp(self, certificate: asn1.Certificate) -> bytes:
        subject = x509.load_der_x509_certificate(certificate.dump())
        revoked_at = self.revoked.get(subject.serial_number)
        answer = ocsp.OCSPResponseBuilder().add_response(
            cert=subject,
            issuer=self.issuer.certificate,
            algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD,
            this_update=self.now,
            next_update=self.now + timedelta(days=7),
            revocation_time=revoked_at,
            revocation_reason=x509.ReasonFlags.key_compromise if revoked_at else None,
        )
        answer = answer.responder_id(ocsp.OCSPResponderEncoding.HASH, self.issuer.certificate)
        return answer.sign(self.issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def crl(self, issuer: Identity) -> bytes:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.certificate.subject)
            .last_update(self.now)
            .next_update(self.now + timedelta(days=7))
        )
        builder = builder.add_extension(x509.CRLNumber(1), critical=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
        )
        for serial, moment in self.revoked.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def _make(
        self,
        name: str,
        agency: str | None,
        issuer: Identity | None,
        *,
        authority: bool = False,
        stamps: bool = False,
        begins: datetime | None = None,
        days: int = 3650,
        uses: str = "signing",
    ) -> Identity:
        key = new_key(self.kind)
        parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
        if agency:
            parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, agency))
        parts.append(x509.NameAttribute(NameOID.COMMON_NAME, name))
        subject = x509.Name(parts)
        start = begins or self.begins
        above = issuer or Identity(key, None)  # type: ignore[arg-type]
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer.certificate.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(next(_serials))
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(_usage(authority, uses), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(above.key.public_key()), critical=False
            )
        )
        if stamps:
            use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(use, critical=True)
        if issuer is not None:
            where = x509.UniformResourceIdentifier(f"{self.address}/ocsp")
            access = x509.AccessDescription(x509.AuthorityInformationAccessOID.OCSP, where)
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
            point = x509.DistributionPoint(
                [x509.UniformResourceIdentifier(f"{self.address}/crl")], None, None, None
            )
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        return Identity(key, builder.sign(above.key, hashes.SHA256()))


def _usage(authority: bool, uses: str) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority and uses == "signing",
        content_commitment=not authority and uses == "signing",
        key_encipherment=uses == "enciphering",
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass
class Stamps:
    """A StampAuthority with its key in memory. `moment` is what its clock says."""

    authority: Authority
    identity: Identity
    moment: datetime = NOW

    def stamp(self, digest: bytes, *, nonce: int | None = None) -> bytes:
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": "1.2.3.4.1",
                "message_imprint": {"hash_algorithm": containers.SHA256, "hashed_message": digest},
                "serial_number": next(_serials),
                "gen_time": self.moment,
                "accuracy": {"seconds": 1},
                **({} if nonce is None else {"nonce": nonce}),
            }
        )
        certificate = self.identity.asn1
        hashed = hashlib.sha256(info.dump()).digest()
        # Not SHA-256, which is left out as the default: reading it back makes asn1crypto encode the token
        # anew at every level, seconds a token, and the bench's floor would be unfairly slow.
        own = tsp.ESSCertIDv2(
            {
                "hash_algorithm": {"algorithm": "sha512"},
                "cert_hash": hashlib.sha512(certificate.dump()).digest(),
            }
        )
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": [cms.ContentType("tst_info")]},
                {"type": "message_digest", "values": [core.OctetString(hashed)]},
                {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [own]})]},
            ]
        )
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": cms.DigestAlgorithms((containers.SHA256,)),
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": core.ParsableOctetString(info.dump()),
                },
                "certificates": [
                    cms.CertificateChoices(name="certificate", value=one)
                    for one in (certificate, self.authority.issuer.asn1)
                ],
                "signer_infos": [
                    {
                        "version": "v1",
                        "sid": cms.SignerIdentifier(
                            {
                                "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                                    {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                                )
                            }
                        ),
                        "digest_algorithm": containers.SHA256,
                        "signature_algorithm": containers.mechanism(certificate),
                        "signed_attrs": attributes,
                        "signature": KeptKey(self.identity.key, Chain(certificate)).sign(attributes.dump()),
                    }
                ],
            }
        )
        return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())
