"""Root and issuing authority: what they are, and how they give certificates."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from national.ca.ledger import Ledger
from national.ca.profiles import RULES, Profile, Subject, key_usage
from national.faults import Faults
from national.keys import KeyFolder
from national.settings import Settings

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
LEEWAY = timedelta(minutes=5)
"""Certificates are good from a little before they are made: clocks differ."""
ROOT_NAME = "Môi trường thử - CA gốc"
ISSUING_NAME = "Môi trường thử - CA cấp chứng thư"


def _ca_name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Không có giá trị pháp lý"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


class Authority:
    """Two authorities with their keys; files lie in `home/ca/`."""

    def __init__(self, settings: Settings, keys: KeyFolder, faults: Faults) -> None:
        self.settings = settings
        self.keys = keys
        self.faults = faults
        self.folder = settings.home / "ca"
        (self.folder / "issued").mkdir(parents=True, exist_ok=True)
        self.ledger = Ledger(settings.home / "national.sqlite3")
        self.root_key = keys.rsa("ca-root")
        self.issuing_key = keys.rsa("ca-issuing")
        self.root = self._root()
        self.issuing = self._issuing()
        self.responder_key = keys.rsa("ocsp")
        self.responder = self.named(
            "ocsp",
            Profile.OCSP,
            Subject(common_name="Môi trường thử - OCSP"),
            self.responder_key.public_key(),
        )

    def now(self) -> datetime:
        """The authority's time, UTC."""
        return self.faults.now("ca")

    @property
    def chain_pem(self) -> str:
        """Issuing authority, then root."""
        return pem(self.issuing) + pem(self.root)

    def named(self, name: str, profile: Profile, subject: Subject, key: PublicKey) -> x509.Certificate:
        """The standing certificate of that name; made anew when key, address or date no longer fit."""
        entry = self.ledger.newest(name)
        if entry and entry.base == self.settings.base:
            held = x509.load_pem_x509_certificate(entry.pem.encode())
            lasting = held.not_valid_after_utc > self.now() + timedelta(days=30)
            if held.public_key() == key and lasting:
                return held
        return self.issue(profile=profile, subject=subject, key=key, name=name)

    def issue(
        self,
        *,
        profile: Profile,
        subject: Subject,
        key: PublicKey,
        name: str = "",
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> x509.Certificate:
        """Give a certificate, write it into the ledger and to `home/ca/issued/`. Dates are UTC."""
        rules = RULES[profile]
        begin = not_before or self.now() - LEEWAY
        end = not_after or begin + timedelta(days=rules.days)
        builder = self._builder(subject.name(), key, begin, end).issuer_name(self.issuing.subject)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(key_usage(signs=rules.signs, commits=rules.commits), critical=True)
        if rules.extended:
            builder = builder.add_extension(
                x509.ExtendedKeyUsage(list(rules.extended)), critical=rules.extended_critical
            )
        builder = self._with_links(builder, self.issuing, "issuing")
        alternative: list[x509.GeneralName] = [x509.DNSName(host) for host in subject.dns_names]
        if subject.email:
            alternative.append(x509.RFC822Name(subject.email))
        if alternative:
            builder = builder.add_extension(x509.SubjectAlternativeName(alternative), critical=False)
        if profile is Profile.OCSP:
            builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
        made = builder.sign(self.issuing_key, hashes.SHA256())
        self._keep(made, issuer="issuing", name=name)
        return made

    def _root(self) -> x509.Certificate:
        file = self.folder / "root.pem"
        if file.exists():
            held = x509.load_pem_x509_certificate(file.read_bytes())
            if held.public_key() == self.root_key.public_key():
                return held
        name = _ca_name(ROOT_NAME)
        begin = self.now() - LEEWAY
        builder = self._builder(name, self.root_key.public_key(), begin, begin + timedelta(days=7300))
        builder = builder.issuer_name(name)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(key_usage(signs=False, is_ca=True), critical=True)
        made = builder.sign(self.root_key, hashes.SHA256())
        file.write_text(pem(made))
        return made

    def _issuing(self) -> x509.Certificate:
        file = self.folder / "issuing.pem"
        key = self.issuing_key.public_key()
        entry = self.ledger.newest("issuing")
        if file.exists() and entry and entry.base == self.settings.base:
            held = x509.load_pem_x509_certificate(file.read_bytes())
            if held.public_key() == key:
                return held
        begin = self.now() - LEEWAY
        builder = self._builder(_ca_name(ISSUING_NAME), key, begin, begin + timedelta(days=3650))
        builder = builder.issuer_name(self.root.subject)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(key_usage(signs=False, is_ca=True), critical=True)
        builder = self._with_links(builder, self.root, "root")
        made = builder.sign(self.root_key, hashes.SHA256())
        file.write_text(pem(made))
        self._keep(made, issuer="root", name="issuing")
        return made

    def _builder(
        self, name: x509.Name, key: PublicKey, begin: datetime, end: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        )

    def _with_links(
        self, builder: x509.CertificateBuilder, issuer: x509.Certificate, label: str
    ) -> x509.CertificateBuilder:
        base = self.settings.base
        identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        crl = x509.DistributionPoint(
            [x509.UniformResourceIdentifier(f"{base}/crl/{label}.crl")], None, None, None
        )
        access = [
            (AuthorityInformationAccessOID.OCSP, f"{base}/ocsp"),
            (AuthorityInformationAccessOID.CA_ISSUERS, f"{base}/ca/{label}.cer"),
        ]
        described = [x509.AccessDescription(oid, x509.UniformResourceIdentifier(url)) for oid, url in access]
        return (
            builder.add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False
            )
            .add_extension(x509.CRLDistributionPoints([crl]), critical=False)
            .add_extension(x509.AuthorityInformationAccess(described), critical=False)
        )

    def _keep(self, made: x509.Certificate, *, issuer: str, name: str) -> None:
        text = pem(made)
        self.ledger.add(
            serial=made.serial_number, issuer=issuer, name=name, pem=text, base=self.settings.base
        )
        (self.folder / "issued" / f"{name or format(made.serial_number, 'x')}.pem").write_text(text)


def pem(certificate: x509.Certificate) -> str:
    """PEM text."""
    return certificate.public_bytes(Encoding.PEM).decode()
