"""How our own keys stand: by our rows, by the gateway's word about revocation, by the directory's list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from cryptography import x509
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.translation import gettext_lazy

from tinhso.exchange.contracts import KeyUse
from tinhso.exchange.diagnosing.probes import SERVICE, subject_of
from tinhso.exchange.models import ServerKey
from tinhso.exchange.operations.certificates import decoded, fingerprint
from tinhso.exchange.protocol.globalconf import Document
from tinhso.foundation import http
from tinhso.foundation.breaker import Stands

QUICK = http.Timeouts(connect=1, read=2, total=2)
SOON_DAYS = 60
FOR = {
    KeyUse.TLS: gettext_lazy("Kết nối TLS giữa các máy chủ"),
    KeyUse.SIGNING: gettext_lazy("Ký thông điệp"),
}
"""What a key is for, in words."""


class Said(msgspec.Struct, frozen=True):
    """What the gateway knows of one certificate."""

    serial: str
    own: bool = False
    asked_at: datetime | None = None
    revoked_at: datetime | None = None
    trouble: str = ""


class Breach(msgspec.Struct, frozen=True):
    """A message that was not as its service is described: its place in the log, and where it was wrong."""

    at: datetime
    request: str
    said: str


class Guarded(msgspec.Struct, frozen=True):
    """How the gateway sees one service: its breaker, if any, and the latest breaches of its contract."""

    breaker: Stands | None = None
    until: datetime | None = None
    breaches: tuple[Breach, ...] = ()


class Health(msgspec.Struct, frozen=True):
    """The gateway's word about itself: `troubles` are its own words."""

    ready: bool
    troubles: tuple[str, ...] = ()
    revision: int = 0
    certificates: tuple[Said, ...] = ()
    services: dict[UUID, Guarded] = {}


class Use(StrEnum):
    """Whether a key is used, and for how long yet."""

    USED = "used"
    ENDS = "ends"
    OVER = "over"
    IDLE = "idle"


class Revocation(StrEnum):
    """What the authority says of a certificate, as far as the gateway has heard."""

    GOOD = "good"
    REVOKED = "revoked"
    UNHEARD = "unheard"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True)
class Standing:
    """One key with its certificate. `listed` is whether the directory names it; None where it names none."""

    row: ServerKey
    subject: str
    issuer: str
    serial: str
    fingerprint: str
    days: int
    use: Use
    revocation: Revocation
    said: Said | None
    listed: bool | None

    @property
    def in_token(self) -> bool:
        """Whether the key lies in a PKCS#11 token."""
        return self.row.reference.startswith("pkcs11:")


def operators() -> tuple[str, dict[str, str]]:
    """Where the gateway tells in full how it fares, and the headers with which it is asked."""
    said = settings.EXCHANGE
    shown = {"Authorization": f"Bearer {said.operators_key}"} if said.operators_key else {}
    return f"http://{said.operators_host}:{said.operators_port}/health", shown


def health() -> Health | None:
    """The gateway's word now; None when it does not answer within two seconds."""
    url, shown = operators()
    try:
        answer = http.call(
            "GET", url, service=SERVICE, headers=shown, timeouts=QUICK, tries=http.Tries(count=1)
        )
        return msgspec.json.decode(answer.body, type=Health)
    except (http.Unanswered, msgspec.DecodeError):
        return None


def standings(
    rows: Iterable[ServerKey], *, told: Health | None, known: Document | None, server: str, at: datetime
) -> list[Standing]:
    """How these keys stand. No query."""
    said = {one.serial: one for one in told.certificates if one.own} if told else {}
    ours = next((one for one in known.servers if one.id == server), None) if known else None
    return [_standing(row, said, ours.auth_certificates if ours else frozenset(), at=at) for row in rows]


def _standing(row: ServerKey, heard: dict[str, Said], listed: frozenset[str], *, at: datetime) -> Standing:
    der = decoded(row.certificates)[0]
    certificate = x509.load_der_x509_certificate(der)
    serial = f"{certificate.serial_number:x}"
    issuer = certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    said = heard.get(serial)
    return Standing(
        row=row,
        subject=subject_of(certificate),
        issuer=str(issuer[0].value) if issuer else certificate.issuer.rfc4514_string(),
        serial=serial,
        fingerprint=fingerprint(der),
        days=(row.not_after - at).days,
        use=_use(row, at),
        revocation=_revocation(said),
        said=said,
        listed=fingerprint(der) in listed if row.use == KeyUse.TLS else None,
    )


def _use(row: ServerKey, at: datetime) -> Use:
    if row.not_after <= at:
        return Use.OVER
    if not row.active:
        return Use.IDLE
    return Use.ENDS if (row.not_after - at).days < SOON_DAYS else Use.USED


def _revocation(said: Said | None) -> Revocation:
    if said is None:
        return Revocation.UNASKED
    if said.revoked_at is not None:
        return Revocation.REVOKED
    return Revocation.GOOD if said.asked_at is not None and not said.trouble else Revocation.UNHEARD
