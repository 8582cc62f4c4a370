"""Classes of use and, from a day on, how much each may ask."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.exchange.contracts import Quota
from tinhso.exchange.models import QuotaClass, QuotaLimit
from tinhso.foundation import transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.foundation.text import normal

MOST = 2_000_000_000
transactions.explain(
    "quota_limit_one_at_a_time",
    gettext_lazy("Hạn mức này đã có số từ ngày ấy trở đi. Hãy chọn ngày sau đó."),
)
transactions.explain("quota_class_once", gettext_lazy("Đã có hạn mức mang mã này."))


def name_quota(code: str, name: str, first: Quota, *, since: date, by: ActorRef, at: datetime) -> UUID:
    """A new class of use with its first numbers; its id. Raises Invalid, Conflict for a code in use."""
    row = QuotaClass(id=new_id(), code=code.strip(), name=normal(name))
    if not row.code or not row.name:
        raise Invalid(_("Hãy ghi mã và tên hạn mức."), faults={"code": "empty"})
    _check(first)
    with transactions.act("exchange.set_quota", by=by, at=at, on=_ref(row)) as work:
        row.save(force_insert=True)
        _add(row, first, since)
        work.record(code=row.code, since=str(since))
    return row.id


def set_quota(quota_id: UUID, quota: Quota, *, since: date, by: ActorRef, at: datetime) -> None:
    """Other numbers from a day on. Raises Invalid for a day gone by, Conflict where some begin later."""
    _check(quota)
    if since < today(at):
        raise Invalid(_("Ngày bắt đầu không được trước hôm nay."), faults={"since": "past"})
    row = QuotaClass.objects.filter(id=quota_id).first()
    if row is None:
        raise Invalid(_("Không có hạn mức này."))
    with transactions.act("exchange.set_quota", by=by, at=at, on=_ref(row)) as work:
        for before in QuotaLimit.objects.select_for_update().filter(quota_class=row, valid_to=None):
            if before.valid_from < since:
                before.valid_to = since
                before.save(update_fields=["valid_to"])
        _add(row, quota, since)
        work.record(code=row.code, since=str(since), per_minute=quota.per_minute, per_day=quota.per_day)


def _add(row: QuotaClass, quota: Quota, since: date) -> None:
    QuotaLimit.objects.create(
        quota_class=row,
        per_minute=quota.per_minute,
        per_day=quota.per_day,
        parallel=quota.parallel,
        valid_from=since,
    )


def _check(quota: Quota) -> None:
    if not (1 <= quota.per_minute <= quota.per_day <= MOST and 1 <= quota.parallel <= MOST):
        raise Invalid(
            _("Hạn mức phải từ 1 trở lên, và một ngày không ít hơn một phút."), faults={"per_minute": "range"}
        )


def _ref(row: QuotaClass) -> SubjectRef:
    return SubjectRef(kind="exchange_quota", id=row.id)
