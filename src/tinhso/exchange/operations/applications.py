"""Systems of others: registered by the operator, spoken for by developers, known by their certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.directory import api as directory
from tinhso.exchange.contracts import AgreementStatus, NoSuchAgreement
from tinhso.exchange.models import (
    Agreement,
    Application,
    ApplicationCertificate,
    ClientCertificate,
    Developer,
    Subsystem,
)
from tinhso.exchange.operations import certificates, parties, telling
from tinhso.exchange.operations.certificates import fingerprint
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import parse_client
from tinhso.foundation import transactions
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import normal
from tinhso.identity import api as identity

HOME = "/can-bo/truc/he-thong/"
PORTAL = "/can-bo/nha-phat-trien/he-thong/"
transactions.explain(
    "application_identifier_once",
    gettext_lazy("Mã hệ thống con này đã thuộc một hệ thống khác. Hãy kiểm tra lại mã."),
)
transactions.explain("developer_once", gettext_lazy("Người này đã là nhà phát triển của hệ thống."))
transactions.explain(
    "application_certificate_once", gettext_lazy("Chứng thư này đã được đề nghị hoặc đang dùng.")
)


@dataclass(frozen=True, slots=True)
class Asked:
    """An application as it was typed: of an agency here, or of `organisation` outside."""

    name: str
    identifier: str
    contact_name: str
    contact_email: str
    contact_phone: str = ""
    agency: UUID | None = None
    organisation: str = ""


def register(asked: Asked, *, by: ActorRef, at: datetime) -> UUID:
    """Register a system of others; its id. Raises Invalid, Conflict for an identifier in use."""
    found = _checked(asked)
    row = Application(id=new_id(), **found, agency_id=asked.agency, registered_at=at)
    with transactions.act(
        "exchange.register_application", by=by, at=at, on=parties.application_ref(row)
    ) as work:
        row.save(force_insert=True)
        work.record(identifier=row.identifier)
    return row.id


def end(application_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """The system is gone. Raises Conflict while it has agreements that stand."""
    row = held(application_id)
    with transactions.act(
        "exchange.register_application", by=by, at=at, on=parties.application_ref(row)
    ) as work:
        row = held(application_id, lock=True)
        live = [AgreementStatus.PENDING, AgreementStatus.ACCEPTED]
        if Agreement.objects.filter(application=row, status__in=live).exists():
            raise Conflict(_("Hệ thống còn thỏa thuận đang mở. Hãy kết thúc các thỏa thuận đó trước."))
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        work.record(ended=True)


def add_developer(application_id: UUID, officer_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Let an officer who holds the role speak for the system. Raises Invalid, Conflict."""
    row = held(application_id)
    with transactions.act("exchange.set_developers", by=by, at=at, on=parties.application_ref(row)) as work:
        officer = identity.officer(officer_id, at)
        if not any(post.role is identity.Role.DEVELOPER for post in officer.posts):
            raise Invalid(
                _("Tài khoản này chưa có vai trò Nhà phát triển. Hãy giao vai trò trước."),
                faults={"officer": "role"},
            )
        Developer.objects.create(application=row, officer_id=officer_id, added_at=at)
        work.record(officer=str(officer_id))


def remove_developer(application_id: UUID, officer_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """The officer speaks for the system no longer. Raises NoSuchAgreement."""
    row = held(application_id)
    with transactions.act("exchange.set_developers", by=by, at=at, on=parties.application_ref(row)) as work:
        rows = Developer.objects.filter(application=row, officer=officer_id, removed_at=None)
        if not rows.update(removed_at=at):
            raise NoSuchAgreement(_("Người này không phải nhà phát triển của hệ thống."))
        work.record(removed=str(officer_id))


def ask_certificate(application_id: UUID, given: bytes, *, by: ActorRef, at: datetime) -> UUID:
    """Put a certificate (PEM or DER) forward; its id. Raises Invalid when unreadable or over, Conflict."""
    row = held(application_id)
    with transactions.act("exchange.ask_certificate", by=by, at=at, on=parties.application_ref(row)) as work:
        own = certificates.chain(given)[0]
        if own.not_valid_after_utc <= at:
            raise Invalid(_("Chứng thư đã hết hạn. Hãy xin chứng thư mới."))
        der = own.public_bytes(Encoding.DER)
        asked = ApplicationCertificate.objects.create(
            id=new_id(),
            application=row,
            certificate=der,
            fingerprint=fingerprint(der),
            holder=own.subject.rfc4514_string() or _("không tên"),
            not_before=own.not_valid_before_utc,
            not_after=own.not_valid_after_utc,
            asked_by=parties.somebody(by),
            asked_name=by.name,
            asked_at=at,
        )
        telling.tell(
            parties.operators(at=at),
            telling.CERTIFICATE,
            {"application": row.name, "what": _("đề nghị dùng một chứng thư mới")},
            link=f"{HOME}{row.id}/",
            by=by.id,
            at=at,
        )
        work.record(fingerprint=asked.fingerprint)
    return asked.id


def decide_certificate(
    certificate_id: UUID, *, accept: bool, reason: str = "", by: ActorRef, at: datetime
) -> None:
    """Say yes or no to a certificate. One of a subsystem of this server is known to the gateway from now on.

    Raises NotAllowed for who put it forward, Invalid for a refusal without a reason, Conflict.
    """
    row = _certificate(certificate_id)
    ref = parties.application_ref(row.application)
    with transactions.act("exchange.decide_certificate", by=by, at=at, on=ref) as work:
        row = ApplicationCertificate.objects.select_for_update().get(id=certificate_id)
        if row.accepted is not None:
            raise Conflict(_("%(who)s đã quyết định. Hãy tải lại trang.") % {"who": row.decided_name})
        parties.apart_from(
            by, frozenset({row.asked_by}), _("Người đề nghị không tự duyệt. Hãy nhờ người vận hành khác.")
        )
        why = normal(reason)
        if not accept and not why:
            raise Invalid(_("Hãy ghi vì sao từ chối."), faults={"reason": "empty"})
        row.accepted, row.reason = accept, why
        row.decided_by, row.decided_name, row.decided_at = parties.somebody(by), by.name, at
        row.save(update_fields=["accepted", "reason", "decided_by", "decided_name", "decided_at"])
        if accept:
            _make_known(row, at=at)
        telling.tell(
            parties.developers_of(row.application),
            telling.CERTIFICATE,
            {
                "application": row.application.name,
                "what": _("chứng thư được duyệt") if accept else _("chứng thư bị từ chối: %s") % why,
            },
            link=f"{PORTAL}{row.application_id}/",
            by=by.id,
            at=at,
        )
        work.record(fingerprint=row.fingerprint, accepted=accept, reason=why)


def remove_certificate(certificate_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Take a certificate back at once. Raises Conflict when it is not in use."""
    row = _certificate(certificate_id)
    ref = parties.application_ref(row.application)
    with transactions.act("exchange.decide_certificate", by=by, at=at, on=ref) as work:
        rows = ApplicationCertificate.objects.filter(id=certificate_id, accepted=True, removed_at=None)
        if not rows.update(removed_at=at):
            raise Conflict(_("Chứng thư này không còn dùng."))
        ClientCertificate.objects.filter(
            subsystem__identifier=row.application.identifier,
            fingerprint=row.fingerprint,
            removed_at=None,
        ).update(removed_at=at)
        work.record(removed=row.fingerprint)


def held(application_id: UUID, *, lock: bool = False) -> Application:
    """A system that is registered. Raises NoSuchAgreement."""
    rows = Application.objects.select_for_update() if lock else Application.objects.all()
    found = rows.filter(id=application_id, ended_at=None).first()
    if found is None:
        raise NoSuchAgreement(_("Không có hệ thống này."))
    return found


def organisation_of(identifier: str) -> str:
    """Whose the system of that identifier is, by the name people know; empty for one not registered here."""
    row = Application.objects.filter(identifier=identifier, ended_at=None).first()
    if row is None:
        return ""
    return directory.names([row.agency_id])[row.agency_id] if row.agency_id else row.organisation


def _certificate(certificate_id: UUID) -> ApplicationCertificate:
    found = ApplicationCertificate.objects.select_related("application").filter(id=certificate_id).first()
    if found is None:
        raise NoSuchAgreement(_("Không có chứng thư này."))
    return found


def _make_known(row: ApplicationCertificate, *, at: datetime) -> None:
    subsystem = Subsystem.objects.filter(identifier=row.application.identifier, ended_at=None).first()
    if subsystem is not None:
        ClientCertificate.objects.get_or_create(
            subsystem=subsystem,
            fingerprint=row.fingerprint,
            removed_at=None,
            defaults={"certificate": bytes(row.certificate), "added_at": at},
        )


def _checked(asked: Asked) -> dict[str, str]:
    found = {
        name: normal(getattr(asked, name))
        for name in ("name", "contact_name", "contact_email", "contact_phone", "organisation")
    } | {"identifier": asked.identifier.strip()}
    faults = dict[str, str]()
    if not found["name"]:
        faults["name"] = _("Hãy ghi tên hệ thống.")
    if bool(asked.agency) == bool(found["organisation"]):
        faults["organisation"] = _("Hãy chọn một cơ quan, hoặc ghi tên tổ chức bên ngoài.")
    if not found["contact_name"]:
        faults["contact_name"] = _("Hãy ghi người liên hệ.")
    if "@" not in found["contact_email"]:
        faults["contact_email"] = _("Hãy ghi thư điện tử của người liên hệ.")
    try:
        whole = bool(parse_client(found["identifier"]).subsystem)
    except Fault:
        whole = False
    if not whole:
        faults["identifier"] = _("Mã hệ thống phải có bốn phần, ví dụ VN-DEMO/GOV/H01/TINHSO.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)
    return found
