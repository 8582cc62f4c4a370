"""An authority in memory that gives members signing certificates and answers by OCSP."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tinhso.exchange.evidence.keys import FileKey, PrivateKey
from tinhso.exchange.evidence.profile import Seal
from tinhso.exchange.evidence.trust import Trust

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
BORN = datetime(2026, 1, 1, tzinfo=UTC)
MEMBER = "VN-DEMO/GOV/H01"
_serials = itertools.count(1000)
_kept: dict[tuple[str, str], PrivateKey] = {}


def key_of(kind: str, owner: str) -> PrivateKey:
    """The key of that name, made once a session: `rsa` (2048 bits) or `ec` (P-256)."""
    if (kind, owner) not in _kept:
        made: PrivateKey = (
            rsa.generate_private_key(65537, 2048)
            if kind == "rsa"
            else ec.generate_private_key(ec.SECP256R1())
        )
        _kept[kind, owner] = made
    return _kept[kind, owner]


@dataclass
class Identity:
    """A key with its certificate."""

    key: PrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def usage(*, signs: bool = False, commits: bool = False, certifies: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(signs, commits, False, False, False, certifies, certifies, False, False)


def certificate(
    subject: x509.Name,
    key: PrivateKey,
    issuer: Identity | None,
    *extensions: tuple[x509.ExtensionType, bool],
    begins: datetime = BORN,
    days: int = 3650,
) -> Identity:
    """A certificate by `issuer`, by itself without one."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(next(_serials))
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return Identity(key, builder.sign(issuer.key if issuer else key, hashes.SHA256()))


def named(common_name: str, *, member: str = "") -> x509.Name:
    """A subject; `member` goes into serialNumber."""
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if member:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, "UBND tỉnh An Giang & các sở"))
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, member))
    parts.append(x509.NameAttribute(NameOID.COMMON_NAME, common_name))
    return x509.Name(parts)


def authority(
    name: str, issuer: Identity | None = None, *, kind: str = "ec", length: int | None = None
) -> Identity:
    """A certificate that may certify others."""
    return certificate(
        named(name),
        key_of(kind, name),
        issuer,
        (x509.BasicConstraints(ca=True, path_length=length), True),
        (usage(certifies=True), True),
    )


@dataclass
class World:
    """One authority, one member with a signing key of `kind`, and what others trust."""

    kind: str = "ec"
    member: str = MEMBER
    authority: Identity = field(default_factory=lambda: authority("Nơi cấp chứng thư thử nghiệm"))

    def __post_init__(self) -> None:
        self.signer = self.signing()

    def signing(self, *, issuer: Identity | None = None, **options: Any) -> Identity:
        """A signing certificate of the member. Options: `begins`, `days`, `uses`."""
        uses = options.pop("uses", usage(commits=True))
        return certificate(
            named("Ký thông điệp", member=options.pop("member", self.member)),
            key_of(self.kind, "member"),
            issuer or self.authority,
            (x509.BasicConstraints(ca=False, path_length=None), True),
            (uses, True),
            **options,
        )

    def answer(
        self,
        subject: Identity | None = None,
        *,
        issuer: Identity | None = None,
        responder: Identity | None = None,
        at: datetime = NOW,
        revoked_at: datetime | None = None,
        serves: timedelta | None = timedelta(hours=1),
    ) -> bytes:
        """An OCSP answer, good unless `revoked_at`."""
        above = issuer or self.authority
        answering = responder or above
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=(subject or self.signer).certificate,
            issuer=above.certificate,
            algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD,
            this_update=at,
            next_update=at + serves if serves else None,
            revocation_time=revoked_at,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, answering.certificate)
        if responder:
            builder = builder.certificates([responder.certificate])
        return builder.sign(answering.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def responder(self, *, issuer: Identity | None = None, extended: bool = True) -> Identity:
        """A delegated OCSP responder."""
        extra = [(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False)] if extended else []
        return certificate(
            named("Trả lời OCSP"),
            key_of("ec", "responder"),
            issuer or self.authority,
            (usage(signs=True), True),
            *extra,
        )

    def key(self, chain: tuple[bytes, ...] = ()) -> FileKey:
        return FileKey(self.signer.key, self.signer.der, chain)

    def seal(self, *, at: datetime = NOW) -> Seal:
        """The member's key with a fresh OCSP answer."""
        return Seal(self.key(), [self.answer(at=at)])

    def trust(self, **options: Any) -> Trust:
        return Trust.of([self.authority.der], **options)
