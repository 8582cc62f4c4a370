"""Plans: what the data owner offers of a service, its conditions revision by revision, and its life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.exchange.contracts import AgreementStatus, CannotChange, NoSuchAgreement, PlanStatus, Validation
from tinhso.exchange.models import Agreement, Conditions, Plan, Service
from tinhso.exchange.operations import agreements, lives, parties, telling
from tinhso.foundation import legal, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import midnight, today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import normal

CATALOGUE = "/can-bo/nha-phat-trien/dich-vu/"
CONDITIONS_DAYS = "exchange_conditions_days"
transactions.explain("plan_code_once", gettext_lazy("Dịch vụ này đã có gói mang mã ấy. Hãy đặt mã khác."))


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan as it was typed. `endpoints` are pairs of method and path glob; none means the whole service."""

    code: str
    name: str
    quota_class: UUID
    description: str = ""
    validation: Validation = Validation.MANUAL
    question: str = ""
    longest_days: int = 365
    endpoints: Sequence[tuple[str, str]] = ()


def draft(service_id: UUID, offer: Offer, *, by: ActorRef, at: datetime) -> UUID:
    """Begin a plan, which nobody else sees; its id. Raises Invalid, Conflict, NotAllowed."""
    service = Service.objects.filter(id=service_id).first()
    if service is None:
        raise NoSuchAgreement(_("Không có dịch vụ này."))
    row = Plan(id=new_id(), service=service, made_at=at, status_at=at)
    _fill(row, offer)
    with transactions.act("exchange.manage_plan", by=by, at=at, on=parties.plan_ref(row)) as work:
        if service.owner_unit_id is None:
            raise Invalid(_("Dịch vụ chưa có đơn vị chủ dữ liệu. Hãy khai đơn vị trước."))
        row.save(force_insert=True)
        work.record(service=str(service.id), code=row.code)
    return row.id


def change(plan_id: UUID, offer: Offer, *, by: ActorRef, at: datetime) -> None:
    """Change a plan that is still being written. Raises CannotChange once it was published, Invalid."""
    with transactions.act("exchange.manage_plan", by=by, at=at, on=parties.plan_ref(held(plan_id))) as work:
        row = held(plan_id, lock=True)
        if row.status != PlanStatus.STAGING:
            raise CannotChange(_("Gói đã mở thì không sửa được. Hãy soạn gói mới."))
        _fill(row, offer)
        row.save()
        work.record(code=row.code)


def publish_conditions(plan_id: UUID, text: str, *, material: bool = True, by: ActorRef, at: datetime) -> int:
    """Publish a revision of the general conditions; its number.

    After a material one, consumers have `exchange_conditions_days` whole days (as of the day of publishing)
    to accept it, then nothing passes any more; they are told at once and again before. Raises Invalid,
    CannotChange.
    """
    words = text.strip()
    with transactions.act("exchange.manage_plan", by=by, at=at, on=parties.plan_ref(held(plan_id))) as work:
        row = held(plan_id, lock=True)
        if row.status == PlanStatus.CLOSED:
            raise CannotChange(_("Gói đã đóng."))
        if not words:
            raise Invalid(_("Hãy ghi điều kiện sử dụng."), faults={"text": "empty"})
        first = row.conditions_revision == 0
        days = 0 if first else legal.integer(CONDITIONS_DAYS, on=today(at))
        row.conditions_revision += 1
        revision = Conditions.objects.create(
            id=new_id(),
            plan=row,
            revision=row.conditions_revision,
            text=words,
            material=material or first,
            published_by=by.id,
            published_name=by.name,
            published_at=at,
            due_at=at if first else midnight(today(at) + timedelta(days + 1)),
        )
        row.save(update_fields=["conditions_revision"])
        if revision.material and not first:
            _tell_conditions(row, revision, by=by, at=at)
        work.record(conditions=revision.revision, material=revision.material)
    return revision.revision


def publish(plan_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Open a plan to all developers. Raises CannotChange, also while it has no conditions."""
    with transactions.act("exchange.manage_plan", by=by, at=at, on=parties.plan_ref(held(plan_id))) as work:
        row = held(plan_id, lock=True)
        if row.status == PlanStatus.STAGING and not row.conditions_revision:
            raise CannotChange(_("Hãy công bố điều kiện sử dụng trước khi mở gói."))
        _go(row, PlanStatus.PUBLISHED, at=at)
        work.record(status=row.status)


def deprecate(plan_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Take no more applications; what stands goes on. Raises CannotChange."""
    with transactions.act("exchange.manage_plan", by=by, at=at, on=parties.plan_ref(held(plan_id))) as work:
        row = held(plan_id, lock=True)
        _go(row, PlanStatus.DEPRECATED, at=at)
        work.record(status=row.status)


def close(plan_id: UUID, *, ground: str, by: ActorRef, at: datetime) -> int:
    """End a plan and every agreement under it, at once; how many. Raises CannotChange, Invalid."""
    why = normal(ground)
    if not why:
        raise Invalid(_("Hãy ghi vì sao đóng gói, bên sử dụng sẽ đọc."), faults={"ground": "empty"})
    with transactions.act("exchange.manage_plan", by=by, at=at, on=parties.plan_ref(held(plan_id))) as work:
        row = held(plan_id, lock=True)
        _go(row, PlanStatus.CLOSED, at=at)
        live = [AgreementStatus.PENDING, AgreementStatus.ACCEPTED]
        under = list(Agreement.objects.filter(plan=row, status__in=live).order_by("id"))
        for agreement in under:
            agreements.end(agreement.id, ground=why, by=by, at=at)
        work.record(status=row.status, agreements=len(under), ground=why)
    return len(under)


def held(plan_id: UUID, *, lock: bool = False) -> Plan:
    """A plan with its service. Raises NoSuchAgreement."""
    rows = Plan.objects.select_related("service")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    found = rows.filter(id=plan_id).first()
    if found is None:
        raise NoSuchAgreement(_("Không có gói này."))
    return found


def _go(row: Plan, status: PlanStatus, *, at: datetime) -> None:
    here = PlanStatus(row.status)
    if status not in lives.PLANS[here]:
        raise CannotChange(
            _("Gói đang “%(here)s”, không chuyển sang “%(there)s” được.")
            % {"here": here.label, "there": status.label}
        )
    row.status, row.status_at = status, at
    row.save(update_fields=["status", "status_at"])


def _fill(row: Plan, offer: Offer) -> None:
    faults = dict[str, str]()
    row.code, row.name = offer.code.strip(), normal(offer.name)
    row.description, row.question = offer.description.strip(), normal(offer.question)
    row.validation, row.longest_days = offer.validation, offer.longest_days
    row.quota_class_id = offer.quota_class
    row.endpoints = [[method.upper(), path] for method, path in offer.endpoints] or [["*", "**"]]
    if not row.code or not row.name:
        faults["code"] = _("Hãy ghi mã và tên gói.")
    if not 1 <= offer.longest_days <= 3660:
        faults["longest_days"] = _("Thời hạn dài nhất từ 1 đến 3660 ngày.")
    if any(not path.startswith(("/", "*")) for _method, path in row.endpoints):
        faults["endpoints"] = _("Mỗi đường dẫn bắt đầu bằng dấu / hoặc dấu *.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)


def _tell_conditions(row: Plan, revision: Conditions, *, by: ActorRef, at: datetime) -> None:
    live = [AgreementStatus.PENDING, AgreementStatus.ACCEPTED]
    for agreement in Agreement.objects.filter(plan=row, status__in=live).select_related("application"):
        telling.tell(
            parties.developers_of(agreement.application),
            telling.CONDITIONS,
            {
                "number": agreement.number,
                "service": row.service.title,
                "day": f"{today(revision.due_at):%d/%m/%Y}",
            },
            link=f"{agreements.PORTAL}{agreement.id}/",
            by=by.id,
            at=at,
        )
