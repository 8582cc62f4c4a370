"""What developers are told ahead: changes of a service, maintenance, and that a service will end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.exchange.contracts import AgreementStatus, CannotChange, NoSuchAgreement
from tinhso.exchange.models import ChangeNotice, Developer, MaintenanceWindow, Service
from tinhso.exchange.operations import parties, subjects, telling
from tinhso.foundation import legal, transactions
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import local, midnight, today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import normal

DEPRECATION_DAYS = "exchange_deprecation_days"
MAINTENANCE_HOURS = "exchange_maintenance_hours"
LINK = "/can-bo/nha-phat-trien/thong-bao/"
transactions.explain(
    "maintenance_one_at_a_time",
    gettext_lazy("Dịch vụ này đã có lịch bảo dưỡng trùng thời gian ấy. Hãy hủy lịch cũ hoặc chọn giờ khác."),
)


def tell_change(
    service_id: UUID, *, title: str, text: str, effective_on: date, by: ActorRef, at: datetime
) -> UUID:
    """Tell the developers of all who use a service what changes from a day on; the notice's id.

    Raises Invalid.
    """
    service = _service(service_id)
    with transactions.act("exchange.tell_change", by=by, at=at, on=parties.service_ref(service)) as work:
        row = told(service, title=title, text=text, effective_on=effective_on, by=by, at=at)
        work.record(notice=str(row.id), effective_on=str(effective_on))
    return row.id


def days_before_end(at: datetime) -> int:
    """How many days before a service ends those who use it must be told (`exchange_deprecation_days`)."""
    return legal.integer(DEPRECATION_DAYS, on=today(at))


def deprecate_service(
    service_id: UUID, *, retires_on: date, successor: str, text: str, by: ActorRef, at: datetime
) -> UUID:
    """Say that a service ends on a day, and what takes its place; the notice's id.

    Raises Invalid for less than `exchange_deprecation_days` of notice, CannotChange when it was said before.
    """
    service = _service(service_id)
    with transactions.act(
        "exchange.deprecate_service", by=by, at=at, on=parties.service_ref(service)
    ) as work:
        service = Service.objects.select_for_update().get(id=service_id)
        if service.deprecated_at is not None:
            raise CannotChange(_("Dịch vụ đã được báo ngừng."))
        days = days_before_end(at)
        if retires_on < today(at) + timedelta(days):
            raise Invalid(
                _("Phải báo trước ít nhất %(n)d ngày. Hãy chọn ngày ngừng muộn hơn.") % {"n": days},
                faults={"retires_on": "early"},
            )
        service.deprecated_at, service.retires_at = at, midnight(retires_on)
        service.successor = normal(successor)
        service.save(update_fields=["deprecated_at", "retires_at", "successor"])
        title = _("Dịch vụ ngừng từ %(day)s") % {"day": f"{retires_on:%d/%m/%Y}"}
        row = told(service, title=title, text=text, effective_on=retires_on, by=by, at=at)
        work.record(retires_on=str(retires_on), successor=service.successor)
    return row.id


def plan_maintenance(
    service_id: UUID | None,
    *,
    begins_at: datetime,
    ends_at: datetime,
    reason: str,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Plan a time in which a service (None: the platform) may not answer, and tell developers; its id.

    Raises Invalid for less than `exchange_maintenance_hours` of notice, Conflict where one is planned.
    """
    service = _service(service_id) if service_id else None
    subject = parties.service_ref(service) if service else subjects.server()
    with transactions.act("exchange.plan_maintenance", by=by, at=at, on=subject) as work:
        why, hours = normal(reason), legal.integer(MAINTENANCE_HOURS, on=today(at))
        faults = dict[str, str]()
        if begins_at < at + timedelta(hours=hours):
            faults["begins_at"] = _("Lịch bảo dưỡng phải báo trước ít nhất %(n)d giờ.") % {"n": hours}
        if ends_at <= begins_at:
            faults["ends_at"] = _("Giờ kết thúc phải sau giờ bắt đầu.")
        if not why:
            faults["reason"] = _("Hãy ghi vì sao bảo dưỡng.")
        if faults:
            raise Invalid(next(iter(faults.values())), faults=faults)
        row = MaintenanceWindow.objects.create(
            id=new_id(),
            service=service,
            begins_at=begins_at,
            ends_at=ends_at,
            reason=why,
            told_by=by.id,
            told_name=by.name,
            told_at=at,
        )
        span = f"{local(begins_at):%H:%M %d/%m/%Y} – {local(ends_at):%H:%M %d/%m/%Y}"
        facts = {
            "service": service.title if service else _("Trục liên thông"),
            "title": _("Bảo dưỡng %(span)s") % {"span": span},
            "text": why,
        }
        telling.tell(_developers(service), telling.CHANGE, facts, link=LINK, by=by.id, at=at)
        work.record(window=str(row.id), begins_at=begins_at.isoformat(), ends_at=ends_at.isoformat())
    return row.id


def cancel_maintenance(window_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Take back a window that is not over, and tell developers. Raises NoSuchAgreement, Conflict."""
    row = MaintenanceWindow.objects.select_related("service").filter(id=window_id).first()
    if row is None:
        raise NoSuchAgreement(_("Không có lịch bảo dưỡng này."))
    subject = parties.service_ref(row.service) if row.service else subjects.server()
    with transactions.act("exchange.plan_maintenance", by=by, at=at, on=subject) as work:
        open_ones = MaintenanceWindow.objects.filter(id=window_id, cancelled_at=None, ends_at__gt=at)
        if not open_ones.update(cancelled_at=at):
            raise Conflict(_("Lịch bảo dưỡng này đã hủy hoặc đã qua."))
        facts = {
            "service": row.service.title if row.service else _("Trục liên thông"),
            "title": _("Hủy lịch bảo dưỡng %(at)s") % {"at": f"{local(row.begins_at):%H:%M %d/%m/%Y}"},
            "text": row.reason,
        }
        telling.tell(_developers(row.service), telling.CHANGE, facts, link=LINK, by=by.id, at=at)
        work.record(cancelled=str(window_id))


def told(
    service: Service, *, title: str, text: str, effective_on: date, by: ActorRef, at: datetime
) -> ChangeNotice:
    """A notice to the developers of all who use a service, within the caller's act. Raises Invalid."""
    name, words = normal(title), text.strip()
    faults = dict[str, str]()
    if not name:
        faults["title"] = _("Hãy ghi tiêu đề.")
    if not words:
        faults["text"] = _("Hãy ghi thay đổi gì, bên sử dụng cần làm gì.")
    if effective_on < today(at):
        faults["effective_on"] = _("Ngày áp dụng không được trước hôm nay.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)
    row = ChangeNotice.objects.create(
        id=new_id(),
        service=service,
        title=name,
        text=words,
        effective_on=effective_on,
        told_by=by.id,
        told_name=by.name,
        told_at=at,
    )
    facts = {"service": service.title, "title": name, "text": words}
    telling.tell(_developers(service), telling.CHANGE, facts, link=LINK, by=by.id, at=at)
    return row


def _developers(service: Service | None) -> frozenset[UUID]:
    """Developers of the applications with an agreement that stands, of one service or any."""
    rows = Developer.objects.filter(removed_at=None, application__agreements__status=AgreementStatus.ACCEPTED)
    if service is not None:
        rows = rows.filter(
            application__agreements__status=AgreementStatus.ACCEPTED,
            application__agreements__plan__service=service,
        )
    return frozenset(rows.values_list("officer_id", flat=True))


def _service(service_id: UUID) -> Service:
    found = Service.objects.filter(id=service_id).first()
    if found is None:
        raise NoSuchAgreement(_("Không có dịch vụ này."))
    return found
