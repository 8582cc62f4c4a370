"""Terms: what an agreement says, as fields and never as an attachment (exchange lessons §4.1, rule 2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.directory import api as directory
from tinhso.exchange.contracts import BodyLog, Validation
from tinhso.exchange.models import Agreement, Plan, QuotaClass, Service, Terms
from tinhso.exchange.models.agreements import MOST_REASON_CODES
from tinhso.exchange.operations import parties
from tinhso.foundation import legal, worktime
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.foundation.text import normal

DECISION_DAYS = "exchange_decision_days"
LONGEST_RETENTION = 36_600
REASON_CODE = re.compile(r"[A-Za-z0-9._-]{1,64}")
BY_PLAN = replace(SYSTEM, name=gettext_noop("Tự động theo gói"))


@dataclass(frozen=True, slots=True)
class Wish:
    """Terms as a developer asks for them; without `quota_class` those of the plan hold.

    `retention_days` is how long the consumer keeps what it was given; `ends_on` is the last day. Where there
    are `reason_codes`, every request must name one of them.
    """

    legal_basis: str
    purpose: str
    data_fields: Sequence[str]
    retention_days: int
    contact: str
    starts_on: date
    ends_on: date
    quota_class: UUID | None = None
    log_mode: BodyLog | None = None
    answer: str = ""
    reason_codes: Sequence[str] = ()


def propose(row: Agreement, wish: Wish, *, by: ActorRef, at: datetime) -> Terms:
    """Write the wish down as the next revision, to be decided by a day. Raises Invalid, Conflict."""
    found = check(row, wish, at=at)
    last = Terms.objects.filter(agreement=row).aggregate(last=Max("revision"))["last"] or 0
    service = row.plan.service
    return Terms.objects.create(
        id=new_id(),
        agreement=row,
        revision=last + 1,
        **found,
        data_fields=[name for name in map(normal, wish.data_fields) if name],
        retention_days=wish.retention_days,
        reason_codes=_codes(wish),
        quota_class_id=wish.quota_class or row.plan.quota_class_id,
        log_mode=wish.log_mode or service.body_log,
        starts_on=wish.starts_on,
        ends_on=wish.ends_on,
        asked_by=parties.somebody(by),
        asked_name=by.name,
        asked_at=at,
        due_at=_due(service, at=at),
    )


def check(row: Agreement, wish: Wish, *, at: datetime) -> dict[str, str]:
    """The texts of a wish as they are kept. Raises Invalid with a sentence for each box that is wrong."""
    found = {name: normal(getattr(wish, name)) for name in ("legal_basis", "purpose", "contact", "answer")}
    faults = dict[str, str]()
    if not found["legal_basis"]:
        faults["legal_basis"] = _("Hãy ghi văn bản, điều khoản cho phép dùng dữ liệu.")
    if not found["purpose"]:
        faults["purpose"] = _("Hãy ghi dùng dữ liệu để làm gì.")
    if not any(map(normal, wish.data_fields)):
        faults["data_fields"] = _("Hãy ghi các trường dữ liệu cần dùng.")
    if not 0 <= wish.retention_days <= LONGEST_RETENTION:
        faults["retention_days"] = _("Hãy ghi số ngày lưu giữ dữ liệu nhận được, từ 0.")
    if not found["contact"]:
        faults["contact"] = _("Hãy ghi người liên hệ và số điện thoại.")
    codes = _codes(wish)
    if len(codes) > MOST_REASON_CODES or not all(map(REASON_CODE.fullmatch, codes)):
        faults["reason_codes"] = _(
            "Hãy ghi mỗi dòng một mã lý do, nhiều nhất %(most)d mã; mã chỉ gồm chữ không dấu, số, dấu . _ -"
        ) % {"most": MOST_REASON_CODES}
    if row.plan.question and not found["answer"]:
        faults["answer"] = _("Hãy trả lời câu hỏi của chủ dữ liệu.")
    if wish.starts_on < today(at) and row.terms is None:
        faults["starts_on"] = _("Ngày bắt đầu không được trước hôm nay.")
    elif row.terms is not None and row.terms.starts_on <= today(at) < wish.starts_on:
        faults["starts_on"] = _(
            "Bản mới thay bản đang dùng ngay khi được duyệt: ngày bắt đầu không được sau hôm nay, nếu không"
            " dịch vụ ngừng trả lời đến ngày ấy."
        )
    if wish.ends_on < max(wish.starts_on, today(at)):
        faults["ends_on"] = _("Ngày kết thúc không được trước ngày bắt đầu và hôm nay.")
    elif wish.ends_on - wish.starts_on >= timedelta(row.plan.longest_days):
        faults["ends_on"] = _("Gói này cho thời hạn dài nhất %(n)d ngày.") % {"n": row.plan.longest_days}
    if wish.quota_class and not QuotaClass.objects.filter(id=wish.quota_class).exists():
        faults["quota_class"] = _("Không có hạn mức này.")
    elif wish.quota_class and row.terms is None and _beyond(row.plan, wish.quota_class):
        faults["quota_class"] = _("Gói này tự chấp thuận nên chỉ dùng hạn mức của gói.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults=faults)
    return found


def _beyond(plan: Plan, quota: UUID) -> bool:
    """Whether nobody would decide about a class of use that is not the plan's."""
    return plan.validation == Validation.AUTO and quota != plan.quota_class_id


def _codes(wish: Wish) -> list[str]:
    return sorted({code for code in map(str.strip, wish.reason_codes) if code})


def _due(service: Service, *, at: datetime) -> datetime:
    """When the data owner is to decide, in the working days of its agency."""
    days = legal.integer(DECISION_DAYS, on=today(at))
    if service.owner_unit_id is None:
        return at + timedelta(days)
    calendar = directory.working_calendar(directory.unit(service.owner_unit_id).agency_id, today(at))
    term = worktime.Term(days, worktime.Unit.WORKING_DAY)
    return worktime.promise(start=at, term=term, calendar=calendar).due_at
