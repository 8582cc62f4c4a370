"""What a certificate of each kind says: key usage, extended usage, life (RFC 5280, RFC 3161, RFC 6960)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Usage
from cryptography.x509.oid import NameOID

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning, RFC 9336."""

LONGEST_PART = 64
"""Upper bound of the name attributes used here (RFC 5280 appendix A.1, ub-…)."""


class TooLong(ValueError):
    """A name does not fit into a certificate."""


class Profile(StrEnum):
    """Kinds of certificates the issuing authority gives."""

    OFFICER = "officer"
    SEAL = "seal"
    TSA = "tsa"
    OCSP = "ocsp"
    CSC = "csc"
    SERVER = "server"
    EXCHANGE_AUTH = "exchange-auth"
    """TLS of a security server; common name is the server's identifier."""
    EXCHANGE_SIGN = "exchange-sign"
    """Signatures of a member of the exchange; serial number is the member's identifier."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Extensions of one profile. `days` is its usual life; no extended usage when `extended` is empty."""

    days: int
    extended: tuple[x509.ObjectIdentifier, ...]
    signs: bool = True
    """Sets digitalSignature."""
    commits: bool = False
    """Sets contentCommitment (non-repudiation)."""
    extended_critical: bool = False


RULES = {
    Profile.OFFICER: Rules(days=1095, commits=True, extended=(Usage.EMAIL_PROTECTION, DOCUMENT_SIGNING)),
    Profile.SEAL: Rules(days=1095, commits=True, extended=(Usage.EMAIL_PROTECTION, DOCUMENT_SIGNING)),
    Profile.TSA: Rules(days=1825, commits=True, extended=(Usage.TIME_STAMPING,), extended_critical=True),
    Profile.OCSP: Rules(days=365, extended=(Usage.OCSP_SIGNING,)),
    Profile.CSC: Rules(days=365, extended=(Usage.SERVER_AUTH, Usage.CLIENT_AUTH)),
    Profile.SERVER: Rules(days=365, extended=(Usage.SERVER_AUTH,)),
    Profile.EXCHANGE_AUTH: Rules(days=730, extended=(Usage.SERVER_AUTH, Usage.CLIENT_AUTH)),
    Profile.EXCHANGE_SIGN: Rules(days=730, signs=False, commits=True, extended=()),
}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Who a certificate is about."""

    common_name: str = ""
    organization: str = ""
    unit: str = ""
    title: str = ""
    identifier: str = ""
    """Goes into UID, as certificates in Viet Nam carry `CCCD:…` or `MST:…`."""
    email: str = ""
    dns_names: tuple[str, ...] = ()
    serial_number: str = ""
    """Identifier of a member of the exchange, `instance/class/member`."""
    state: str = "An Giang"

    def name(self) -> x509.Name:
        """The distinguished name; raises TooLong."""
        parts = [
            (NameOID.COUNTRY_NAME, "VN"),
            (NameOID.STATE_OR_PROVINCE_NAME, self.state),
            (NameOID.ORGANIZATION_NAME, self.organization),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, self.unit),
            (NameOID.TITLE, self.title),
            (NameOID.COMMON_NAME, self.common_name),
            (NameOID.USER_ID, self.identifier),
            (NameOID.SERIAL_NUMBER, self.serial_number),
        ]
        for _, value in parts:
            if len(value) > LONGEST_PART:
                raise TooLong(f"a name part has at most {LONGEST_PART} characters: {value}")
        # RFC 5280 counts characters; the library counts UTF-8 bytes, too few for Vietnamese names
        return x509.Name([x509.NameAttribute(oid, value, _validate=False) for oid, value in parts if value])


def key_usage(*, signs: bool = True, commits: bool = False, is_ca: bool = False) -> x509.KeyUsage:
    """The key usage extension."""
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=commits,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )
